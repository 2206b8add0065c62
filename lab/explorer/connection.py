"""redis-py's connection without a socket: sending stops the client, reading pops what the world answered.

Everything above it is the real thing: response callbacks, pipelines, MULTI, WATCH, scripts, pub/sub and the
retry policy behave as in production.
"""

from __future__ import annotations

import inspect
from collections import deque
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, TypeVar

import hiredis
from redis import Redis
from redis._parsers.base import BaseParser
from redis.backoff import NoBackoff
from redis.connection import Connection, ConnectionPool
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry

from lab.explorer.malformed import malformed
from lab.explorer.run import Asked, Run
from lab.explorer.steps import Scripts

__all__ = ["LOST", "SOCKET_TIMEOUT_MS", "connect", "prepare"]

LOST = "the connection was lost"
"""The outcome of a lost reply and of a lost request: the client cannot tell them apart."""

_SHIPPED = inspect.signature(Redis.__init__).parameters
SOCKET_TIMEOUT_MS = round((_SHIPPED["socket_timeout"].default or float(1 << 40)) * 1000)
"""How long redis-py waits for a reply unless it is told otherwise."""

_T = TypeVar("_T")
_SUBSCRIBING = frozenset((b"SUBSCRIBE", b"PSUBSCRIBE", b"SSUBSCRIBE"))
_PERHAPS_HERE = frozenset((b"UNWATCH", b"SCRIPT", b"EVALSHA", b"EVALSHA_RO"))


class LabConnection(Connection):
    """A connection of one run."""

    run: Run
    scripts: Scripts
    number: int
    _sock: Any
    replies: deque[Any]
    listening = False
    """Whether messages may come unasked."""

    def connect(self, *args: Any, **kwargs: Any) -> None:
        if self._sock is None:
            self._sock = self
            self._renumber()
            self.replies.clear()
            for reference in self._connect_callbacks:
                callback = reference()
                if callback:
                    callback(self)

    connect_check_health = connect

    def _renumber(self) -> None:
        """A fresh session of the server: nothing is watched."""
        self.run.connections += 1
        self.number = self.run.connections

    def disconnect(self, *args: Any, **kwargs: Any) -> None:
        if self._sock is not None:
            self.run.closed.append(self.number)
        self._sock = None
        self.listening = False

    def __del__(self) -> None:
        """Nothing is open."""

    def check_health(self) -> None:
        """Always well."""

    def pack_command(self, *args: Any) -> list[Any]:
        return [args]

    def pack_commands(self, commands: Iterable[Any]) -> list[Any]:
        return list(commands)

    def send_command(self, *args: Any, **kwargs: Any) -> None:
        self._send((self._encoded(args),))

    def send_packed_command(self, command: Any, check_health: bool = True) -> None:
        self._send(tuple([self._encoded(one) for one in command]))

    def _send(self, commands: tuple[tuple[bytes, ...], ...]) -> None:
        if self._sock is None:
            self.connect()
        name = commands[0][0].upper()
        if name in _PERHAPS_HERE and len(commands) == 1:
            local = self._answered_here(name, commands[0])
            if local is not None:
                self.replies.extend(local)
                return
        elif name in _SUBSCRIBING:
            self.listening = True
        answer = self.run.ask(Asked("write", commands, self.number))
        if answer is LOST:
            self.replies.append(LOST)
        else:
            self.replies.extend(answer)

    def _encoded(self, command: Any) -> tuple[bytes, ...]:
        encode: Callable[[Any], bytes] = self.encoder.encode
        words = [part.encode() if type(part) is str else encode(part) for part in command]
        if b" " in words[0]:
            words[:1] = words[0].split()
        return tuple(words)

    def _answered_here(self, name: bytes, command: tuple[bytes, ...]) -> list[Any] | None:
        """Scripts are on the server already, and UNWATCH concerns nobody else: no steps."""
        texts = self.scripts.texts
        if name == b"UNWATCH" and not self.listening:
            self.run.closed.append(self.number)
            self._renumber()
            return [b"OK"]
        if name == b"SCRIPT" and len(command) > 2 and command[1].upper() == b"LOAD":
            return [self.scripts.learn(command[2], (self.run, self.run.resumed))]
        if name == b"SCRIPT" and len(command) > 2 and command[1].upper() == b"EXISTS":
            for sha in command[2:]:
                if sha.lower() not in texts:
                    self.scripts.miss(sha.lower(), (self.run, self.run.resumed))
            return [[int(sha.lower() in texts) for sha in command[2:]]]
        if name.startswith(b"EVALSHA") and not malformed(command) and command[1].lower() not in texts:
            self.scripts.miss(command[1].lower(), (self.run, self.run.resumed))
            return [hiredis.ReplyError("NOSCRIPT No matching script. Please use EVAL.")]
        return None

    def can_read(self, timeout: float | None = 0) -> bool:
        if self.replies:
            return True
        if not self.listening:
            return False
        wait = None if timeout is None else round(timeout * 1000)
        return self._receive(wait)

    def _receive(self, wait: int | None) -> bool:
        answer = self.run.ask(Asked("receive", (), self.number, wait))
        if answer is LOST:
            self.disconnect()
            raise RedisConnectionError("Connection closed by server.")
        self.replies.extend(answer)
        return bool(answer)

    def read_response(self, disable_decoding: bool = False, **kwargs: Any) -> Any:
        if not self.replies:
            self._receive(None)
        reply = self.replies.popleft()
        if reply is LOST:
            self.disconnect()
            raise RedisConnectionError("Connection closed by server.")
        if type(reply) is hiredis.ReplyError:
            raise BaseParser.parse_error(str(reply))
        if type(reply) is int:
            return reply
        try:
            return decoded(reply, self.encoder.decode_responses and not disable_decoding)
        except UnicodeDecodeError:  # replies that nobody has read belong to no later command
            if kwargs.get("disconnect_on_error", True):
                self.disconnect()
            raise


def decoded(reply: Any, text: bool) -> Any:
    """A copy that the client may change, with text where redis-py would give text."""
    kind = type(reply)
    if kind is bytes:
        return reply.decode() if text else reply
    if kind is list:
        return [decoded(one, text) for one in reply]
    if kind is dict:
        return {decoded(key, text): decoded(value, text) for key, value in reply.items()}
    if kind is hiredis.ReplyError:
        return BaseParser.parse_error(str(reply))
    return reply


def _copied(one: _T) -> _T:
    """A shallow copy, fifteen times as fast as `copy.copy`."""
    other = object.__new__(type(one))
    other.__dict__.update(one.__dict__)
    return other


class LabPool(ConnectionPool):
    """A pool without locks and metrics, for one run."""

    run: Run
    scripts: Scripts
    template: LabConnection

    def get_connection(self, command_name: Any = None, *keys: Any, **options: Any) -> Any:
        if self._available_connections:
            connection = self._available_connections.pop()
        else:
            connection = _copied(self.template)
            connection.run, connection.scripts = self.run, self.scripts
            connection.retry = _copied(connection.retry)
            connection._connect_callbacks = []
            connection.replies = deque()
        if connection._sock is None:
            connection.connect()
        return connection

    def release(self, connection: Any) -> None:
        if connection not in self._available_connections:
            self._available_connections.append(connection)

    def disconnect(self, inuse_connections: bool = True) -> None:
        for connection in self._available_connections:
            connection.disconnect()

    def __del__(self) -> None:
        """Nothing is open."""


class LabRedis(Redis):
    """redis-py's client; there is nothing to close when it goes."""

    def __del__(self) -> None:
        """Nothing is open."""


@cache
def _template(decode: bool, retry: str) -> tuple[Redis, LabPool]:
    """Made once: a connection of redis-py takes 0.7 ms to build, a copy of one a few microseconds."""
    production = _SHIPPED["retry"].default
    policy = production if retry == "default" else Retry(NoBackoff(), 0)
    pool = LabPool(connection_class=LabConnection, decode_responses=decode, retry=policy)
    pool.template = LabConnection(decode_responses=decode, retry=policy)  # type: ignore[no-untyped-call]
    return LabRedis(connection_pool=pool), pool


def prepare(decode: bool, retry: str) -> None:
    """Build what all clients share outside of any run: redis-py draws a random number for it."""
    _template(decode, retry)
    _template(decode, "off")


def connect(run: Run, scripts: Scripts, decode: bool, retry: str) -> Redis:
    """A client of redis-py whose connections belong to this run."""
    template, templates = _template(decode, retry)
    redis, pool = _copied(template), _copied(templates)
    pool.run, pool.scripts = run, scripts
    pool._available_connections = []
    redis.connection_pool = pool
    return redis

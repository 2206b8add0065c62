"""A client of a cluster that knows who owns which slot, and counts what it really sends.

It is what a cluster client is at heart: the slot of the key, the owner of the slot, one connection to each
node. It follows no redirection, so it is for a cluster whose slots stay where they are. Two things it does
that others do not: it counts every key that goes over the wire (an answer from a cache does not), and it can
give each command *server time*: `DEBUG SLEEP` sent in front of it, in the same write, so that a node is as
busy as one that has real work to do, although this machine has too few cores to make it so.
"""

from __future__ import annotations

import contextlib
import itertools
from collections import Counter
from typing import TYPE_CHECKING, Any

from redis import ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.cache import CacheConfig
from redis.connection import Connection
from redis.exceptions import RedisError
from redis.maint_notifications import MaintNotificationsConfig
from redis.retry import Retry

from lab.slots import Address, SlotMap

if TYPE_CHECKING:

    class _Connection:
        """What is relied on in redis-py's connections."""

        _sock: Any

        def __init__(self, *args: Any, **kwargs: Any) -> None: ...
        def connect_check_health(self, check_health: bool) -> None: ...
        def on_connect_check_health(self, check_health: bool) -> None: ...
        def pack_command(self, *args: Any) -> list[bytes]: ...
        def send_packed_command(self, command: Any, check_health: bool) -> None: ...
        def send_command(self, *args: Any, **kwargs: Any) -> None: ...
        def read_response(self, *args: Any, **kwargs: Any) -> Any: ...
        def disconnect(self, *args: Any, **kwargs: Any) -> None: ...

else:
    _Connection = Connection

__all__ = ["PATIENCE", "MeasuredConnection", "Router", "measured_client"]

PATIENCE = 2.0  # seconds for every socket


class MeasuredConnection(_Connection):
    """A TCP connection that counts the keys it sends and gives each write `server_ms` of server time."""

    _owed = 0  # replies to DEBUG SLEEP that nobody has read yet

    def __init__(
        self, *args: Any, sent: Counter[str], server_ms: float = 0.0, read_only: bool = False, **kwargs: Any
    ) -> None:
        self._sent = sent
        self._read_only = read_only
        self._sleep = ("DEBUG", "SLEEP", f"{server_ms / 1000:.6f}") if server_ms else None
        self._shaking = False
        super().__init__(*args, **kwargs)

    def on_connect_check_health(self, check_health: bool = True) -> None:
        self._shaking, self._owed = True, 0
        try:
            super().on_connect_check_health(check_health)
            if self._read_only:  # a replica redirects everybody who has not said this
                self.send_command("READONLY")
                self.read_response()
        finally:
            self._shaking = False

    def send_command(self, *args: Any, **kwargs: Any) -> None:
        super().send_command(*args, **kwargs)
        if not self._shaking and len(args) > 1:
            self._sent[str(args[1])] += 1

    def send_packed_command(self, command: Any, check_health: bool = True) -> None:
        if not self._sock:
            self.connect_check_health(check_health=False)
        if self._sleep and not self._shaking:
            chunks: list[bytes] = [command] if isinstance(command, bytes) else list(command)
            command = [b"".join((*self.pack_command(*self._sleep), *chunks))]
            self._owed += 1
        super().send_packed_command(command, check_health)

    def read_response(self, *args: Any, **kwargs: Any) -> Any:
        while self._owed:
            self._owed -= 1
            try:
                super().read_response()
            except RedisError:
                self.disconnect()  # the reply to the command itself is still on its way
                raise
        return super().read_response(*args, **kwargs)

    def disconnect(self, *args: Any, **kwargs: Any) -> None:
        self._owed = 0
        super().disconnect(*args, **kwargs)


def measured_client(
    address: Address,
    sent: Counter[str],
    *,
    server_ms: float = 0.0,
    read_only: bool = False,
    cached: bool = False,
) -> Redis:
    """A client of one node that never retries. `cached`: with redis-py's cache, which the server clears."""
    pool = ConnectionPool(
        connection_class=MeasuredConnection,
        host=address[0],
        port=address[1],
        sent=sent,
        server_ms=server_ms,
        read_only=read_only,
        socket_timeout=PATIENCE,
        socket_connect_timeout=PATIENCE,
        decode_responses=True,
        protocol=3,
        driver_info=None,
        retry=Retry(NoBackoff(), 0),
        maint_notifications_config=MaintNotificationsConfig(enabled=False),
        cache_config=CacheConfig() if cached else None,
    )
    return Redis.from_pool(pool)


class Router:
    """The connections of one client to every node; not for two threads at once.

    `sent` counts the keys that went over the wire. With `cached`, each connection to a primary keeps a cache.
    """

    def __init__(self, slots: SlotMap, *, server_ms: float = 0.0, cached: bool = False) -> None:
        self.slots = slots
        self.sent: Counter[str] = Counter()
        self._turn = itertools.count()
        self._primaries = {
            shard.name: measured_client(shard.primary, self.sent, server_ms=server_ms, cached=cached)
            for shard in slots.shards
        }
        self._everyone = {
            shard.name: (
                self._primaries[shard.name],
                *(
                    measured_client(replica, self.sent, server_ms=server_ms, read_only=True)
                    for replica in shard.replicas
                ),
            )
            for shard in slots.shards
        }

    def primary(self, key: str) -> Redis:
        """The primary that owns the key."""
        return self._primaries[self.slots.shard_of(key).name]

    def any_copy(self, key: str) -> Redis:
        """The primary or one of its replicas, in turn. A replica may be behind."""
        copies = self._everyone[self.slots.shard_of(key).name]
        return copies[next(self._turn) % len(copies)]

    def connect(self) -> None:
        """Shake hands with every node now, so that it is no part of what is measured."""
        for clients in self._everyone.values():
            for client in clients:
                client.connection_pool.release(client.connection_pool.get_connection())

    def close(self) -> None:
        for clients in self._everyone.values():
            for client in clients:
                with contextlib.suppress(RedisError, OSError):
                    client.connection_pool.close()

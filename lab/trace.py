"""Every command as it really goes over the wire: hooked at the connection, below redis-py's own retries.

`traced_pool` gives a pool whose connections do what they always do, and tell a log what they wrote and what
they read. Pipelines, transactions, scripts, subscriptions and each single retry are therefore seen as the
server sees them. Handshakes are not logged. Tracing never changes what a program does: what it cannot
understand it shows as it is, and its own faults stay inside.
"""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from redis import ConnectionPool
from redis.exceptions import ResponseError
from redis.maint_notifications import MaintNotificationsConfig

from lab.commands import Command, Entry, Kind, Source
from lab.log import Block, Mark, TraceLog
from lab.show import binary_text, error_text, shown
from lab.wire import WireError, commands_in

if TYPE_CHECKING:

    class _Connection:
        """What tracing relies on in redis-py's connections."""

        _sock: Any
        redis_connect_func: Any

        def __init__(self, *args: Any, **kwargs: Any) -> None: ...
        def connect_check_health(self, check_health: bool) -> None: ...
        def on_connect_check_health(self, check_health: bool) -> None: ...
        def check_health(self) -> None: ...
        def send_packed_command(self, command: Any, check_health: bool) -> None: ...
        def read_response(self, *args: Any, **kwargs: Any) -> Any: ...
        def disconnect(self, *args: Any, **kwargs: Any) -> None: ...

else:
    _Connection = object

__all__ = ["Block", "Command", "Kind", "Mark", "Source", "TraceLog", "traced_pool"]

_REPLY = 300
_MESSAGES = frozenset(("message", "pmessage", "smessage"))
_SUBSCRIBING = frozenset(("subscribe", "psubscribe", "ssubscribe"))
_LEAVING = frozenset(("unsubscribe", "punsubscribe", "sunsubscribe"))
_TURNED_AWAY = "not run: the transaction was discarded"


def traced_pool(
    connect: Mapping[str, Any], connection_class: type, log: TraceLog, actor: str
) -> ConnectionPool:
    """A pool of such connections that tell `log` what `actor` sends. `connect` is what they connect with."""
    return ConnectionPool(
        connection_class=_traced(connection_class),
        maint_notifications_config=MaintNotificationsConfig(enabled=False),
        **{**connect, "trace": (log, actor)},
    )


@functools.cache
def _traced(connection_class: type) -> type:
    return type(f"Traced{connection_class.__name__}", (TracedConnection, connection_class), {})


class TracedConnection(_Connection):
    """Mixed into a redis-py connection class, in front of it."""

    _ready = False  # redis-py calls disconnect from __del__, even if __init__ failed

    def __init__(self, *args: Any, trace: tuple[TraceLog, str], **kwargs: Any) -> None:
        self._log, self._actor = trace
        self._handshakes = 0
        self._calls = 0
        self._forget()
        self._ready = True
        super().__init__(*args, **kwargs)
        if (own := self.redis_connect_func) is not None:
            self.redis_connect_func = functools.partial(self._shake_hands, own)

    def _forget(self) -> None:
        self._waiting: deque[Entry] = deque()
        self._queued: list[Entry] | None = None  # commands of an open MULTI
        self._sent_multi = False
        self._channels: dict[str, set[str]] = {}
        self._confirmations: list[str] = []

    # What redis-py calls.

    def on_connect_check_health(self, check_health: bool = True) -> None:
        self._shake_hands(super().on_connect_check_health, check_health)

    def send_packed_command(self, command: Any, check_health: bool = True) -> None:
        if self._handshakes:
            super().send_packed_command(command, check_health)
            return
        # What redis-py does first, done here, so that a PING of its own is logged before this command.
        if not self._sock:
            self.connect_check_health(check_health=False)
        if check_health:
            self.check_health()
        chunks = command if isinstance(command, (str, list, tuple)) else list(command)
        self._writes(chunks)
        self._calls += 1
        try:
            super().send_packed_command(chunks, False)
        except BaseException as error:
            self._failed(error)
            raise
        finally:
            self._calls -= 1

    def read_response(self, *args: Any, **kwargs: Any) -> Any:
        if self._handshakes:
            return super().read_response(*args, **kwargs)
        self._calls += 1
        try:
            reply = super().read_response(*args, **kwargs)
        except BaseException as error:
            self._failed(error)
            raise
        finally:
            self._calls -= 1
        self._answered(reply, subscriber=bool(kwargs.get("push_request")))
        return reply

    def disconnect(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().disconnect(*args, **kwargs)
        finally:
            if self._ready and not self._calls:
                self._lost("ConnectionError: the client closed the connection before the reply came")

    # What is made of it.

    def _shake_hands(self, shake: Any, *args: Any) -> None:
        self._handshakes += 1
        try:
            shake(*(args or (self,)))
        finally:
            self._handshakes -= 1

    def _writes(self, chunks: Any) -> None:
        try:
            entries = self._entries([chunks.encode()] if isinstance(chunks, str) else chunks)
            self._log.add(entries, self._actor)
            self._waiting.extend(entries)
        except Exception:  # noqa: BLE001  seeing must never break what is seen
            self._forget()

    def _entries(self, chunks: Sequence[Any]) -> list[Entry]:
        try:
            found = commands_in(chunks)
        except WireError:
            head = b"".join(bytes(chunk[:1_024]) for chunk in chunks[:8])
            return [Entry("(unreadable)", (binary_text(head, sum(map(len, chunks))),), "single")]
        kind: Kind = "pipeline" if len(found) > 1 else "single"
        entries = []
        for words in found:
            entry = Entry.of(words, kind)
            if entry.name == "MULTI":
                self._sent_multi = True
            if self._sent_multi:
                entry.kind = "transaction"
            if entry.name in ("EXEC", "DISCARD"):
                self._sent_multi = False
            entries.append(entry)
        return entries

    def _answered(self, reply: Any, subscriber: bool) -> None:
        try:
            if (subscriber or self._channels) and self._pushed(reply):
                return
            if not self._waiting:
                return
            entry = self._waiting.popleft()
            if self._queued is None:
                if entry.name == "MULTI":
                    self._queued = []
            elif entry.name in ("EXEC", "DISCARD"):
                self._settle(entry.name, reply)
            elif reply in ("QUEUED", b"QUEUED"):
                entry.reply = "QUEUED"
                self._queued.append(entry)
                return
            entry.finish(shown(reply, _REPLY))
        except Exception:  # noqa: BLE001  seeing must never break what is seen
            self._forget()

    def _settle(self, name: str, reply: Any) -> None:
        """EXEC brings the replies of all that was queued."""
        queued, self._queued = self._queued or [], None
        if isinstance(reply, list):
            for entry, own in zip(queued, reply, strict=False):
                if isinstance(own, BaseException):
                    entry.finish(error=error_text(own))
                else:
                    entry.finish(shown(own, _REPLY))
        else:
            why = _TURNED_AWAY if name == "DISCARD" else "not run: a watched key changed"
            for entry in queued:
                entry.finish(why)

    def _pushed(self, reply: Any) -> bool:
        """Messages, and the confirmations of (un)subscribing, of which one command gets one per channel."""
        if not isinstance(reply, list) or not reply or not isinstance(reply[0], (str, bytes)):
            return False
        what = reply[0] if isinstance(reply[0], str) else reply[0].decode("ascii", "replace")
        waiting = self._waiting[0] if self._waiting else None
        if waiting is not None and waiting.name.lower() == what and what in _SUBSCRIBING | _LEAVING:
            self._confirmed(waiting, what, shown(reply[1]), shown(list(reply)))
        elif what in _MESSAGES | _SUBSCRIBING | _LEAVING:
            entry = Entry(what.upper(), tuple(shown(part, _REPLY) for part in reply[1:]), "message")
            self._log.add((entry,), self._actor, written=False)
            entry.finish()
        else:
            return False
        return True

    def _confirmed(self, entry: Entry, what: str, channel: str, text: str) -> None:
        subscribed = self._channels.setdefault(what.replace("un", "", 1), set())
        expected = len(entry.args()) or len(subscribed) or 1
        if what in _SUBSCRIBING:
            subscribed.add(channel)
        self._confirmations.append(text)
        if len(self._confirmations) >= expected:
            self._waiting.popleft()
            entry.finish(shown("; ".join(self._confirmations), _REPLY))
            self._confirmations = []
            if what in _LEAVING:
                subscribed.difference_update(entry.args() or tuple(subscribed))

    def _failed(self, error: BaseException) -> None:
        """An error reply belongs to one command; a broken connection to all that wait."""
        try:
            said = getattr(error, "status_code", None)
            if self._sock is not None and (said or isinstance(error, (ResponseError, UnicodeError))):
                if self._waiting:
                    entry = self._waiting.popleft()
                    entry.finish(error=_client_text(error))
                    if entry.name == "EXEC":
                        for queued in self._queued or ():
                            queued.finish(_TURNED_AWAY)
                        self._queued = None
            elif self._sock is None:
                self._lost(_client_text(error))
        except Exception:  # noqa: BLE001  seeing must never break what is seen
            self._forget()

    def _lost(self, text: str) -> None:
        for entry in (*(self._queued or ()), *self._waiting):
            entry.finish(error=text)
        self._forget()


def _client_text(error: BaseException) -> str:
    """The server's own words; with the class in front where the client gave up."""
    of_server = getattr(error, "status_code", None) or isinstance(error, ResponseError)
    return error_text(error) if of_server else f"{type(error).__name__}: {error_text(error)}"

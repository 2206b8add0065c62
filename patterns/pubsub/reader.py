"""A reader that trusts the stream for what there is, and the doorbell only for when to look."""

from __future__ import annotations

import time
from typing import Any

from redis.client import PubSub
from redis.cluster import RedisCluster

from patterns.pubsub.event import START, Event, Missed, events_of
from patterns.wire import Client, number, text, whole

__all__ = ["Reader"]


class Reader:
    """The events after a position, once and in order. For one thread; close it, or use it in a `with`.

    `position` is the id of the last event that was handed out. Store it in the step that stores what the
    event led to: a reader that starts there goes on where this one stopped.
    """

    def __init__(self, redis: Client, key: str, after: str) -> None:
        self.redis = redis
        self.key = key
        self.position = after
        self._bell: PubSub | None = None

    def poll(self, timeout: float = 0, count: int = 100) -> list[Event]:
        """The next events; if there are none yet, waits up to `timeout` seconds for the first.

        Whatever it raises, the position stays, and the next poll starts afresh. Missed is raised until you
        start a new reader.
        """
        deadline = time.monotonic() + number("timeout", timeout, 0, 3_600)
        whole("count", count, 1, 1_000)
        try:
            self._hush()
            while not (found := self._read(count)):
                if not self._rings(deadline - time.monotonic()):
                    break
        except BaseException:
            self.close()  # by the next poll another node may be the one that rings
            raise
        return found

    def close(self) -> None:
        """Stop listening."""
        if self._bell is not None:
            self._bell.close()
            self._bell = None

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _read(self, count: int) -> list[Event]:
        """What the stream holds after the position, and from now on the position is behind it."""
        while True:
            known = self.position != START
            entries: Any = self.redis.xrange(self.key, self.position, "+", count + known)
            if known:
                # A stream loses its oldest entries first. While ours is there, nothing after it is gone.
                if not entries or text(entries[0][0]) != self.position:
                    raise Missed(
                        f"{self.key} no longer holds {self.position}; events after it may be gone too"
                    )
                entries = entries[1:]
            if entries:
                self.position = text(entries[-1][0])
            found = events_of(entries)
            if found or len(entries) < count:
                return found  # otherwise all of them were marks, and events may come after

    def _rings(self, seconds: float) -> bool:
        """Wait for the bell; False if it has not rung by then.

        The first ring is the confirmation that we are connected, and so is one after each reconnection. The
        look that follows finds what was published before, and everything later rings.
        """
        if seconds <= 0:
            return False
        if self._bell is None:
            self._bell = self._owner().pubsub()
            self._bell.ssubscribe(self.key)
        return self._heard(self._bell.get_message(timeout=seconds))

    def _hush(self) -> None:
        """Drop the rings that are waiting: the look that comes now finds what they were about."""
        for _ in range(1_000):
            if self._bell is None or not self._heard(self._bell.get_message()):
                break

    def _heard(self, rung: dict[str, Any] | None) -> bool:
        """Whether there was a ring."""
        if rung is not None and rung["type"] == "sunsubscribe":
            self.close()  # the slot has moved to another node, which will ring from now on
        return rung is not None

    def _owner(self) -> Any:
        """A client of the node that rings: the one that has the stream."""
        if isinstance(self.redis, RedisCluster):
            return self.redis.get_redis_connection(self.redis.get_node_from_key(self.key))
        return self.redis

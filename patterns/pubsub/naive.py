"""The channel most of us write first: load what there is, subscribe, and believe what comes."""

from __future__ import annotations

from typing import Any

from redis import Redis

from patterns.pubsub.event import START, Event, body_of, events_of, place
from patterns.wire import number, tag, text, whole

__all__ = ["NaiveChannel", "NaiveReader"]


class NaiveChannel:
    """News for whoever listens, and a history for whoever comes later."""

    def __init__(self, redis: Redis, name: str, *, namespace: str = "", limit: int = 10_000) -> None:
        self.redis, self.limit = redis, whole("limit", limit, 1, 10**9)
        self.key = f"{namespace}channel:{{{tag('name', name)}}}"

    def publish(self, body: str) -> str:
        """Keep an event, tell the listeners, and return its id."""
        id_ = text(self.redis.xadd(self.key, {"body": body_of(body)}, maxlen=self.limit))
        self.redis.publish(self.key, f"{id_} {body}")
        return id_

    def position(self) -> str:
        """Where the channel is now."""
        last: Any = self.redis.xrevrange(self.key, count=1)
        return text(last[0][0]) if last else START

    def reader(self, after: str = START) -> NaiveReader:
        """A reader of all events after that position; without one, of all that are kept."""
        return NaiveReader(self.redis, self.key, place(after))


class NaiveReader:
    """The history after a position, and then what is heard."""

    def __init__(self, redis: Redis, key: str, after: str) -> None:
        history: Any = redis.xrange(key, f"({after}")
        self._found = events_of(history)
        # Bug on purpose (missed message): what is published now is not in the history, and not heard either.
        self.pubsub = redis.pubsub()
        self.pubsub.subscribe(key)

    def poll(self, timeout: float = 0, count: int = 100) -> list[Event]:
        """The next events; if there are none yet, waits up to `timeout` seconds for the first."""
        wait = number("timeout", timeout, 0, 3_600)
        found, self._found = self._found[: whole("count", count, 1, 1_000)], self._found[count:]
        # The same again after a broken connection: redis-py subscribes anew, and nobody asks what was missed.
        while len(found) < count and (heard := self.pubsub.get_message(timeout=0 if found else wait)):
            if heard["type"] == "message":
                found.append(Event(*text(heard["data"]).split(" ", 1)))
        return found

    def close(self) -> None:
        """Stop listening."""
        self.pubsub.close()

"""A channel whose events are kept for a while, and whose readers are woken and then read for themselves."""

from __future__ import annotations

from patterns.catalogue import lua
from patterns.pubsub.event import START, body_of, place
from patterns.pubsub.reader import Reader
from patterns.wire import Client, name, tag, text, whole

__all__ = ["Channel"]


class Channel:
    """News for whoever reads, kept in a stream with a doorbell.

    `limit` is about how many events are kept, `keep` for how many seconds after the latest: the longest that
    a reader may be away. `remember` is for how many seconds an event id is known: longer than any publisher
    goes on retrying.
    """

    def __init__(
        self,
        redis: Client,
        name: str,
        *,
        namespace: str = "",
        limit: int = 10_000,
        keep: int = 7 * 86_400,
        remember: int = 86_400,
    ) -> None:
        self.redis = redis
        self.key = f"{namespace}channel:{{{tag('name', name)}}}"
        self.limit = whole("limit", limit, 1, 10**9)
        self.keep = whole("keep", keep, 1, 10**9)
        self.remember = whole("remember", remember, 1, 10**9)
        self._publish = redis.register_script(lua(__file__, "publish"))
        self._position = redis.register_script(lua(__file__, "position"))

    def publish(self, body: str, *, event_id: str | None = None) -> str:
        """Keep an event, ring, and return its id; the same event id again only returns the first id.

        It does not say who is listening: that is not known to Redis either, which counts connections.
        """
        args: list[str | int] = [body_of(body), self.limit, self.keep, self.remember]
        keys = [self.key]
        if event_id is not None:
            keys.append(f"{self.key}:seen:{name('event_id', event_id)}")
        return text(self._publish(keys=keys, args=args))

    def position(self) -> str:
        """Where the channel is now. Take it before you load a snapshot, and read on from it afterwards."""
        return text(self._position(keys=[self.key], args=[self.keep]))

    def reader(self, after: str = START) -> Reader:
        """A reader of all events after that position; without one, of all that are kept.

        An event may be in your snapshot already: apply it by its id or its version, not by counting.
        """
        return Reader(self.redis, self.key, place(after))

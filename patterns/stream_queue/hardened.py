"""A queue that loses nothing to a dead worker, buries what kills its workers, and has a bound."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from patterns.catalogue import lua
from patterns.stream_queue.message import (
    Message,
    QueueFull,
    Work,
    checked,
    delivered,
    fields_of,
    in_group,
)
from patterns.wire import Client, Effect, name, tag, text, whole

__all__ = ["Queue"]


class Queue:
    """Messages for a group of workers, each handed out until one of them has finished it.

    Every group gets every message. A group exists from the first time that somebody reads for it (handle,
    reclaim or pending), and misses what the others had finished before.

    `limit` is how many unfinished messages the queue takes, `most_deliveries` how often one is handed out
    before it is buried, `letters` how many of the buried are kept, `remember` for how many seconds an event
    id is known: longer than any publisher goes on retrying.
    """

    def __init__(
        self,
        redis: Client,
        name: str,
        group: str = "workers",
        *,
        namespace: str = "",
        limit: int = 100_000,
        most_deliveries: int = 5,
        letters: int = 1_000,
        remember: int = 86_400,
    ) -> None:
        self.redis = redis
        self.key = f"{namespace}queue:{{{tag('name', name)}}}"
        self.dead_key = f"{self.key}:dead"
        self.group = tag("group", group)
        self.limit = whole("limit", limit, 1, 10**9)
        self.most_deliveries = whole("most_deliveries", most_deliveries, 1, 1_000)
        self.letters = whole("letters", letters, 1, 10**6)
        self.remember = whole("remember", remember, 1, 10**9)
        self._publish = redis.register_script(lua(__file__, "publish"))
        self._claim = redis.register_script(lua(__file__, "claim"))
        self._finish = redis.register_script(lua(__file__, "finish"))
        self._heartbeat = redis.register_script(lua(__file__, "heartbeat"))

    def publish(self, body: Mapping[str, str], *, event_id: str | None = None) -> str:
        """Append a message and return its id; the same event id again appends nothing and returns the first.

        Without an event id whatever is sent again is published again, also by the client's own retries.
        QueueFull means that nothing was published. MAXLEN would make room instead, by dropping the oldest
        messages, and it does not ask whether anybody has read them.
        """
        fields = checked(body)
        keys = [self.key]
        if event_id is not None:
            keys.append(f"{self.key}:seen:{name('event_id', event_id)}")
        flat = [part for field in fields.items() for part in field]
        published = self._publish(keys=keys, args=[self.limit, self.remember, *flat])
        if published is None:
            raise QueueFull(f"{self.key} holds {self.limit:,} unfinished messages, which is its limit")
        return text(published)

    def handle(self, consumer: str, work: Work, count: int = 10, *, block_ms: int | None = None) -> int:
        """Work through up to `count` new messages and return how many ended here.

        Each is finished before the next is read, so what this worker has not begun is free for the others,
        and when `work` raises or the process dies, exactly one message waits for `reclaim`; so does one whose
        delivery was never heard of, because the reply was lost. `block_ms` is how
        long to wait for the first: less than the client's own time-out.
        """
        name("consumer", consumer)
        whole("count", count, 1, 1_000)
        if block_ms is not None:
            whole("block_ms", block_ms, 1, 60_000)
        ended = 0
        for turn in range(count):
            message = self._next(consumer, None if turn else block_ms)
            if message is None:
                break
            ended += self._end(message, work(message))
        return ended

    def reclaim(self, consumer: str, min_idle_ms: int, work: Work, count: int = 10) -> int:
        """The same with up to `count` messages whose workers have been silent for `min_idle_ms`.

        Choose it longer than the work takes, or let the work send heartbeats: a worker who is slow and not
        dead is overtaken. Messages that were handed out too often are buried on the way.
        """
        name("consumer", consumer)
        whole("min_idle_ms", min_idle_ms, 0, 10**10)
        whole("count", count, 1, 1_000)
        ended, start = 0, "0-0"
        for _ in range(count):
            args: list[str | int] = [self.group, consumer, min_idle_ms, start, self.most_deliveries]
            found = self._in_group(partial(self._claim, keys=[self.key], args=args))
            if found is None:
                break
            start, id_, deliveries, fields = found
            if fields is None:
                keys = [self.key, self.dead_key]
                self._finish(keys=keys, args=[self.group, id_, "bury", self.letters])
            else:
                message = Message(text(id_), fields_of(fields), deliveries)
                ended += self._end(message, work(message))
            if text(start) == "0-0":
                break
        return ended

    def heartbeat(self, consumer: str, message: Message) -> bool:
        """Say that this consumer is still at it. False: another has it by now, or it is finished; stop."""
        args = [self.group, name("consumer", consumer), message.id]
        return bool(self._heartbeat(keys=[self.key], args=args))

    def pending(self) -> int:
        """How many messages have been delivered and not finished."""
        found: Any = self._in_group(partial(self.redis.xpending, self.key, self.group))
        return int(found["pending"])

    def length(self) -> int:
        """How many messages are unread or unfinished, by any group."""
        return int(self.redis.xlen(self.key))

    def dead_letters(self, count: int = 100) -> list[Message]:
        """The buried messages, oldest first, under their own ids; the claim that buried one counts too."""
        letters: Any = self.redis.xrange(self.dead_key, count=whole("count", count, 1, 1_000))
        found = []
        for _id, fields in letters:
            own = {text(field): text(value) for field, value in fields.items()}
            body = {field.removeprefix("body:"): own[field] for field in own if field.startswith("body:")}
            found.append(Message(own["of"], body, int(own["deliveries"])))
        return found

    def _next(self, consumer: str, block_ms: int | None) -> Message | None:
        new: Any = {self.key: ">"}
        read = partial(self.redis.xreadgroup, self.group, consumer, new, 1, block_ms)
        return next(iter(delivered(self._in_group(read))), None)

    def _end(self, message: Message, outcome: object) -> bool:
        """End a message, with its effect if there is one. False: both happened before."""
        if not isinstance(outcome, Effect):
            return bool(self._finish(keys=[self.key], args=[self.group, message.id, "done"]))
        args = [self.group, message.id, "effect", *outcome.words(self.key)]
        return bool(self._finish(keys=[self.key, outcome.key], args=args))

    def _in_group(self, ask: Callable[[], Any]) -> Any:
        return in_group(self.redis, self.key, self.group, ask)

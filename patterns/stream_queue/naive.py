"""The queue most of us write first: XADD what happens, XREADGROUP what is new."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from redis import Redis

from patterns.stream_queue.message import Work, checked, delivered, in_group
from patterns.wire import carry_out, name, tag, text, whole

__all__ = ["NaiveQueue"]


class NaiveQueue:
    """Messages for a group of workers, each delivered to one of them."""

    def __init__(self, redis: Redis, name: str, group: str = "workers", *, namespace: str = "") -> None:
        self.redis = redis
        self.key = f"{namespace}queue:{{{tag('name', name)}}}"
        self.group = tag("group", group)

    def publish(self, body: Mapping[str, str]) -> str:
        """Append a message and return its id."""
        fields: Any = checked(body)
        # Bug on purpose (unbounded stream): nothing ever takes an entry out again.
        return text(self.redis.xadd(self.key, fields))

    def handle(self, consumer: str, work: Work, count: int = 10, *, block_ms: int | None = None) -> int:
        """Work through up to `count` new messages, waiting up to `block_ms` for the first; how many."""
        name("consumer", consumer)
        whole("count", count, 1, 1_000)
        if block_ms is not None:
            whole("block_ms", block_ms, 1, 60_000)
        new: Any = {self.key: ">"}
        read = partial(self.redis.xreadgroup, self.group, consumer, new, count, block_ms)
        messages = delivered(in_group(self.redis, self.key, self.group, read))
        for message in messages:
            carry_out(self.redis, work(message))
        # Bug on purpose (stuck entry): nobody says XACK, so "done" and "died at it" look the same, and
        # neither is ever delivered again.
        return len(messages)

    def pending(self) -> int:
        """How many messages have been delivered and not finished."""
        ask = partial(self.redis.xpending, self.key, self.group)
        found: Any = in_group(self.redis, self.key, self.group, ask)
        return int(found["pending"])

    def length(self) -> int:
        """How many messages the stream holds."""
        return int(self.redis.xlen(self.key))

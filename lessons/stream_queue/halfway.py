"""The usual cure, between naive and hardened: the effect, then XACK, and a loop that claims the silent."""

from __future__ import annotations

from typing import Any

from patterns.stream_queue import Message, NaiveQueue, Work
from patterns.wire import carry_out

__all__ = ["AckLast"]


class AckLast(NaiveQueue):
    """At least once: nothing is lost to a dead worker, and nothing knows what it had done already."""

    def handle(self, consumer: str, work: Work, count: int = 10, *, block_ms: int | None = None) -> int:
        """Like the naive one, and every message is acknowledged after its effect."""
        done: list[str] = []

        def noted(message: Message) -> None:
            carry_out(self.redis, work(message))
            self.redis.xack(self.key, self.group, message.id)
            done.append(message.id)

        super().handle(consumer, noted, count, block_ms=block_ms)
        return len(done)

    def reclaim(self, consumer: str, min_idle_ms: int, work: Work, count: int = 10) -> int:
        """Take over up to `count` silent messages at once, however often they were handed out before."""
        reply: Any = self.redis.xautoclaim(self.key, self.group, consumer, min_idle_ms, count=count)
        for id_, body in reply[1]:
            carry_out(self.redis, work(Message(id_, body, 2)))
            self.redis.xack(self.key, self.group, id_)
        return len(reply[1])

"""What the tests of the stream queue share: its keys, a message, and a worker that fails or dies."""

from __future__ import annotations

from patterns.stream_queue import Effect, Message
from tests.patterns.bench import Died

KEY, DEAD, STOCK = "queue:{orders}", "queue:{orders}:dead", "stock:{orders}"
SHOE = {"sku": "shoe", "size": "42"}


class Worker:
    """Work that remembers what it saw, and fails or dies as often as told."""

    def __init__(self, *, dies: int = 0, fails: int = 0) -> None:
        self.seen: list[Message] = []
        self.dies, self.fails = dies, fails

    def __call__(self, message: Message) -> None:
        self.seen.append(message)
        if len(self.seen) <= self.dies:
            raise Died
        if len(self.seen) <= self.fails:
            raise LookupError("no such shoe")

    @property
    def bodies(self) -> list[dict[str, str]]:
        return [message.body for message in self.seen]


def sell(message: Message) -> Effect:
    """Take one pair from the stock."""
    return Effect("HINCRBY", STOCK, (message.body["sku"], -1))

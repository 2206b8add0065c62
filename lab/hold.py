"""Holds a client between two of its commands, so that a race happens every time and not by luck.

The pattern code runs unchanged: the hold sits in the client, behind a reply that has already come.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from redis import Redis

__all__ = ["Gate", "after_reply"]


@contextmanager
def after_reply(redis: Redis, then: Callable[[], object], nth: int = 1) -> Iterator[Redis]:
    """Within the block, `then` runs once: when the nth reply is there, and before the caller sees it.

    Errors are no replies: a script that is not loaded yet is sent again first. `then` may send commands,
    also through this client; they are not counted.
    """
    send: Callable[..., Any] = redis.execute_command
    left = nth

    def held(*args: Any, **options: Any) -> Any:
        nonlocal left
        reply = send(*args, **options)
        if left > 0:
            left -= 1
            if left == 0:
                then()
        return reply

    redis.execute_command = held  # type: ignore[method-assign]
    try:
        yield redis
    finally:
        redis.__dict__.pop("execute_command", None)


class Gate:
    """Opens when each of `parties` clients stands before it or has ended. Then it stays open.

    `patience` seconds bound the wait, so that a client that hangs elsewhere cannot hang the others.
    """

    def __init__(self, parties: int, patience: float = 5.0) -> None:
        self.missing = parties
        self._patience = patience
        self._changed = threading.Condition()

    @contextmanager
    def holds(self, redis: Redis, nth: int = 1) -> Iterator[Redis]:
        """Within the block, the client waits at the gate with its nth reply in hand."""
        here = threading.Event()

        def wait() -> None:
            here.set()
            self.arrive()

        try:
            with after_reply(redis, wait, nth):
                yield redis
        finally:
            if not here.is_set():
                self.arrive(and_wait=False)

    def arrive(self, *, and_wait: bool = True) -> None:
        """One more stands before the gate, and waits for the others unless it has ended."""
        with self._changed:
            self.missing -= 1
            if self.missing <= 0:
                self._changed.notify_all()
            elif and_wait:
                self._changed.wait_for(lambda: self.missing <= 0, timeout=self._patience)

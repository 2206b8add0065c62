"""Work that is given up after a time. It goes on in a thread that nobody waits for: none can be ended."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

__all__ = ["Late", "within"]

T = TypeVar("T")


class Late(TimeoutError):
    """The work was not done in time. `thread` is where it still goes on."""

    def __init__(self, seconds: float, thread: threading.Thread) -> None:
        super().__init__(f"not done after {seconds:g} seconds")
        self.thread = thread


def within(seconds: float, work: Callable[[], T], name: str) -> T:
    """What the work returns or raises, an exit too; `Late` after so many seconds. `name` is its thread's."""
    done: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(work())
        except BaseException as error:  # noqa: BLE001  handed over to the caller
            failed.append(error)

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    if not done:
        raise Late(seconds, thread)
    return done[0]

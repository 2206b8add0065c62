"""A clock that stands still between two calls, however long a busy machine takes for them."""

from __future__ import annotations

import time

from lab.clock import Clock

__all__ = ["StandingClock"]


class StandingClock(Clock):
    """Moves when it is moved, and only then."""

    def __init__(self) -> None:
        super().__init__()
        self._stood = time.time()

    def __call__(self) -> float:
        return self._stood + self.offset

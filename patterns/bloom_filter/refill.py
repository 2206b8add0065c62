"""How a new filter is made beside the one in use: begin, fill, swap, and no half of one whatever happens."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from patterns.bloom_filter.state import FilterFull, RebuildLost, RebuildRunning
from patterns.wire import FAILED, name, text

__all__ = ["BATCH", "refill"]

BATCH = 500
"""Items in one step. It keeps the server for a millisecond, in core.py for several, and extends the lease."""


def refill(
    load: Callable[[], Iterable[str]],
    *,
    begin: Callable[[], Any],
    fill: Callable[[list[str]], Any],
    swap: Callable[[], Any],
    abandon: Callable[[], Any],
) -> int:
    """Put everything that `load` returns into the next filter, then let it take the place of the first."""
    if not begin():
        raise RebuildRunning("another client is rebuilding this filter; ask again when it has ended")
    try:
        items, count = iter(load()), 0
        while batch := [name("item", item) for item in islice(items, BATCH)]:
            _went_well(text(fill(batch)))
            count += len(batch)
        _went_well(text(swap()))
    except BaseException:
        with contextlib.suppress(*FAILED):  # the lease ends it as well, later
            abandon()
        raise
    return count


def _went_well(outcome: str) -> None:
    if outcome == "full":
        raise FilterFull("there is more to remember than the new filter has room for; the old one stays")
    if outcome == "lost":
        raise RebuildLost(
            "the rebuild has ended: it was not renewed in time, its next filter was evicted or is too small "
            "for what was added meanwhile, or it was swapped in before"
        )

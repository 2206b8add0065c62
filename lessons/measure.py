"""What the facts of several lessons measure: bytes of a key, round trips of a call; and how it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lessons.estimates import Sample
from lessons.staging import clear

if TYPE_CHECKING:
    from lab.bench import Bench

__all__ = ["NotHere", "Told", "bytes_of", "round_trips_of", "sample_of", "sizes_of", "told"]


TRACKING = "latency-tracking"


class NotHere(str):
    """Why this server cannot measure a fact: what its `measure` returns then; perhaps what another showed."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What a fact came to on this server: what was measured, or why nothing could be."""

    here: bool
    says: str

    @property
    def label(self) -> str:
        """What stands before it."""
        return "Measured here" if self.here else "Not measured here"


def told(measured: str) -> Told:
    """What a fact's `measure` returned. No page calls a number measured here that comes from elsewhere."""
    here = not isinstance(measured, NotHere)
    return Told(here, str(measured) if here else f"{measured[:1].upper()}{measured[1:]}")


def bytes_of(bench: Bench, key: str) -> int | NotHere:
    """What MEMORY USAGE says of the whole key, or why this server cannot say it."""
    sizes = sizes_of(bench, key)
    return sizes if isinstance(sizes, NotHere) else sizes[0]


def sizes_of(bench: Bench, *keys: str) -> tuple[int, ...] | NotHere:
    """What MEMORY USAGE says of each whole key, 0 where there is none, or why this server cannot say it."""
    if not bench.backend.can("memory_usage"):
        return NotHere(bench.backend.why_not("memory_usage"))
    return tuple(int(bench.quiet().memory_usage(key, samples=0) or 0) for key in keys)


def round_trips_of(bench: Bench, call: Callable[[], Any]) -> int:
    """How often the call wrote and waited."""
    begin = bench.log.mark()
    call()
    return bench.log.since(begin).round_trips


def sample_of(
    bench: Bench, fill: Callable[[], Iterable[str]], items: int, operation: Callable[[], Any], *globs: str
) -> Sample:
    """What so many items take, and the round trips of one operation of a traced client.

    `fill` stores the items and returns their keys. On a server of one's own the memory is that of the whole
    server, before and after: MEMORY USAGE leaves out what a key takes in the tables of keys and TTLs. Where
    others write too, MEMORY USAGE it is. The keys that match `globs` are cleared away afterwards.
    """
    quiet, can = bench.quiet(), bench.backend.can("memory_usage")
    alone = can and not bench.backend.shared
    with _without_histograms(quiet) if alone and bench.backend.can("config") else nullcontext():
        before = _used(quiet) if alone else 0
        keys = list(fill()) if can else []
        after = _used(quiet) if alone else 0
    if alone:
        stored, how = after - before, "used_memory before and after"
    elif can:
        stored, how = sum(int(quiet.memory_usage(key, samples=0) or 0) for key in keys), "MEMORY USAGE"
    else:
        stored, how = 0, ""
    trips = round_trips_of(bench, operation)
    clear(bench, *globs)
    missing = "" if can else f"Not measurable here: {bench.backend.why_not('memory_usage')}"
    return Sample(stored, items, trips, how, missing)


def _used(quiet: Any) -> int:
    """Bytes that the server has allocated."""
    return int(quiet.info("memory")["used_memory"])


@contextmanager
def _without_histograms(quiet: Any) -> Iterator[None]:
    """The server makes a histogram of latencies at the first call of a command: 25 KB that no item takes."""
    tracks = quiet.config_get(TRACKING).get(TRACKING) == "yes"  # since 7.0
    if tracks:
        quiet.config_set(TRACKING, "no")
    try:
        yield
    finally:
        if tracks:
            quiet.config_set(TRACKING, "yes")

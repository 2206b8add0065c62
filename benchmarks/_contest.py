"""Contests measured side by side: every contestant in short batches, in turn, round after round.

A batch's speed depends on what else the machine does in that moment; its ratio to the batches around it does
much less. So what counts is the median over many short rounds of ours / theirs within one round, and it is a
difference only if the range in which that median lies (19 times out of 20) leaves 1 out.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from benchmarks._place import NotDone, Place, Usage

ROUNDS = 45
BATCH_SECONDS = 0.02

Batch = Callable[[int], object]
"""Does the job `n` times."""

Start = Callable[..., Batch]
"""Connects, prepares, and returns the batch. Whatever it needs beyond the app is imported in here."""


@dataclass(frozen=True, slots=True)
class Contestant:
    """One way to do the job, and what it guarantees."""

    name: str
    guarantee: str
    start: Start
    least: int = field(default=2, kw_only=True)
    """Jobs in a batch at least: more where each batch starts and stops a worker."""


@dataclass(frozen=True, slots=True)
class Peer(Contestant):
    """A package that a user might take instead. `than_ours` says how its guarantee compares.

    `why` is why it may be faster: the answer that the table gives where it is.
    """

    package: str
    than_ours: Literal["weaker", "same", "stronger", "other"]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Contest:
    """One job: the raw command floor, the hardened pattern, and the peers a user would pick."""

    slug: str
    job: str
    floor: Contestant
    ours: Contestant
    peers: tuple[Peer, ...] = ()
    needs: str = ""
    """The capability of the server without which it cannot be held."""

    @property
    def all(self) -> tuple[Contestant, ...]:
        return (self.floor, self.ours, *self.peers)


@dataclass(frozen=True, slots=True)
class Figure:
    """What one contestant reached. Trips, commands and CPU time are for one time of the job."""

    slug: str
    job: str
    name: str
    role: Literal["floor", "ours", "peer"]
    per_second: float
    ratio: float
    """How many times as fast ours is, measured in the same rounds: below 1 this one is faster."""
    low: float
    high: float
    """Between these the ratio lies, 19 times out of 20."""
    round_trips: float
    commands: float
    """What the server ran, commands inside scripts among it."""
    client_us: float
    server_us: float
    guarantee: str
    than_ours: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One batch of one contestant, per time of the job."""

    per_second: float
    client_us: float
    usage: Usage


def repeat(once: Callable[[], object]) -> Batch:
    """A batch of calls of `once`, each of which must return something true."""

    def batch(count: int) -> None:
        for _ in range(count):
            if not once():
                raise NotDone

    return batch


def measure(
    contest: Contest, place: Place, rounds: int = ROUNDS, seconds: float = BATCH_SECONDS
) -> list[Figure]:
    """All contestants of one contest, in turn; figures in the order floor, ours, peers."""
    batches = {one.name: one.start(place) for one in contest.all}
    counts = {}
    for one in contest.all:
        batches[one.name](3)  # connect, load scripts, fill caches
        counts[one.name] = max(one.least, _calibrated(batches[one.name], seconds))
    runs: dict[str, list[Run]] = {name: [] for name in batches}
    names = list(batches)
    for turn in range(rounds):
        # Another order each round, so that nobody always runs behind the same neighbour.
        shift = turn % len(names)
        for name in names[shift:] + names[:shift]:
            runs[name].append(_run(batches[name], counts[name], place))
    return [_figure(contest, one, runs[one.name], runs[contest.ours.name]) for one in contest.all]


def range_of_median(values: Sequence[float]) -> tuple[float, float]:
    """Where the median lies, 19 times out of 20: so many values to each side of the middle one.

    It takes nothing for granted about how they are spread. Fewer than six values span too little.
    """
    ordered, count = sorted(values), len(values)
    within = 0.0
    for rank in range(count // 2 + 1):
        # The median lies below the value of this rank as often as `count` coins show so few heads.
        within += math.comb(count, rank) / 2**count
        if within > 0.025:
            return ordered[max(0, rank - 1)], ordered[count - max(1, rank)]
    return ordered[0], ordered[-1]


def _calibrated(batch: Batch, seconds: float) -> int:
    """How often to do the job so that a batch takes about that long."""
    began = time.perf_counter()
    batch(5)
    return min(20_000, round(5 * seconds / (time.perf_counter() - began)))


def _run(batch: Batch, count: int, place: Place) -> Run:
    before = place.usage()
    cpu, began = time.process_time(), time.perf_counter()
    batch(count)
    elapsed, cpu = time.perf_counter() - began, time.process_time() - cpu
    return Run(count / elapsed, cpu / count * 1e6, (place.usage() - before) / count)


def _figure(contest: Contest, one: Contestant, runs: list[Run], ours: list[Run]) -> Figure:
    ratios = [mine.per_second / theirs.per_second for theirs, mine in zip(runs, ours, strict=True)]
    low, high = range_of_median(ratios)
    return Figure(
        contest.slug,
        contest.job,
        one.name,
        "floor" if one is contest.floor else "ours" if one is contest.ours else "peer",
        statistics.median(run.per_second for run in runs),
        statistics.median(ratios),
        low,
        high,
        statistics.median(run.usage.reads for run in runs),
        statistics.median(run.usage.commands for run in runs),
        statistics.median(run.client_us for run in runs),
        statistics.median(run.usage.cpu_us for run in runs),
        one.guarantee,
        one.than_ours if isinstance(one, Peer) else "",
        one.why if isinstance(one, Peer) else "",
    )

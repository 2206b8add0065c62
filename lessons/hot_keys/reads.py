"""A hot read: every remedy under the same readers, side by side."""

from __future__ import annotations

import itertools
import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from redis.exceptions import RedisError

from lab.load import Load, Operation
from lab.routing import Router, measured_client
from lab.workshop import Workshop
from lessons.hot_keys.remedies import Copies, Direct, LocalCopy, Replicas, every
from lessons.hot_keys.stage import (
    CLIENTS,
    EACH,
    EXPONENT,
    HOT,
    NAMES,
    Stage,
    bars,
    hottest,
    hundred,
    is_hot,
    news,
    open_stage,
    strip,
)
from lessons.inputs import Integer
from lessons.model import Count, Experiment, Shown, Trial
from lessons.pictures import Table, TableRow, Tone

__all__ = ["READS", "Desk", "all_remedies", "kept_in_step"]

HELPS = 0.8  # a remedy helps if the busiest node has less than this part of what it had


class Desk:
    """Where news is published: it knows the newest version of each piece, so it knows an old answer."""

    def __init__(self) -> None:
        self.newest = dict.fromkeys(NAMES, 0)
        self.old: Counter[str] = Counter()
        self._locks = {name: threading.Lock() for name in NAMES}

    def publish(self, client: Direct, key: str) -> None:
        with self._locks[key]:  # one editor for each piece, so that versions arrive in their order
            client.write(key, self.newest[key] + 1)
            self.newest[key] += 1

    def read(self, client: Direct, key: str, label: str) -> None:
        known = self.newest[key]  # acknowledged before this read began
        if client.read(key) < known:
            self.old[label] += 1


@dataclass(frozen=True, slots=True)
class Remedy:
    """One row of the comparison."""

    label: str
    build: Callable[[Router, int], Direct]
    cached: bool = False


def all_remedies(
    workshop: Workshop, /, *, clients: int, each: int, exponent: float, writes: int, copies: int, ttl_ms: int
) -> Shown:
    """The same reads and writes five times: with no remedy, and with each of four."""
    stage, desk = open_stage(workshop, replicas=1), Desk()
    names = {HOT: stage.slots.spread(f"{HOT}:copy:", copies)}
    rows: list[tuple[str, Load | str]] = []
    remedies = (
        Remedy("No remedy", lambda router, _: Direct(router)),
        Remedy("Replica reads", lambda router, _: Replicas(router)),
        Remedy(
            f"{len(names[HOT])} copies of the hot key",
            lambda router, client: Copies(router, names, random.Random(f"copies:{client}")),
        ),
        Remedy("Client-side caching", lambda router, _: Direct(router), cached=True),
        Remedy(f"Local copy of {ttl_ms:,} ms", lambda router, _: LocalCopy(router, ttl_ms / 1000)),
    )
    for number, remedy in enumerate(remedies):
        if remedy.cached and (why := _refused(stage)):
            rows.append((remedy.label, why))
            continue
        _set_copies(stage, desk, names)
        progress = (0.2 + 0.8 * number / len(remedies), 0.2 + 0.8 * (number + 1) / len(remedies))
        load = stage.load(
            remedy.label, _operations(remedy, desk, writes), news(exponent), clients=clients, each=each,
            progress=progress, cached=remedy.cached,
        )  # fmt: skip
        rows.append((remedy.label, load))
    loads = [load for _, load in rows if isinstance(load, Load)]
    return _shown(stage, rows, loads, desk)


def kept_in_step(router: Router, desk: Desk, label: str, client: Direct, writes: int, seed: int) -> Operation:
    """One client of the comparison: it reads, and `writes` times of 100 it publishes the next version."""
    publishes = every(writes, random.Random(f"writes:{seed}"))

    def operation(key: str) -> None:
        if next(publishes):
            desk.publish(client, key)
        else:
            desk.read(client, key, label)

    return operation


def _operations(remedy: Remedy, desk: Desk, writes: int) -> Callable[[Router], Operation]:
    numbers = itertools.count()

    def make(router: Router) -> Operation:
        number = next(numbers)
        return kept_in_step(router, desk, remedy.label, remedy.build(router, number), writes, number)

    return make


def _set_copies(stage: Stage, desk: Desk, names: dict[str, tuple[str, ...]]) -> None:
    """Bring the copies to the newest version: they were not written to by the remedies before."""
    router = Router(stage.slots)
    for key, copies in names.items():
        for copy in copies:
            router.primary(copy).set(copy, desk.newest[key])
    router.close()


def _refused(stage: Stage) -> str:
    """Why this server is not one that redis-py caches for; empty if it is."""
    client = measured_client(stage.slots.shards[0].primary, Counter(), cached=True)
    try:
        client.ping()
    except RedisError as error:
        return f"not here: {error}"
    finally:
        client.close()
    return ""


def _shown(stage: Stage, rows: list[tuple[str, Load | str]], loads: list[Load], desk: Desk) -> Shown:
    base, *cured = loads
    helped = [load for load in cured if _helps(load, base)]
    if not is_hot(base):
        tone: Tone = "plain"
        name, times = hottest(base)
        says = (
            f"There was no hot key: even {name}, which was wanted most, got {times:,} of "
            f"{base.operations:,} operations. Raise the exponent."
        )
    else:
        tone = "good" if len(helped) == len(cured) else "warn"
        found = "; ".join(f"{load.label.lower()}: {hundred(load.bottleneck)}" for load in cured)
        old = "; ".join(f"{label.lower()}: {count:,}" for label, count in desk.old.items()) or "none"
        says = (
            f"With no remedy {base.busiest.name} executed {hundred(base.bottleneck)} of every 100 "
            f"operations. The busiest node with {found}. Old answers, {old}."
        )
    return Shown(
        says,
        tone,
        (
            Count("Busiest node with no remedy", hundred(base.bottleneck), "of 100", "bad"),
            *(
                Count(load.label, hundred(load.bottleneck), "of 100", "good" if load in helped else "warn")
                for load in cured
            ),
            Count("Operations for each remedy", base.operations),
            Count("Errors", sum(error.times for load in loads for error in load.errors)),
        ),
        Table(
            "The same traffic under every remedy",
            ("Remedy", "Operations/s", "p50 ms", "p99 ms", "Busiest node, of 100", "Old answers"),
            tuple(_row(label, load, base, desk) for label, load in rows),
            "The busiest node is the ceiling: at 25 of 100 the application can do four times what one node "
            f"can. {base.note}",
        ),
        (
            bars("What each node executes", loads, base.bottleneck, lambda load: _helps(load, base)),
            strip("The slots with no remedy", stage.slots, base),
        ),
    )


def _helps(load: Load, base: Load) -> bool:
    return load.bottleneck < HELPS * base.bottleneck


def _row(label: str, load: Load | str, base: Load, desk: Desk) -> TableRow:
    if isinstance(load, str):
        return TableRow((label, load, "-", "-", "-", "-"), "warn")
    tone: Tone = "good" if _helps(load, base) else "bad" if load is base else "warn"
    return TableRow(
        (
            label, f"{load.throughput:,.0f}", f"{load.p50_ms:.1f}", f"{load.p99_ms:.1f}",
            f"{hundred(load.bottleneck)} ({load.busiest.name})", str(desk.old[label]),
        ),
        tone,
    )  # fmt: skip


READS = Experiment(
    "A hot read, and what cures it",
    "Watch for the busiest node's part, and for the price of each cure in old answers.",
    (
        Trial(
            "All remedies side by side",
            all_remedies,
            "good",
            (
                Direct.read, LocalCopy.read, Replicas.read, Copies.read, Copies.write, measured_client,
            ),
        ),
    ),
    (
        CLIENTS,
        EACH,
        EXPONENT,
        Integer("writes", "Writes", 2, 0, 20, "of 100 operations"),
        Integer("copies", "Copies of the hot key on each node", 2, 1, 8),
        Integer("ttl_ms", "Life of a local copy", 500, 10, 5_000, "ms"),
    ),
    seconds=9.0,
)  # fmt: skip

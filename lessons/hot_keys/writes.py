"""A hot write: one counter that everybody adds to, split in ways that help and in one that needs luck."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lab.load import Load, Operation, uniform
from lab.routing import Router
from lab.slots import slot_of
from lab.workshop import Workshop
from lessons.hot_keys.remedies import Batched, OneKey, SubKeys, every
from lessons.hot_keys.stage import CLIENTS, EACH, Stage, bars, hundred, open_stage, strip
from lessons.inputs import Integer, Text
from lessons.model import Count, Experiment, Shown, Trial
from lessons.pictures import Table, TableRow, Tone
from patterns.distributed_counter import Counter as HardenedCounter

__all__ = ["NAME", "WRITES", "all_splits", "by_luck", "checked", "counting", "per_node"]

NAME = Text("name", "Name of the counter", "video7", max_length=24, help="Another name, another luck.")
UNEVEN = 1.25  # times the fair part: from here on a split is lopsided


@dataclass(frozen=True, slots=True)
class Split:
    """One row of the comparison: how it counts, and in which keys."""

    label: str
    keys: tuple[str, ...]
    build: Callable[[Router, int], OneKey]


def by_luck(name: str, parts: int) -> tuple[str, ...]:
    """Sub-keys as most people name them. Their slots are what they are."""
    return tuple(f"views:{name}:{part}" for part in range(parts))


def checked(name: str, parts: int, stage: Stage) -> tuple[str, ...]:
    """The keys of the course's own counter: one in each of `parts` equal stretches of the slots."""
    with stage.cluster.nodes[0].client() as node:
        return tuple(HardenedCounter(node, f"views:{name}", parts=parts).keys)


def per_node(keys: Sequence[str], stage: Stage) -> tuple[int, ...]:
    """How many of the keys each node has."""
    held = Counter(stage.slots.shard_of(key).name for key in keys)
    return tuple(held[shard.name] for shard in stage.slots.shards)


def all_splits(
    workshop: Workshop, /, *, name: str, clients: int, each: int, parts: int, totals: int, batch: int
) -> Shown:
    """The same additions four times: one key, sub-keys by luck, sub-keys checked, batches of one key."""
    stage = open_stage(workshop)
    lucky, chosen = by_luck(_plain(name), parts), checked(_plain(name), parts, stage)
    splits = (
        Split("One key", (one := f"views:{_plain(name)}",), lambda router, _: OneKey(router, one)),
        Split(
            f"{parts} sub-keys, slots unchecked",
            lucky,
            lambda router, client: SubKeys(router, lucky, random.Random(f"part:{client}")),
        ),
        Split(
            f"{parts} sub-keys, slots checked",
            chosen,
            lambda router, client: SubKeys(router, chosen, random.Random(f"part:{client}")),
        ),
        Split(
            f"Batches of {batch}",
            (held := f"views:{_plain(name)}:batched",),
            lambda router, _: Batched(router, held, batch),
        ),
    )
    rows = []
    for number, split in enumerate(splits):
        progress = (0.25 + 0.75 * number / len(splits), 0.25 + 0.75 * (number + 1) / len(splits))
        rows.append((split, *counting(stage, split, clients, each, totals, progress)))
    return _shown(stage, rows)


def counting(
    stage: Stage, split: Split, clients: int, each: int, totals: int, progress: tuple[float, float]
) -> tuple[Load, int, int, int]:
    """Let everybody count: the load, what was added, what the keys add up to then, the most that was held."""
    made: list[OneKey] = []
    added = [0] * clients
    numbers = itertools.count()

    def make(router: Router) -> Operation:
        number = next(numbers)
        counter, asks = split.build(router, number), every(totals, random.Random(f"totals:{number}"))
        made.append(counter)

        left = itertools.count(1)

        def operation(_: str) -> None:
            if next(asks):
                counter.total()
            else:
                counter.add()
                added[number] += 1
            if next(left) == each:
                counter.close()  # send what is held, as a process does that ends well

        return operation

    load = stage.load(
        split.label, make, uniform(split.keys[:1]), clients=clients, each=each, progress=progress
    )
    router = Router(stage.slots)
    found = SubKeys(router, split.keys, random.Random(0)).total()
    router.close()
    most = max((counter.most_held for counter in made if isinstance(counter, Batched)), default=0)
    return load, sum(added), found, most


def _plain(name: str) -> str:
    """Braces would be a hash tag, and a tag puts all sub-keys into one slot: that is another experiment."""
    return name.replace("{", "(").replace("}", ")")


def _shown(stage: Stage, rows: list[tuple[Split, Load, int, int, int]]) -> Shown:
    (_, base, *_), (lucky, luck, *_), (chosen, check, *_), (_, batched, _, _, most) = rows
    fair = 1 / len(stage.slots.shards)
    exact = all(found == added for _, _, added, found, _ in rows)
    # The busiest node's part of what the nodes executed: how a split is spread, whatever else it costs.
    lopsided = luck.busiest_share > UNEVEN * fair
    even = check.busiest_share <= UNEVEN * fair
    spread = "-".join(map(str, per_node(lucky.keys, stage)))
    tone: Tone = "good" if even and exact and check.bottleneck < base.bottleneck else "warn"
    says = (
        f"One key: all on {base.busiest.name}. {len(lucky.keys)} sub-keys with unchecked slots lie {spread} "
        f"on the nodes, and the busiest had {hundred(luck.busiest_share)} % of the commands"
        f"{', a poor split' if lopsided else ', good luck'}; checked, {hundred(check.busiest_share)} %. "
        f"Batches needed {batched.sent:,} commands where one key needed {base.sent:,}, and a process that "
        f"dies loses up to {most} counts. {'Every sum is exact.' if exact else 'A SUM IS WRONG.'}"
    )
    return Shown(
        says,
        tone,
        (
            Count("Busiest node, one key", hundred(base.busiest_share), "%", "bad"),
            Count("Sub-keys unchecked", hundred(luck.busiest_share), "%", "warn" if lopsided else "good"),
            Count("Sub-keys checked", hundred(check.busiest_share), "%", "good" if even else "warn"),
            Count("Most held by one process in batches", most, "counts", "warn" if most > 1 else "plain"),
            Count("Slots of the checked keys", len({slot_of(key) for key in chosen.keys})),
            Count("Errors", sum(error.times for _, load, *_ in rows for error in load.errors)),
        ),
        Table(
            "The same additions under every split",
            (
                "Split", "Operations/s", "p50 ms", "p99 ms", "Busiest node, %", "Its commands, of 100",
                "Sum, and added",
            ),
            tuple(_row(split, load, added, found, fair) for split, load, added, found, _ in rows),
            "Reading the total of sub-keys asks each of them: the more often it is read, the less a split "
            f"helps. {base.note}",
        ),
        (
            bars(
                "What each node executes",
                [load for _, load, *_ in rows],
                base.bottleneck,
                lambda load: _is_cured(load, fair),
            ),
            strip("Sub-keys with unchecked slots", stage.slots, luck, lucky.keys),
            strip("Sub-keys with checked slots", stage.slots, check, chosen.keys),
        ),
    )  # fmt: skip


def _is_cured(load: Load, fair: float) -> bool:
    """Evenly spread; or next to no work at all, as with batches, though it is still for one node."""
    return load.busiest_share <= UNEVEN * fair or load.bottleneck < fair


def _row(split: Split, load: Load, added: int, found: int, fair: float) -> TableRow:
    tone: Tone = "good" if _is_cured(load, fair) else "bad" if load.busiest_share == 1 else "warn"
    return TableRow(
        (
            split.label, f"{load.throughput:,.0f}", f"{load.p50_ms:.1f}", f"{load.p99_ms:.1f}",
            f"{hundred(load.busiest_share)} ({load.busiest.name})", hundred(load.bottleneck),
            f"{found:,} of {added:,}",
        ),
        tone,
    )  # fmt: skip


WRITES = Experiment(
    "A hot write, and how to split it",
    "Watch for the sub-keys whose slots nobody checked: are they better than one key, and by how much?",
    (
        Trial(
            "All splits side by side",
            all_splits,
            "good",
            (OneKey.add, SubKeys.add, SubKeys.total, Batched.add, by_luck, checked),
        ),
    ),
    (
        NAME,
        CLIENTS,
        EACH,
        Integer("parts", "Sub-keys", 12, 2, 48),
        Integer("totals", "Reads of the total", 1, 0, 50, "of 100 operations"),
        Integer("batch", "Counts in a batch", 10, 2, 100),
    ),
    seconds=7.0,
)

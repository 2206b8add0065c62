"""The hot counter on a real cluster: the same views in one key, in keys with one tag, in checked keys."""

from __future__ import annotations

import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lab.slots import slot_of
from lab.topology import Cluster, start_cluster
from lessons.estimates import percent
from lessons.inputs import Integer
from lessons.model import Count, Experiment, Load, Shown, Trial
from lessons.pictures import Bar, Bars, SlotKey, SlotRange, Slots, Table, TableRow, Tone
from lessons.staging import plural
from patterns.distributed_counter import Counter, NaiveCounter

if TYPE_CHECKING:
    from redis.cluster import RedisCluster

    from lab.workshop import Workshop

__all__ = ["HEAT", "LOAD", "TaggedCounter", "side_by_side"]

VIDEO, PRIMARIES = "video-7", 3
FAIR = 1 / PRIMARIES
TOO_MUCH = 0.5  # of all writes: from here on a node of three stands out


class TaggedCounter:
    """The split that undoes itself: its parts have one hash tag, so that MGET can read them in one go."""

    def __init__(self, redis: RedisCluster, name: str, parts: int) -> None:
        self.redis = redis
        self.keys = [f"counter:{{{name}}}:{part}" for part in range(parts)]

    def add(self, amount: int, event_id: str) -> bool:
        """Count one event in the part that its id falls on."""
        self.redis.incrby(self.keys[zlib.crc32(event_id.encode()) % len(self.keys)], amount)
        return True

    def total(self) -> int:
        """The sum of the parts, in one command."""
        return sum(int(part or 0) for part in self.redis.mget(self.keys))


@dataclass(frozen=True, slots=True)
class Way:
    """One way to name the keys of a counter, under the same views."""

    label: str
    keys: tuple[str, ...]
    counter: NaiveCounter | TaggedCounter | Counter


@dataclass(frozen=True, slots=True)
class Found:
    """What a way cost: writes by node, reads for one total, and whether the sum is right."""

    way: Way
    writes: tuple[int, ...]
    reads: int
    total: int

    @property
    def title(self) -> str:
        """The way's label within a sentence."""
        return self.way.label[0].lower() + self.way.label[1:]

    @property
    def busiest(self) -> float:
        """The share of all writes that the busiest node made."""
        return max(self.writes) / (sum(self.writes) or 1)

    @property
    def tone(self) -> Tone:
        return "bad" if self.busiest > TOO_MUCH else "good"


def side_by_side(workshop: Workshop, /, *, events: int, writers: int, parts: int) -> Shown:
    """The same views three times. What each node executed is what the nodes themselves say."""
    workshop.progress(0.0, "Three primaries form a cluster; Redis lets a new one wait for two seconds")
    cluster = workshop.enter(start_cluster(PRIMARIES, check=workshop.check))
    redis: Any = workshop.closing(cluster.client())
    one = NaiveCounter(redis, VIDEO)
    tagged, checked = TaggedCounter(redis, VIDEO, parts), Counter(redis, VIDEO, parts=parts)
    ways = (
        Way("One key", (one.key,), one),
        Way(f"{parts} keys, one hash tag", tuple(tagged.keys), tagged),
        Way(f"{parts} keys, slots checked", tuple(checked.keys), checked),
    )
    checked.add(0, "warm-up")  # every node knows the script
    found = []
    for number, way in enumerate(ways):
        workshop.progress(0.7 + 0.1 * number, f"{way.label}: {plural(events, 'view')}")
        found.append(_measure(workshop, cluster, way, events, writers))
    return _shown(cluster, found, events)


def _measure(workshop: Workshop, cluster: Cluster, way: Way, events: int, writers: int) -> Found:
    def write(first: int) -> None:
        for number in range(first, events, writers):
            workshop.check()
            way.counter.add(1, f"view-{number}")

    for node in cluster.nodes:
        with node.client() as client:
            client.config_resetstat()
    with ThreadPoolExecutor(writers) as threads:
        list(threads.map(write, range(writers)))
    writes = _executed(cluster, "incrby")
    before = _executed(cluster, "get", "mget")
    total = way.counter.total()
    reads = sum(_executed(cluster, "get", "mget")) - sum(before)
    return Found(way, writes, reads, total)


def _executed(cluster: Cluster, *commands: str) -> tuple[int, ...]:
    """How often each node says it has executed these commands, whether a client or a script sent them."""
    told = []
    for node in cluster.nodes:
        with node.client() as client:
            stats = client.info("commandstats")
            told.append(sum(stats.get(f"cmdstat_{one}", {}).get("calls", 0) for one in commands))
    return tuple(told)


def _shown(cluster: Cluster, found: list[Found], events: int) -> Shown:
    one, tagged, checked = found
    exact = all(way.total == events for way in found)
    tone: Tone = (
        "good" if exact and checked.busiest <= TOO_MUCH < min(one.busiest, tagged.busiest) else "warn"
    )
    names = [f"node {number}" for number in range(1, len(cluster.nodes) + 1)]
    shares = [percent(way.busiest) for way in found]
    return Shown(
        f"{plural(events, 'view')}, three times. The busiest of {len(names)} nodes made {shares[0]} of "
        f"the writes with one key, {shares[1]} with a hash tag, {shares[2]} with checked slots. "
        f"A total took {one.reads}, {tagged.reads} and {checked.reads} reads. "
        + ("Every sum is exact." if exact else "A SUM IS WRONG.")
        + (" Fewer keys than nodes leave a node idle." if len(checked.way.keys) < len(names) else ""),
        tone,
        tuple(Count(f"Busiest node, {each.title}", percent(each.busiest), "", each.tone) for each in found),
        Bars(
            "Which node made the writes",
            tuple(
                Bar(name, writes, way.tone if writes == max(way.writes) else "plain", group=way.way.label)
                for way in found
                for name, writes in zip(names, way.writes, strict=True)
            ),
            "writes",
            limit=round(events * FAIR, 1),
            limit_label="A fair share",
            note="INCRBY as the nodes count it in INFO commandstats, those of scripts among them.",
        ),
        (
            _strip(cluster, names, tagged),
            _strip(cluster, names, checked),
            Table(
                "What the split costs",
                ("Keys", "Busiest node", "Reads for one total", "Sum, and views"),
                tuple(
                    TableRow(
                        (
                            way.way.label, percent(way.busiest), f"{way.reads}",
                            f"{way.total:,} of {events:,}",
                        ),
                        way.tone,
                    )
                    for way in found
                ),
                "The hash tag makes the total cheap, and that is all it does.",
            ),
        ),
    )  # fmt: skip


def _strip(cluster: Cluster, names: list[str], found: Found) -> Slots:
    """The slots of the cluster with the keys of one way."""
    return Slots(
        found.way.label,
        tuple(
            SlotRange(node.first_slot, node.last_slot, name, float(writes), "plain")
            for node, name, writes in zip(cluster.nodes, names, found.writes, strict=True)
        ),
        tuple(SlotKey(f"part {part}", slot_of(key)) for part, key in enumerate(found.way.keys, 1)),
        "writes",
    )


HEAT = Experiment(
    "The same views, three ways to name the keys",
    watch="Watch for the busiest node: what it makes of all writes is the ceiling of the whole cluster.",
    trials=(
        Trial(
            "All three, side by side",
            side_by_side,
            "good",
            (NaiveCounter.add, TaggedCounter.__init__, TaggedCounter.total, Counter.add, Counter.total),
        ),
    ),
    inputs=(
        Integer("events", "Views", 300, 50, 2_000),
        Integer("writers", "Servers that count", 4, 1, 16, help="Threads of one process."),
        Integer("parts", "Keys of a split", 8, 2, 48),
    ),
    seconds=4.0,
)

LOAD = Load("One counter takes the traffic", (HEAT,))

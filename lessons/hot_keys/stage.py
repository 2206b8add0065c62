"""Where the experiments run: a real cluster of their own with news on it, and the pictures they share."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from lab.load import Load, Make, Traffic, measure, zipf
from lab.routing import Router
from lab.slots import SlotMap, slot_of
from lab.topology import Cluster, start_cluster
from lab.workshop import Workshop
from lessons.inputs import Integer, Real
from lessons.pictures import Bar, Bars, SlotKey, SlotRange, Slots

__all__ = [
    "CLIENTS", "EACH", "EXPONENT", "HOT", "NAMES", "SERVER_MS", "Stage", "bars", "hottest", "hundred",
    "is_hot", "news", "open_stage", "strip",
]  # fmt: skip

SERVER_MS = 1.0
NAMES = tuple(f"news:{number}" for number in range(1, 501))
"""Most read first. All but the first lie evenly on three nodes: what one has more is the hot key's."""
HOT = NAMES[0]
HOT_AT = 0.1
"""Of all operations: what one key must get to stand out. Of few reads one node has many by chance."""

CLIENTS = Integer("clients", "Clients", 16, 2, 32, help="Threads, each with its own connections.")
EACH = Integer("each", "Operations of each client", 50, 10, 300)
EXPONENT = Real(
    "exponent",
    "Zipf exponent",
    1.2,
    0.0,
    2.0,
    help="0: all keys are wanted alike. 1.2: the first has a quarter.",
)


@dataclass(frozen=True, slots=True)
class Stage:
    """A cluster that runs, and the workshop that ends it."""

    workshop: Workshop
    cluster: Cluster
    slots: SlotMap

    def load(
        self,
        label: str,
        make: Make,
        traffic: Traffic,
        *,
        clients: int,
        each: int,
        progress: tuple[float, float],
        server_ms: float = SERVER_MS,
        cached: bool = False,
    ) -> Load:
        """One load on it, the same keys in the same order for every remedy."""
        return measure(
            self.workshop, label, self.slots, make, traffic, clients=clients, each=each,
            server_ms=server_ms, cached=cached, progress=progress,
        )  # fmt: skip


def open_stage(workshop: Workshop, primaries: int = 3, *, replicas: int = 0) -> Stage:
    """Form a cluster and put the news on it. Two seconds of that are Redis': a new cluster waits so long."""
    many = f"{primaries} primaries" + (f" with {replicas} replica each" if replicas else "")
    workshop.progress(0.0, f"{many} form a cluster; Redis lets a new one wait for two seconds")
    cluster = workshop.enter(start_cluster(primaries, replicas=replicas, check=workshop.check))
    workshop.check()
    with cluster.nodes[0].client() as node:
        slots = SlotMap.read(node)
    with contextlib.closing(Router(slots)) as router:
        for name in NAMES:
            router.primary(name).set(name, 0)
    return Stage(workshop, cluster, slots)


def news(exponent: float) -> Traffic:
    """Readers of the news: few pieces are read by most."""
    return zipf(NAMES, exponent)


def hottest(load: Load) -> tuple[str, int]:
    """The key that got most, and how much."""
    return next(iter(load.keys.most_common(1)), ("", 0))


def is_hot(load: Load) -> bool:
    """Whether one key stands out."""
    return hottest(load)[1] > HOT_AT * load.operations


def hundred(share: float) -> str:
    """0.342 as "34"."""
    return f"{share * 100:.0f}"


def bars(title: str, loads: Iterable[Load], base: float, good: Callable[[Load], bool]) -> Bars:
    """What every node executes for 100 operations of the application, one group for each load."""
    return Bars(
        title,
        tuple(
            Bar(
                node.name,
                round(node.operations / load.operations * 100, 1) if load.operations else 0.0,
                ("good" if good(load) else "bad") if node == load.busiest else "plain",
                group=load.label,
            )
            for load in loads
            for node in load.nodes
            if node.operations or not node.replica
        ),
        "of 100",
        limit=round(base * 100, 1),
        limit_label="Busiest node with no remedy",
        note="Commands executed, as the nodes count them, for 100 operations of the application.",
    )


def strip(title: str, slots: SlotMap, load: Load, names: Sequence[str] = (), most: int = 12) -> Slots:
    """The 16,384 slots with the load of each node, and the keys that got most of it (or `names`)."""
    executed = {node.name: node.operations for node in load.nodes}
    shown = names or [key for key, _ in load.keys.most_common(most)]
    return Slots(
        title,
        tuple(
            SlotRange(
                first, last, shard.name, float(executed[shard.name]),
                "warn" if shard.name == load.busiest.name else "plain",
            )
            for shard in slots.shards
            for first, last in shard.ranges
        ),
        tuple(SlotKey(name, slot_of(name), float(load.keys[name])) for name in shown),
        "commands",
        load.note,
    )  # fmt: skip

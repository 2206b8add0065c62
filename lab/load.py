"""Traffic, clients that make it, and what was measured: Zipf or uniform keys, real threads, a real cluster.

Which keys are asked for is decided by a seed, so two runs ask for the same ones; how fast it goes is not.
Compare shares, which are the load's, before operations a second, which are also this machine's.
"""

from __future__ import annotations

import contextlib
import itertools
import math
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from redis import Redis
from redis.exceptions import RedisError

from lab.routing import Router
from lab.slots import Address, SlotMap, slot_of
from lab.workshop import Workshop

__all__ = [
    "SERVER_TIME", "ClientError", "Load", "Make", "NodeLoad", "Operation", "Traffic", "drive", "measure",
    "uniform", "zipf",
]  # fmt: skip

PULSE = 0.05  # seconds between two looks at how far the clients are
GATHER = 10.0  # seconds until all clients must be ready to start
LEAVE = 3.0  # seconds that stopped clients get to leave: more than a socket waits
READS, WRITES = ("get", "mget"), ("set", "incr", "incrby")  # what an operation may send
SERVER_TIME = (
    "Each command carries {ms:g} ms of server time: DEBUG SLEEP, sent in front of it. Without it this "
    "machine's clients are the bottleneck, and no remedy would show."
)

Operation = Callable[[str], object]
"""operation(key): one operation of the application, for instance a read."""
Make = Callable[[Router], Operation]
"""make(router): the operation of one client thread, which has the router for itself."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """Names, most wanted first: the one of rank r is wanted in proportion to 1 / r^exponent."""

    names: tuple[str, ...]
    exponent: float = 0.0

    @property
    def shares(self) -> tuple[float, ...]:
        """What part of all operations each name gets."""
        weights = [1 / rank**self.exponent for rank in range(1, len(self.names) + 1)]
        total = math.fsum(weights)
        return tuple(weight / total for weight in weights)

    def stream(self, seed: object) -> Iterator[str]:
        """Names without end; the same for the same seed."""
        rng, cumulated = random.Random(str(seed)), list(itertools.accumulate(self.shares))
        while True:
            yield from rng.choices(self.names, cum_weights=cumulated, k=256)


def zipf(names: Sequence[str], exponent: float) -> Traffic:
    """Few names get most of it: with exponent 1, the first twice as much as the second."""
    return Traffic(tuple(names), exponent)


def uniform(names: Sequence[str]) -> Traffic:
    """Every name gets the same."""
    return Traffic(tuple(names), 0.0)


@dataclass(frozen=True, slots=True)
class ClientError:
    """What a client was told in the place of an answer, and how often."""

    client: int
    says: str
    times: int


@dataclass(frozen=True, slots=True)
class Timed:
    """What clients did: how many operations, how long, each one's latency in ms, ascending."""

    operations: int
    seconds: float
    latencies_ms: tuple[float, ...]
    errors: tuple[ClientError, ...]


@dataclass(frozen=True, slots=True)
class NodeLoad:
    """The commands that a node executed for clients, as the node itself counts them."""

    name: str
    operations: int
    replica: bool = False


@dataclass(frozen=True, slots=True)
class Load:
    """One load, measured. `operations` are the application's; a cache makes the nodes' fewer."""

    label: str
    clients: int
    operations: int
    seconds: float
    p50_ms: float
    p99_ms: float
    nodes: tuple[NodeLoad, ...]
    slots: dict[int, int]
    """Commands sent for each slot, as the clients count them."""
    keys: Counter[str]
    """The same for each key."""
    errors: tuple[ClientError, ...]
    server_ms: float = 0.0

    @property
    def throughput(self) -> float:
        """Operations of the application a second."""
        return self.operations / self.seconds if self.seconds else 0.0

    @property
    def sent(self) -> int:
        """Commands that the nodes executed."""
        return sum(node.operations for node in self.nodes)

    @property
    def busiest(self) -> NodeLoad:
        return max(self.nodes, key=lambda node: node.operations, default=NodeLoad("none", 0))

    @property
    def busiest_share(self) -> float:
        """The busiest node's part of all commands, 0 to 1."""
        return self.busiest.operations / self.sent if self.sent else 0.0

    @property
    def bottleneck(self) -> float:
        """What the busiest node executes for one operation of the application.

        Its inverse is the ceiling: with 0.5, the application can do twice what one node can.
        """
        return self.busiest.operations / self.operations if self.operations else 0.0

    @property
    def hottest_slot(self) -> int | None:
        return max(self.slots, key=lambda slot: self.slots[slot], default=None)

    @property
    def note(self) -> str:
        """What a reader must know to read the numbers rightly."""
        return SERVER_TIME.format(ms=self.server_ms) if self.server_ms else ""


def measure(
    workshop: Workshop,
    label: str,
    slots: SlotMap,
    make: Make,
    traffic: Traffic,
    *,
    clients: int = 8,
    each: int | None = None,
    seconds: float | None = None,
    server_ms: float = 0.0,
    cached: bool = False,
    seed: int = 1,
    progress: tuple[float, float] = (0.0, 1.0),
) -> Load:
    """Let `clients` threads do `each` operations (or for so many seconds) and measure it.

    `Stopped` at once when the workshop is stopped; then no thread and no connection is left.
    """
    routers = [Router(slots, server_ms=server_ms, cached=cached) for _ in range(clients)]
    try:
        workshop.progress(progress[0], f"{label}: {clients} clients connect")
        for router in routers:
            router.connect()
            workshop.check()
        streams = [traffic.stream(f"{seed}:{client}") for client in range(clients)]
        operations = [_fed(make(router), stream) for router, stream in zip(routers, streams, strict=True)]
        for router in routers:
            router.sent.clear()
        before = _executed(slots)
        timed = drive(workshop, label, operations, each=each, seconds=seconds, progress=progress)
        after = _executed(slots)
        keys = sum((router.sent for router in routers), Counter[str]())
    except (RedisError, OSError):
        workshop.check()  # stopped, it has no servers any more: that is no fault
        raise
    finally:
        for router in routers:
            router.close()
    by_slot: Counter[int] = Counter()
    for key, times in keys.items():
        by_slot[slot_of(key)] += times
    nodes = tuple(
        NodeLoad(name, after[name, replica] - count, replica) for (name, replica), count in before.items()
    )
    return Load(
        label, clients, timed.operations, timed.seconds, _percentile(timed.latencies_ms, 50),
        _percentile(timed.latencies_ms, 99), nodes, dict(by_slot), keys, timed.errors, server_ms,
    )  # fmt: skip


def drive(
    workshop: Workshop,
    label: str,
    operations: Sequence[Callable[[], object]],
    *,
    each: int | None = None,
    seconds: float | None = None,
    progress: tuple[float, float] = (0.0, 1.0),
    now: Callable[[], float] = time.perf_counter,
) -> Timed:
    """Call each operation again and again in a thread of its own, all starting together.

    Until each was called `each` times, or for `seconds`. What it raises of Redis is a `ClientError`; anything
    else ends the load and is raised here.
    """
    if (each is None) == (seconds is None):
        raise ValueError("say either how many operations each client does or for how many seconds")
    gate, leave = threading.Barrier(len(operations) + 1), threading.Event()
    latencies: list[list[float]] = [[] for _ in operations]
    refused: list[Counter[str]] = [Counter() for _ in operations]
    broken: list[Exception] = []

    def work(client: int, operation: Callable[[], object]) -> None:
        took, errors = latencies[client], refused[client]
        try:
            gate.wait(GATHER)
            ends = math.inf if seconds is None else now() + seconds
            for _ in itertools.count() if each is None else range(each):
                began = now()
                if leave.is_set() or began >= ends:
                    return
                try:
                    operation()
                except (RedisError, OSError) as error:
                    errors[f"{type(error).__name__}: {error}"] += 1
                else:
                    took.append((now() - began) * 1000)
        except Exception as error:  # noqa: BLE001  it is raised where the load was asked for
            broken.append(error)
            leave.set()

    def report() -> None:
        done = sum(map(len, latencies))
        share = (now() - began) / seconds if seconds else done / ((each or 1) * len(operations))
        first, last = progress
        workshop.progress(first + (last - first) * min(1.0, share), f"{label}: {done:,} operations so far")

    threads = [
        threading.Thread(target=work, args=(client, operation), name=f"load-{client}", daemon=True)
        for client, operation in enumerate(operations)
    ]
    for thread in threads:
        thread.start()
    try:
        gate.wait(GATHER)
        began = now()
        for thread in threads:
            while thread.is_alive():
                thread.join(PULSE)
                report()
        took = now() - began
    finally:
        leave.set()
        gate.abort()
        for thread in threads:
            thread.join(LEAVE)
    if broken:
        raise broken[0]
    errors = tuple(
        ClientError(client, says, times)
        for client, found in enumerate(refused)
        for says, times in sorted(found.items())
    )
    return Timed(sum(map(len, latencies)), took, tuple(sorted(itertools.chain(*latencies))), errors)


def _fed(operation: Operation, keys: Iterator[str]) -> Callable[[], object]:
    return lambda: operation(next(keys))


def _executed(slots: SlotMap) -> dict[tuple[str, bool], int]:
    """How many reads and writes every node has executed so far, by its name and whether it is a replica.

    Of a replica its reads alone: the writes that it repeats after its primary are no client's.
    """
    found = {}
    for shard in slots.shards:
        found[shard.name, False] = _calls(shard.primary, READS + WRITES)
        for replica in shard.replicas:
            found[f"{shard.name} replica", True] = _calls(replica, READS)
    return found


def _calls(address: Address, names: Sequence[str]) -> int:
    with contextlib.closing(Redis(host=address[0], port=address[1], socket_timeout=LEAVE)) as node:
        stats = node.info("commandstats")
    return sum(int(stats.get(f"cmdstat_{name}", {}).get("calls", 0)) for name in names)


def _percentile(ascending: Sequence[float], percent: float) -> float:
    """The value that `percent` of all do not exceed; 0 of nothing."""
    if not ascending:
        return 0.0
    return ascending[min(len(ascending) - 1, math.ceil(len(ascending) * percent / 100) - 1)]

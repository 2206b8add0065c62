"""Load: Zipf is Zipf, what is measured adds up, errors are told, and stopping leaves nothing."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from lab.load import SERVER_TIME, Load, NodeLoad, Operation, drive, measure, uniform, zipf
from lab.routing import Router
from lab.slots import SlotMap, slot_of
from lab.topology import Cluster, start_cluster
from lab.workshop import Progress, Stopped, Workshop

NAMES = tuple(f"product:{number}" for number in range(200))


def read(router: Router) -> Operation:
    return lambda key: router.primary(key).get(key)


def read_any_copy(router: Router) -> Operation:
    return lambda key: router.any_copy(key).get(key)


def count(router: Router) -> Operation:
    return lambda key: router.primary(key).incr(key)


@pytest.fixture(scope="module")
def pairs() -> Iterator[Cluster]:
    """Three primaries with a replica each."""
    with start_cluster(3, replicas=1) as cluster:
        yield cluster


@pytest.fixture
def slots(pairs: Cluster) -> SlotMap:
    pairs.clear()
    with pairs.nodes[0].client() as node:
        return SlotMap.read(node)


@pytest.fixture
def workshop() -> Iterator[Workshop]:
    with Workshop() as one:
        yield one


def test_zipf_is_zipf() -> None:
    traffic = zipf(NAMES, 1.0)
    drawn = Counter(itertools.islice(traffic.stream(7), 50_000))
    for rank in (1, 2, 3, 10):
        expected = traffic.shares[rank - 1] * 50_000
        assert drawn[NAMES[rank - 1]] == pytest.approx(expected, rel=0.1)
        assert traffic.shares[0] / traffic.shares[rank - 1] == pytest.approx(rank)
    assert sum(traffic.shares) == pytest.approx(1)


def test_uniform_gives_every_name_the_same() -> None:
    traffic = uniform(NAMES[:4])
    drawn = Counter(itertools.islice(traffic.stream(7), 8_000))
    assert all(drawn[name] == pytest.approx(2_000, rel=0.1) for name in NAMES[:4])


def test_the_seed_decides_what_is_asked_for() -> None:
    def first(seed: int) -> list[str]:
        return list(itertools.islice(zipf(NAMES, 1.2).stream(seed), 50))

    assert first(1) == first(1) != first(2)


def test_what_clients_sent_is_what_the_nodes_executed(workshop: Workshop, slots: SlotMap) -> None:
    load = measure(workshop, "reads", slots, read, zipf(NAMES, 1.2), clients=4, each=50)
    assert load.operations == load.sent == sum(load.slots.values()) == sum(load.keys.values()) == 200
    assert load.hottest_slot == slot_of(NAMES[0])
    assert load.busiest.name == slots.shard_of(NAMES[0]).name
    assert 0 < load.p50_ms <= load.p99_ms
    assert load.errors == ()
    assert load.note == ""


def test_the_same_seed_gives_the_same_shares(workshop: Workshop, slots: SlotMap) -> None:
    first, second = (
        measure(workshop, "reads", slots, read, zipf(NAMES, 1.2), clients=4, each=50, seed=3)
        for _ in range(2)
    )
    assert first.nodes == second.nodes
    assert first.slots == second.slots


def test_replicas_take_their_share_of_reads_and_no_client_s_write(workshop: Workshop, slots: SlotMap) -> None:
    reads = measure(workshop, "reads", slots, read_any_copy, uniform(["popular"]), clients=2, each=50)
    assert sorted(node.operations for node in reads.nodes) == [0, 0, 0, 0, 50, 50]
    assert reads.bottleneck == 0.5
    writes = measure(workshop, "writes", slots, count, uniform(["counter"]), clients=2, each=50)
    assert [node.operations for node in writes.nodes if node.operations] == [100]
    assert writes.bottleneck == 1.0


def test_server_time_is_told_of(workshop: Workshop, slots: SlotMap) -> None:
    load = measure(workshop, "reads", slots, read, uniform(["a"]), clients=2, each=5, server_ms=1.0)
    assert load.note == SERVER_TIME.format(ms=1)
    assert load.seconds >= 0.010  # one node, ten commands one after the other


def test_for_a_time_it_ends_by_itself(workshop: Workshop, slots: SlotMap) -> None:
    load = measure(workshop, "reads", slots, read, uniform(["a"]), clients=2, seconds=0.1)
    assert load.operations > 0


def test_say_how_long(workshop: Workshop) -> None:
    with pytest.raises(ValueError, match="say either"):
        drive(workshop, "none", [lambda: None])


def test_errors_are_counted_for_each_client_and_do_not_end_the_load(workshop: Workshop) -> None:
    def refused() -> None:
        raise RedisConnectionError("gone")

    timed = drive(workshop, "half", [refused, lambda: None], each=10)
    assert timed.operations == 10
    assert [(one.client, one.says, one.times) for one in timed.errors] == [(0, "ConnectionError: gone", 10)]


def test_a_mistake_in_an_operation_is_raised(workshop: Workshop) -> None:
    def wrong() -> None:
        raise KeyError("a mistake")

    with pytest.raises(KeyError, match="a mistake"):
        drive(workshop, "wrong", [wrong, lambda: None], each=10)


def test_progress_goes_from_first_to_last() -> None:
    told: list[Progress] = []
    with Workshop(told.append) as workshop:
        drive(workshop, "some", [lambda: None] * 2, each=100, progress=(0.5, 0.75))
    assert all(0.5 <= one.share <= 0.75 for one in told)
    assert told[-1] == Progress(0.75, "some: 200 operations so far")


def _clients() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("load-")]


def test_stopped_it_ends_and_leaves_no_thread_and_no_process() -> None:
    begun = threading.Event()

    def read_and_tell(router: Router) -> Operation:
        def operation(key: str) -> None:
            router.primary(key).get(key)
            begun.set()

        return operation

    with Workshop() as workshop:
        cluster = workshop.enter(start_cluster(1))
        with cluster.nodes[0].client() as node:
            slots = SlotMap.read(node)

        def stop() -> None:
            assert begun.wait(20)
            workshop.stop()

        stopper = threading.Thread(target=stop)
        stopper.start()
        with pytest.raises(Stopped):
            measure(workshop, "for ever", slots, read_and_tell, uniform(["a"]), clients=4, seconds=3_600)
        stopper.join()
    assert _clients() == []
    assert cluster.nodes[0].process.ended is not None


@pytest.mark.parametrize(
    ("operations", "nodes", "says"),
    [
        (0, (), lambda load: load.busiest_share + load.bottleneck),
        (0, (NodeLoad("node 1", 0),), lambda load: load.busiest_share + load.bottleneck + load.throughput),
    ],
)
def test_of_nothing_the_shares_are_nothing(
    operations: int, nodes: tuple[NodeLoad, ...], says: Callable[[Load], float]
) -> None:
    nothing = Load("nothing", 1, operations, 0.0, 0.0, 0.0, nodes, {}, Counter(), ())
    assert nothing.sent == 0
    assert says(nothing) == 0
    assert nothing.hottest_slot is None

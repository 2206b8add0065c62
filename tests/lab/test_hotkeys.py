"""Every way names the planted hot key, says what it costs, or says in a sentence why it cannot."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Iterator

import pytest

from lab.errors import LabError
from lab.hotkeys import (
    Finding,
    SpaceSaving,
    by_clients,
    by_command,
    by_frequency,
    by_monitor,
    by_slot_stats,
    hot_keys_in,
    prepare,
)
from lab.load import Load, Operation, measure, zipf
from lab.routing import Router
from lab.slots import SlotMap, slot_of
from lab.topology import Cluster, start_cluster
from lab.workshop import Stopped, Workshop
from tests.waiting import wait_until

NAMES = tuple(f"product:{number}" for number in range(100))
HOT = NAMES[0]


def read(router: Router) -> Operation:
    return lambda key: router.primary(key).get(key)


@pytest.fixture(scope="module")
def slots() -> Iterator[SlotMap]:
    with start_cluster(3) as cluster, cluster.nodes[0].client() as node:
        found = SlotMap.read(node)
        router = Router(found)
        for name in NAMES:
            router.primary(name).set(name, "x" * 20)
        router.close()
        yield found


def _run(workshop: Workshop, slots: SlotMap) -> Load:
    return measure(workshop, "reads", slots, read, zipf(NAMES, 2.0), clients=4, each=300)


@pytest.fixture(scope="module")
def load(slots: SlotMap) -> Load:
    with Workshop() as workshop:
        prepare(slots)
        return _run(workshop, slots)


def _names_the_hot_key(finding: Finding) -> bool:
    heats = [one.heat for one in finding.ranking]
    return (
        finding.top == HOT
        and finding.ranking[0].slot == slot_of(HOT)
        and heats == sorted(heats, reverse=True)
        and bool(finding.cost)
        and not finding.missing
    )


def test_frequencies_name_it_for_one_command_a_key(slots: SlotMap, load: Load) -> None:
    finding = by_frequency(slots)
    assert _names_the_hot_key(finding)
    assert finding.commands > len(NAMES)


def test_slot_stats_name_it_for_few_commands(slots: SlotMap, load: Load) -> None:
    finding = by_slot_stats(slots)
    assert _names_the_hot_key(finding)
    assert finding.commands < 20


def test_slots_with_several_keys_are_named_as_slots(slots: SlotMap, load: Load) -> None:
    other = f"{{{HOT}}}:beside"
    router = Router(slots)
    router.primary(other).set(other, "x")
    assert by_slot_stats(slots).top == f"slot {slot_of(HOT)}"
    router.primary(other).delete(other)
    router.close()


def test_clients_name_it_and_ask_nobody(load: Load) -> None:
    finding = by_clients(load, capacity=16)
    assert _names_the_hot_key(finding)
    assert finding.commands == 0


def test_monitor_names_it_and_copies_every_command(slots: SlotMap) -> None:
    with Workshop() as workshop:
        finding, load = by_monitor(slots, lambda: _run(workshop, slots))
    assert _names_the_hot_key(finding)
    assert finding.ranking[0].heat == load.keys[HOT]
    assert finding.copied >= load.operations == 1_200


def test_monitor_ends_when_the_load_is_stopped(slots: SlotMap) -> None:
    def stopped() -> Load:
        raise Stopped

    before = set(threading.enumerate())
    with pytest.raises(Stopped):
        by_monitor(slots, stopped)
    wait_until(lambda: set(threading.enumerate()) <= before, "its threads have ended")


def test_hotkeys_names_it_or_says_what_the_server_said(slots: SlotMap) -> None:
    with Workshop() as workshop:
        finding = by_command(slots, lambda: _run(workshop, slots))
    if finding.missing:
        assert "unknown command 'HOTKEYS'" in finding.missing
        assert "Redis 8.6" in finding.missing
        assert finding.top is None
    else:
        assert _names_the_hot_key(finding)


@pytest.mark.parametrize(
    "reply",
    [
        ["sample-ratio", 1, "by-net-bytes", ["x", 104, "y", 98]],
        [{b"sample-ratio": 1, b"by-net-bytes": {b"x": 104, b"y": 98}}],
        {"by-net-bytes": [b"x", 104, b"y", 98]},
    ],
)
def test_a_reply_of_hotkeys_is_read_flat_and_as_a_map(reply: object) -> None:
    assert hot_keys_in(reply) == {"x": 104, "y": 98}
    assert hot_keys_in(None) == {}


def test_half_a_pair_is_told() -> None:
    with pytest.raises(LabError, match="one is half"):
        hot_keys_in(["by-net-bytes", ["x", 104, "y"]])


def test_unprepared_servers_say_what_is_missing(cluster: Cluster) -> None:
    cluster.clear()
    with cluster.nodes[0].client() as node:
        slots = SlotMap.read(node)
    router = Router(slots)
    router.primary("a").set("a", "1")
    router.close()
    assert "LFU" in by_frequency(slots).missing
    assert by_slot_stats(slots).missing.startswith("The server says: ")


def test_space_saving_is_never_too_low_and_bounded_too_high() -> None:
    stream = list(itertools.islice(zipf(NAMES, 1.1).stream(5), 5_000))
    truth, table = Counter(stream), SpaceSaving(20)
    for name in stream:
        table.add(name)
    assert len(table) == 20
    assert table.most(1)[0][0] == HOT
    for name, counted in table.most(20):
        assert truth[name] <= counted <= truth[name] + len(stream) / 20

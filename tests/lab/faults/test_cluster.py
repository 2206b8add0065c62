"""A cluster loses a primary and moves a slot: the nodes' own words."""

from __future__ import annotations

from lab.faults.cluster import cluster_failover, moving_slot
from lab.workshop import Workshop


def test_writes_succeed_again_after_a_failover_and_nothing_that_was_copied_is_lost() -> None:
    with Workshop() as workshop:
        result = cluster_failover(workshop, node_timeout_ms=1_000)
    assert result.writable
    assert result.errors
    assert result.comparison.gone == 0
    kinds = [one.kind for one in result.said]
    assert kinds[0] == kinds[-1] == "MOVED"
    assert result.said[0].reply != result.said[-1].reply, "the slots have another address now"


def test_without_full_coverage_the_other_slots_are_written_all_the_time() -> None:
    with Workshop() as workshop:
        result = cluster_failover(workshop, full_coverage=False, node_timeout_ms=1_000)
    assert result.writable
    assert result.elsewhere
    assert "CLUSTERDOWN" not in [one.kind for one in result.said]


def test_a_slot_on_the_move_says_ask_and_once_it_has_moved_says_moved() -> None:
    with Workshop() as workshop:
        result = moving_slot(workshop)
    plain = [one for one in result.said if one.node != "cluster client"]
    assert [one.kind for one in plain] == [
        "reply", "MOVED", "reply", "ASK", "MOVED", "reply", "reply", "TRYAGAIN", "MOVED", "reply",
    ]  # fmt: skip
    replies = [one.reply for one in plain]
    assert replies[3] == f"ASK {result.slot} {result.target}"
    assert replies[4] == f"MOVED {result.slot} {result.source}"
    assert replies[5] == "3 apples"
    assert replies[8] == f"MOVED {result.slot} {result.target}"
    assert [one.reply for one in result.said if one.node == "cluster client"] == ["3 apples"] * 2

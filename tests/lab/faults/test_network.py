"""A line that is late, cut, half-open or slow."""

from __future__ import annotations

import pytest

from lab.faults.network import half_open, latency, reset, slow_drain
from lab.policy import Policy
from lab.workshop import Workshop


def test_latency_is_paid_for_each_round_trip() -> None:
    with Workshop() as workshop:
        one_by_one = latency(workshop, 5, seconds=0.02, timeout=5)
        together = latency(workshop, 5, seconds=0.02, pipelined=True, timeout=5)
    assert [entry.command for entry in one_by_one.entries] == ["SET", "GET", *["GET"] * 5]
    assert [entry.command for entry in together.entries] == ["SET", "GET", "pipeline"]
    assert one_by_one.errors == together.errors == ()
    assert float(one_by_one.notes["ms"]) >= 100


def test_latency_above_the_time_out_is_an_error_each_time() -> None:
    with Workshop() as workshop:
        outcome = latency(workshop, 2, seconds=10, timeout=1.0)
    assert [entry.error for entry in outcome.errors] == ["TimeoutError", "TimeoutError"]


@pytest.mark.parametrize(
    ("policy", "errors", "held", "twice"),
    [("none", ["ConnectionError"], "3", 0), ("redis-py's defaults", [], "4", 1)],
)
def test_an_idle_connection_is_cut_unnoticed_and_a_busy_one_is_not(
    policy: Policy, errors: list[str], held: str, twice: int
) -> None:
    with Workshop() as workshop:
        outcome = reset(workshop, policy, timeout=5)
    assert [entry.error for entry in outcome.errors] == errors
    assert (outcome.held["count"], outcome.compared.twice) == (held, twice)


def test_what_was_sent_on_a_half_open_line_arrives_later() -> None:
    with Workshop() as workshop:
        outcome = half_open(workshop, timeout=1.0)
    assert [entry.error for entry in outcome.entries] == ["", "TimeoutError"]
    assert (outcome.held["count"], outcome.compared.unseen) == ("2", 1)


def test_a_slow_drain_outlasts_the_time_out_without_an_error() -> None:
    with Workshop() as workshop:
        outcome = slow_drain(workshop, 200, per_second=200, timeout=0.9)
    assert outcome.last.reply == "200,000 bytes"
    assert outcome.last.took > 0.9  # at 200 kB a second it cannot be faster

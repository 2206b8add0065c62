"""Two primaries: writes that are acknowledged and vanish, and the setting that bounds how many."""

from __future__ import annotations

from lab.faults.split_brain import no_replicas, paused_primary, split_brain
from lab.workshop import Workshop

MANY = 3_000  # far more than a primary takes before it notices that its replica is silent


def test_an_old_primary_acknowledges_writes_that_vanish() -> None:
    with Workshop() as workshop:
        result = split_brain(workshop, writes=40)
    assert (result.acknowledged, result.refused, result.error) == (40, 0, "")
    assert result.comparison.gone == 40
    assert {finding.item.split()[0] for finding in result.comparison.findings} == {"ann"}


def test_with_min_replicas_it_refuses_after_a_while_and_only_what_slipped_in_vanishes() -> None:
    with Workshop() as workshop:
        result = split_brain(workshop, min_replicas=True, writes=MANY)
    assert "NOREPLICAS" in result.error
    assert result.acknowledged < MANY
    assert result.comparison.gone == result.acknowledged


def test_a_primary_that_stood_still_through_a_failover_acknowledges_writes_that_vanish() -> None:
    with Workshop() as workshop:
        result = paused_primary(workshop, writes=20, down_after_ms=1_000)
    assert result.acknowledged == result.comparison.gone == 20
    assert "promoted by Sentinel" in [moment.what for moment in result.moments]


def test_a_primary_cut_off_both_ways_stops_taking_writes() -> None:
    with Workshop() as workshop:
        result = no_replicas(workshop, writes=MANY)
    assert "NOREPLICAS" in result.error
    assert (result.counted, result.refused) == (0, 10)


def test_a_replica_that_answers_without_hearing_is_still_counted() -> None:
    with Workshop() as workshop:
        result = no_replicas(workshop, cut="one way", writes=150, max_lag=5)
    assert (result.slipped, result.refused, result.counted) == (150, 0, 1)

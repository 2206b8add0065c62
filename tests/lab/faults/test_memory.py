"""A full memory: who is refused, and who is thrown out."""

from __future__ import annotations

import pytest

from lab.faults.memory import EVICTION, Eviction, evicted, out_of_memory
from lab.workshop import Workshop


def test_noeviction_refuses_writes_and_answers_reads() -> None:
    with Workshop() as workshop:
        outcome = out_of_memory(workshop)
    assert {entry.error for entry in outcome.errors} == {"OutOfMemoryError"}
    assert {entry.command for entry in outcome.errors} == {"SET"}
    assert outcome.notes["read"] == "answered"
    assert outcome.last.status == "acknowledged"  # after some keys were deleted
    assert outcome.held["name"] == "Cem"
    assert outcome.compared.gone == 0


def test_lfu_keeps_the_key_that_everybody_reads() -> None:
    with Workshop() as workshop:
        outcome = evicted(workshop, "allkeys-lfu")
    assert outcome.errors == ()
    assert outcome.held["name"] == "Ann"
    assert outcome.compared.gone > 100


@pytest.mark.parametrize("policy", ["volatile-lru", "volatile-ttl", "noeviction"])
def test_a_volatile_policy_without_a_ttl_is_no_policy(policy: Eviction) -> None:
    with Workshop() as workshop:
        outcome = evicted(workshop, policy)
    assert [entry.error for entry in outcome.errors] == ["OutOfMemoryError"]
    assert outcome.notes["evicted"] == "0"
    assert policy in EVICTION

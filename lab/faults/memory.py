"""The memory is full: writes are refused, or something is thrown away, depending on the policy."""

from __future__ import annotations

from typing import Literal, get_args

from lab.faults.stage import Outcome, Stage
from lab.workshop import Workshop

__all__ = ["EVICTION", "Eviction", "evicted", "out_of_memory"]

Eviction = Literal[
    "noeviction", "allkeys-lru", "allkeys-lfu", "allkeys-random", "volatile-lru", "volatile-ttl"
]
EVICTION: tuple[Eviction, ...] = get_args(Eviction)

ROOM = 1_500_000  # bytes above what the empty server needs
VALUE = "x" * 10_000
MOST = 400  # values, far more than there is room for
WARM = 300  # reads of the hot key before the memory is full


def out_of_memory(workshop: Workshop) -> Outcome:
    """noeviction, Redis's default: at the limit writes are refused. Reading and deleting still work."""
    stage = _full_soon(workshop, "noeviction")
    _fill(stage)
    workshop.progress(0.7, "It is full. What still works?")
    stage.notes["read"] = stage.attempt("GET", "name").error or "answered"
    stage.attempt("SET", "name", "Ben")
    for number in range(20):
        stage.attempt("DEL", f"v{number}")
    stage.attempt("SET", "name", "Cem")
    return stage.outcome()


def evicted(workshop: Workshop, policy: Eviction = "allkeys-lfu") -> Outcome:
    """A key that everybody reads, and more new values than there is room for. Which keys are still there?"""
    stage = _full_soon(workshop, policy)
    for _ in range(WARM):
        stage.patient.get("name")
    workshop.progress(0.3, f"More is written than there is room for; the policy is {policy}.")
    _fill(stage)
    stage.attempt("GET", "name")
    stage.notes["evicted"] = str(stage.patient.info("stats")["evicted_keys"])
    return stage.outcome()


def _full_soon(workshop: Workshop, policy: Eviction) -> Stage:
    stage = Stage(workshop, timeout=5, options={"maxmemory_policy": policy, "maxmemory_samples": "10"})
    used = int(stage.patient.info("memory")["used_memory"])
    stage.patient.config_set("maxmemory", used + ROOM)
    stage.attempt("SET", "name", "Ann")
    return stage


def _fill(stage: Stage) -> None:
    """Write until a write is refused, or until far more is written than there is room for."""
    for number in range(MOST):
        if stage.attempt("SET", f"v{number}", VALUE).status != "acknowledged":
            stage.event("full")
            return

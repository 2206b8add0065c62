"""The executable fact list: what the course says about Redis, with its source, and a run that checks it.

A fact whose statement is the cure for a false one that the web repeats has that one as its `trap`. The few
that no run can decide have no `run`, and the pages say so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lessons.checked.ground import Check, Fact, Ground, Seen
from lessons.checked.on_keys import atomicity, expiry, numbers, order
from lessons.checked.on_types import channels, filters, globe, pending, slots

if TYPE_CHECKING:
    from lab.bench import Bench

__all__ = ["FACTS", "TOPICS", "Checked", "Fact", "check", "check_all"]


@dataclass(frozen=True, slots=True)
class Checked:
    """A fact and what a server showed. `seen` is None where it was not run, and `why` says why."""

    fact: Fact
    seen: Seen | None
    why: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing contradicts it."""
        return self.seen.holds if self.seen else True

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.fact.id,
            "topic": self.fact.topic,
            "statement": self.fact.says,
            "trap": self.fact.trap or None,
            "sources": [citation.url for citation in self.fact.citations],
            "checked": self.fact.checked,
            "ran": self.seen is not None,
            "ok": self.ok,
            "seen": self.seen.says if self.seen else None,
            "why_not": self.why or None,
        }


def check(fact: Fact, bench: Bench) -> Checked:
    """Run one fact on an empty keyspace. What fails to run does not hold."""
    if fact.run is None:
        return Checked(fact, None, "No run can decide this; it stands in the source.")
    if bench.backend.kind == "fakeredis":
        return Checked(fact, None, "A simulated Redis proves nothing about a real one.")
    if fact.alone and bench.backend.shared:
        return Checked(fact, None, "It needs a server of its own, and this one is shared.")
    for need in fact.needs:
        if not bench.backend.can(need):
            return Checked(fact, None, bench.backend.why_not(need))
    bench.reset()
    outcome = bench.run(_on_ground, run=fact.run)
    bench.reset()
    if outcome.failure:
        return Checked(fact, Seen(f"It could not be run: {outcome.failure.says}", holds=False))
    return Checked(fact, outcome.value)


def check_all(bench: Bench) -> Iterator[Checked]:
    for fact in FACTS:
        yield check(fact, bench)


def _on_ground(bench: Bench, /, *, run: Check) -> Seen:
    return run(Ground(bench.quiet(), bench.namespace))


FACTS: tuple[Fact, ...] = (
    *expiry(), *atomicity(), *numbers(), *order(), *pending(), *channels(), *filters(), *globe(), *slots(),
)  # fmt: skip

TOPICS: tuple[str, ...] = tuple(dict.fromkeys(fact.topic for fact in FACTS))

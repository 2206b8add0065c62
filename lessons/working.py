"""The sums and dials of a lesson, worked: each estimate measured and multiplied, each way of a dial tried."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from lessons.dial import Dial, Tried, Way, nearest_version, try_way
from lessons.estimates import Estimate, Sample, Worked, arithmetic
from lessons.model import Cost, Production, Scale, Step
from lessons.slots import Placed, place

if TYPE_CHECKING:
    from lab.bench import Bench, Outcome

__all__ = ["Dialled", "Estimated", "Laid", "work"]


@dataclass(frozen=True, slots=True)
class Estimated:
    """One estimate of a Cost step, measured, and multiplied by the interviewer's numbers."""

    heading: str
    estimate: Estimate
    outcome: Outcome[Sample]

    @property
    def worked(self) -> Worked | None:
        """None where it could not be measured."""
        sample = self.outcome.value
        return None if sample is None or sample.missing else arithmetic(self.estimate, sample)

    @property
    def ok(self) -> bool:
        return self.outcome.failure is None

    def as_json(self) -> dict[str, Any]:
        sample, worked = self.outcome.value, self.worked
        return {
            "step": self.heading,
            "estimate": self.estimate.item,
            "items": self.estimate.default,
            "ok": self.ok,
            "failure": self.outcome.failure.says if self.outcome.failure else None,
            "missing": sample.missing if sample else None,
            "bytes_per_item": sample.each if sample and worked else None,
            "round_trips": sample.round_trips if sample and worked else None,
            "lines": [asdict(line) for line in worked.lines] if worked else [],
            "means": worked.means if worked else None,
            "sources": [asdict(citation) for citation in self.estimate.citations],
        }


@dataclass(frozen=True, slots=True)
class Laid:
    """One group of keys of a Scale step, on its slots."""

    heading: str
    placed: Placed

    @property
    def ok(self) -> bool:
        return self.placed.holds

    def as_json(self) -> dict[str, Any]:
        keys = self.placed.keys
        return {
            "step": self.heading,
            "keys": keys.title,
            "must": keys.must,
            "ok": self.ok,
            "slots": dict(self.placed.slots),
            "says": self.placed.says,
        }


@dataclass(frozen=True, slots=True)
class Dialled:
    """One way of a dial, tried on this server."""

    heading: str
    dial: Dial
    way: Way
    outcome: Outcome[Tried]
    here: bool
    """Whether it is the way for this server's version."""

    @property
    def ok(self) -> bool:
        return self.outcome.value is not None and self.outcome.value.ok

    @property
    def says(self) -> str:
        tried, failure = self.outcome.value, self.outcome.failure
        return tried.says if tried else failure.says if failure else ""

    def as_json(self) -> dict[str, Any]:
        tried = self.outcome.value
        return {
            "step": self.heading,
            "job": self.dial.job,
            "since": self.way.since,
            "title": self.way.title,
            "command": self.way.command or None,
            "ok": self.ok,
            "works_here": tried.works if tried else False,
            "due": tried.due if tried else None,
            "here": self.here,
            "says": self.says,
            "sources": [asdict(citation) for citation in self.way.citations],
        }


def work(step: Step, bench: Bench) -> Iterator[Estimated | Laid | Dialled]:
    """All there is to work out of a step; nothing for a step of another kind."""
    match step:
        case Cost():
            for estimate in step.estimates:
                yield Estimated(step.heading, estimate, bench.run(estimate.measure))
        case Scale():
            for keys in step.keys:
                yield Laid(step.heading, place(keys))
        case Production(dial=dial):
            best = dial.at(nearest_version(bench.backend))
            for way in dial.ways:
                yield Dialled(step.heading, dial, way, bench.run(try_way, way=way), way is best)

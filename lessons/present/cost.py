"""A sum in front of a room: what is asked, the worksheet that waits for a measurement, and what came out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lessons.estimates import NODE_GB, Estimate, Line, Sample, Worked, arithmetic, count
from lessons.inputs import Integer, Real
from lessons.library import Part
from lessons.model import Cost
from lessons.pictures import Tone
from lessons.present.fit import BLOCKS, that_fit
from lessons.present.plain import claim, plain
from lessons.present.scenes import SECONDS, Hand, Reckon, Scene

__all__ = ["Reckoned", "cost_scene", "cost_scenes", "numbers_of", "reckoned", "worksheet"]

FITS, SEVERAL, NEVER = "fits one node", "takes more nodes", "does not fit its slot"
MOST_ITEMS = 10**12


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A sum that was worked out: the lines that fit the room, the rest of them, and what it means."""

    lines: tuple[Line, ...]
    rest: tuple[Line, ...]
    means: str
    word: str
    """What hands are judged by."""
    tone: Tone


def numbers_of(estimate: Estimate) -> tuple[Integer | Real, ...]:
    """The interviewer's numbers, with which the sum is multiplied."""
    return (
        Integer("items", estimate.items.capitalize(), estimate.default, 1, MOST_ITEMS),
        Integer("replicas", "Replicas", 1, 0, 5),
        Integer("per_second", f"{estimate.operations.capitalize()} a second", estimate.per_second, 0, 10**9),
        Real("node_gb", "Memory of a node", NODE_GB, 1, 10_000, "GB"),
    )


def cost_scenes(part: Part) -> Iterator[Scene]:
    """A scene for each estimate of a Cost step."""
    assert isinstance(part.step, Cost)
    for number, estimate in enumerate(part.step.estimates):
        yield cost_scene(part, number, estimate, {})


def cost_scene(part: Part, number: int, estimate: Estimate, typed: Mapping[str, object]) -> Scene:
    """One estimate, with numbers that have been checked; those left out are the estimate's own."""
    numbers = _all(estimate, typed)
    node_gb = float(str(numbers["node_gb"]))
    sources = ", ".join(one.title for one in estimate.citations)
    told = [estimate.why, plain(part.words), f"How it is measured: {sources}."]
    return Scene(
        "cost",
        f"What do {count(int(str(numbers['items'])))} {estimate.items} cost?",
        estimate.why or claim(part.words),
        Reckon(part.heading, number, tuple(typed.items())),
        "\n\n".join(one for one in told if one),
        SECONDS["cost"],
        (
            Hand(f"It fits one node of {node_gb:g} GB", frozenset({FITS})),
            Hand("It does not fit one node", frozenset({SEVERAL, NEVER})),
        ),
    )


def worksheet(estimate: Estimate, typed: Mapping[str, object]) -> tuple[Line, ...]:
    """The lines of the sum before anything is measured."""
    numbers = _all(estimate, typed)
    items, copies = count(int(str(numbers["items"]))), 1 + int(str(numbers["replicas"]))
    rate = f"{count(int(str(numbers['per_second'])))} {estimate.operations} a second"
    return (
        Line(f"Bytes of one {estimate.item}, measured", "?"),
        Line(f"× {items} {estimate.items}", "?"),
        Line(f"× {copies} {'copy' if copies == 1 else 'copies'}, a primary and its replicas", "?"),
        Line(f"{rate} × the round trips of one", "?"),
    )


def reckoned(estimate: Estimate, sample: Sample, typed: Mapping[str, object]) -> Reckoned:
    """The sum of a sample that could be measured."""
    numbers = _all(estimate, typed)
    worked: Worked = arithmetic(
        estimate,
        sample,
        int(str(numbers["items"])),
        replicas=int(str(numbers["replicas"])),
        per_second=int(str(numbers["per_second"])),
        node_gb=float(str(numbers["node_gb"])),
    )
    shown = that_fit(BLOCKS["sum"], [f"{line.says} {line.result}" for line in worked.lines])
    word = FITS if worked.nodes == 1 else SEVERAL if worked.fits else NEVER
    tone: Tone = "good" if word == FITS else "warn" if word == SEVERAL else "bad"
    return Reckoned(worked.lines[:shown], worked.lines[shown:], worked.means, word, tone)


def _all(estimate: Estimate, typed: Mapping[str, object]) -> dict[str, object]:
    """The estimate's own numbers, and in their place what is typed in."""
    return {one.name: one.default for one in numbers_of(estimate)} | dict(typed)

"""Production in front of a room: what to watch, what to do at three in the morning, when not to use Redis.
Then the version dial, a scene for each way that it recommends."""

from __future__ import annotations

from collections.abc import Iterator

from lessons.dial import VERSIONS, Dial, Way
from lessons.library import Part
from lessons.model import Production
from lessons.present.fit import BLOCKS, that_fit
from lessons.present.plain import claim, leads, plain, points
from lessons.present.scenes import SECONDS, Scene, Turn

__all__ = ["production_scenes", "served"]


def production_scenes(part: Part) -> Iterator[Scene]:
    """A scene for each paragraph that begins in bold, then one for each way of the dial."""
    assert isinstance(part.step, Production)
    found = leads(part.words)
    if not found:
        yield Scene("words", part.heading, claim(part.words), None, plain(part.words), SECONDS["words"])
    for lead, words in found:
        told = points(words)
        shown = told[: that_fit(BLOCKS["points"], [plain(one) for one in told])]
        yield Scene(
            "points", lead, part.heading, None, plain(f"{lead} {words}"), SECONDS["points"], points=shown
        )
    beside = "\n\n".join(
        plain(paragraph) for paragraph in part.words.split("\n\n") if not leads(paragraph) and found
    )
    for way in part.step.dial.ways:
        yield _way(part.heading, part.step.dial, way, beside)


def served(dial: Dial, way: Way) -> tuple[bool, ...]:
    """For each version of the dial whether this is the way that it recommends there."""
    return tuple(dial.at(version) is way for version in VERSIONS)


def _way(heading: str, dial: Dial, way: Way, beside: str) -> Scene:
    sources = ", ".join(one.title for one in way.citations)
    told = [f"From Redis {way.since} on: {way.title}. {way.says}", beside, f"Source: {sources}"]
    cue = Turn(heading, way.since)
    notes = "\n\n".join(one for one in told if one)
    return Scene("version", way.title, dial.job, cue, notes, SECONDS["version"])

"""What the stage draws of sums, slots, versions, questions and points, as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lessons.dial import VERSIONS, nearest_version
from lessons.dial import Tried as WayTried
from lessons.estimates import Line, Sample
from lessons.library import Loaded
from lessons.present.choices import SingleChoice, letters
from lessons.present.cost import reckoned, worksheet
from lessons.present.cues import dial_of, estimate_of, keys_of, way_of
from lessons.present.plain import spans
from lessons.present.production import served
from lessons.present.scenes import Locate, Reckon, Turn
from lessons.slots import place
from ui.components import placement
from ui.stage_room import StageRoom

if TYPE_CHECKING:
    from lab.bench import Outcome
    from lessons.pictures import Tone

__all__ = [
    "choice_data",
    "cost_data",
    "cost_word",
    "points_data",
    "slots_data",
    "sum_in_words",
    "version_data",
]


def cost_data(loaded: Loaded, cue: Reckon, outcome: Outcome[Sample] | None) -> dict[str, Any]:
    """The worksheet; once it is measured, the sum and what it means."""
    estimate, typed = estimate_of(loaded, cue), dict(cue.inputs)
    sheet = worksheet(estimate, typed)
    if outcome is None:
        return {"sum": _lines(sheet)}
    if outcome.failure or outcome.value is None:
        says = outcome.failure.says if outcome.failure else "Nothing was measured."
        return {"sum": _lines(sheet), "result": _told(says, "bad")}
    if outcome.value.missing:
        return {"sum": _lines(sheet), "result": _told(outcome.value.missing, "warn")}
    found = reckoned(estimate, outcome.value, typed)
    return {"sum": _lines(found.lines), "result": _told(found.means, found.tone)}


def cost_word(loaded: Loaded, cue: Reckon, outcome: Outcome[Sample]) -> str:
    """What hands are judged by; nothing where nothing was measured."""
    if outcome.value is None or outcome.value.missing:
        return ""
    return reckoned(estimate_of(loaded, cue), outcome.value, dict(cue.inputs)).word


def sum_in_words(loaded: Loaded, cue: Reckon, outcome: Outcome[Sample] | None) -> list[str]:
    """The whole sum for the speaker, also what had no room on the stage."""
    if outcome is None or outcome.value is None or outcome.value.missing:
        return []
    found = reckoned(estimate_of(loaded, cue), outcome.value, dict(cue.inputs))
    return [*(f"{line.says} = {line.result}" for line in (*found.lines, *found.rest)), found.means]


def slots_data(loaded: Loaded, cue: Locate, *, revealed: bool) -> dict[str, Any]:
    """The names of the keys; what of each is hashed, and its slot, once they are computed."""
    placed = place(keys_of(loaded, cue))
    if not revealed:
        return {"keys": [{"parts": [name, "", ""], "slot": ""} for name, _ in placed.slots]}
    (group,) = placement.data([placed])["groups"]
    return {"keys": group["keys"], "result": _told(placed.says, "good" if placed.holds else "bad")}


def version_data(
    room: StageRoom, loaded: Loaded, cue: Turn, outcome: Outcome[WayTried] | None
) -> dict[str, Any]:
    """The versions on which one writes it so, the command, and what this server did with it."""
    dial, way = dial_of(loaded, cue), way_of(loaded, cue)
    backend = room.backend
    here = nearest_version(backend) if backend else ""
    marks = [
        {"version": version, "served": is_served, "here": version == here}
        for version, is_served in zip(VERSIONS, served(dial, way), strict=True)
    ]
    tried, failure = (outcome.value, outcome.failure) if outcome else (None, None)
    result = None
    if tried:
        tone: Tone = "good" if tried.works else "bad" if tried.due else "plain"
        result = _told(tried.says, tone)
    elif failure:
        result = _told(failure.says, "bad")
    return {
        "dial": marks, "command": way.command, "words": spans(way.says), "result": result,
        "answer": ", ".join(one.title for one in way.citations),
    }  # fmt: skip


def choice_data(question: SingleChoice, hands: Sequence[dict[str, Any]], *, revealed: bool) -> dict[str, Any]:
    """The question with the hands for each option, if any; why each is right or wrong, once it is out."""
    raised = hands or [{"key": "", "count": ""} for _ in question.options]
    return {
        "prompt": spans(question.prompt),
        "options": [
            {
                "letter": letter,
                "text": spans(option.text),
                "count": hand["count"],
                "key": hand["key"],
                "right": option.right if revealed else None,
                "belief": spans(option.belief) if revealed else [],
                "why": spans(option.why) if revealed else [],
            }
            for (letter, option), hand in zip(letters(question), raised, strict=True)
        ],
    }


def points_data(points: Sequence[str]) -> dict[str, Any]:
    """Each point in pieces of text."""
    return {"points": [spans(one) for one in points]}


def _lines(lines: Sequence[Line]) -> list[dict[str, str]]:
    return [{"says": line.says, "result": line.result} for line in lines]


def _told(says: str, tone: Tone) -> dict[str, Any]:
    return {"says": says, "tone": tone, "counts": [], "cost": ""}

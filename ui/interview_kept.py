"""Interviews as the store keeps them: found, changed, finished. What a page shows is always in there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from memory.values import Interview
from quizzes.interview import reading, report
from quizzes.interview.model import TOPIC_OF, Prompt, Rung
from quizzes.interview.scoring import score
from quizzes.interview.sitting import Plan, Sitting, begin, from_json
from ui import session

if TYPE_CHECKING:
    from memory.store import Store

__all__ = [
    "GAP", "add_gap", "asked_before", "change", "due_gaps", "finish", "found", "past", "prompts", "rung_of",
    "start", "unfinished",
]  # fmt: skip

GAP = "gap"
"""The kind of card that a gap becomes."""


def prompts() -> tuple[tuple[Prompt, ...], str]:
    """The tasks, and a sentence if some of them cannot be used."""
    found, flaws = reading.load_good()
    return found, f"A task of the interview cannot be used: {flaws[0]}" if flaws else ""


def rung_of(subject: str) -> tuple[Prompt, Rung] | None:
    """The rung of "prompt/rung"; None if it is gone."""
    name, _, id = subject.partition("/")
    there = next((one for one in prompts()[0] if one.id == name), None)
    rung = there.rung(id) if there else None
    return (there, rung) if there and rung else None


def start(agreed: Plan) -> str:
    """A new interview; returns its id."""
    sitting = begin(agreed, _store().now())
    return _store().interviews.begin(session.learner(), sitting.as_json()).id


def found(id: str) -> Sitting | None:
    """The learner's interview of that id, as it stands now."""
    one = next((one for one in _store().interviews.all(session.learner()) if one.id == id), None)
    return from_json(one.transcript) if one else None


def change(id: str, how: Callable[[Sitting], Sitting]) -> Sitting | None:
    """Change it and keep it; None if it is gone. One that is over changes no more."""
    sitting = found(id)
    if sitting is None or sitting.over is not None:
        return sitting
    changed = how(sitting)
    _store().interviews.save(session.learner(), id, changed.as_json())
    return changed


def finish(id: str, how: Callable[[Sitting], Sitting]) -> None:
    """Go on; and if that ends it, write the report and make a card of every gap."""
    before = found(id)
    after = change(id, how)
    if before is None or before.over is not None or after is None or after.over is None:
        return
    prompt = next((one for one in prompts()[0] if one.id == after.plan.prompt), None)
    if prompt is None:
        return
    _store().interviews.finish(session.learner(), id, report.as_json(prompt, after))  # type: ignore[arg-type]
    for gap in score(prompt, after).gaps:
        add_gap(gap.subject)


def add_gap(subject: str) -> None:
    """A card for a rung that was not answered fully; it is asked again as a sixty-second drill."""
    there = rung_of(subject)
    if there:
        prompt, rung = there
        _store().reviews.add(
            session.learner(), subject, kind=GAP, pattern=prompt.patterns[0], topic=TOPIC_OF[rung.kind]
        )


def due_gaps() -> tuple[str, ...]:
    """The gaps that should be drilled now, the most urgent first."""
    cards = _store().reviews.due(session.learner(), kind=GAP)
    return tuple(card.subject for card in cards if rung_of(card.subject))


def past() -> tuple[Interview, ...]:
    """Those that are over, the newest first."""
    return tuple(one for one in reversed(_store().interviews.all(session.learner())) if one.finished)


def unfinished() -> tuple[str, Sitting] | None:
    """(id, sitting) of the newest one that is not over."""
    for one in reversed(_store().interviews.all(session.learner())):
        if one.finished is None and (sitting := from_json(one.transcript)) and sitting.over is None:
            return one.id, sitting
    return None


def asked_before() -> tuple[str, ...]:
    """The tasks that this learner has had."""
    kept = (from_json(one.transcript) for one in _store().interviews.all(session.learner()))
    return tuple(one.plan.prompt for one in kept if one)


def _store() -> Store:
    return session.room().store

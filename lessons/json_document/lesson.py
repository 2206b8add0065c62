"""One document, many hands. The words are in lesson.md, one heading a step."""

from __future__ import annotations

from lessons.json_document import faults, live, numbers, scale, trouble
from lessons.model import Ask, Check, Lesson, Prove, Read

LESSON = Lesson(
    title="JSON document",
    promise="Change one leaf of a document while others change theirs.",
    minutes=14,
    pattern="json_document",
    steps=(
        Read("One profile, many services"),
        live.LIVE,
        trouble.BURST,
        trouble.BY_HAND,
        trouble.BY_HAND_HARDENED,
        Prove("Two changes, every order"),
        faults.FAULT,
        numbers.COMPARE,
        numbers.NUMBERS,
        scale.COST,
        scale.SCALE,
        scale.PRODUCTION,
        Check("Check yourself"),
        Ask("What they ask next"),
    ),
)

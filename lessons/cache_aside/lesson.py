"""A copy in front of the database. The words are in lesson.md, one heading a step."""

from __future__ import annotations

from lessons.cache_aside import faults, live, numbers, scale, trouble
from lessons.model import Ask, Check, Lesson, Prove, Read

LESSON = Lesson(
    title="Cache-aside",
    promise="Serve reads from a copy without burying the database.",
    minutes=15,
    pattern="cache_aside",
    steps=(
        Read("The database is at its limit"),
        live.LIVE,
        trouble.BURST,
        trouble.BY_HAND,
        trouble.BY_HAND_HARDENED,
        Prove("A reader, a writer, every order"),
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

"""Skills and what they need. The words are in lesson.md, one heading a step."""

from __future__ import annotations

from lessons.graph import faults, live, numbers, scale, trouble
from lessons.model import Ask, Check, Lesson, Prove, Read

LESSON = Lesson(
    title="Graph",
    promise="Walk prerequisites and friends without half an edge.",
    minutes=15,
    pattern="graph",
    steps=(
        Read("What must I learn first"),
        live.LIVE,
        trouble.BURST,
        trouble.BY_HAND,
        trouble.BY_HAND_HARDENED,
        Prove("Two teachers, every order", race=1),
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

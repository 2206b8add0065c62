"""The nearest driver, for one rider only. The words are in lesson.md, one heading a step."""

from __future__ import annotations

from lessons.geo_search import faults, live, numbers, scale, trouble
from lessons.model import Ask, Check, Lesson, Prove, Read

LESSON = Lesson(
    title="Geo search",
    promise="Find the nearest driver, and give it to one rider only.",
    minutes=15,
    pattern="geo_search",
    steps=(
        Read("The nearest driver, please"),
        live.LIVE,
        trouble.BURST,
        trouble.BY_HAND,
        trouble.BY_HAND_HARDENED,
        Prove("Two riders, every order"),
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

"""Found by its words. The words of the lesson are in lesson.md, one heading a step."""

from __future__ import annotations

from lessons.full_text_search import faults, live, numbers, scale, trouble
from lessons.model import Ask, Check, Lesson, Prove, Read

LESSON = Lesson(
    title="Full-text search",
    promise="Find documents by their words, with the index in step.",
    minutes=14,
    pattern="full_text_search",
    needs=("search",),
    steps=(
        Read("Search the documentation"),
        live.LIVE,
        trouble.BURST,
        trouble.BY_HAND,
        trouble.BY_HAND_HARDENED,
        Prove("A search at every moment"),
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

"""Limits and their boundaries. The words are in lesson.md, one heading a step."""

from __future__ import annotations

from lessons.model import Ask, Check, Lesson, Prove, Read
from lessons.rate_limiter import faults, live, numbers, scale, trouble

LESSON = Lesson(
    title="Rate limiter",
    promise="Admit no more than the limit in any window, also across the boundary.",
    minutes=15,
    pattern="rate_limiter",
    steps=(
        Read("A hundred a minute"),
        live.LIVE,
        trouble.BURST,
        trouble.BY_HAND,
        trouble.BY_HAND_HARDENED,
        Prove("The last place, every order"),
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

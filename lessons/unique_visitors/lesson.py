"""Counting people without keeping them. The words are in lesson.md, one heading a step."""

from __future__ import annotations

from lessons.model import Ask, Check, Lesson, Prove, Read
from lessons.unique_visitors import faults, live, numbers, scale, trouble

LESSON = Lesson(
    title="Unique visitors",
    promise="Count millions of distinct visitors in 12 KB and know the error.",
    minutes=14,
    pattern="unique_visitors",
    steps=(
        Read("How many people were here?"),
        live.LIVE,
        trouble.BURST,
        trouble.BY_HAND,
        trouble.BY_HAND_HARDENED,
        Prove("A visit is sent again, in every order"),
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

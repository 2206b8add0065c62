"""Samples by time: sent twice, sent late, kept a while. The words are in lesson.md, one heading a step."""

from __future__ import annotations

from lessons.model import Ask, Check, Lesson, Prove, Read
from lessons.time_series import faults, live, numbers, scale, trouble

LESSON = Lesson(
    title="Time series",
    promise="Keep samples by time, compact them, and take late ones in.",
    minutes=15,
    pattern="time_series",
    steps=(
        Read("A graph with a hole in it"),
        live.LIVE,
        trouble.BURST,
        trouble.BY_HAND,
        trouble.BY_HAND_HARDENED,
        Prove("A sample sent again, every order"),
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

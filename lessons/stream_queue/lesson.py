"""Work handed out so that a dead worker loses none of it. The words are in lesson.md, one heading a step."""

from __future__ import annotations

from lessons.model import Ask, Check, Lesson, Prove, Read
from lessons.stream_queue import faults, live, numbers, scale, trouble

LESSON = Lesson(
    title="Stream queue",
    promise="Hand out work so that a dead worker loses none of it.",
    minutes=15,
    pattern="stream_queue",
    steps=(
        Read("Orders must not get lost"),
        live.LIVE,
        trouble.BURST,
        trouble.BY_HAND,
        trouble.BY_HAND_HARDENED,
        Prove("A death between two commands"),
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

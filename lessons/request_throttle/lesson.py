"""A bucket that refills. The words are in lesson.md, one heading a step."""

from __future__ import annotations

from lessons.model import Ask, Check, Lesson, Prove, Read
from lessons.request_throttle import faults, live, numbers, scale, trouble

LESSON = Lesson(
    title="Request throttle",
    promise="Shape a client's traffic with a bucket that refills.",
    minutes=14,
    pattern="request_throttle",
    steps=(
        Read("Slow down, but do not stop"),
        live.LIVE,
        trouble.BURST,
        trouble.BY_HAND,
        trouble.BY_HAND_HARDENED,
        Prove("A crash in every place"),
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

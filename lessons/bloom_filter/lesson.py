"""Who is new? The words are in lesson.md, one heading a step."""

from __future__ import annotations

from lessons.bloom_filter import faults, live, numbers, scale, trouble
from lessons.model import Ask, Check, Lesson, Prove, Read

LESSON = Lesson(
    title="Bloom filter",
    promise="Say “never seen” with certainty and “seen” with a known doubt.",
    minutes=15,
    pattern="bloom_filter",
    needs=("bloom",),
    steps=(
        Read("Never shown twice"),
        live.LIVE,
        trouble.BURST,
        trouble.BY_HAND,
        trouble.BY_HAND_HARDENED,
        Prove("Two who add it, every order"),
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

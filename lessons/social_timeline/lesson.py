"""Posts that reach every follower once. The words are in lesson.md, one heading a step."""

from __future__ import annotations

from lessons.model import Ask, Check, Lesson, Prove, Read
from lessons.social_timeline import celebrity, faults, live, numbers, scale, trouble

LESSON = Lesson(
    title="Social timeline",
    promise="Bring posts to followers, few or millions of them.",
    minutes=15,
    pattern="social_timeline",
    steps=(
        Read("One post, many readers"),
        live.LIVE,
        trouble.BURST,
        trouble.BY_HAND,
        trouble.BY_HAND_HARDENED,
        Prove("A crash at every step"),
        faults.FAULT,
        celebrity.LOAD,
        numbers.COMPARE,
        numbers.NUMBERS,
        scale.COST,
        scale.SCALE,
        scale.PRODUCTION,
        Check("Check yourself"),
        Ask("What they ask next"),
    ),
)

"""News that is heard at once and missed by nobody. The words are in lesson.md, one heading a step."""

from __future__ import annotations

from lessons.model import Ask, Check, Lesson, Prove, Read
from lessons.pubsub import faults, live, numbers, scale, trouble

LESSON = Lesson(
    title="Pub/Sub",
    promise="Tell everyone now, and let them catch up on what they missed.",
    minutes=14,
    pattern="pubsub",
    steps=(
        Read("The board that forgot a card"),
        live.LIVE,
        trouble.BURST,
        trouble.BY_HAND,
        trouble.BY_HAND_HARDENED,
        Prove("Between the look and the subscription"),
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

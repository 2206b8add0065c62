"""One at a time, and what happens when that fails. The words are in lesson.md, one heading a step."""

from __future__ import annotations

from lessons.distributed_lock import by_hand, faults, live, numbers, scale, trouble
from lessons.model import Ask, Check, Lesson, Prove, Read

LESSON = Lesson(
    title="Distributed lock",
    promise="Let one worker in at a time, and stop the one who comes back late.",
    minutes=15,
    pattern="distributed_lock",
    steps=(
        Read("One report, many workers"),
        live.LIVE,
        trouble.BURST,
        by_hand.BY_HAND,
        by_hand.BY_HAND_HARDENED,
        Prove("Every order there is"),
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

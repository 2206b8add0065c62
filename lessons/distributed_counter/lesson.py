"""One number, many writers. The words are in lesson.md, one heading a step."""

from __future__ import annotations

from lessons.distributed_counter import faults, heat, live, numbers, scale, trouble
from lessons.model import Ask, Check, Lesson, Prove, Read

LESSON = Lesson(
    title="Distributed counter",
    promise="Count a hot event exactly, across retries and across slots.",
    minutes=15,
    pattern="distributed_counter",
    steps=(
        Read("How many views?"),
        live.LIVE,
        trouble.BURST,
        trouble.BY_HAND,
        trouble.BY_HAND_HARDENED,
        Prove("Who repeats, in every order"),
        faults.FAULT,
        heat.LOAD,
        numbers.COMPARE,
        numbers.NUMBERS,
        scale.COST,
        scale.SCALE,
        scale.PRODUCTION,
        Check("Check yourself"),
        Ask("What they ask next"),
    ),
)

"""Requests that are sent again and happen once. The words are in lesson.md, one heading a step."""

from __future__ import annotations

from lessons.idempotency_key import faults, live, numbers, scale, trouble
from lessons.model import Ask, Check, Lesson, Prove, Read

LESSON = Lesson(
    title="Idempotency key",
    promise="Run a retried request once and answer it every time.",
    minutes=15,
    pattern="idempotency_key",
    steps=(
        Read("Was it paid?"),
        live.LIVE,
        trouble.BURST,
        trouble.BY_HAND,
        trouble.BY_HAND_HARDENED,
        Prove("Slow work, every order"),
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

"""Signed in, and out. The words are in lesson.md, one heading a step."""

from __future__ import annotations

from lessons.model import Ask, Check, Lesson, Prove, Read
from lessons.session_store import faults, live, numbers, scale, trouble

LESSON = Lesson(
    title="Session store",
    promise="Keep people signed in, and keep them out once they have left.",
    minutes=15,
    pattern="session_store",
    steps=(
        Read("She has signed out"),
        live.LIVE,
        trouble.BURST,
        trouble.BY_HAND,
        trouble.BY_HAND_HARDENED,
        Prove("A save, a sign-out, every order"),
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

"""Two tabs, one cart, and a guest who signs in. The words are in lesson.md, one heading a step."""

from __future__ import annotations

from lessons.model import Ask, Check, Lesson, Prove, Read
from lessons.shopping_cart import faults, live, numbers, scale, trouble

LESSON = Lesson(
    title="Shopping cart",
    promise="Change quantities from two tabs and lose none of them.",
    minutes=15,
    pattern="shopping_cart",
    steps=(
        Read("Two tabs, one cart"),
        live.LIVE,
        trouble.BURST,
        trouble.BY_HAND,
        trouble.BY_HAND_HARDENED,
        Prove("Two tabs, every order"),
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

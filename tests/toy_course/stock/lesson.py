"""A lesson small enough to break in every way. The words are in lesson.md."""

from __future__ import annotations

from typing import Any

from lessons.model import (
    Action,
    Ask,
    Burst,
    Check,
    Compare,
    Cost,
    Dial,
    Estimate,
    Fact,
    Keys,
    Lesson,
    Numbers,
    Pair,
    Production,
    Prove,
    Read,
    Run,
    Sample,
    Scale,
    Shown,
    Way,
)  # fmt: skip


def buy(bench: Any, /, **inputs: Any) -> Shown:
    """Take a pair."""
    return Shown("One pair was sold.")


def weigh(bench: Any, /) -> Sample:
    """A shelf of ten."""
    return Sample(1_000, 10, 1, "a scale")


def pairs(redis: Any) -> list[str]:
    return ["stock:{sneaker}", "stock:{sneaker}:sold"]


SHELF = Estimate("pair", "pairs", weigh, 1_000_000, "many slots", "sale", 100)
TAKE = Way("6.2", "DECR", "One command.", "cmd:incr", call=("DECR", "{key}"))

LESSON = Lesson(
    title="The last pair",
    promise="Sell what you have, never more.",
    minutes=12,
    pattern="stock",
    steps=(
        Read("Two people, one pair of shoes"),
        Run("Run it", (Action("Buy", buy),)),
        Burst("Many at once", naive=Action("Naive", buy), hardened=Action("Hardened", buy)),
        Run("One step at a time", (Action("Buy twice", buy),)),
        Prove("Every order"),
        Compare("Naive beside hardened", (Pair("Buy", buy, buy),)),
        Numbers("The numbers", (Fact("One command.", "cmd:decr"),)),
        Cost("The sum", (SHELF,)),
        Scale("The keys", (Keys("One shoe", "meet", pairs, "One script."),)),
        Production("In production", Dial("Take one", (TAKE,))),
        Check("Check yourself"),
        Ask("What they ask next"),
    ),
)

"""Races: read, decide, write, and the ways to close the gap. The words are in lesson.md."""

from __future__ import annotations

from lessons.model import Ask, Check, Compare, Lesson, Pair, Prove, Read
from lessons.races import live, multi
from lessons.races.seats import Sale

LESSON = Lesson(
    title="Races",
    promise="Find the order of events that breaks the code, and close it.",
    minutes=15,
    steps=(
        Read("Two buyers, one seat"),
        live.LIVE,
        live.BURST,
        Prove("Find the order", 0),
        multi.MULTI,
        Prove("MULTI alone, then with WATCH", 1),
        Prove("The race with yourself", 2),
        Compare(
            "Side by side",
            (
                Pair(
                    "Decide in the client, decide on the server",
                    Sale.look_then_take,
                    Sale.one_script,
                    "In the client",
                    "On the server",
                ),
                Pair(
                    "A transaction, and one that looks again",
                    Sale.multi_alone,
                    Sale.watch,
                    "MULTI alone",
                    "With WATCH",
                ),
                Pair("Runs again, answers again", Sale.one_script, Sale.once, "Runs again", "Answers again"),
            ),
        ),
        multi.NUMBERS,
        Check("Check yourself"),
        Ask("What they ask next"),
    ),
)

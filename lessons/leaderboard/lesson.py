"""Ranking players while they score. The words are in lesson.md, one heading a step."""

from __future__ import annotations

from lessons.leaderboard import faults, live, numbers, scale, trouble
from lessons.model import Ask, Check, Lesson, Prove, Read, Run

DAY = 86_400

LESSON = Lesson(
    title="Leaderboard",
    promise="Rank players while they score, and lose no point.",
    minutes=15,
    pattern="leaderboard",
    steps=(
        Read("Ten million players, one ranking"),
        Run("Score, and watch the ranking move", live.ACTIONS, live.picture, (3_600, DAY, 8 * DAY)),
        trouble.BURST,
        trouble.BY_HAND,
        trouble.BY_HAND_HARDENED,
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

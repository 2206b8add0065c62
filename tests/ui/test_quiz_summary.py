"""What a quiz says about a lesson: known only after enough questions, and every one right."""

from __future__ import annotations

from dataclasses import replace

from memory.values import Answer
from ui.quiz_summary import ENOUGH, headline, known

RIGHT = Answer("a", "leaderboard-x", "leaderboard", "races", "single", 2, 0, True, 1.0, 90, 4.0, 0.0)


def test_enough_right_answers_and_no_wrong_one_make_a_lesson_known() -> None:
    assert known((RIGHT,) * ENOUGH) == ["leaderboard"]
    assert known((RIGHT,) * (ENOUGH - 1)) == []
    assert known((*(RIGHT,) * ENOUGH, replace(RIGHT, right=False))) == []
    other = replace(RIGHT, pattern="graph")
    assert known((*(RIGHT,) * ENOUGH, other)) == ["leaderboard"]


def test_the_headline_counts() -> None:
    assert headline((RIGHT, replace(RIGHT, right=False))) == "1 of 2 right"
    assert headline(()) == "Nothing was answered"

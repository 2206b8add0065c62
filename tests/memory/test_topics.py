"""The map of weak topics, calibration and days: pure functions of what was answered."""

from __future__ import annotations

import pytest

from memory.calibration import Streak, calibration, overall, streak
from memory.scheduling import GOOD, remember
from memory.topics import weak_topics, weakest
from memory.values import TOPICS, Answer, Card, Review
from tests.memory.conftest import DAY, START


def answer(
    question: str,
    right: bool,
    *,
    pattern: str = "lock",
    topic: str = "races",
    at: float = START,
    sure: int | None = 80,
) -> Answer:
    return Answer("one", question, pattern, topic, "choice", 1, None, right, float(right), sure, 1.0, at)


def test_a_row_for_each_pattern_and_a_cell_for_each_topic() -> None:
    rows = weak_topics([answer("q1", True)], [], ["lock", "cart"], START)
    assert [[cell.topic for cell in row] for row in rows] == [list(TOPICS)] * 2
    assert [cell.word for cell in rows[1]] == ["not asked"] * 5
    cell = rows[0][1]
    assert (cell.questions, cell.right, cell.share, cell.last_seen, cell.recall) == (1, 1, 1.0, START, None)


def test_the_last_answer_to_a_question_counts() -> None:
    answers = [answer("q1", True, at=START + 5), answer("q1", False, at=START), answer("q2", False)]
    cell = weak_topics(answers, [], ["lock"], START)[0][1]
    assert (cell.questions, cell.right, cell.last_seen) == (2, 1, START + 5)


@pytest.mark.parametrize(
    ("right", "of", "word"), [(5, 10, "weak"), (6, 10, "shaky"), (8, 10, "shaky"), (9, 10, "solid")]
)
def test_the_word_of_a_cell(right: int, of: int, word: str) -> None:
    answers = [answer(f"q{number}", number < right) for number in range(of)]
    assert weak_topics(answers, [], ["lock"], START)[0][1].word == word


def test_what_was_right_fades() -> None:
    card = remember(Card("q1", pattern="lock", topic="races", created=START), [Review("q1", GOOD, START)])
    answers = [answer("q1", True)]
    assert weak_topics(answers, [card], ["lock"], START)[0][1].word == "solid"
    cell = weak_topics(answers, [card], ["lock"], START + 60 * DAY)[0][1]
    assert cell.word == "fading"
    assert cell.recall is not None
    assert cell.recall < 0.8


def test_the_weakest_come_first() -> None:
    answers = [answer("q1", False, topic="cost"), answer("q2", True), answer("q3", True, topic="choice"),
               answer("q4", False, topic="choice"), answer("q5", True, topic="choice")]  # fmt: skip
    rows = weak_topics(answers, [], ["lock"], START)
    assert [(cell.topic, cell.word) for cell in weakest(rows)] == [("cost", "weak"), ("choice", "shaky")]


def test_calibration_by_how_sure_one_was() -> None:
    answers = [answer(f"a{number}", number < 11, sure=90) for number in range(20)]
    answers += [answer(f"b{number}", True, sure=50) for number in range(5)]
    answers += [answer("c", True, sure=100), answer("d", True, sure=None), answer("e", False, sure=0)]
    found = calibration(answers)
    assert [(one.low, one.answers, one.right, one.word) for one in found] == [
        (0, 1, 0, "too few to tell"), (50, 5, 5, "too modest"), (90, 21, 12, "too sure"),
    ]  # fmt: skip
    everything = overall(answers)
    assert everything is not None
    assert (everything.answers, everything.right, everything.word) == (27, 17, "too sure")
    assert calibration([answer("d", True, sure=None)]) == ()
    assert overall([]) is None


def test_a_row_of_days() -> None:
    days = [START, START + 60, START - DAY, START - 2 * DAY, START - 9 * DAY]
    assert streak(days, START) == Streak(3, 3, 4)
    assert streak(days, START + DAY) == Streak(3, 3, 4), "today has not ended yet"
    assert streak(days, START + 2 * DAY) == Streak(0, 3, 4)
    assert streak([], START) == Streak(0, 0, 0)


def test_a_day_is_the_learners_own() -> None:
    late = [START - START % DAY + 23 * 3600, START - START % DAY + 25 * 3600]  # 23:00 and 01:00 UTC
    assert streak(late, late[1]).days == 2
    assert streak(late, late[1], ahead_of_utc=3 * 3600).days == 1

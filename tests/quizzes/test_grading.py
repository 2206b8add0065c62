"""Answer in, result out, for each kind of question."""

from __future__ import annotations

from typing import Any

import pytest

from quizzes import bank
from quizzes.grading import Unreadable, grade, mentions, number_of
from quizzes.judge import Judge
from quizzes.model import Free, Question, Several, Single
from quizzes.parts import Point


def question(id: str) -> Question:
    found = bank.question_of(id)
    assert found is not None
    return found


CASES = [
    ("leaderboard-two-servers", 0, True, "", ""),
    ("leaderboard-two-servers", 1, False, "Not that one", "A transaction covers what was read before it"),
    ("leaderboard-after-failover", [1, 0], True, "", ""),
    ("leaderboard-after-failover", [0], False, "Not quite: 1 missed", ""),
    (
        "leaderboard-after-failover",
        [0, 1, 2],
        False,
        "1 that is not so",
        "A replica may receive half a script",
    ),
    ("leaderboard-after-failover", [2, 3], False, "2 that are not so and 2 missed", "A replica may receive"),
    ("leaderboard-first-to-reach", "900,718", True, "", ""),
    ("leaderboard-first-to-reach", "9007199", False, "It is 900,719 points, not 9,007,199", "Ten digits are"),
    ("leaderboard-first-to-reach", "1000", False, "It is 900,719 points", ""),
    ("leaderboard-equal-points", "carol bob alice", True, "", ""),
    (
        "leaderboard-equal-points",
        '1) "alice" 2) "bob" 3) "carol"',
        False,
        "It replies [carol",
        "Ties are in alphabetical",
    ),
    ("leaderboard-equal-points", "nil", False, "It replies", ""),
    ("leaderboard-rebuild", [1, 2, 3, 4], True, "", ""),
    ("leaderboard-rebuild", [1, 3, 2, 4], True, "", ""),
    ("leaderboard-rebuild", [2, 3, 4, 1], False, "Not in that order", "Cleaning up belongs at the end"),
    ("leaderboard-rebuild", [3, 2, 4, 1], False, "Not in that order", ""),
    ("leaderboard-torn-page", 4, True, "", ""),
    ("leaderboard-torn-page", 3, False, "It is line 4", "The first of two reads"),
    ("leaderboard-torn-page", 1, False, "It is line 4", ""),
    ("leaderboard-keep-the-best", "zadd board gt 55 ana", True, "in every case", ""),
    (
        "leaderboard-keep-the-best",
        "ZADD board 55 ana",
        False,
        "With other data to begin with: ZSCORE",
        "The last result",
    ),
    (
        "leaderboard-keep-the-best",
        "zadd board xx gt 55 ana",
        False,
        "ZSCORE board ana replied nil",
        "GT needs a score",
    ),
    ("leaderboard-keep-the-best", "ZADD board 55", False, "ZADD board 55 replied error", ""),
    ("leaderboard-keep-the-best", "ZADD board GT 55 ana\nGET a", False, "2 commands, and one command", ""),
    ("leaderboard-keep-the-best", "FLUSHALL", False, "cannot be used in a question", ""),
    ("leaderboard-break-it", "1.2.2.1", True, "Lost update: 2 events were counted", ""),
    ("leaderboard-break-it", "1.1.2.2", False, "Nothing is broken", "Two servers at once are enough"),
    ("leaderboard-break-it", "1.1.1.2", False, "'1' is not possible here", ""),
    ("leaderboard-break-it", "1.2", False, "Nothing is broken", ""),
    (
        "leaderboard-sixty-seconds",
        "Every event counts exactly once. A retry counts twice, so a script knows the event id. "
        "A failover loses points.",
        True,
        "Not heard: number",
        "",
    ),
    ("leaderboard-sixty-seconds", "I would use a sorted set.", False, "Not heard: invariant, failure", ""),
]


@pytest.mark.parametrize(("id", "answer", "right", "says", "misconception"), CASES)
def test_an_answer_is_marked(
    id: str, answer: Any, right: bool, says: str, misconception: str, judge: Judge
) -> None:
    result = grade(question(id), answer, judge)
    assert result.right is right
    assert says in result.says
    assert result.misconception.startswith(misconception)
    assert bool(result.why) is bool(misconception) or not misconception
    assert (result.share == 1.0) is right or id.endswith("sixty-seconds")


def test_every_kind_is_marked_above() -> None:
    kinds = {one.kind for found in bank.load_all() for one in found.questions}
    assert {question(case[0]).kind for case in CASES} == kinds


@pytest.mark.parametrize(
    ("id", "answer", "says"),
    [
        ("leaderboard-two-servers", None, "Choose one first"),
        ("leaderboard-two-servers", 4, "Choose one first"),
        ("leaderboard-two-servers", True, "Choose one first"),
        ("leaderboard-after-failover", [], "Choose at least one"),
        ("leaderboard-first-to-reach", "many", "'many' is no number"),
        ("leaderboard-first-to-reach", "", "Type an answer first"),
        ("leaderboard-equal-points", "  ", "Type an answer first"),
        ("leaderboard-rebuild", [1, 2], "Put every command in its place"),
        ("leaderboard-torn-page", 0, "Mark a line first"),
        ("leaderboard-sixty-seconds", "", "Type an answer first"),
    ],
)
def test_what_is_no_answer_is_not_marked_wrong(id: str, answer: Any, says: str, judge: Judge) -> None:
    with pytest.raises(Unreadable, match=says):
        grade(question(id), answer, judge)


def test_what_only_a_run_can_judge_needs_a_judge() -> None:
    with pytest.raises(ValueError, match="needs a judge"):
        grade(question("leaderboard-break-it"), "1.2")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("54", 54),
        ("9,007", 9007),
        ("0.67 %", 0.67),
        ("1.5e3", 1500),
        ("2^53", 2**53),
        ("2**10", 1024),
        (" 7 ", 7),
    ],
)
def test_numbers_are_read_as_people_write_them(typed: str, number: float) -> None:
    assert number_of(typed) == number


@pytest.mark.parametrize("typed", ["", "x", "1e400", "nan", "9^999999"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(Unreadable):
        number_of(typed)


@pytest.mark.parametrize(
    ("word", "text", "there"),
    [
        ("lost update", "That is a Lost  update.", True),
        ("lost update", "A lost updates", False),
        ("overwrit*", "It is overwritten", True),
        ("gc", "the GC stops", True),
        ("gc", "agcx", False),
        ("# GB", "about 2.5 GB", True),
        ("# GB", "many GB", False),
        ("o(log n)", "in O(log N) each", True),
        ("at least once", "at-least-once delivery", True),
        ("round-trip*", "two round trips", True),
        ("at least once", "at least - once", False),
    ],
)
def test_a_point_is_heard_by_its_words(word: str, text: str, there: bool) -> None:
    assert mentions(Point(point="fix", says="x", words=(word,)), text) is there


def test_the_right_options_of_every_choice_are_right(judge: Judge) -> None:
    for found in bank.load_all():
        for one in found.questions:
            if isinstance(one, Single | Several):
                right = [place for place, option in enumerate(one.options) if option.right]
                assert grade(one, right[0] if isinstance(one, Single) else right).right
            if isinstance(one, Free):
                assert grade(one, one.answer).right
                assert not any(grade(one, weak.answer).share == 1 for weak in one.weak)

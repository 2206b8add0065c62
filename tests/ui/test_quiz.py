"""The quiz page: each kind is asked, answered and revealed; a reload loses nothing; the summary tells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from memory.values import Answer, Attempt
from tests.ui.conftest import ROOT, Open, parts, press, words
from ui import session
from ui.quiz_begin import missed
from ui.race_explorer import explorers

LEARNER = "a" * 24


@pytest.fixture(autouse=True)
def _no_process_stays(open_page: Open) -> Iterator[None]:
    yield
    explorers().close()


def begun(open_page: Open, *ids: str, seed: int = 7, **filter: Any) -> tuple[AppTest, Attempt]:
    """The page at the first of these questions."""
    attempt = session.room().store.attempts.begin(LEARNER, ids, seed=seed, filter=filter)
    return opened(page="quiz", attempt=attempt.id), attempt


def opened(**query: str) -> AppTest:
    """An address, as our learner opens it."""
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    page.session_state["learner"] = LEARNER
    for name, value in query.items():
        page.query_params[name] = value
    return page.run()


def answer(page: AppTest, attempt: Attempt, draft: Any, sure: str = "90 %") -> AppTest:
    """Choose this, as a press in the component would, and say how sure one is."""
    store = session.room().store.attempts
    now = store.get(LEARNER, attempt.id)
    assert now is not None
    store.move(LEARNER, attempt.id, state={**now.state, "draft": draft})
    return press(page.run(), sure)


def kept(attempt: Attempt) -> tuple[Answer, ...]:
    return session.room().store.attempts.answers(LEARNER, attempt.id)


RIGHT: list[tuple[str, Any, str]] = [
    ("leaderboard-two-servers", 0, "Right. You were 90 % sure."),
    ("leaderboard-after-failover", [0, 1], "Right, all of them."),
    ("leaderboard-rebuild", [1, 3, 2, 4], "Right."),
    ("leaderboard-torn-page", 4, "Right."),
    ("leaderboard-break-it", "1.2.2.1", "Lost update: 2 events were counted, and dara has 10 points."),
]


@pytest.mark.parametrize(("id", "draft", "says"), RIGHT)
def test_what_is_chosen_is_marked(open_page: Open, id: str, draft: Any, says: str) -> None:
    page, attempt = begun(open_page, id)
    assert not page.exception
    assert parts(page, "choices")[0]["revealed"] is False
    answer(page, attempt, draft)
    assert says in page.success[0].value
    (given,) = kept(attempt)
    assert given.right
    assert (given.confidence, given.given, given.pattern) == (90, draft, "leaderboard")
    assert not page.error


TYPED = [
    ("leaderboard-first-to-reach", "900,719", True, "Right."),
    ("leaderboard-first-to-reach", "9007199", False, "It is 900,719 points, not 9,007,199"),
    ("leaderboard-equal-points", "carol bob alice", True, "Right."),
    ("leaderboard-keep-the-best", "zadd board gt 55 ana", True, "It leaves what was wanted in every case."),
    ("leaderboard-keep-the-best", "zadd board 55 ana", False, "With other data to begin with"),
    ("leaderboard-sixty-seconds", "Each event counts exactly once.", False, "Not heard: failure"),
]  # fmt: skip


@pytest.mark.parametrize(("id", "typed", "right", "says"), TYPED)
def test_what_is_typed_is_marked(open_page: Open, id: str, typed: str, right: bool, says: str) -> None:
    page, attempt = begun(open_page, id)
    field = page.text_input[0] if page.text_input else page.text_area[0]
    field.set_value(typed)
    press(page, "70 %")
    told = page.success if right else page.error
    assert says in told[0].value
    assert "You were 70 % sure." in told[0].value
    assert kept(attempt)[0].right is right


def test_a_wrong_choice_is_told_why_and_every_option_has_its_reason(open_page: Open) -> None:
    page, attempt = begun(open_page, "leaderboard-two-servers")
    answer(page, attempt, 1, "99 %: certain")
    assert "Not that one. You were 99 % sure." in page.error[0].value
    rows = parts(page, "choices")[0]["rows"]
    assert [row["tone"] for row in rows].count("good") == 1
    assert [row["tone"] for row in rows].count("bad") == 1
    assert all(row["why"] for row in rows)
    assert sum(bool(row["belief"]) for row in rows) == 3
    assert "redis.io" in page.caption[0].value or "Redis documentation" in words(page)


def test_a_schedule_that_does_it_is_told_event_by_event(open_page: Open) -> None:
    page, attempt = begun(open_page, "leaderboard-break-it")
    answer(page, attempt, "1.1.2.2")
    mine, right = (block.value for block in page.code[:2])
    assert [line.split()[1] for line in mine.splitlines()[:4]] == ["Ann", "Ann", "Ben", "Ben"]
    assert [line.split()[1] for line in right.splitlines()[:4]] == ["Ann", "Ben", "Ann", "Ben"]


def test_what_was_typed_is_shown_as_it_was_typed(open_page: Open) -> None:
    page, _ = begun(open_page, "leaderboard-equal-points")
    page.text_input[0].set_value("*a* `b`")
    press(page, "70 %")
    assert "Your answer: `` *a* `b` ``. Right: `" in words(page)


def test_a_claim_and_a_refutation_are_run_on_the_learners_server(open_page: Open) -> None:
    page, attempt = begun(open_page, "leaderboard-two-servers")
    answer(page, attempt, 0)
    shown = parts(page, "transcript")
    assert all(row["reply"] is None for one in shown for row in one["rows"])
    press(page, "Run it")
    (ran,) = [one for one in parts(page, "transcript") if one["server"]]
    assert "Redis" in ran["server"]
    assert [row["reply"] for row in ran["rows"]] == ["1", "40", "40", "0", "0", "50"]
    assert all(row["fine"] for row in ran["rows"])
    assert [row["client"] for row in ran["rows"]][1:3] == ["Ann", "Ben"]
    press(page, "Run it")
    assert len([one for one in parts(page, "transcript") if one["server"]]) == 2
    assert [button.label for button in page.button].count("Run it again") == 2
    assert not page.exception


def test_a_check_is_run_too(open_page: Open) -> None:
    page, attempt = begun(open_page, "leaderboard-eight-parts")
    answer(page, attempt, 0)
    press(page, "Run it")
    assert "lie in **1** slot." in words(page)


def test_what_is_no_answer_is_not_marked_wrong(open_page: Open) -> None:
    page, attempt = begun(open_page, "leaderboard-first-to-reach")
    page.text_input[0].set_value("many")
    press(page, "90 %")
    assert "'many' is no number" in words(page)
    assert not kept(attempt)
    assert page.text_input[0].value == "many"


@pytest.mark.parametrize(
    ("id", "says"),
    [
        ("leaderboard-two-servers", "Choose one first."),
        ("leaderboard-after-failover", "Choose at least one."),
        ("leaderboard-rebuild", "Put the commands in order first."),
        ("leaderboard-break-it", "Choose what happens first."),
        ("leaderboard-keep-the-best", "Type an answer first."),
    ],
)
def test_nothing_is_no_answer(open_page: Open, id: str, says: str) -> None:
    page, attempt = begun(open_page, id)
    press(page, "99 %: certain")
    assert says in words(page)
    assert not kept(attempt)


def test_a_reload_loses_nothing(open_page: Open) -> None:
    page, attempt = begun(open_page, "leaderboard-two-servers", "leaderboard-first-to-reach")
    store = session.room().store.attempts
    order = [row["text"] for row in parts(page, "choices")[0]["rows"]]
    store.move(LEARNER, attempt.id, state={"at": 1.0, "draft": 2})

    def reloaded() -> AppTest:
        return opened(page="quiz", attempt=attempt.id)

    page = reloaded()
    rows = parts(page, "choices")[0]["rows"]
    assert [row["text"] for row in rows] == order  # the seed is kept
    assert sum(row["chosen"] for row in rows) == 1
    press(page, "50 %: a guess")
    page = reloaded()  # the reveal is there again, and the answer counts once
    assert parts(page, "choices")[0]["revealed"]
    press(page, "Next question")
    page = reloaded()
    assert page.title[0].value == "Question 2 of 2"
    page.text_input[0].set_value("12").run()
    page = reloaded()
    assert page.text_input[0].value == "12"
    assert len(kept(attempt)) == 1


def test_the_summary_tells_how_sure_one_was_and_the_missed_are_asked_again(open_page: Open) -> None:
    page, attempt = begun(open_page, "leaderboard-two-servers", "leaderboard-torn-page")
    press(answer(page, attempt, 1), "Next question")
    press(answer(page, attempt, 4), "See how it went")
    assert page.title[0].value == "1 of 2 right"
    assert "You were 90 % sure, and 50 % right: 1 of 2." in words(page)
    press(page, "Retry the 1 missed")
    assert page.title[0].value == "Question 1 of 1"
    assert page.query_params["attempt"] != attempt.id
    assert missed(session.room().store.attempts, LEARNER) == {"leaderboard-two-servers"}
    again = session.room().store.attempts.unfinished(LEARNER)
    assert again is not None
    answer(page, again, 0)
    assert missed(session.room().store.attempts, LEARNER) == frozenset()


def test_a_question_is_flagged_and_found_again(open_page: Open) -> None:
    page, _ = begun(open_page, "leaderboard-torn-page")
    press(page, "Flag it")
    assert [flag.question for flag in session.room().store.attempts.flags(LEARNER)] == [
        "leaderboard-torn-page"
    ]
    page = opened(page="quiz")
    page.segmented_control[0].set_value("Flagged").run()
    press(page, "Begin: 1 question")
    assert page.title[0].value == "Question 1 of 1"
    press(page, "Take the flag off")
    assert session.room().store.attempts.flags(LEARNER) == ()


def test_the_clock_runs_only_where_it_is_wished(open_page: Open) -> None:
    page, _ = begun(open_page, "leaderboard-torn-page", timed=True)
    (clock,) = parts(page, "clock")
    assert clock["allowed"] == 90
    since = clock["since"]
    assert parts(page.run(), "clock")[0]["since"] == since
    page, _ = begun(open_page, "leaderboard-torn-page")
    assert not parts(page, "clock")


def test_a_quiz_begins_with_what_the_address_asks_for(open_page: Open) -> None:
    page = open_page(quiz="leaderboard")
    assert page.title[0].value == "Questions about Leaderboard"
    press(page, "Begin: 10 questions")
    assert page.title[0].value == "Question 1 of 10"
    assert page.query_params["quiz"] == "leaderboard"
    page = open_page(
        page="quiz", pattern="leaderboard,distributed_lock", topic="hot keys", level="3,4", seed="11"
    )
    press(page, "Begin: 3 questions")
    attempt = session.room().store.attempts.unfinished(str(page.session_state["learner"]))
    assert attempt is not None
    assert attempt.seed == 11
    assert set(attempt.questions) == {
        "leaderboard-eight-parts", "leaderboard-everyone-looks", "distributed_lock-crowd",
    }  # fmt: skip


def test_an_unfinished_quiz_is_offered(open_page: Open) -> None:
    page, attempt = begun(open_page, "leaderboard-torn-page", "leaderboard-rebuild")
    press(answer(page, attempt, 4), "Next question")
    page = opened(page="quiz")
    assert "question 2 of 2" in words(page)
    press(page, "Go on with it")
    assert page.title[0].value == "Question 2 of 2"


def test_what_is_not_there_is_told(open_page: Open) -> None:
    page = open_page(quiz="knitting")
    assert "There are no questions about Knitting yet" in page.warning[0].value
    page = open_page(page="quiz", attempt="f" * 24)
    assert "not one of yours" in page.info[0].value
    page, _ = begun(open_page, "leaderboard-gone", "leaderboard-torn-page")
    assert "The question leaderboard-gone is no longer there" in page.warning[0].value
    press(page, "Go on")
    assert page.title[0].value == "Question 2 of 2"


def test_an_answer_of_another_tab_counts_once(open_page: Open) -> None:
    page, attempt = begun(open_page, "leaderboard-torn-page")
    session.room().store.attempts.move(LEARNER, attempt.id, state={"draft": 1})
    other = opened(page="quiz", attempt=attempt.id)
    answer(page, attempt, 4)
    press(other, "50 %: a guess")
    assert [(one.given, one.confidence) for one in kept(attempt)] == [(4, 90)]
    assert "Right. You were 90 % sure." in other.success[0].value


def test_lesson_and_home_lead_to_the_questions(open_page: Open) -> None:
    page = open_page(lesson="leaderboard")
    press(page, "Questions")
    assert page.title[0].value == "Questions about Leaderboard"
    page = open_page()
    press(page, "Questions")
    assert page.title[0].value == "Questions"

"""What each part of the store promises, on both databases."""

from __future__ import annotations

from datetime import date

import pytest

from memory.scheduling import AGAIN, EASY
from memory.store import Store
from memory.values import Answer, Attempt, Flag
from tests.memory.conftest import DAY, START, Open, Time


def answer(
    attempt: str, question: str, *, right: bool = True, confidence: int | None = 80, at: float = 0.0
) -> Answer:
    given = {"chosen": ["b"]}
    told = (given, right, float(right), confidence, 4.5, at)
    return Answer(attempt, question, "leaderboard", "races", "choice", 2, *told)


def test_a_step_can_be_taken_back_and_all_be_forgotten(store: Store) -> None:
    store.mark("lock", "Run")
    store.mark("lock", "Run")
    store.mark("lock", "Ask")
    store.mark("lock", "Run", done=False)
    store.mark("lock", "Ask", "ben")
    assert store.done() == {("lock", "Ask")}
    store.visit("lock", "Ask")
    store.attempts.record("", answer("one", "q1"))
    store.forget()
    assert store.done() == frozenset()
    assert store.last() is None
    assert store.attempts.answers("") == ()
    assert store.reviews.cards("") == ()
    assert store.done("ben") == {("lock", "Ask")}


def test_the_last_place_is_the_one_to_go_on_from(open_store: Open) -> None:
    store = open_store()
    assert store.last() is None
    store.visit("lock", "Run")
    store.visit("cache_aside", "Problem")
    assert open_store().last() == ("cache_aside", "Problem")


def test_a_reload_finds_the_attempt_where_it_was(open_store: Open, time: Time) -> None:
    store = open_store()
    begun = store.attempts.begin("ann", ["q1", "q2"], seed=2**40, filter={"topic": "races"})
    store.attempts.move("ann", begun.id, position=1, state={"chosen": ["ä", 1, None]})
    again = open_store().attempts
    assert again.unfinished("ann") == Attempt(
        begun.id, "ann", ("q1", "q2"), 2**40, {"topic": "races"}, 1, {"chosen": ["ä", 1, None]}, START, None
    )
    assert again.get("ann", begun.id) == again.unfinished("ann")
    again.move("ann", begun.id, position=0)
    found = store.attempts.get("ann", begun.id)
    assert found is not None
    assert (found.position, found.state) == (0, {"chosen": ["ä", 1, None]})
    time.now += 60
    again.finish("ann", begun.id)
    time.now += 60
    again.finish("ann", begun.id)
    found = store.attempts.get("ann", begun.id)
    assert found is not None
    assert found.finished == START + 60
    assert store.attempts.unfinished("ann") is None


def test_an_attempt_of_somebody_else_cannot_be_reached(store: Store) -> None:
    begun = store.attempts.begin("ann", ["q1"], seed=1)
    store.attempts.move("ben", begun.id, position=1)
    store.attempts.finish("ben", begun.id)
    assert store.attempts.get("ben", begun.id) is None
    assert store.attempts.get("ann", begun.id) == begun
    store.attempts.record("ann", answer(begun.id, "q1"))
    assert store.attempts.answers("ben", begun.id) == ()


def test_the_last_of_several_unfinished_attempts_is_resumed(store: Store, time: Time) -> None:
    store.attempts.begin("ann", ["q1"], seed=1)
    time.now += 1
    second = store.attempts.begin("ann", ["q2"], seed=2)
    assert store.attempts.unfinished("ann") == second
    assert len(store.attempts.all("ann")) == 2


def test_the_first_answer_counts(open_store: Open, time: Time) -> None:
    store = open_store()
    first = store.attempts.record("ann", answer("one", "q1", right=False, confidence=90))
    assert first.at == START
    time.now += 1
    assert open_store().attempts.record("ann", answer("one", "q1", right=True)) == first
    assert store.attempts.answers("ann") == (first,)
    assert [one.rating for one in store.reviews.history("ann")] == [AGAIN]


def test_answers_come_in_the_order_of_their_time(store: Store) -> None:
    for at, question in enumerate(("q3", "q1", "q2"), start=1):
        store.attempts.record("ann", answer("one", question, at=START + at))
    store.attempts.record("ann", answer("two", "q1", at=START))
    assert [one.question for one in store.attempts.answers("ann")] == ["q1", "q3", "q1", "q2"]
    assert [one.question for one in store.attempts.answers("ann", "one")] == ["q3", "q1", "q2"]


def test_a_question_is_marked_and_unmarked(store: Store, time: Time) -> None:
    store.attempts.flag("ann", "q1", "the reply is\0 wrong")
    time.now += 1
    store.attempts.flag("ann", "q2")
    store.attempts.flag("ann", "q1", "it is the option")
    assert store.attempts.flags("ann") == (Flag("q1", "it is the option", time.now), Flag("q2", "", time.now))
    store.attempts.unflag("ann", "q2")
    assert store.attempts.flags("ann") == (Flag("q1", "it is the option", time.now),)


def test_the_queue_of_the_next_day(store: Store, time: Time) -> None:
    store.attempts.record("ann", answer("one", "forgotten", right=False))
    store.attempts.record("ann", answer("one", "sure", confidence=95))
    assert store.reviews.due("ann") == ()
    time.now += DAY
    assert [card.subject for card in store.reviews.due("ann")] == ["forgotten"]
    time.now += 30 * DAY
    assert {card.subject for card in store.reviews.due("ann")} == {"forgotten", "sure"}
    store.attempts.record("ann", answer("two", "forgotten", confidence=95))
    assert [card.subject for card in store.reviews.due("ann")] == ["sure"]


def test_a_gap_is_due_at_once_and_reviewed_by_hand(store: Store, time: Time) -> None:
    store.reviews.add("ann", "leaderboard/ties", kind="gap", pattern="leaderboard", topic="choice")
    store.reviews.add("ann", "leaderboard/ties", kind="gap")
    assert store.reviews.due("ann") == ()
    (card,) = store.reviews.due("ann", kind="gap")
    assert (card.pattern, card.topic, card.stability) == ("leaderboard", "choice", None)
    store.reviews.review("ann", "leaderboard/ties", EASY, kind="gap")
    assert store.reviews.due("ann", kind="gap") == ()
    (card,) = store.reviews.cards("ann")
    assert card.pattern == "leaderboard"
    assert card.due > time.now + DAY


def test_profiles_have_names_that_differ(open_store: Open, time: Time) -> None:
    store = open_store()
    assert store.profiles.get("ann").name == ""
    ben = store.profiles.add(" Ben \n Ü. ")
    assert ben.name == "Ben Ü."
    assert len(ben.learner) == 24
    store.profiles.rename("ann", "ann")
    with pytest.raises(ValueError, match="already"):
        store.profiles.rename("ann", "BEN Ü.")
    with pytest.raises(ValueError, match="at least one letter"):
        store.profiles.add(" \0\n")
    store.profiles.rename("ann", "Ann")
    assert [one.name for one in open_store().profiles.named()] == ["Ann", "Ben Ü."]
    assert ben.created == time.now


def test_a_profile_keeps_the_interview_and_settings(open_store: Open) -> None:
    store = open_store()
    store.profiles.set_interview("ann", date(2026, 2, 28))
    store.profiles.set_settings("ann", {"timed": True})
    open_store().profiles.set_settings("ann", {"level": 3})
    profile = store.profiles.get("ann")
    assert profile.interview == date(2026, 2, 28)
    assert profile.settings == {"timed": True, "level": 3}
    assert store.profiles.named() == (), "who has no name is in no list"
    store.profiles.set_interview("ann", None)
    assert store.profiles.get("ann").interview is None


def test_a_mock_interview_goes_on_after_a_reload(open_store: Open, time: Time) -> None:
    store = open_store()
    begun = store.interviews.begin("ann", [{"asked": "Design a queue."}])
    store.interviews.save("ann", begun.id, [{"asked": "Design a queue."}, {"said": "A stream."}])
    (found,) = open_store().interviews.all("ann")
    assert found.transcript == [{"asked": "Design a queue."}, {"said": "A stream."}]
    assert found.finished is None
    time.now += 1200
    store.interviews.finish("ann", begun.id, {"gaps": ["failover"]})
    (found,) = store.interviews.all("ann")
    assert (found.report, found.finished) == ({"gaps": ["failover"]}, START + 1200)
    assert store.interviews.all("ben") == ()

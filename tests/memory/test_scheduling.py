"""When something is asked again, with the clock as a parameter."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.scheduling import AGAIN, EASY, GOOD, HARD, due, due_at, grade, last_days, recall, remember
from memory.values import Card, Review
from tests.memory.conftest import DAY, START


def learned(subject: str, *ratings: int, every: float = DAY) -> Card:
    """A card reviewed once a day from the start on."""
    reviews = [Review(subject, rating, START + number * every) for number, rating in enumerate(ratings)]
    return remember(Card(subject, created=START, due=START), reviews)


@pytest.mark.parametrize(
    ("right", "confidence", "rating"),
    [(False, 100, AGAIN), (False, None, AGAIN), (True, None, GOOD), (True, 89, GOOD), (True, 90, EASY),
     (True, 60, GOOD), (True, 59, HARD), (True, 0, HARD)],
)  # fmt: skip
def test_the_grade_of_an_answer(right: bool, confidence: int | None, rating: int) -> None:
    assert grade(right, confidence) == rating


def test_a_card_that_was_never_reviewed_is_due_since_it_was_made() -> None:
    card = remember(Card("q", created=START), [])
    assert (card.due, card.stability, card.last_review) == (START, None, None)
    assert recall(card, START) == 0.0
    assert due([card], START) == (card,)


def test_what_was_wrong_comes_back_within_minutes_and_what_was_easy_within_days() -> None:
    wrong, easy = learned("wrong", AGAIN), learned("easy", EASY)
    assert START < wrong.due <= START + 600
    assert easy.due >= START + 5 * DAY
    assert due([easy, wrong], START + 600) == (wrong,)
    assert due([easy, wrong], easy.due) == (wrong, easy), "due for longest comes first"


def test_every_success_makes_the_interval_longer_and_a_lapse_makes_it_short() -> None:
    intervals = []
    reviews = [Review("q", GOOD, START), Review("q", GOOD, START + 600)]
    for _ in range(4):
        card = remember(Card("q", created=START), reviews)
        assert card.last_review is not None
        intervals.append(card.due - card.last_review)
        reviews.append(Review("q", GOOD, card.due))
    assert intervals == sorted(set(intervals))
    before = remember(Card("q", created=START), reviews)
    lapsed = remember(before, [*reviews, Review("q", AGAIN, before.due)])
    assert lapsed.due - before.due <= 600
    assert lapsed.stability is not None
    assert before.stability is not None
    assert lapsed.stability < before.stability


def test_recall_falls_to_nine_in_ten_after_the_stability() -> None:
    card = learned("q", EASY)
    assert card.stability is not None
    assert recall(card, START) == 1.0
    days = round(card.stability)
    assert recall(card, START + days * DAY) == pytest.approx(0.9, abs=0.005)


@given(st.permutations([(AGAIN, 0.0), (GOOD, 700.0), (HARD, 2 * DAY), (EASY, 9 * DAY), (AGAIN, 20 * DAY)]))
def test_reviews_may_come_in_any_order(reviews: list[tuple[int, float]]) -> None:
    made = remember(
        Card("q", created=START), [Review("q", rating, START + after) for rating, after in reviews]
    )
    in_order = sorted(reviews, key=lambda one: one[1])
    assert made == remember(
        Card("q", created=START), [Review("q", rating, START + after) for rating, after in in_order]
    )


def test_an_interview_asks_everything_once_more_before_it() -> None:
    card = learned("q", EASY, EASY)
    assert card.due > START + 15 * DAY
    assert due([card], START + 8 * DAY) == ()
    interview = date(2026, 1, 14)  # START is the 5th, 09:00 UTC
    assert due_at(card, interview) == datetime(2026, 1, 13, 8, tzinfo=UTC).timestamp()
    assert due([card], START + 7 * DAY, interview) == ()
    assert due([card], START + 8 * DAY, interview) == (card,)
    # Once it was asked in the last days it is left alone.
    again = remember(
        card, [Review("q", EASY, START), Review("q", EASY, START + DAY), Review("q", EASY, START + 8 * DAY)]
    )
    assert due([again], START + 8 * DAY + 3600, interview) == ()


def test_before_an_interview_what_will_be_forgotten_most_surely_comes_first() -> None:
    strong, weak = learned("strong", EASY), learned("weak", HARD)
    middle = learned("middle", GOOD)
    later = START + 40 * DAY
    interview = datetime.fromtimestamp(later + 3 * DAY, UTC).date()
    queue = due([strong, weak, middle], later, interview)
    assert [card.subject for card in queue] == ["weak", "middle", "strong"]
    day = later + 3 * DAY
    assert [recall(card, day) for card in queue] == sorted(recall(card, day) for card in queue)


def test_an_interview_that_is_over_changes_nothing() -> None:
    early, late = learned("early", AGAIN), learned("late", GOOD)
    now = START + 40 * DAY
    assert due([late, early], now, date(2026, 1, 6)) == due([late, early], now) == (early, late)


def test_the_last_48_hours() -> None:
    cards = [learned(f"q{number}", HARD) for number in range(60)] + [learned("known", EASY, EASY, EASY)]
    interview = date(2026, 1, 20)
    morning = datetime(2026, 1, 20, 8, tzinfo=UTC).timestamp()
    assert last_days(cards, morning - 3 * DAY, interview) is None
    assert last_days(cards, morning + 2 * DAY, interview) is None
    plan = last_days(cards, morning - 2 * DAY, interview)
    assert plan is not None
    assert plan.hours == 48
    assert len(plan.first) == 40
    assert len(plan.last) == 10
    assert plan.left_alone == 21
    assert "known" not in {card.subject for card in plan.first}
    assert last_days([], morning - DAY, interview) is not None

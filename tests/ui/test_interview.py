"""The mock interview on its page: twenty minutes with evidence, a reload, the report, a drill."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from streamlit.testing.v1 import AppTest

from memory.store import Store
from quizzes.interview.model import Rung
from quizzes.interview.sitting import Sitting
from tests.ui.conftest import ROOT, Open, parts, press, words
from tests.waiting import wait_until
from ui import interview_kept, session
from ui.race_explorer import explorers

LEARNER = "b" * 24


@dataclass
class Clock:
    """A clock that only moves when it is told to."""

    at: float = 1_900_000_000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock(open_page: Open) -> Clock:
    made = Clock()
    session.room().store.now = made
    return made


@pytest.fixture(autouse=True)
def _no_process_stays(open_page: Open) -> Iterator[None]:
    yield
    explorers().close()


def opened(**query: str) -> AppTest:
    """An address, as our learner opens it, in a browser that knows nothing else."""
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    page.session_state["learner"] = LEARNER
    for name, value in query.items():
        page.query_params[name] = value
    return page.run()


def begun(role: str = "senior", pattern: str = "rate_limiter") -> tuple[AppTest, str]:
    """The page at the first question, and the id of the interview."""
    page = opened(page="interview", seed="3")
    page.segmented_control(key="interview-role").set_value(role).run()
    page.pills[0].set_value([pattern]).run()
    press(page, "Begin: 20 minutes")
    return page, session.room().store.interviews.all(LEARNER)[-1].id


def reloaded(id: str) -> AppTest:
    return opened(page="interview", sitting=id)


def kept(id: str) -> Sitting:
    store: Store = session.room().store
    one = next(one for one in store.interviews.all(LEARNER) if one.id == id)
    found = interview_kept.from_json(one.transcript)
    assert found is not None
    return found


def rung(id: str) -> Rung:
    sitting = kept(id)
    there = interview_kept.rung_of(f"{sitting.plan.prompt}/{sitting.plan.rungs[sitting.at]}")
    assert there is not None
    return there[1]


def claim(page: AppTest, id: str, says: str, predicted: str) -> None:
    """Claim what has these words in it, say how it will come out, and have it run."""
    asked = rung(id).claim
    assert asked is not None
    (place,) = [number for number, one in enumerate(asked.choices) if says in one.says]
    page.radio[0].set_value(place).run()
    page.segmented_control(f"predicted-{id}-{kept(id).at}").set_value(predicted).run()
    press(page, "Run it")
    wait_until(lambda: session.room().trials.of(LEARNER) is None, "the trial is over", seconds=60)
    page.run()


def answer(page: AppTest, text: str) -> None:
    page.text_area[0].set_value(text)
    press(page, "That is my answer")


def test_twenty_minutes_with_a_demonstrated_claim_and_a_report(clock: Clock) -> None:
    page, id = begun()
    assert page.title[0].value == "Invariant"
    assert parts(page, "clock")[0] == {"since": clock.at, "allowed": 1200}
    # Half an answer, then the browser is reloaded: it is still there, and so is the clock.
    page.text_area[0].set_value("No more than N in any window. At the boundary").run()
    clock.at += 60
    page = reloaded(id)
    assert page.text_area[0].value == "No more than N in any window. At the boundary"
    assert parts(page, "clock")[0]["since"] == clock.at - 60
    answer(
        page, "No more than N in any window. At the boundary up to twice that. A sliding window in a script."
    )
    # A claim that is wrong, and was predicted to be right.
    claim(page, id, "keeps the limit in every stretch", "holds")
    assert not page.exception
    assert "Refuted." in words(page)
    assert parts(page, "proof")[0]["status"] == "violated"
    # The next one is predicted and demonstrated; a reload keeps both.
    claim(page, id, "A sliding window keeps the limit", "holds")
    assert "Demonstrated." in words(page)
    page = reloaded(id)
    assert "Refuted." in words(page)
    assert "Demonstrated." in words(page)
    press(page, "What must be mentioned")
    assert "3 of 5" in words(page)
    assert "heard" in words(page)
    page.checkbox[0].check().run()
    assert "4 of 5" in words(page)
    clock.at += 120
    press(page, "Next question")
    assert page.title[0].value == "Same moment"
    assert ":gray[Invariant ✓] › **Same moment**" in words(page)
    answer(page, "Both read the same count, so both are admitted.")
    press(page, "I cannot show it")
    press(page, "Next question")
    answer(page, "")
    press(page, "I cannot show it")
    press(page, "Next question")
    # An experiment, in the background, with servers of its own.
    answer(page, "It counts twice.")
    claim(page, id, "The log, with the request's id", "holds")
    assert not page.exception
    assert "Demonstrated." in words(page)
    assert "12 were admitted" in kept(id).turn.runs[0].says
    page.text_area[-1].set_value("log: member = request id").run()
    press(page, "What must be mentioned")
    # Time is up: whatever is left is not asked any more.
    clock.at += 1200
    page = reloaded(id)
    assert "Time is up." in page.info[0].value
    press(page, "See the report")
    assert not page.exception
    shown = words(page)
    assert "2 claims demonstrated" in shown
    assert "4 of 6 questions answered" in shown
    assert "| invariant | " in shown
    (one,) = session.room().store.interviews.all(LEARNER)
    assert isinstance(one.report, dict)
    assert one.finished is not None
    assert one.report["demonstrated"] == [2, 3]
    assert one.report["predicted"] == [2, 3]
    gaps = {card.subject for card in session.room().store.reviews.cards(LEARNER) if card.kind == "gap"}
    assert gaps == set(one.report["gaps"])  # type: ignore[arg-type]
    assert "api_rate_limiter/crash" in gaps
    assert kept(id).notes == "log: member = request id"
    page = reloaded(id)
    assert "2 claims demonstrated" in words(page)


def test_sixty_seconds_leave_a_card_that_is_drilled_until_nothing_is_missing(clock: Clock) -> None:
    subject = "job_queue/lost-reply"
    page = opened(page="interview", drill=subject)
    assert parts(page, "clock")[0] == {"since": clock.at, "allowed": 60}
    page.text_area[0].set_value("Sent again, it may be there twice.").run()
    clock.at += 48
    page = opened(page="interview", drill=subject)
    press(page, "Stop the clock")
    assert not page.exception
    assert "1 of 5" in words(page)
    assert "48 seconds" in words(page)
    assert "4 missing" in words(page)
    reviews = session.room().store.reviews
    assert [card.subject for card in reviews.due(LEARNER, kind="gap")] == [subject]
    press(page, "Done")
    assert page.title[0].value == "Mock interview"
    assert [one.rating for one in reviews.history(LEARNER)] == [1]
    page = opened(page="interview", drill=subject)
    there = interview_kept.rung_of(subject)
    assert there is not None
    page.text_area[0].set_value(there[1].answer)
    press(page, "Stop the clock")
    assert "5 of 5" in words(page)
    assert "missing" not in words(page)
    press(page, "Done")
    assert [one.rating for one in reviews.history(LEARNER)] == [1, 3]


def test_what_is_gone_is_told_and_one_can_begin_again(clock: Clock) -> None:
    page = opened(page="interview", sitting="f" * 24)
    assert "no longer kept" in page.info[0].value
    page = opened(page="interview", drill="job_queue/no-such-question")
    assert page.title[0].value == "That question is not here"
    press(page, "To the interview")
    assert page.title[0].value == "Mock interview"


def test_one_that_was_left_is_gone_on_with_and_can_be_ended(clock: Clock) -> None:
    _, id = begun("mid", "geo_search")
    page = opened(page="interview")
    assert "You are in the middle of one: Dispatch the nearest driver, question 1 of 6." in words(page)
    press(page, "Go on with it")
    assert page.title[0].value == "Invariant"
    press(page, "End here")
    assert page.title[0].value == "Nothing was answered"
    assert session.room().store.reviews.cards(LEARNER) == ()
    page = opened(page="me")
    assert "The last mock interview, Dispatch the nearest driver" in words(page)
    press(page, "Mock interview")
    assert kept(id).over is not None

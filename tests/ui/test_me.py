"""The learner's own page: what is due, what is weak, profiles, signing in, and their data."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from memory.carry import export
from memory.store import Store
from memory.values import Answer
from quizzes import bank
from tests.ui.conftest import Open, parts, press, words
from ui import me, me_data, places, session, who

DAY = 86_400.0
ROOT = Path(__file__).parents[2]
SLUG = sorted(bank.slugs())[0]
QUESTIONS = bank.load(SLUG).questions


def answered(
    store: Store, learner: str, right: bool, *, days: float, number: int = 0, sure: int = 90
) -> Answer:
    """An answer to a real question, so many days ago."""
    question = QUESTIONS[number]
    return store.attempts.record(
        learner,
        Answer(
            "one", question.id, SLUG, question.topic, question.kind, question.level, "a", right, float(right),
            sure, 5.0, store.now() - days * DAY,
        ),
    )  # fmt: skip


def mine(page: AppTest) -> tuple[Store, str]:
    return session.room().store, session_learner(page)


def session_learner(page: AppTest) -> str:
    return str(page.session_state["learner"])


def test_a_new_learner_is_told_what_will_be_there(open_page: Open) -> None:
    page = open_page(page="me")
    assert not page.exception
    assert not page.error
    assert page.title[0].value == "Your progress"
    assert "Nothing yet" in words(page)
    assert "each comes back when you are about to forget it" in words(page)
    (topics,) = parts(page, "topics")
    assert len(topics["rows"]) >= 20
    assert {cell["word"] for row in topics["rows"] for cell in row["cells"]} == {"not asked"}


def test_what_is_due_opens_as_a_quiz(open_page: Open) -> None:
    page = open_page(page="me")
    store, learner = mine(page)
    answered(store, learner, False, days=2, number=0)
    answered(store, learner, False, days=1, number=1)
    answered(store, learner, True, days=0, number=2)
    page.run()
    assert "2 questions to go through again, the longest due first." in words(page)
    press(page, "Review 2 now")
    begun = store.attempts.unfinished(learner)
    assert begun is not None
    assert begun.questions == (QUESTIONS[0].id, QUESTIONS[1].id)
    assert page.query_params["attempt"] == [begun.id] or page.query_params["attempt"] == begun.id
    assert places.QUIZ.endswith("quiz.py")
    assert not page.exception


def test_a_question_that_is_gone_is_not_asked(open_page: Open) -> None:
    page = open_page(page="me")
    store, learner = mine(page)
    gone = Answer(
        "one", "no-such-question", SLUG, "races", "single", 1, "a", False, 0.0, 90, 5.0, store.now() - DAY
    )
    store.attempts.record(learner, gone)
    page.run()
    assert not [button for button in page.button if button.label.startswith("Review")]
    assert not page.error


def test_the_map_says_in_words_what_is_weak(open_page: Open) -> None:
    page = open_page(page="me")
    store, learner = mine(page)
    answered(store, learner, False, days=1)
    page.run()
    (topics,) = parts(page, "topics")
    row = next(row for row in topics["rows"] if row["pattern"] == SLUG)
    cell = row["cells"][topics["topics"].index(QUESTIONS[0].topic)]
    assert (cell["word"], cell["tone"], cell["right"], cell["questions"], cell["days"]) == (
        "weak",
        "bad",
        0,
        1,
        1,
    )
    assert f"{QUESTIONS[0].topic}** (weak, 0 of 1 right)" in words(page)


def test_calibration_is_a_table_with_words(open_page: Open) -> None:
    page = open_page(page="me")
    store, learner = mine(page)
    for number in range(6):
        answered(store, learner, number < 3, days=1, number=number)
    page.run()
    assert "| 90 % and more | 6 | 50 % | :red[:material/trending_down: too sure] |" in words(page)


def test_the_day_of_the_interview_is_kept_and_orders_the_queue(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page(page="me")
    store, learner = mine(page)
    noon = datetime.combine(datetime.fromtimestamp(store.now(), UTC), time(12), UTC).timestamp()
    monkeypatch.setattr(store, "now", lambda: noon)  # before eight the day before has not begun
    answered(store, learner, True, days=6)
    page.run()
    assert not [button for button in page.button if button.label.startswith("Review")]
    tomorrow = datetime.fromtimestamp(store.now(), UTC).date() + timedelta(days=1)
    page.date_input[0].set_value(tomorrow).run()
    assert store.profiles.get(learner).interview == tomorrow
    assert "In 1 day." in words(page)
    assert "what you would forget by the interview first" in words(page)
    assert "The last 48 hours" in words(page)
    again = open_page(page="me")
    again.session_state["learner"] = learner
    again.run()
    assert not again.exception


@pytest.fixture
def own_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit's test runner has no connection and so no address."""
    monkeypatch.setattr(who, "is_own_machine", lambda: True)


@pytest.mark.usefixtures("own_machine")
def test_a_profile_is_named_added_and_chosen(open_page: Open) -> None:
    page = open_page(page="me")
    store, learner = mine(page)
    page.text_input(key="me-rename-name").set_value("Ann")
    press(page, "Keep it")
    assert page.title[0].value == "Ann’s progress"
    store.mark("leaderboard", "Ask", learner)
    page.text_input(key="me-add-name").set_value(" ann ")
    press(page, "Add the profile")
    assert page.error[0].value == "There is a profile called Ann already."
    page.text_input(key="me-add-name").set_value("Ben")
    press(page, "Add the profile")
    assert page.title[0].value == "Ben’s progress"
    assert session_learner(page) != learner
    assert "Nothing yet" in words(page)
    page.selectbox(key="me-profile").set_value(learner).run()
    assert page.title[0].value == "Ann’s progress"
    assert session_learner(page) == learner
    assert "1 step of the lessons done." in words(page)
    assert not page.exception


@pytest.mark.usefixtures("own_machine")
def test_profiles_are_for_the_machine_itself(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(page="me")
    store, _ = mine(page)
    store.profiles.add("Ben")
    assert page.run().selectbox
    monkeypatch.setattr(who, "is_own_machine", lambda: False)
    page.run()
    assert not page.selectbox
    assert "Ben" not in words(page)


@pytest.mark.parametrize(
    ("address", "headers", "own"),
    [(None, {}, True), ("192.0.2.7", {}, False), (None, {"X-Forwarded-For": "192.0.2.7"}, False)],
)
def test_a_proxy_on_the_same_machine_is_not_the_learner(
    monkeypatch: pytest.MonkeyPatch, address: str | None, headers: dict[str, str], own: bool
) -> None:
    monkeypatch.setattr(st, "context", SimpleNamespace(ip_address=address, headers=headers))
    assert who.is_own_machine() is own


def test_all_is_deleted_when_asked(open_page: Open) -> None:
    page = open_page(page="me")
    store, learner = mine(page)
    store.profiles.rename(learner, "Ann")
    answered(store, learner, True, days=1)
    page.run()
    press(page, "Delete everything about me")
    assert page.success[0].value == "Everything about you is deleted."
    assert page.title[0].value == "Your progress"
    assert store.attempts.answers(learner) == ()
    assert not page.run().success


def test_a_file_is_taken_in_or_refused_with_a_reason(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page(page="me")
    store, learner = mine(page)
    answered(store, "ann", False, days=1)
    document = export(store, "ann").encode()
    given: list[bytes | None] = []
    monkeypatch.setattr(me_data, "_bytes", lambda: given[-1])
    for content, kind, says in (
        (None, "error", "Choose a file first."),
        (b"\xff\xfe", "error", "no text in UTF-8"),
        (
            document.replace(b'"score": 0.0', b'"score": 7'),
            "error",
            "Nothing was added. answers[0].score must be",
        ),
        (document, "success", "Added what was new in 3 entries."),
    ):
        given.append(content)
        press(page, "Add it")
        assert says in str(getattr(page, kind)[0].value)
    assert [one.given for one in store.attempts.answers(learner)] == ["a"]


class User(dict[str, Any]):
    """What `st.user` is once sign-in is on."""

    is_logged_in = False


@pytest.fixture
def user(monkeypatch: pytest.MonkeyPatch) -> User:
    made = User()
    monkeypatch.setattr(who, "auth_is_on", lambda: True)
    monkeypatch.setattr(st, "user", made)
    return made


def test_who_signs_in_is_known_by_issuer_and_subject(open_page: Open, user: User) -> None:
    page = open_page(page="me")
    assert [button.label for button in page.button if button.label.startswith("Sign")] == ["Sign in"]
    assert "for this browser only" in words(page)
    assert not page.selectbox
    assert not [one for one in page.text_input if one.key == "me-rename-name"], "profiles are off"
    anonymous = session_learner(page)

    user.is_logged_in = True
    user.update(iss="https://id.example", sub="42", name="*Ann*")
    page.run()
    known = session.room().pool.owners()
    assert who.identity("https://id.example", "42") in known
    assert "Signed in as **\\*Ann\\***." in words(page)
    assert [button.label for button in page.button if button.label.startswith("Sign")] == ["Sign out"]
    assert not parts(page, "cookie"), "no cookie may hold the id of somebody who signs in"
    user.is_logged_in = False
    page.run()
    assert session_learner(page) == anonymous


def test_identities_differ_and_no_cookie_can_claim_one() -> None:
    one, two = who.identity("https://id.example", "42"), who.identity("https://id.example", "43")
    assert one != two
    assert one != who.identity("https://id.example/4", "2")
    assert not session._ID.fullmatch(one)


def test_sign_in_is_on_when_the_secrets_have_a_section_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class Secrets(dict[str, Any]):
        def load_if_toml_exists(self) -> bool:
            return bool(self)

    look = who.auth_is_on.__wrapped__  # without what was found out before
    monkeypatch.setattr(st, "secrets", Secrets())
    assert not look()
    monkeypatch.setattr(st, "secrets", Secrets(other=1))
    assert not look()
    monkeypatch.setattr(st, "secrets", Secrets(auth={"client_id": "x"}))
    assert look()


SIGNED_OUT = """
from streamlit.testing.v1 import AppTest
page = AppTest.from_file("app.py", default_timeout=60)
page.query_params["page"] = "me"
page.run()
assert not page.exception, page.exception
sign_in = next(button for button in page.button if button.label == "Sign in")
sign_in.click().run()
assert not page.exception, page.exception
print(*[one.value for one in page.error])
from ui import session
session.room().close()
"""


def test_a_real_section_for_sign_in_that_is_not_complete_is_told(tmp_path: Path) -> None:
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_text('[auth]\nclient_id = "x"\n')
    told = subprocess.run(
        [sys.executable, "-c", SIGNED_OUT],
        cwd=ROOT,
        env={**os.environ, "HOME": str(tmp_path), "KEYSPACE_DATA": str(tmp_path), "DATABASE_URL": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("Nobody can sign in: `[auth]` in secrets.toml is not complete.")


def test_streamlit_can_sign_in() -> None:
    from streamlit.auth_util import is_authlib_installed

    assert is_authlib_installed()


def test_the_words_of_the_summary() -> None:
    def at(question: str, right: bool, days: int) -> Answer:
        return Answer(
            "one", question, SLUG, "races", "single", 1, "a", right, float(right), 80, 1.0, 1e9 - days * DAY
        )

    assert me.summary((), 1e9, 0.0, 0).startswith("Nothing yet")
    told = me.summary((at("q1", False, 2), at("q1", True, 1), at("q2", False, 0)), 1e9, 0.0, 1)
    assert (
        told
        == "2 questions answered, 50 % right at the last try. 1 step of the lessons done. 3 days in a row."
    )
    assert "in a row" not in me.summary((at("q1", True, 9), at("q2", True, 5)), 1e9, 0.0, 0)


def test_the_words_of_what_is_due_next() -> None:
    from memory.values import Card

    def card(hours: float) -> Card:
        return Card("q", due=1e9 + hours * 3600)

    assert me.due_words((card(0.2),), 1e9, None).endswith("within the hour.")
    assert me.due_words((card(5),), 1e9, None).endswith("later today.")
    assert me.due_words((card(80), card(100)), 1e9, None).endswith("in 3 days.")
    assert me.due_words((), 1e9, date(2026, 1, 1)).startswith("Answer some questions")

"""What is known of a learner goes to another profile and another database, and nothing is lost on the way."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from memory import carry, schema
from memory.carry import CarryError, export, take_in
from memory.store import Store
from memory.values import Answer
from tests.memory.conftest import DAY, Open, Time


def answer(attempt: str, question: str, right: bool = True, given: str = "a") -> Answer:
    return Answer(attempt, question, "lock", "races", "choice", 2, given, right, float(right), 80, 4.5, 0)


def live(store: Store, learner: str, time: Time) -> None:
    """A little of everything."""
    store.profiles.rename(learner, f"{learner} the first")
    store.profiles.set_interview(learner, date(2026, 3, 1))
    store.profiles.set_settings(learner, {"timed": True})
    store.mark("lock", "Run", learner)
    store.visit("lock", "Run", learner)
    attempt = store.attempts.begin(
        learner, ["q1", "q2"], seed=7, filter={"topic": "races"}, state={"x": ["ü"]}
    )
    for number, question in enumerate(("q1", "q2")):
        time.now += 60
        store.attempts.record(learner, answer(attempt.id, question, bool(number)))
    store.attempts.finish(learner, attempt.id)
    time.now += 3 * DAY
    second = store.attempts.begin(learner, ["q1"], seed=8)
    store.attempts.record(learner, answer(second.id, "q1"))
    store.attempts.flag(learner, "q2", "unclear")
    store.reviews.add(learner, "lock/fencing", kind="gap", pattern="lock", topic="failures")
    interview = store.interviews.begin(learner, [{"said": "SET NX"}])
    store.interviews.finish(learner, interview.id, {"gaps": []})


def parsed(store: Store, learner: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(export(store, learner))
    return found


def test_every_table_is_carried() -> None:
    assert set(carry.TABLES.values()) == set(schema.OF_A_LEARNER)


def test_an_export_taken_to_a_second_profile_gives_the_same(store: Store, time: Time) -> None:
    live(store, "ann", time)
    text = export(store, "ann")
    assert all(json.loads(text)[name] for name in carry.TABLES), "the test has a little of everything"
    second = store.profiles.add("Second")
    take_in(store, second.learner, text)
    ann, other = parsed(store, "ann"), parsed(store, second.learner)
    assert other["profile"][0] == {**ann["profile"][0], "name": "Second"}
    assert {**other, "profile": 0} == {**ann, "profile": 0}
    assert store.reviews.cards(second.learner) == store.reviews.cards("ann")
    assert store.attempts.answers(second.learner) == store.attempts.answers("ann")
    assert json.loads(text) == ann, "the first profile has not changed"


def test_taking_it_in_twice_changes_nothing(store: Store, time: Time) -> None:
    live(store, "ann", time)
    text = export(store, "ann")
    take_in(store, "ann", text)
    assert export(store, "ann") == text
    store.forget("ann")
    assert not any(parsed(store, "ann")[name] for name in carry.TABLES)
    take_in(store, "ann", text)
    take_in(store, "ann", text)
    assert export(store, "ann") == text


def test_it_goes_from_a_file_to_a_server_and_back(
    store: Store, time: Time, tmp_path: Path, postgres_address: str
) -> None:
    live(store, "ann", time)
    text = export(store, "ann")
    for url in (f"sqlite:///{tmp_path}/other.sqlite3", postgres_address):
        other = Store(url=url)
        take_in(other, "ann", text)
        assert export(other, "ann") == text
        other.close()


def test_two_sides_are_merged(open_store: Open, store: Store, time: Time) -> None:
    begun = store.attempts.begin("ann", ["q1", "q2"], seed=1)
    store.visit("lock", "Run", "ann")
    take_in(store, "ben", export(store, "ann"))
    time.now += 60
    store.attempts.record("ben", answer(begun.id, "q1", False, "earlier"))
    store.attempts.move("ben", begun.id, position=1)
    store.visit("cart", "Run", "ben")
    time.now += 60
    store.attempts.record("ann", answer(begun.id, "q1", True, "later"))
    store.attempts.record("ann", answer(begun.id, "q2"))
    for learner, other in (("ann", "ben"), ("ben", "ann")):
        take_in(store, learner, export(store, other))
    for learner in ("ann", "ben"):
        assert [one.given for one in store.attempts.answers(learner)] == ["earlier", "a"]
        found = store.attempts.get(learner, begun.id)
        assert found is not None
        assert found.position == 1
        assert store.last(learner) == ("cart", "Run")
        assert len(store.reviews.history(learner)) == 3
    assert store.reviews.cards("ann") == store.reviews.cards("ben")


Break = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda it: it.update(format="else"), "is no export of Keyspace"),
        (lambda it: it.update(version=2), "newer Keyspace \\(version 2\\)"),
        (lambda it: it.update(version="1"), "version must be a number, and is '1'"),
        (lambda it: it.update(extra=[]), "has 'extra', which is not known"),
        (lambda it: it.update(answers={}), r"answers must be a list, and is \{\}"),
        (lambda it: it["answers"].append(3), r"answers\[3\] must be an object, and is 3"),
        (lambda it: it["answers"][1].pop("kind"), r"answers\[1\].kind is missing"),
        (lambda it: it["answers"][1].update(x=1), r"answers\[1\] has 'x', which is not known"),
        (lambda it: it["answers"][1].update(seconds="x"), r"seconds must be a number, .* and is 'x'"),
        (lambda it: it["answers"][1].update(at=1e300), r"answers\[1\].at must be a number"),
        (lambda it: it["answers"][1].update(at=float("nan")), r"answers\[1\].at must be a number"),
        (lambda it: it["answers"][1].update(level=True), r"answers\[1\].level must be a whole number"),
        (lambda it: it["answers"][1].update(right=1), r"answers\[1\].right must be true or false"),
        (lambda it: it["answers"][1].update(score=1.5), r"answers\[1\].score must be a number from 0 to 1"),
        (lambda it: it["answers"][1].update(confidence=101), "must be a whole number from 0 to 100"),
        (lambda it: it["answers"][1].update(question="a\0"), r"answers\[1\].question must be a text"),
        (lambda it: it["answers"][1].update(question="\ud800"), r"answers\[1\].question must be a text"),
        (lambda it: it["answers"][1].update(given=[{"a": "\0"}]), r"answers\[1\].given must be something"),
        (lambda it: it["attempts"][0].update(questions=[1]), r"attempts\[0\].questions must be a list"),
        (lambda it: it["attempts"][0].update(state=[]), r"attempts\[0\].state must be an object"),
        (lambda it: it["reviews"][0].update(rating=5), r"reviews\[0\].rating must be 1, 2, 3 or 4, and is 5"),
        (lambda it: it["profile"][0].update(interview="31.1."), r"profile\[0\].interview must be a day like"),
        (lambda it: it["profile"].append(it["profile"][0]), "about more than one learner"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place_and_nothing_is_taken_in(
    tmp_path: Path, time: Time, change: Break, says: str
) -> None:
    store = Store(tmp_path, now=time)
    live(store, "ann", time)
    document = parsed(store, "ann")
    change(document)
    with pytest.raises(CarryError, match=says):
        take_in(store, "ben", json.dumps(document))
    assert not any(parsed(store, "ben")[name] for name in carry.TABLES)
    assert store.problem is None


@pytest.mark.parametrize(
    ("text", "says"), [("", "not JSON"), ("[]", "no export"), ("{", "not JSON"), ("[" * 100_000, "not JSON")]
)
def test_what_is_no_export_is_told_so(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(CarryError, match=says):
        take_in(Store(tmp_path), "ann", text)


def test_what_is_too_large_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carry, "LARGEST", 10)
    with pytest.raises(CarryError, match="11 characters; 10 is the limit"):
        take_in(Store(tmp_path), "ann", " " * 11)

"""The steps of a full lesson on their pages: a race proved inside, sums, slots, the dial; facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from lab.scenario import Bounds
from lessons.dial import VERSIONS
from lessons.library import LIBRARY
from lessons.model import Cost, Production, Prove, Scale
from lessons.progress import KNOWN, of_lesson
from tests.ui.conftest import Open, parts, press, words
from ui import session
from ui.home import summary
from ui.prove import covers
from ui.race_explorer import BOUNDS, Explorer, explorers
from ui.race_source import Setting, offers, setting_of


@pytest.fixture(autouse=True)
def _no_search_is_left(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("ui.race_explorer.BOUNDS", replace(BOUNDS, seconds=60.0))  # this machine may be busy
    yield
    explorers().close()


def step_of(slug: str, kind: type) -> str:
    loaded = LIBRARY.load(slug)
    return str(next(n for n, part in enumerate(loaded.parts, 1) if isinstance(part.step, kind)))


def test_the_naive_version_is_broken_with_a_story_and_the_hardened_one_proved(open_page: Open) -> None:
    page = open_page(lesson="leaderboard", step=step_of("leaderboard", Prove))
    assert "Two events, one player" in words(page)
    press(page, "Break it for me")
    (proof,) = parts(page, "proof")
    assert proof["status"] == "violated"
    assert proof["wrong"].startswith("lost update: ")
    assert len(proof["story"]) == 4
    press(page, "Prove it")
    broken, proved = parts(page, "proof")
    assert (broken["status"], proved["status"]) == ("violated", "proved")
    assert proved["story"] == []
    assert proved["covers"] == "2 clients, in every order, with up to 1 crash and 1 lost reply."
    labels = {one["label"]: one["value"] for one in proved["numbers"]}
    assert labels["violations"] == "0"
    assert int(labels["schedules covered"].replace(",", "")) > 0
    assert int(labels["commands sent by the search"].replace(",", "")) > 0
    press(page, "Choose the order yourself")
    assert page.query_params["race"] in ("leaderboard", ["leaderboard"])


def test_each_press_searches_anew(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[str] = []
    search = Explorer.search

    def counted(self: Explorer, setting: Setting, bounds: Bounds) -> dict[str, Any]:
        searched.append(setting.version)
        return search(self, setting, bounds)

    monkeypatch.setattr(Explorer, "search", counted)
    page = open_page(lesson="leaderboard", step=step_of("leaderboard", Prove))
    for _ in range(2):
        press(page, "Prove it")
    assert searched == ["hardened", "hardened"]


def test_what_is_covered_is_said_in_words() -> None:
    (_, sent_again, _) = offers("leaderboard")
    assert (
        covers(setting_of(sent_again, {}))
        == "2 clients, in every order, with up to 1 crash and 1 lost reply."
    )
    quiet = setting_of(sent_again, {"crashes": "0", "lost_replies": "0"})
    assert covers(quiet) == "2 clients, in every order, without any fault."


def test_a_sum_is_measured_and_follows_the_learners_numbers(open_page: Open) -> None:
    page = open_page(lesson="leaderboard", step=step_of("leaderboard", Cost))
    assert "Not measured yet." in words(page)
    page.number_input[0].set_value(1000)
    press(page, "Measure and multiply")
    (sums,) = parts(page, "sums")
    assert "× 1 billion players" in sums["lines"][1]["says"]
    assert sums["tone"] == "bad"
    assert "more nodes do not help" in sums["means"]


def test_the_keys_lie_where_they_must_and_a_key_of_ones_own_beside_them(open_page: Open) -> None:
    page = open_page(lesson="leaderboard", step=step_of("leaderboard", Scale))
    (placement,) = parts(page, "placement")
    assert [(group["must"], group["holds"]) for group in placement["groups"]] == [
        ("meet", True),
        ("spread", True),
    ]
    assert placement["groups"][0]["keys"][0]["parts"] == ["leaderboard:{", "weekly", "}"]
    page.text_input[0].set_value("user:{weekly}:cart").run()
    assert "Your key lies in slot **6,306**" in words(page)


def test_the_dial_begins_with_the_servers_version_and_says_what_it_did(open_page: Open) -> None:
    page = open_page(lesson="distributed_lock", step=step_of("distributed_lock", Production))
    (dial,) = parts(page, "dial")
    here = dial["cards"][dial["ways"][dial["here"]]]
    assert session.backend().version.startswith(VERSIONS[dial["here"]])
    assert here["tried"].endswith("it answers 1.")
    assert here["tone"] == "good"
    assert all(card["sources"] for card in dial["cards"])


def test_the_facts_are_run_when_asked(open_page: Open) -> None:
    page = open_page(page="facts")
    (before,) = parts(page, "facts")
    assert not any(fact["tone"] == "good" for topic in before["topics"] for fact in topic["facts"])
    press(page, "Run them on this Redis")
    (after,) = parts(page, "facts")
    tones = [fact["tone"] for topic in after["topics"] for fact in topic["facts"]]
    assert "bad" not in tones
    assert tones.count("good") >= 35
    assert f"{tones.count('good')} of {tones.count('good')} hold" in words(page)


def test_the_sheet_has_twenty_rows(open_page: Open) -> None:
    (sheet,) = parts(open_page(page="cheatsheet"), "cheatsheet")
    assert len(sheet["rows"]) == 20
    assert all(len(row["cells"]) == len(sheet["columns"]) for row in sheet["rows"])


def test_a_lesson_that_is_known_is_skipped_and_not_done(open_page: Open) -> None:
    page = open_page(lesson="cache_aside")
    press(page, "I know this: skip it")
    (path,) = parts(page, "path")
    card = path["chapters"][0]["entries"][0]
    assert (card["state"], card["left"], any(card["steps"])) == ("known", 0, False)
    assert path["chapters"][0]["entries"][1]["after"] == [card["title"]]
    assert "1 is skipped." in words(page)
    assert "Start with Session store" in [button.label for button in page.button]
    page = open_page(lesson="cache_aside")
    assert "I know this: skip it" in [button.label for button in page.button]


def test_known_is_neither_done_nor_open() -> None:
    known = of_lesson("a", ("one", "two"), {("a", "one"), ("a", KNOWN)})
    assert (known.known, known.complete, known.share) == (True, True, 0.5)
    done = of_lesson("a", ("one",), {("a", "one"), ("a", KNOWN)})
    assert (done.known, done.complete) == (False, True)
    half = of_lesson("a", ("one", "two"), {("a", "one")})
    assert (half.minutes_left(15), known.minutes_left(15)) == (8, 0)


@pytest.mark.parametrize(
    ("minutes", "told"), [(15, "About 8 minutes are left."), (240, "About 2 hours are left.")]
)
def test_the_minutes_that_are_left_are_told(minutes: int, told: str) -> None:
    half = {"a": of_lesson("a", ("one", "two"), {("a", "one")})}
    assert summary(half, {"a": minutes}).endswith(told)

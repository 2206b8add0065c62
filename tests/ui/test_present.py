"""The presenting window and the speaker's, without a browser: what they show after each key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lessons import library
from lessons.author.content import VARIABLE
from lessons.author.new import write_template
from lessons.dial import nearest_version
from lessons.pictures import Slots
from lessons.present import decks
from lessons.present.scenes import Answer, Duel, Look, Measure, Reckon
from tests.lessons.author.broken import BROKEN, Broken, break_it
from tests.ui.conftest import Open, parts, words
from ui import present, quiz_bank, session
from ui.race_explorer import explorers
from ui.stage_data import pictures_of, scene_data
from ui.stage_room import MOST_ROOMS, Rooms, StageRoom
from ui.stage_work import sum_in_words


@pytest.fixture(autouse=True)
def _no_process_stays(open_page: Open) -> Iterator[None]:
    yield
    explorers().close()


def stage(page: AppTest) -> dict[str, Any]:
    (found,) = parts(page, "stage")
    return found


def room(name: str = "leaderboard") -> tuple[StageRoom, Any]:
    deck, loaded = decks.find(name)
    return StageRoom(deck, "1", now=lambda: 0.0), loaded


def test_a_scene_is_shown_alone_without_the_bar_of_the_other_pages(open_page: Open) -> None:
    page = open_page(present="leaderboard", scene="2")
    assert not page.exception
    assert not page.error
    assert (stage(page)["title"], stage(page)["number"]) == ("Ten million players, one ranking", 2)
    assert not parts(page, "top")


@pytest.mark.parametrize("asked", ["0", "-3", "999", "99999999", "two", "²", ""])
def test_any_scene_in_the_address_leads_somewhere(open_page: Open, asked: str) -> None:
    page = open_page(present="leaderboard", scene=asked)
    assert not page.exception
    assert 1 <= stage(page)["number"] <= stage(page)["total"]


def test_a_deck_that_is_not_there_is_told(open_page: Open) -> None:
    for query in ({"present": "leaderbord"}, {"notes": "leaderbord"}, {"handout": "leaderbord"}):
        page = open_page(**query)
        assert page.error[0].value == "There is no lesson called 'leaderbord'. Did you mean 'leaderboard'?"


@pytest.mark.parametrize("slug", [one.slug for one in library.LIBRARY.all()])
def test_every_scene_of_every_lesson_can_be_drawn(slug: str) -> None:
    here, loaded = room(slug)
    for position, scene in enumerate(here.deck.scenes):
        here.go(position)
        data = scene_data(here, loaded)
        assert data["title"] == scene.title
        if isinstance(scene.cue, Look):
            assert all(side["lines"] for side in data["pair"])
        if isinstance(scene.cue, Answer):
            assert data["answer"] == ""
            here.revealed.add(position)
            assert scene_data(here, loaded)["answer"]
        assert bool(data["cue"]) == (scene.cue is not None and not isinstance(scene.cue, Look | Measure)) or (
            isinstance(scene.cue, Measure)
        )


def test_running_shows_result_code_and_log_and_reset_takes_them_away(open_page: Open) -> None:
    open_page(present="leaderboard", scene="10")
    here, loaded = room()
    here.go(9)
    act = present.act
    act(here, loaded, {"do": "hand", "option": 1})
    act(here, loaded, {"do": "hand", "option": 1})
    act(here, loaded, {"do": "hand", "option": 1, "by": -1})
    assert [one["count"] for one in scene_data(here, loaded)["hands"]] == [0, 1]
    assert [one["right"] for one in scene_data(here, loaded)["hands"]] == [None, None]
    act(here, loaded, {"do": "run"})
    data = scene_data(here, loaded)
    assert data["result"]["tone"] == "bad"
    assert data["log_total"] == 40
    assert [one["right"] for one in data["hands"]] == [False, True]
    act(here, loaded, {"do": "hand", "option": 0})
    assert "counted before it" in here.says
    act(here, loaded, {"do": "reset"})
    data = scene_data(here, loaded)
    assert (data["result"], data["log"], data["revealed"]) == (None, [], False)
    assert [one["count"] for one in data["hands"]] == [0, 0]


def test_a_run_again_has_the_same_log(open_page: Open) -> None:
    open_page(present="leaderboard", scene="4")
    here, loaded = room()
    here.go(3)
    logs = []
    for _ in range(2):
        present.act(here, loaded, {"do": "run"})
        logs.append([(row["text"], row["reply"]) for row in scene_data(here, loaded)["log"]])
        present.act(here, loaded, {"do": "reset"})
    assert logs[0] == logs[1]
    assert logs[0]
    assert here.differs[3] == ""


def go_to(kind: str, name: str = "leaderboard", nth: int = 0) -> tuple[StageRoom, Any]:
    """A room at the nth scene of that kind."""
    here, loaded = room(name)
    here.go([position for position, scene in enumerate(here.deck.scenes) if scene.kind == kind][nth])
    return here, loaded


def test_a_sum_is_asked_measured_and_told_to_the_speaker(open_page: Open) -> None:
    page = open_page(present="unique_visitors:10")
    assert {line["result"] for line in stage(page)["sum"]} == {"?"}
    here, loaded = go_to("cost", "unique_visitors")
    present.act(here, loaded, {"do": "hand", "option": 0})
    present.act(here, loaded, {"do": "run"})
    data = scene_data(here, loaded)
    assert "?" not in {line["result"] for line in data["sum"]}
    assert "bytes measured for" in data["sum"][0]["says"]
    assert data["result"]["says"].startswith("It fits a node")
    assert [(one["count"], one["right"]) for one in data["hands"]] == [(1, True), (0, False)]
    cue = here.deck.scenes[here.position].cue
    assert isinstance(cue, Reckon)
    told = sum_in_words(loaded, cue, here.outcome(here.position))
    assert [one.partition(" = ")[2] for one in told[:-1]] == [line["result"] for line in data["sum"]]
    assert told[-1] == data["result"]["says"]


def test_a_sum_that_cannot_be_measured_says_why(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEYSPACE_SERVER", "fakeredis")
    open_page(present="unique_visitors:10")
    here, loaded = go_to("cost", "unique_visitors")
    present.act(here, loaded, {"do": "run"})
    data = scene_data(here, loaded)
    assert data["result"]["says"].startswith("Not measurable here")
    assert [one["right"] for one in data["hands"]] == [None, None]


def test_slots_are_hidden_until_they_are_computed(open_page: Open) -> None:
    page = open_page(present="leaderboard:11", scene="2")
    assert {key["slot"] for key in stage(page)["keys"]} == {""}
    assert not parts(page, "slots")
    here, loaded = go_to("slots", nth=1)
    assert pictures_of(here, loaded)[0] == ()
    present.act(here, loaded, {"do": "run"})
    data = scene_data(here, loaded)
    assert data["keys"][0]["parts"] == ["leaderboard:{", "weekly-0", "}"]
    (picture,), _ = pictures_of(here, loaded)
    assert isinstance(picture, Slots)
    assert [f"{key.slot:,}" for key in picture.keys] == [key["slot"] for key in data["keys"]]
    assert [one["right"] for one in data["hands"]] == [False, True]


def test_points_stand_in_pieces(open_page: Open) -> None:
    data = stage(open_page(present="leaderboard:12"))
    assert (data["title"], data["line"], data["cue"]) == ("Monitor", "In production", "")
    assert data["points"][0] == [["", "The length of the board ("], ["code", "ZCARD"], ["", ")"]]


def test_a_version_is_tried_here_and_the_dial_shows_where_here_is(open_page: Open) -> None:
    page = open_page(present="leaderboard:12", scene="5")
    assert [mark["version"] for mark in stage(page)["dial"] if mark["served"]] == [
        "7.4", "8.0", "8.2", "8.4", "8.6", "8.8",
    ]  # fmt: skip
    here, loaded = go_to("version", nth=1)
    assert not any(mark["here"] for mark in scene_data(here, loaded)["dial"])
    present.act(here, loaded, {"do": "run"})
    data = scene_data(here, loaded)
    assert data["command"] == "ZREVRANK key ana WITHSCORE"
    assert "it answers [0, 120" in data["result"]["says"]
    assert [mark["version"] for mark in data["dial"] if mark["here"]] == [
        nearest_version(here.results[here.position].backend)  # type: ignore[union-attr]
    ]


def test_a_way_that_is_code_shows_its_code(open_page: Open) -> None:
    open_page(present="graph")
    here, loaded = go_to("version", "graph")
    data = scene_data(here, loaded)
    assert data["command"] == ""
    assert data["code"]
    present.act(here, loaded, {"do": "run"})
    assert scene_data(here, loaded)["result"]["tone"] == "good"


def test_a_question_is_answered_by_hands_and_every_reason_is_told(open_page: Open) -> None:
    page = open_page(present="leaderboard:13")
    options = stage(page)["choice"]["options"]
    assert [one["letter"] for one in options] == ["A", "B", "C", "D"]
    assert all(one["right"] is None and one["why"] == [] and one["belief"] == [] for one in options)
    here, loaded = go_to("choice")
    for option in (0, 3, 3):
        present.act(here, loaded, {"do": "hand", "option": option})
    present.act(here, loaded, {"do": "run"})
    data = scene_data(here, loaded)
    assert [one["count"] for one in data["choice"]["options"]] == [1, 0, 0, 2]
    assert [one["right"] for one in data["choice"]["options"]].count(True) == 1
    assert all(one["why"] for one in data["choice"]["options"])
    assert data["cue"] == ""
    present.act(here, loaded, {"do": "hand", "option": 1})
    assert "counted before it" in here.says
    assert here.verdicts[here.position] in "ABCD"


def test_further_pictures_are_walked_through_and_a_new_run_shows_the_first(open_page: Open) -> None:
    page = open_page(present="job_scheduler:2")
    assert (stage(page)["picture"], stage(page)["pictures"]) == (0, 0)
    here, loaded = room("job_scheduler:2")
    present.act(here, loaded, {"do": "picture"})
    assert here.says == "There is no further picture here."
    present.act(here, loaded, {"do": "run"})
    pictures, _ = pictures_of(here, loaded)
    assert len(pictures) == 2
    walked = []
    for by in (1, 1, -1):
        present.act(here, loaded, {"do": "picture", "by": by})
        walked.append(here.pictures[here.position])
    assert walked == [1, 0, 1]
    present.act(here, loaded, {"do": "run"})
    assert here.position not in here.pictures


def test_every_key_changes_what_is_sent(open_page: Open) -> None:
    """The page waits for an answer to each key, and gets none if nothing that is sent to it differs."""
    open_page(present="leaderboard:13")
    here, loaded = go_to("choice")
    before = here.heard
    present.act(here, loaded, {"do": "hand", "option": 0, "by": -1})
    present.act(here, loaded, {"do": "nothing that is known"})
    assert here.heard == before + 2


def test_a_scene_that_was_edited_begins_again() -> None:
    here, _ = room("leaderboard:13")
    here.raise_hand(2, 1)
    here.go(1)
    here.raise_hand(1, 1)
    first, *rest = here.deck.scenes
    here.open(replace(here.deck, scenes=(replace(first, hands=first.hands[:2]), *rest)), "window")
    assert here.hands == {1: [0, 1, 0, 0]}
    here.open(replace(here.deck, scenes=here.deck.scenes[:1]), "window")
    assert here.hands == {}
    assert here.position == 0


def test_a_race_is_played_by_keys_and_the_verdict_shows_the_break(open_page: Open) -> None:
    page = open_page(present="leaderboard:races")
    assert stage(page)["race"]["run"]["strip"] == []
    here, loaded = room("leaderboard:races")
    for key in ("1", "2", "9", "u", "u", "u"):
        present.act(here, loaded, {"do": "race", "code": key, "chosen": 1})
    assert here.schedules[0] == ""
    assert here.says == "This is the beginning: there is nothing to undo."
    present.act(here, loaded, {"do": "run"})
    assert here.verdicts[0] == "violated"
    assert here.schedules[0]
    assert [one["right"] for one in scene_data(here, loaded)["hands"]] == [False, True]
    assert isinstance(here.deck.scenes[0].cue, Duel)


def test_the_speaker_sees_notes_clock_and_what_comes_next(open_page: Open) -> None:
    page = open_page(notes="leaderboard")
    (panel,) = parts(page, "speaker")
    assert panel["gone"] == "Nobody presents yet."
    assert panel["next"]["title"] == "Ten million players, one ranking"
    assert panel["planned"] == decks.find("leaderboard")[0].seconds
    assert [button.label for button in page.button] == ["Rehearse every scene on this machine"]


def test_the_speaker_rehearses_by_a_button(open_page: Open) -> None:
    page = open_page(notes="leaderboard:2")
    page.button[0].click().run(timeout=60)
    assert not page.exception
    assert "7 scenes took" in words(page)


def test_clocks_begin_with_the_first_scene_and_scenes_have_their_own() -> None:
    times = iter([0.0, 10.0, 10.0, 25.0, 30.0])
    deck, _ = decks.find("leaderboard")
    here = StageRoom(deck, "1", now=lambda: next(times))
    assert (here.elapsed, here.elapsed_here) == (0.0, 0.0)
    here.open(deck, "window")
    here.go(1)
    assert here.elapsed == 10.0
    assert here.elapsed_here == 15.0
    assert here.planned_until_here == deck.scenes[0].seconds


def test_a_room_is_one_learners_and_old_ones_make_room() -> None:
    found, (deck, _) = Rooms(), decks.find("leaderboard")
    mine = found.enter("ann", deck, "1")
    assert found.enter("ann", deck, "1") is mine
    assert found.enter("ben", deck, "1") is not mine
    for number in range(MOST_ROOMS):
        found.enter("cid", deck, str(number))
    assert found.find("ann", "leaderboard", "1") is None


def test_content_is_on_the_path_and_on_the_stage(
    open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_template(tmp_path / "mine")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "mine"))
    chapter = parts(open_page(), "path")[0]["chapters"][-1]
    assert (chapter["title"], chapter["entries"][0]["title"]) == ("Our own stack", "Stock counter")
    for step in range(1, 5):
        page = open_page(lesson="stock_counter", step=str(step))
        assert not page.exception
        assert not page.error
    good, broken = quiz_bank.banks()
    assert "stock_counter" in [bank.slug for bank in good]
    assert broken == ()
    assert quiz_bank.has_quiz("stock_counter")
    assert quiz_bank.name_of("stock_counter") == "Stock counter"
    assert not open_page(quiz="stock_counter").exception
    page = open_page(present="five_minutes", scene="3")
    assert not page.exception
    assert [hand["label"] for hand in stage(page)["hands"]] == ["Two are sold", "More than two"]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda one: one.name)
def test_the_app_starts_with_a_broken_folder_and_home_shows_the_problem(
    open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: Broken
) -> None:
    write_template(tmp_path / "mine")
    break_it(tmp_path / "mine", broken)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "mine"))
    page = open_page()
    assert not page.exception
    (path,) = parts(page, "path")
    cards = [card for chapter in path["chapters"] for card in chapter["entries"]]
    told = [*(one.value for one in page.warning), *(card.get("says", "") for card in cards)]
    assert any(all(piece in one for piece in broken.says) for one in told) == broken.on_home
    assert session.room()

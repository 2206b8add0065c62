"""What would fail in this room is said before anybody watches, and only that makes the exit status 1."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lab.bench import Bench
from lab.errors import LabError
from lab.pool import ServerPool
from lessons import library
from lessons.__main__ import main
from lessons.library import Loaded, Part
from lessons.model import Dial, Keys, Production, Scale, Way
from lessons.present import decks
from lessons.present import rehearse as rehearsing
from lessons.present.choices import NoQuestions, SingleChoice
from lessons.present.derive import deck_of
from lessons.present.fit import PLACES, lines_of, too_long
from lessons.present.rehearse import port_fails, rehearse
from lessons.present.scenes import Deck, Play


@pytest.fixture
def pool() -> Iterator[ServerPool]:
    made = ServerPool("")
    yield made
    made.close()


def on(pool: ServerPool, loaded: Loaded) -> Bench:
    return pool.bench("tests", loaded.slug, loaded.lesson.needs)


def test_a_sound_deck_exits_with_0_and_prints_seconds_a_scene(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rehearse", "leaderboard:3", "--port", "0", "--patience", "100"]) == 0
    said = capsys.readouterr().out
    assert " s  run        Naive: everyone at once" in said
    assert "2 scenes" in said
    assert "nothing fails" in said


def test_the_same_as_one_json_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rehearse", "leaderboard:2", "--port", "0", "--patience", "100", "--twice", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["ok"] is True
    assert [scene["number"] for scene in document["decks"][0]["scenes"]] == [1, 2, 3, 4, 5, 6, 7]
    assert all(scene["seconds"] > 0 and scene["differs"] == "" for scene in document["decks"][0]["scenes"])


def test_without_a_real_server_the_scenes_that_fall_back_are_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEYSPACE_SERVER", "fakeredis")
    assert main(["rehearse", "full_text_search:2", "--port", "0", "--patience", "100"]) == 0
    said = capsys.readouterr().out
    assert "falls back: It runs on a simulated Redis" in said
    assert "falls back: This server has no search module" in said


def test_a_server_that_cannot_be_had_fails_the_scenes_that_run(capsys: pytest.CaptureFixture[str]) -> None:
    def nothing(_: Loaded) -> Bench:
        raise LabError("no_server", "There is no Redis here.")

    loaded = library.load("leaderboard")
    scenes = list(rehearse(deck_of(loaded), loaded, nothing, patience=100.0))
    failing = [scene for scene in scenes if scene.fails]
    assert {scene.kind for scene in failing} == {"run", "fact", "cost", "version"}
    assert all(scene.fails == ("There is no Redis here.",) for scene in failing)


def test_a_taken_port_is_a_failure_with_a_cure(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert port_fails(port).endswith(f"./run --server.port {port + 1}")
        assert main(["rehearse", "leaderboard:1", "--port", str(port)]) == 1
    assert f"Port {port} is taken" in capsys.readouterr().out
    assert port_fails(port) == ""


def test_a_text_that_does_not_fit_is_named(pool: ServerPool) -> None:
    loaded = library.load("leaderboard")
    deck = deck_of(loaded, "1")
    long = replace(
        deck, scenes=(replace(deck.scenes[0], title="A word " * 40, line="And more of it. " * 60),)
    )
    (scene,) = rehearse(long, loaded, lambda one: on(pool, one))
    assert [says.partition(" takes")[0] for says in scene.fails] == ["the title", "the line"]


def test_a_slow_scene_is_named(pool: ServerPool) -> None:
    loaded = library.load("leaderboard")
    scenes = list(rehearse(deck_of(loaded, "2"), loaded, lambda one: on(pool, one), patience=0.0))
    assert all("a room waits 0 s at most" in scene.fails[-1] for scene in scenes)


def test_a_scene_that_runs_what_is_not_there_fails(pool: ServerPool) -> None:
    loaded = library.load("leaderboard")
    deck = deck_of(loaded, "2")
    gone = replace(deck, scenes=(replace(deck.scenes[0], cue=Play("Nowhere", "Nothing")),))
    (scene,) = rehearse(gone, loaded, lambda one: on(pool, one))
    assert scene.fails[0].startswith("The scene runs what is not there: there is no step called 'Nowhere'")


def test_an_action_that_fails_is_told_in_its_own_words(pool: ServerPool) -> None:
    loaded = library.load("leaderboard")
    deck = deck_of(loaded, "2")
    cue = deck.scenes[1].cue
    assert isinstance(cue, Play)
    typed = replace(cue, inputs=(("player", "x" * 200), ("points", 5)))
    wrong = replace(deck, scenes=(deck.scenes[0], replace(deck.scenes[1], cue=typed)))
    scenes = list(rehearse(wrong, loaded, lambda one: on(pool, one), patience=100.0))
    assert not scenes[0].fails
    assert scenes[1].fails


def test_a_race_that_comes_out_otherwise_fails(pool: ServerPool, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = library.load("leaderboard")
    deck = deck_of(loaded, "races")
    monkeypatch.setattr(rehearsing.racing, "lacking", lambda race, backend: "This server has no such module.")
    (scene, *_) = rehearse(deck, loaded, lambda one: on(pool, one))
    assert scene.fails == ("This server has no such module.",)


def test_sums_slots_versions_and_questions_are_rehearsed(pool: ServerPool) -> None:
    loaded = library.load("unique_visitors")
    deck, _ = decks.find("unique_visitors")
    kinds = ("cost", "slots", "points", "version", "choice")
    only = replace(deck, scenes=tuple(scene for scene in deck.scenes if scene.kind in kinds))
    rehearsed = list(rehearse(only, loaded, lambda one: on(pool, one), patience=100.0))
    assert {scene.kind for scene in rehearsed} == set(kinds)
    assert [scene.fails for scene in rehearsed] == [()] * len(rehearsed)


def test_a_version_that_this_server_is_too_old_for_falls_back(pool: ServerPool) -> None:
    newer = Way("8.8", "A command of next year", "Not yet.", "cmd:zadd", call=("ZNEXTYEAR", "{key}"))
    scenes = list(rehearse(*_with_ways(newer), lambda one: on(pool, one), patience=100.0))
    assert scenes[-1].fails == ()
    assert "does not know ZNEXTYEAR" in scenes[-1].falls_back[-1]
    due = Way("7.0", "A command that should be there", "Is it?", "cmd:zadd", call=("ZNEXTYEAR", "{key}"))
    scenes = list(rehearse(*_with_ways(due), lambda one: on(pool, one), patience=100.0))
    assert "does not know ZNEXTYEAR" in scenes[-1].fails[0]


def test_a_sum_that_cannot_be_measured_falls_back(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEYSPACE_SERVER", "fakeredis")
    assert main(["rehearse", "unique_visitors:10", "--port", "0", "--patience", "100"]) == 0
    said = capsys.readouterr().out
    assert "cost       What do" in said
    assert "falls back: Not measurable here:" in said


def test_keys_that_lie_where_they_must_not_fail(pool: ServerPool) -> None:
    loaded = library.load("leaderboard")
    step = Scale("On a cluster", (Keys("Two parts", "spread", lambda redis: ["{a}1", "{a}2"], "Why."),))
    wrong = replace(loaded, lesson=replace(loaded.lesson, steps=(step,)), parts=(Part(step, "Words."),))
    (keys, _) = rehearse(deck_of(wrong, "1"), wrong, lambda one: on(pool, one))
    assert keys.fails == ("2 keys in only 1 slots: some share a node for certain.",)


def test_a_bank_that_cannot_be_used_fails(pool: ServerPool) -> None:
    def broken(lesson: str, beside: Path | None) -> tuple[SingleChoice, ...]:
        raise NoQuestions("leaderboard.toml: options: missing.")

    loaded = library.load("leaderboard")
    deck = deck_of(loaded, "13", questions=broken)
    (scene,) = rehearse(deck, loaded, lambda one: on(pool, one))
    assert scene.fails == ("The questions cannot be used. leaderboard.toml: options: missing.",)


def _with_ways(way: Way) -> tuple[Deck, Loaded]:
    """The leaderboard with nothing but a dial whose last way this is."""
    loaded = library.load("leaderboard")
    known = next(step for step in loaded.lesson.steps if isinstance(step, Production))
    step = Production("In production", Dial("A job", (known.dial.ways[0], way)))
    only = replace(loaded, lesson=replace(loaded.lesson, steps=(step,)), parts=(Part(step, "Words."),))
    return deck_of(only, "1"), only


def test_an_unknown_deck_cannot_begin(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rehearse", "leaderbord", "--port", "0"]) == 2
    assert "Did you mean 'leaderboard'?" in capsys.readouterr().err


def test_lines_are_counted_between_words() -> None:
    assert lines_of("", 10) == 1
    assert lines_of("mm mm mm", 2.5) == 3
    assert lines_of("i" * 100, 9) == 4
    assert too_long(PLACES["title"], "Short") == ""
    assert "takes" in too_long(PLACES["title"], "Long words " * 30)

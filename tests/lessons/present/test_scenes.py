"""Every lesson of the course is a deck; a step that nobody has made scenes for is shown all the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import pytest

from lessons import library, racing
from lessons.library import LIBRARY, LessonError, Loaded, Part
from lessons.model import Step
from lessons.present import decks
from lessons.present.cues import check
from lessons.present.derive import deck_of, scenes_of
from lessons.present.fit import deck_fits
from lessons.present.plain import claim, plain, sentence
from lessons.present.scenes import Duel, Play, Try

LESSONS = LIBRARY.all()


@pytest.mark.parametrize("loaded", LESSONS, ids=lambda one: one.slug)
def test_every_lesson_is_a_deck_that_fits_and_runs_what_is_there(loaded: Loaded) -> None:
    deck = deck_of(loaded)
    assert deck.scenes[0].title == loaded.lesson.title
    assert deck.scenes[0].line == loaded.lesson.promise
    assert any(scene.cue for scene in deck.scenes)
    for scene in deck.scenes:
        check(loaded, scene.cue)
        assert scene.title
        assert scene.seconds > 0
    assert deck_fits(deck) == []


def test_a_burst_asks_for_hands_before_either_version() -> None:
    scenes = deck_of(library.load("leaderboard"), "3").scenes
    assert [scene.title for scene in scenes] == ["Naive: everyone at once", "Hardened: everyone at once"]
    for scene in scenes:
        assert [hand.label for hand in scene.hands] == ["It keeps its promise", "It breaks"]
        assert isinstance(scene.cue, Play)
        assert scene.cue.crowd


def test_the_races_of_a_lesson_are_a_deck_of_their_own() -> None:
    deck, _ = decks.find("leaderboard:races")
    cues = [cast(Duel, scene.cue) for scene in deck.scenes]
    assert len(cues) == 2 * len(racing.races("leaderboard"))
    assert [cue.version for cue in cues[:2]] == ["naive", "hardened"]


def test_what_a_scene_needs_is_what_ran_before_it_in_its_step() -> None:
    deck = deck_of(library.load("leaderboard"), "2")
    assert deck.before(0) == ()
    assert [one.action for one in deck.before(2)] == [scene.title for scene in deck.scenes[:2]]


def test_faults_and_loads_are_scenes_of_their_trials() -> None:
    loaded = library.load("leaderboard")
    tries = [scene for scene in deck_of(loaded).scenes if isinstance(scene.cue, Try)]
    wanted = [
        (experiment.slug, trial.label)
        for step in loaded.lesson.steps
        for experiment in getattr(step, "experiments", ())
        for trial in experiment.trials
    ]
    assert [(cast(Try, scene.cue).experiment, cast(Try, scene.cue).trial) for scene in tries] == wanted
    assert wanted


@dataclass(frozen=True, slots=True)
class Unheard:
    """A kind of step of next year."""

    heading: str


def test_a_kind_of_step_that_nobody_knows_becomes_its_words() -> None:
    part = Part(cast(Step, Unheard("Something new")), "It does *this*. And that.")
    (scene,) = scenes_of(part)
    assert (scene.kind, scene.title, scene.line, scene.cue) == (
        "words",
        "Something new",
        "It does this.",
        None,
    )
    assert "more of this step than fits a room" in scene.notes


@pytest.mark.parametrize("name", ["leaderboard:99", "leaderboard:0", "leaderboard:all", "leaderboard:-1"])
def test_a_part_that_is_not_there_is_told(name: str) -> None:
    with pytest.raises(LessonError, match=r"It has the steps 1 to \d+ and races"):
        decks.find(name)


def test_an_unknown_deck_is_told_with_the_nearest_name() -> None:
    with pytest.raises(LessonError, match="Did you mean 'leaderboard'"):
        decks.find("leaderbord")


def test_markdown_is_told_in_plain_words() -> None:
    assert (
        plain("A **bold** *word* with `code` and a [link](https://x).") == "A bold word with code and a link."
    )
    assert sentence("First one. Second one.") == "First one."
    assert sentence("Four kinds, all bad:\n- one\n- two") == "Four kinds, all bad:"
    assert claim("Words.\n\n**Nothing is lost.**\n\nMore.") == "Nothing is lost."

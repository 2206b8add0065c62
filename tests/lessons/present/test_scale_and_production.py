"""Slots, production and the version dial as scenes: nothing of a step is left with a heading only."""

from __future__ import annotations

import pytest

from lessons import library
from lessons.dial import VERSIONS
from lessons.library import LIBRARY, Loaded, Part
from lessons.model import Production, Scale
from lessons.present.derive import deck_of, scenes_of
from lessons.present.production import served
from lessons.present.scale import slots_picture, slots_word
from lessons.present.scenes import Locate, Turn
from lessons.slots import place

LESSONS = [loaded for loaded in LIBRARY.all() if loaded.lesson.pattern]


@pytest.mark.parametrize("loaded", LESSONS, ids=lambda one: one.slug)
def test_no_step_is_more_than_a_room_is_shown(loaded: Loaded) -> None:
    deck = deck_of(loaded)
    assert not any("more of this step than fits a room" in scene.notes for scene in deck.scenes)
    kinds = [scene.kind for scene in deck.scenes]
    assert kinds.count("points") == 4
    assert all(scene.points for scene in deck.scenes if scene.kind == "points")


@pytest.mark.parametrize("loaded", LESSONS, ids=lambda one: one.slug)
def test_the_slots_are_computed_and_judge_the_hands(loaded: Loaded) -> None:
    steps = {step.heading: step for step in loaded.lesson.steps if isinstance(step, Scale)}
    scenes = [scene for scene in deck_of(loaded).scenes if isinstance(scene.cue, Locate)]
    assert len(scenes) == sum(len(step.keys) for step in steps.values())
    for scene in scenes:
        assert isinstance(scene.cue, Locate)
        placed = place(steps[scene.cue.step].keys[scene.cue.number])
        assert slots_word(placed) == ("one slot" if placed.keys.must == "meet" else "different slots")
        found = {number: one.slot for one in slots_picture(placed).keys for number in one.name.split(", ")}
        assert found == {f"{number}": slot for number, (_, slot) in enumerate(placed.slots, 1)}
        assert sum(slots_word(placed) in hand.means for hand in scene.hands) == 1


def test_each_version_is_served_by_one_way() -> None:
    for loaded in LESSONS:
        (step,) = [one for one in loaded.lesson.steps if isinstance(one, Production)]
        ways = [scene.cue for scene in deck_of(loaded).scenes if isinstance(scene.cue, Turn)]
        assert [cue.since for cue in ways] == [way.since for way in step.dial.ways]
        rows = [served(step.dial, way) for way in step.dial.ways]
        assert [sum(column) for column in zip(*rows, strict=True)] == [1] * len(VERSIONS)


def test_what_stands_beside_the_bold_paragraphs_is_in_the_notes_of_the_dial() -> None:
    deck = deck_of(library.load("distributed_counter"))
    notes = [scene.notes for scene in deck.scenes if isinstance(scene.cue, Turn)]
    assert all("The switch of versions below shows another counter" in one for one in notes)


def test_words_without_a_bold_paragraph_are_shown_as_words() -> None:
    loaded = library.load("leaderboard")
    step = next(one for one in loaded.lesson.steps if isinstance(one, Production))
    first, *ways = scenes_of(Part(step, "Look at it. Then act."))
    assert (first.kind, first.line) == ("words", "Look at it.")
    assert [scene.kind for scene in ways] == ["version", "version"]


def test_words_without_a_list_are_shown_as_words() -> None:
    loaded = library.load("leaderboard")
    step = next(one for one in loaded.lesson.steps if isinstance(one, Scale))
    *keys, last = scenes_of(Part(step, "One key is one slot. More nodes change nothing."))
    assert [scene.kind for scene in keys] == ["slots", "slots"]
    assert (last.kind, last.line, last.points) == ("words", "One key is one slot.", ())

"""Questions for a room: drawn by a seed, over the levels, only those that fit; and where they come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from lessons import library
from lessons.library import LIBRARY, Loaded
from lessons.present import choices, decks
from lessons.present.choices import NoQuestions, Option, SingleChoice, drawn, from_home, letters
from lessons.present.derive import deck_of
from lessons.present.fit import choice_fits
from lessons.present.plain import plain
from lessons.present.scenes import Choose

OPTIONS = (
    Option("Send it again.", "It counts twice.", belief="A retry is free"),
    Option("Send it again with its id.", "The second time counts for nothing.", right=True),
    Option("Give up.", "Then it may be lost.", belief="No reply means not done"),
)


def question(name: str, level: int) -> SingleChoice:
    return SingleChoice(f"toy-{name}", level, "A command times out. What do you do?", OPTIONS, "Ids.")


def some(*levels: int) -> list[SingleChoice]:
    return [question(f"{number}", level) for number, level in enumerate(levels)]


def anything(_: SingleChoice) -> bool:
    return True


@pytest.mark.parametrize(
    ("levels", "found"),
    [
        ((1, 2, 3, 4, 5), (1, 5)),
        ((3, 3, 4), (3, 3, 4)),
        ((2, 4), (2, 4)),
        ((3,), (3,)),
        ((), ()),
        ((2, 2, 2, 2), (2, 2, 2)),
        ((1, 1, 1, 4), (1, 1, 4)),
    ],
)
def test_levels_are_spread_and_the_easy_one_is_first(levels: tuple[int, ...], found: tuple[int, ...]) -> None:
    for seed in range(10):
        got = [one.level for one in drawn(some(*levels), seed, anything)]
        assert got == sorted(got)
        assert (got[:1] + got[-1:] if len(found) == 2 and len(got) == 3 else got) == list(found)


def test_the_same_seed_draws_the_same_and_another_one_others() -> None:
    known = some(*[2, 3, 4] * 4)
    once = drawn(known, 7, anything)
    assert drawn(reversed(known), 7, anything) == once
    assert any(drawn(known, seed, anything) != once for seed in range(5))
    orders = {tuple(one.text for one in drawn(known, seed, anything)[0].options) for seed in range(20)}
    assert len(orders) > 3
    assert {letters(one)[0][0] for one in once} == {"A"}
    assert all(dict(letters(one))[one.right].right for one in once)


def test_what_does_not_fit_is_not_drawn() -> None:
    known = some(1, 2, 3)
    assert drawn(known, 1, lambda one: one.level != 2) == tuple(
        one for one in drawn(known, 1, anything) if one.level != 2
    )


@pytest.mark.parametrize("loaded", LIBRARY.all(), ids=lambda one: one.slug)
def test_every_lesson_asks_two_or_three_that_fit(loaded: Loaded) -> None:
    deck, _ = decks.find(loaded.slug)
    asked = [scene.cue.question for scene in deck.scenes if isinstance(scene.cue, Choose)]
    assert 2 <= len(asked) <= 3
    assert len({one.id for one in asked}) == len(asked)
    assert [choice_fits(one) for one in asked] == [""] * len(asked)


def test_hands_are_for_the_options_and_the_notes_know_the_answer() -> None:
    deck, _ = decks.find("leaderboard")
    scene = next(one for one in deck.scenes if isinstance(one.cue, Choose))
    assert isinstance(scene.cue, Choose)
    assert [hand.label for hand in scene.hands] == ["A", "B", "C", "D"]
    right = [hand.label for hand in scene.hands if scene.cue.question.right in hand.means]
    assert f"{right[0]} is right." in scene.notes
    for _, option in letters(scene.cue.question):
        assert " ".join(plain(option.why).split()) in scene.notes


def test_without_questions_there_are_the_words() -> None:
    loaded = library.load("leaderboard")
    (scene,) = deck_of(loaded, "13").scenes
    assert (scene.kind, scene.title, scene.lacks) == ("words", "Check yourself", "")


def test_a_bank_that_cannot_be_used_is_told_and_the_lesson_stays_on_stage() -> None:
    def broken(lesson: str, beside: Path | None) -> tuple[SingleChoice, ...]:
        raise NoQuestions(f"{lesson}.toml: options: missing.")

    (scene,) = deck_of(library.load("leaderboard"), "13", questions=broken).scenes
    assert scene.lacks == "The questions cannot be used. leaderboard.toml: options: missing."
    assert scene.lacks in scene.notes


def test_questions_that_all_are_too_long_are_told() -> None:
    long = SingleChoice("toy-long", 2, "Word after word. " * 200, OPTIONS)
    (scene,) = deck_of(library.load("leaderboard"), "13", questions=lambda lesson, beside: (long,)).scenes
    assert scene.lacks.startswith("None fits: the question 'toy-long' takes")


def test_a_home_that_is_not_there_is_told() -> None:
    for home in ("nowhere:questions", "ui.stage_quiz:answers"):
        with pytest.raises(NoQuestions, match=f"There is no '{home}' to take questions from"):
            from_home("leaderboard", home=home)
    assert choices.no_questions("leaderboard") == ()

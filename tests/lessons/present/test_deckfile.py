"""A scene list names sums, slots, production, versions, questions; each mistake has its line and a cure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lessons import library
from lessons.present.choices import NoQuestions, Option, SingleChoice
from lessons.present.deckfile import DeckError, read_deck
from lessons.present.rehearse import rehearse
from lessons.present.scenes import Choose, Deck, Locate, Reckon, Scene, Turn

Read = Callable[[str], Deck]

OPTIONS = tuple(Option(f"Option {name}", "A reason.", right=name == "b") for name in "abcd")
SUM = 'step = "The sum for 25 million players"\n'
CLUSTER = 'step = "The board on a cluster"\n'
PRODUCTION = 'step = "In production"\n'
QUIZ = 'step = "Check yourself"\n'
KNOWN = tuple(
    SingleChoice(f"leaderboard-{name}", level, "Somebody does something. What now?", OPTIONS)
    for name, level in (("easy", 1), ("middle", 3), ("hard", 5), ("more", 3))
)


def known(lesson: str, beside: Path | None) -> tuple[SingleChoice, ...]:
    assert lesson == "leaderboard"
    return KNOWN


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def made(row: str) -> Deck:
        file = tmp_path / "mine.toml"
        file.write_text(f'lesson = "leaderboard"\nseed = 7\n[[scene]]\n{row}\n', encoding="utf-8")
        return read_deck(file, library.load, known)

    return made


def one(deck: Deck) -> Scene:
    (scene,) = deck.scenes
    return scene


def test_a_sum_with_ones_own_numbers_has_them_in_its_title(read: Read) -> None:
    row = SUM + "estimate = 1\ninputs = { items = 60_000_000, node_gb = 4 }"
    scene = one(read(row))
    assert isinstance(scene.cue, Reckon)
    assert dict(scene.cue.inputs) == {"items": 60_000_000, "node_gb": 4}
    assert scene.title == "What do 60 million players cost?"
    assert scene.hands[0].label == "It fits one node of 4 GB"
    own = one(read(f'{row}\ntitle = "Ours"\nhands = ["Fits", "Does not"]'))
    assert own.title == "Ours"
    assert [(hand.label, hand.means) for hand in own.hands] == [
        ("Fits", scene.hands[0].means),
        ("Does not", scene.hands[1].means),
    ]


def test_keys_parts_of_production_and_the_dial(read: Read) -> None:
    assert one(read(CLUSTER + "keys = 2")).cue == Locate("The board on a cluster", 1)
    told = one(read(PRODUCTION + 'part = "Not Redis"'))
    assert (told.kind, told.title, len(told.points)) == ("points", "Not Redis", 3)
    assert one(read('step = "The board on a cluster"')).points
    for version, since in (("6.2", "6.2"), ("7.0", "6.2"), ("7.4", "7.4"), ("8.8", "7.4")):
        assert one(read(PRODUCTION + f'dial = "{version}"')).cue == Turn("In production", since)


def test_questions_by_the_order_of_the_draw_or_by_their_id(read: Read) -> None:
    levels = []
    for number in (1, 2, 3):
        cue = one(read(QUIZ + f"quiz = {number}")).cue
        assert isinstance(cue, Choose)
        levels.append(cue.question.level)
    assert levels == [1, 3, 5]
    cue = one(read(QUIZ + 'quiz = "leaderboard-more"')).cue
    assert isinstance(cue, Choose)
    assert cue.question == KNOWN[3].shuffled(7)
    assert one(read(QUIZ + "quiz = 1\nhands = []")).hands == ()
    assert one(read("quiz = 1")).title == "A question: level 1 of 5"
    assert one(read(QUIZ)).line.startswith("A few questions")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("estimate = 1", "line 4: 'estimate' of scene 1 needs its step too"),
        (PRODUCTION + 'estimate = 1', "line 5: 'estimate' of scene 1: the step 'In production' has no"),
        (SUM + 'estimate = 3', "has no estimate 3; it has 2."),
        (SUM + 'estimate = "1"', "is a number from 1 on, not '1'."),
        (
            SUM + 'estimate = 1\ninputs = { players = 3 }',
            "line 6: 'inputs' of scene 1: There is no input called 'players'",
        ),
        ('step = "The board"\nkeys = 1', "line 4: 'step' of scene 1: there is no step called 'The board'"),
        (CLUSTER + 'keys = 9', "line 5: 'keys' of scene 1: the step 'The board on a"),
        (CLUSTER + 'keys = 1\ninputs = { a = 1 }', "an experiment or an estimate only."),
        (PRODUCTION + 'dial = "9.9"', "'dial' of scene 1: the dial has no version '9.9'. There is: 6.2"),
        (PRODUCTION + 'dial = 8.4', "line 5: 'dial' of scene 1 is a version in quotation marks"),
        (QUIZ + 'dial = "8.4"', "the step 'Check yourself' has no version dial."),
        (PRODUCTION + 'part = "Monitors"', "begins no paragraph of that step. Did you mean 'Monitor'?"),
        (QUIZ + 'part = "Monitor"', "goes with a step about production"),
        ('step = "In productions"\npart = "Monitor"', "line 4: 'step' of scene 1 'In productions' is no"),
        (PRODUCTION + 'quiz = 1', "line 5: 'quiz' of scene 1 goes with the step"),
        (QUIZ + 'quiz = 4', "'quiz' of scene 1 has no number 4: 3 questions"),
        (QUIZ + 'quiz = 0', "has no number 0: 3 questions of the bank are drawn."),
        (QUIZ + 'quiz = "leaderboard-mid"', "Did you mean 'leaderboard-middle'?"),
        (QUIZ + 'quiz = 1.5', "is a number from 1 on, or a question's id, not 1.5."),
        (QUIZ + 'quiz = 1\nhands = ["Yes", "No"]', "line 6: 'hands' of scene 1 of a question"),
        (QUIZ + 'quiz = 1\nkeys = 1', "A scene runs one thing."),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(read: Read, row: str, says: str) -> None:
    with pytest.raises(DeckError) as error:
        read(row)
    assert says in str(error.value)
    assert str(error.value).startswith("mine.toml, line ")


def test_questions_that_cannot_be_used_are_told(tmp_path: Path) -> None:
    def broken(lesson: str, beside: Path | None) -> tuple[SingleChoice, ...]:
        raise NoQuestions("leaderboard.toml: This is not TOML.")

    file = tmp_path / "mine.toml"
    file.write_text('lesson = "leaderboard"\n[[scene]]\nstep = "Check yourself"\nquiz = "leaderboard-easy"\n')
    with pytest.raises(DeckError, match=r"cannot be asked\. leaderboard\.toml: This is not TOML"):
        read_deck(file, library.load, broken)


def test_a_question_that_does_not_fit_is_the_rehearsals_to_tell(read: Read) -> None:
    deck = read(QUIZ + "quiz = 1")
    cue = deck.scenes[0].cue
    assert isinstance(cue, Choose)
    long = Choose(cue.step, SingleChoice("leaderboard-long", 1, "Word after word. " * 200, OPTIONS))
    scenes = (Scene("choice", "Check yourself", "", long),)
    loaded = library.load("leaderboard")
    (told,) = rehearse(Deck("mine", "leaderboard", "Mine", scenes), loaded, lambda _: pytest.fail("no bench"))
    assert told.fails[0].startswith("the question 'leaderboard-long' takes")

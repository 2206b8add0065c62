"""The quiz of a lesson in front of a room: questions, options, a show of hands for each, and the reasons."""

from __future__ import annotations

from collections.abc import Iterator

from lessons.library import Part
from lessons.present.choices import NoQuestions, SingleChoice, drawn, letters
from lessons.present.fit import choice_fits
from lessons.present.plain import claim, plain
from lessons.present.scenes import SECONDS, Choose, Hand, Scene

__all__ = ["HARDEST", "choice_scene", "quiz_scenes"]

HARDEST = 5


def quiz_scenes(part: Part, found: tuple[SingleChoice, ...] | NoQuestions, seed: int) -> Iterator[Scene]:
    """Up to three questions that fit, the easy one first; the step's words where there are none."""
    if isinstance(found, NoQuestions):
        yield _words(part, f"The questions cannot be used. {found}")
        return
    chosen = drawn(found, seed, lambda one: not choice_fits(one))
    for question in chosen:
        yield choice_scene(part.heading, question)
    if not chosen:
        yield _words(part, f"None fits: {choice_fits(found[0])}" if found else "")


def choice_scene(heading: str, question: SingleChoice) -> Scene:
    """The question with its options in the order in which they stand here."""
    told = [question.prompt, f"{question.right} is right. {question.why}"]
    for letter, option in letters(question):
        belief = f" “{option.belief}”" if option.belief else " (right)"
        told.append(f"{letter}{belief}: {option.why}")
    hands = tuple(Hand(letter, frozenset({letter})) for letter, _ in letters(question))
    return Scene(
        "choice",
        f"{heading}: level {question.level} of {HARDEST}",
        "",
        Choose(heading, question),
        "\n\n".join(" ".join(plain(one).split()) for one in told),
        SECONDS["choice"],
        hands,
    )


def _words(part: Part, lacks: str) -> Scene:
    notes = "\n\n".join(one for one in (plain(part.words), lacks) if one)
    return Scene("words", part.heading, claim(part.words), None, notes, SECONDS["words"], lacks=lacks)

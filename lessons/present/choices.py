"""Questions of one right answer, for a show of hands.

Lessons do not know the quizzes: whoever presents passes the questions in, and a command line takes them from
the home that it is given by name.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

__all__ = [
    "HOME", "MOST", "NoQuestions", "Option", "Questions", "SingleChoice", "drawn", "from_home", "letters",
    "no_questions",
]  # fmt: skip

HOME = "ui.stage_quiz:questions_of"
"""A function like `Questions`, by module and name."""

MOST = 3
"""Questions that a deck asks."""


class NoQuestions(LookupError):
    """The questions about a lesson cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Option:
    """An answer to choose, and why it is right or wrong; `belief` is what people believe who choose it."""

    text: str
    why: str
    right: bool = False
    belief: str = ""


@dataclass(frozen=True, slots=True)
class SingleChoice:
    """A question with one right option. All texts are Markdown; `why` is the reason, to be said aloud."""

    id: str
    level: int
    prompt: str
    options: tuple[Option, ...]
    why: str = ""

    @property
    def right(self) -> str:
        """The letter of the right option, as they stand here."""
        return next(letter for letter, one in letters(self) if one.right)

    def shuffled(self, seed: int) -> SingleChoice:
        """The same with its options in the order of this seed."""
        places = sorted(range(len(self.options)), key=lambda place: _draw(seed, f"{self.id}/{place}"))
        return replace(self, options=tuple(self.options[place] for place in places))


Questions = Callable[[str, Path | None], tuple[SingleChoice, ...]]
"""(lesson, folder of banks beside the course's own) -> its questions; `NoQuestions` where they are broken."""


def letters(question: SingleChoice) -> tuple[tuple[str, Option], ...]:
    """Each option with the letter under which the room sees it."""
    return tuple(zip("ABCDEF", question.options, strict=False))


def no_questions(lesson: str, beside: Path | None = None) -> tuple[SingleChoice, ...]:
    """None, whatever the lesson."""
    return ()


def from_home(lesson: str, beside: Path | None = None, *, home: str = HOME) -> tuple[SingleChoice, ...]:
    """The questions that the home of that name has."""
    module, _, name = home.partition(":")
    try:
        questions: Any = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise NoQuestions(f"There is no {home!r} to take questions from: {error}") from error
    found: tuple[SingleChoice, ...] = questions(lesson, beside)
    return found


def drawn(
    questions: Iterable[SingleChoice], seed: int, fits: Callable[[SingleChoice], bool]
) -> tuple[SingleChoice, ...]:
    """Up to three that fit, by this seed: the easiest level, the hardest and one between; the easy one first.

    Levels that are all the same are drawn from without regard to them.
    """
    waiting = sorted((one for one in questions if fits(one)), key=lambda one: _draw(seed, one.id))
    found: list[SingleChoice] = []
    for wanted in (min, max, None):
        levels = [one.level for one in waiting]
        if not levels or len(found) == MOST:
            break
        taken = {one.level for one in found}
        if wanted is None:  # a level that is not there yet, if there is one
            chosen = next((one for one in waiting if one.level not in taken), waiting[0])
        else:
            chosen = next(one for one in waiting if one.level == wanted(levels))
        waiting.remove(chosen)
        found.append(chosen)
    return tuple(one.shuffled(seed) for one in sorted(found, key=lambda one: one.level))


def _draw(seed: int, name: str) -> bytes:
    """By a hash, so that every process and version of Python has the same order."""
    return hashlib.sha256(f"{seed}/{name}".encode()).digest()

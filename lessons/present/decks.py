"""Finds what can be presented: lessons, parts of one ("leaderboard:races", "leaderboard:3"), scene lists."""

from __future__ import annotations

from lessons import curriculum, library
from lessons.author.content import content_here
from lessons.library import LessonError, Loaded
from lessons.present.choices import Questions, from_home
from lessons.present.deckfile import DeckError, read_deck
from lessons.present.derive import deck_of
from lessons.present.scenes import Deck

__all__ = ["find", "names"]


def find(name: str, questions: Questions = from_home) -> tuple[Deck, Loaded]:
    """The deck of that name and its lesson. LessonError says why there is none."""
    content = content_here()
    if content and (file := content.scene_lists.get(name)):
        try:
            deck = read_deck(file, library.load, questions)
        except DeckError as error:
            raise LessonError(name, f"{content.root.name}/scenes/{error}") from error
        return deck, library.load(deck.slug)
    slug, _, only = name.partition(":")
    loaded = library.load(slug)
    return deck_of(loaded, only, questions=questions), loaded


def names() -> tuple[str, ...]:
    """Every deck: each lesson that is written, then the instructor's scene lists."""
    content = content_here()
    written = (entry.slug for entry in curriculum.entries(library.chapters()) if not entry.planned)
    return (*written, *(content.scene_lists if content else ()))

"""The words below a picture: what its signs mean, and what was left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from lessons.pictures import Tone
from ui.theme import TONE_WORDS

__all__ = ["bounded", "legend", "not_drawn"]

Thing = TypeVar("Thing")


def legend(tones: Iterable[Tone]) -> list[dict[str, str]]:
    """The signs that a picture uses, in one order, with their words. Plain needs none."""
    used = set(tones)
    return [
        {"tone": tone, "word": word} for tone, word in TONE_WORDS.items() if tone in used and tone != "plain"
    ]


def bounded(things: Sequence[Thing], most: int) -> tuple[Sequence[Thing], int]:
    """The first `most` and the number of the others."""
    return things[:most], max(len(things) - most, 0)


def not_drawn(count: int, noun: str, nouns: str = "") -> str:
    """ "12 more rows are not drawn.", or nothing when nothing was left out."""
    if count <= 0:
        return ""
    return (
        f"1 more {noun} is not drawn."
        if count == 1
        else f"{count:,} more {nouns or noun + 's'} are not drawn."
    )

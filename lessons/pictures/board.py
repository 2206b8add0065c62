"""Cards in columns: jobs due, in flight and done; entries per consumer; a cart per device."""

from __future__ import annotations

from dataclasses import dataclass

from lessons.pictures.words import Tone, listed, sentence, toned

__all__ = ["Board", "Card", "Column"]


@dataclass(frozen=True, slots=True)
class Card:
    """One thing. `badge` is a short fact in the corner: "idle 12 s", "delivered 3x".

    `key` is its identity: a card that comes back in another column glides there. Empty: the title is.
    """

    title: str
    lines: tuple[str, ...] = ()
    tone: Tone = "plain"
    badge: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A place where cards are. `more` counts those that are there and not given."""

    title: str
    cards: tuple[Card, ...] = ()
    note: str = ""
    more: int = 0
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Board:
    """Columns of cards, left to right as they move."""

    title: str
    columns: tuple[Column, ...]
    note: str = ""

    @property
    def text(self) -> str:
        columns = (_column_in_words(column) for column in self.columns)
        return sentence(f"{self.title}: {listed(columns, 'nothing yet', '. ')}", self.note)


def _column_in_words(column: Column) -> str:
    cards = [
        toned(listed((card.title, *card.lines), "", ", "), card.tone, card.badge) for card in column.cards
    ]
    if column.more:
        cards.append(f"{column.more:,} more")
    return f"{toned(column.title, column.tone, column.note)}: {listed(cards, 'empty')}"

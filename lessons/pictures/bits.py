"""An array of bits and the items that hash into it."""

from __future__ import annotations

from dataclasses import dataclass

from lessons.pictures.words import Tone, listed, sentence, toned

__all__ = ["BitItem", "Bits"]


@dataclass(frozen=True, slots=True)
class BitItem:
    """An item and the positions its k hashes point at. `says` is what came of it: "added", "never seen"."""

    name: str
    positions: tuple[int, ...]
    says: str = ""
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Bits:
    """`size` bits, of which `ones` are set. Positions outside 0..size-1 are an error."""

    title: str
    size: int
    ones: frozenset[int]
    items: tuple[BitItem, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        named = {*self.ones, *(position for item in self.items for position in item.positions)}
        outside = sorted(position for position in named if not 0 <= position < self.size)
        if outside:
            raise ValueError(f"{self.title}: no bits {outside[:5]} in an array of {self.size}")

    @property
    def text(self) -> str:
        items = (self._in_words(item) for item in self.items)
        return sentence(
            f"{self.title}: {len(self.ones):,} of {self.size:,} bits are set",
            f"{listed(items, '', '. ')}" if self.items else "",
            self.note,
        )

    def _in_words(self, item: BitItem) -> str:
        bits = ", ".join(
            f"{place:,} {'set' if place in self.ones else 'not set'}" for place in item.positions
        )
        return toned(f"{item.name} hashes to {bits or 'no bit'}", item.tone, item.says)

"""The hash slots of a cluster: who serves them, and where keys lie."""

from __future__ import annotations

from dataclasses import dataclass

from lessons.pictures.words import Tone, amount, listed, sentence, toned

__all__ = ["SLOTS", "SlotKey", "SlotRange", "Slots"]

SLOTS = 16_384
"""Hash slots of every Redis Cluster."""


@dataclass(frozen=True, slots=True)
class SlotRange:
    """Slots `first` to `last`, both included, served by `node`; `load` is what was measured on them."""

    first: int
    last: int
    node: str
    load: float | None = None
    tone: Tone = "plain"
    note: str = ""


@dataclass(frozen=True, slots=True)
class SlotKey:
    """A key and its slot (CRC16 modulo 16,384); `value` is what is drawn of it, if anything."""

    name: str
    slot: int
    value: float | None = None
    tone: Tone = "plain"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Slots:
    """A strip of all slots. `unit` is the unit of loads and values."""

    title: str
    ranges: tuple[SlotRange, ...] = ()
    keys: tuple[SlotKey, ...] = ()
    unit: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        named = [key.slot for key in self.keys] + [
            end for one in self.ranges for end in (one.first, one.last)
        ]
        outside = [slot for slot in named if not 0 <= slot < SLOTS]
        if outside:
            raise ValueError(f"{self.title}: there are slots 0 to {SLOTS - 1:,}, not {outside[:5]}")

    def node_of(self, slot: int) -> str:
        """The node that serves the slot, or nothing."""
        return next((one.node for one in self.ranges if one.first <= slot <= one.last), "")

    @property
    def text(self) -> str:
        ranges = (
            toned(
                f"{one.node} serves {one.first:,} to {one.last:,}",
                one.tone,
                "" if one.load is None else amount(one.load, self.unit),
                one.note,
            )
            for one in self.ranges
        )
        return sentence(
            f"{self.title}: {listed(ranges, 'one server, no slots are shared out')}",
            f"Keys: {listed(map(self._key_in_words, self.keys), '')}" if self.keys else "No keys",
            self.note,
        )

    def _key_in_words(self, key: SlotKey) -> str:
        node = self.node_of(key.slot)
        value = "" if key.value is None else amount(key.value, self.unit)
        where = f"{key.name} in slot {key.slot:,}{f' on {node}' if node else ''}"
        return toned(where, key.tone, value, key.note)

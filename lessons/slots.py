"""Where the keys of a pattern lie in a cluster: which must meet in one slot, which must spread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from redis import Redis

from lab.slots import slot_of

__all__ = ["Keys", "Placed", "place"]


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys in one slot because a script touches them all, or in many slots to share the load."""

    title: str
    must: Literal["meet", "spread"]
    names: Callable[[Redis], Sequence[str]]
    """The pattern's own names for them, from a client that never connects: `Leaderboard(redis, "a").key`."""
    why: str
    """One sentence: what needs them together, or what is shared out."""


@dataclass(frozen=True, slots=True)
class Placed:
    """The keys with their slots, in the order of their names' source."""

    keys: Keys
    slots: tuple[tuple[str, int], ...]

    @property
    def holds(self) -> bool:
        """Whether they do what they must: all in one slot, or each in another."""
        different = len({slot for _, slot in self.slots})
        return different == (1 if self.keys.must == "meet" else len(self.slots))

    @property
    def says(self) -> str:
        """One sentence from what was computed."""
        different = len({slot for _, slot in self.slots})
        names = f"{len(self.slots)} keys"
        if self.keys.must == "meet":
            if self.holds:
                return f"{names}, one slot: {self.slots[0][1]:,}. One script may touch them all."
            return f"{names} in {different} slots: in a cluster a script over them is refused (CROSSSLOT)."
        if self.holds:
            return f"{names} in {different} different slots: the load can be shared out."
        return f"{names} in only {different} slots: some share a node for certain."


def place(keys: Keys) -> Placed:
    """The slots, computed as Redis Cluster does."""
    unconnected = Redis(host="unconnected.invalid")
    try:
        names = tuple(keys.names(unconnected))
    finally:
        unconnected.close()
    return Placed(keys, tuple((name, slot_of(name)) for name in names))

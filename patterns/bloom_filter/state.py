"""What a filter can hold, what it says about itself, and what can go wrong with it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from patterns.wire import number, whole

__all__ = [
    "FilterFull", "FilterMissing", "RebuildLost", "RebuildRunning", "State",
    "bits_for", "capacity_of", "error_of", "hashes_for",
]  # fmt: skip

LEAST_BITS = 1_024


class FilterMissing(Exception):
    """There is no filter: nobody can say who is new until rebuild() has made one."""


class FilterFull(Exception):
    """The filter holds as many items as it was made for: rebuild it with a larger capacity."""


class RebuildRunning(Exception):
    """Another client is building the next filter."""


class RebuildLost(Exception):
    """This rebuild has ended: look at state(), and rebuild again, with more capacity if it was too small.

    It paused for longer than its lease, or the server evicted the next filter, or what others added meanwhile
    found no room in it. The filter in use stays.
    """


@dataclass(frozen=True, slots=True)
class State:
    """How full a filter is. Rebuild it before `items` reaches `capacity`."""

    items: int
    capacity: int


def capacity_of(value: object) -> int:
    """`value`, if it is a number of items that a filter can be made for."""
    return whole("capacity", value, 1, 10_000_000)


def error_of(value: object) -> float:
    """`value`, if it is a share of strangers that may be taken for known."""
    return number("error", value, 0.000_001, 0.5)


def bits_for(capacity: int, error: float) -> int:
    """How many bits it takes: 9.6 for an item at 1 % of error, about five more for each tenth of that.

    A small filter gets more. The formula holds for many bits only, and two items look alike in all their bits
    when both their hashes, which begin and step, agree modulo the number of bits.
    """
    enough = math.ceil(capacity * -math.log(error) / math.log(2) ** 2)
    apart = math.ceil(math.sqrt(10 * capacity / error))
    return max(enough, apart, LEAST_BITS)


def hashes_for(error: float) -> int:
    """How many bits of its own an item has: with these many, half of all bits are set when it is full."""
    return math.ceil(-math.log2(error))

"""The order in which a learner sees options, commands and questions: by a seed that the attempt keeps.

The same seed and question give the same order in every process and version of Python, so that a reload, or
another machine, shows what was there before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

__all__ = ["order", "shuffled"]

T = TypeVar("T")


def order(count: int, seed: int, name: str) -> tuple[int, ...]:
    """A permutation of range(count): at place i stands the item of that number."""
    return tuple(sorted(range(count), key=lambda item: _draw(seed, name, item)))


def shuffled(items: Sequence[T], seed: int, name: str) -> tuple[T, ...]:
    """The items in the order of this seed."""
    return tuple(items[item] for item in order(len(items), seed, name))


def _draw(seed: int, name: str, item: int) -> bytes:
    return hashlib.sha256(f"{seed}/{name}/{item}".encode()).digest()

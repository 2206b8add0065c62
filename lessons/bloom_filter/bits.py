"""The bits of a filter on the server, and which of them an item hashes to.

The module hands its array out through BF.SCANDUMP. An item's positions are a, a + b, a + 2b, ... modulo the
number of bits, where a and b are two MurmurHash64A of it, the second seeded with the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from redis import Redis
from redis.client import NEVER_DECODE

__all__ = ["Array", "murmur64a", "positions", "read"]

_SEED = 0xC6A4A7935BD1E995
_WORD = 2**64 - 1


@dataclass(frozen=True, slots=True)
class Array:
    """The bits that are set, of how many."""

    size: int
    ones: frozenset[int]


def read(redis: Redis, key: str) -> Array | None:
    """The array of a filter that does not grow; None where there is no such key."""
    if not redis.exists(key):
        return None
    cursor, parts = 0, []
    while True:
        options: dict[str, Any] = {NEVER_DECODE: []}
        cursor, part = redis.execute_command("BF.SCANDUMP", key, cursor, **options)
        if not cursor:
            break
        parts.append(part)
    data = b"".join(parts[1:])  # the first is the header
    ones = frozenset(8 * at + bit for at, byte in enumerate(data) for bit in range(8) if byte >> bit & 1)
    return Array(8 * len(data), ones)


def positions(item: str, size: int, hashes: int) -> tuple[int, ...]:
    """Where the module looks for an item, in the order in which it looks."""
    data = item.encode()
    first = murmur64a(data, _SEED)
    second = murmur64a(data, first)
    return tuple(((first + nth * second) & _WORD) % size for nth in range(hashes))


def murmur64a(data: bytes, seed: int) -> int:
    """MurmurHash64A, as Austin Appleby published it, for little-endian machines."""
    mixer, shift = 0xC6A4A7935BD1E995, 47
    found = seed ^ (len(data) * mixer & _WORD)
    whole = len(data) // 8 * 8
    for at in range(0, whole, 8):
        word = int.from_bytes(data[at : at + 8], "little") * mixer & _WORD
        word = (word ^ word >> shift) * mixer & _WORD
        found = (found ^ word) * mixer & _WORD
    if rest := data[whole:]:
        found = (found ^ int.from_bytes(rest, "little")) * mixer & _WORD
    found = (found ^ found >> shift) * mixer & _WORD
    return found ^ found >> shift

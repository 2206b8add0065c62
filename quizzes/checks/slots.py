"""Where keys lie in a cluster: CRC16 of the key, or of what is in its first braces, modulo 16,384."""

from __future__ import annotations

from redis.crc import key_slot

from lab.bench import Bench

__all__ = ["distinct", "of"]


def of(bench: Bench, keys: list[str]) -> list[int]:
    """The slot of each key."""
    return [key_slot(key.encode()) for key in keys]


def distinct(bench: Bench, keys: list[str]) -> int:
    """In how many different slots these keys lie."""
    return len(set(of(bench, keys)))

"""What a lock hands out, and what it says when that has been lost."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Lease", "LeaseLost", "checked"]


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to be the holder for a while. `token` proves it; `fence` is higher than every one before."""

    token: str
    fence: int


class LeaseLost(Exception):
    """The lease ran out, or somebody else holds the lock: stop, and write nothing more."""


def checked(lease: object) -> Lease:
    """`lease`, if it is one. None is what acquire() returns when the lock is taken."""
    if not isinstance(lease, Lease):
        raise ValueError(f"lease must be what acquire() handed out, not {lease!r}")
    return lease

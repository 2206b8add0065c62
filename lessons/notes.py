"""What a lesson remembers beside the keyspace: who held what, which queries ran. A reset clears it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from lab.bench import Bench

__all__ = ["note"]

T = TypeVar("T")


def note(bench: Bench, name: str, make: Callable[[], T], *, anew: bool = False) -> T:
    """The note of that name; made on first use, after a reset, and `anew`."""
    if anew or name not in bench.notes:
        bench.notes[name] = make()
    return cast("T", bench.notes[name])

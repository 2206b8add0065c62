"""Linearizability: is there an order of the operations, true to real time, that the object would allow?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lab.scenario import UNKNOWN, Specification

__all__ = ["linearizable"]


def linearizable(
    specification: Specification,
    initially: Any,
    names: Sequence[str],
    results: dict[str, Any],
    before: Sequence[int],
) -> bool:
    """Try every order; operations that were invoked and did not return may or may not have happened.

    `before` has a bit for each operation that had returned when this one was invoked, -1 if it never was.
    """
    everybody = [number for number in range(len(names)) if before[number] >= 0]
    must = sum(1 << number for number in everybody if names[number] in results)

    def placed(done: int, state: Any) -> bool:
        if done & must == must:
            return True
        for number in everybody:
            bit = 1 << number
            if done & bit or before[number] & ~done:
                continue
            right, following = specification(state, (names[number], results.get(names[number], UNKNOWN)))
            if right and placed(done | bit, following):
                return True
        return False

    return placed(0, initially)

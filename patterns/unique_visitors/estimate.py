"""What a sketch can answer: a number and how far off it may be."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime

__all__ = ["STANDARD_ERROR", "Estimate", "day_name"]

REGISTERS = 16_384
STANDARD_ERROR = 1.04 / math.sqrt(REGISTERS)
"""0.8125 %: Flajolet et al., HyperLogLog, 2007. Redis's documentation rounds it to 0.81 %."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """About how many. The truth lies from `low` to `high` in about 95 of 100 cases (two standard errors)."""

    count: int

    @property
    def low(self) -> int:
        return self.count - self._spread

    @property
    def high(self) -> int:
        return self.count + self._spread

    @property
    def _spread(self) -> int:
        return math.ceil(2 * STANDARD_ERROR * self.count)


def day_name(day: object) -> str:
    """`day` as it stands in a key, if it is a date. A moment is none: on earth it has two."""
    if not isinstance(day, date) or isinstance(day, datetime):
        raise ValueError(f"day must be a date, not {day!r}")
    return day.isoformat()

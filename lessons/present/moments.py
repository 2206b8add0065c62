"""The clock taken out of a command log, so that two runs of a scene read the same.

Redis and the patterns read the real clock, which no seed can hold. A number that is a moment near the start
of the run, in seconds, milliseconds or microseconds, is written as the time since then: `now+600s`. The id
of a stream entry is such a moment and a count within its millisecond, which is as little in our hands.
"""

from __future__ import annotations

import re

__all__ = ["from_now"]

_DIGITS = re.compile(r"(?<![\w.])(\d{10}(?:\.\d+)?|\d{13}(?:\.\d+)?|\d{16})(?![\w.]*\d)")
_ENTRY = re.compile(r"(\bnow(?:[+-]\d+s)?)-\d+\b")
_NEAR = 400 * 86_400
_UNITS = ((10, 1.0), (13, 1e3), (16, 1e6))


def from_now(text: str, start: float) -> str:
    """`start` is the run's own, in seconds since 1970."""

    def moment(found: re.Match[str]) -> str:
        whole = found[0].partition(".")[0]
        per_second = next(per for digits, per in _UNITS if digits == len(whole))
        away = float(found[0]) / per_second - start
        if abs(away) > _NEAR:
            return found[0]
        seconds = round(away)
        return f"now{seconds:+d}s" if seconds else "now"

    return _ENTRY.sub(r"\1-n", _DIGITS.sub(moment, text))

"""How the text alternatives are worded: amounts, tones and sentences that always end."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

__all__ = ["TONE_WORDS", "Tone", "amount", "listed", "sentence", "toned", "unit_of"]

Tone = Literal["plain", "good", "warn", "bad"]
"""What a value means to the learner. Pages show it as colour *and* as a sign, never as colour alone."""

TONE_WORDS: dict[Tone, str] = {"plain": "", "good": "good", "warn": "careful", "bad": "damage"}


def amount(value: float, unit: str = "") -> str:
    """1234567 -> "1,234,567"; 0.12345 -> "0.123"; 0.0000123 -> "0.000012"; 12.0 with "s" -> "12 s"."""
    if float(value).is_integer() and abs(value) < 1e15:
        number = f"{int(value):,}"
    elif abs(value) < 0.001:
        number = f"{value:.6f}".rstrip("0").rstrip(".") or "0"
    else:
        number = f"{value:,.3g}" if abs(value) < 100 else f"{value:,.1f}"
    return f"{number} {unit_of(value, unit)}" if unit else number


def unit_of(value: float | str, unit: str) -> str:
    """The unit as it goes with the value: 2 with "entries" is "entries", 1 is "entry". "ms" stays "ms"."""
    if value != 1 or not re.fullmatch(r"[a-z]{2,}s", unit) or unit == "series":
        return unit
    return f"{unit[:-3]}y" if unit.endswith("ies") else unit[:-1]


def toned(words: str, tone: Tone, *details: str) -> str:
    """Words, then in brackets what colour and sign would say: "m1: got (good, late)"."""
    inside = ", ".join(part for part in (TONE_WORDS[tone], *details) if part)
    return f"{words} ({inside})" if inside else words


def listed(parts: Iterable[str], otherwise: str, between: str = "; ") -> str:
    """The parts in one line, or the words for "there is nothing"."""
    return between.join(part for part in parts if part) or otherwise


def sentence(*parts: str) -> str:
    """The parts that are not empty, each ended with a full stop."""
    ended = (part.strip() for part in parts)
    return " ".join(part if part.endswith((".", "!", "?")) else f"{part}." for part in ended if part)

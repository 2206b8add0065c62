"""What a learner may type: each kind of input checks itself and says clearly what is wrong.

Pure values. The page draws a widget for each kind, the command line uses the defaults, and both send
what they got through `parse_all` before a demo sees it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Choice", "Input", "InputErrors", "Integer", "Real", "Text", "Toggle", "parse_all"]


class InputErrors(ValueError):
    """One or more inputs cannot be used; `messages` has a sentence per input name."""

    def __init__(self, messages: Mapping[str, str]) -> None:
        super().__init__(" ".join(messages.values()))
        self.messages = dict(messages)


@dataclass(frozen=True, slots=True)
class Text:
    """A short text, for instance the name of a player. Never empty, at most `max_length` characters."""

    name: str
    label: str
    default: str
    help: str = ""
    max_length: int = 64

    def parse(self, raw: object) -> str:
        text = str(raw).strip()
        if not text:
            raise ValueError(f"{self.label} is empty. Type something, for example {self.default}.")
        if len(text) > self.max_length:
            raise ValueError(f"{self.label} has {len(text)} characters; {self.max_length} is the most.")
        if any(ord(character) < 32 for character in text):
            raise ValueError(f"{self.label} holds a control character. Use printable characters only.")
        return text


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number from `low` to `high`, both included."""

    name: str
    label: str
    default: int
    low: int
    high: int
    unit: str = ""
    help: str = ""

    def parse(self, raw: object) -> int:
        try:
            number = int(str(raw).strip())
        except ValueError:
            raise ValueError(f"{self.label} is no whole number: {str(raw)[:40]!r}.") from None
        _check_range(self.label, number, self.low, self.high, self.unit)
        return number


@dataclass(frozen=True, slots=True)
class Real:
    """A number from `low` to `high`, both included; never NaN or infinite."""

    name: str
    label: str
    default: float
    low: float
    high: float
    unit: str = ""
    help: str = ""
    step: float = 0.1

    def parse(self, raw: object) -> float:
        try:
            number = float(str(raw).strip())
        except ValueError:
            raise ValueError(f"{self.label} is no number: {str(raw)[:40]!r}.") from None
        if not math.isfinite(number):
            raise ValueError(f"{self.label} is {number}. A finite number is needed.")
        _check_range(self.label, number, self.low, self.high, self.unit)
        return number


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few named options."""

    name: str
    label: str
    options: tuple[str, ...]
    default: str
    help: str = ""

    def parse(self, raw: object) -> str:
        if raw not in self.options:
            raise ValueError(f"{self.label} is {raw!r}. Choose one of: {', '.join(self.options)}.")
        return str(raw)


@dataclass(frozen=True, slots=True)
class Toggle:
    """On or off."""

    name: str
    label: str
    default: bool
    help: str = ""

    def parse(self, raw: object) -> bool:
        if not isinstance(raw, bool):
            raise ValueError(f"{self.label} is neither on nor off: {raw!r}.")
        return raw


Input = Text | Integer | Real | Choice | Toggle


def parse_all(inputs: Sequence[Input], raw: Mapping[str, object]) -> dict[str, object]:
    """The checked values by name; left out takes the default. `InputErrors` names every bad one."""
    values: dict[str, object] = {}
    messages: dict[str, str] = {}
    for one in inputs:
        try:
            values[one.name] = one.parse(raw.get(one.name, one.default))
        except ValueError as error:
            messages[one.name] = str(error)
    for name in raw.keys() - {one.name for one in inputs}:
        messages[name] = f"There is no input called {name!r} here."
    if messages:
        raise InputErrors(messages)
    return values


def _check_range(label: str, number: float, low: float, high: float, unit: str) -> None:
    if not low <= number <= high:
        suffix = f" {unit}" if unit else ""
        raise ValueError(f"{label} is {number}{suffix}. It must lie between {low} and {high}{suffix}.")

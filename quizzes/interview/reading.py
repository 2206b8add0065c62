"""Reads the design tasks. An error names file and field, says what is wrong, and what was meant."""

from __future__ import annotations

import json
import tomllib
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from quizzes.bank import BankError, Flaw, told
from quizzes.interview.model import Prompt

__all__ = ["PROMPTS", "load_all", "load_good", "read"]

PROMPTS = Path(__file__).with_name("prompts")


def read(text: str, file: str) -> Prompt:
    """The task in this text. BankError with all that is wrong with it."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BankError([Flaw(file, "", f"This is not TOML: {error}.")]) from error
    slug = file.removesuffix(".toml")
    try:
        found = TypeAdapter(Prompt).validate_json(json.dumps({"id": slug, **data}, default=str))
    except ValidationError as error:
        raise BankError([Flaw(file, "", says) for says in dict.fromkeys(told(Prompt, error))]) from error
    if found.id != slug:
        raise BankError([Flaw(file, "", f"id: it must be the name of the file, {slug}, or be left out.")])
    return found


def load_all(folder: Path = PROMPTS) -> tuple[Prompt, ...]:
    """Every task of a folder, by name. BankError with the flaws of all that are not right."""
    found, flaws = load_good(folder)
    if flaws:
        raise BankError(flaws)
    return found


def load_good(folder: Path = PROMPTS) -> tuple[tuple[Prompt, ...], tuple[Flaw, ...]]:
    """The tasks that are right, and what is wrong with the others."""
    found: list[Prompt] = []
    flaws: list[Flaw] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            found.append(_read(path, path.stat().st_mtime_ns))
        except BankError as error:
            flaws.extend(error.flaws)
    if not found and not flaws:
        flaws.append(Flaw(folder.name, "", "There is no task: no file ends in .toml."))
    return tuple(found), tuple(flaws)


@lru_cache(maxsize=64)
def _read(path: Path, stamp: int) -> Prompt:
    """Kept until the file changes."""
    try:
        return read(path.read_text(encoding="utf-8"), path.name)
    except UnicodeDecodeError as error:
        raise BankError([Flaw(path.name, "", f"It is not UTF-8 text: {error}.")]) from error

"""Reads the banks. An error names file, question and field, says what is wrong, and what was meant."""

from __future__ import annotations

import inspect
import json
import re
import tomllib
import typing
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from quizzes.model import KINDS, Bank, Question

__all__ = ["BANKS", "BankError", "Flaw", "load", "load_all", "question_of", "read", "slugs", "told"]

BANKS = Path(__file__).with_name("banks")


class Flaw(typing.NamedTuple):
    """One thing that is wrong: where, and what to do."""

    file: str
    question: str
    says: str

    def __str__(self) -> str:
        where = f"{self.file}, {self.question}" if self.question else self.file
        return f"{where}: {self.says}"


class BankError(Exception):
    """A bank that cannot be used; `flaws` has everything that is wrong with it."""

    def __init__(self, flaws: Sequence[Flaw]) -> None:
        super().__init__("\n".join(map(str, flaws)))
        self.flaws = tuple(flaws)

    @property
    def says(self) -> str:
        return str(self)


def slugs(folder: Path = BANKS) -> tuple[str, ...]:
    """The banks that are there, in the order of the alphabet."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


def load(slug: str, folder: Path = BANKS) -> Bank:
    """One bank. BankError if it is not there or not right."""
    path = folder / f"{slug}.toml"
    if not path.is_file():
        near = get_close_matches(slug, slugs(folder), n=1)
        meant = (
            f" Did you mean {near[0]!r}?" if near else f" There are: {', '.join(slugs(folder)) or 'none'}."
        )
        raise BankError([Flaw(path.name, "", f"There is no bank {slug!r} in {folder.name}.{meant}")])
    return _read(path, path.stat().st_mtime_ns)


def load_all(folder: Path = BANKS) -> tuple[Bank, ...]:
    """Every bank of a folder; BankError with the flaws of all that are not right."""
    found: list[Bank] = []
    flaws: list[Flaw] = []
    for slug in slugs(folder):
        try:
            found.append(load(slug, folder))
        except BankError as error:
            flaws.extend(error.flaws)
    ids: dict[str, str] = {}
    for bank in found:
        for question in bank.questions:
            if (first := ids.setdefault(question.id, bank.file)) != bank.file:
                flaws.append(Flaw(bank.file, question.id, f"The id is in {first} too. Give one another id."))
    if flaws:
        raise BankError(flaws)
    return tuple(found)


def question_of(id: str, folder: Path = BANKS) -> Question | None:
    """The question of that id, wherever it is; None if it is gone."""
    return next((one for bank in load_all(folder) for one in bank.questions if one.id == id), None)


@lru_cache(maxsize=128)
def _read(path: Path, stamp: int) -> Bank:
    """Kept until the file changes."""
    try:
        raw = path.read_bytes()
        return read(raw.decode("utf-8-sig").replace("\r\n", "\n"), path.name)
    except OSError as error:
        raise BankError([Flaw(path.name, "", f"It cannot be read ({error.strerror}).")]) from error
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        says = f"Line {line} is not UTF-8 text (byte {raw[error.start]:#04x}). Save the file as UTF-8."
        raise BankError([Flaw(path.name, "", says)]) from error


def read(text: str, file: str) -> Bank:
    """The bank in this text."""
    slug = file.removesuffix(".toml")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BankError([Flaw(file, _near(text, str(error)), f"This is not TOML: {error}.")]) from error
    flaws = [
        Flaw(file, "", f"{name!r} is not known at the top of a bank.{_meant(name, ('questions',))}")
        for name in data
        if name != "questions"
    ]
    tables = data.get("questions")
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        flaws.append(Flaw(file, "", "There is no question. A question begins with [[questions]]."))
        tables = []
    questions: list[Question] = []
    seen: set[str] = set()
    for number, table in enumerate(tables, 1):
        name = str(table.get("id") or f"question {number}")
        found, wrong = _question(table)
        flaws.extend(Flaw(file, name, says) for says in wrong)
        if name in seen:
            flaws.append(Flaw(file, name, "id: it is there twice. Give one of the two another id."))
        if found is not None and not found.id.startswith(f"{slug}-"):
            flaws.append(Flaw(file, name, f"id: it must begin with the name of the bank, {slug}-..."))
        seen.add(name)
        if found is not None:
            questions.append(found)
    if flaws:
        raise BankError(flaws)
    return Bank(slug, file, tuple(questions))


def _question(table: Mapping[str, Any]) -> tuple[Question | None, list[str]]:
    """The question, or what is wrong with its table."""
    kind = table.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        said = "missing" if kind is None else f"{kind!r} is not known"
        return None, [f"kind: {said}. There are {', '.join(KINDS)}.{_meant(str(kind), KINDS)}"]
    model = KINDS[kind]
    try:
        return TypeAdapter(model).validate_json(json.dumps(table, default=str)), []
    except ValidationError as error:
        return None, list(dict.fromkeys(told(model, error)))


def told(model: type[BaseModel], error: ValidationError) -> Iterator[str]:
    """What pydantic found, in the words of the file."""
    missing = {one["loc"] for one in error.errors() if one["type"] == "missing"}
    misspelt: set[tuple[Any, ...]] = set()
    for one in error.errors():
        if one["type"] == "extra_forbidden":
            fields = _fields(model, one["loc"][:-1])
            name = str(one["loc"][-1])
            near = get_close_matches(name, fields, n=1, cutoff=0.6)
            if near:
                misspelt.add((*one["loc"][:-1], near[0]))
            hint = f" Did you mean {near[0]!r}?" if near else f" There are: {', '.join(fields)}."
            yield f"{_place(one['loc'])}: this field is not known.{hint}"
    for one in error.errors():
        inside = any(
            other["loc"][: len(one["loc"])] == one["loc"] != other["loc"] for other in error.errors()
        )
        if one["type"] == "missing" and one["loc"] in missing - misspelt:
            yield f"{_place(one['loc'])}: missing."
        elif one["type"] in ("too_short", "too_long"):
            if not inside:  # what is wrong inside does not count as being there
                yield f"{_place(one['loc'])}: {_how_many(one)}."
        elif one["type"] not in ("missing", "extra_forbidden"):
            said = one["msg"].removeprefix("Value error, ").rstrip(".")
            field = _place(one["loc"])
            tail = "" if one["type"] == "value_error" else _instead(one.get("input"))
            yield f"{field}: {said}{tail}." if field else f"{said}."


def _how_many(error: Any) -> str:
    context = error["ctx"]
    bound = "min_length" if error["type"] == "too_short" else "max_length"
    word = "at least" if error["type"] == "too_short" else "at most"
    return f"it needs {word} {context[bound]}, and has {context['actual_length']}"


def _instead(got: object) -> str:
    return f", not {got!r}" if isinstance(got, str | int | float | bool) and len(repr(got)) < 50 else ""


def _place(loc: Sequence[Any]) -> str:
    """("options", 1, "why") -> "options[2].why"; names of types are left out."""
    text = ""
    for part in loc:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        elif re.fullmatch(r"[a-z_]+", str(part)):
            text += f".{part}" if text else str(part)
    return text


def _fields(model: type[BaseModel], loc: Sequence[Any]) -> list[str]:
    """The names that a table at this place may have."""
    here: type[BaseModel] = model
    for part in loc:
        field = here.model_fields.get(str(part)) or next(
            (one for one in here.model_fields.values() if one.alias == part), None
        )
        if field is not None and (inner := next(_models(field.annotation), None)):
            here = inner
    return [field.alias or name for name, field in here.model_fields.items()]


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models within an annotation."""
    if inspect.isclass(annotation) and typing.get_origin(annotation) is None:
        if issubclass(annotation, BaseModel):
            yield annotation
        return
    for inner in typing.get_args(annotation):
        yield from _models(inner)


def _meant(name: str, known: Any) -> str:
    near = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f" Did you mean {near[0]!r}?" if near else ""


def _near(text: str, error: str) -> str:
    """The question that stands above the line of a TOML error."""
    line = re.search(r"at line (\d+)", error)
    above = text.splitlines()[: int(line[1])] if line else []
    ids = [found[1] for one in above if (found := re.match(r'\s*id\s*=\s*"([^"]*)"', one))]
    return f"after {ids[-1]}" if ids else ""

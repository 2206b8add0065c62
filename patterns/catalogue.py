"""The patterns: one folder each, found by looking. A broken folder stops everything, with its name."""

from __future__ import annotations

import functools
import hashlib
import importlib
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

__all__ = [
    "Anomaly", "BrokenPattern", "Card", "Pattern", "ScriptFile", "lua", "pattern", "patterns", "scripts",
]  # fmt: skip

SIGNATURE = re.compile(r"-- (?P<name>\w+)\(keys=\[[^\]]*\], args=\[[^\]]*\]\) -> .+")


class BrokenPattern(Exception):
    """A pattern folder that breaks the house rules. The message names the folder and the rule."""


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One named way in which a naive version goes wrong."""

    name: str
    says: str


@dataclass(frozen=True, slots=True)
class Card:
    """What a pattern promises and what it costs: the docstring of its folder, by headings."""

    summary: str = ""
    guarantee: str = ""
    breaks: str = ""
    keys: str = ""
    cost: str = ""
    cluster: str = ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """The naive and the hardened way to do one thing. A folder gives all but `slug` and `card`."""

    title: str
    naive: type
    hardened: type
    anomalies: tuple[Anomaly, ...]
    core: type | None = None
    needs: frozenset[str] = frozenset()
    slug: str = ""
    card: Card = field(default_factory=Card)


@dataclass(frozen=True, slots=True)
class ScriptFile:
    """One .lua file, as Redis is given it."""

    path: str
    signature: str
    text: str


@functools.cache
def lua(beside: str, name: str) -> str:
    """The text of `name`.lua in the folder of the module `beside` (pass `__file__`)."""
    return Path(beside).with_name(f"{name}.lua").read_text(encoding="utf-8")


@functools.cache
def patterns(package: str = __package__) -> dict[str, Pattern]:
    """Every pattern by its slug, in the order of the alphabet."""
    return {folder.name: _read(package, folder) for folder in _folders(package)}


def pattern(slug: str) -> Pattern:
    """One pattern; KeyError names those that exist."""
    found = patterns()
    if slug not in found:
        raise KeyError(f"no pattern {slug!r}; there are {', '.join(found)}")
    return found[slug]


@functools.cache
def scripts(package: str = __package__) -> dict[str, ScriptFile]:
    """Every .lua file by the SHA-1 under which Redis knows it."""
    files = [_script(package, path) for folder in _folders(package) for path in sorted(folder.glob("*.lua"))]
    return {hashlib.sha1(file.text.encode(), usedforsecurity=False).hexdigest(): file for file in files}


def _folders(package: str) -> Iterator[Path]:
    (root,) = importlib.import_module(package).__path__
    return (path.parent for path in sorted(Path(root).glob("*/__init__.py")))


def _read(package: str, folder: Path) -> Pattern:
    """Import one folder and hold it to the house rules."""
    where = f"{package}/{folder.name}"
    try:
        module = importlib.import_module(f"{package}.{folder.name}")
    except Exception as error:
        raise BrokenPattern(f"{where}: cannot be imported: {error!r}") from error
    found = getattr(module, "PATTERN", None)
    if not isinstance(found, Pattern):
        raise BrokenPattern(f"{where}: __init__.py must define PATTERN = Pattern(...)")
    if not found.anomalies:
        raise BrokenPattern(f"{where}: the naive version needs at least one named anomaly")
    if issubclass(found.hardened, found.naive) or issubclass(found.naive, found.hardened):
        raise BrokenPattern(f"{where}: naive and hardened must not inherit from one another")
    naive = _shape(found.naive)
    for title, kind in (("hardened", found.hardened), ("core", found.core)):
        shape = naive if kind is None else _shape(kind)
        for name, parameters in naive.items():
            if name not in shape:
                raise BrokenPattern(f"{where}: {title} has no {name}, which naive has")
            if missing := [each for each in parameters if each not in shape[name]]:
                raise BrokenPattern(f"{where}: {name} of {title} does not take {', '.join(missing)}")
    for path in folder.glob("*.lua"):
        _script(package, path)
    return replace(found, slug=folder.name, card=_card(where, inspect.getdoc(module) or ""))


def _shape(kind: type) -> dict[str, list[str]]:
    """What can be called, the class itself first, and with which arguments."""
    shape = {"__init__": list(inspect.signature(kind).parameters)}
    for name, method in inspect.getmembers(kind, inspect.isfunction):
        if not name.startswith("_"):
            shape[name] = list(inspect.signature(method).parameters)
    return shape


def _card(where: str, docstring: str) -> Card:
    """Parse the docstring: a summary, then headings at the margin. A "- " begins a line of its own."""
    summary, *lines = docstring.splitlines() or [""]
    parts: dict[str, str] = {}
    heading = ""
    for line in filter(str.strip, lines):
        words = line.strip()
        if not line.startswith(" "):
            heading, _, words = line.partition(" ")
            heading, words = heading.lower(), words.strip()
        glue = "\n" if words.startswith("- ") else " "
        parts[heading] = f"{parts.get(heading, '')}{glue}{words}".strip()
    wanted = [part.name for part in fields(Card) if part.name != "summary"]
    if list(parts) != wanted or not all(parts.values()):
        headings = ", ".join(map(str.title, wanted))
        raise BrokenPattern(f"{where}: the card needs the headings {headings}, in this order")
    return Card(summary, **parts)


def _script(package: str, path: Path) -> ScriptFile:
    """Read one .lua file; its first line is the signature, its second begins to say why."""
    text = path.read_text(encoding="utf-8")
    signature, why, *_ = [*text.splitlines(), "", ""]
    match = SIGNATURE.fullmatch(signature)
    where = f"{package}/{path.parent.name}/{path.name}"
    if match is None or match["name"] != path.stem:
        raise BrokenPattern(f"{where}: line 1 must read -- {path.stem}(keys=[...], args=[...]) -> ...")
    if not why.startswith("-- "):
        raise BrokenPattern(f"{where}: line 2 must be a comment that says why this is a script")
    return ScriptFile(where, signature.removeprefix("-- "), text)

"""A JSON document and what changed in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lessons.pictures.words import Tone, listed, sentence, toned

__all__ = ["ABSENT", "PathChange", "Tree", "changes_between", "entries"]

ABSENT = "absent"
"""What a path that is not in the document is said to be."""

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class PathChange:
    """One path ("$.stock.sizes[0]") and its value before and after, as JSON text or `ABSENT`."""

    path: str
    before: str
    after: str
    tone: Tone = "good"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tree:
    """A document of plain JSON values as it is now, with the paths that changed. A changed path that the
    document no longer has is a removed one."""

    title: str
    document: object
    changes: tuple[PathChange, ...] = ()
    note: str = ""

    @property
    def text(self) -> str:
        leaves = (
            f"{path} is {_compact(value)}" for path, value in entries(self.document) if not _inner(value)
        )
        changed = (
            toned(f"{one.path} from {one.before} to {one.after}", one.tone, one.note) for one in self.changes
        )
        return sentence(
            f"{self.title}: {listed(leaves, 'no document') if self.document is not None else 'no document'}",
            f"Changed: {listed(changed, '')}" if self.changes else "",
            self.note,
        )


def entries(document: object, path: str = "$") -> Iterator[tuple[str, object]]:
    """Every path with its value, parents first, in the document's order."""
    yield path, document
    for step, value in _children(document):
        yield from entries(value, path + step)


def changes_between(before: object, after: object, tone: Tone = "good") -> tuple[PathChange, ...]:
    """The smallest paths whose values differ, `before`'s order first; list elements are compared by place."""
    return tuple(_differences("$", before, after, tone))


def _differences(path: str, before: object, after: object, tone: Tone) -> Iterator[PathChange]:
    both_inner = (isinstance(before, dict) and isinstance(after, dict)) or (
        isinstance(before, list) and isinstance(after, list)
    )
    if not both_inner:
        if _compact(before) != _compact(after):
            yield PathChange(path, _compact(before), _compact(after), tone)
        return
    old, new = dict(_children(before)), dict(_children(after))
    for step in dict.fromkeys((*old, *new)):
        if step not in old:
            yield PathChange(path + step, ABSENT, _compact(new[step]), tone)
        elif step not in new:
            yield PathChange(path + step, _compact(old[step]), ABSENT, tone)
        else:
            yield from _differences(path + step, old[step], new[step], tone)


def _children(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            plain = _PLAIN_NAME.fullmatch(str(name))
            yield (f".{name}" if plain else f"[{json.dumps(str(name), ensure_ascii=False)}]"), inner
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            yield f"[{place}]", inner


def _inner(value: object) -> bool:
    """Whether the value has children, which are listed instead of it."""
    return isinstance(value, dict | list | tuple) and bool(value)


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))

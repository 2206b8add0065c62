"""A JSON document as indented lines, the changed ones marked with what they were."""

from __future__ import annotations

import json
from typing import Any

from lessons.pictures import ABSENT, PathChange, Tree
from lessons.pictures.tree import entries
from ui.charts.tones import legend, not_drawn

__all__ = ["MOST", "data"]

MOST = 40
_LONGEST = 120


def data(picture: Tree) -> dict[str, Any]:
    """Lines in the document's order. Where there are too many, changed lines and their parents stay."""
    changes = {change.path: change for change in picture.changes}
    found = [] if picture.document is None else list(entries(picture.document))
    lines = [_line(path, value, changes.get(path)) for path, value in found]
    present = {path for path, _ in found}
    for change in picture.changes:
        if change.path not in present:
            lines.insert(_place(lines, change.path), _line(change.path, None, change))
    kept = _kept(lines, list(changes))
    shown = [line for line in kept if "gap" not in line]
    return {
        "title": picture.title,
        "text": picture.text,
        "note": picture.note,
        "out": not_drawn(len(lines) - len(shown), "line"),
        "legend": legend(change.tone for change in picture.changes),
        "empty": not lines,
        "lines": kept,
    }


def _line(path: str, value: object, change: PathChange | None) -> dict[str, Any]:
    steps = _steps(path)
    gone = change is not None and change.after == ABSENT
    return {
        "path": path,
        "depth": len(steps) - 1,
        "name": steps[-1].removeprefix("."),
        "value": "" if gone else _value(value),
        "inner": isinstance(value, dict | list | tuple) and bool(value),
        "tone": change.tone if change else "plain",
        "changed": change is not None,
        "before": _short(change.before) if change and change.before != ABSENT else "",
        "added": change is not None and change.before == ABSENT,
        "gone": gone,
        "note": change.note if change else "",
    }


def _steps(path: str) -> list[str]:
    """ "$.a[0]" -> ["$", ".a", "[0]"]. Names in brackets are JSON strings and may hold anything."""
    steps, at = ["$"], 1
    while at < len(path):
        if path[at] == "[" and path[at + 1 : at + 2] == '"':
            _, end = json.JSONDecoder().raw_decode(path, at + 1)
            end += 1
        elif path[at] == "[":
            end = path.index("]", at) + 1
        else:
            ends = [place for mark in ".[" if (place := path.find(mark, at + 1)) > 0]
            end = min(ends, default=len(path))
        steps.append(path[at:end])
        at = end
    return steps


def _place(lines: list[dict[str, Any]], path: str) -> int:
    """After everything below the parent of a path that is gone."""
    parent = "".join(_steps(path)[:-1])
    inside = [place for place, line in enumerate(lines) if _is_below(line["path"], parent)]
    return inside[-1] + 1 if inside else len(lines)


def _is_below(path: str, parent: str) -> bool:
    return path == parent or (path.startswith(parent) and path[len(parent)] in ".[")


def _kept(lines: list[dict[str, Any]], changed: list[str]) -> list[dict[str, Any]]:
    """All lines; of too many the changed, their parents and neighbours and the first, with gaps between."""
    if len(lines) <= MOST:
        return lines
    wanted = {
        place for place, line in enumerate(lines) if any(_is_below(one, line["path"]) for one in changed)
    }
    near = {place + step for place in wanted if lines[place]["changed"] for step in (-2, -1, 1, 2)}
    for place in (*sorted(near), *range(len(lines))):
        if len(wanted) < MOST and 0 <= place < len(lines):
            wanted.add(place)
    kept: list[dict[str, Any]] = []
    for place, line in enumerate(lines):
        if place in wanted:
            kept.append(line)
        elif kept and "gap" in kept[-1]:
            kept[-1]["gap"] += 1
        else:
            kept.append({"gap": 1, "depth": line["depth"]})
    return kept


def _value(value: object) -> str:
    if isinstance(value, dict) and value:
        return f"{{ {len(value):,} }}"
    if isinstance(value, list | tuple) and value:
        return f"[ {len(value):,} ]"
    return _short(json.dumps(value, ensure_ascii=False))


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"

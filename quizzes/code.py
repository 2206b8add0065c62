"""The code that a review question is about: read from the pattern itself, without the comments that tell."""

from __future__ import annotations

import ast
import importlib
import inspect
import io
import re
import tokenize
from dataclasses import dataclass

__all__ = ["NoCode", "Shown", "shown"]

_BUG = re.compile(r"#\s*Bug on purpose \((?P<anomaly>[^)]+)\)")


class NoCode(LookupError):
    """There is no such code; the message says what was looked for."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Code as a learner sees it: without comments and docstrings. Lines count from 1."""

    title: str
    """`NaiveLeaderboard.add_points`"""
    lines: tuple[str, ...]
    bugs: tuple[tuple[str, int], ...]
    """(anomaly, line) for each `# Bug on purpose (anomaly)`: the line it stands above, or at the end of."""
    places: tuple[int, ...] = ()
    """The line in the file, for each line shown."""
    path: str = ""

    def find(self, piece: str) -> int:
        """The number of the one line that has this piece. NoCode if there is none, or more than one."""
        found = [number for number, line in enumerate(self.lines, 1) if piece in line]
        if len(found) != 1:
            how = "no line has" if not found else f"{len(found)} lines have"
            raise NoCode(f"{how} {piece!r} in {self.title}. Quote a piece that one line has")
        return found[0]


def shown(name: str) -> Shown:
    """The code of `patterns.leaderboard.naive:NaiveLeaderboard.add_points`. NoCode if it is not there."""
    module_name, _, qualified = name.partition(":")
    try:
        thing = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        raise NoCode(f"there is no module {module_name}") from error
    for part in qualified.split("."):
        if not hasattr(thing, part):
            raise NoCode(f"{module_name} has no {qualified}")
        thing = getattr(thing, part)
    source, first = inspect.getsourcelines(thing)
    told = "".join(source)
    text = inspect.cleandoc("\n" + told) if told[:1].isspace() else told
    comments = {
        token.start[0]: token
        for token in tokenize.generate_tokens(io.StringIO(text + "\n").readline)
        if token.type == tokenize.COMMENT
    }
    hidden = _docstrings(text)
    lines: list[str] = []
    places: list[int] = []
    bugs: list[tuple[str, int]] = []
    waiting: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        comment = comments.get(number)
        if number in hidden:
            continue
        code = line if comment is None else line[: comment.start[1]].rstrip()
        if comment is not None and (bug := _BUG.search(comment.string)):
            waiting.append(bug["anomaly"])
        if not code.strip():
            continue
        lines.append(code)
        places.append(first + number - 1)
        bugs.extend((anomaly, len(lines)) for anomaly in waiting)
        waiting = []
    path = module_name.replace(".", "/") + ".py"
    return Shown(qualified, tuple(lines), tuple(bugs), tuple(places), path)


def _docstrings(text: str) -> set[int]:
    """The lines of all docstrings."""
    found: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                found.update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return found

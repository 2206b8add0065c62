"""The code that ran, as text with its place: functions, methods, and the script behind a sha1.

Lessons never paste code. A page shows what this module reads from the very files that Python runs.
"""

from __future__ import annotations

import ast
import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lab.log import homes
from patterns import catalogue

if TYPE_CHECKING:
    from lab.trace import Source

__all__ = [
    "ROOT",
    "Code",
    "NoSource",
    "at_line",
    "enclosing",
    "file_of",
    "in_text",
    "named",
    "script",
    "source_of",
]

ROOT = Path(__file__).resolve().parents[1]


class NoSource(LookupError):
    """There is no source to show; the message says of what."""


@dataclass(frozen=True, slots=True)
class Code:
    """A piece of a file: where it stands (relative to the repository), its first line, and its text."""

    path: str
    first_line: int
    text: str
    name: str = ""

    @property
    def last_line(self) -> int:
        return self.first_line + max(self.text.rstrip("\n").count("\n"), 0)

    def covers(self, path: str, line: int) -> bool:
        """Whether a traced line lies in this piece."""
        return path == self.path and self.first_line <= line <= self.last_line


def source_of(thing: Callable[..., Any]) -> Code:
    """The source of a function, a method or a class, decorators included."""
    plain = inspect.unwrap(thing)
    while isinstance(plain, functools.partial):
        plain = inspect.unwrap(plain.func)
    try:
        lines, first = inspect.getsourcelines(plain)
        path = inspect.getsourcefile(plain)
    except (OSError, TypeError) as error:
        raise NoSource(f"{thing!r} has no Python source: {error}") from error
    if path is None:
        raise NoSource(f"{thing!r} has no Python source.")
    return Code(named(Path(path)), max(first, 1), _dedent("".join(lines)), _name(plain))


def enclosing(source: Source) -> Code | None:
    """The innermost function around a traced line; None outside every function, or if the file is gone."""
    return at_line(source.path, source.line)


def at_line(path: str, line: int) -> Code | None:
    """The innermost function of a file of the repository that holds this line."""
    file = file_of(path)
    try:
        stamp = file.stat().st_mtime_ns
    except OSError:
        return None
    return _innermost(_functions(str(file), stamp), file.read_text(encoding="utf-8"), path, line)


def in_text(text: str, path: str, line: int) -> Code | None:
    """The same in a text that is in no file: what a learner has typed. None where it is no Python."""
    try:
        return _innermost(_functions_of(text), text, path, line)
    except SyntaxError:
        return None


def script(sha1: str) -> Code | None:
    """The .lua file that Redis knows by this sha1; None for a script that is not of a pattern."""
    found = catalogue.scripts().get(sha1)
    if found is None:
        return None
    path = Path(found.path)
    return Code(named(path if path.is_absolute() else ROOT / path), 1, found.text, path.stem)


@functools.lru_cache(maxsize=64)
def _functions(file: str, stamp: int) -> tuple[tuple[int, int, str], ...]:
    """What `_functions_of` finds in a file; `stamp` renews it when the file changes."""
    return _functions_of(Path(file).read_text(encoding="utf-8"))


def _functions_of(text: str) -> tuple[tuple[int, int, str], ...]:
    """(first line, last line, qualified name) of every function."""
    found: list[tuple[int, int, str]] = []

    def walk(node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            name = prefix
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                name = f"{prefix}.{child.name}" if prefix else child.name
                if not isinstance(child, ast.ClassDef):
                    first = min([child.lineno, *(one.lineno for one in child.decorator_list)])
                    found.append((first, child.end_lineno or child.lineno, name))
            walk(child, name)

    walk(ast.parse(text), "")
    return tuple(found)


def _innermost(functions: tuple[tuple[int, int, str], ...], text: str, path: str, line: int) -> Code | None:
    """The innermost of these functions around a line."""
    best: tuple[int, int, str] | None = None
    for first, last, name in functions:
        if first <= line <= last and (best is None or last - first <= best[1] - best[0]):
            best = (first, last, name)
    if best is None:
        return None
    lines = text.splitlines(keepends=True)
    return Code(path, best[0], _dedent("".join(lines[best[0] - 1 : best[1]])), best[2])


def file_of(path: str) -> Path:
    """The file that pages call so."""
    guest = next((home for home in homes() if path.startswith(f"{home.name}/")), None)
    return guest.parent / path if guest and not (ROOT / path).is_file() else ROOT / path


def named(path: Path) -> str:
    """What pages call a file: from the repository on, or from the instructor's folder on."""
    resolved = path.resolve()
    for home in (ROOT, *(guest.parent for guest in homes() if resolved.is_relative_to(guest))):
        if resolved.is_relative_to(home):
            return resolved.relative_to(home).as_posix()
    return resolved.name


def _name(thing: Any) -> str:
    return str(getattr(thing, "__qualname__", ""))


def _dedent(text: str) -> str:
    """Without the indentation of the first line, so that a method reads like a function."""
    lines = text.splitlines(keepends=True)
    margin = len(lines[0]) - len(lines[0].lstrip()) if lines else 0
    # An empty line has no margin to lose, only its end, which keeps the lines below it at their numbers.
    return "".join(line[margin:] if line[:margin].isspace() and line.strip() else line for line in lines)

"""The code that ran: coloured by Pygments, each line that sent commands marked with who and how often."""

from __future__ import annotations

import ast
import inspect
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatch
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lessons import code as sources
from lessons.code import Code
from ui.components import component
from ui.theme import ActorStyle

if TYPE_CHECKING:
    from lab.trace import Command

__all__ = ["coloured", "data", "draw_code", "draw_scripts", "pieces", "scripts_called", "source_of"]

_COMPONENT = component(__file__)

_MARGIN = "lessons/"
"""Demos live here. A demo's own lines are shown only where no pattern line ran: the pattern is the lesson."""


def draw_code(
    shown: Sequence[Code],
    commands: Sequence[Command],
    styles: dict[str, ActorStyle],
    key: str,
    *,
    ran: bool,
    room: int = 70,
) -> None:
    """After `room` lines further pieces are closed, for the learner to open."""
    if shown:
        title = "Code that ran" if ran else "Code that will run"
        _COMPONENT(key=key, data={"title": title, "room": room, **data(shown, commands, styles)})


def draw_scripts(thing: Callable[..., Any], key: str) -> None:
    """What a method leaves to Redis, if anything."""
    if found := scripts_called(thing):
        title = "The script it runs inside Redis" if len(found) == 1 else "The scripts it runs inside Redis"
        _COMPONENT(key=key, data={"title": title, "room": 40, **data(found, (), {})})


def pieces(commands: Iterable[Command], named: Iterable[Callable[..., Any]] = ()) -> list[Code]:
    """Without repeats: what the action names, each function that sent a command, each script."""
    found: dict[tuple[str, int], Code] = {}
    for thing in named:
        try:
            code = source_of(thing)
        except sources.NoSource:
            continue
        found.setdefault((code.path, code.first_line), code)
    lines = dict.fromkeys(
        (command.source.path, command.source.line) for command in commands if command.source
    )
    in_patterns = any(not path.startswith(_MARGIN) for path, _ in lines)
    for path, line in lines:
        if in_patterns and path.startswith(_MARGIN):
            continue
        if any(code.covers(path, line) for code in found.values()):
            continue
        around = sources.at_line(path, line)
        if around is not None:
            found.setdefault((around.path, around.first_line), around)
    for sha1 in dict.fromkeys(command.script for command in commands if command.script):
        script = sources.script(sha1)
        if script is not None:
            found.setdefault((script.path, script.first_line), script)
    return list(found.values())


def scripts_called(thing: Callable[..., Any]) -> list[Code]:
    """The Lua files that a method hands to Redis, as its class registers them.

    After `self._claim = redis.register_script(lua(__file__, "take"))` a method that names `self._claim` runs
    `take.lua` beside it.
    """
    code = source_of(thing)
    file = sources.file_of(code.path)
    if not file.is_file():
        return []
    there = ast.parse(file.read_text(encoding="utf-8"))
    within = (one for one in ast.walk(there) if isinstance(one, ast.ClassDef) and _holds(one, code))
    registered = {name: file for one in within for name, file in _registered(one).items()}
    called = sorted(
        (one.lineno, one.attr)
        for one in ast.walk(there)
        if isinstance(one, ast.Attribute)
        and isinstance(one.ctx, ast.Load)
        and one.attr in registered
        and code.covers(code.path, one.lineno)
    )
    known = getattr(inspect.unwrap(thing), "__globals__", {})
    files = dict.fromkeys(
        found for _, name in called for found in _files(registered[name], file.parent, known)
    )
    return [
        Code(sources.named(one), 1, one.read_text(encoding="utf-8"), one.stem)
        for one in files
        if one.is_file()
    ]


def _holds(one: ast.ClassDef, code: Code) -> bool:
    return one.lineno <= code.last_line and code.first_line <= (one.end_lineno or one.lineno)


def _registered(one: ast.ClassDef) -> dict[str, ast.expr]:
    """Attributes of a class that are scripts of a file, and what is written where the file is named."""
    found = {}
    for node in ast.walk(one):
        match node:
            case ast.Assign(
                targets=[ast.Attribute(attr=name)],
                value=ast.Call(
                    func=ast.Attribute(attr="register_script"),
                    args=[ast.Call(func=ast.Name(id="lua"), args=[_, written])],
                ),
            ):
                found[name] = written
    return found


def _files(written: ast.expr, folder: Path, known: Mapping[str, Any]) -> Iterator[Path]:
    """One file for a name; every file that it may be for a table of names or an f-string."""
    match written:
        case ast.Constant(value=str(name)):
            yield folder / f"{name}.lua"
        case ast.Subscript(value=ast.Name(id=table)) if isinstance(known.get(table), Mapping):
            yield from (folder / f"{name}.lua" for name in known[table].values())
        case ast.JoinedStr(values=parts):
            shape = "".join(str(one.value) if isinstance(one, ast.Constant) else "*" for one in parts)
            yield from (one for one in sorted(folder.glob("*.lua")) if fnmatch(one.stem, shape))


def data(shown: Sequence[Code], commands: Sequence[Command], styles: dict[str, ActorStyle]) -> dict[str, Any]:
    ran: dict[tuple[str, int], Counter[str]] = {}
    scripts: dict[str, Counter[str]] = {}
    for command in commands:
        if command.source:
            ran.setdefault((command.source.path, command.source.line), Counter())[command.actor] += 1
        if command.script and (script := sources.script(command.script)):
            scripts.setdefault(script.path, Counter())[command.actor] += 1
    return {
        "pieces": [
            {
                "path": code.path,
                "name": code.name,
                "first": code.first_line,
                "lines": coloured(code.text, code.path),
                "marks": {
                    str(line): _marks(counts, styles)
                    for (path, line), counts in ran.items()
                    if code.covers(path, line)
                },
                "ran": _marks(scripts[code.path], styles) if code.path in scripts else [],
            }
            for code in shown
        ]
    }


def _marks(counts: Counter[str], styles: dict[str, ActorStyle]) -> list[dict[str, Any]]:
    return [{"name": name, "count": count, **styles[name].data()} for name, count in counts.items()]


@lru_cache(maxsize=256)
def source_of(thing: Callable[..., Any]) -> Code:
    """The source of a function, looked up once."""
    return sources.source_of(thing)


@lru_cache(maxsize=256)
def coloured(text: str, path: str) -> list[list[list[str]]]:
    """Lines of [class, text] pieces. A trailing line break makes no line."""
    from pygments.lexers import LuaLexer, PythonLexer  # 30 ms that only a page with code pays
    from pygments.token import Comment, Keyword, Name, Number, String

    kinds = (
        (Comment, "comment"), (String, "string"), (Keyword, "keyword"), (Number, "number"),
        (Name.Function, "name"), (Name.Class, "name"), (Name.Decorator, "name"),
    )  # fmt: skip
    lexer = LuaLexer(stripnl=False) if path.endswith(".lua") else PythonLexer(stripnl=False)
    lines: list[list[list[str]]] = [[]]
    for token, piece in lexer.get_tokens(text.rstrip("\n")):
        kind = next((name for parent, name in kinds if token in parent), "")
        for index, part in enumerate(piece.split("\n")):
            if index:
                lines.append([])
            if part:
                lines[-1].append([kind, part])
    if lines and not lines[-1]:
        lines.pop()
    return lines

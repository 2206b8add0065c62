"""The command log: who sent what, what came back, how long it took, and the line that sent it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lessons import code as sources
from ui.components import component
from ui.theme import ActorStyle

if TYPE_CHECKING:
    from lab.trace import Command

__all__ = ["MOST", "data", "draw_commands"]

_COMPONENT = component(__file__)

MOST = 400
"""More commands than this are counted, not listed."""


def draw_commands(
    commands: Sequence[Command],
    dropped: int,
    round_trips: int,
    styles: dict[str, ActorStyle],
    key: str,
    whose: str = "",
) -> None:
    """`whose` tells two logs on one page apart for those who hear it: "Naive"."""
    label = f"Commands: {whose}" if whose else "Commands"
    _COMPONENT(key=key, data={**data(commands, dropped, round_trips, styles), "label": label})


def data(
    commands: Sequence[Command], dropped: int, round_trips: int, styles: dict[str, ActorStyle]
) -> dict[str, Any]:
    """Rows in the order of sending; a row that opens a batch says what kind and how long it is."""
    batches = Counter(command.batch for command in commands if command.batch is not None)
    per_actor = Counter(command.actor for command in commands)
    seen: set[int] = set()
    rows = []
    for number, command in enumerate(commands[:MOST], 1):
        size = batches[command.batch] if command.batch is not None else 0
        opens = size > 1 and command.batch not in seen
        if command.batch is not None:
            seen.add(command.batch)
        source = command.source
        rows.append(
            {
                "number": number,
                "actor": command.actor,
                "name": command.name,
                "args": _arguments(command),
                "script": _script(command),
                "reply": command.reply,
                "error": command.error,
                "ms": _milliseconds(command.seconds),
                "at": _milliseconds(command.at),
                "grouped": size > 1,
                "opens": f"{command.kind} of {size}, sent in one write" if opens else "",
                "pushed": command.kind == "message",
                "source": f"{source.path}:{source.line}" if source else "",
                "short": f"{source.path.rsplit('/', 1)[-1]}:{source.line}" if source else "",
                "path": source.path if source else "",
                "line": source.line if source else 0,
            }
        )
    return {
        "rows": rows,
        "left_out": max(len(commands) - MOST, 0) + dropped,
        "total": len(commands) + dropped,
        "round_trips": round_trips,
        "actors": [
            {"name": name, "count": count, **styles[name].data()} for name, count in per_actor.items()
        ],
    }


def _arguments(command: Command) -> str:
    """As typed, but forty digits of a sha1 say no more than eight do."""
    text = command.text.removeprefix(command.name).strip()
    if command.script and text.startswith(command.script):
        return f"{command.script[:8]}…{text[len(command.script) :]}"
    return text


def _script(command: Command) -> str:
    """The name of the file that the script came from."""
    found = sources.script(command.script) if command.script else None
    return found.path.rsplit("/", 1)[-1] if found else ""


def _milliseconds(seconds: float) -> str:
    ms = seconds * 1000
    return f"{ms:.2f}" if ms < 10 else f"{ms:.1f}" if ms < 100 else f"{ms:,.0f}"

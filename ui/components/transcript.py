"""What was sent for a question and what came back, line by line; a reply that was not claimed is marked."""

from __future__ import annotations

from typing import Any

from quizzes.replies import shown
from quizzes.running import Ran
from quizzes.transcript import APP, Line, read
from ui.components import component

__all__ = ["data", "draw_transcript"]

_COMPONENT = component(__file__)


def draw_transcript(key: str, label: str, ran: Ran | str, server: str = "") -> None:
    """A run, or the text of one that has not been run."""
    _COMPONENT(key=key, data=data(label, ran, server))


def data(label: str, ran: Ran | str, server: str = "") -> dict[str, Any]:
    if isinstance(ran, str):
        rows = [_row(line) for line in read(ran)]
    else:
        rows = [
            {**_row(one.line), "reply": shown(one.reply) if one.line.words else "", "fine": one.fine,
             "expected": one.line.expected or ""}
            for one in ran.lines
        ]  # fmt: skip
    return {"label": label, "server": server, "rows": rows, "clients": any(row["client"] for row in rows)}


def _row(line: Line) -> dict[str, Any]:
    text = line.text
    client = "" if line.client == APP else line.client
    if client:
        text = text.partition(":")[2].strip()
    return {
        "client": client,
        "text": text,
        "time": not line.words,
        "reply": None,
        "fine": True,
        "expected": "",
    }

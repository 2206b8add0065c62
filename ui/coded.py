"""Words with code in them, for a component: pieces of [kind, text], the kind "code" or nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lab.explorer import Moment

__all__ = ["Pieces", "brief", "coded", "told"]

Pieces = list[list[str]]

_TICKED = re.compile(r"`([^`\n]+)`")
_KEY = re.compile(r"`([^`\n]+)`|((?<![\w}]):[a-z]+|(?<![\w{])[a-z]+(?::(?:\{[^}\s]*\}|\w)+)+)")
_SENT = re.compile(r"[A-Z]")
_UNNAMED = re.compile(r"^EVALSHA script [0-9a-f]{8} \d+ ?")
_NAMED = re.compile(r"^(?:EVAL|EVALSHA)(?:_RO)? ([a-z_]\w*) \d+ ?")


def coded(text: str, *, keys: bool = False) -> Pieces:
    """What stands between backticks is code; so is, where asked for, a name like `series:{metric}:count`."""
    pieces: Pieces = []
    end = 0
    for found in (_KEY if keys else _TICKED).finditer(text):
        pieces += [["", text[end : found.start()]], ["code", next(filter(None, found.groups()))]]
        end = found.end()
    return [piece for piece in [*pieces, ["", text[end:]]] if piece[1]]


def told(moment: Moment) -> Pieces:
    """An event of a schedule: what was sent and what came back are code, unless nothing was sent."""
    sent = {moment.command, moment.reply} if _SENT.match(moment.command) else set()
    return [["code", part] if part in sent else ["", _words(part)] for part in moment.parts]


def _words(text: str) -> str:
    """As on a page: one space where a line of text has two, and no line that ends in an arrow."""
    return text.replace("  ->  ", " →\u00a0").replace("  ", " ")


def brief(command: str) -> str:
    """A script by its name, without its sha and the number of its keys."""
    return _NAMED.sub(r"\1 ", _UNNAMED.sub("script ", command))

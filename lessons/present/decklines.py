"""Where something stands in the text of a scene list, so that every mistake is told with its line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["DeckError", "Lines", "near"]


class DeckError(ValueError):
    """A scene list cannot be used; the message has file, line and cure."""


class Lines:
    """Where in the text a key stands: scene 0 is the part above the first [[scene]]."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.lines: dict[tuple[int, str], int] = {}
        scene = 0
        for number, line in enumerate(text.splitlines(), 1):
            if re.match(r"\s*\[\[\s*scene\s*\]\]", line):
                scene += 1
                self.lines[scene, ""] = number
            elif found := re.match(r"\s*([\w-]+)\s*=", line):
                self.lines.setdefault((scene, found[1]), number)

    def error(self, scene: int, key: str, says: str) -> DeckError:
        line = self.lines.get((scene, key)) or self.lines.get((scene, "")) or 1
        of = f" of scene {scene}" if scene else ""
        return DeckError(f"{self.file}, line {line}: {key!r}{of} {says}".replace(" : ", ": "))

    def known(self, scene: int, key: str, keys: tuple[str, ...]) -> None:
        if key not in keys:
            raise self.error(scene, key, f"is not known.{near(key, keys)}")


def near(name: str, known: Iterable[str]) -> str:
    """The known name that was meant, or all there are."""
    known = list(known)
    near = get_close_matches(name, known, n=1, cutoff=0.6)
    return f" Did you mean {near[0]!r}?" if near else f" There is: {', '.join(map(repr, known))}."

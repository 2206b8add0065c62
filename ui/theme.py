"""The one home of colours, signs and shapes.

The frame is ink on paper, so that colour always means something: *who* (actors), *how it went* (tones) or
*what is known* (verdicts). No meaning rests on colour alone: actors have a shape and a letter, tones and
verdicts have a sign and a word. `.streamlit/config.toml` repeats what Streamlit itself must know; a test
keeps the two the same, and another keeps every pair readable, also to colour-blind eyes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from lessons.pictures import Tone

__all__ = [
    "ACTORS",
    "FRAME",
    "SYNTAX",
    "TONES",
    "VERDICTS",
    "ActorStyle",
    "Pair",
    "actor_styles",
    "css_variables",
]


@dataclass(frozen=True, slots=True)
class Pair:
    """One colour in the light and in the dark theme."""

    light: str
    dark: str

    @property
    def css(self) -> str:
        return f"light-dark({self.light}, {self.dark})"


PAPER: Final = Pair("#fbfbf9", "#10171e")

FRAME: Final[dict[str, Pair]] = {
    "paper": PAPER,
    "panel": Pair("#f1f3f2", "#18212a"),
    "sunken": Pair("#e7eae9", "#0b1117"),
    "line": Pair("#d3d9d8", "#2e3b47"),
    "ink": Pair("#15202b", "#edf2f5"),
    "quiet": Pair("#4d5a65", "#a9b6c1"),
    "focus": Pair("#1667d9", "#7db4ff"),
    "link": Pair("#124f9e", "#93c5ff"),
}
"""Everything that is not data. The only hues are `focus` (you are here) and `link` (this leads on)."""

TONES: Final[dict[Tone, Pair]] = {
    "plain": Pair("#4d5a65", "#a9b6c1"),
    "good": Pair("#1b6e35", "#7fdb9a"),
    "warn": Pair("#8a5a00", "#ffc857"),
    "bad": Pair("#b3182d", "#ff8f8f"),
}
TONE_TINTS: Final[dict[Tone, Pair]] = {
    "plain": FRAME["panel"],
    "good": Pair("#e6f3ea", "#12291f"),
    "warn": Pair("#fbf1dc", "#2b2414"),
    "bad": Pair("#fdeaec", "#321a20"),
}
TONE_WORDS: Final[dict[Tone, str]] = {"plain": "Note", "good": "Good", "warn": "Careful", "bad": "Damage"}

VERDICTS: Final[dict[str, Pair]] = {
    "proved": Pair("#00604b", "#45e0b4"),
    "violated": Pair("#9c0a46", "#ff7aa5"),
    "bounded": Pair("#5e4a00", "#e6c65c"),
}
"""Reserved for what an exploration says, and never used for anything else."""

ACTORS: Final[tuple[Pair, ...]] = (
    Pair("#1250a8", "#73b1ff"),
    Pair("#b84a00", "#f59440"),
    Pair("#0f7d87", "#83efdf"),
    Pair("#7d1a52", "#d96aa6"),
    Pair("#8552d6", "#8f70ff"),
    Pair("#454200", "#f2e56b"),
)
SHAPES: Final = ("circle", "square", "diamond", "triangle", "hexagon", "shield")

SYNTAX: Final[dict[str, Pair]] = {
    "keyword": Pair("#124f9e", "#93c5ff"),
    "string": Pair("#0b6a5c", "#8ddcc8"),
    "number": Pair("#8a3d00", "#f2b27a"),
    "name": Pair("#5b3a9e", "#c9b5ff"),
    "comment": Pair("#5c6770", "#93a1ad"),
}

CAST: Final = ("Ann", "Ben", "Cid", "Dora", "app")
"""Actors of the lessons who keep their place on every page; everybody else follows in order of appearance."""


@dataclass(frozen=True, slots=True)
class ActorStyle:
    """How an actor looks everywhere: a colour (by place), a shape and at most two letters."""

    place: int
    shape: str
    letters: str

    def data(self) -> dict[str, object]:
        return {"place": self.place, "shape": self.shape, "letters": self.letters}


def actor_styles(names: Iterable[str]) -> dict[str, ActorStyle]:
    """A style for each name. With more actors than colours, colour and shape together still differ.

    Names keep their place from run to run: the cast has theirs, "server 2" wants the second, and whoever
    finds a place taken gets the next one that is free.
    """
    wanted = sorted(dict.fromkeys(names), key=lambda name: name not in CAST)
    taken: set[int] = set()
    styles: dict[str, ActorStyle] = {}
    for name in wanted:
        number = _preferred(name)
        while number in taken:
            number += 1
        taken.add(number)
        shape = SHAPES[(number + number // len(ACTORS)) % len(SHAPES)]
        styles[name] = ActorStyle(number % len(ACTORS), shape, _letters(name))
    return styles


def _preferred(name: str) -> int:
    if name in CAST:
        return CAST.index(name)
    digits = "".join(character for character in name if character.isdigit())
    return max(int(digits[-3:]) - 1, 0) if digits else 0


def _letters(name: str) -> str:
    """ "Ann" -> "A", "client 12" -> "12", "worker-3" -> "3"."""
    digits = "".join(character for character in name if character.isdigit())
    if digits:
        return digits[-2:]
    return name[:1].upper() or "?"


@cache
def css_variables() -> str:
    """All of the above as custom properties of the page; the components inherit them."""
    named: dict[str, Pair] = {
        **FRAME,
        **{f"tone-{tone}": pair for tone, pair in TONES.items()},
        **{f"tint-{tone}": pair for tone, pair in TONE_TINTS.items()},
        **{f"verdict-{name}": pair for name, pair in VERDICTS.items()},
        **{f"actor-{place}": pair for place, pair in enumerate(ACTORS)},
        **{f"code-{name}": pair for name, pair in SYNTAX.items()},
    }
    lines = "\n".join(f"  --ks-{name}: {pair.css};" for name, pair in named.items())
    return f':host, :root {{\n{lines}\n  --ks-mono: "JetBrains Mono", ui-monospace, monospace;\n}}\n'

"""Whether a text fits its place on the stage, without a browser: an estimate that errs towards "no".

The stage is as wide as 58.8 times its type is high, whatever the screen: type grows with the window, so what
fits at 1280x720 fits at 1920x1080. Widths of letters are those of the app's own font, in sizes of its type.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lessons.present.choices import SingleChoice
from lessons.present.plain import plain
from lessons.present.scenes import Choose, Deck, Scene

__all__ = [
    "BLOCKS", "PLACES", "Block", "Place", "choice_fits", "deck_fits", "lines_of", "scene_fits", "that_fit",
    "too_long",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands: its width in sizes of its own type, and how many lines there are."""

    name: str
    width: float
    lines: int


PLACES: Mapping[str, Place] = {
    "title": Place("title", 56.0 / 1.75, 2),
    "line": Place("line", 56.0 / 1.3, 3),
    "says": Place("result", 54.0 / 1.3, 5),
    "answer": Place("answer", 54.0 / 1.1, 14),
}


@dataclass(frozen=True, slots=True)
class Block:
    """Texts below each other that share a height. Their type shrinks with their number, down to `least`; all
    sizes are those of the stage's own type."""

    width: float
    height: float
    least: float
    gap: float


BLOCKS: Mapping[str, Block] = {
    "points": Block(width=52.0, height=20.0, least=1.1, gap=0.5),
    "sum": Block(width=50.0, height=10.0, least=0.95, gap=0.4),
    "choice": Block(width=46.0, height=24.0, least=0.9, gap=1.0),
}
_LEADING = 1.3

_NARROW, _WIDE = frozenset("iljtfrI.,:;'|!()[]- "), frozenset("mwMW@%—…")


def lines_of(text: str, width: float) -> int:
    """How many lines the text takes when it is broken between words."""
    lines, used = 1, 0.0
    for word in text.split():
        long = sum(map(_width, word))
        if used and used + _width(" ") + long > width:
            lines, used = lines + 1, 0.0
        while long > width:  # a word longer than a line is broken anywhere
            lines, long = lines + 1, long - width
        used += (_width(" ") if used else 0.0) + long
    return lines


def too_long(place: Place, text: str) -> str:
    """A sentence, or nothing if the text fits."""
    lines = lines_of(text, place.width)
    if lines <= place.lines:
        return ""
    return f"the {place.name} takes {lines} lines and has room for {place.lines}: {text[:48]!r}..."


def that_fit(block: Block, texts: Sequence[str]) -> int:
    """How many of the texts, from the first on, fit into the block together."""
    used = 0.0
    for number, text in enumerate(texts):
        used += _height(text, block.width, block.least) + (block.gap if number else 0.0)
        if used > block.height:
            return number
    return len(texts)


def choice_fits(question: SingleChoice) -> str:
    """A sentence, or nothing if the question fits with every reason beside its option."""
    block = BLOCKS["choice"]
    used = _height(plain(question.prompt), PLACES["title"].width * 1.75, block.least)
    for option in question.options:
        reason = plain(f"{option.belief}: {option.why}" if option.belief else option.why)
        both = (plain(option.text), reason)
        used += block.gap + sum(_height(text, block.width, block.least) for text in both)
    if used <= block.height:
        return ""
    return (
        f"the question {question.id!r} takes {used:.0f} of the {block.height:.0f} lines that there are, with "
        "its options and why each is right or wrong."
    )


def scene_fits(scene: Scene) -> list[str]:
    """What of the scene's own words does not fit."""
    found = [too_long(PLACES["title"], scene.title), too_long(PLACES["line"], scene.line)]
    if isinstance(scene.cue, Choose):
        found.append(choice_fits(scene.cue.question))
    shown = that_fit(BLOCKS["points"], [plain(one) for one in scene.points])
    if shown < len(scene.points):
        found.append(f"the points have room for {shown}, and there are {len(scene.points)}.")
    return [one for one in found if one]


def deck_fits(deck: Deck) -> list[tuple[int, str]]:
    """The same for every scene, with its position from 0 on."""
    return [(number, says) for number, scene in enumerate(deck.scenes) for says in scene_fits(scene)]


def _height(text: str, width: float, size: float) -> float:
    """Of a text in type of that size, in sizes of the stage's."""
    return lines_of(text, width / size) * size * _LEADING


def _width(letter: str) -> float:
    if letter in _NARROW:
        return 0.36
    if letter in _WIDE:
        return 0.95
    return 0.72 if letter.isupper() else 0.6

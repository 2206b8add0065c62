"""A scene list as a file: an instructor's own order, words, inputs and seed, in TOML.

    lesson = "leaderboard"
    title = "Ten minutes on boards"
    seed = 7

    [[scene]]
    step = "Score, and watch the ranking move"
    action = "Score"
    inputs = { points = 25 }
    line = "Who is first now?"
    notes = "Ask before you press Enter."
    seconds = 90

What a scene runs is named by the words on the lesson's page; docs/lessons.md lists every field. Every mistake
is told with its line and a cure.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from lessons.files import Unreadable, read_words
from lessons.library import LessonError, Loaded
from lessons.present.choices import Questions, from_home
from lessons.present.decklines import DeckError, Lines
from lessons.present.deckscenes import CUES, Row
from lessons.present.derive import deck_of
from lessons.present.scenes import HANDS, RACE_HANDS, Choose, Deck, Hand, Scene

__all__ = ["DeckError", "read_deck", "slug_of"]

_TOP = ("lesson", "title", "seed", "scene")
_SCENE = (*CUES, "title", "line", "step", "inputs", "version", "trial", "notes", "seconds", "hands")
_KINDS: Mapping[str, tuple[type | tuple[type, ...], str]] = {
    **dict.fromkeys(("title", "line", "notes", "part"), (str, "a text")),
    **dict.fromkeys(("fact", "pair", "question", "estimate", "keys"), (int, "a number from 1 on")),
    "dial": (str, 'a version in quotation marks, "8.4"'),
    "quiz": ((int, str), "a number from 1 on, or a question's id"),
    "seconds": (int, "a whole number"),
    "inputs": (dict, "a table, { points = 25 }"),
    "hands": (list, "a list"),
}


def slug_of(file: Path) -> str:
    """The name by which the list is presented: `?present=<name>`."""
    return file.stem


def read_deck(file: Path, load: Callable[[str], Loaded], questions: Questions = from_home) -> Deck:
    """The deck of the file, checked against its lesson. Banks beside its folder are asked too."""
    try:
        text = read_words(file)
        found = tomllib.loads(text)
    except Unreadable as error:
        raise DeckError(f"{file.name}: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise DeckError(f"{file.name}: this is no TOML. {error}.") from error
    where = Lines(file.name, text)
    for name in found:
        where.known(0, name, _TOP)
    lesson = found.get("lesson")
    if not isinstance(lesson, str):
        raise where.error(0, "lesson", 'names no lesson. Write lesson = "leaderboard", say.')
    try:
        loaded = load(lesson)
    except LessonError as error:
        raise where.error(0, "lesson", error.says) from error
    seed = found.get("seed", 1)
    if not isinstance(seed, int) or isinstance(seed, bool):
        raise where.error(0, "seed", f"is a whole number, not {seed!r}.")
    title = found.get("title", "")
    if not isinstance(title, str):
        raise where.error(0, "title", f"is a text, not {title!r}.")
    rows = found.get("scene", [])
    if not isinstance(rows, list) or not rows:
        raise DeckError(f"{file.name}: there is no scene. Write one below [[scene]].")
    banks = file.parent.parent / "banks"
    derived = deck_of(loaded, seed=seed)
    scenes = tuple(
        _scene(Row(row, number, where, loaded, derived, questions, banks))
        for number, row in enumerate(rows, 1)
    )
    return Deck(slug_of(file), loaded.slug, title or loaded.lesson.title, scenes, seed, file.name)


def _scene(row: Row) -> Scene:
    fields = row.fields
    for name in fields:
        row.lines.known(row.number, name, _SCENE)
    for name, (kind, says) in _KINDS.items():
        if name in fields and not isinstance(fields[name], kind):
            raise row.error(name, f"is {says}, not {fields[name]!r}.")
    if fields.get("seconds", 1) < 1:
        raise row.error("seconds", f"is 1 at least, not {fields['seconds']!r}.")
    named = [name for name in CUES if name in fields]
    if len(named) > 1:
        raise row.error(named[1], f"and {named[0]!r} are both there. A scene runs one thing.")
    base = row.scene(named[0] if named else "")
    return replace(
        base,
        title=fields.get("title", base.title),
        line=fields.get("line", base.line),
        notes=fields.get("notes", base.notes).strip(),
        seconds=fields.get("seconds", base.seconds),
        hands=_hands(row, base) if "hands" in fields else base.hands,
    )


def _hands(row: Row, base: Scene) -> tuple[Hand, ...]:
    """Own words for the two outcomes there are: first that the promise holds, then that it breaks."""
    labels: list[object] = row.fields["hands"]
    if not labels:
        return ()
    if isinstance(base.cue, Choose):
        raise row.error("hands", "of a question are raised for its options. Leave them out, or write [].")
    if len(labels) != 2 or not all(isinstance(one, str) for one in labels):
        raise row.error("hands", 'are two texts, ["It holds", "It breaks"] in this order, or [] for none.')
    usual = base.hands or (RACE_HANDS if base.kind == "race" else HANDS)
    return tuple(replace(hand, label=str(label)) for hand, label in zip(usual, labels, strict=True))

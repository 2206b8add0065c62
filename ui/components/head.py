"""The head of a lesson: its name, its steps with where one is and what is done, the step's heading."""

from __future__ import annotations

from collections.abc import Callable, Set
from typing import Any

from lessons.library import Loaded
from lessons.model import (
    Ask,
    Burst,
    Check,
    Compare,
    Cost,
    Fault,
    Load,
    Numbers,
    Production,
    Prove,
    Read,
    Run,
    Scale,
    Step,
)
from ui.components import component, told

__all__ = ["data", "draw_head", "words"]

_COMPONENT = component(__file__)

WORDS: dict[type[Step], str] = {
    Read: "Problem", Burst: "Crowd", Prove: "Proof", Fault: "Faults", Load: "Load", Compare: "Code",
    Numbers: "Numbers", Cost: "Cost", Scale: "Scale", Production: "Production", Check: "Quiz",
    Ask: "Questions",
}  # fmt: skip


def draw_head(loaded: Loaded, chapter: str, position: int, done: Set[str], go: Callable[[int], None]) -> None:
    """`go` is called with the position of the step that is chosen."""

    def chosen() -> None:
        found = told("head", "go")
        if isinstance(found, int | float) and 0 <= found < len(loaded.parts):
            go(int(found))

    _COMPONENT(key="head", data=data(loaded, chapter, position, done), on_go_change=chosen)


def data(loaded: Loaded, chapter: str, position: int, done: Set[str]) -> dict[str, Any]:
    return {
        "slug": loaded.slug,
        "title": loaded.lesson.title,
        "promise": loaded.lesson.promise,
        "about": f"{chapter}, {loaded.lesson.minutes} minutes.",
        "here": position,
        "steps": [
            {"heading": part.heading, "word": word, "done": part.heading in done}
            for part, word in zip(loaded.parts, words(loaded), strict=True)
        ],
    }


def words(loaded: Loaded) -> list[str]:
    """A word a step: what a heading says in full has no room in a row of fourteen.

    The runs of a pattern's lesson are the live one, the naive version by hand and the hardened one by hand.
    A chapter has steps of one kind in a row, so there each has its heading.
    """
    if loaded.lesson.pattern is None:
        return list(loaded.headings)
    runs = iter(("Live", "By hand", "Hardened"))
    return [
        next(runs, "Run") if isinstance(part.step, Run) else WORDS[type(part.step)] for part in loaded.parts
    ]

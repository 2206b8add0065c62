"""A course of one lesson, copied and broken by the tests of the library and of the content rules."""

from __future__ import annotations

import shutil
from pathlib import Path

from lessons.curriculum import Chapter, Entry
from lessons.library import Library

CHAPTERS = (
    Chapter(
        "Shop",
        "Two lessons.",
        (
            Entry("stock", "The last pair", "Sell what you have, never more."),
            Entry("lock", "Lock", "One at a time.", planned=True),
        ),
    ),
)


def copy_to(folder: Path) -> Library:
    """The toy course in a folder of its own, whole and ready to be broken."""
    shutil.copytree(Path(__file__).parent, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__*"))
    return Library(folder, CHAPTERS)

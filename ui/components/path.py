"""The path through the course: chapters, what is done, what is next, and what is only planned."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lessons.curriculum import Chapter, Entry
from lessons.library import Loaded
from lessons.progress import LessonProgress, Next
from ui.components import component, told

__all__ = ["data", "draw_path"]

_COMPONENT = component(__file__)


def draw_path(
    chapters: Sequence[Chapter],
    loaded: Mapping[str, Loaded],
    broken: Mapping[str, str],
    progress: Mapping[str, LessonProgress],
    coming: Next | None,
    go: Callable[[str], None],
) -> None:
    """`go` is called with the slug of the lesson that is chosen."""

    def opened() -> None:
        slug = told("path", "open")
        if isinstance(slug, str) and slug in loaded:
            go(slug)

    _COMPONENT(key="path", data=data(chapters, loaded, broken, progress, coming), on_open_change=opened)


def data(
    chapters: Sequence[Chapter],
    loaded: Mapping[str, Loaded],
    broken: Mapping[str, str],
    progress: Mapping[str, LessonProgress],
    coming: Next | None,
) -> dict[str, Any]:
    number = 0
    rows = []
    for chapter in chapters:
        entries = []
        for entry in chapter.entries:
            number += 1
            entries.append(_entry(entry, number, loaded, broken, progress, coming))
        rows.append({"title": chapter.title, "promise": chapter.promise, "entries": entries})
    return {"chapters": rows}


def _entry(
    entry: Entry,
    number: int,
    loaded: Mapping[str, Loaded],
    broken: Mapping[str, str],
    progress: Mapping[str, LessonProgress],
    coming: Next | None,
) -> dict[str, Any]:
    card: dict[str, Any] = {
        "slug": entry.slug,
        "number": number,
        "title": entry.title,
        "promise": entry.promise,
        "next": coming is not None and coming.slug == entry.slug,
    }
    if entry.planned:
        return {**card, "state": "planned"}
    if entry.slug not in loaded:
        return {**card, "state": "broken", "says": broken.get(entry.slug, "")}
    lesson, mine = loaded[entry.slug], progress[entry.slug]
    state = "known" if mine.known else "done" if mine.complete else "started" if mine.started else "new"
    return {
        **card,
        "title": lesson.lesson.title,
        "promise": lesson.lesson.promise,
        "minutes": lesson.lesson.minutes,
        "left": mine.minutes_left(lesson.lesson.minutes),
        "after": [loaded[slug].lesson.title for slug in entry.after if slug in loaded],
        "steps": [heading in mine.done for heading in lesson.headings],
        "state": state,
    }

"""What a learner has done and what comes next. Pure: facts from the store, the outline from the library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

__all__ = ["KNOWN", "LessonProgress", "Next", "next_step", "of_course", "of_lesson"]

KNOWN = "(known)"
"""Noted like a step, for a lesson that the learner skips. No heading is written like that."""

Done = Set[tuple[str, str]]
"""(slug of a lesson, heading of a step) for each step that is done."""


@dataclass(frozen=True, slots=True)
class LessonProgress:
    """How far one lesson is. Steps are known by their headings, so moving them loses nothing."""

    slug: str
    done: frozenset[str]
    total: int
    next_heading: str | None
    known: bool = False
    """The learner has said that they know it: what is not done of it is skipped."""

    @property
    def complete(self) -> bool:
        return self.next_heading is None

    @property
    def started(self) -> bool:
        return bool(self.done)

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return len(self.done) / self.total if self.total else 1.0

    def minutes_left(self, minutes: int) -> int:
        """Of so many, for the steps that are neither done nor skipped."""
        return 0 if self.complete else round(minutes * (1 - self.share))


@dataclass(frozen=True, slots=True)
class Next:
    """Where to go on: a step of a lesson, and why there."""

    slug: str
    heading: str
    resumes: bool


def of_lesson(slug: str, headings: Sequence[str], done: Done) -> LessonProgress:
    """Steps that no longer exist do not count."""
    mine = frozenset(heading for heading in headings if (slug, heading) in done)
    first_open = next((heading for heading in headings if heading not in mine), None)
    known = (slug, KNOWN) in done and first_open is not None
    return LessonProgress(slug, mine, len(headings), None if known else first_open, known)


def of_course(outline: Mapping[str, Sequence[str]], done: Done) -> dict[str, LessonProgress]:
    """Every lesson of the outline (slug to headings), in its order."""
    return {slug: of_lesson(slug, headings, done) for slug, headings in outline.items()}


def next_step(
    outline: Mapping[str, Sequence[str]], done: Done, last: tuple[str, str] | None = None
) -> Next | None:
    """The lesson that was last open if unfinished, else the first unfinished one; None when all is done."""
    course = of_course(outline, done)
    if last is not None and (here := course.get(last[0])) and here.next_heading:
        stays = last[1] in outline[last[0]] and last[1] not in here.done
        return Next(last[0], last[1] if stays else here.next_heading, resumes=True)
    for slug, progress in course.items():
        if progress.next_heading:
            return Next(slug, progress.next_heading, resumes=progress.started)
    return None

"""Loads lessons: joins the words of `lesson.md` to the steps of `lesson.py`, one `##` heading a step.

A lesson that cannot be joined is a `LessonError` with file, heading and cure. `problems()` says which lessons
are broken, so that a page can show them as broken; none ever disappears.
"""

from __future__ import annotations

import importlib
import importlib.util
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lessons import curriculum
from lessons.curriculum import Chapter, Entry
from lessons.files import Unreadable, read_words
from lessons.guest import Guest, Refused
from lessons.model import Ask, Cost, Fault, Lesson, Load, Prove, Race, Scale, Step
from lessons.words import Question, Section, WordsError, questions_of, sections_of

__all__ = ["LIBRARY", "LessonError", "Library", "Loaded", "Part", "all", "chapters", "load", "problems"]


class LessonError(Exception):
    """A lesson cannot be shown. `says` names the file, what is wrong in it, and what to do."""

    def __init__(self, slug: str, says: str) -> None:
        super().__init__(says)
        self.slug = slug
        self.says = says


@dataclass(frozen=True, slots=True)
class Part:
    """A step with its words (Markdown); `questions` only below an `Ask`."""

    step: Step
    words: str
    questions: tuple[Question, ...] = ()

    @property
    def heading(self) -> str:
        return self.step.heading


@dataclass(frozen=True, slots=True)
class Loaded:
    """A lesson with its words joined: what a page or a command line needs."""

    entry: Entry
    lesson: Lesson
    parts: tuple[Part, ...]

    @property
    def slug(self) -> str:
        return self.entry.slug

    @property
    def headings(self) -> tuple[str, ...]:
        """The steps by name, in order: what progress is kept of."""
        return tuple(part.heading for part in self.parts)


class Library:
    """The lessons of one course: its table of contents and the folder they live in."""

    def __init__(
        self, root: Path, chapters: Sequence[Chapter] = curriculum.CHAPTERS, package: str | None = None
    ) -> None:
        self.root = root
        self.chapters = chapters
        self._package = package
        self._guest = None if package else Guest(root)
        self._lock = threading.RLock()
        self._cache: dict[str, tuple[tuple[object, ...], Loaded | LessonError]] = {}

    def load(self, slug: str) -> Loaded:
        """The lesson, or a `LessonError` that says why there is none. Read again when its files change."""
        with self._lock:
            return self._load(slug)

    def races(self, slug: str) -> tuple[Race, ...]:
        """What the lesson's `races.py` calls RACES; none where there is no such file."""
        file = self.root / slug / "races.py"
        if self._package:
            name = f"{self._package}.{slug}"
            if importlib.util.find_spec(name) is None or importlib.util.find_spec(f"{name}.races") is None:
                return ()
        elif not file.is_file():
            return ()
        with self._lock:
            found: tuple[Race, ...] = self._imported(slug, file, "RACES")
            if self._guest and (wrong := self._guest.misshapen_races(found)):
                raise LessonError(slug, f"{_named(file)}: {wrong}")
            return found

    def _load(self, slug: str) -> Loaded:
        entry = curriculum.entry(slug, self.chapters)
        if entry is None:
            near = curriculum.nearest(slug, self.chapters)
            meant = f" Did you mean {near!r}?" if near else ""
            raise LessonError(slug, f"There is no lesson called {slug!r}.{meant}")
        if entry.planned:
            raise LessonError(slug, f"The lesson {slug!r} is planned and not written yet.")
        words, code = self.root / slug / "lesson.md", self.root / slug / "lesson.py"
        try:
            stamp = self._stamp(slug, words, code)
        except OSError as error:
            raise LessonError(slug, f"{_named(words.parent)} cannot be read ({error.strerror}).") from error
        cached = self._cache.get(slug)
        if cached is None or cached[0] != stamp:
            if self._guest:
                self._guest.forget(slug)
            found: Loaded | LessonError
            try:
                found = self._joined(entry, words, code)
            except LessonError as error:
                found = error
            self._cache[slug] = cached = (stamp, found)
        if isinstance(cached[1], LessonError):
            raise LessonError(slug, cached[1].says)
        return cached[1]

    def _stamp(self, slug: str, words: Path, code: Path) -> tuple[object, ...]:
        """What changes when a file of the lesson does."""
        for file in (words, code):
            if not file.is_file():
                away = f"take {slug!r} out of course.toml" if self._guest else f"mark {slug!r} as planned"
                raise LessonError(slug, f"{_named(file)} is missing. Write it, or {away}.")
        if self._guest:
            return self._guest.stamp(slug)
        return (words.stat().st_mtime_ns, code.stat().st_mtime_ns)

    def _joined(self, entry: Entry, words: Path, code: Path) -> Loaded:
        """The words and the steps that the files hold now."""
        slug = entry.slug
        lesson = self._imported(slug, code, "LESSON")
        if not isinstance(lesson, Lesson):
            raise LessonError(slug, f"{_named(code)} has no LESSON. End it with LESSON = Lesson(...).")
        if self._guest and (wrong := self._guest.misshapen(lesson)):
            raise LessonError(slug, f"{_named(code)}: {wrong}")
        for step in lesson.steps:
            if lack := self._lack(slug, step):
                raise LessonError(slug, f"{_named(code)}: the step {step.heading!r} {lack}")
        return Loaded(entry, lesson, tuple(_join(slug, lesson, words)))

    def all(self) -> tuple[Loaded, ...]:
        """Every lesson that is written, in the order of the course. One broken lesson is an error."""
        return tuple(
            self.load(entry.slug) for entry in curriculum.entries(self.chapters) if not entry.planned
        )

    def problems(self) -> dict[str, str]:
        """What is wrong, by slug: lessons that do not load, folders that the table of contents lacks."""
        found: dict[str, str] = {}
        for entry in curriculum.entries(self.chapters):
            if entry.planned:
                if (self.root / entry.slug).is_dir() and any((self.root / entry.slug).glob("lesson.*")):
                    found[entry.slug] = (
                        f"{_named(self.root / entry.slug)} is written but curriculum.py calls it planned. "
                        "Take planned=True away."
                    )
                continue
            try:
                self.load(entry.slug)
            except LessonError as error:
                found[entry.slug] = error.says
        known = {entry.slug for entry in curriculum.entries(self.chapters)}
        for file in sorted(self.root.glob("*/lesson.*")):
            if file.parent.name not in known:
                found[file.parent.name] = (
                    f"{_named(file.parent)} is not in the table of contents. Add it to curriculum.py."
                )
        return found

    def _lack(self, slug: str, step: Step) -> str:
        """What a step of more than words lacks; empty if nothing."""
        match step:
            case Prove(race=number):
                have = len(self.races(slug))
                if not 0 <= number < have:
                    return f"proves race {number}, and races.py has {have or 'none'}. They count from 0."
            case Cost(estimates=()):
                return "estimates nothing. Give it an Estimate."
            case Scale(keys=()):
                return "places no keys. Give it Keys."
            case Fault(experiments=()) | Load(experiments=()):
                return "has no experiment. Give it one."
        return ""

    def _imported(self, slug: str, file: Path, name: str) -> Any:
        """What a file of the lesson gives this name; None where it does not."""
        try:
            if self._guest:
                module = self._guest.module(slug, file.stem)
            else:
                module = importlib.import_module(f"{self._package}.{slug}.{file.stem}")
        except Refused as error:
            raise LessonError(slug, f"{_named(file)} cannot be imported. {error}") from error
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            raise LessonError(slug, f"{_named(file)} cannot be imported. {reason}") from error
        return getattr(module, name, None)


def _join(slug: str, lesson: Lesson, words: Path) -> Iterator[Part]:
    """One section a step, same headings, same order; the first difference is what is told."""
    where = _named(words)
    try:
        sections = sections_of(read_words(words))
    except (WordsError, Unreadable) as error:
        raise LessonError(slug, f"{where}: {error}") from error
    if not lesson.steps:
        raise LessonError(slug, f"{_named(words.with_name('lesson.py'))}: the lesson has no steps.")
    for position, step in enumerate(lesson.steps):
        section = sections[position] if position < len(sections) else None
        if section is None or section.heading != step.heading:
            raise LessonError(slug, _misjoined(where, step.heading, section, sections, lesson.steps))
        try:
            questions = questions_of(section) if isinstance(step, Ask) else ()
        except WordsError as error:
            raise LessonError(slug, f"{where}: {error}") from error
        yield Part(step, section.intro if questions else section.text, questions)
    if len(sections) > len(lesson.steps):
        extra = sections[len(lesson.steps)]
        raise LessonError(slug, _no_step(where, extra))


def _no_step(where: str, extra: Section) -> str:
    return (
        f"{where}, line {extra.line}: the heading {extra.heading!r} has no step. "
        "Add the step to lesson.py, or make it a ### heading."
    )


def _misjoined(
    where: str, wanted: str, found: Section | None, sections: tuple[Section, ...], steps: Sequence[Step]
) -> str:
    is_a_step = found is not None and found.heading in {step.heading for step in steps}
    if all_named := [one for one in sections if one.heading == wanted]:
        if found is not None and not is_a_step:
            return _no_step(where, found)
        return (
            f"{where}, line {all_named[0].line}: the heading {wanted!r} is out of order. "
            "Put the headings in the order of the steps in lesson.py."
        )
    if found is None:
        return f"{where}: the step {wanted!r} has no words. Add a heading ## {wanted}."
    if is_a_step:
        return (
            f"{where}, line {found.line}: the step {wanted!r} has no words. "
            f"Add a heading ## {wanted} above {found.heading!r}."
        )
    return (
        f"{where}, line {found.line}: the heading is {found.heading!r}, and the step is {wanted!r}. "
        "Spell both the same."
    )


def _named(path: Path) -> str:
    """The path as a person would write it: from the folder that holds the course."""
    return path.relative_to(path.parents[2 if path.suffix else 1]).as_posix()


def load(slug: str) -> Loaded:
    """A lesson of the course, or of the folder that an instructor has added (`lessons.author.content`)."""
    from lessons.author import content  # it is a library of its own, built on this module

    return content.load(slug)


def chapters() -> tuple[Chapter, ...]:
    """The table of contents: the course, then the chapter of the instructor's folder."""
    from lessons.author import content

    found = content.content_here()
    return (*LIBRARY.chapters, *(found.chapters if found else ()))


LIBRARY = Library(Path(__file__).parent, package="lessons")
all = LIBRARY.all
problems = LIBRARY.problems

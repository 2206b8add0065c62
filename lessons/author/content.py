"""The folder that KEYSPACE_CONTENT names: an instructor's chapter, beside the course.

    course.toml            title and promise of the chapter, and its lessons in order
    <slug>/lesson.md       the words, one ## heading a step
    <slug>/lesson.py       what runs; ends with LESSON = Lesson(...)
    scenes/<name>.toml     scene lists: ?present=<name>
    banks/<slug>.toml      questions about a lesson of that slug

Whatever is wrong is a sentence with file, place and cure. What is not broken can be used all the same.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from lessons import curriculum
from lessons.curriculum import Chapter, Entry
from lessons.files import Unreadable, read_words
from lessons.library import LIBRARY, LessonError, Library, Loaded

__all__ = ["VARIABLE", "Content", "content_here", "read_content"]

VARIABLE = "KEYSPACE_CONTENT"

_KEYS = ("title", "promise", "lessons")
_OTHERS = {"scenes": "scene lists", "banks": "questions"}
_SLUG = re.compile(r"[a-z][a-z0-9_]{1,40}")


@dataclass(frozen=True, slots=True)
class Content:
    """What the folder holds. `problems` are about the folder itself; a lesson that does not load is told by
    `library.problems()`, a scene list when it is read."""

    root: Path
    library: Library
    problems: tuple[str, ...] = ()

    @property
    def chapters(self) -> tuple[Chapter, ...]:
        """One chapter, or none where nothing can be read."""
        return tuple(self.library.chapters)

    @property
    def slugs(self) -> tuple[str, ...]:
        return tuple(entry.slug for entry in curriculum.entries(self.chapters))

    def holds(self, slug: str) -> bool:
        """Whether a lesson of that name is meant to be here, on the path or not: what it lacks is told."""
        return slug in self.slugs or (bool(slug) and (self.root / slug / "lesson.py").is_file())

    @property
    def banks(self) -> Path:
        """Where the question banks are; the folder need not exist."""
        return self.root / "banks"

    @property
    def scene_lists(self) -> dict[str, Path]:
        """Every scene list by the name by which it is presented."""
        return {file.stem: file for file in sorted((self.root / "scenes").glob("*.toml"))}

    def titled(self) -> Content:
        """The same with the lessons' own titles and promises in the table of contents."""
        chapters = tuple(
            replace(chapter, entries=tuple(self._titled(entry) for entry in chapter.entries))
            for chapter in self.chapters
        )
        self.library.chapters = chapters
        return self

    def _titled(self, entry: Entry) -> Entry:
        try:
            lesson = self.library.load(entry.slug).lesson
        except LessonError:
            return entry
        return replace(entry, title=lesson.title, promise=lesson.promise)


def content_here() -> Content | None:
    """The folder of KEYSPACE_CONTENT, read again when course.toml changes; None if there is none."""
    named = os.environ.get(VARIABLE, "")
    if not named:
        return None
    root = Path(named)
    try:
        stamp = (root / "course.toml").stat().st_mtime_ns
    except OSError:
        stamp = 0
    known = _READ.get(root)
    if known is None or known[0] != stamp or not stamp:
        _READ[root] = known = (stamp, read_content(root))
    return known[1].titled()


_READ: dict[Path, tuple[int, Content]] = {}


def read_content(root: Path) -> Content:
    """The content of a folder. Never raises: what is wrong is in `problems`."""
    if not root.is_dir():
        says = f"{root}: there is no such folder. Make it with python -m lessons new {root}"
        return Content(root, Library(root, ()), (says,))
    root = Path(os.path.abspath(root))  # so that "." has a name too
    problems: list[str] = []
    chapter = _chapter(root, problems.append)
    library = Library(root.resolve(), (chapter,) if chapter else ())
    known = {entry.slug for entry in chapter.entries} if chapter else set()
    if chapter:
        told = "\n".join(problems)
        problems += [
            f"{root.name}/{file.parent.name}: this lesson is not in course.toml. "
            f'Add "{file.parent.name}" to lessons.'
            for file in sorted(root.glob("*/lesson.py"))
            if file.parent.name not in known and repr(file.parent.name) not in told
        ]
    problems += _never_read(root)
    return Content(root, library, tuple(problems))


def _never_read(root: Path) -> Iterator[str]:
    """What stands where scene lists and questions are, and is neither."""
    for name in _OTHERS:
        folder = root / name
        if folder.exists() and not folder.is_dir():
            yield f"{root.name}/{name} is a file, and should be a folder of .toml files."
            continue
        for file in sorted(folder.glob("[!._]*")):
            if file.suffix != ".toml":
                yield f"{root.name}/{name}/{file.name} is never read. The files here end with .toml."


def _chapter(root: Path, tell: Callable[[str], None]) -> Chapter | None:
    file = root / "course.toml"
    where = f"{root.name}/course.toml"
    if not file.exists():
        tell(f'{where} is missing. Write title, promise and lessons = ["<folder>", ...] into it.')
        return None
    try:
        text = read_words(file)
        found = tomllib.loads(text)
    except Unreadable as error:
        tell(f"{where}: {error}")
        return None
    except tomllib.TOMLDecodeError as error:
        tell(f"{where}: this is no TOML. {error}.")
        return None
    for name in found.keys() - set(_KEYS):
        near = get_close_matches(name, _KEYS, n=1)
        meant = f"Did you mean {near[0]!r}?" if near else f"There is: {', '.join(_KEYS)}."
        tell(f"{where}, line {_line(text, name)}: {name!r} is not known. {meant}")
    title = found.get("title")
    if not isinstance(title, str) or not title.strip():
        tell(
            f'{where}, line {_line(text, "title")}: the chapter has no title. Write title = "Our own stack".'
        )
        title = root.name
    slugs = found.get("lessons", [])
    if not isinstance(slugs, list) or not all(isinstance(one, str) for one in slugs):
        tell(f'{where}, line {_line(text, "lessons")}: lessons is a list of folders, ["stock_counter"].')
        slugs = []
    promise = found.get("promise", "")
    if not isinstance(promise, str):
        tell(
            f"{where}, line {_line(text, 'promise')}: promise is a text in quotation marks, not {promise!r}."
        )
    line = _line(text, "lessons")
    entries = tuple(_entries(slugs, lambda says: tell(f"{where}, line {line}: {says}")))
    return Chapter(title.strip(), promise if isinstance(promise, str) else "", entries)


def _entries(slugs: list[str], tell: Callable[[str], None]) -> Iterator[Entry]:
    seen: set[str] = set()
    for slug in slugs:
        if not _SLUG.fullmatch(slug):
            tell(f"{slug!r} is no name for a lesson. Use small letters, digits and _, as in stock_counter.")
        elif curriculum.entry(slug) is not None:
            tell(f"{slug!r} is a lesson of the course already. Give the folder another name.")
        elif slug in _OTHERS:
            tell(f"{slug!r} is the folder of your {_OTHERS[slug]}. Give the lesson's folder another name.")
        elif slug in seen:
            tell(f"{slug!r} is there twice.")
        else:
            seen.add(slug)
            yield Entry(slug, slug.replace("_", " ").capitalize(), "")


def _line(text: str, key: str) -> int:
    lines = text.splitlines()
    return next((at for at, line in enumerate(lines, 1) if re.match(rf"\s*{re.escape(key)}\s*=", line)), 1)


def load(slug: str) -> Loaded:
    """A lesson of the folder or of the course. LessonError says why there is none."""
    found = content_here()
    return (found.library if found and slug in found.slugs else LIBRARY).load(slug)

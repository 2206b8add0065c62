"""Says what is wrong with a content folder: read, joined, and run once on this machine's Redis."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lab.bench import Bench
from lab.errors import LabError
from lab.pool import ServerPool
from lab.within import Late, within
from lessons import racing
from lessons.author.content import VARIABLE, Content, read_content
from lessons.code import ROOT
from lessons.library import LIBRARY, LessonError, Loaded
from lessons.model import Numbers
from lessons.present.deckfile import DeckError, read_deck
from lessons.runner import Measured, Ran, run_lesson
from lessons.shape import misshapen_shown
from lessons.sources import UnknownSource
from patterns import catalogue

__all__ = ["check_folder", "flaws_of_banks", "flaws_of_lessons", "flaws_of_scene_lists"]

_OWNER = "check"
_PATIENCE = 120.0
STUCK = 30.0
"""Seconds after which an action that has not ended counts as one that never will."""


def check_folder(root: Path, *, runs: bool = True) -> Iterator[str]:
    """A sentence for everything that is wrong. With `runs`, every action is run with its default inputs,
    every race is searched, and every claim of a question is put to a real Redis; without, the files are only
    read."""
    with _as_content(root):
        content = read_content(root)
        yield from content.problems
        if not root.is_dir():
            return
        yield from flaws_of_lessons(content, runs=runs)
        yield from flaws_of_scene_lists(content)
        yield from flaws_of_banks(content, runs=runs)


@contextmanager
def _as_content(root: Path) -> Iterator[None]:
    """Races and questions are found by a lesson's name: for so long, this folder's are among them."""
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = str(root.absolute())
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before


def flaws_of_lessons(content: Content, *, runs: bool) -> Iterator[str]:
    """Lessons that do not load, name what is not there, or fail when they are run."""
    loaded: list[Loaded] = []
    for slug in content.slugs:
        try:
            loaded.append(content.library.load(slug))
        except LessonError as error:
            yield error.says
            continue
        try:
            content.library.races(slug)
        except LessonError as error:
            yield error.says
    sound = []
    for one in loaded:
        if found := list(_names_nothing(content, one)):
            yield from found
        else:
            sound.append(one)
    if runs and sound:
        yield from _failing(content, sound)


def _names_nothing(content: Content, loaded: Loaded) -> Iterator[str]:
    where = f"{content.root.name}/{loaded.slug}/lesson.py"
    if loaded.lesson.pattern is not None:
        try:
            catalogue.pattern(loaded.lesson.pattern)
        except (KeyError, LookupError, ValueError):
            yield (
                f"{where}: pattern={loaded.lesson.pattern!r} names no pattern of the course. "
                "Leave it out, or name one of patterns/."
            )
    for step in loaded.lesson.steps:
        for fact in step.facts if isinstance(step, Numbers) else ():
            try:
                if not fact.citations and fact.measure is None:
                    yield f"{where}, {step.heading!r}: the fact {fact.says!r} has no source and no measure."
            except UnknownSource as error:
                yield f"{where}, {step.heading!r}: the fact {fact.says!r}: {error}"


def _failing(content: Content, lessons: list[Loaded]) -> Iterator[str]:
    pool = ServerPool("")
    try:
        for loaded in lessons:
            bench = pool.bench(_OWNER, loaded.slug, loaded.lesson.needs)
            yield from _failing_actions(content, loaded, bench)
            yield from _failing_races(content, loaded)
    except LabError as error:
        yield f"Nothing could be run: {error.says}"
    finally:
        pool.close()


def _failing_actions(content: Content, loaded: Loaded, bench: Bench) -> Iterator[str]:
    where = f"{content.root.name}/{loaded.slug}/lesson.py"
    results = run_lesson(loaded, bench)
    done: list[str] = []
    while True:
        try:
            one = within(STUCK, lambda: next(results, None), "check")
        except Late:
            after = f" after {done[-1]}" if done else ""
            yield f"{where}: what runs{after} has not ended in {STUCK:g} seconds. Does it loop, or wait?"
            return
        if one is None:
            return
        name = (
            one.action.label if isinstance(one, Ran) else one.fact.says if isinstance(one, Measured) else ""
        )
        what = f", {name!r}" if name else ""
        done.append(f"{one.heading!r}{what}")
        if not one.ok:
            failure = getattr(getattr(one, "outcome", None), "failure", None)
            yield f"{where}, {done[-1]} fails: {failure.says if failure else 'it says no more.'}"
        elif isinstance(one, Ran) and (wrong := misshapen_shown(one.outcome.value)):
            yield f"{where}, {done[-1]}: {wrong}"


def _failing_races(content: Content, loaded: Loaded) -> Iterator[str]:
    """Races whose naive version does not break as they say, or whose hardened one is not proved."""
    where = f"{content.root.name}/{loaded.slug}/races.py"
    backend = racing.backend_here()
    for race in content.library.races(loaded.slug):
        for version in racing.VERSIONS:
            place = f"{where}, {race.heading!r}, {version}"
            try:
                found = racing.explored(loaded.slug, race, version, backend)
            except Exception as error:  # noqa: BLE001  an author's code raises anything
                yield f"{place}: {_where(content.root, error)}{type(error).__name__}: {error}."
                continue
            if not found.ok:
                example = found.verdict.counterexample
                says = (example and example.wrong) or found.verdict.says
                expected = f"broken with {f'{race.anomaly}: '!r}" if version == "naive" else "proved"
                yield f"{place}: it is {found.verdict.status}, and should be {expected}. {says}"


def _where(root: Path, error: Exception) -> str:
    """ "line 37 of races.py: " """
    frames = traceback.extract_tb(error.__traceback__)
    ours = [one for one in frames if Path(one.filename).is_relative_to(root.resolve())]
    return f"line {ours[-1].lineno} of {Path(ours[-1].filename).name}: " if ours else ""


def flaws_of_scene_lists(content: Content) -> Iterator[str]:
    """Scene lists that cannot be used, with file, line and cure."""

    def load(slug: str) -> Loaded:
        return (content.library if slug in content.slugs else LIBRARY).load(slug)

    for file in content.scene_lists.values():
        try:
            read_deck(file, load)
        except DeckError as error:
            about = error.__cause__
            if not (isinstance(about, LessonError) and content.holds(about.slug)):  # that is told already
                yield f"{content.root.name}/scenes/{error}"
        if file.stem in content.slugs or (LIBRARY.root / file.stem / "lesson.py").is_file():
            yield (
                f"{content.root.name}/scenes/{file.name}: it hides the lesson {file.stem!r} on stage. "
                "Give the scene list another name."
            )


def flaws_of_banks(content: Content, *, runs: bool) -> Iterator[str]:
    """What `python -m quizzes` says of the banks. How many questions the course asks for does not matter."""
    if not content.banks.is_dir():
        return
    files = sorted(content.banks.glob("*.toml"))
    for file in files:
        if (LIBRARY.root / file.stem / "lesson.py").is_file():
            yield (
                f"{content.root.name}/banks/{file.name}: the course has questions about {file.stem!r}, and "
                "these are never asked. Ask about a lesson of your own."
            )
        elif not content.holds(file.stem):
            yield (
                f"{content.root.name}/banks/{file.name}: there is no lesson {file.stem!r} to ask about. "
                "Name the file after the lesson's folder."
            )
    if not files:
        return
    verb = "check" if runs else "stats"
    command = [sys.executable, "-m", "quizzes", verb, "--folder", str(content.banks.resolve()), "--json"]
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
        document = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        yield f"{content.root.name}/banks: they could not be checked. {error}"
        return
    except json.JSONDecodeError:
        says = (done.stderr.strip().splitlines() or ["It said no more."])[-1]
        yield f"{content.root.name}/banks: they could not be checked. {says}"
        return
    if not runs:
        yield from (f"{content.root.name}/banks/{says}" for says in document["problems"])
        return
    for flaw in document["flaws"]:
        is_read = Path(flaw["file"]).stem in document["banks"]
        if flaw["question"] or not is_read:
            place = f", {flaw['question']}" if flaw["question"] else ""
            yield f"{content.root.name}/banks/{flaw['file']}{place}: {flaw['says']}"

"""python -m lessons list [--json]            the table of contents
python -m lessons run SLUG|all [--json]    runs every action of a lesson and shows what Redis was told
python -m lessons race SLUG|all [--json]   explores every race of a lesson, naive and hardened
python -m lessons facts [--json]           runs every fact of the course that a run can check
python -m lessons rehearse NAME|all        runs every scene here: seconds, and what would fail in this room
python -m lessons check FOLDER             says what is wrong with an instructor's folder, and where
python -m lessons new FOLDER               writes such a folder to begin with
python -m lessons handout SLUG             a lesson as one HTML file to print

With --json, standard output is one JSON document. Exit status: 0 when everything asked for succeeded, 1 when
an action failed, a fact does not hold, a trial did not come out as expected, a naive version did not break
with its anomaly or a hardened one was not proved, 2 when it could not begin (unknown lesson, broken lesson,
REDIS_URL that cannot be used).
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import time
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from lab.errors import LabError
from lab.pool import ServerPool
from lessons import curriculum, instructor, library, racing, runner
from lessons.author.content import VARIABLE
from lessons.experimenting import Tried, run_experiments
from lessons.factual import show_facts
from lessons.library import LIBRARY, LessonError, Loaded
from lessons.racing import Explored
from lessons.runner import Measured, Ran, Result
from lessons.working import Dialled, Estimated, Laid

OWNER = "command-line"


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks; the result is the exit status."""
    parser = argparse.ArgumentParser(prog="python -m lessons", description="The course, without a browser.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    listing = verbs.add_parser("list", help="the table of contents")
    running = verbs.add_parser("run", help="run a lesson's actions with their default inputs")
    running.add_argument("slug", help="a lesson's slug, or all")
    exploring = verbs.add_parser("race", help="explore every race of a lesson, naive and hardened")
    exploring.add_argument("slug", help="a lesson's slug, or all")
    stating = verbs.add_parser("facts", help="run every fact that a run can check")
    for one in (running, exploring):
        one.add_argument("--content", type=Path, help="a folder of lessons beside the course")
    for one in (listing, running, exploring, stating):
        one.add_argument("--json", action="store_true", help="print one JSON document")
    instructor.add_verbs(verbs)
    asked = parser.parse_args(arguments)
    # What patterns log while a lesson breaks something on purpose is told by the lesson itself.
    logging.getLogger("patterns").addHandler(logging.NullHandler())
    if getattr(asked, "content", None):
        os.environ[VARIABLE] = str(asked.content)
    try:
        if asked.verb in instructor.VERBS:
            return instructor.do(asked, print)
        if asked.verb == "list":
            return show_course(as_json=asked.json)
        if asked.verb == "facts":
            return show_facts(print, as_json=asked.json)
        if asked.verb == "race":
            return run_races(asked.slug, as_json=asked.json)
        lessons = LIBRARY.all() if asked.slug == "all" else (library.load(asked.slug),)
        return run_lessons(lessons, as_json=asked.json)
    except (LessonError, LabError) as error:
        print(error.says, file=sys.stderr)
        return 2


def show_course(*, as_json: bool) -> int:
    """Chapters and lessons in order: minutes where written, "planned" where not."""
    problems = LIBRARY.problems()
    chapters: list[dict[str, Any]] = [
        {
            "title": chapter.title,
            "promise": chapter.promise,
            "lessons": [_listed(entry, problems) for entry in chapter.entries],
        }
        for chapter in curriculum.CHAPTERS
    ]
    if as_json:
        print(json.dumps({"chapters": chapters, "problems": problems}, indent=2, ensure_ascii=False))
    else:
        for chapter in chapters:
            print(f"\n{chapter['title']}: {chapter['promise']}")
            for lesson in chapter["lessons"]:
                state = f"{lesson['minutes']} min" if lesson["minutes"] else lesson["state"]
                print(f"  {lesson['slug']:<20} {state:<8} {lesson['promise']}")
        for problem in problems.values():
            print(problem, file=sys.stderr)
    return 1 if problems else 0


def run_lessons(lessons: Sequence[Loaded], *, as_json: bool) -> int:
    """Run each lesson on a keyspace of its own."""
    pool = ServerPool()
    try:
        if pool.problem:
            raise pool.problem
        backend = pool.backend(OWNER)
        document: dict[str, Any] = {"backend": runner.backend_as_json(backend), "lessons": []}
        if not as_json:
            print(f"On {backend.title}.")
            for sentence in backend.unfaithful:
                print(f"  Not as on Redis: {sentence}")
        for loaded in lessons:
            if not as_json:
                print(f"\n# {loaded.lesson.title}: {loaded.lesson.promise}")
            ran: list[Result | Tried] = []
            bench = pool.bench(OWNER, loaded.slug, loaded.lesson.needs)
            for one in chain(runner.run_lesson(loaded, bench), run_experiments(loaded)):
                ran.append(one)
                if not as_json:
                    _print(one)
            document["lessons"].append(
                {
                    "slug": loaded.slug,
                    "title": loaded.lesson.title,
                    "ok": all(one.ok for one in ran),
                    "actions": [
                        one.as_json() if isinstance(one, Tried) else runner.as_json(one)
                        for one in ran
                        if isinstance(one, Ran | Tried)
                    ],
                    "facts": [runner.as_json(one) for one in ran if isinstance(one, Measured)],
                    "estimates": [runner.as_json(one) for one in ran if isinstance(one, Estimated)],
                    "keys": [runner.as_json(one) for one in ran if isinstance(one, Laid)],
                    "versions": [runner.as_json(one) for one in ran if isinstance(one, Dialled)],
                }
            )
    finally:
        pool.close()
    document["ok"] = all(lesson["ok"] for lesson in document["lessons"])
    if as_json:
        print(json.dumps(document, indent=2, ensure_ascii=False))
    return 0 if document["ok"] else 1


def run_races(slug: str, *, as_json: bool) -> int:
    """Explore the races of one lesson or of all, and say whether each came out as it should."""
    began = time.perf_counter()
    slugs = racing.slugs() if slug == "all" else (slug,)
    if not any(racing.races(one) for one in slugs):
        raise LessonError(slug, f"The lesson {slug!r} has no race.")
    backend = racing.backend_here()
    if backend == "fakeredis" and not as_json:
        print("On a simulated Redis (fakeredis): no real one was found.")
    found = []
    for one in slugs:
        for explored in racing.run(one, backend):
            found.append(explored)
            if not as_json:
                _print_race(explored)
    ok, seconds = all(explored.ok for explored in found), time.perf_counter() - began
    if as_json:
        document = {"backend": backend, "races": [explored.as_json() for explored in found]}
        print(json.dumps({**document, "ok": ok, "seconds": seconds}, indent=2, ensure_ascii=False))
    else:
        schedules = sum(explored.verdict.schedules for explored in found)
        print(f"\n{len(found)} explored, {schedules:,} schedules, {seconds:.1f} s: {_verdict(ok)}")
    return 0 if ok else 1


def _print_race(explored: Explored) -> None:
    """One version of a race for people: the verdict, its numbers, and the story."""
    race, verdict = explored.race, explored.verdict
    if explored.version == "naive":
        print(f"\n## {explored.slug}: {race.heading}\n   {race.invariant}")
        if race.twin:
            print(f"   {race.twin}")
    expected = f"violated with {race.anomaly!r}" if explored.version == "naive" else "proved"
    print(f"   {explored.version:<8} {verdict.status}, expected {expected}: {_verdict(explored.ok)}")
    print(
        f"            {verdict.schedules:,} schedules, {verdict.violating_schedules:,} violating, "
        f"{verdict.states:,} states, {verdict.commands_sent:,} commands sent, {verdict.seconds:.2f} s, "
        f"{verdict.validated_live} run again live"
    )
    if verdict.counterexample:
        print("\n".join(f"            {line}" for line in verdict.counterexample.story().splitlines()))
    elif not explored.ok:
        print(f"            {verdict.says}")


def _verdict(ok: bool) -> str:
    return "as it should be" if ok else "NOT as it should be"


def _listed(entry: curriculum.Entry, problems: dict[str, str]) -> dict[str, Any]:
    written = not entry.planned and entry.slug not in problems
    lesson = LIBRARY.load(entry.slug).lesson if written else None
    return {
        "slug": entry.slug,
        "title": entry.title,
        "promise": entry.promise,
        "state": "planned" if entry.planned else "broken" if entry.slug in problems else "written",
        "minutes": lesson.minutes if lesson else None,
        "prerequisites": list(entry.after),
        "needs": list(lesson.needs) if lesson else [],
        "steps": [step.heading for step in lesson.steps] if lesson else [],
    }


def _print_worked(one: Estimated | Laid | Dialled) -> None:
    """A sum line by line, keys with their slots, a way with what the server made of it."""
    if isinstance(one, Laid):
        print(f"\n  Keys: {one.placed.keys.title} ({one.placed.keys.must}). {one.placed.says}")
        for name, slot in one.placed.slots:
            print(f"    {slot:>6,}  {name}")
    elif isinstance(one, Dialled):
        print(f"\n  From Redis {one.way.since}: {one.way.title}. {one.way.command}\n    {one.says}")
    else:
        print(f"\n  Estimate: {one.estimate.item}")
        for line in one.worked.lines if one.worked else ():
            print(f"    {line.says} = {line.result}")
        missing = one.outcome.value.missing if one.outcome.value else ""
        failed = one.outcome.failure.says if one.outcome.failure else ""
        print(f"    {one.worked.means if one.worked else missing or failed}")


def _print_tried(one: Tried) -> None:
    """A trial: what to watch for, what it showed, and what it should have."""
    print(f"\n## {one.heading} / {one.experiment.title} / {one.trial.label}\n   {one.experiment.watch}")
    if one.failure:
        what = "Not run" if one.unavailable else f"FAILED ({one.failure.kind})"
        print(f"  {what}: {one.failure.says}")
    if one.shown:
        print(f"  => {one.shown.says}  [{one.shown.tone}, expected {one.trial.expect}: {_verdict(one.ok)}]")
        for count in one.shown.counts:
            print(f"     {count.label}: {count.value}{f' {count.counted}' if count.unit else ''}")
        for picture in (one.shown.picture, *one.shown.more):
            print(f"     {picture.text}" if picture else "")


def _print(one: Result | Tried) -> None:
    """One action for people: commands, keyspace, and what it shows."""
    if isinstance(one, Tried):
        _print_tried(one)
        return
    if isinstance(one, Estimated | Laid | Dialled):
        _print_worked(one)
        return
    if isinstance(one, Measured):
        print(f"\n  Fact: {one.fact.says}")
        if one.told:
            print(f"    {one.told.label}: {one.told.says}")
        elif one.outcome and one.outcome.failure:
            print(f"    FAILED ({one.outcome.failure.kind}): {one.outcome.failure.says}")
        for citation in one.fact.citations:
            print(f"    Source: {citation.title} <{citation.url}>")
        return
    typed = ", ".join(f"{name}={value}" for name, value in one.inputs.items())
    print(f"\n## {one.heading} / {one.action.label}{f' ({typed})' if typed else ''}")
    outcome = one.outcome
    for command in outcome.commands:
        where = f"{command.source.path}:{command.source.line}" if command.source else ""
        reply = f"! {command.error}" if command.error else command.reply
        print(f"  {command.actor:<10} {command.text}  ->  {reply}  {command.seconds * 1000:.2f} ms  {where}")
    if outcome.dropped:
        print(f"  ... and {outcome.dropped:,} commands that are not listed")
    for change in outcome.changes:
        print(f"  key {change.key}: {change.what}, {change.says}")
    if outcome.failure:
        print(f"  FAILED ({outcome.failure.kind}): {outcome.failure.says}")
    if outcome.value:
        print(f"  => {outcome.value.says}")
        for count in outcome.value.counts:
            print(f"     {count.label}: {count.value}{f' {count.counted}' if count.unit else ''}")
        for drawn in one.pictures:
            print(f"     {drawn}")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # the reader, `head` for instance, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)

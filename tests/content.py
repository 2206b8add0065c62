"""The rules of the course, as functions of a library: each yields a sentence per breach, with the cure."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from lessons import curriculum
from lessons.library import Library, Loaded
from lessons.model import (
    Ask,
    Burst,
    Check,
    Compare,
    Cost,
    Fact,
    Fault,
    Load,
    Numbers,
    Production,
    Prove,
    Read,
    Run,
    Scale,
    Step,
)  # fmt: skip
from lessons.runner import actions_of
from lessons.slots import place
from lessons.sources import UnknownSource, resolve

FIRST: tuple[type[Step], ...] = (Read, Run)
"""How every lesson about a pattern begins: the problem, the live run."""
ORDER: tuple[tuple[type[Step], ...], ...] = (
    (Burst, Run), (Prove,), (Fault, Load), (Compare,), (Numbers,), (Cost,), (Scale,), (Production,), (Check,),
    (Ask,),
)  # fmt: skip
"""What follows, in this order: trouble in some steps, then the rest. Of each there may be several."""
ALWAYS: tuple[type[Step], ...] = (Compare, Numbers, Ask)
FULL: tuple[type[Step], ...] = (Prove, Cost, Scale, Production, Check)
"""What every lesson about a pattern has, and what those of full shape have too."""

SHORTEST, LONGEST = 10, 15
LEVELS = ("Mid", "Senior", "Staff")
MUST_ASK = ("failures", "races", "hot keys")
FEWEST_QUESTIONS = 6

# A number with a unit, or one too exact to be a figure of speech.
CLAIM = re.compile(r"\b\d[\d,.]*\s?(?:%|ms|µs|bytes?|[KMG]i?B|seconds?|times\b)|\b\d{1,3}(?:,\d{3})+\b")
FENCE = re.compile(r"^\s*(?:```|~~~)", re.MULTILINE)
TRANSCRIPT = re.compile(r"^\s*(?:\d+\)|redis>|127\.0\.0\.1:\d+>|\(integer\)|>>>)", re.MULTILINE)
LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
DEEP_LINK = re.compile(r"^\?lesson=(?P<slug>\w+)$")
SAFE = re.compile(r"\b(?:un)?safe(?:ly)?\b", re.IGNORECASE)
MISSPELT = {
    "accross": "across", "adress": "address", "alot": "a lot", "aquire": "acquire", "arguement": "argument",
    "begining": "beginning", "behavior": "behaviour", "beleive": "believe", "color": "colour",
    "definately": "definitely", "dependant": "dependent", "existant": "existent", "favor": "favour",
    "fullfil": "fulfil", "lenght": "length", "loose a": "lose a", "neccessary": "necessary",
    "occured": "occurred", "occurence": "occurrence", "preceeding": "preceding", "priviledge": "privilege",
    "publically": "publicly",
    "recieve": "receive", "seperate": "separate", "succesful": "successful", "teh": "the", "thier": "their",
    "threshhold": "threshold", "truely": "truly", "untill": "until", "wich": "which", "writting": "writing",
}  # fmt: skip
NAMES = {"redis": "Redis", "lua": "Lua", "sqlite": "SQLite", "Valkey": "Valkey", "redlock": "Redlock"}
INLINE_CODE = re.compile(r"`[^`]*`")


def missing_lessons(library: Library) -> Iterator[str]:
    """Every lesson loads, and the table of contents agrees with the folders."""
    yield from library.problems().values()
    if not any(not entry.planned for entry in curriculum.entries(library.chapters)):
        yield "The course has no written lesson at all: the rules would check nothing."


def second_homes(library: Library) -> Iterator[str]:
    """A title and a promise are the same in lesson.py and in the table of contents."""
    for loaded in library.all():
        for what in ("title", "promise"):
            here, there = getattr(loaded.lesson, what), getattr(loaded.entry, what)
            if here != there:
                yield f"{loaded.slug}: lesson.py has the {what} {here!r}, curriculum.py {there!r}. Keep one."
        if not SHORTEST <= loaded.lesson.minutes <= LONGEST:
            yield f"{loaded.slug}: {loaded.lesson.minutes} minutes; a lesson takes {SHORTEST} to {LONGEST}."


def steps_out_of_order(library: Library) -> Iterator[str]:
    """The problem, the live run, and then the kinds of ORDER in their order."""
    for loaded in library.all():
        if loaded.lesson.pattern is None:
            continue
        kinds = tuple(type(step) for step in loaded.lesson.steps)
        places = [
            next((place for place, those in enumerate(ORDER) if kind in those), -1)
            for kind in kinds[len(FIRST) :]
        ]
        rest = set(kinds[len(FIRST) :])
        if (
            kinds[: len(FIRST)] != FIRST
            or places != sorted(places)
            or not {0} <= set(places) <= set(range(len(ORDER)))
            or not set(ALWAYS) <= rest
        ):
            found = ", ".join(kind.__name__ for kind in kinds)
            yield (
                f"{loaded.slug}: the steps must be Read, Run, then at least one Burst or Run that breaks the "
                f"naive version, then Prove, Fault or Load, Compare, Numbers, Cost, Scale, Production, "
                f"Check, Ask; they are {found}."
            )


def lacking(loaded: Loaded) -> tuple[str, ...]:
    """The kinds of step that a lesson lacks for the full shape."""
    have = {type(step) for step in loaded.lesson.steps}
    return tuple(kind.__name__ for kind in (*ALWAYS, *FULL) if kind not in have)


def unfinished_lessons(library: Library) -> Iterator[str]:
    """Every lesson about a pattern has the full shape."""
    for loaded in library.all():
        missing = lacking(loaded)
        if loaded.lesson.pattern and missing:
            yield f"{loaded.slug}: it has no {', no '.join(missing)}. docs/lessons.md says how they are made."


def works_without_a_source(library: Library) -> Iterator[str]:
    """What a version dial recommends and how a sum is measured have sources that exist."""
    for loaded in library.all():
        for step in loaded.lesson.steps:
            sourced: list[tuple[str, str]] = []
            if isinstance(step, Production):
                sourced = [(way.title, way.source) for way in step.dial.ways]
            elif isinstance(step, Cost):
                sourced = [(estimate.item, estimate.source) for estimate in step.estimates]
            for what, source in sourced:
                try:
                    if not resolve(source):
                        yield f"{loaded.slug}, {step.heading!r}, {what!r}: name its source."
                except UnknownSource as error:
                    yield f"{loaded.slug}, {step.heading!r}, {what!r}: {error}"


def keys_in_wrong_slots(library: Library) -> Iterator[str]:
    """Keys that must meet have one slot, keys that must spread have one each."""
    for loaded in library.all():
        for step in loaded.lesson.steps:
            for keys in step.keys if isinstance(step, Scale) else ():
                placed = place(keys)
                if not placed.holds or len(placed.slots) < 2:
                    yield f"{loaded.slug}, {keys.title!r} must {keys.must}: {placed.says}"


def lessons_before_their_time(library: Library) -> Iterator[str]:
    """A lesson stands after those that it builds on."""
    before: set[str] = set()
    for entry in curriculum.entries(library.chapters):
        for slug in entry.after:
            if slug not in before:
                yield f"{entry.slug}: it builds on {slug!r}, which does not stand before it in curriculum.py."
        before.add(entry.slug)


def deaf_actions(library: Library) -> Iterator[str]:
    """What a learner types reaches the demo: each input is a keyword of it, and each keyword is an input."""
    for loaded in library.all():
        for step in loaded.lesson.steps:
            labels = [action.label for action in actions_of(step)]
            for label in {label for label in labels if labels.count(label) > 1}:
                yield f"{loaded.slug}, {step.heading!r}: two actions are called {label!r}."
            for action in actions_of(step):
                keywords = list(inspect.signature(action.demo).parameters.values())[1:]
                typed = [one.name for one in action.inputs]
                taken = [one.name for one in keywords if one.kind is not inspect.Parameter.VAR_KEYWORD]
                if sorted(typed) != sorted(taken) and len(taken) == len(keywords):
                    yield f"{loaded.slug}, {action.label!r}: its inputs are {typed}, its demo takes {taken}."


def thin_questions(library: Library) -> Iterator[str]:
    """At least six questions, over failures, races and hot keys; each answer says who would give which."""
    for loaded in library.all():
        questions = [question for part in loaded.parts for question in part.questions]
        if len(questions) < FEWEST_QUESTIONS:
            yield f"{loaded.slug}: {len(questions)} questions; {FEWEST_QUESTIONS} is the fewest."
        topics = {question.topic for question in questions}
        for topic in MUST_ASK:
            if topic not in topics:
                yield f"{loaded.slug}: no question about {topic}."
        for question in questions:
            head = question.answer.partition("- **")[0].strip()
            if not head:
                yield f"{loaded.slug}, {question.question!r}: the answer comes first, then the levels."
            for level in LEVELS:
                if f"- **{level}" not in question.answer:
                    yield f"{loaded.slug}, {question.question!r}: say what {level} would answer."


def facts_without_a_source(library: Library) -> Iterator[str]:
    """A fact is measured or has a source that exists."""
    for loaded, fact in _facts(library):
        try:
            citations = fact.citations
        except UnknownSource as error:
            yield f"{loaded.slug}, fact {fact.says!r}: {error}"
            continue
        if not citations and fact.measure is None:
            yield f"{loaded.slug}, fact {fact.says!r}: measure it, or name its source."


def claims_without_a_source(library: Library) -> Iterator[str]:
    """A number with a unit in the words has a source linked in the same section or answer."""
    for loaded in library.all():
        for part in loaded.parts:
            texts = [(part.heading, part.words), *((one.question, one.answer) for one in part.questions)]
            for name, text in texts:
                claim = CLAIM.search(INLINE_CODE.sub("", LINK.sub("]", text)))
                if claim and "](http" not in text:
                    yield f"{loaded.slug}, {name!r}: {claim[0]!r} has no source: [title](source:code)."


def pasted_text(library: Library) -> Iterator[str]:
    """No code and no output in lesson.md: the page shows what ran."""
    for loaded in library.all():
        words = (library.root / loaded.slug / "lesson.md").read_text(encoding="utf-8")
        if FENCE.search(words):
            yield f"{loaded.slug}/lesson.md: a code block. Code belongs in patterns/, the page shows it."
        if found := TRANSCRIPT.search(words):
            yield f"{loaded.slug}/lesson.md: {found[0].strip()!r} looks like pasted output. Let a run say it."


def broken_links(library: Library) -> Iterator[str]:
    """Links lead to a lesson of the course or to the web over https (or a source that has no https)."""
    slugs = {entry.slug for entry in curriculum.entries(library.chapters)}
    for loaded in library.all():
        for part in loaded.parts:
            for text in (part.words, *(one.answer for one in part.questions)):
                for target in LINK.findall(text):
                    deep = DEEP_LINK.match(target)
                    if deep and deep["slug"] not in slugs:
                        yield f"{loaded.slug}, {part.heading!r}: there is no lesson {deep['slug']!r}."
                    if not deep and not target.startswith(("https://", "http://antirez.com/")):
                        yield f"{loaded.slug}, {part.heading!r}: the link to {target} leads nowhere."


def misspelt_words(library: Library) -> Iterator[str]:
    """Spelling: known slips, names of products, and no “safe” where only “not broken so far” is known."""
    for loaded in library.all():
        for file in sorted((library.root / loaded.slug).glob("lesson.*")):
            text = file.read_text(encoding="utf-8")
            where = f"{loaded.slug}/{file.name}"
            for wrong, right in MISSPELT.items():
                if re.search(rf"\b{wrong}\b", text, re.IGNORECASE):
                    yield f"{where}: {wrong!r} is spelt {right!r}."
            if found := SAFE.search(text):
                yield f"{where}: {found[0]!r} promises more than a run can show. Say what was not broken."
            if file.suffix == ".md":
                prose = INLINE_CODE.sub("", LINK.sub("]", text))
                for wrong, right in NAMES.items():
                    if wrong != right and re.search(rf"\b{wrong}\b", prose):
                        yield f"{where}: {wrong!r} is written {right!r}."


def untidy_headings(library: Library) -> Iterator[str]:
    """Headings are short, without a full stop, with single spaces."""
    for loaded in library.all():
        for heading in loaded.headings:
            if heading.endswith((".", ":")) or len(heading) > 60 or re.search(r"\s{2}", heading):
                yield f"{loaded.slug}: tidy the heading {heading!r}."


def _facts(library: Library) -> Iterator[tuple[Loaded, Fact]]:
    for loaded in library.all():
        for step in loaded.lesson.steps:
            if isinstance(step, Numbers):
                if not step.facts:
                    yield loaded, Fact(f"none below {step.heading}")
                for fact in step.facts:
                    yield loaded, fact


RULES = (
    missing_lessons, second_homes, steps_out_of_order, deaf_actions, thin_questions, facts_without_a_source,
    claims_without_a_source, pasted_text, broken_links, misspelt_words, untidy_headings, unfinished_lessons,
    works_without_a_source, keys_in_wrong_slots, lessons_before_their_time,
)  # fmt: skip


def toy_file(root: Path, name: str) -> Path:
    """A file of the toy lesson."""
    return root / "stock" / name

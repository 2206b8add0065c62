"""The course keeps its rules, and each rule barks when the toy course breaks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lessons.curriculum import Chapter, Entry
from lessons.guest import Guest
from lessons.library import LIBRARY, Library
from tests import content, toy_course

Rule = Callable[[Library], Iterator[str]]


@pytest.fixture
def toy(tmp_path: Path) -> Library:
    return toy_course.copy_to(tmp_path / "lessons")


@pytest.mark.parametrize("rule", content.RULES, ids=lambda rule: rule.__name__)
def test_the_course_keeps_the_rule(rule: Rule) -> None:
    assert list(rule(LIBRARY)) == []


@pytest.mark.parametrize("rule", content.RULES, ids=lambda rule: rule.__name__)
def test_the_toy_course_keeps_the_rule_until_it_is_broken(rule: Rule, toy: Library) -> None:
    assert list(rule(toy)) == []


BREAKS: list[tuple[Rule, str, str, str, str]] = [
    (content.missing_lessons, "lesson.md", "## Run it", "## Run", "the heading is 'Run'"),
    (
        content.second_homes,
        "lesson.py",
        '"The last pair"',
        '"The last shoe"',
        "'The last shoe', curriculum.py",
    ),
    (content.second_homes, "lesson.py", "never more.", "and more.", "has the promise"),
    (content.second_homes, "lesson.py", "minutes=12", "minutes=45", "45 minutes; a lesson takes 10 to 15"),
    (
        content.steps_out_of_order,
        "lesson.py",
        'Run("One step at a time", (Action("Buy twice", buy),))',
        'Read("One step at a time")',
        "they are Read, Run, Burst, Read",
    ),
    (
        content.steps_out_of_order,
        "lesson.py",
        'Scale("The keys", (Keys("One shoe", "meet", pairs, "One script."),)),',
        'Read("The keys"),',
        "Cost, Read, Production, Check",
    ),
    (
        content.unfinished_lessons,
        "lesson.py",
        'Prove("Every order")',
        'Run("Every order", (Action("Buy", buy),))',
        "it has no Prove",
    ),
    (content.unfinished_lessons, "lesson.py", 'Check("Check', 'Read("Check', "it has no Check"),
    (content.missing_lessons, "races.py", "RACES = (", "RACES = ()\nNONE = (", "races.py has none"),
    (content.missing_lessons, "lesson.py", "(SHELF,)", "()", "estimates nothing"),
    (content.missing_lessons, "lesson.py", 'Way("6.2"', 'Way("7.0"', "its ways begin with 6.2"),
    (content.missing_lessons, "lesson.py", ', call=("DECR", "{key}")', "", "give it a call or a trial"),
    (content.works_without_a_source, "lesson.py", '"cmd:incr", call', '"", call', "'DECR': name its source"),
    (
        content.works_without_a_source,
        "lesson.py",
        '"sale", 100',
        '"sale", 100, "hearsay"',
        "No source is called 'hearsay'",
    ),
    (
        content.keys_in_wrong_slots,
        "lesson.py",
        "stock:{sneaker}:sold",
        "sold:sneaker",
        "'One shoe' must meet: 2 keys in 2 slots",
    ),
    (content.deaf_actions, "lesson.py", "**inputs: Any", "pairs: int", "its demo takes ['pairs']"),
    (
        content.deaf_actions,
        "lesson.py",
        '(Action("Buy", buy),)',
        '(Action("Buy", buy), Action("Buy", buy))',
        "two actions are called 'Buy'",
    ),
    (content.thin_questions, "lesson.md", "### [cost]", "#### [cost]", "5 questions; 6 is the fewest"),
    (content.thin_questions, "lesson.md", "### [hot keys]", "### [choice]", "no question about hot keys"),
    (content.thin_questions, "lesson.md", "- **Staff** says who pays.\n", "", "say what Staff would answer"),
    (
        content.thin_questions,
        "lesson.md",
        "The stock is in the database.\n\n",
        "",
        "the answer comes first, then the levels",
    ),
    (content.facts_without_a_source, "lesson.py", '"cmd:decr"', '""', "measure it, or name its source"),
    (content.facts_without_a_source, "lesson.py", '"cmd:decr"', '"hearsay"', "No source is called 'hearsay'"),
    (
        content.claims_without_a_source,
        "lesson.md",
        "Press the button.",
        "It takes 40 ms.",
        "'40 ms' has no source",
    ),
    (
        content.claims_without_a_source,
        "lesson.md",
        "Read both.",
        "Of 16,384 slots.",
        "'16,384' has no source",
    ),
    (content.pasted_text, "lesson.md", "Read both.", "```\nGET a\n```", "a code block"),
    (content.pasted_text, "lesson.md", "Read both.", "redis> GET a", "looks like pasted output"),
    (content.broken_links, "lesson.md", "?lesson=lock", "?lesson=luck", "there is no lesson 'luck'"),
    (content.broken_links, "lesson.md", "?lesson=lock", "../lock.md", "leads nowhere"),
    (
        content.misspelt_words,
        "lesson.md",
        "Read both.",
        "Read both seperate.",
        "'seperate' is spelt 'separate'",
    ),
    (content.misspelt_words, "lesson.md", "Read both.", "Ask redis.", "'redis' is written 'Redis'"),
    (content.misspelt_words, "lesson.md", "Read both.", "Now it is safe.", "'safe' promises more"),
    (content.misspelt_words, "lesson.py", "One pair was sold.", "It is thread-safe.", "'safe' promises more"),
]


@pytest.mark.parametrize(("rule", "file", "old", "new", "bark"), BREAKS)
def test_the_rule_barks(
    rule: Rule, file: str, old: str, new: str, bark: str, toy: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        Guest, "misshapen", lambda _guest, _lesson: ""
    )  # no library looks at the course's own values
    path = content.toy_file(toy.root, file)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    assert any(bark in breach for breach in rule(toy))


def test_an_untidy_heading_is_told_of(toy: Library) -> None:
    for file in ("lesson.md", "lesson.py"):
        path = content.toy_file(toy.root, file)
        path.write_text(path.read_text().replace("Run it", "Run it."))
    assert list(content.untidy_headings(toy)) == ["stock: tidy the heading 'Run it.'."]


def test_numbers_without_a_fact_are_told_of(toy: Library) -> None:
    path = content.toy_file(toy.root, "lesson.py")
    path.write_text(path.read_text().replace('(Fact("One command.", "cmd:decr"),)', "()"))
    assert list(content.facts_without_a_source(toy)) == [
        "stock, fact 'none below The numbers': measure it, or name its source."
    ]


def test_a_course_without_a_written_lesson_is_an_error(tmp_path: Path) -> None:
    chapters = (Chapter("Empty", "Nothing.", (Entry("lock", "Lock", "Later.", planned=True),)),)
    assert list(content.missing_lessons(Library(tmp_path, chapters))) == [
        "The course has no written lesson at all: the rules would check nothing."
    ]


def test_a_lesson_before_what_it_builds_on_is_told_of(toy: Library) -> None:
    lessons = (Entry("stock", "The last pair", "Sell.", after=("lock",)), Entry("lock", "Lock", "One.", True))
    turned = Library(toy.root, (Chapter("Shop", "Two lessons.", lessons),))
    assert "it builds on 'lock'" in next(content.lessons_before_their_time(turned))

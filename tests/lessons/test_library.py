"""Words and steps meet one to one, and a lesson that is broken says where and what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lessons.library import LIBRARY, LessonError, Library
from lessons.model import Ask
from tests import toy_course


@pytest.fixture
def toy(tmp_path: Path) -> Library:
    return toy_course.copy_to(tmp_path / "lessons")


def test_every_lesson_of_the_course_loads() -> None:
    assert LIBRARY.problems() == {}
    written = {one.slug for one in LIBRARY.all()}
    assert {"cache_aside", "distributed_lock", "leaderboard", "geo_search"} <= written


def test_each_step_gets_the_words_below_its_heading(toy: Library) -> None:
    loaded = toy.load("stock")
    assert loaded.headings[:2] == ("Two people, one pair of shoes", "Run it")
    assert loaded.parts[1].words == "Press the button."
    assert [part.step for part in loaded.parts] == list(loaded.lesson.steps)


def test_questions_belong_to_the_ask_step_only(toy: Library) -> None:
    *others, last = toy.load("stock").parts
    assert isinstance(last.step, Ask)
    assert last.words == "Answer first, then look."
    assert len(last.questions) == 6
    assert last.questions[0].question == "What if Redis dies?"
    assert all(part.questions == () for part in others)


def test_a_source_link_leads_to_its_address(toy: Library) -> None:
    numbers = next(part for part in toy.load("stock").parts if part.heading == "The numbers")
    assert "(https://redis.io/docs/latest/commands/decr/)" in numbers.words


def test_a_lesson_is_read_once_until_its_files_change(toy: Library) -> None:
    first = toy.load("stock")
    assert toy.load("stock") is first
    words = toy.root / "stock" / "lesson.md"
    words.write_text(words.read_text().replace("Press the button.", "Press it."))
    assert toy.load("stock").parts[1].words == "Press it."


def replace(file: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / file).read_text()
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1))

    return change


BROKEN: dict[str, tuple[Callable[[Path], None], str]] = {
    "another heading": (
        replace("lesson.md", "## Run it", "## Run this"),
        "lessons/stock/lesson.md, line 5: the heading is 'Run this', and the step is 'Run it'. "
        "Spell both the same.",
    ),
    "headings out of order": (
        lambda folder: (folder / "lesson.md").write_text(
            "## Run it\na\n## Two people, one pair of shoes\nb\n"
        ),
        "lessons/stock/lesson.md, line 3: the heading 'Two people, one pair of shoes' is out of order. "
        "Put the headings in the order of the steps in lesson.py.",
    ),
    "a heading in between": (
        replace("lesson.md", "## Run it", "## More\nx\n\n## Run it"),
        "lessons/stock/lesson.md, line 5: the heading 'More' has no step. "
        "Add the step to lesson.py, or make it a ### heading.",
    ),
    "a heading that is missing in between": (
        replace("lesson.md", "## Run it", "### Run it"),
        "lessons/stock/lesson.md, line 9: the step 'Run it' has no words. "
        "Add a heading ## Run it above 'Many at once'.",
    ),
    "a step without words": (
        lambda folder: (folder / "lesson.md").write_text("## Two people, one pair of shoes\nb\n"),
        "lessons/stock/lesson.md: the step 'Run it' has no words. Add a heading ## Run it.",
    ),
    "words without a step": (
        lambda folder: (folder / "lesson.md").write_text(
            (folder / "lesson.md").read_text() + "\n## More\nx\n"
        ),
        "lessons/stock/lesson.md, line 97: the heading 'More' has no step. "
        "Add the step to lesson.py, or make it a ### heading.",
    ),
    "a question without a topic": (
        replace("lesson.md", "### [races] And the retry?", "### And the retry?"),
        "lessons/stock/lesson.md: line 73: 'And the retry?' names no topic. Begin it with one of "
        "[failures], [races], [hot keys], [cost], [choice].",
    ),
    "an unknown source": (
        replace("lesson.md", "source:cmd:decr", "source:hearsay"),
        "lessons/stock/lesson.md: line 27: No source is called 'hearsay'. Add it to lessons/sources.py.",
    ),
    "no lesson in the module": (
        replace("lesson.py", "LESSON =", "OTHER ="),
        "lessons/stock/lesson.py has no LESSON. End it with LESSON = Lesson(...).",
    ),
    "a module that cannot be imported": (
        replace("lesson.py", "from typing", "from tpying"),
        "lessons/stock/lesson.py cannot be imported. Line 5: ModuleNotFoundError: No module named 'tpying'. "
        "Is it installed where Keyspace runs? .venv/bin/pip install tpying, then start it again.",
    ),
    "no words at all": (
        lambda folder: (folder / "lesson.md").unlink(),
        "lessons/stock/lesson.md is missing. Write it, or take 'stock' out of course.toml.",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_lesson_says_where_and_what_to_do(name: str, toy: Library) -> None:
    change, says = BROKEN[name]
    change(toy.root / "stock")
    with pytest.raises(LessonError) as caught:
        toy.load("stock")
    assert caught.value.says == says
    assert toy.problems() == {"stock": says}
    with pytest.raises(LessonError):
        toy.all()


def test_an_unknown_lesson_is_named_with_the_nearest(toy: Library) -> None:
    with pytest.raises(LessonError, match=r"^There is no lesson called 'stocks'\. Did you mean 'stock'\?$"):
        toy.load("stocks")


def test_a_planned_lesson_is_told_apart_from_an_unknown_one(toy: Library) -> None:
    with pytest.raises(LessonError, match="'lock' is planned and not written yet"):
        toy.load("lock")


def test_a_folder_and_the_table_of_contents_may_not_disagree(toy: Library) -> None:
    (toy.root / "lock").mkdir()
    (toy.root / "lock" / "lesson.md").touch()
    (toy.root / "extra").mkdir()
    (toy.root / "extra" / "lesson.py").touch()
    assert toy.problems() == {
        "lock": "lessons/lock is written but curriculum.py calls it planned. Take planned=True away.",
        "extra": "lessons/extra is not in the table of contents. Add it to curriculum.py.",
    }

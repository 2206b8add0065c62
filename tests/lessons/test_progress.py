"""What is done and what comes next, without a database."""

from __future__ import annotations

from lessons.progress import Next, next_step, of_course, of_lesson

OUTLINE = {"lock": ("Problem", "Run", "Ask"), "cache": ("Problem", "Run")}


def test_a_lesson_counts_the_steps_that_exist() -> None:
    progress = of_lesson("lock", OUTLINE["lock"], {("lock", "Problem"), ("lock", "Gone"), ("cache", "Run")})
    assert progress.done == {"Problem"}
    assert progress.next_heading == "Run"
    assert progress.started
    assert not progress.complete
    assert progress.share == 1 / 3


def test_a_lesson_is_complete_when_every_step_is_done() -> None:
    done = {("cache", "Problem"), ("cache", "Run")}
    course = of_course(OUTLINE, done)
    assert course["cache"].complete
    assert course["cache"].share == 1.0
    assert not course["lock"].complete


def test_the_course_begins_with_the_first_step_of_the_first_lesson() -> None:
    assert next_step(OUTLINE, set()) == Next("lock", "Problem", resumes=False)


def test_it_goes_on_where_the_learner_was() -> None:
    assert next_step(OUTLINE, {("cache", "Problem")}, last=("cache", "Run")) == Next("cache", "Run", True)
    assert next_step(OUTLINE, {("cache", "Problem")}, last=("cache", "Problem")) == Next("cache", "Run", True)
    assert next_step(OUTLINE, set(), last=("cache", "Moved away")) == Next("cache", "Problem", True)


def test_after_a_finished_lesson_comes_the_first_unfinished_one() -> None:
    done = {("cache", "Problem"), ("cache", "Run"), ("lock", "Problem")}
    assert next_step(OUTLINE, done, last=("cache", "Run")) == Next("lock", "Run", True)
    assert next_step(OUTLINE, set(), last=("unknown", "Run")) == Next("lock", "Problem", False)


def test_when_all_is_done_nothing_is_next() -> None:
    done = {(slug, heading) for slug, headings in OUTLINE.items() for heading in headings}
    assert next_step(OUTLINE, done) is None

"""Small things that learners read."""

from __future__ import annotations

import pytest

from lessons.inputs import Integer, Real, Text
from lessons.progress import LessonProgress
from ui.console import span
from ui.fields import label_of
from ui.home import summary
from ui.interview_report import line_of_transcript
from ui.lesson import chapter_of, step_of
from ui.quiz_schedule import keys_of
from ui.words import as_code, as_typed, plain_dollars, with_addresses


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 second"),
        (30, "30 seconds"),
        (60, "1 minute"),
        (90, "90 seconds"),
        (3600, "1 hour"),
        (691200, "8 days"),
    ],
)
def test_a_stretch_of_time_is_told_in_its_largest_whole_unit(seconds: int, words: str) -> None:
    assert span(seconds) == words


def test_units_stand_beside_a_label_that_does_not_name_them() -> None:
    assert label_of(Real("radius", "Radius", 1, 0, 2, "m")) == "Radius (m)"
    assert label_of(Integer("points", "Points", 1, 0, 2, "points")) == "Points"
    assert label_of(Integer("hours", "Hours", 1, 0, 2, "h")) == "Hours"
    assert label_of(Integer("wait", "Waits at most", 1, 0, 2, "s")) == "Waits at most (s)"  # an s is no unit
    assert label_of(Text("name", "Name", "ann")) == "Name"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("GET a", "`GET a`"),
        ("a `b` c", "`` a `b` c ``"),
        ("```", "```` ``` ````"),
        ("two\nlines", "`two lines`"),
    ],
)
def test_any_text_can_be_a_piece_of_code(text: str, code: str) -> None:
    assert as_code(text) == code


def test_the_marks_of_what_was_typed_mean_nothing() -> None:
    assert as_typed("So: *a* `b` $c$ <b>d</b> :e: [f](g).") == (
        r"So: \*a\* \`b\` \$c\$ \<b\>d\</b\> \:e: \[f\](g)."
    )


def test_no_line_of_what_was_typed_is_a_heading_or_a_list() -> None:
    assert as_typed("# a\n- b - c\n+ d #e") == "\\# a\n\\- b - c\n\\+ d #e"


def test_an_answer_in_the_transcript_is_shown_as_it_was_written() -> None:
    assert line_of_transcript("> # a *b* :red[c]") == r"> \# a \*b\* \:red\[c\]"
    assert line_of_transcript("### Crash (1:02)") == "#### Crash (1:02)"
    assert line_of_transcript("- heard · `$`, **$5**") == r"- heard · `$`, **\$5**"


def test_sources_become_addresses_and_other_links_stay() -> None:
    words = with_addresses("See [ZADD](source:cmd:zadd), [the lock](?lesson=distributed_lock).")
    assert words == (
        "See [ZADD](https://redis.io/docs/latest/commands/zadd/), [the lock](?lesson=distributed_lock)."
    )


@pytest.mark.parametrize(
    ("codes", "keys"),
    [
        (["1", "2"], [1, 2]),
        (["2"], [2]),  # Ann is done, and Ben keeps his key
        (["2", "1c", "t"], [2, 3, 4]),
    ],
)
def test_a_client_keeps_its_key_whoever_is_done_already(codes: list[str], keys: list[int]) -> None:
    assert keys_of(codes, clients=2) == keys


def test_the_chapter_of_a_lesson() -> None:
    assert chapter_of("leaderboard") == "Chapter 3: Count"
    assert chapter_of("no such lesson") == ""


@pytest.mark.parametrize(("asked", "position"), [("1", 0), ("8", 7), ("9", 7), ("0", 0), ("x", 0), ("٣", 0)])
def test_any_step_asked_for_is_a_step(asked: str, position: int) -> None:
    assert step_of(asked, 8) == position


def test_home_counts_what_is_done() -> None:
    progress = {
        "one": LessonProgress("one", frozenset({"a", "b"}), 2, None),
        "two": LessonProgress("two", frozenset({"c"}), 3, "d"),
    }
    assert summary(progress).startswith("1 of 2 open lessons done, 3 of 5 steps.")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("created at 0 gets 10, at $ gets 0, at $ again", r"created at 0 gets 10, at \$ gets 0, at \$ again"),
        ("`rate_limit:${a}:${b}` is $5", r"`rate_limit:${a}:${b}` is \$5"),
        ("```\nJSON.SET p $ 1\n``` and $.a", "```\nJSON.SET p $ 1\n``` and " + r"\$.a"),
        (r"already \$", r"already \$"),
    ],
)
def test_a_dollar_is_never_mathematics(words: str, shown: str) -> None:
    assert plain_dollars(words) == shown

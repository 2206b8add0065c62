"""Markdown for a room: in pieces, as points, without what a room cannot follow."""

from __future__ import annotations

import pytest

from lessons.library import LIBRARY, Loaded
from lessons.model import Production, Scale
from lessons.present.plain import bullets, leads, points, spans

LESSONS = [loaded for loaded in LIBRARY.all() if loaded.lesson.pattern]


@pytest.mark.parametrize(
    ("markdown", "found"),
    [
        ("plain", [("", "plain")]),
        ("`GET a` and *more*", [("code", "GET a"), ("", " and "), ("em", "more")]),
        ("**Hot key.** One [link](https://x) too.", [("strong", "Hot key."), ("", " One link too.")]),
        ("two\n  lines", [("", "two lines")]),
        ("2 * 3 * 4", [("", "2 * 3 * 4")]),
        ("`a * b * c`", [("code", "a * b * c")]),
    ],
)
def test_a_paragraph_comes_in_pieces(markdown: str, found: list[tuple[str, str]]) -> None:
    assert spans(markdown) == found


@pytest.mark.parametrize(
    ("paragraph", "found"),
    [
        ("it is full. Look first. Then act.", ("It is full.", "Look first.", "Then act.")),
        ("hits; evictions; and the age of it.", ("Hits", "Evictions", "The age of it")),
        ("the length, the rate, and the share: a jump.", ("The length", "The rate", "The share: a jump")),
        (
            "when it pays (rank it, when you can), when it is old, or when few ask. “X” is false.",
            ("When it pays (rank it, when you can)", "When it is old", "When few ask", "“X” is false."),
        ),
        ("the number, which grows, and the age.", ("The number, which grows, and the age.",)),
        ("wait (`SELECT … FOR UPDATE` will do). Go on.", ("Wait (`SELECT … FOR UPDATE` will do).", "Go on.")),
        ("one. Two; and three.", ("One.", "Two; and three.")),
        ("trim nothing ([XTRIM](https://x.y/z)).", ("Trim nothing.",)),
    ],
)
def test_a_paragraph_as_points(paragraph: str, found: tuple[str, ...]) -> None:
    assert points(paragraph) == found


@pytest.mark.parametrize("loaded", LESSONS, ids=lambda one: one.slug)
def test_no_word_of_a_paragraph_is_lost(loaded: Loaded) -> None:
    """Points leave out only joints: marks of punctuation, "and", "or", and sources in brackets."""
    (part,) = [one for one in loaded.parts if isinstance(one.step, Production)]
    assert [lead for lead, _ in leads(part.words)] == ["Monitor", "At three in the morning", "Not Redis"]
    for _, paragraph in leads(part.words):
        told = " ".join(points(paragraph)).lower()
        bare = paragraph.partition(" ([")[0].lower()
        lost = {word.strip(".,;") for word in bare.split()} - {word.strip(".,;") for word in told.split()}
        assert lost <= {"and", "or"}


@pytest.mark.parametrize("loaded", LESSONS, ids=lambda one: one.slug)
def test_what_is_said_of_a_cluster_is_a_list(loaded: Loaded) -> None:
    (part,) = [one for one in loaded.parts if isinstance(one.step, Scale)]
    assert [one.split("**")[1] for one in bullets(part.words)] == ["Hot key.", "Big key.", "Cluster."]


def test_an_item_may_go_on_in_a_second_line() -> None:
    assert bullets("Above.\n\n- one\n  more\n- two\n\nBelow.") == ("one more", "two")
    assert bullets("No list.") == ()

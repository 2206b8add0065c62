"""Markdown becomes sections and questions, and says where it cannot."""

from __future__ import annotations

import pytest

from lessons.words import WordsError, questions_of, sections_of


def test_sections_come_in_order_with_their_text_and_line() -> None:
    first, second = sections_of("## One\n\nFirst.\n\n## Two\nSecond.\n")
    assert (first.heading, first.line, first.text) == ("One", 1, "First.")
    assert (second.heading, second.line, second.text) == ("Two", 5, "Second.")


def test_a_heading_mark_inside_a_code_fence_is_text() -> None:
    (only,) = sections_of("## One\n```sh\n## not a heading\n```\n")
    assert "## not a heading" in only.text


def test_questions_have_a_topic_and_an_answer() -> None:
    (section,) = sections_of(
        "## Ask\nBefore.\n\n### [failures] What if it dies?\nThen so.\n\n### [hot keys] And then?\nSo.\n"
    )
    assert section.intro == "Before."
    first, second = questions_of(section)
    assert (first.topic, first.question, first.answer) == ("failures", "What if it dies?", "Then so.")
    assert second.topic == "hot keys"


@pytest.mark.parametrize(
    ("markdown", "complaint"),
    [
        ("# Title\n## One\ntext", "'# Title' stands above the first ## heading"),
        ("## One\ntext\n## One\nmore", "line 3: the heading 'One' is there twice, first on line 1"),
        ("## One\n\n## Two\ntext", "line 1: nothing stands below 'One'"),
    ],
)
def test_what_a_page_could_not_show_is_refused(markdown: str, complaint: str) -> None:
    with pytest.raises(WordsError, match="^" + complaint.replace("(", r"\(")):
        sections_of(markdown)


@pytest.mark.parametrize(
    ("markdown", "complaint"),
    [
        ("## Ask\ntext", "line 1: no question stands below 'Ask'"),
        (
            "## Ask\n### What if?\nSo.",
            "line 2: 'What if\\?' names no topic. Begin it with one of \\[failures\\]",
        ),
        ("## Ask\n### [gossip] What if?\nSo.", "names no topic"),
        ("## Ask\n\n### [cost] How much?\n", "line 3: the question 'How much\\?' has no answer"),
    ],
)
def test_a_question_without_topic_or_answer_is_refused(markdown: str, complaint: str) -> None:
    (section,) = sections_of(markdown)
    with pytest.raises(WordsError, match=complaint):
        questions_of(section)

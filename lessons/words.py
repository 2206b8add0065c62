"""Reads `lesson.md`: sections below `##`, and the questions below `### [topic] ...` of one section.

A link to `source:cmd:zadd` becomes a link to that source's address (`lessons.sources`), so that no lesson
spells an address twice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lessons.sources import UnknownSource, resolve

__all__ = ["TOPICS", "Question", "Section", "WordsError", "questions_of", "sections_of"]

TOPICS = ("failures", "races", "hot keys", "cost", "choice")
"""What a question is about. `choice` is whether and which: the tool, the version, the trade."""

_FENCE = re.compile(r"^\s{0,3}(```|~~~)")
_SOURCE = re.compile(r"\]\(source:(?P<code>[^)\s]+)\)")
_QUESTION = re.compile(r"^\[(?P<topic>[^\]]*)\]\s+(?P<question>.+)$")


class WordsError(ValueError):
    """The Markdown is not of the form a lesson needs; the message has the line and the cure."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with the text below it. `line` is where the heading stands, `intro` the text above the first
    heading that is one deeper."""

    heading: str
    line: int
    text: str
    intro: str = ""
    subsections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What the interviewer asks next, and the answer, hidden until asked for."""

    topic: str
    question: str
    answer: str


def sections_of(markdown: str) -> tuple[Section, ...]:
    """The sections in order. Text above the first `##` belongs to no step and is refused."""
    above, sections = _split(_with_addresses(markdown), "## ")
    if above:
        first = above.splitlines()[0]
        raise WordsError(
            f"{first[:60]!r} stands above the first ## heading and would never be shown. "
            "Move it below one; the title lives in lesson.py."
        )
    seen: dict[str, int] = {}
    for section in sections:
        if section.heading in seen:
            raise WordsError(
                f"line {section.line}: the heading {section.heading!r} is there twice, "
                f"first on line {seen[section.heading]}. Headings name steps: give one another name."
            )
        seen[section.heading] = section.line
        if not section.text:
            raise WordsError(
                f"line {section.line}: nothing stands below {section.heading!r}. Write a sentence."
            )
    return sections


def questions_of(section: Section) -> tuple[Question, ...]:
    """The questions of a section: `### [failures] What if ...?` and the answer below each."""
    questions = []
    for one in section.subsections:
        match = _QUESTION.match(one.heading)
        if match is None or match["topic"] not in TOPICS:
            raise WordsError(
                f"line {one.line}: {one.heading!r} names no topic. "
                f"Begin it with one of {', '.join(f'[{topic}]' for topic in TOPICS)}."
            )
        if not one.text:
            raise WordsError(
                f"line {one.line}: the question {match['question']!r} has no answer. Write it below."
            )
        questions.append(Question(match["topic"], match["question"].strip(), one.text))
    if not questions:
        raise WordsError(
            f"line {section.line}: no question stands below {section.heading!r}. "
            "Write them as ### [failures] What if ...?"
        )
    return tuple(questions)


def _with_addresses(markdown: str) -> str:
    """Each `source:` link leads to the source itself."""

    def address(match: re.Match[str]) -> str:
        try:
            (citation,) = resolve(match["code"])
        except UnknownSource as error:
            raise WordsError(f"line {markdown.count(chr(10), 0, match.start()) + 1}: {error}") from error
        return f"]({citation.url})"

    return _SOURCE.sub(address, markdown)


def _split(markdown: str, mark: str, first_line: int = 1) -> tuple[str, tuple[Section, ...]]:
    """The text above the first heading of this depth, and the sections; a # inside a code fence is text."""
    above: list[str] = []
    found: list[tuple[str, int, list[str]]] = []
    fenced = False
    for number, line in enumerate(markdown.splitlines(), first_line):
        if _FENCE.match(line):
            fenced = not fenced
        if line.startswith(mark) and not fenced:
            found.append((line.removeprefix(mark).strip(), number, []))
        else:
            (found[-1][2] if found else above).append(line)
    return "\n".join(above).strip(), tuple(_section(mark, *one) for one in found)


def _section(mark: str, heading: str, line: int, body: list[str]) -> Section:
    text = "\n".join(body)
    intro, subsections = _split(text, "#" + mark, line + 1) if len(mark) < 4 else (text.strip(), ())
    return Section(heading, line, text.strip(), intro, subsections)

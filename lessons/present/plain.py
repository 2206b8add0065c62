"""Markdown as plain text, for a line in big type and for a speaker's notes, and as points for the room."""

from __future__ import annotations

import re

__all__ = ["bullets", "claim", "leads", "plain", "points", "sentence", "spans"]

_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_CITED = re.compile(r"\s*\(\[[^\]]*\]\(https?:[^)]*\)\)")
_BOLD_LINE = re.compile(r"^\*\*([^*]+)\*\*$", re.MULTILINE)
_END = re.compile(r"(?<=[.!?…])[”\")*]*\s+(?=[A-Z“\"*`])")
_LEAD = re.compile(r"^\*\*([^*]+)\*\*\s+(\S.*)$", re.DOTALL)
_EMPHASIS = r"(?<!\w)\*(?!\s)([^*\n]+)(?<!\s)\*(?!\w)"
_SPAN = re.compile(rf"`([^`]+)`|\*\*([^*]+)\*\*|{_EMPHASIS}")
_MEMBER = ("the", "how", "when")
"""A list whose members begin with the same of these words is taken apart."""


def plain(markdown: str) -> str:
    """Without marks: links become their text, list items begin with a dash."""
    text = _LINK.sub(r"\1", markdown)
    text = re.sub(r"^#+\s*", "", text, flags=re.MULTILINE)
    text = re.sub(r"^\s*[-*]\s+", "- ", text, flags=re.MULTILINE)
    text = re.sub(r"\*\*([^*]+)\*\*", r"\1", text)
    text = re.sub(_EMPHASIS, r"\1", text)
    return text.replace("`", "").strip()


def spans(markdown: str) -> list[tuple[str, str]]:
    """One paragraph in pieces, each "code", "strong", "em" or nothing in particular; links are their text."""
    text = " ".join(_LINK.sub(r"\1", markdown).split())
    found: list[tuple[str, str]] = []
    at = 0
    for one in _SPAN.finditer(text):
        if one.start() > at:
            found.append(("", text[at : one.start()]))
        kind = ("code", "strong", "em")[(one.lastindex or 1) - 1]
        found.append((kind, one[one.lastindex or 1]))
        at = one.end()
    return [*found, ("", text[at:])] if at < len(text) else found


def sentence(markdown: str) -> str:
    """The first sentence of the first paragraph."""
    paragraph = " ".join(plain(markdown).partition("\n\n")[0].partition("\n- ")[0].split())
    return _END.split(paragraph, maxsplit=1)[0].strip()


def claim(markdown: str) -> str:
    """The paragraph that stands in bold alone (the invariant of a lesson), else the first sentence."""
    found = _BOLD_LINE.search(markdown)
    return plain(found[1]) if found else sentence(markdown)


def leads(markdown: str) -> tuple[tuple[str, str], ...]:
    """The paragraphs that begin in bold, each as what stands in bold and what follows."""
    paragraphs = re.split(r"\n\s*\n", markdown.strip())
    return tuple((one[1], one[2]) for paragraph in paragraphs if (one := _LEAD.match(paragraph.strip())))


def bullets(markdown: str) -> tuple[str, ...]:
    """The items of its list, as Markdown."""
    found: list[str] = re.findall(r"^- (.+(?:\n(?!- |\n).+)*)", markdown, re.MULTILINE)
    return tuple(map(_uncited, found))


def points(paragraph: str) -> tuple[str, ...]:
    """A paragraph as points, in Markdown: its sentences, and of the first one what it lists."""
    first, *rest = _sentences(_uncited(paragraph))
    return tuple(one[:1].upper() + one[1:] for one in (*_members(first), *rest) if one)


def _uncited(markdown: str) -> str:
    """On one line, without the sources in brackets: a room cannot follow them, and the notes have them."""
    return " ".join(_CITED.sub("", markdown).split())


def _members(text: str) -> list[str]:
    """What stands between semicolons; or, of a list whose members begin alike, the members."""
    found = _outside(text, r";\s+(?:and |or )?")
    first = text.partition(" ")[0].lower()
    if len(found) == 1 and first in _MEMBER:
        alike = _outside(text, rf",\s+(?:and |or )?(?={first}\b)")
        if all(len(_outside(one, ",")) == 1 for one in alike[:-1]):
            found = alike
    return [text] if len(found) == 1 else [one.removesuffix(".") for one in found]


def _outside(text: str, pattern: str) -> list[str]:
    """Split where the pattern matches outside every bracket."""
    found, begin = [], 0
    for one in re.finditer(pattern, text):
        before = text[: one.start()]
        if before.count("(") == before.count(")"):
            found.append(text[begin : one.start()])
            begin = one.end()
    return [*found, text[begin:]]


def _sentences(text: str) -> list[str]:
    """With what closes them; what stands in code closes nothing."""
    found, begin = [], 0
    for one in _END.finditer(text):
        if text[: one.start()].count("`") % 2 == 0:
            found.append(text[begin : one.end()].strip())
            begin = one.end()
    return [*found, text[begin:].strip()]

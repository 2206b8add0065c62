"""What goes into the index, what comes out, and how a text is taken apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from patterns.wire import content, name, whole

__all__ = [
    "MOST_WORDS",
    "Found",
    "Hit",
    "checked",
    "missed",
    "page",
    "snippet",
    "tag_name",
    "weights",
    "words",
]

TITLE_WEIGHT = 3
LONGEST_TITLE, LONGEST_BODY, LONGEST_WORD = 1_000, 100_000, 64
MOST_WORDS, MOST_TAGS = 16, 32
AROUND = 60  # characters of a snippet on each side of the first word found

WORD = re.compile(r"\w+")
# As the module sees it: these separate words, no other mark, line break or control character does, and a
# backslash glues the next character on.
SEPARATORS = " \t,./(){}[]:;~!@#$%^&*-=+|'`\"<>?"
UNBROKEN = re.compile(rf"(?:\\+[\s\S]|[^\\{re.escape(SEPARATORS)}])+")


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that has every word of the query. In the snippet they stand in [brackets].

    Where the module makes the snippet, only those that are written as in the query but for case from a to z.
    """

    id: str
    score: float
    title: str
    snippet: str


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits, best first, and how many there are in all."""

    total: int
    hits: tuple[Hit, ...]


def words(text: str) -> list[str]:
    """The words of a text: runs of letters, digits and underscores, in lower case.

    They are cut at 64 characters and 128 bytes: longer ones the module does not find.
    """
    return [_cut(word.lower()) for word in WORD.findall(text)]


def _cut(word: str) -> str:
    return word[:LONGEST_WORD].encode()[: 2 * LONGEST_WORD].decode(errors="ignore")


def weights(title: str, body: str) -> dict[str, int]:
    """How much a document is about each of its words; one in the title counts as three in the body."""
    count = Counter(words(body))
    for word in words(title):
        count[word] += TITLE_WEIGHT
    return dict(count)


def missed(text: str) -> str:
    """The words of a text that the module would not find: it knows the case and some marks of ASCII only.

    A NUL ends the text for it; then it is told every word.
    """
    tokens = [] if "\0" in text else UNBROKEN.findall(text)
    seen = {token.encode().lower().decode() for token in tokens}  # bytes.lower() is ASCII too
    return " ".join(dict.fromkeys(word for word in words(text) if word not in seen))


def checked(title: str, body: str, tags: Iterable[str]) -> tuple[str, str, list[str]]:
    """A document that can be indexed, or a ValueError that says what is in the way."""
    for what, text, longest in (("title", title, LONGEST_TITLE), ("body", body, LONGEST_BODY)):
        if len(content(what, text)) > longest:
            raise ValueError(f"{what} must have at most {longest:,} characters, not {len(text):,}")
    listed = sorted({tag_name(tag) for tag in tags})
    whole("the number of tags", len(listed), 0, MOST_TAGS)
    return title, body, listed


def tag_name(tag: str) -> str:
    """`tag`, if it can be one: text without commas, which separate tags, and without blanks around it."""
    if "," in name("tag", tag):
        raise ValueError(f"tag must not contain commas: {tag!r}")
    if tag != tag.strip() or "\0" in tag:
        raise ValueError(f"tag must not begin or end with a blank, nor hold a NUL: {tag!r}")
    return tag


def page(query: str, count: int, offset: int) -> list[str]:
    """The different words of a query, with its page checked as well."""
    found = list(dict.fromkeys(words(content("query", query))))
    if not found:
        raise ValueError(f"query must hold a word to look for, and is {query[:40]!r}")
    whole("the number of words in a query", len(found), 1, MOST_WORDS)
    whole("count", count, 1, 100)
    whole("offset", offset, 0, 10_000)
    return found


def snippet(body: str, wanted: Sequence[str]) -> str:
    """The part of the body around the first word found, with the words found in [brackets]."""
    looked_for = set(wanted)
    first = next((match for match in WORD.finditer(body) if words(match[0])[0] in looked_for), None)
    middle = first.start() if first else 0
    start, end = max(0, middle - AROUND), middle + AROUND
    part = WORD.sub(
        lambda match: f"[{match[0]}]" if words(match[0])[0] in looked_for else match[0], body[start:end]
    )
    return ("… " if start else "") + part.strip() + (" …" if end < len(body) else "")

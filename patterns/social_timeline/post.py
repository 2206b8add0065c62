"""What a timeline shows, and where in it a post has its place."""

from __future__ import annotations

from dataclasses import dataclass

from patterns.wire import content, name, number, tag, whole

__all__ = ["Post", "Progress", "checked", "person", "post_at"]

LARGEST_TEXT = 10_000
"""Bytes. A post is read by all who follow: pictures lie elsewhere, and it holds their names."""


@dataclass(frozen=True, slots=True)
class Post:
    """One post, at the Unix time `at`, exact to the millisecond."""

    id: str
    author: str
    text: str
    at: float

    @property
    def place(self) -> str:
        """Where it stands: later posts sort higher, and no two share a place. Pages end and begin here."""
        return f"{round(1_000 * self.at):013} {self.author} {self.id}"


@dataclass(frozen=True, slots=True)
class Progress:
    """How many timelines were reached this time, and whether all are."""

    pushed: int
    done: bool


def person(what: str, value: object) -> str:
    """`value`, if it can name a person: no braces, and no spaces, which part the words of a place."""
    checked = tag(what, value)
    if " " in checked:
        raise ValueError(f"{what} must not contain spaces: {checked!r}")
    return checked


def checked(author: str, post_id: str, text: str, at: float) -> Post:
    """A post, if it can be one: its time lies between 1970 and 2286, where places have 13 digits."""
    milliseconds = round(1_000 * number("at", at, 0, 9_999_999_999))
    whole("bytes in text", len(content("text", text).encode()), 0, LARGEST_TEXT)
    return Post(name("post_id", post_id), person("author", author), text, milliseconds / 1_000)


def post_at(place: str, text: str) -> Post:
    """The post at a place."""
    milliseconds, author, post_id = place.split(" ", 2)
    return Post(post_id, author, text, int(milliseconds) / 1_000)

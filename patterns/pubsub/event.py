"""What is published on a channel, and how a reader says that it has lost the thread."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from patterns.wire import content, text, whole

__all__ = ["START", "Event", "Missed", "body_of", "events_of", "place"]

START = "0-0"
"""The position before every event: a reader from here begins with the oldest that is kept."""

LARGEST_BODY = 65_536
"""Bytes. An event is copied to every reader: tell them what has changed, and let them fetch it."""

ID = re.compile(r"[0-9]{1,15}-[0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class Event:
    """One piece of news. Ids grow: a later event has a later id."""

    id: str
    body: str


class Missed(Exception):
    """What stood at the reader's position is not there any more, so events after it may be gone as well.

    Take the channel's position, load what you show anew, and start a reader at that position.
    """


def body_of(value: object) -> str:
    """`value`, if it can be published: text of at most 64 KB, empty too."""
    body = content("body", value)
    whole("bytes in body", len(body.encode()), 0, LARGEST_BODY)
    return body


def place(value: object) -> str:
    """`value`, if it can be a position: the id of an event."""
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise ValueError(f"after must be the id of an event, like 1700000000000-0, not {value!r}")
    return value


def events_of(entries: Iterable[tuple[Any, Any]]) -> list[Event]:
    """The events among the entries of a stream. What only marks a position is none."""
    found = []
    for id_, fields in entries:
        known = {text(field): text(value) for field, value in fields.items()}
        if "body" in known:
            found.append(Event(text(id_), known["body"]))
    return found

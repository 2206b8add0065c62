"""What a queue carries, what its workers may hand back, and how both versions meet their group."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from redis.exceptions import ResponseError

from patterns.wire import Client, content, name, text, whole

__all__ = ["Message", "QueueFull", "Work", "checked", "delivered", "fields_of", "in_group"]

MOST_FIELDS = 64
LARGEST_BODY = 65_536
"""Bytes. A queue tells of things and does not keep them: put a picture elsewhere and send its name."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Message:
    """A message in a worker's hands. `deliveries` counts how often it was handed out, this time too."""

    id: str
    body: dict[str, str]
    deliveries: int


Work = Callable[[Message], object]
"""What a worker does with a message. An Effect that it returns is carried out; anything else is ignored."""


class QueueFull(Exception):
    """The queue holds as many unfinished messages as it may. Nothing was published: wait, or add workers."""


def checked(body: Mapping[str, str]) -> dict[str, str]:
    """`body`, if it can be sent: 1 to 64 named texts, together at most 64 KB."""
    if not isinstance(body, Mapping):
        raise ValueError(f"body must be a mapping of text to text, not {type(body).__name__}")
    whole("the number of fields in body", len(body), 1, MOST_FIELDS)
    fields = {name("a field of body", field): content(f"body[{field!r}]", body[field]) for field in body}
    whole("bytes in body", sum(len((field + fields[field]).encode()) for field in fields), 1, LARGEST_BODY)
    return fields


def delivered(reply: Any) -> list[Message]:
    """The messages in what XREADGROUP answers: of one stream or none, in any of the forms of redis-py.

    That is a list of pairs in RESP2, a mapping in RESP3, whose entries lie one level deeper, and a mapping
    without that level where the client was made with `legacy_responses=False`.
    """
    streams = reply.values() if isinstance(reply, Mapping) else [entries for _key, entries in reply or ()]
    return [
        Message(text(id_), {text(field): text(value) for field, value in body.items()}, 1)
        for entries in streams
        for id_, body in (entries[0] if entries and isinstance(entries[0], list) else entries)
    ]


def fields_of(flat: list[Any]) -> dict[str, str]:
    """A message's fields, from the list in which scripts see them."""
    parts = [text(part) for part in flat]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def in_group(redis: Client, key: str, group: str, ask: Callable[[], T]) -> T:
    """What `ask` answers, once the group is there: there is none on the first day, or when data was lost."""
    try:
        return ask()
    except ResponseError as error:
        if "NOGROUP" not in str(error) and "MKSTREAM" not in str(
            error
        ):  # the latter is how fakeredis says it
            raise
    try:
        # From 0, and not from $, or the messages that are waiting already would never be delivered.
        redis.xgroup_create(key, group, id="0", mkstream=True)
    except ResponseError as error:
        if "BUSYGROUP" not in str(error):  # another worker was faster
            raise
    return ask()

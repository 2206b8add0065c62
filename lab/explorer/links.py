"""What the server keeps for each connection and no digest shows: WATCH, subscriptions, waits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from lab.explorer.commands import Command, name_of
from lab.explorer.globs import glob

__all__ = [
    "Link", "Links", "Published", "delivered", "dropped", "due_of", "reached", "set_due", "subscribed",
    "watching",
]  # fmt: skip


class Link(NamedTuple):
    """One connection of one client."""

    client: int
    connection: int
    watched: frozenset[bytes] = frozenset()
    dirty: bool = False
    channels: tuple[bytes, ...] = ()
    patterns: tuple[bytes, ...] = ()
    queue: tuple[tuple[bytes, ...], ...] = ()
    due: int = -1
    """When the client's wait ends by itself."""
    shards: tuple[bytes, ...] = ()
    """Channels of SSUBSCRIBE, which hear SPUBLISH and nothing else."""


Links = tuple[Link, ...]


def find(links: Links, client: int, connection: int) -> Link:
    """The link, or a fresh one."""
    for link in links:
        if link.client == client and link.connection == connection:
            return link
    return Link(client, connection)


def put(links: Links, link: Link) -> Links:
    """With this link in the place of its former self; one that says nothing is left out."""
    rest = [one for one in links if (one.client, one.connection) != (link.client, link.connection)]
    if link[2:] != Link(0, 0)[2:]:
        rest.append(link)
        rest.sort(key=lambda one: (one.client, one.connection))
    return tuple(rest)


def dropped(links: Links, client: int, connection: int | None = None) -> Links:
    """Without this connection of the client, or without any of them."""
    if not links:
        return links
    return tuple(link for link in links if link.client != client or connection not in (None, link.connection))


def due_of(links: Links, client: int) -> int:
    """When the client's wait ends, or -1."""
    return find(links, client, -1).due


def set_due(links: Links, client: int, due: int) -> Links:
    """The client waits until then; -1 ends the wait."""
    if due < 0 and not links:
        return links
    return put(links, Link(client, -1, due=due))


def watching(links: Links) -> Sequence[Link]:
    """Connections whose EXEC would still succeed."""
    return [link for link in links if link.watched and not link.dirty]


def _messages(link: Link, command: bytes, channel: bytes, data: bytes) -> Iterable[tuple[bytes, ...]]:
    if command == b"SPUBLISH":
        if channel in link.shards:
            yield (b"smessage", channel, data)
        return
    if channel in link.channels:
        yield (b"message", channel, data)
    for pattern in link.patterns:
        if glob(pattern).fullmatch(channel):
            yield (b"pmessage", pattern, channel, data)


Published = Sequence[tuple[bytes, bytes, bytes]]
"""(PUBLISH or SPUBLISH, channel, data)."""


def reached(links: Links, published: Published) -> tuple[int, ...]:
    """How many subscribers each message reaches."""
    return tuple(
        sum(1 for link in links for _ in _messages(link, command, channel, data))
        for command, channel, data in published
    )


def delivered(links: Links, published: Published) -> Links:
    """Every message stands in the queue of each subscriber."""
    for command, channel, data in published:
        for link in links:
            messages = tuple(_messages(link, command, channel, data))
            if messages:
                links = put(links, link._replace(queue=link.queue + messages))
    return links


_FIELDS = {
    "PSUBSCRIBE": "patterns", "PUNSUBSCRIBE": "patterns", "SSUBSCRIBE": "shards", "SUNSUBSCRIBE": "shards",
}  # fmt: skip


def subscribed(link: Link, command: Command) -> tuple[Link, list[Any]]:
    """SUBSCRIBE and its kin: the link after it, and a confirmation for each channel."""
    name = name_of(command)
    field = _FIELDS.get(name, "channels")
    held: tuple[bytes, ...] = getattr(link, field)
    replies: list[Any] = []

    def confirm(channel: bytes | None) -> None:
        count = len(link.shards) if field == "shards" else len(link.channels) + len(link.patterns)
        replies.append([name.lower().encode(), channel, count])

    names = command[1:] or held
    for one in names:
        if "UNSUB" in name:
            held = tuple(other for other in held if other != one)
        elif one not in held:
            held = (*held, one)
        link = link._replace(**{field: held})  # type: ignore[arg-type]
        confirm(one)
    if not names:
        confirm(None)
    return link, replies

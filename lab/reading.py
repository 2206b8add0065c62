"""What all readers of keys share: questions that bring back little, and digests made by the server."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from lab.keys import Asked
from lab.show import binary_text, error_text, shown

__all__ = [
    "CHECKSUM", "PIECES", "SORTED_HASH", "SORTED_SET", "Content", "Gone", "Key", "Reading", "Rows",
    "by_server", "digest_of", "pairs_of", "rows_of", "sure", "text_of",
]  # fmt: skip

Rows = tuple[tuple[str, str], ...]

_LARGE = 256 * 1024
_HEAVY = 4 * 1024 * 1024  # a digest needs some three times that within the server
_KEPT = 1_024
_LONG = b"\0long"

# shortened(keys=[key], args=[command, argument...]) -> the reply, long texts as {"\0long", beginning, size}
_SHORTENED = f"""\
local function short(value)
  if type(value) == 'table' then
    for i = 1, #value do value[i] = short(value[i]) end
  elseif type(value) == 'string' and #value > {_KEPT} then
    return {{'\\0long', string.sub(value, 1, {_KEPT}), #value}}
  end
  return value
end
return short(redis.call(ARGV[1], KEYS[1], unpack(ARGV, 2)))"""

# Scripts that reduce a value to a digest.
CHECKSUM = """\
local dump = redis.call('DUMP', KEYS[1])
return string.sub(dump, 1, 20) .. string.sub(dump, -8)"""  # Redis puts the checksum last, fakeredis first
PIECES = """\
local sums = {}
for first = 0, redis.call('STRLEN', KEYS[1]) - 1, 65536 do
  sums[#sums + 1] = redis.sha1hex(redis.call('GETRANGE', KEYS[1], first, first + 65535))
end
return redis.sha1hex(table.concat(sums))"""
SORTED_HASH = """\
local flat, pairs = redis.call('HGETALL', KEYS[1]), {}
for i = 1, #flat, 2 do pairs[#pairs + 1] = #flat[i] .. ':' .. flat[i] .. flat[i + 1] end
table.sort(pairs)
return redis.sha1hex(table.concat(pairs, ','))"""
SORTED_SET = """\
local members = redis.call('SMEMBERS', KEYS[1])
table.sort(members)
return redis.sha1hex(table.concat(members, ','))"""


class Gone(Exception):
    """The key vanished, became something else, or may not be read (then the reason is given)."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a reader found. `more` elements are not shown."""

    type: str
    size: int
    value: Rows | str
    more: int
    digest: str
    field_ttls: tuple[tuple[str, int], ...] = ()


Reading = Generator[list[Asked], list[Any], Content]


@dataclass(frozen=True, slots=True)
class Key:
    """A key to be read: at most `limit` of its elements, and how many bytes it takes where that is known."""

    name: bytes
    limit: int
    memory: int | None = None

    @property
    def large(self) -> bool:
        """Too large to have its elements sent as they are."""
        return self.memory is not None and self.memory > _LARGE

    @property
    def heavy(self) -> bool:
        """Too large for the server to go through all of it."""
        return self.memory is not None and self.memory > _HEAVY

    def some(self, size: int) -> int:
        """How many elements to read, of so many: fewer where they are huge on average."""
        if self.memory is None or not self.large:
            return self.limit
        return max(1, min(self.limit, _LARGE * size // self.memory))

    def get(self, command: str, *arguments: str | bytes | int) -> Asked:
        """A question about this key; from a large one only the beginnings of long texts come back."""
        if self.large:
            return ("EVAL", _SHORTENED, 1, self.name, command, *arguments)
        return (command, self.name, *arguments)


@dataclass(frozen=True, slots=True)
class _Long:
    head: bytes
    size: int


def sure(replies: list[Any]) -> list[Any]:
    """The replies, if none is an error."""
    for reply in replies:
        if isinstance(reply, Exception):
            _unreadable(reply)
    return [_restored(reply) for reply in replies]


def _unreadable(error: Exception) -> NoReturn:
    text = error_text(error)
    raise Gone("" if text.startswith("WRONGTYPE") else text)


def _restored(reply: Any) -> Any:
    if not isinstance(reply, list):
        return reply
    if len(reply) == 3 and reply[0] == _LONG:
        return _Long(reply[1], reply[2])
    return [_restored(item) if isinstance(item, list) else item for item in reply]


def text_of(value: object, limit: int = 200) -> str:
    """An element as text."""
    return binary_text(value.head, value.size, limit) if isinstance(value, _Long) else shown(value, limit)


def pairs_of(flat: object) -> list[tuple[Any, Any]]:
    """Pairs, in whichever form RESP2 or RESP3 brings them."""
    if isinstance(flat, Mapping):
        return list(flat.items())
    items = list(flat) if isinstance(flat, Iterable) else []
    if items and isinstance(items[0], (list, tuple)):
        return [(first, second) for first, second in items]
    return list(zip(items[::2], items[1::2], strict=False))


def rows_of(pairs: Iterable[tuple[Any, Any]]) -> Rows:
    """Pairs as text."""
    return tuple((text_of(first, 500), text_of(second)) for first, second in pairs)


def digest_of(parts: Iterable[object]) -> str:
    """A short digest of these parts, each told apart from its neighbours."""
    digest = hashlib.blake2b(digest_size=10)
    for part in parts:
        raw = part if isinstance(part, bytes) else repr(part).encode()
        digest.update(b"%d:" % len(raw))
        digest.update(raw)
    return digest.hexdigest()


def by_server(
    key: Key, script: str, seen: object, too_large: bool = False
) -> Generator[list[Asked], list[Any], str]:
    """A digest of the whole value without moving it; of what was `seen` where that cannot be had."""
    if not (too_large or key.heavy):
        (reduced,) = yield [("EVAL", script, 1, key.name)]
        if isinstance(reduced, bytes):
            return digest_of([reduced])
        if not key.large:
            (dump,) = yield [("DUMP", key.name)]
            if isinstance(dump, bytes):
                return digest_of([dump])
    return digest_of([seen])

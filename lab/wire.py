"""Reads the commands in what a client writes: RESP arrays of bulk strings, and inline commands.

Only the beginning of a large argument is looked at; nothing large is copied.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["Argument", "Large", "WireError", "Words", "commands_in"]

KEPT = 1_024
"""Bytes of an argument that are kept for showing."""

_KEPT_ARGUMENTS = 64
_LONGEST_LINE = 65_536
_ARRAY, _BULK = b"*$"

Chunk = bytes | bytearray | memoryview


class WireError(ValueError):
    """These bytes are not commands."""


class Large(NamedTuple):
    """The beginning of a large argument, its full size, and the SHA-1 of the whole if it is a script."""

    head: bytes
    size: int
    sha1: str | None = None


Argument = bytes | Large


class Words(NamedTuple):
    """One command: its first arguments, and how many more there are."""

    arguments: list[Argument]
    more: int = 0


def commands_in(chunks: Sequence[Chunk]) -> list[Words]:
    """All commands of one write. Raises WireError where the bytes are something else."""
    if len(chunks) == 1 and isinstance(chunk := chunks[0], bytes):
        try:
            return _usual(chunk)
        except (ValueError, IndexError):
            pass  # something large, or something strange: more carefully then
    reader = _Reader(chunks)
    found = []
    while not reader.at_end():
        line = reader.line()
        if line[:1] == b"*":
            if count := _number(line):
                found.append(_array(reader, count))
        elif words := line.split():
            kept: list[Argument] = [word[:KEPT] for word in words[:_KEPT_ARGUMENTS]]
            found.append(Words(kept, len(words) - len(kept)))
    return found


def _usual(chunk: bytes) -> list[Words]:
    """Short commands in one piece, which is what nearly all writes are. Anything else is a ValueError."""
    find = chunk.find
    at, end = 0, len(chunk)
    found = []
    while at < end:
        if chunk[at] != _ARRAY:
            raise ValueError
        stop = find(b"\r\n", at)
        count = int(chunk[at + 1 : stop])
        at = stop + 2
        if not 0 < count <= _KEPT_ARGUMENTS:
            raise ValueError
        arguments: list[Argument] = []
        for _ in range(count):
            if chunk[at] != _BULK:
                raise ValueError
            stop = find(b"\r\n", at)
            size = int(chunk[at + 1 : stop])
            if not 0 <= size <= KEPT:
                raise ValueError
            at = stop + 2 + size
            arguments.append(chunk[stop + 2 : at])
            at += 2
        found.append(Words(arguments))
    if at != end:
        raise ValueError
    return found


def _array(reader: _Reader, count: int) -> Words:
    kept: list[Argument] = []
    for position in range(count):
        line = reader.line()
        if line[:1] != b"$":
            raise WireError(f"expected the size of an argument, got {line[:40]!r}")
        size = _number(line)
        if position < _KEPT_ARGUMENTS:
            kept.append(reader.argument(size, whole=_is_script(kept)))
        else:
            reader.skip(size)
        reader.end_of_argument()
    return Words(kept, count - len(kept))


def _is_script(before: list[Argument]) -> bool:
    """Whether what follows these arguments is the text of a script."""
    words = [word.upper() if isinstance(word, bytes) else b"" for word in before[:3]]
    return words in ([b"EVAL"], [b"EVAL_RO"], [b"SCRIPT", b"LOAD"])


def _number(line: bytes) -> int:
    digits = line[1:]
    if not digits.isdigit():
        raise WireError(f"expected a number, got {line[:40]!r}")
    return int(digits)


class _Reader:
    """A cursor over chunks; an argument or a line may run from one chunk into the next."""

    __slots__ = ("_at", "_chunk", "_chunks", "_index")

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self._chunks = chunks
        self._index = 0
        self._at = 0
        self._chunk: Chunk = chunks[0] if chunks else b""
        self._advance()

    def _advance(self) -> None:
        while self._at >= len(self._chunk) and self._index + 1 < len(self._chunks):
            self._index += 1
            self._chunk = self._chunks[self._index]
            self._at = 0

    def at_end(self) -> bool:
        return self._at >= len(self._chunk)

    def line(self) -> bytes:
        line = b""
        while len(line) < _LONGEST_LINE:
            if self.at_end():
                raise WireError(f"a line without an end: {line[:40]!r}")
            if isinstance(chunk := self._chunk, bytes):
                stop = chunk.find(b"\n", self._at, self._at + _LONGEST_LINE)
                line += bytes(self._take(stop + 1 - self._at if stop >= 0 else _LONGEST_LINE))
            else:
                line += bytes(self._take(1))
            if line.endswith(b"\n"):
                return line.removesuffix(b"\n").removesuffix(b"\r")
        raise WireError(f"a line that does not end: {line[:40]!r}")

    def argument(self, size: int, whole: bool) -> Argument:
        digest = hashlib.sha1(usedforsecurity=False)
        head = b""
        left = size if whole else min(size, KEPT)
        while left:
            piece = self._take(left)
            left -= len(piece)
            head += bytes(piece[: KEPT - len(head)])
            if whole:
                digest.update(piece)
        if not whole:
            self.skip(size - len(head))
        return head if len(head) == size else Large(head, size, digest.hexdigest() if whole else None)

    def skip(self, size: int) -> None:
        while size:
            size -= len(self._take(size))

    def end_of_argument(self) -> None:
        end = b"".join(bytes(self._take(1)) for _ in range(2))
        if end != b"\r\n":
            raise WireError(f"an argument does not end where its size says: {end!r}")

    def _take(self, size: int) -> memoryview:
        """A view of up to `size` bytes, as many as this chunk still has."""
        if size and self.at_end():
            raise WireError("the bytes end within a command")
        start, chunk = self._at, self._chunk
        self._at = min(start + size, len(chunk))
        if self._at >= len(chunk):
            self._advance()
        return memoryview(chunk)[start : start + size]

"""Reads what people write: UTF-8, with or without the mark that some editors put in front of it.

A file that cannot be read is a sentence with the place and the cure, not an exception of the codec's.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["LARGEST", "Unreadable", "read_words"]

LARGEST = 1_000_000
"""Bytes. The longest lesson of the course has a seventieth of it: more is a mistake and no lesson."""


class Unreadable(Exception):
    """The file cannot be read; the message says where and why, after the file's name."""

    @property
    def says(self) -> str:
        return str(self)


def read_words(file: Path) -> str:
    """The text of the file."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise Unreadable(f"it cannot be read ({error.strerror}). Check the file and its rights.") from error
    if len(raw) > LARGEST:
        raise Unreadable(
            f"it has {len(raw):,} bytes, and {LARGEST:,} are the most. Take out what is no text, or split it."
        )
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            f"line {line}: this is not UTF-8 (byte {raw[error.start]:#04x}). Save the file as UTF-8."
        ) from error

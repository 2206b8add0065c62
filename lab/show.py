"""Any value as short, safe text: for people to read, never to parse.

Text stays as it is, but characters that cannot be seen are escaped. Bytes that are not UTF-8 are shown as
`\\x..`. What is too long is cut, and says how long it was. The cost depends on what is shown, not on what
is left out: a value of 100 MB is neither copied nor decoded as a whole.
"""

from __future__ import annotations

import codecs
import itertools
from collections.abc import Iterable, Mapping, Sequence, Set

__all__ = ["binary_text", "error_text", "shown"]

_DEEPEST = 6
_JOINERS = frozenset("\u200c\u200d")  # invisible, but they hold names and emoji together
_UTF8 = codecs.getincrementaldecoder("utf-8")


def shown(value: object, limit: int = 200) -> str:
    """A reply, an argument or a value in at most `limit` characters, and then how much is left out."""
    if type(value) is str and 0 < len(value) <= limit and value.isprintable():
        return value  # which is what most are
    return _shown(value, limit, 0)


def binary_text(head: bytes, size: int, limit: int = 200) -> str:
    """Text of a value of `size` bytes of which only the beginning is at hand."""
    if len(head) == size <= limit and head.isascii():
        text = head.decode("ascii")
        if text.isprintable():
            return text  # which is what nearly all are
    try:
        text = _UTF8().decode(head, len(head) == size)
    except UnicodeDecodeError:
        text = "".join(chr(byte) if 32 <= byte < 127 else f"\\x{byte:02x}" for byte in head[: limit + 1])
    else:
        text = _printable(text, limit)
    if len(text) <= limit and len(head) == size:
        return text
    return f"{text[:limit]}… ({size:,} bytes)"


def error_text(error: BaseException) -> str:
    """What the server said, with the code that redis-py takes off; for other errors their own words."""
    words = str(error) or type(error).__name__
    code = getattr(error, "status_code", None)
    return f"{code} {words}" if code and not words.startswith(f"{code} ") else words


def _shown(value: object, limit: int, depth: int) -> str:
    match value:
        case None:
            return "(nil)"
        case bool():
            return "true" if value else "false"
        case str():
            return _string(value, limit, depth)
        case bytes() | bytearray() | memoryview():
            return _bytes(value, limit, depth)
        case int():
            return _cut(_integer(value), limit)
        case float():
            return repr(value).removesuffix(".0")
        case BaseException():
            return _cut(_printable(f"(error) {error_text(value)}", limit), limit)
        case Mapping():
            pairs = (f"{_shown(k, 80, depth + 1)}: {_shown(v, limit, depth + 1)}" for k, v in value.items())
            return _many("{", pairs, "}", len(value), limit, depth)
        case Set():
            first = sorted(_shown(item, limit, depth + 1) for item in itertools.islice(value, limit))
            return _many("{", first, "}", len(value), limit, depth)
        case Sequence():
            return _many(
                "[", (_shown(item, limit, depth + 1) for item in value), "]", len(value), limit, depth
            )
        case _:
            return _cut(_printable(str(value), limit), limit)


def _string(value: str, limit: int, depth: int) -> str:
    text = _printable(value, limit)
    if len(text) > limit:
        return f"{text[:limit]}… ({len(value):,} {'bytes' if value.isascii() else 'characters'})"
    return _quoted(text) if depth or not text else text


def _bytes(value: bytes | bytearray | memoryview, limit: int, depth: int) -> str:
    size = value.nbytes if isinstance(value, memoryview) else len(value)
    text = binary_text(bytes(value[: 4 * limit + 4]), size, limit)
    return _quoted(text) if (depth or not text) and size <= limit else text


def _integer(value: int) -> str:
    # Python refuses to print integers of more than 4,300 digits.
    return str(value) if value.bit_length() <= 512 else f"an integer of {value.bit_length():,} bits"


def _quoted(text: str) -> str:
    plain = text and not any(character in ' ,"[]{}' for character in text)
    return text if plain else '"' + text.replace('"', '\\"') + '"'


def _printable(text: str, limit: int) -> str:
    """The first characters of the text (a few more than `limit`), with everything invisible escaped."""
    head = text[: limit + 1]
    if head.isprintable():
        return head
    return "".join(c if c.isprintable() or c in _JOINERS else _escaped(c) for c in head)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "backslashreplace").decode("ascii")


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit]}…"


def _many(left: str, items: Iterable[str], right: str, count: int, limit: int, depth: int) -> str:
    """As many items as fit, then the number of those left out."""
    if depth >= _DEEPEST:
        return f"{left}… {count:,} more{right}" if count else left + right
    parts: list[str] = []
    room = limit
    for item in items:
        if parts and len(item) + 2 > room:
            break
        parts.append(item)
        room -= len(item) + 2
    if len(parts) < count:
        parts.append(f"… {count - len(parts):,} more")
    return left + ", ".join(parts) + right

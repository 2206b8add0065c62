"""The patterns of PSUBSCRIBE as regular expressions, by the rules of Redis and not by those of a shell."""

from __future__ import annotations

import re
from functools import cache

__all__ = ["glob"]


@cache
def glob(pattern: bytes) -> re.Pattern[bytes]:
    """To be matched as a whole. `!` negates nothing, a backslash escapes, a set may stay open."""
    found = [b"(?=.)"] if pattern else []  # not even * matches an empty name
    at = 0
    while at < len(pattern):
        one = pattern[at : at + 1]
        at += 1
        if one == b"*":
            found.append(b".*")
        elif one == b"?":
            found.append(b".")
        elif one == b"[":
            text, at = _set(pattern, at)
            found.append(text)
        else:
            if one == b"\\" and at < len(pattern):
                one = pattern[at : at + 1]
                at += 1
            found.append(re.escape(one))
    return re.compile(b"".join(found), re.DOTALL)


def _set(pattern: bytes, at: int) -> tuple[bytes, int]:
    """The set that begins here, and where it ends."""
    negated = pattern[at : at + 1] == b"^"
    at += negated
    members: list[bytes] = []
    while at < len(pattern):
        one, rest = pattern[at : at + 1], len(pattern) - at
        if one == b"\\" and rest >= 2:
            members.append(re.escape(pattern[at + 1 : at + 2]))
            at += 2
        elif one == b"]":
            at += 1
            break
        elif rest >= 3 and pattern[at + 1 : at + 2] == b"-":
            first, last = sorted((one, pattern[at + 2 : at + 3]))
            members.append(re.escape(first) + b"-" + re.escape(last))
            at += 3
        else:
            members.append(re.escape(one))
            at += 1
    if not members:
        return (b"." if negated else b"(?!)"), at
    return b"[" + b"^" * negated + b"".join(members) + b"]", at

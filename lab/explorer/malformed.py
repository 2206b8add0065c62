"""Commands that the server answers with an error whatever the keyspace holds: they are sent as they are.

Nothing is rewritten in what cannot be understood, so that the client reads the server's own words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from lab.explorer.commands import Command, name_of

__all__ = ["malformed"]

_MOST_MS = 2**63 - 2**43  # and some centuries to add it to
_MOST_FIELD_MS = 2**46 - 1
_number = re.compile(rb"-?(0|[1-9]\d{0,18})\Z").match
_Check = Callable[[Command], bool]


def _words(least: int, most: int | None = None) -> _Check:
    return lambda command: len(command) < least or (most is not None and len(command) > most)


def _too_late(unit: int, most: int = _MOST_MS) -> _Check:
    """EXPIRE-like: a time that no clock reaches."""
    return lambda command: len(command) > 2 and bool(_number(command[2])) and int(command[2]) * unit > most


def _options_too_late(command: Command) -> bool:
    for word, amount in pairwise(command[2:]):
        unit = {b"EX": 1000, b"PX": 1, b"EXAT": 1000, b"PXAT": 1}.get(word.upper())
        if unit is not None:
            return bool(_number(amount)) and int(amount) * unit > _MOST_MS
    return False


def _script(command: Command) -> bool:
    if len(command) < 3 or not _number(command[2]):
        return True
    return not 0 <= int(command[2]) <= len(command) - 3


def _claim(command: Command) -> bool:
    return len(command) < 6 or not _number(command[4]) or not _times(command[5:])


def _times(words: Sequence[bytes]) -> bool:
    """Whether a number follows every IDLE and TIME."""
    return all(
        index + 1 < len(words) and _number(words[index + 1])
        for index, word in enumerate(words)
        if word.upper() in (b"IDLE", b"TIME")
    )


def _pending(command: Command) -> bool:
    return len(command) < 3 or len(command) in (4, 5) or not _times(command[3:4] + command[4:5])


def _scan(command: Command) -> bool:
    words = command[2:]
    counts = [after for word, after in zip(words[::2], words[1::2], strict=False) if word.upper() == b"COUNT"]
    return len(words) % 2 == 1 or len(command) < 2 or any(not _number(one) or int(one) < 1 for one in counts)


_CHECKS: dict[str, _Check] = {
    **dict.fromkeys(("EVAL", "EVALSHA", "EVAL_RO", "EVALSHA_RO"), _script),
    **dict.fromkeys(("PUBLISH", "SPUBLISH"), _words(3, 3)),
    **dict.fromkeys(("SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE", "WATCH", "XINFO"), _words(2)),
    "SCAN": _scan,
    **dict.fromkeys(("TTL", "PTTL", "DUMP"), _words(2, 2)),
    **dict.fromkeys(("HTTL", "HPTTL"), _words(5)),
    **dict.fromkeys(("EXPIRE", "SETEX"), _too_late(1000)),
    **dict.fromkeys(("PEXPIRE", "PSETEX"), _too_late(1)),
    "HEXPIRE": _too_late(1000, _MOST_FIELD_MS),
    "HPEXPIRE": _too_late(1, _MOST_FIELD_MS),
    **dict.fromkeys(("SET", "GETEX"), _options_too_late),
    "DISCARD": lambda command: True,  # a transaction is one write and ends with EXEC
    "TIME": _words(1, 1),
    "XREADGROUP": lambda command: all(word.upper() != b"STREAMS" for word in command),
    "XCLAIM": _claim,
    "XAUTOCLAIM": lambda command: len(command) < 6 or not _number(command[4]),
    "XPENDING": _pending,
}


def malformed(command: Command) -> bool:
    """Whether the server understands this command in no keyspace."""
    check = _CHECKS.get(name_of(command))
    return check is not None and check(command)

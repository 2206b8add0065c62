"""Virtual time: deadlines are rewritten on the wire, so that the server's own clock never matters.

Virtual time begins in the year 2100 (`EPOCH_MS`). A relative deadline is sent as an absolute one of that era,
TTLs are read back as deadlines and made relative again, so no key ever expires by itself: time passes only
when the explorer says so. Inside scripts `prelude.lua` does the same.

The times of deliveries to a consumer group cannot lie in the future, so they lie at `STREAM_EPOCH_MS` plus
the virtual time that has passed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from lab.explorer.commands import Command, name_of

__all__ = ["EPOCH_MS", "STREAM_EPOCH_MS", "Rewritten", "rewrite"]

EPOCH_MS = 4_102_444_800_000
STREAM_EPOCH_MS = 1_000_000_000_000

Fix = Callable[[Any], Any]


class Rewritten(NamedTuple):
    """A command as it goes to the server, what turns its reply back, whether either depends on the time."""

    command: Command
    fix: Fix | None = None
    timed: bool = False


_INTEGER = re.compile(rb"0|-?[1-9][0-9]*")


def _number(text: bytes) -> int | None:
    """An integer as Redis reads one: not "2.5", "+5", "05" or "5_0"."""
    return int(text) if _INTEGER.fullmatch(text) else None


def _bytes(number: int) -> bytes:
    return b"%d" % number


def _deadline(name: str, milliseconds: bool) -> Callable[[Command, int], Rewritten]:
    """EXPIRE-like: the relative time stands third."""

    def change(command: Command, now: int) -> Rewritten:
        amount = _number(command[2]) if len(command) > 2 else None
        if amount is None or amount <= 0:
            return Rewritten(command)
        at = now + (amount if milliseconds else amount * 1000)
        return Rewritten((name.encode(), command[1], _bytes(at), *command[3:]), None, True)

    return change


def _past(milliseconds: bool) -> Callable[[Command, int], Rewritten]:
    """EXPIREAT-like: absolute times are virtual already; one that has passed must lie in the real past."""

    def change(command: Command, now: int) -> Rewritten:
        amount = _number(command[2]) if len(command) > 2 else None
        if amount is None:
            return Rewritten(command)
        if (amount if milliseconds else amount * 1000) > now:
            return Rewritten(command, None, True)
        return Rewritten((command[0], command[1], b"1", *command[3:]), None, True)

    return change


def _setex(milliseconds: bool) -> Callable[[Command, int], Rewritten]:
    def change(command: Command, now: int) -> Rewritten:
        amount = _number(command[2]) if len(command) == 4 else None
        if amount is None or amount <= 0:
            return Rewritten(command)
        at = now + (amount if milliseconds else amount * 1000)
        return Rewritten((b"SET", command[1], command[3], b"PXAT", _bytes(at)), None, True)

    return change


def _options(start: int) -> Callable[[Command, int], Rewritten]:
    """EX, PX, EXAT and PXAT anywhere among the options, which begin at `start`."""

    def change(command: Command, now: int) -> Rewritten:
        for index in range(start, len(command) - 1):
            word = command[index].upper()
            if word == b"FIELDS":
                break
            if word not in (b"EX", b"PX", b"EXAT", b"PXAT"):
                continue
            amount = _number(command[index + 1])
            if amount is None or amount <= 0:
                break
            unit = 1 if word.startswith(b"PX") else 1000
            at = amount * unit + (0 if word.endswith(b"AT") else now)
            at = at if at > now else 1
            return Rewritten((*command[:index], b"PXAT", _bytes(at), *command[index + 2 :]), None, True)
        return Rewritten(command)

    return change


def _restore(command: Command, now: int) -> Rewritten:
    amount = _number(command[2]) if len(command) >= 4 else None
    if amount is None or amount <= 0 or any(word.upper() == b"ABSTTL" for word in command[4:]):
        return Rewritten(command)
    return Rewritten((*command[:2], _bytes(now + amount), *command[3:], b"ABSTTL"), None, True)


def _left(name: str, unit: int, more: int = 0) -> Callable[[Command, int], Rewritten]:
    """TTL-like: ask for the deadline and answer how far away it is, in units of so many milliseconds.

    `more` before they are cut to whole units: TTL rounds to the nearest second, HTTL rounds up.
    """

    def change(command: Command, now: int) -> Rewritten:
        def left(at: Any) -> Any:
            if isinstance(at, list):
                return [left(one) for one in at]
            if not isinstance(at, int) or at < 0:
                return at
            return (at - now + more) // unit

        return Rewritten((name.encode(), *command[1:]), left, True)

    return change


def _time(command: Command, now: int) -> Rewritten:
    reply = [_bytes(now // 1000), _bytes(now % 1000 * 1000)]
    return Rewritten(command, lambda _: list(reply), True)


def _xadd(command: Command, now: int) -> Rewritten:
    index = 2
    while index < len(command):
        word = command[index].upper()
        if word in (b"NOMKSTREAM", b"KEEPREF", b"DELREF", b"ACKED"):
            index += 1
        elif word in (b"MAXLEN", b"MINID"):
            index += 3 if command[index + 1 : index + 2] in ((b"~",), (b"=",)) else 2
        elif word == b"LIMIT":
            index += 2
        else:
            break
    if command[index : index + 1] != (b"*",):
        return Rewritten(command)
    return Rewritten((*command[:index], b"%d-*" % now, *command[index + 1 :]), None, True)


def _scan(command: Command, now: int) -> Rewritten:
    """One batch, in the order of the names: a cursor depends on the size of the server's tables."""
    kept: list[bytes] = []
    index = 2
    while index < len(command):
        if command[index].upper() != b"COUNT":
            kept += command[index : index + 2]
        index += 2
    return Rewritten((*command[:2], *kept, b"COUNT", b"1000000000"), lambda r: [r[0], sorted(r[1])])


def _sorted(command: Command, now: int) -> Rewritten:
    return Rewritten(command, lambda reply: sorted(reply) if isinstance(reply, list) else reply)


_RULES: dict[str, Callable[[Command, int], Rewritten]] = {
    "SET": _options(3),
    "GETEX": _options(2),
    "HGETEX": _options(2),
    "HSETEX": _options(2),
    "SETEX": _setex(milliseconds=False),
    "PSETEX": _setex(milliseconds=True),
    "EXPIRE": _deadline("PEXPIREAT", milliseconds=False),
    "PEXPIRE": _deadline("PEXPIREAT", milliseconds=True),
    "HEXPIRE": _deadline("HPEXPIREAT", milliseconds=False),
    "HPEXPIRE": _deadline("HPEXPIREAT", milliseconds=True),
    "EXPIREAT": _past(milliseconds=False),
    "PEXPIREAT": _past(milliseconds=True),
    "HEXPIREAT": _past(milliseconds=False),
    "HPEXPIREAT": _past(milliseconds=True),
    "TTL": _left("PEXPIRETIME", 1000, 500),
    "PTTL": _left("PEXPIRETIME", 1),
    "HTTL": _left("HPEXPIRETIME", 1000, 999),
    "HPTTL": _left("HPEXPIRETIME", 1),
    "TIME": _time,
    "RESTORE": _restore,
    "XADD": _xadd,
    "SCAN": _scan,
    "KEYS": _sorted,
}


def rewrite(command: Command, now: int) -> Rewritten:
    """The command as the server must see it at the virtual time `now`."""
    rule = _RULES.get(name_of(command))
    return rule(command, now) if rule else Rewritten(command)

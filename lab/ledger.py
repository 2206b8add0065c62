"""The acknowledged-writes ledger: what the application was told, compared with what the server holds.

    ledger = Ledger()
    ledger.attempt("ann", lambda: redis.rpush("jobs", "j1"),
                   command="RPUSH", key="jobs", item="j1", effect="push")
    compare(ledger.entries, {"jobs": redis.lrange("jobs", 0, -1)}).gone     # acknowledged and not there

An effect is what the command claims to have done once it is acknowledged:

    set      the item is there, alone      SET: what was there before is replaced
    put      the item is there             SET NX, SADD, HSET, a lock taken, a session opened
    remove   the item is not there         DEL, SREM, a lock released, a session ended
    push     the item is there once more   LPUSH, RPUSH, XADD
    pop      the item is there once less   LPOP, RPOP; the item is known from the reply
    count    a number grew by `amount`     INCR, INCRBY, ZINCRBY, HINCRBY
    look     nothing                       GET, or a write that was never meant to last
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from redis.exceptions import MaxConnectionsError, RedisError, ResponseError

__all__ = ["Comparison", "Effect", "Entry", "Finding", "Held", "Kind", "Ledger", "Status", "compare"]

Effect = Literal["set", "put", "remove", "push", "pop", "count", "look"]
Status = Literal["acknowledged", "refused", "unknown"]
"""What the client knows: it is done; it is not; or an error came that leaves both open."""
Kind = Literal[
    "acknowledged and gone", "gone and back", "applied though the client saw an error",
    "applied though the client was told no", "counted twice",
]  # fmt: skip
Held = Mapping[str, int | str | Iterable[str] | None]
"""By key, what the server holds: a number for a counter, items otherwise; None or left out is nothing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer that the application got, or the error that it saw. Times are in seconds."""

    who: str
    command: str
    key: str
    item: str
    effect: Effect
    amount: int
    status: Status
    reply: str
    """The reply as text, or the class and the words of the error."""
    error: str
    """The class of the error; empty if there was none."""
    at: float
    """When the answer came, since the ledger was opened."""
    took: float


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference between what was said and what is there, `times` over."""

    kind: Kind
    key: str
    item: str
    times: int = 1

    @property
    def says(self) -> str:
        what = f"{self.key} {self.item}".strip()
        return f"{what}: {self.kind}" + (f", {self.times:,} times" if self.times > 1 else "")


@dataclass(frozen=True, slots=True)
class Comparison:
    """All differences, and how many answers there were of which status (looks are not counted)."""

    findings: tuple[Finding, ...]
    acknowledged: int
    refused: int
    unknown: int

    def times(self, kind: Kind) -> int:
        """How often a difference of this kind was found."""
        return sum(finding.times for finding in self.findings if finding.kind == kind)

    @property
    def gone(self) -> int:
        """Acknowledged, and the server does not hold it."""
        return self.times("acknowledged and gone")

    @property
    def back(self) -> int:
        """Removed with an acknowledgement, and there again."""
        return self.times("gone and back")

    @property
    def unseen(self) -> int:
        """Applied though the client saw an error or was told no."""
        return self.times("applied though the client saw an error") + self.times(
            "applied though the client was told no"
        )

    @property
    def twice(self) -> int:
        """There more often than all the application asked for."""
        return self.times("counted twice")


class Ledger:
    """Written by any number of clients, each in a thread of its own."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._began = now()
        self._lock = threading.Lock()
        self._entries: list[Entry] = []

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All answers so far, in the order in which they came."""
        with self._lock:
            return tuple(self._entries)

    def at(self) -> float:
        """Seconds since it was opened."""
        return self._now() - self._began

    def attempt(
        self,
        who: str,
        what: Callable[[], Any],
        *,
        command: str,
        key: str,
        item: str | Callable[[Any], str] = "",
        effect: Effect = "put",
        amount: int = 1,
        accepted: Callable[[Any], bool] = lambda reply: reply is not None and reply is not False,
    ) -> Entry:
        """Do it, write down what came back, and return that. Errors of Redis are written down, not raised.

        `item` may be worked out of the reply (a job that was popped). `accepted` says whether a reply means
        that it was done; None and False do not (SET NX).
        """
        began = self.at()
        reply, error = None, ""
        status: Status
        try:
            reply = what()
            status = "acknowledged" if accepted(reply) else "refused"
            said = _text(reply)
        except RedisError as caught:
            status = "refused" if _is_definite(caught) else "unknown"
            error, said = type(caught).__name__, f"{type(caught).__name__}: {caught}"
        found = item if isinstance(item, str) else item(reply) if status == "acknowledged" else ""
        with self._lock:
            at = self.at()
            entry = Entry(who, command, key, found, effect, amount, status, said, error, at, at - began)
            self._entries.append(entry)
        return entry


def compare(entries: Iterable[Entry], held: Held) -> Comparison:
    """What the entries claim against what the server holds of the keys that they name."""
    told = [entry for entry in entries if entry.effect != "look"]
    by_key: dict[str, list[Entry]] = {}
    for entry in told:
        by_key.setdefault(entry.key, []).append(entry)
    findings: list[Finding] = []
    for key, own in by_key.items():
        there = held.get(key)
        if any(entry.effect == "count" for entry in own):
            findings += _of_counter(key, own, int(there) if isinstance(there, int | str) else 0)
            continue
        if any(entry.effect == "set" for entry in own):
            findings += _of_register(key, own, None if there is None else str(there))
            continue
        if isinstance(there, int):
            raise TypeError(f"{key!r} was written as items; a number says nothing about them")
        items = Counter([there] if isinstance(there, str) else there or ())
        by_item: dict[str, list[Entry]] = {}
        for entry in own:
            by_item.setdefault(entry.item, []).append(entry)
        for item, mine in by_item.items():
            pile = any(entry.effect in ("push", "pop") for entry in mine)
            findings += (_of_pile if pile else _of_item)(key, item, mine, items[item])
    statuses = Counter(entry.status for entry in told)
    return Comparison(tuple(findings), statuses["acknowledged"], statuses["refused"], statuses["unknown"])


def _of_counter(key: str, entries: list[Entry], there: int) -> Iterator[Finding]:
    known = sum(entry.amount for entry in entries if entry.status == "acknowledged")
    open_ = sum(entry.amount for entry in entries if entry.status == "unknown")
    yield from _between(key, "", there, known, known + open_)


def _of_pile(key: str, item: str, entries: list[Entry], there: int) -> Iterator[Finding]:
    """A pop whose reply was lost names no item, so a push it took is found as acknowledged and gone."""
    tally = Counter((entry.effect, entry.status) for entry in entries)
    known = tally["push", "acknowledged"] - tally["pop", "acknowledged"]
    low = max(0, known)
    yield from _between(key, item, there, low, low + tally["push", "unknown"])


def _between(key: str, item: str, there: int, low: int, high: int) -> Iterator[Finding]:
    if there < low:
        yield Finding("acknowledged and gone", key, item, low - there)
    if there > low and high > low:
        yield Finding("applied though the client saw an error", key, item, min(there, high) - low)
    if there > high:
        yield Finding("counted twice", key, item, there - high)


def _of_item(key: str, item: str, entries: list[Entry], there: int) -> Iterator[Finding]:
    """The last answer that left no doubt says what should be; a later error leaves both open."""
    last: Effect | None = None
    doubt = False
    for entry in entries:
        if entry.status == "acknowledged":
            last, doubt = entry.effect, False
        elif entry.status == "unknown":
            doubt = doubt or entry.effect != last
    should = last == "put"
    if doubt and bool(there) != should:
        yield Finding("applied though the client saw an error", key, item)
    elif should and not there:
        yield Finding("acknowledged and gone", key, item)
    elif there and last == "remove":
        yield Finding("gone and back", key, item)
    elif there and last is None and any(entry.status == "refused" for entry in entries):
        yield Finding("applied though the client was told no", key, item)


def _of_register(key: str, entries: list[Entry], there: str | None) -> Iterator[Finding]:
    """A value that each write replaces: only the last acknowledged one should be there."""
    should: str | None = None
    removed, open_ = False, set[str | None]()
    for entry in entries:
        value = entry.item if entry.effect != "remove" else None
        if entry.status == "acknowledged":
            should, removed, open_ = value, value is None, set()
        elif entry.status == "unknown":
            open_.add(value)
    if there == should:
        return
    if there in open_:
        yield Finding("applied though the client saw an error", key, there or "")
    elif should is not None:
        yield Finding("acknowledged and gone", key, should)
    elif removed:
        yield Finding("gone and back", key, there or "")
    elif any(entry.status == "refused" and entry.item == there for entry in entries):
        yield Finding("applied though the client was told no", key, there or "")


def _is_definite(error: RedisError) -> bool:
    """Whether it says that nothing was done. A broken connection and a time-out say nothing."""
    return isinstance(error, ResponseError | MaxConnectionsError)


def _text(reply: object) -> str:
    if isinstance(reply, bytes):
        return reply.decode(errors="replace")
    return str(reply)

"""Faults against the throttle: the reply that said "you are the first" is lost, and a primary dies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redis import Redis

from lessons.breaking import Lossy, Pair
from lessons.inputs import Integer
from lessons.model import Count, Experiment, Fault, Shown, Trial
from lessons.pictures import Bar, Bars, Table, TableRow, Tone
from lessons.staging import plural
from patterns.request_throttle import NaiveThrottle, Throttle

if TYPE_CHECKING:
    from lab.workshop import Workshop

LIMIT, WINDOW = 5, 60
CLIENTS = Integer("clients", "Clients", 6, 1, 30, help="Each sends its first request.")
LOST = Integer("lost", "Replies lost", 3, 0, 30)

Kind = type[NaiveThrottle] | type[Throttle]


def throttle(redis: Redis, kind: Kind) -> NaiveThrottle | Throttle:
    return kind(redis, "search", LIMIT, WINDOW)


def reply_lost(workshop: Workshop, kind: Kind, command: str, *, clients: int, lost: int) -> Shown:
    """The first command of some clients runs, its reply is lost, and redis-py sends it again by itself."""
    workshop.progress(0.1, "A server, and a proxy that loses replies")
    lossy = Lossy(workshop, "request_throttle")
    ours = throttle(lossy.client(), kind)
    rows, immortal = [], 0
    for number in range(clients):
        workshop.progress(0.2 + 0.7 * number / clients, f"Client {number + 1} of {clients}")
        who, gone = f"client {number + 1}", number < lost
        if gone:
            lossy.proxy.drop_reply(command)
        decision = ours.allow(who)
        left = int(lossy.direct.pttl(f"{ours.base}:{{{who}}}"))
        immortal += left < 0
        rows.append(
            TableRow(
                (
                    who,
                    "lost" if gone else "came",
                    f"{decision.remaining} left",
                    "never" if left < 0 else f"in {left / 1000:,.0f} s",
                ),
                "bad" if left < 0 else "good",
            )
        )
    tone: Tone = "bad" if immortal else "good"
    return Shown(
        f"{plural(min(lost, clients), 'reply was', 'replies were')} lost. "
        f"{plural(immortal, 'client has', 'clients have')} a count that never ends"
        + (
            f", and {'is' if immortal == 1 else 'are'} refused for ever once it is full." if immortal else "."
        ),
        tone,
        (Count("Counts without an end", immortal, "", tone),),
        Table("Each client", ("Client", "Its first reply", "Tokens", "The key goes"), tuple(rows)),
    )


def failover(workshop: Workshop, kind: Kind) -> Shown:
    """One client spends all it has; the primary dies before its replica hears of it."""
    workshop.progress(0.2, "A primary and its replica")
    pair = Pair(workshop, "request_throttle")
    pair.stall()
    before = sum(throttle(pair.primary, kind).allow("ann").allowed for _ in range(2 * LIMIT))
    workshop.progress(0.6, "The primary dies, the replica takes over")
    after = sum(throttle(pair.fail_over(), kind).allow("ann").allowed for _ in range(2 * LIMIT))
    over = before + after - LIMIT
    return Shown(
        f"ann got {before} requests through, and after the failover {after} more at once: {over} over her "
        f"limit of {LIMIT}. A full bucket is the most that a failover gives away.",
        "warn",
        (Count("Over the limit", over, "requests", "warn"),),
        Bars(
            "Requests let through within a moment",
            (Bar("before the failover", before), Bar("after it", after, "warn")),
            "requests",
            limit=LIMIT,
            limit_label="the limit",
        ),
    )


def naive_reply_lost(workshop: Workshop, /, *, clients: int, lost: int) -> Shown:
    return reply_lost(workshop, NaiveThrottle, "INCRBY", clients=clients, lost=lost)


def hardened_reply_lost(workshop: Workshop, /, *, clients: int, lost: int) -> Shown:
    return reply_lost(workshop, Throttle, "EVALSHA", clients=clients, lost=lost)


def naive_failover(workshop: Workshop, /) -> Shown:
    return failover(workshop, NaiveThrottle)


def hardened_failover(workshop: Workshop, /) -> Shown:
    return failover(workshop, Throttle)


FAULTS = (
    Experiment(
        "The first reply is lost",
        watch="Watch for the keys that never go. Nobody dies here.",
        trials=(
            Trial("Naive: two is not one", naive_reply_lost, "bad", (NaiveThrottle.allow,)),
            Trial("Hardened: a token is lost", hardened_reply_lost, "good", (Throttle.allow,)),
        ),
        inputs=(CLIENTS, LOST),
        seconds=1.0,
    ),
    Experiment(
        "The primary dies",
        watch="Watch for how much a client gets beyond its limit. Neither version can remember what is gone.",
        trials=(
            Trial("Naive", naive_failover, "warn", (NaiveThrottle.allow,)),
            Trial("Hardened", hardened_failover, "warn", (Throttle.allow,)),
        ),
        seconds=1.0,
    ),
)

FAULT = Fault("A reply is lost, a primary dies", FAULTS)

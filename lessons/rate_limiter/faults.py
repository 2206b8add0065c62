"""Faults against the limiter: replies that are lost, and a Redis that is gone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Literal

from redis.exceptions import RedisError

from lessons.breaking import Lossy
from lessons.inputs import Integer
from lessons.model import Count, Experiment, Fault, Shown, Trial
from lessons.pictures import Bar, Bars, Table, TableRow, Tone
from lessons.staging import plural
from patterns.rate_limiter import NaiveRateLimiter, RateLimiter

if TYPE_CHECKING:
    from redis import Redis

    from lab.workshop import Workshop

LIMIT, WINDOW, GATEWAYS = 12, 60, 4
LOST = Integer("lost", "Replies lost", 4, 0, 12, help="Of the first requests, one each.")
REQUESTS = Integer("requests", "Requests for each gateway", 10, 1, 100)

Make = Callable[["Redis"], NaiveRateLimiter | RateLimiter]
Without = Literal["open", "closed", "alone"]


def naive(redis: Redis) -> NaiveRateLimiter:
    return NaiveRateLimiter(redis, "api", LIMIT, WINDOW)


def log(redis: Redis) -> RateLimiter:
    return RateLimiter(redis, "api", LIMIT, WINDOW, algorithm="log")


def counter(redis: Redis) -> RateLimiter:
    return RateLimiter(redis, "api", LIMIT, WINDOW, algorithm="counter")


def replies_lost(workshop: Workshop, make: Make, command: str, *, lost: int) -> Shown:
    """A client sends as many requests as its limit; some are decided, and the answer never comes."""
    workshop.progress(0.1, "A server, and a proxy that loses replies")
    lossy = Lossy(workshop, "rate_limiter")
    limiter = make(lossy.client())
    rows, passed = [], 0
    for number in range(LIMIT):
        workshop.progress(0.2 + 0.7 * number / LIMIT, f"Request {number + 1} of {LIMIT}")
        gone = number < lost
        if gone:
            lossy.proxy.drop_reply(command)
        decision = limiter.allow("ann")
        passed += decision.allowed
        rows.append(
            TableRow(
                (
                    f"request {number + 1}",
                    "lost, and sent again" if gone else "came",
                    "admitted" if decision.allowed else "refused",
                    str(decision.remaining),
                ),
                "plain" if decision.allowed else "bad",
            )
        )
    refused = LIMIT - passed
    tone: Tone = "good" if not refused else "warn" if make is counter else "bad"
    return Shown(
        f"ann sent {LIMIT} requests, which is her limit. {plural(passed, 'was', 'were')} admitted and "
        f"{refused} refused: {'none counted twice' if not refused else 'what was sent again counted twice'}.",
        tone,
        (Count("Refused within the limit", refused, "requests", tone),),
        Table("Each request", ("Request", "Its reply", "Decision", "Left"), tuple(rows)),
    )


class Alone:
    """What a gateway does by itself: its share of the limit, counted in its own memory."""

    def __init__(self) -> None:
        self.left = LIMIT // GATEWAYS

    def allow(self) -> bool:
        self.left -= 1
        return self.left >= 0


def gone(workshop: Workshop, without: Without, *, requests: int) -> Shown:
    """Redis is killed, and four gateways must decide without it."""
    workshop.progress(0.1, "A Redis, and four gateways")
    lossy = Lossy(workshop, "rate_limiter")
    gateways = [(log(lossy.client(retries=0)), Alone()) for _ in range(GATEWAYS)]
    lossy.server.kill()
    passed = []
    for number, (limiter, alone) in enumerate(gateways):
        workshop.progress(0.3 + 0.6 * number / GATEWAYS, f"Gateway {number + 1}, and no Redis")
        passed.append(sum(_decide(limiter, alone, without) for _ in range(requests)))
    total, over = sum(passed), max(0, sum(passed) - LIMIT)
    sent = requests * GATEWAYS
    tone: Tone = "bad" if over else "warn" if not total else "good"
    return Shown(
        f"Redis is gone. {total} of {sent} requests passed under a limit of {LIMIT}: "
        + (f"{over} too many." if over else "nobody got through." if not total else "the limit held."),
        tone,
        (
            Count("Passed", total, "requests", tone),
            Count("Refused", sent - total, "requests"),
        ),
        Bars(
            "What each gateway let through",
            tuple(Bar(f"gateway {number}", one) for number, one in enumerate(passed, 1)),
            "requests",
        ),
    )


def _decide(limiter: RateLimiter, alone: Alone, without: Without) -> bool:
    try:
        return limiter.allow("ann").allowed
    except RedisError:
        return alone.allow() if without == "alone" else without == "open"


def trial(label: str, make: Make, command: str, expect: Tone) -> Trial:
    def run(workshop: Workshop, /, *, lost: int) -> Shown:
        return replies_lost(workshop, make, command, lost=lost)

    return Trial(label, run, expect, (make, NaiveRateLimiter.allow if make is naive else RateLimiter.allow))


def without(how: Without, workshop: Workshop, /, *, requests: int) -> Shown:
    return gone(workshop, how, requests=requests)


FAULTS = (
    Experiment(
        "Replies are lost",
        watch="Watch for requests that are refused although ann is within her limit.",
        trials=(
            trial("Naive: counted twice", naive, "EXEC", "bad"),
            trial("Hardened, log: the same request", log, "EVALSHA", "good"),
            trial("Hardened, counter: on the strict side", counter, "EVALSHA", "warn"),
        ),
        inputs=(LOST,),
        seconds=1.0,
    ),
    Experiment(
        "Redis is gone",
        watch="Watch for what gets through, and for who is turned away. No answer fits every route.",
        trials=(
            Trial("Fail open", partial(without, "open"), "bad", (_decide,)),
            Trial("Fail closed", partial(without, "closed"), "warn", (_decide,)),
            Trial("Each gateway its share", partial(without, "alone"), "good", (Alone.allow, _decide)),
        ),
        inputs=(REQUESTS,),
        seconds=1.0,
    ),
)

FAULT = Fault("Replies are lost, Redis is gone", FAULTS)

"""The numbers of a limiter, measured on the learner's own server wherever it can measure them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from redis.crc import key_slot

from lessons.measure import NotHere, bytes_of, round_trips_of
from lessons.model import Compare, Fact, Numbers, Pair
from lessons.staging import clear, load_scripts
from patterns.rate_limiter import NaiveRateLimiter, RateLimiter

if TYPE_CHECKING:
    from lab.bench import Bench

ADDRESS = "203.0.113.7"
SIZES = (100, 1_000)
OURS = "ratelimit:*:measured:*"


def log_of(bench: Bench, limit: int) -> RateLimiter:
    return RateLimiter(bench.quiet(), "measured", limit, 60, namespace=bench.namespace)


def key_of(limiter: NaiveRateLimiter | RateLimiter) -> str:
    return f"{limiter.base}:{{{ADDRESS}}}"


def bytes_per_request(bench: Bench, /) -> str:
    """A log with a full limit of lines, and the counter beside it."""
    load_scripts(bench, "rate_limiter")
    clear(bench, OURS)
    sizes: list[int] = []
    for limit in SIZES:
        log = log_of(bench, limit)
        for _ in range(limit):
            log.allow(ADDRESS)
        found = bytes_of(bench, key_of(log))
        clear(bench, OURS)
        if isinstance(found, NotHere):
            return found
        sizes.append(found)
    counter = RateLimiter(
        bench.quiet(), "measured", 1_000, 60, algorithm="counter", namespace=bench.namespace
    )
    counter.allow(ADDRESS)
    two = bytes_of(bench, key_of(counter))
    clear(bench, OURS)
    parts = [f"{size:,} bytes for {limit:,} requests" for size, limit in zip(sizes, SIZES, strict=True)]
    return f"Log: {', '.join(parts)}. Counter: {two} bytes, whatever the limit."


def round_trips(bench: Bench, /) -> str:
    """What one request costs on the wire in each version."""
    load_scripts(bench, "rate_limiter")
    clear(bench, OURS)
    gateway = bench.client("gateway")
    naive = NaiveRateLimiter(gateway, "measured", 1, 60, namespace=bench.namespace)
    hardened = RateLimiter(gateway, "measured", 1, 60, namespace=bench.namespace)
    told = []
    for title, limiter in (("Naive", naive), ("Hardened", hardened)):
        passes, refused = (round_trips_of(bench, partial(limiter.allow, ADDRESS)) for _ in range(2))
        told.append(f"{title}: {passes} for a request that is admitted, {refused} for one that is not.")
    clear(bench, OURS)
    return " ".join(told)


def off_by_one(bench: Bench, /) -> str:
    """Look whether the count is over the limit, then count: how many get in?"""
    key = f"{bench.namespace}ratelimit:fixed:measured:{{{ADDRESS}}}"
    quiet, limit, admitted = bench.quiet(), 10, 0
    for _ in range(20):
        if int(quiet.get(key) or 0) > limit:
            continue
        quiet.incr(key)
        admitted += 1
    clear(bench, OURS)
    return f"“count > {limit}”, then INCR: {admitted} get in. The reply of INCR itself says who is the last."


def same_millisecond(bench: Bench, /) -> str:
    """Ten requests whose member is the time."""
    key = f"{bench.namespace}ratelimit:log:measured:{{{ADDRESS}}}"
    for _ in range(10):
        bench.quiet().zadd(key, {"1800000000000": 1_800_000_000_000})
    lines = bench.quiet().zcard(key)
    clear(bench, OURS)
    return f"Ten requests of one millisecond, named by their time: ZCARD is {lines}."


def slots(bench: Bench, /) -> str:
    """The suffix that is computed from the client itself."""
    key = "rate_limit:3:123"
    return (
        f"`rate_limit:${{userId % 10}}:${{userId}}` of user 123 is always {key}, slot "
        f"{key_slot(key.encode()):,}: one key as before, with a longer name."
    )


COMPARE = Compare(
    "Naive beside hardened",
    (
        Pair("Ask for one request", NaiveRateLimiter.allow, RateLimiter.allow),
        Pair("What it is made of", NaiveRateLimiter.__init__, RateLimiter.__init__),
    ),
)

NUMBERS = Numbers(
    "The numbers to say aloud",
    (
        Fact(
            "Memory: a log grows with the limit, a counter does not.", "cmd:memory-usage", bytes_per_request
        ),
        Fact(
            "Round trips. Hardened pays two more once, when the server does not know the script yet.",
            "scripting",
            round_trips,
        ),
        Fact(
            "Refusing only when the count is over the limit, and counting afterwards, admits one too many.",
            "cmd:incr",
            off_by_one,
        ),
        Fact("The lines of a log need names of their own, not the time.", "cmd:zadd", same_millisecond),
        Fact(
            "A shard number that is computed from the identity splits nothing.",
            "cluster",
            slots,
        ),
        Fact(
            "A count of the window before, weighted by what is still in sight: Cloudflare found 0.003 % of "
            "400 million requests wrongly judged, and the estimated rate 6 % off on average.",
            "cloudflare:counting",
        ),
        Fact(
            "RateLimit and RateLimit-Policy are drafts of the IETF; Retry-After is a standard. It takes a "
            "date or seconds from now; with seconds, clocks need not agree.",
            "ietf:ratelimit, rfc:9110",
        ),
    ),
)

"""The numbers of a throttle, measured on the learner's own server wherever it can measure them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lessons.measure import NotHere, bytes_of, round_trips_of
from lessons.model import Compare, Fact, Numbers, Pair
from lessons.staging import clear, load_scripts
from patterns.request_throttle import NaiveThrottle, Throttle

if TYPE_CHECKING:
    from lab.bench import Bench

ADDRESS = "203.0.113.7"
KEY = f"throttle:measured:{{{ADDRESS}}}"
OURS = "throttle:measured:*"


def fresh(bench: Bench) -> str:
    """The key in this bench, unused; the server knows the scripts."""
    load_scripts(bench, "request_throttle")
    clear(bench, OURS)
    return f"{bench.namespace}{KEY}"


def bytes_per_client(bench: Bench, /) -> str:
    """A bucket in use, and the same when it is full."""
    key = fresh(bench)
    Throttle(bench.quiet(), "measured", 10, 60, namespace=bench.namespace).allow(ADDRESS)
    found, left = bytes_of(bench, key), bench.quiet().pttl(key)
    clear(bench, OURS)
    if isinstance(found, NotHere):
        return found
    return (
        f"{found} bytes for a client that took one token of ten, for {left / 1000:.0f} s. "
        f"A million clients at once: {found:,} MB. A full bucket takes nothing: it is not there."
    )


def round_trips(bench: Bench, /) -> str:
    """What the first, the second and a refused request cost on the wire in each version."""
    fresh(bench)
    gateway = bench.client("gateway")
    told = []
    for version in (NaiveThrottle, Throttle):
        throttle = version(gateway, "measured", 2, 60, namespace=bench.namespace)
        first, second, refused = (round_trips_of(bench, partial(throttle.allow, ADDRESS)) for _ in range(3))
        title = "Naive" if version is NaiveThrottle else "Hardened"
        told.append(
            f"{title}: {first} for the first request, {second} for the second, {refused} for a refusal."
        )
        clear(bench, OURS)
    return " ".join(told)


def without_ttl(bench: Bench, /) -> str:
    """INCR, and then the client dies before its EXPIRE."""
    key = fresh(bench)
    bench.quiet().incr(key)
    ttl = bench.quiet().ttl(key)
    clear(bench, OURS)
    return (
        f"TTL answers {ttl}: no end. After the limit this client is refused until somebody deletes the key."
    )


def expire_each_time(bench: Bench, /) -> str:
    """The usual repair, EXPIRE after every INCR, under steady traffic. Time is moved on by hand."""
    key, admitted = fresh(bench), 0
    for _ in range(44):
        admitted += bench.quiet().incr(key) <= 5
        bench.quiet().pexpire(key, 1_000)
        bench.fast_forward(0.05)
    clear(bench, OURS)
    return f"44 requests in 2.2 s under a limit of 5 per second: {admitted} got in, all of them at the start."


def expire_nx(bench: Bench, /) -> str:
    """EXPIRE NX sets a TTL only where there is none."""
    key = fresh(bench)
    bench.quiet().incr(key)
    replies = [int(bench.quiet().expire(key, 60, nx=True)) for _ in range(2)]
    clear(bench, OURS)
    return f"EXPIRE NX answers {replies[0]} where there was no TTL and {replies[1]} where there is one."


COMPARE = Compare(
    "Naive beside hardened",
    (
        Pair("Ask for a request", NaiveThrottle.allow, Throttle.allow),
        Pair("What it is made of", NaiveThrottle.__init__, Throttle.__init__),
    ),
)

NUMBERS = Numbers(
    "The numbers to say aloud",
    (
        Fact("Memory of a client.", "cmd:memory-usage", bytes_per_client),
        Fact(
            "Round trips. Hardened pays two more once, when the server does not know the script yet.",
            "scripting",
            round_trips,
        ),
        Fact(
            "INCR and EXPIRE as two commands: who dies in between leaves a key for ever.",
            "cmd:incr",
            without_ttl,
        ),
        Fact(
            "EXPIRE after every INCR: under steady traffic the window never ends.",
            "cmd:expire",
            expire_each_time,
        ),
        Fact(
            "From Redis 7.0 on, MULTI with INCR and EXPIRE NX keeps the counter and gives it its TTL once.",
            "cmd:expire, tx",
            expire_nx,
        ),
        Fact("From Redis 8.8 on, INCREX counts, bounds and sets the TTL in one command.", "cmd:increx"),
        Fact(
            "A bucket has two numbers: how much it holds is the burst, how fast it fills is the rate.",
            "use:rate-limiter",
        ),
    ),
)

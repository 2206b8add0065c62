"""What a limiter costs for the interviewer's numbers, where its keys lie, and what each Redis offers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Literal

from redis import Redis

from lessons.measure import sample_of
from lessons.model import Cost, Dial, Estimate, Keys, Production, Sample, Scale, Way
from lessons.staging import clear, load_scripts
from patterns.rate_limiter import RateLimiter

if TYPE_CHECKING:
    from lab.bench import Bench

LIMIT, WINDOW = 100, 3_600
CLIENTS = {"log": 200, "counter": 2_000}
"""A counter is as large after one request as after a hundred, and so small that many must be weighed."""


def at_their_limit(algorithm: Literal["log", "counter"], bench: Bench, /) -> Sample:
    """Clients who have used up a limit of a hundred; an operation is a request."""
    keys = f"ratelimit:{algorithm}:measured:*"
    clear(bench, keys)
    load_scripts(bench, "rate_limiter")

    def make(redis: Redis) -> RateLimiter:
        return RateLimiter(redis, "measured", LIMIT, WINDOW, algorithm=algorithm, namespace=bench.namespace)

    unseen, ours = make(bench.quiet()), make(bench.client("gateway"))
    names = [f"client-{number:06}" for number in range(CLIENTS[algorithm])]

    def fill() -> list[str]:
        for name in names:
            for _ in range(LIMIT if algorithm == "log" else 1):
                unseen.allow(name)
        return [f"{unseen.base}:{{{name}}}" for name in names]

    return sample_of(bench, fill, len(names), lambda: ours.allow("another"), keys)


def of_one_client(redis: Redis) -> Sequence[str]:
    return [f"{RateLimiter(redis, name, 5, 60).base}:{{ann}}" for name in ("minute", "day")]


def of_clients(redis: Redis) -> Sequence[str]:
    return [f"{RateLimiter(redis, 'minute', 5, 60).base}:{{client-{number}}}" for number in range(1, 9)]


COST = Cost(
    "The sum for a million customers",
    (
        Estimate(
            "customer at the limit, in the log", "customers", partial(at_their_limit, "log"), 1_000_000,
            "many slots", "request", 40_000,
            why="A limit of 100 makes a log of 100 lines. The sum grows with the limit.",
        ),
        Estimate(
            "customer at the limit, in the counter", "customers", partial(at_their_limit, "counter"),
            1_000_000, "many slots", "request", 40_000,
            why="Two numbers, whatever the limit. They take the window before as evenly spread.",
        ),
    ),
)  # fmt: skip

SCALE = Scale(
    "Limits on a cluster",
    (
        Keys(
            "Two limits of one customer", "meet", of_one_client,
            "The tag is the customer, so that one script could check all of a customer's limits.",
        ),
        Keys("The same limit of eight customers", "spread", of_clients, "Each has a slot of their own."),
    ),
)  # fmt: skip

INCR_FIRST = (
    "local n = redis.call('INCR', KEYS[1]) "
    "if n == 1 then redis.call('PEXPIRE', KEYS[1], 60000) end return n <= 100 and 1 or 0"
)

PRODUCTION = Production(
    "In production",
    Dial(
        "A fixed window, counted and decided in one step",
        (
            Way(
                "6.2", "A script: INCR, its end, the comparison",
                "It compares the reply of INCR and not a count that was read before. It still has a "
                "boundary: for any window, use the log or the counter of this lesson.",
                "scripting, cmd:incr",
                call=("EVAL", INCR_FIRST, "1", "{key}"),
            ),
            Way(
                "8.8", "INCREX",
                "One command counts up to a bound and sets the end only when there is none. The boundary "
                "stays, so it takes the place of the fixed window and not of the log.",
                "cmd:increx",
                call=("INCREX", "{key}", "UBOUND", "100", "EX", "60", "ENX"),
                valkey=False,
            ),
        ),
    ),
)  # fmt: skip

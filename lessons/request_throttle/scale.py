"""What a throttle costs for the interviewer's numbers, where its keys lie, and what each Redis offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from redis import Redis

from lessons.measure import sample_of
from lessons.model import Cost, Dial, Estimate, Keys, Production, Sample, Scale, Way
from lessons.staging import clear, load_scripts
from patterns.request_throttle import Throttle

if TYPE_CHECKING:
    from lab.bench import Bench

CLIENTS = 2_000
KEYS = "throttle:measured:*"


def buckets(bench: Bench, /) -> Sample:
    """Two thousand clients who are not at rest; an operation is a request."""
    clear(bench, KEYS)
    load_scripts(bench, "request_throttle")
    unseen = Throttle(bench.quiet(), "measured", 100, 3_600, namespace=bench.namespace)
    ours = Throttle(bench.client("gateway"), "measured", 100, 3_600, namespace=bench.namespace)

    def fill() -> list[str]:
        names = [f"client-{number:06}" for number in range(CLIENTS)]
        for name in names:
            unseen.allow(name)
        return [f"{unseen.base}:{{{name}}}" for name in names]

    return sample_of(bench, fill, CLIENTS, lambda: ours.allow("client-000001"), KEYS)


def of_one_client(redis: Redis) -> Sequence[str]:
    return [f"{Throttle(redis, name, 5, 60).base}:{{ann}}" for name in ("search", "upload")]


def of_clients(redis: Redis) -> Sequence[str]:
    return [f"{Throttle(redis, 'search', 5, 60).base}:{{client-{number}}}" for number in range(1, 9)]


COST = Cost(
    "The sum for three million clients",
    (
        Estimate(
            "bucket in use", "buckets", buckets, 3_000_000, "many slots", "request", 30_000,
            why="A client at rest has no bucket. Count those who sent something within the last window.",
        ),
    ),
)  # fmt: skip

SCALE = Scale(
    "Buckets on a cluster",
    (
        Keys(
            "Two throttles of one client", "meet", of_one_client,
            "The tag is the client, so that one script could look at all its buckets.",
        ),
        Keys("Buckets of eight clients", "spread", of_clients, "Clients know nothing of each other."),
    ),
)  # fmt: skip

COUNT = (
    "local n = redis.call('INCR', KEYS[1]) "
    "if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], 60000) end return n"
)

PRODUCTION = Production(
    "In production",
    Dial(
        "Count a request, and let the count end for certain",
        (
            Way(
                "6.2", "A script of INCR and PEXPIRE",
                "It looks at the TTL and not at the count, so it also heals a key that has none.",
                "scripting, cmd:expire",
                call=("EVAL", COUNT, "1", "{key}"),
            ),
            Way(
                "7.0", "EXPIRE with NX, in MULTI with INCR",
                "NX sets a TTL only where there is none, so it may follow every INCR. Here it meets a count "
                "that lost its TTL.",
                "cmd:expire",
                call=("EXPIRE", "{key}", "60", "NX"),
                seed=(("INCR", "{key}"),),
            ),
        ),
    ),
)  # fmt: skip

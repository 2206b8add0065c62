"""What drivers and rides cost for the interviewer's numbers, where their keys lie, what each Redis offers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import TYPE_CHECKING

from redis import Redis

from lessons.geo_search.places import Spot, drivers_around
from lessons.measure import sample_of
from lessons.model import Cost, Dial, Estimate, Keys, Production, Sample, Scale, Way
from lessons.staging import clear, load_scripts
from patterns.geo_search import Drivers

if TYPE_CHECKING:
    from lab.bench import Bench

DRIVERS, RIDES = 2_000, 500
STAGE = "measured"
KEYS = f"drivers:{{{STAGE}}}*"
DAY = 86_400
CELLS = ("eyckp", "eyckr", "eyckx", "eycs0", "eycs1", "eycs2", "eycs3", "eycs8", "eycs9")
"""The centre of Lisbon and its eight neighbours."""


def fresh(bench: Bench) -> tuple[Drivers, Drivers, list[tuple[str, Spot]]]:
    """The city as a driver sees it, the same unseen, and where everybody is."""
    clear(bench, KEYS)
    load_scripts(bench, "geo_search")
    seen, unseen = (
        Drivers(redis, STAGE, namespace=bench.namespace, fresh=DAY, lease=DAY, ride=DAY)
        for redis in (bench.client("driver"), bench.quiet())
    )
    return seen, unseen, list(drivers_around("Lisbon", DRIVERS, 20_000))


def drivers(bench: Bench, /) -> Sample:
    """Two thousand drivers, each with a position and an age; an operation is a report."""
    seen, unseen, fleet = fresh(bench)
    name, at = fleet[0]

    def fill() -> list[str]:
        for driver, where in fleet:
            unseen.report(driver, where.latitude, where.longitude)
        return unseen._index

    return sample_of(bench, fill, len(fleet), lambda: seen.report(name, at.latitude, at.longitude), KEYS)


def rides(bench: Bench, /) -> Sample:
    """Five hundred riders who have a driver: a deadline, and a field in each of two hashes."""
    seen, unseen, fleet = fresh(bench)
    for driver, where in fleet:
        unseen.report(driver, where.latitude, where.longitude)
    riders = count(1)

    def ride(dispatch: Drivers) -> None:
        number = next(riders)
        _, at = fleet[number]
        dispatch.assign(f"rider-{number:06}", at.latitude, at.longitude, 20_000)

    def fill() -> list[str]:
        for _ in range(RIDES):
            ride(unseen)
        return unseen._claims

    return sample_of(bench, fill, RIDES, lambda: ride(seen), KEYS)


def of_a_city(redis: Redis) -> Sequence[str]:
    city = Drivers(redis, "Lisbon")
    return [*city._index, *city._claims]


def of_cells(redis: Redis) -> Sequence[str]:
    return [Drivers(redis, f"Lisbon {cell}").key for cell in CELLS]


COST = Cost(
    "The sum for a hundred thousand drivers",
    (
        Estimate(
            "driver on the road", "drivers", drivers, 100_000, "one slot", "report", 25_000,
            why="Position and age. Each reports every four seconds, and a city is one slot.",
        ),
        Estimate(
            "ride under way", "rides", rides, 30_000, "one slot", "claim", 50,
            why="The claim has three entries: a deadline, the driver's rider, and the rider's driver.",
        ),
    ),
)  # fmt: skip

SCALE = Scale(
    "A city on a cluster",
    (
        Keys(
            "Positions, ages and claims of Lisbon", "meet", of_a_city,
            "One script looks who is near, alive and free, and takes one of them.",
        ),
        Keys(
            "The centre of Lisbon and the cells around it", "spread", of_cells,
            "The tag is the city and a geohash of five letters. A search near a border asks several cells.",
        ),
    ),
)  # fmt: skip

CLAIM = (
    "local now = redis.call('TIME')[1] local till = redis.call('ZSCORE', KEYS[1], ARGV[1]) "
    "if till and tonumber(till) > tonumber(now) then return 0 end "
    "redis.call('ZADD', KEYS[1], now + 15, ARGV[1]) return 1"
)
CLAIM_FIELD = (
    "if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end "
    "redis.call('HPEXPIRE', KEYS[1], 15000, 'FIELDS', 1, ARGV[1]) return 1"
)

PRODUCTION = Production(
    "In production",
    Dial(
        "Claim one driver for fifteen seconds, in the city's own key",
        (
            Way(
                "6.2", "A script over a sorted set of deadlines",
                "A member has no TTL of its own, so its score is the deadline, and who asks compares it.",
                "scripting, cmd:zadd",
                call=("EVAL", CLAIM, "1", "{key}", "driver-01"),
            ),
            Way(
                "7.4", "A script of HSETNX and HPEXPIRE",
                "A field of a hash may have a TTL of its own: a claim that ran out goes by itself.",
                "cmd:hpexpire, cmd:hsetnx",
                call=("EVAL", CLAIM_FIELD, "1", "{key}", "driver-01", "rita"),
            ),
            Way(
                "8.0", "HSETEX with FNX",
                "Owner, end and “only if nobody has them” in one command. The search before it, and the same "
                "driver for a rider who asks again, still need the script around it.",
                "cmd:hsetex",
                call=("HSETEX", "{key}", "FNX", "EX", "15", "FIELDS", "1", "driver-01", "rita"),
            ),
        ),
    ),
)  # fmt: skip

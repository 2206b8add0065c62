"""Counting things: points, events, visitors, pieces in a cart, items seen."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from benchmarks._contest import Batch, Contest, Contestant, Peer, repeat
from benchmarks._place import Place

TODAY = date(2026, 1, 15)
PLAYERS = 1_000
ROOM = 1_000_000


def players() -> Iterator[str]:
    return itertools.cycle([f"player-{number}" for number in range(PLAYERS)])


def add_points(place: Place) -> Batch:
    from patterns.leaderboard import Leaderboard

    board, player = Leaderboard(place.client(), "ours"), players()
    return repeat(lambda: board.add_points(next(player), 10, place.new()))


def zincrby(place: Place) -> Batch:
    redis, player = place.client(), players()
    return repeat(lambda: redis.zincrby("floor", 10, next(player)))


def walrus_zset(place: Place) -> Batch:
    board, player = walrus(place).ZSet("walrus"), players()
    return repeat(lambda: board.incr(next(player), 10))


def around(place: Place) -> Batch:
    from patterns.leaderboard import Leaderboard

    board = Leaderboard(place.client(), "ours")
    for number, player in zip(range(PLAYERS), players(), strict=False):
        board.add_points(player, number, f"event-{number}")
    return repeat(lambda: board.around("player-500", 5))


def rank_and_range(place: Place) -> Batch:
    redis = place.client()
    redis.zadd("floor", {player: number for number, player in zip(range(PLAYERS), players(), strict=False)})

    def once() -> object:
        rank = redis.zrevrank("floor", "player-500")
        return redis.zrange("floor", max(0, rank - 5), rank + 5, desc=True, withscores=True)

    return repeat(once)


def incr(place: Place) -> Batch:
    redis = place.client()
    return repeat(lambda: redis.incr("floor"))


def count(place: Place) -> Batch:
    from patterns.distributed_counter import Counter

    counter = Counter(place.client(), "ours")
    return repeat(counter.add)


def count_event(place: Place) -> Batch:
    from patterns.distributed_counter import Counter

    counter = Counter(place.client(), "ours")
    return repeat(lambda: counter.add(1, place.new()))


def walrus_counter(place: Place) -> Batch:
    counter = walrus(place).counter("walrus")
    return repeat(counter.incr)


def pottery_counter(place: Place) -> Batch:
    from pottery import RedisCounter

    counter = RedisCounter(redis=place.client(), key="pottery")

    def once() -> object:
        counter["events"] += 1
        return True

    return repeat(once)


def pfadd(place: Place) -> Batch:
    redis = place.client()

    def once() -> object:
        redis.pfadd("floor", place.new())
        return True

    return repeat(once)


def visit(place: Place) -> Batch:
    from patterns.unique_visitors import Visitors

    visitors = Visitors(place.client(), "shop")
    return repeat(lambda: visitors.visit("home", place.new(), TODAY) is None)


def pottery_sketch(place: Place) -> Batch:
    from pottery import HyperLogLog

    sketch = HyperLogLog(redis=place.client(), key="pottery")
    return repeat(lambda: sketch.add(place.new()) is None)


def walrus_sketch(place: Place) -> Batch:
    sketch = walrus(place).HyperLogLog("walrus")

    def once() -> object:
        sketch.add(place.new())
        return True

    return repeat(once)


def hincrby(place: Place) -> Batch:
    redis = place.client()
    return repeat(lambda: redis.hincrby(f"cart:{next_cart(place)}", "shoe", 1))


def next_cart(place: Place) -> str:
    return f"{int(place.new()) % 1_000}"


def add_to_cart(place: Place) -> Batch:
    from patterns.shopping_cart import Cart

    redis = place.client()
    carts = itertools.cycle([Cart(redis, f"owner-{number}") for number in range(PLAYERS)])
    return repeat(lambda: next(carts).add("shoe", 1, place.new()))


def pottery_cart(place: Place) -> Batch:
    from pottery import RedisCounter

    redis = place.client()
    carts = itertools.cycle([RedisCounter(redis=redis, key=f"pottery:{number}") for number in range(PLAYERS)])

    def once() -> object:
        next(carts)["shoe"] += 1
        return True

    return repeat(once)


def walrus_cart(place: Place) -> Batch:
    database = walrus(place)
    carts = itertools.cycle([database.Hash(f"walrus:{number}") for number in range(PLAYERS)])
    return repeat(lambda: next(carts).incr("shoe", 1))


def filter_add(kind: str) -> Callable[[Place], Batch]:
    def start(place: Place) -> Batch:
        from patterns import bloom_filter

        seen = getattr(bloom_filter, kind)(place.client(), "ours", capacity=ROOM)
        seen.rebuild(list)
        return repeat(lambda: isinstance(seen.add(place.new()), bool))

    return start


def bf_add(place: Place) -> Batch:
    redis = place.client()
    redis.execute_command("BF.RESERVE", "floor", 0.01, ROOM)
    return repeat(lambda: redis.execute_command("BF.ADD", "floor", place.new()) is not None)


def setbits(place: Place) -> Batch:
    redis = place.client()

    def once() -> object:
        value = hash(place.new())
        bits = redis.bitfield("floor")
        for turn in range(7):
            bits.set("u1", (value * (turn + 1)) % (10 * ROOM), 1)
        return bits.execute()

    return repeat(once)


def pottery_filter(place: Place) -> Batch:
    from pottery import BloomFilter

    seen = BloomFilter(num_elements=ROOM, false_positives=0.01, redis=place.client(), key="pottery")
    return repeat(lambda: seen.add(place.new()) is None)


def walrus_filter(place: Place) -> Batch:
    seen = walrus(place).bloom_filter("walrus", size=10 * ROOM // 8)
    return repeat(lambda: seen.add(place.new()) is None)


def walrus(place: Place) -> Any:
    from walrus import Database

    return place.client(Database)


TWICE = "Sent again by the client itself after a lost reply, it counts twice."
ONE_COMMAND = "It sends the floor's one command and keeps no mark of it; ours sends a script."
SEEN = (
    "One caller at most is told that it was first; a full filter refuses; a lost one says so; a new one is "
    "built beside the old."
)
POTTERY = "Read, add, write: of two at once, one is lost; its update() is guarded and takes four trips."

CONTESTS = (
    Contest(
        "leaderboard",
        "count an event's points",
        Contestant("ZINCRBY", f"{TWICE} Ties by name.", zincrby),
        Contestant(
            "Leaderboard", "An event counts once; ties go to who was first; nothing below zero.", add_points
        ),
        (Peer("walrus ZSet", f"{TWICE} Ties by name.", walrus_zset, "walrus", "weaker", ONE_COMMAND),),
    ),
    Contest(
        "leaderboard",
        "a page around a player",
        Contestant(
            "ZREVRANK, ZRANGE REV", "Between the two the ranking may move: a torn page.", rank_and_range
        ),
        Contestant("Leaderboard", "One moment of the ranking, with the player on it.", around),
    ),
    Contest(
        "distributed_counter",
        "count",
        Contestant("INCR", f"{TWICE} One key, one slot.", incr),
        Contestant(
            "Counter", "Once, however often the client itself retries; eight keys in eight slots.", count
        ),
        (
            Peer("walrus Counter", f"{TWICE} One key.", walrus_counter, "walrus", "weaker", ONE_COMMAND),
            Peer("pottery RedisCounter", f"{POTTERY} One key.", pottery_counter, "pottery", "weaker"),
        ),
    ),
    Contest(
        "distributed_counter",
        "count an event by its id",
        Contestant("INCR", f"{TWICE} One key, one slot.", incr),
        Contestant(
            "Counter", "An event counts once, whoever sends it again; eight keys in eight slots.", count_event
        ),
    ),
    Contest(
        "unique_visitors",
        "note a visit",
        Contestant("PFADD", "No TTL.", pfadd),
        Contestant("Visitors", "Once a day and span; gone in time; can be spread over slots.", visit),
        (
            Peer("pottery HyperLogLog", "No TTL, no days.", pottery_sketch, "pottery", "weaker"),
            Peer("walrus HyperLogLog", "No TTL, no days.", walrus_sketch, "walrus", "weaker", ONE_COMMAND),
        ),
    ),
    Contest(
        "shopping_cart",
        "put a piece into a cart",
        Contestant("HINCRBY", f"{TWICE} No bound, no TTL.", hincrby),
        Contestant("Cart", "A request counts once; between one and 999 pieces; gone in time.", add_to_cart),
        (
            Peer("pottery RedisCounter", f"{POTTERY} No bound, no TTL.", pottery_cart, "pottery", "weaker"),
            Peer("walrus Hash", f"{TWICE} No bound, no TTL.", walrus_cart, "walrus", "weaker", ONE_COMMAND),
        ),
    ),
    Contest(
        "bloom_filter",
        "add an item",
        Contestant(
            "BF.ADD", "A lost filter comes back by itself, empty, and with room for a hundred.", bf_add
        ),
        Contestant("SeenFilter", SEEN, filter_add("SeenFilter")),
        needs="bloom",
    ),
    Contest(
        "bloom_filter",
        "add an item, without the module",
        Contestant(
            "BITFIELD, seven bits",
            "A lost filter comes back by itself, empty; a full one answers yes.",
            setbits,
        ),
        Contestant("CoreSeenFilter", SEEN, filter_add("CoreSeenFilter")),
        (
            Peer(
                "pottery BloomFilter",
                "Nobody is told who was first. A lost filter comes back by itself, empty.",
                pottery_filter,
                "pottery",
                "weaker",
            ),
            Peer(
                "walrus BloomFilter",
                "Nobody is told who was first; four hashes whatever the size. A lost filter comes back, "
                "empty.",
                walrus_filter,
                "walrus",
                "weaker",
                "It sets four bits and reads nothing; ours reads seven, counts, and looks for a filter "
                "being built.",
            ),
        ),
    ),
)

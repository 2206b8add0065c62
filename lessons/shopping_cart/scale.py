"""What carts cost for the interviewer's numbers, where their keys lie, and what each Redis offers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from redis import Redis

from lessons.measure import sample_of
from lessons.model import Cost, Dial, Estimate, Keys, Production, Sample, Scale, Way
from lessons.staging import clear, load_scripts
from patterns.shopping_cart import Cart

if TYPE_CHECKING:
    from lab.bench import Bench

CARTS, LINES, REQUESTS = 2_000, 5, 5_000
OURS = "cart:{measured-*"


def fresh(bench: Bench) -> Cart:
    clear(bench, OURS)
    load_scripts(bench, "shopping_cart")
    return Cart(bench.client("web server"), "measured-one", namespace=bench.namespace)


def carts(bench: Bench, /) -> Sample:
    """Two thousand carts of five lines with names of 13 bytes; an operation is a look at a cart."""
    one = fresh(bench)

    def fill() -> list[str]:
        quiet = bench.quiet()
        keys = [
            Cart(quiet, f"measured-{number:06}", namespace=bench.namespace).key for number in range(CARTS)
        ]
        with quiet.pipeline(transaction=False) as batch:
            for key in keys:
                batch.hset(key, mapping={f"sku-{line:09}": 1 for line in range(LINES)})
                batch.expire(key, one.keep)
            batch.execute()
        return keys

    return sample_of(bench, fill, CARTS, one.items, OURS)


def requests(bench: Bench, /) -> Sample:
    """Requests with a UUID for an id, each a piece more in one cart."""
    one = fresh(bench)
    unseen = Cart(bench.quiet(), "measured-one", namespace=bench.namespace)
    unseen.add("tea", 1, "first")
    ids = [str(uuid.UUID(int=number)) for number in range(REQUESTS)]

    def fill() -> list[str]:
        for request in ids:
            unseen.add("tea", 1, request)
        return [f"{one.key}:did:{request}" for request in ids]

    return sample_of(bench, fill, REQUESTS, lambda: one.add("tea", 1, "one more"), OURS)


def of_one_shopper(redis: Redis) -> Sequence[str]:
    cart = Cart(redis, "ann").key
    return cart, f"{cart}:did:press-1", f"{cart}:leaving", f"{cart}:merge"


def of_shoppers(redis: Redis) -> Sequence[str]:
    return [Cart(redis, f"shopper-{number}").key for number in range(1, 9)]


COST = Cost(
    "The sum for ten million carts",
    (
        Estimate(
            "cart", "carts", carts, 10_000_000, "many slots", "look", 10_000,
            why="Five lines with names of 13 bytes. Longer names cost their length more, in every line.",
        ),
        Estimate(
            "request that is remembered", "requests", requests, 7_200_000, "many slots", "change", 2_000,
            why="2,000 changes a second, each remembered for an hour, are 7.2 million marks.",
        ),
    ),
)  # fmt: skip

SCALE = Scale(
    "Carts on a cluster",
    (
        Keys(
            "One shopper's cart and what belongs to it", "meet", of_one_shopper,
            "The change and the mark of its request are written by one script.",
        ),
        Keys("The carts of eight shoppers", "spread", of_shoppers, "Shoppers know nothing of each other."),
    ),
)  # fmt: skip

WITH_ITS_END = "return redis.call('HSET', KEYS[1], 'tea', 2, 'tea:ends', redis.call('TIME')[1] + 600)"

PRODUCTION = Production(
    "In production",
    Dial(
        "Put a line in that ends by itself after ten minutes",
        (
            Way(
                "6.2", "The end as a field beside the line, and a sweep",
                "A TTL belongs to a whole key. So a script writes line and end by the server's clock, every "
                "read leaves out the lines that are over, and a sweep takes them away.",
                "scripting, cmd:expire",
                call=("EVAL", WITH_ITS_END, "1", "{key}"),
                seed=(("HSET", "{key}", "milk", "1"),),
            ),
            Way(
                "7.4", "HEXPIRE on the line",
                "The field has a TTL of its own. A later HSET of that field takes it away again, silently.",
                "cmd:hexpire",
                call=("HEXPIRE", "{key}", "600", "FIELDS", "1", "tea"),
                seed=(("HSET", "{key}", "tea", "2", "milk", "1"),),
            ),
            Way(
                "8.0", "HSETEX: line and end in one command",
                "No moment in which the line is there without its end.",
                "cmd:hsetex",
                call=("HSETEX", "{key}", "EX", "600", "FIELDS", "1", "tea", "2"),
                seed=(("HSET", "{key}", "milk", "1"),),
            ),
        ),
    ),
)  # fmt: skip

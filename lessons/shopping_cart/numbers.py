"""The numbers of a cart, measured on the learner's own server wherever it can measure them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from redis.crc import key_slot

from lessons.measure import NotHere, round_trips_of, sizes_of
from lessons.model import Compare, Fact, Numbers, Pair
from lessons.staging import clear, load_scripts
from patterns.shopping_cart import Cart, NaiveCart

if TYPE_CHECKING:
    from lab.bench import Bench

NAME = "measured"
OURS = f"cart:{{{NAME}"


def fresh(bench: Bench) -> None:
    clear(bench, f"{OURS}*")
    load_scripts(bench, "shopping_cart")


def round_trips(bench: Bench, /) -> str:
    """What each change costs on the wire in each version."""
    fresh(bench)
    told = []
    for title, version in (("Naive", NaiveCart), ("Hardened", Cart)):
        redis = bench.client("web server")
        cart, guest = (version(redis, owner, namespace=bench.namespace) for owner in (NAME, f"{NAME}-guest"))
        guest.add("tea", 1, "g1")
        guest.add("milk", 1, "g2")
        calls: dict[str, Callable[[], object]] = {
            "to add": partial(cart.add, "tea", 1, "r1"),
            "to take": partial(cart.take, "tea", 1, "r2"),
            "to merge two lines": partial(cart.merge, f"{NAME}-guest"),
        }
        told.append(
            f"{title}: " + ", ".join(f"{round_trips_of(bench, call)} {what}" for what, call in calls.items())
        )
        clear(bench, f"{OURS}*")
    return ". ".join(told) + "."


def memory(bench: Bench, /) -> str:
    """A cart of ten lines with names of thirteen bytes."""
    fresh(bench)
    cart = Cart(bench.quiet(), NAME, namespace=bench.namespace)
    for number in range(10):
        cart.add(f"sku-{number:09}", 1, f"r{number}")
    sizes = sizes_of(bench, cart.key, f"{cart.key}:did:r1")
    clear(bench, f"{OURS}*")
    if isinstance(sizes, NotHere):
        return sizes
    whole, mark = sizes
    return (
        f"{whole} bytes for ten lines, {mark} for the mark of a request. "
        f"A million such carts: {whole / 1000:.1f} GB."
    )


def slots(bench: Bench, /) -> str:
    """Where a user's and a guest's cart lie."""
    ann, guest = (key_slot(f"cart:{{{owner}}}".encode()) for owner in ("ann", "guest-7"))
    return f"Ann's cart lies in slot {ann:,}, the guest's in {guest:,}: no script and no MULTI spans the two."


def refreshed(bench: Bench, /) -> str:
    """A TTL is set once, then a line is changed by HSET and by the pattern."""
    fresh(bench)
    cart, quiet = Cart(bench.quiet(), NAME, namespace=bench.namespace), bench.quiet()
    cart.add("tea", 1, "r1")
    quiet.expire(cart.key, 100)
    quiet.hset(cart.key, "tea", 2)
    plain = quiet.ttl(cart.key)
    cart.add("tea", 1, "r2")
    kept = quiet.ttl(cart.key)
    clear(bench, f"{OURS}*")
    return f"A TTL of 100 s is {plain} s after HSET: not refreshed. After the hardened add it is {kept:,} s."


COMPARE = Compare(
    "Naive beside hardened",
    (
        Pair("Add", NaiveCart.add, Cart.add),
        Pair("Take out", NaiveCart.take, Cart.take),
        Pair("Merge at login", NaiveCart.merge, Cart.merge),
    ),
)

NUMBERS = Numbers(
    "The numbers to say aloud",
    (
        Fact(
            "Round trips. Hardened pays two more once, when the server does not know a script.",
            "",
            round_trips,
        ),
        Fact("Memory of a cart, without its share of the server's tables.", "cmd:memory-usage", memory),
        Fact("Carts spread over a cluster by themselves, and so a merge has two slots.", "cluster", slots),
        Fact("HSET and HINCRBY do not touch the TTL of their key.", "cmd:expire", refreshed),
        Fact(
            "A TTL for each line exists since Redis 7.4 (HEXPIRE); a later HSET of that field takes it away.",
            "cmd:hexpire",
        ),
    ),
)

"""The races of the cart: two tabs add, two tabs take, a login that dies and is tried again."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from redis import Redis

from lab.scenario import Faults, Scenario
from lessons.crew import answered, crew, insist
from lessons.model import Race, Version
from patterns.shopping_cart import Cart, NaiveCart

Kind = type[NaiveCart] | type[Cart]

KINDS: dict[Version, Kind] = {"naive": NaiveCart, "hardened": Cart}


def add(redis: Redis, kind: Kind, name: str) -> int:
    """A tab puts one tea into the cart, and once more if no reply came."""
    return insist(lambda: kind(redis, "mia").add("tea", 1, f"{name} adds"))


def take(redis: Redis, kind: Kind, name: str) -> int:
    """A tab takes one tea out."""
    return kind(redis, "mia").take("tea", 1, f"{name} takes")


def log_in(redis: Redis, kind: Kind, name: str) -> int:
    """The login brings the guest's two teas along, and is tried again if no reply came."""
    return insist(lambda: kind(redis, "mia").merge("guest"))


def one_tea(redis: Redis, *, kind: Kind) -> None:
    kind(redis, "mia").add("tea", 1, "before")


def guest_with_two(redis: Redis, *, kind: Kind) -> None:
    kind(redis, "guest").add("tea", 2, "before")


def in_cart(redis: Redis, kind: Kind) -> int:
    return int(redis.hget(kind(redis, "mia").key, "tea") or 0)


def all_added(redis: Redis, results: Mapping[str, Any], *, kind: Kind) -> str | None:
    added, held = len(answered(results)), in_cart(redis, kind)
    return f"lost quantity: {added} tabs added one tea each, the cart holds {held}" if held < added else None


def none_below_zero(redis: Redis, results: Mapping[str, Any], *, kind: Kind) -> str | None:
    held = in_cart(redis, kind)
    return f"negative quantity: the cart holds {held} teas" if held < 0 else None


def merged_once(redis: Redis, results: Mapping[str, Any], *, kind: Kind) -> str | None:
    """Whoever stopped half-way logs in again."""
    kind(redis, "mia").merge("guest")
    held = in_cart(redis, kind)
    if held > 2:
        return f"doubled merge: the guest had 2 teas, mia has {held}"
    return f"lost quantity: the guest had 2 teas, mia has {held}" if held < 2 else None


def two_add(version: Version, clients: int, faults: Faults) -> Scenario:
    kind = KINDS[version]
    return Scenario(crew(clients, add, kind=kind), partial(all_added, kind=kind), faults=faults)


def two_take(version: Version, clients: int, faults: Faults) -> Scenario:
    kind = KINDS[version]
    return Scenario(
        crew(clients, take, kind=kind),
        partial(none_below_zero, kind=kind),
        partial(one_tea, kind=kind),
        faults=faults,
    )


def a_login(version: Version, clients: int, faults: Faults) -> Scenario:
    kind = KINDS[version]
    return Scenario(
        crew(clients, log_in, kind=kind),
        partial(merged_once, kind=kind),
        partial(guest_with_two, kind=kind),
        faults=faults,
    )


RACES = (
    Race(
        "Two tabs add",
        invariant="The cart holds at least every piece whose add was acknowledged.",
        look="Both tabs read the same quantity. The later HSET writes over the earlier.",
        anomaly="lost quantity",
        scenario=two_add,
        naive=(NaiveCart.add,),
        hardened=(Cart.add,),
        most_clients=4,
        faults=Faults(crashes=1, lost_replies=1),
        most_faults=Faults(crashes=2, lost_replies=2, lost_requests=2),
    ),
    Race(
        "Two tabs take the last piece",
        invariant="No line of the cart goes below zero.",
        look="Both see one tea. HINCRBY is atomic, and what it takes off was decided before.",
        anomaly="negative quantity",
        scenario=two_take,
        naive=(NaiveCart.take,),
        hardened=(Cart.take,),
        most_clients=3,
        faults=Faults(crashes=1, lost_replies=1),
        most_faults=Faults(crashes=2, lost_replies=2, lost_requests=2),
    ),
    Race(
        "A login that dies and is tried again",
        invariant="When somebody has logged in again, mia has the guest's two teas: no more and no fewer.",
        look="The lines are added, the guest's cart is not deleted yet. The next login adds them again.",
        anomaly="doubled merge",
        scenario=a_login,
        naive=(NaiveCart.merge,),
        hardened=(Cart.merge,),
        clients=1,
        most_clients=3,
        faults=Faults(crashes=1, lost_replies=1),
        most_faults=Faults(crashes=2, lost_replies=2, lost_requests=1),
    ),
)

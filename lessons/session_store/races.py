"""The races of the session store: a save that comes after the sign-out, two tabs, a TTL that goes missing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from redis import Redis

from lab.scenario import Faults, Scenario
from lessons.crew import answered, insist
from lessons.model import Race, Version
from patterns.session_store import NaiveSessions, Sessions

Store = type[NaiveSessions] | type[Sessions]

STORES: dict[Version, Store] = {"naive": NaiveSessions, "hardened": Sessions}


COOKIE = "cookie"
"""A browser keeps its cookie itself. Here it is a key: all that two tabs share has to be in Redis."""


def sign_in(redis: Redis, store: Store) -> None:
    redis.set(COOKIE, store(redis).create("mia", {"theme": "light", "cart": "empty"}))


def session(redis: Redis, store: Store) -> dict[str, str] | None:
    return store(redis).get(str(redis.get(COOKIE)))


def choose_theme(redis: Redis, store: Store) -> bool:
    """One tab saves a setting."""
    return store(redis).update(str(redis.get(COOKIE)), {"theme": "dark"})


def fill_cart(redis: Redis, store: Store) -> bool:
    """The other tab puts something into the cart."""
    return store(redis).update(str(redis.get(COOKIE)), {"cart": "tea"})


def sign_out(redis: Redis, store: Store) -> bool:
    """The other tab signs out, and asks again if no reply came."""
    return insist(lambda: store(redis).destroy(str(redis.get(COOKIE))))


def signed_out_for_good(redis: Redis, results: Mapping[str, Any], *, store: Store) -> str | None:
    if "tab 2" not in answered(results):
        return None
    found = session(redis, store)
    return "revived session: mia has signed out, and is signed in again" if found else None


def both_saved(redis: Redis, results: Mapping[str, Any], *, store: Store) -> str | None:
    found = session(redis, store)
    for tab, (field, value) in {"tab 1": ("theme", "dark"), "tab 2": ("cart", "tea")}.items():
        if found and answered(results).get(tab) and found[field] != value:
            return f"lost update: {tab} saved {field}={value}, and the session says {found[field]}"
    return None


def every_session_ends(redis: Redis, results: Mapping[str, Any]) -> str | None:
    endless = [key for key in redis.keys("session*") if redis.pttl(key) == -1]
    return "dropped TTL: the session has no end any more" if endless else None


def late_save(version: Version, clients: int, faults: Faults) -> Scenario:
    store = STORES[version]
    return Scenario(
        {"tab 1": partial(choose_theme, store=store), "tab 2": partial(sign_out, store=store)},
        partial(signed_out_for_good, store=store),
        partial(sign_in, store=store),
        faults=faults,
    )


def two_tabs(version: Version, clients: int, faults: Faults) -> Scenario:
    store = STORES[version]
    return Scenario(
        {"tab 1": partial(choose_theme, store=store), "tab 2": partial(fill_cart, store=store)},
        partial(both_saved, store=store),
        partial(sign_in, store=store),
        faults=faults,
    )


def saved(version: Version, clients: int, faults: Faults) -> Scenario:
    store = STORES[version]
    return Scenario(
        {"tab 1": partial(choose_theme, store=store), "tab 2": partial(fill_cart, store=store)},
        setup=partial(sign_in, store=store),
        step_invariant=every_session_ends,
        faults=faults,
    )


RACES = (
    Race(
        "A save that comes after the sign-out",
        invariant="A session that its user has ended is not seen again.",
        look="Tab 1 has read the session. Tab 2 deletes it, and tab 1's SET puts it back.",
        anomaly="revived session",
        scenario=late_save,
        naive=(NaiveSessions.update, NaiveSessions.destroy),
        hardened=(Sessions.update, Sessions.destroy),
        faults=Faults(crashes=1, lost_replies=1, time_jumps=1),
        most_faults=Faults(crashes=1, lost_replies=2, lost_requests=1, time_jumps=2),
    ),
    Race(
        "Two tabs save at once",
        invariant="What a tab was told is saved, the session says.",
        look="Both tabs read the same text. Each writes back its own change, and the other's old value.",
        anomaly="lost update",
        scenario=two_tabs,
        naive=(NaiveSessions.update,),
        hardened=(Sessions.update,),
        faults=Faults(crashes=1, lost_replies=1),
        most_faults=Faults(crashes=1, lost_replies=2, lost_requests=1, time_jumps=1),
    ),
    Race(
        "The end of a session goes missing",
        invariant="At every moment, every session has an end.",
        look="SET without EX takes the TTL away. One save is enough.",
        anomaly="dropped TTL",
        scenario=saved,
        naive=(NaiveSessions.update,),
        hardened=(Sessions.update,),
        faults=Faults(crashes=1, lost_replies=1, time_jumps=1),
        most_faults=Faults(crashes=1, lost_replies=1, lost_requests=1, time_jumps=2),
    ),
)

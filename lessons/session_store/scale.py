"""What sessions cost for the interviewer's numbers, where their keys lie, and what each Redis offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from redis import Redis

from lessons.measure import sample_of
from lessons.model import Cost, Dial, Estimate, Keys, Production, Sample, Scale, Way
from lessons.staging import clear, load_scripts
from patterns.session_store import Sessions

if TYPE_CHECKING:
    from lab.bench import Bench

USERS = 2_000
DATA = {"csrf": "t" * 32, "cart": "4711", "theme": "dark"}


def sessions(bench: Bench, /) -> Sample:
    """Two thousand users with one session each; an operation is a page that reads it."""
    clear(bench, "session:*", "sessions:*")
    load_scripts(bench, "session_store")
    unseen = Sessions(bench.quiet(), namespace=bench.namespace)
    store = Sessions(bench.client("app"), namespace=bench.namespace)
    first = unseen.create("somebody", DATA)

    def fill() -> list[str]:
        keys = []
        for number in range(USERS):
            owner, token = unseen.create(f"user-{number:06}", DATA).split(".")
            keys += unseen._keys(owner, token)
        return keys

    return sample_of(bench, fill, USERS, lambda: store.get(first), "session:*", "sessions:*")


def of_one_user(redis: Redis) -> Sequence[str]:
    store = Sessions(redis)
    phone, laptop = store._keys("0" * 32, "phone"), store._keys("0" * 32, "laptop")
    return [*phone, laptop[0]]


def of_users(redis: Redis) -> Sequence[str]:
    from patterns.session_store.hardened import _owner

    store = Sessions(redis)
    return [store._index(_owner(f"user-{number}")) for number in range(1, 9)]


COST = Cost(
    "The sum for five million people",
    (
        Estimate(
            "session", "sessions", sessions, 5_000_000, "many slots", "page", 20_000,
            why="The hash and its place on the user's list. The data measured has three short fields.",
        ),
    ),
)  # fmt: skip

SCALE = Scale(
    "Sessions on a cluster",
    (
        Keys(
            "ann's list and two of her sessions", "meet", of_one_user,
            "One script looks on the list and writes the session.",
        ),
        Keys("The lists of eight users", "spread", of_users, "Users know nothing of each other."),
    ),
)  # fmt: skip

ONLY_IF_THERE = (
    "if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end "
    "redis.call('HSET', KEYS[1], 'cart', '2') redis.call('EXPIRE', KEYS[1], 1800) return 1"
)

PRODUCTION = Production(
    "In production",
    Dial(
        "Change a field of a session and put its end off",
        (
            Way(
                "6.2", "A script: if it is there, HSET and EXPIRE",
                "HSET alone would bring an ended session back, without an end.",
                "scripting, cmd:expire",
                call=("EVAL", ONLY_IF_THERE, "1", "{key}"),
                seed=(("HSET", "{key}", "cart", "1"),),
            ),
            Way(
                "8.0", "HSETEX with FXX, where fields may end one by one",
                "It sets fields only if they are there, with a TTL for the field. The TTL is the field's and "
                "not the session's: for the whole session the script of 6.2 stays the answer.",
                "cmd:hsetex",
                call=("HSETEX", "{key}", "FXX", "EX", "1800", "FIELDS", "1", "cart", "2"),
                seed=(("HSET", "{key}", "cart", "1"),),
            ),
        ),
    ),
)  # fmt: skip

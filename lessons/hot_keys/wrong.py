"""What is proposed for a hot key and does nothing, or makes it worse: each under a real load."""

from __future__ import annotations

import random

from lab.load import Load, Operation, uniform
from lab.routing import Router
from lab.slots import hash_tag, slot_of
from lab.workshop import Workshop
from lessons.hot_keys.remedies import OneKey, SubKeys
from lessons.hot_keys.stage import CLIENTS, EACH, Stage, bars, hundred, open_stage, strip
from lessons.inputs import Integer
from lessons.model import Count, Experiment, Shown, Trial
from lessons.pictures import Slots, Table, TableRow, Tone

__all__ = ["WRONG", "limiter_key", "more_nodes", "prefix", "prefixed_key", "tagged_keys", "tagged_shards"]

USERS = 10_000


def limiter_key(user: int) -> str:
    """The key that counts the requests of a user."""
    return f"rate_limit:{user}"


def prefixed_key(user: int) -> str:
    """The same with userId % 10 in front, which is said to spread it over ten shards."""
    return f"rate_limit:{user % 10}:{user}"


def tagged_keys(parts: int) -> tuple[str, ...]:
    """Shards of a counter that share a hash tag, for instance so that one MGET can read them."""
    return tuple(f"counter:{{page1}}:{part}" for part in range(parts))


def prefix(workshop: Workshop, /, *, user: int, clients: int, each: int, parts: int) -> Shown:
    """One user sends all the requests. The prefix is computed from the user, so it never changes."""
    stage = open_stage(workshop)
    plain, prefixed = limiter_key(user), prefixed_key(user)
    before = _count(stage, plain, (plain,), clients, each, (0.4, 0.7))
    after = _count(stage, prefixed, (prefixed,), clients, each, (0.7, 1.0))
    everybody = range(USERS)
    spread = len({slot_of(limiter_key(one)) for one in everybody})
    with_prefix = len({slot_of(prefixed_key(one)) for one in everybody})
    keys = len({prefixed_key(one) for one in everybody})
    return _shown(
        f"{after.operations:,} requests, {len(after.keys)} key, {len(after.slots)} slot "
        f"({after.hottest_slot:,}): {_where(after)}. The prefix is computed from the user, so {USERS:,} "
        f"users have {keys:,} keys, one each. Those were spread before (over {spread:,} slots, and now over "
        f"{with_prefix:,}); the one who is hot was in one slot, and still is.",
        (before, after),
        Count("Slots of one user's key", len(after.slots), tone="bad"),
        strip("One user's requests, with the prefix", stage.slots, after),
    )


def tagged_shards(workshop: Workshop, /, *, user: int, clients: int, each: int, parts: int) -> Shown:
    """A counter in several keys that all have the same hash tag."""
    stage, keys = open_stage(workshop), tagged_keys(parts)
    before = _count(stage, "One key", ("counter:page1",), clients, each, (0.4, 0.7))
    after = _count(stage, f"{parts} keys with a hash tag", keys, clients, each, (0.7, 1.0))
    tag = hash_tag(keys[0])
    return _shown(
        f"{parts} keys, {len(after.keys)} of them written, {len(after.slots)} slot: "
        f"{after.hottest_slot:,}. Only the tag {{{tag}}} is hashed, so {_where(after)}. "
        "Reading the total has become dearer and nothing has become cheaper.",
        (before, after),
        Count(f"Slots of {parts} keys", len(after.slots), tone="bad"),
        strip("Shards with a hash tag", stage.slots, after, keys),
    )


def more_nodes(workshop: Workshop, /, *, user: int, clients: int, each: int, parts: int) -> Shown:
    """The same counter on three primaries, and on six."""
    key = "counter:page1"
    small = open_stage(workshop)
    before = _count(small, "3 primaries", (key,), clients, each, (0.3, 0.5))
    large = open_stage(workshop, 6)
    after = _count(large, "6 primaries", (key,), clients, each, (0.8, 1.0))
    idle = sum(not node.operations for node in after.nodes)
    return _shown(
        f"With twice as many primaries {_where(after)}; {idle} of {len(after.nodes)} did nothing. "
        f"Slot {slot_of(key):,} can be moved to the new nodes but not divided between them.",
        (before, after),
        Count("Primaries that did nothing", idle, f"of {len(after.nodes)}", "bad"),
        strip("The counter on six primaries", large.slots, after),
    )


def _count(
    stage: Stage, label: str, keys: tuple[str, ...], clients: int, each: int, progress: tuple[float, float]
) -> Load:
    """Everybody adds to the counter, in one of its keys each time."""
    seeds = iter(range(clients))

    def make(router: Router) -> Operation:
        counter: OneKey = SubKeys(router, keys, random.Random(f"part:{next(seeds)}"))
        return lambda _: counter.add()

    return stage.load(label, make, uniform(keys[:1]), clients=clients, each=each, progress=progress)


def _where(load: Load) -> str:
    return f"{load.busiest.name} executed {hundred(load.bottleneck)} of every 100 operations"


def _shown(says: str, loads: tuple[Load, Load], count: Count, slots: Slots) -> Shown:
    """Bad if the busiest node has as much to do as before; that is what all of these are shown for."""
    before, after = loads
    useless = after.bottleneck >= before.bottleneck
    tone: Tone = "bad" if useless else "good"
    return Shown(
        says,
        tone,
        (
            Count("Busiest node before", hundred(before.bottleneck), "of 100"),
            Count("Busiest node after", hundred(after.bottleneck), "of 100", tone),
            count,
            Count("Errors", sum(error.times for load in loads for error in load.errors)),
        ),
        Table(
            "Before and after",
            ("Load", "Operations/s", "p50 ms", "p99 ms", "Busiest node, of 100"),
            tuple(
                TableRow(
                    (
                        load.label,
                        f"{load.throughput:,.0f}",
                        f"{load.p50_ms:.1f}",
                        f"{load.p99_ms:.1f}",
                        f"{hundred(load.bottleneck)} ({load.busiest.name})",
                    ),
                    tone if load is after else "plain",
                )
                for load in loads
            ),
            f"Judge by the busiest node: operations a second are also this machine's. {after.note}",
        ),
        (slots, bars("What each node executes", loads, before.bottleneck, lambda load: not useless)),
    )


WRONG = Experiment(
    "Three cures that are none",
    "Watch for the slot: does the load reach a second one?",
    (
        Trial("userId % 10 in front of the key", prefix, "bad", (limiter_key, prefixed_key)),
        Trial("Shards with one hash tag", tagged_shards, "bad", (tagged_keys,)),
        Trial("Twice as many nodes", more_nodes, "bad"),
    ),
    (
        Integer("user", "User id", 123, 0, 1_000_000, help="All requests are this user's."),
        CLIENTS,
        EACH,
        Integer("parts", "Shards with a hash tag", 16, 2, 48),
    ),
    seconds=6.0,
)

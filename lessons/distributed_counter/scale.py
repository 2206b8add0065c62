"""What a counter costs for the interviewer's numbers, where its keys lie, and what each Redis offers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING
from zlib import crc32

from redis import Redis

from lessons.measure import sample_of
from lessons.model import Cost, Dial, Estimate, Keys, Production, Sample, Scale, Way
from lessons.staging import clear, load_scripts
from patterns.distributed_counter import Counter

if TYPE_CHECKING:
    from lab.bench import Bench

VIDEOS, EVENTS, PARTS = 500, 3_000, 8
KEYS = "counter:{measured*"


def fresh(bench: Bench) -> None:
    clear(bench, KEYS)
    load_scripts(bench, "distributed_counter")


def marks(bench: Bench, /) -> Sample:
    """Events with a UUID for an id, as the servers send them; an operation is one more event."""
    fresh(bench)
    unseen = Counter(bench.quiet(), "measured", parts=PARTS, namespace=bench.namespace)
    seen = Counter(bench.client("web server"), "measured", parts=PARTS, namespace=bench.namespace)
    ids = [str(uuid.UUID(int=number)) for number in range(EVENTS)]
    for key in unseen.keys:
        bench.quiet().incrby(key, 1_000)  # the parts are not what is measured

    def fill() -> list[str]:
        for event in ids:
            unseen.add(1, event)
        return [f"{unseen.keys[crc32(event.encode()) % PARTS]}:seen:{event}" for event in ids]

    return sample_of(bench, fill, EVENTS, lambda: seen.add(1, "one more"), KEYS)


def split_counters(bench: Bench, /) -> Sample:
    """Five hundred counters of eight parts; an operation is a look at one total."""
    fresh(bench)
    names = [f"measured-{number:06}" for number in range(VIDEOS)]
    seen = Counter(bench.client("web server"), names[0], parts=PARTS, namespace=bench.namespace)

    def fill() -> list[str]:
        keys = []
        for name in names:
            keys += Counter(bench.quiet(), name, parts=PARTS, namespace=bench.namespace).keys
        bench.quiet().mset(dict.fromkeys(keys, 123_456))
        return keys

    return sample_of(bench, fill, VIDEOS, seen.total, "counter:{measured-*")


def of_one_part(redis: Redis) -> Sequence[str]:
    part = Counter(redis, "video-7", parts=PARTS).keys[0]
    return [part, *(f"{part}:seen:view-{number}" for number in range(1, 4))]


def of_all_parts(redis: Redis) -> Sequence[str]:
    return Counter(redis, "video-7", parts=PARTS).keys


COST = Cost(
    "The sum for a thousand views a second",
    (
        Estimate(
            "view that is remembered", "views", marks, 600_000, "many slots", "view", 1_000,
            why="1,000 views a second, each remembered for ten minutes, are 600,000 marks.",
        ),
        Estimate(
            "video with a counter of eight parts", "videos", split_counters, 10_000_000, "many slots",
            "look", 20_000,
            why="Every video is split here, though few are ever hot. With one part it is an eighth.",
        ),
    ),
)  # fmt: skip

SCALE = Scale(
    "The counter on a cluster",
    (
        Keys(
            "One part and its marks", "meet", of_one_part,
            "One script counts and remembers, so the mark lies where the part is.",
        ),
        Keys(
            "One counter in eight parts", "spread", of_all_parts,
            "Each part has a tag of its own, chosen so that its slot is in its own eighth of all slots.",
        ),
    ),
)  # fmt: skip

TAKE_ONE = (
    "local left = tonumber(redis.call('GET', KEYS[1]) or '0') "
    "if left < 1 then return -1 end return redis.call('DECR', KEYS[1])"
)

PRODUCTION = Production(
    "In production",
    Dial(
        "Count down, and never below zero",
        (
            Way(
                "6.2", "A script that looks and takes",
                "GET and DECR from the client are two moments, and two buyers take the last pair. A script "
                "is one.",
                "scripting, cmd:incr",
                call=("EVAL", TAKE_ONE, "1", "{key}"),
                seed=(("SET", "{key}", "1"),),
            ),
            Way(
                "8.8", "INCREX with LBOUND",
                "One command adds -1 within a bound. It answers the new value and what was really added: 0 "
                "means refused. It knows no event ids, so a retry still takes twice.",
                "cmd:increx",
                call=("INCREX", "{key}", "BYINT", "-1", "LBOUND", "0"),
                seed=(("SET", "{key}", "1"),),
                valkey=False,
            ),
        ),
    ),
)  # fmt: skip

"""The numbers of a counter, measured on the learner's own server wherever it can measure them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from redis import Redis
from redis.crc import key_slot
from redis.exceptions import ResponseError

from lab.hold import after_reply
from lessons.measure import NotHere, bytes_of, round_trips_of
from lessons.model import Compare, Fact, Numbers, Pair
from lessons.staging import clear, load_scripts
from patterns.distributed_counter import Counter, NaiveCounter

if TYPE_CHECKING:
    from lab.bench import Bench

NAME = "measured"
OURS = f"counter:{{{NAME}*"
EVENT = "5f0c1b9e-1d1a-4c62-8c0e-0a4d5e6f7a8b"


def fresh(bench: Bench) -> None:
    clear(bench, OURS)
    load_scripts(bench, "distributed_counter")


def round_trips(bench: Bench, /) -> str:
    """What an event and the total cost on the wire in each version."""
    fresh(bench)
    told = []
    for title, version in (("Naive", NaiveCounter), ("Hardened", Counter)):
        counter = version(bench.client("web server"), NAME, namespace=bench.namespace)
        add, total = round_trips_of(bench, counter.add), round_trips_of(bench, counter.total)
        told.append(f"{title}: {add} to add, {total} for the total.")
        clear(bench, OURS)
    return f"{' '.join(told)} On a cluster the total takes one to each primary."


def bytes_per_event(bench: Bench, /) -> str:
    """The mark by which one event is known for ten minutes."""
    fresh(bench)
    counter = Counter(bench.quiet(), NAME, parts=1, namespace=bench.namespace)
    counter.add(1, EVENT)
    found = bytes_of(bench, f"{counter.keys[0]}:seen:{EVENT}")
    clear(bench, OURS)
    if isinstance(found, NotHere):
        return found
    return (
        f"{found} bytes for an event with a UUID as its id. A thousand a second for ten minutes: "
        f"{found * 1_000 * 600 / 1e6:.0f} MB. Remember ids only as long as callers retry."
    )


def retries(bench: Bench, /) -> str:
    """What redis-py does by itself when a connection breaks."""
    client = Redis()
    policy = client.get_retry()
    client.close()
    often = policy.get_retries() if policy else 0
    return f"A redis-py client made with no options sends a command again up to {often} times."


def lost_update(bench: Bench, /) -> str:
    """GET, add one, SET: a second client does the same in between."""
    fresh(bench)
    key, one, two = f"{bench.namespace}counter:{{{NAME}}}", bench.client("a"), bench.client("b")

    def add(redis: Redis) -> None:
        redis.set(key, int(redis.get(key) or 0) + 1)

    with after_reply(one, partial(add, two)):
        add(one)
    total = int(bench.quiet().get(key) or 0)
    clear(bench, OURS)
    return f"Two clients add one each by GET and SET: the counter says {total}."


def overflow(bench: Bench, /) -> str:
    """The largest number, and one more."""
    fresh(bench)
    key = f"{bench.namespace}counter:{{{NAME}}}"
    bench.quiet().set(key, 2**63 - 1)
    try:
        says = f"now it is {bench.quiet().incr(key)}"
    except ResponseError as error:
        says = f"“{error}”, and it stays"
    clear(bench, OURS)
    return f"{2**63 - 1:,} and one more: {says}."


def slots(bench: Bench, /) -> str:
    """Two ways to name the parts of a counter."""
    apart = [key_slot(f"counter:page1:{part}".encode()) for part in range(4)]
    tagged = {key_slot(f"counter:{{page1}}:{part}".encode()) for part in range(4)}
    ours = Counter(bench.quiet(), "page1", parts=4).places()
    return (
        f"counter:page1:0 to :3 lie in {', '.join(f'{slot:,}' for slot in apart)}: by luck in four places. "
        f"counter:{{page1}}:0 to :3 all lie in {tagged.pop():,}: a hash tag undoes the split. "
        f"Checked names lie in {', '.join(f'{place.slot:,}' for place in ours)}."
    )


COMPARE = Compare(
    "Naive beside hardened",
    (
        Pair("Count an event", NaiveCounter.add, Counter.add),
        Pair("Read the total", NaiveCounter.total, Counter.total),
        Pair("Name the keys", NaiveCounter.__init__, Counter.__init__),
    ),
)

NUMBERS = Numbers(
    "The numbers to say aloud",
    (
        Fact("What a client library does behind your back.", "", retries),
        Fact(
            "Round trips. Hardened pays two more once, when the server does not know the script yet.",
            "scripting",
            round_trips,
        ),
        Fact(
            "Memory for an event that must not count twice, without its share of the server's tables.",
            "cmd:memory-usage",
            bytes_per_event,
        ),
        Fact("GET, add, SET loses updates. INCR does not.", "cmd:incr", lost_update),
        Fact(
            "A counter is a signed 64-bit number. Past its end it is an error, not a wrap.",
            "cmd:incr",
            overflow,
        ),
        Fact("Parts help only if they lie in different slots, on different primaries.", "cluster", slots),
        Fact(
            "MGET needs all its keys in one slot. Parts that are spread are read by a pipeline of GETs.",
            "multikey",
        ),
        Fact("From Redis 8.8 on, INCREX can keep a counter from going below a bound.", "cmd:increx"),
    ),
)

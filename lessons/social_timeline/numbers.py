"""The numbers of a timeline, measured on the learner's own server wherever it can measure them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from lessons.measure import NotHere, bytes_of, round_trips_of
from lessons.model import Compare, Fact, Numbers, Pair
from lessons.staging import clear, load_scripts
from patterns.social_timeline import NaiveTimelines, Timelines

if TYPE_CHECKING:
    from lab.bench import Bench

CAP = 800
TEXT = (
    "A post of an ordinary length, which is to say about a hundred characters, as most of them are, or less."
)


def fresh(bench: Bench) -> str:
    """The namespace of what is measured, without a key in it; the server knows the scripts."""
    load_scripts(bench, "social_timeline")
    clear(bench, "measured:*")
    return f"{bench.namespace}measured:"


def bytes_per_timeline(bench: Bench, /) -> str:
    """A full timeline: copies of posts in a list, or places in a sorted set."""
    found: list[int | str] = []
    for version in (NaiveTimelines, Timelines):
        namespace = fresh(bench)
        one = version(bench.quiet(), namespace=namespace, cap=CAP)
        one.follow("ben", "ada")
        for number in range(CAP):
            one.post("ada", f"01HF{number:022}", TEXT, 1_700_000_000 + number)
        size = bytes_of(bench, f"{namespace}timeline:{{ben}}")
        fresh(bench)
        if isinstance(size, NotHere):
            return size
        found.append(size)
    copies, places = found
    return (
        f"{CAP} posts of a hundred characters: {copies:,} bytes as copies, {places:,} as places, whose texts "
        "are kept once for all readers."
    )


def round_trips(bench: Bench, /) -> str:
    """What a post to twenty followers and a page of a timeline cost on the wire in each version."""
    told = []
    for version in (NaiveTimelines, Timelines):
        one = version(bench.client("app"), namespace=fresh(bench))
        for number in range(20):
            one.follow(f"reader-{number:02}", "ada")
        post = round_trips_of(bench, partial(one.post, "ada", "p1", TEXT, 1_700_000_000))
        page = round_trips_of(bench, partial(one.timeline, "reader-07"))
        title = "Naive" if version is NaiveTimelines else "Hardened"
        told.append(f"{title}: {post} for a post to twenty followers, {page} for a page.")
    fresh(bench)
    return " ".join(told)


def trimmed(bench: Bench, /) -> str:
    """LTRIM's second index is included."""
    key = f"{fresh(bench)}timeline:{{ben}}"
    items: Any = range(1_500)
    bench.quiet().lpush(key, *items)
    bench.quiet().ltrim(key, 0, 1_000)
    left: Any = bench.quiet().llen(key)
    fresh(bench)
    return f"LTRIM 0 1000 leaves {left:,}."


def twice(bench: Bench, /) -> str:
    """The same post, pushed twice in each way."""
    namespace, quiet = fresh(bench), bench.quiet()
    for _ in range(2):
        quiet.lpush(f"{namespace}list", "post-1")
        quiet.zadd(f"{namespace}sorted set", {"post-1": 0})
    listed: Any = quiet.llen(f"{namespace}list")
    sorted_: Any = quiet.zcard(f"{namespace}sorted set")
    fresh(bench)
    return f"Pushed twice: {listed} in the list, {sorted_} in the sorted set."


COMPARE = Compare(
    "Naive beside hardened",
    (
        Pair("Post", NaiveTimelines.post, Timelines.fan_out),
        Pair("Read a page", NaiveTimelines.timeline, Timelines.timeline),
        Pair("Follow", NaiveTimelines.follow, Timelines.follow),
    ),
)

NUMBERS = Numbers(
    "The numbers to say aloud",
    (
        Fact("Memory of a full timeline.", "cmd:memory-usage", bytes_per_timeline),
        Fact("Round trips. A batch of followers is one pipeline.", "cmd:zadd", round_trips),
        Fact("A retry that pushes again.", "cmd:lpush, cmd:zadd", twice),
        Fact("LTRIM includes its last index: to keep a thousand, write 0 999.", "cmd:ltrim", trimmed),
        Fact(
            "Followers are read page by page: SMEMBERS of a million is one command that stops all others.",
            "cmd:smembers, latency",
        ),
        Fact(
            "Pushing costs one write for each follower of a post, fetching one read for each author of a "
            "page. Most authors are pushed, celebrities are fetched.",
            "ddia, twitter-clone",
        ),
    ),
)

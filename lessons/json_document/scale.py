"""What documents cost for the interviewer's numbers, where they lie, and what each Redis offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from redis import Redis

from lessons.json_document.live import hardened
from lessons.measure import sample_of
from lessons.model import Cost, Dial, Estimate, Keys, Production, Sample, Scale, Way
from lessons.staging import clear, load_scripts
from patterns.json_document import CoreDocuments, Documents, NaiveDocuments

if TYPE_CHECKING:
    from lab.bench import Bench

PROFILES = 2_000
OURS = "document:{measured-*"


def profile(number: int) -> dict[str, Any]:
    """About 180 bytes of JSON text."""
    return {
        "name": f"Ann Example {number:06}",
        "visits": number,
        "points": 100,
        "badges": ["first post", "one year", "helper"],
        "settings": {"theme": "dark", "language": "en-GB", "letters": {"news": True, "offers": False}},
    }


def documents(bench: Bench, /) -> Sample:
    """Two thousand profiles as the hardened pattern keeps them; an operation counts a visit in one."""
    clear(bench, OURS)
    unseen, seen = hardened(bench, bench.quiet()), hardened(bench, bench.client("web server"))
    unseen.save("measured-one", profile(0))
    return sample_of(
        bench,
        lambda: stored(bench, unseen),
        PROFILES,
        lambda: seen.increment("measured-one", ["visits"]),
        OURS,
    )


def texts(bench: Bench, /) -> Sample:
    """The same profiles as strings of JSON; an operation reads one and writes it back, changed."""
    clear(bench, OURS)
    unseen = NaiveDocuments(bench.quiet(), namespace=bench.namespace)
    seen = NaiveDocuments(bench.client("web server"), namespace=bench.namespace)
    unseen.save("measured-one", profile(0))
    return sample_of(
        bench,
        lambda: stored(bench, unseen),
        PROFILES,
        lambda: seen.increment("measured-one", ["visits"]),
        OURS,
    )


def stored(bench: Bench, kept: NaiveDocuments | Documents | CoreDocuments) -> list[str]:
    ids = [f"measured-{number:06}" for number in range(PROFILES)]
    for number, one in enumerate(ids):
        kept.save(one, profile(number))
    return [f"{bench.namespace}document:{{{one}}}" for one in ids]


def of_profiles(redis: Redis) -> Sequence[str]:
    kept = Documents(redis)
    return [kept._key(f"user-{number}") for number in range(1, 9)]


COST = Cost(
    "The sum for five million profiles",
    (
        Estimate(
            "profile", "profiles", documents, 5_000_000, "many slots", "change", 5_000,
            why="The profile measured has three badges and a small tree of settings.",
        ),
        Estimate(
            "profile as text", "profiles as text", texts, 5_000_000, "many slots", "change", 5_000,
            why="The same profiles as strings, for comparison: less memory, and the whole travels twice.",
        ),
    ),
)  # fmt: skip

SCALE = Scale(
    "Documents on a cluster",
    (
        Keys(
            "The profiles of eight people", "spread", of_profiles,
            "No command and no script touches two of them, so nothing keeps them together.",
        ),
    ),
)  # fmt: skip


def on_core_types(bench: Bench) -> str:
    """The twin of the pattern that needs no module."""
    load_scripts(bench, "json_document")
    kept = CoreDocuments(bench.client("dial"), namespace=bench.namespace)
    kept.save("dial", {"stats": {"visits": 1}})
    total = kept.increment("dial", ["stats", "visits"])
    kept.delete("dial")
    return f"it answers {total}."


PRODUCTION = Production(
    "In production",
    Dial(
        "Add to a number deep in a document",
        (
            Way(
                "6.2", "Read, change, save over the version that was read",
                "A hash holds text and version, a script compares and writes, and whoever comes too late "
                "begins again. The whole document travels twice. With the JSON module of Redis Stack it is "
                "done as from 8.0 on.",
                "scripting, tx",
                trial=on_core_types,
            ),
            Way(
                "8.0", "JSON.NUMINCRBY on the path",
                "JSON is part of Redis from 8.0 on. One command changes one leaf. "
                "A path with $ answers a list.",
                "cmd:json.numincrby",
                call=("JSON.NUMINCRBY", "{key}", "$.stats.visits", "1"),
                seed=(("JSON.SET", "{key}", "$", '{"stats":{"visits":1}}'),),
                valkey=False,
                needs="json",
            ),
        ),
    ),
)  # fmt: skip

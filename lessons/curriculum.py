"""The table of contents: every lesson in the order of the course. The first file a course author reads.

A lesson that is `planned` has no folder yet; the home page shows what it will be. When you write one, add
`lessons/<slug>/` and take `planned` away: the library complains while the two disagree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

__all__ = ["CHAPTERS", "Chapter", "Entry", "entries", "entry", "nearest"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One lesson of the course; its slug is its folder's name and, for the twenty, its pattern's."""

    slug: str
    title: str
    promise: str
    planned: bool = False
    after: tuple[str, ...] = ()
    """The lessons that this one builds on, by slug; each stands before it."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """Lessons that belong together."""

    title: str
    promise: str
    entries: tuple[Entry, ...]


CHAPTERS = (
    Chapter(
        "Keep a copy",
        "Data with a shorter life than its database: what may be old, what may be lost.",
        (
            Entry("cache_aside", "Cache-aside", "Serve reads from a copy without burying the database."),
            Entry(
                "session_store",
                "Session store",
                "Keep people signed in, and keep them out once they have left.",
                after=("cache_aside",),
            ),
            Entry(
                "shopping_cart",
                "Shopping cart",
                "Change quantities from two tabs and lose none of them.",
                after=("session_store",),
            ),
            Entry(
                "json_document",
                "JSON document",
                "Change one leaf of a document while others change theirs.",
                after=("shopping_cart",),
            ),
        ),
    ),
    Chapter(
        "Take turns",
        "Many clients, one right to act: who has it, for how long, and who checks.",
        (
            Entry(
                "distributed_lock",
                "Distributed lock",
                "Let one worker in at a time, and stop the one who comes back late.",
            ),
            Entry(
                "idempotency_key",
                "Idempotency key",
                "Run a retried request once and answer it every time.",
                after=("distributed_lock",),
            ),
            Entry(
                "request_throttle",
                "Request throttle",
                "Shape a client's traffic with a bucket that refills.",
            ),
            Entry(
                "rate_limiter",
                "Rate limiter",
                "Admit no more than the limit in any window, also across the boundary.",
                after=("request_throttle",),
            ),
        ),
    ),
    Chapter(
        "Count",
        "Numbers that many clients change at once: exact, ranked, or honestly approximate.",
        (
            Entry("leaderboard", "Leaderboard", "Rank players while they score, and lose no point."),
            Entry(
                "distributed_counter",
                "Distributed counter",
                "Count a hot event exactly, across retries and across slots.",
                after=("idempotency_key",),
            ),
            Entry(
                "unique_visitors",
                "Unique visitors",
                "Count millions of distinct visitors in 12 KB and know the error.",
                after=("distributed_counter",),
            ),
            Entry(
                "bloom_filter",
                "Bloom filter",
                "Say “never seen” with certainty and “seen” with a known doubt.",
                after=("unique_visitors",),
            ),
            Entry(
                "time_series",
                "Time series",
                "Keep samples by time, compact them, and take late ones in.",
            ),
        ),
    ),
    Chapter(
        "Deliver",
        "Work and news from one process to another: at most once, at least once, and what that costs.",
        (
            Entry(
                "stream_queue",
                "Stream queue",
                "Hand out work so that a dead worker loses none of it.",
            ),
            Entry(
                "pubsub",
                "Pub/Sub",
                "Tell everyone now, and let them catch up on what they missed.",
                after=("stream_queue",),
            ),
            Entry(
                "job_scheduler",
                "Job scheduler",
                "Run a job when it is due, once per claim.",
                after=("distributed_lock", "stream_queue"),
            ),
            Entry(
                "social_timeline",
                "Social timeline",
                "Bring posts to followers, few or millions of them.",
                after=("leaderboard",),
            ),
        ),
    ),
    Chapter(
        "Find",
        "Questions that are not a key: near me, with this word, two steps away.",
        (
            Entry(
                "geo_search",
                "Geo search",
                "Find the nearest driver, and give it to one rider only.",
                after=("distributed_lock",),
            ),
            Entry(
                "full_text_search",
                "Full-text search",
                "Find documents by their words, with the index in step.",
                after=("json_document",),
            ),
            Entry(
                "graph",
                "Graph",
                "Walk prerequisites and friends without half an edge.",
            ),
        ),
    ),
    Chapter(
        "Across the twenty",
        "The three questions that every interview about Redis comes to.",
        (
            Entry(
                "when_redis_fails",
                "When Redis fails",
                "Decide what each feature does without Redis, and which writes are gone.",
                after=("cache_aside", "distributed_lock", "stream_queue"),
            ),
            Entry(
                "races",
                "Races",
                "Find the order of events that breaks the code, and close it.",
                after=("distributed_lock", "idempotency_key"),
            ),
            Entry(
                "hot_keys",
                "Hot keys",
                "Find the key that takes the traffic, and split it where it splits.",
                after=("leaderboard", "distributed_counter"),
            ),
        ),
    ),
)


def entries(chapters: Sequence[Chapter] = CHAPTERS) -> Iterator[Entry]:
    """Every lesson, in the order of the course."""
    for chapter in chapters:
        yield from chapter.entries


def entry(slug: str, chapters: Sequence[Chapter] = CHAPTERS) -> Entry | None:
    """The lesson of that slug, planned ones too; None where there is none."""
    return next((one for one in entries(chapters) if one.slug == slug), None)


def nearest(slug: str, chapters: Sequence[Chapter] = CHAPTERS) -> str | None:
    """The slug that was probably meant: "leaderbord" is near "leaderboard", "lock" is in one name."""
    slugs = [one.slug for one in entries(chapters)]
    wanted = slug.strip().lower().replace("-", "_").replace(" ", "_")
    containing = [one for one in slugs if len(wanted) > 2 and wanted in one]
    return next(iter(get_close_matches(wanted, slugs, n=1, cutoff=0.6) or containing), None)

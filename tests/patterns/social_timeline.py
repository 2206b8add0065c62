"""What the tests of the timelines share: a moment, followers, and what a reader sees."""

from __future__ import annotations

from patterns.social_timeline import NaiveTimelines, Timelines

NOW = 1_800_000_000.0
Any = NaiveTimelines | Timelines


def everybody_follows(timelines: Any, author: str = "ada", readers: str = "abcdefg") -> str:
    """One reader for every letter."""
    for reader in readers:
        timelines.follow(reader, author)
    return readers


def ids(timelines: Any, user: str, **options: object) -> list[str]:
    return [post.id for post in timelines.timeline(user, **options)]

"""The races of the timeline: a poster who dies half-way, a reply that is lost."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from redis import Redis

from lab.scenario import Bounds, Faults, Scenario
from lessons.crew import answered, crew, insist
from lessons.model import Race, Version
from patterns.social_timeline import NaiveTimelines, Timelines

Kind = type[NaiveTimelines] | type[Timelines]

KINDS: dict[Version, Kind] = {"naive": NaiveTimelines, "hardened": Timelines}
READERS = ("rita", "rob", "roy")
AT = 1_700_000_000.0


def post(redis: Redis, kind: Kind, name: str) -> int:
    """A server brings ada's post to her followers."""
    timelines = kind(redis)
    if isinstance(timelines, Timelines):
        return timelines.post("ada", "p1", "hello", AT, batch=2)
    return timelines.post("ada", "p1", "hello", AT)


def post_surely(redis: Redis, kind: Kind, name: str) -> int:
    """The same, and once more if no reply came."""
    return insist(lambda: post(redis, kind, name))


def followed(redis: Redis, *, kind: Kind) -> None:
    for reader in READERS:
        kind(redis).follow(reader, "ada")


def seen(redis: Redis, kind: Kind) -> dict[str, int]:
    """How often each follower has the post, when a worker has gone on with what was left."""
    timelines = kind(redis)
    if isinstance(timelines, Timelines):
        for unfinished in timelines.unfinished("ada"):
            while not timelines.fan_out("ada", unfinished, 2).done:
                pass
    return {reader: len(timelines.timeline(reader)) for reader in READERS}


def all_or_nobody(redis: Redis, results: Mapping[str, Any], *, kind: Kind) -> str | None:
    counts = seen(redis, kind)
    without = [reader for reader, count in counts.items() if not count]
    if not without or len(without) == len(READERS):
        return None
    return f"half fan-out: {' and '.join(without)} will never see the post that the others have"


def once_each(redis: Redis, results: Mapping[str, Any], *, kind: Kind) -> str | None:
    counts = seen(redis, kind)
    if twice := [reader for reader, count in counts.items() if count > 1]:
        return f"duplicate post: {' and '.join(twice)} read it twice"
    without = [reader for reader, count in counts.items() if not count]
    if without and answered(results):
        return f"half fan-out: {' and '.join(without)} will never see a post that was acknowledged"
    return None


def a_dead_poster(version: Version, clients: int, faults: Faults) -> Scenario:
    kind = KINDS[version]
    return Scenario(
        crew(clients, post, kind=kind),
        partial(all_or_nobody, kind=kind),
        partial(followed, kind=kind),
        faults=faults,
        split_pipelines=clients == 1,
    )


def a_lost_reply(version: Version, clients: int, faults: Faults) -> Scenario:
    kind = KINDS[version]
    return Scenario(
        crew(clients, post_surely, kind=kind),
        partial(once_each, kind=kind),
        partial(followed, kind=kind),
        faults=faults,
        split_pipelines=clients == 1,
    )


RACES = (
    Race(
        "The poster dies half-way",
        invariant="In the end all followers have the post, or nobody does.",
        look="Nothing says how far the fan-out came. In the hardened one any worker goes on from there.",
        anomaly="half fan-out",
        scenario=a_dead_poster,
        naive=(NaiveTimelines.post,),
        hardened=(Timelines.post, Timelines.fan_out),
        clients=1,
        most_clients=2,
        faults=Faults(crashes=1),
        most_faults=Faults(crashes=1, lost_replies=1, lost_requests=1),
    ),
    Race(
        "The post is sent again",
        invariant="Nobody reads the post twice, and nobody misses it when it was acknowledged.",
        look="LPUSH has happened, its reply is lost, and the retry begins at the first follower.",
        anomaly="duplicate post",
        scenario=a_lost_reply,
        naive=(NaiveTimelines.post,),
        hardened=(Timelines.post, Timelines.fan_out),
        clients=1,
        most_clients=2,
        faults=Faults(crashes=1, lost_replies=1),
        most_faults=Faults(crashes=1, lost_replies=1, lost_requests=1),
        bounds=Bounds(steps_per_client=60, states=300_000, seconds=20.0),
    ),
)

"""A celebrity posts, on a real cluster: pushed to everybody, or fetched by whoever reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from lab.slots import slot_of
from lab.topology import Cluster, start_cluster
from lessons.estimates import percent
from lessons.inputs import Integer
from lessons.model import Count, Experiment, Load, Shown, Trial
from lessons.pictures import Bar, Bars, SlotKey, SlotRange, Slots, Tone
from lessons.staging import plural
from patterns.social_timeline import NaiveTimelines, Timelines

if TYPE_CHECKING:
    from redis import Redis
    from redis.cluster import RedisCluster

    from lab.workshop import Workshop

__all__ = ["CELEBRITY", "LOAD", "side_by_side"]

PRIMARIES, AT = 3, 1_700_000_000.0
OURS = ("config|resetstat", "info", "ping", "hello", "client|setinfo", "command", "cluster|slots", "select")
"""Commands of the measurement and of connecting, which are nobody's posts."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one post of the star cost, and then one page for each reader, in commands by node."""

    label: str
    posted: tuple[int, ...]
    read: tuple[int, ...]
    seen: int
    """How many of those who read found the post."""

    @property
    def busiest(self) -> float:
        """The share of the reading that the busiest node had."""
        return max(self.read) / (sum(self.read) or 1)


def side_by_side(workshop: Workshop, /, *, followers: int, readers: int) -> Shown:
    """The same post three times. What each node executed is what the nodes themselves say."""
    workshop.progress(0.0, "Three primaries form a cluster; Redis lets a new one wait for two seconds")
    cluster = workshop.enter(start_cluster(PRIMARIES, check=workshop.check))
    redis = workshop.closing(cluster.client())
    readers = min(readers, followers)
    makes: tuple[tuple[str, Callable[[RedisCluster], NaiveTimelines | Timelines]], ...] = (
        # Written for one server; each of its commands has one key, so a cluster's client does as well.
        ("Naive: pushed", lambda redis: NaiveTimelines(cast("Redis", redis), namespace="naive:")),
        ("Hardened: pushed", lambda redis: Timelines(redis, namespace="pushed:")),
        ("Hardened: fetched", lambda redis: Timelines(redis, namespace="fetched:", celebrity=followers)),
    )
    found = []
    for number, (label, make) in enumerate(makes):
        workshop.progress(0.6 + 0.13 * number, f"{label}: {plural(followers, 'follower')}")
        found.append(_measure(workshop, cluster, label, make(redis), followers, readers))
    return _shown(cluster, found, followers, readers)


def _measure(
    workshop: Workshop,
    cluster: Cluster,
    label: str,
    network: NaiveTimelines | Timelines,
    followers: int,
    readers: int,
) -> Found:
    people = [f"reader-{number:04}" for number in range(followers)]
    for reader in people:
        workshop.check()
        network.follow(reader, "star")
    network.post("star", "warm-up", "so that every node knows the scripts", AT)
    _forget(cluster)
    network.post("star", "post-1", "hello all", AT + 1)
    posted = _executed(cluster)
    _forget(cluster)
    seen = 0
    for reader in people[:readers]:
        workshop.check()
        seen += any(one.id == "post-1" for one in network.timeline(reader))
    return Found(label, posted, _executed(cluster), seen)


def _forget(cluster: Cluster) -> None:
    for node in cluster.nodes:
        with node.client() as client:
            client.config_resetstat()


def _executed(cluster: Cluster) -> tuple[int, ...]:
    """How many commands each node has executed since, those of scripts among them."""
    told = []
    for node in cluster.nodes:
        with node.client() as client:
            stats = client.info("commandstats")
        told.append(
            sum(one["calls"] for name, one in stats.items() if name.removeprefix("cmdstat_") not in OURS)
        )
    return tuple(told)


def _shown(cluster: Cluster, found: list[Found], followers: int, readers: int) -> Shown:
    naive, pushed, fetched = found
    complete = all(one.seen == readers for one in found)
    tone: Tone = "good" if complete and sum(fetched.posted) < followers <= sum(pushed.posted) else "warn"
    names = [f"node {number}" for number in range(1, len(cluster.nodes) + 1)]
    shares = [percent(one.busiest) for one in found]
    return Shown(
        f"One post for {plural(followers, 'follower')}: {sum(naive.posted):,} commands pushed by the naive "
        f"version, {sum(pushed.posted):,} by the hardened one, {sum(fetched.posted):,} when it is fetched. "
        f"Then {plural(readers, 'page')}: {sum(naive.read):,}, {sum(pushed.read):,} and "
        f"{sum(fetched.read):,} commands, and the busiest node had {shares[0]}, {shares[1]} and {shares[2]} "
        "of them."
        + ("" if complete else " Not all of those who read found the post."),
        tone,
        tuple(
            Count(
                f"{one.label}, to post", sum(one.posted), "commands",
                "good" if sum(one.posted) < followers else "warn",
            )
            for one in found
        ),
        Bars(
            "Commands for one post",
            tuple(Bar(one.label, sum(one.posted), group="") for one in found),
            "commands",
            note="As the nodes count them in INFO commandstats, those inside scripts among them.",
        ),
        (
            Bars(
                "Who answers the readers",
                tuple(
                    Bar(
                        name, commands,
                        "warn" if commands == max(one.read) and one.busiest > 1.5 / PRIMARIES else "plain",
                        group=one.label,
                    )
                    for one in found
                    for name, commands in zip(names, one.read, strict=True)
                ),
                "commands",
                note="A fair share would be a third for each node.",
            ),
            Slots(
                "Where the star's keys lie",
                tuple(
                    SlotRange(node.first_slot, node.last_slot, name, float(commands))
                    for node, name, commands in zip(cluster.nodes, names, fetched.read, strict=True)
                ),
                (
                    SlotKey("all keys of the star", slot_of("fetched:posts:{star}")),
                    SlotKey("the list of celebrities", slot_of("fetched:celebrities")),
                ),
                "commands",
                "Every page that fetches asks for both of them.",
            ),
        ),
    )  # fmt: skip


CELEBRITY = Experiment(
    "One post, pushed or fetched",
    watch="Watch for the commands that the post costs, and for the node that pays when they read.",
    trials=(
        Trial(
            "All three, side by side",
            side_by_side,
            "good",
            (NaiveTimelines.post, Timelines.store, Timelines.timeline),
        ),
    ),
    inputs=(
        Integer("followers", "Followers of the star", 120, 50, 1_000),
        Integer("readers", "Of whom read a page", 40, 1, 300),
    ),
    seconds=5.0,
)

LOAD = Load("A celebrity posts", (CELEBRITY,))

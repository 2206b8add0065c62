"""A failover by Sentinel, seen by a client that asks Sentinel where to write."""

from __future__ import annotations

import contextlib
from collections import Counter
from dataclasses import dataclass

from redis.exceptions import RedisError

from lab.faults.scene import Moment, Scene, items_of
from lab.ledger import Comparison, Entry, compare
from lab.topology import MASTER, TcpServer
from lab.workshop import Workshop

__all__ = ["SentinelFailover", "sentinel_failover"]

PACE = 0.01  # seconds between two writes
BEFORE, AFTER = 20, 20  # writes acknowledged before the fault, and after it
IMPATIENT = 0.3  # seconds: time-outs of the client, and of its questions to Sentinel
MOST = 5_000  # writes altogether, about a minute of them
KEY = "orders"


@dataclass(frozen=True, slots=True)
class SentinelFailover:
    """The way of a writing client through the failover."""

    entries: tuple[Entry, ...]
    moments: tuple[Moment, ...]
    comparison: Comparison
    errors: dict[str, int]
    """How often the client saw which class of error."""
    outage: float
    """Seconds from the first error to the next acknowledged write."""
    writable: bool
    """Whether writes were acknowledged again."""
    moved: bool
    """Whether Sentinel names another primary than at first."""


def sentinel_failover(
    workshop: Workshop, *, sentinels: int = 1, down_after_ms: int = 500, aof: bool = False
) -> SentinelFailover:
    """A client writes all the time through Sentinel while the primary is killed.

    On loopback the replica nearly always has everything by then: that nothing is gone here is no promise.
    """
    scene = Scene(workshop)
    options = {"appendonly": "yes", "appendfsync": "always"} if aof else {}
    workshop.progress(0.1, "waiting until the sentinels have found each other")
    servers = scene.replicated(
        proxied=False, sentinels=sentinels, down_after_ms=down_after_ms, primary_options=options
    )
    sentinel = servers.sentinel(socket_timeout=IMPATIENT)
    redis = sentinel.master_for(MASTER)
    for one in (*sentinel.sentinels, redis):
        workshop.closing(one)

    def write(number: int) -> Entry:
        item = f"order {number}"
        return scene.ledger.attempt(
            "ann", lambda: redis.rpush(KEY, item), command=f"RPUSH {KEY}", key=KEY, item=item, effect="push"
        )

    killed_after, good, broken = 0, 0, False
    for number in range(MOST):
        told = write(number)
        if told.status == "acknowledged":
            good += 1
        elif killed_after and not broken:
            broken, good = True, 0
        if not killed_after and good >= BEFORE:
            killed_after, good = number, 0
            servers.primary.kill()
            scene.happens("primary", "kill -9")
        if broken and good >= AFTER:
            break
        says = "the primary is dead; waiting for Sentinel" if killed_after else "writing"
        workshop.progress(0.4 if killed_after else 0.2, says)
        workshop.wait(PACE)
    moved = False
    for _ in range(10):  # its answer may be late
        with contextlib.suppress(RedisError):
            moved = sentinel.discover_master(MASTER)[1] != servers.primary.port
            break
    return _result(scene, servers.replica, moved)


def _result(scene: Scene, replica: TcpServer, moved: bool) -> SentinelFailover:
    client = scene.client(replica)
    held = {KEY: items_of(client, KEY)}
    entries = scene.ledger.entries
    failed = [entry for entry in entries if entry.error]
    later = [
        entry.at
        for entry in entries
        if failed and entry.at > failed[-1].at and entry.status == "acknowledged"
    ]
    began = failed[0].at - failed[0].took if failed else 0.0
    return SentinelFailover(
        entries,
        scene.moments,
        compare(entries, held),
        dict(Counter(entry.error for entry in failed)),
        later[0] - began if later else 0.0,
        bool(later),
        moved,
    )

"""Two primaries at once: who still writes to the old one, what becomes of that, and what bounds it.

`min-replicas-to-write 1` makes a primary refuse writes once no replica has answered it for
`min-replicas-max-lag` seconds. It bounds the loss by that time; it does not undo what slipped in before.
"""

from __future__ import annotations

from dataclasses import dataclass
from signal import SIGCONT, SIGSTOP
from typing import Literal

from redis import Redis
from redis.exceptions import ConnectionError

from lab.faults.scene import Moment, Scene, items_of
from lab.ledger import Comparison, Entry, compare
from lab.workshop import Workshop

__all__ = ["NoReplicas", "SplitBrain", "no_replicas", "paused_primary", "split_brain"]

PACE = 0.01  # seconds between two writes of one client
REFUSED = 10  # refusals after which a client gives up
MAX_LAG = 1  # seconds, the least that Redis takes
KEY = "orders"


@dataclass(frozen=True, slots=True)
class SplitBrain:
    """What the clients of both primaries were told, and what was there when one primary was left."""

    entries: tuple[Entry, ...]
    moments: tuple[Moment, ...]
    comparison: Comparison
    acknowledged: int
    """Writes that the old primary acknowledged after the new one had been promoted."""
    refused: int
    """Writes that the old primary refused."""
    error: str
    """What it said when it refused; empty if it never did."""


@dataclass(frozen=True, slots=True)
class NoReplicas:
    """What a primary did with writes once its replica was out of reach."""

    entries: tuple[Entry, ...]
    moments: tuple[Moment, ...]
    slipped: int
    """Writes acknowledged after the cut that no replica had."""
    refused: int
    error: str
    counted: int
    """Replicas that the primary still counted as good in the end."""


def split_brain(workshop: Workshop, *, min_replicas: bool = False, writes: int = 300) -> SplitBrain:
    """A partition with a primary on each side: ann writes to the old one, ben to the promoted one.

    Ann writes until she has `writes` answers or has been refused a few times. Then the partition heals, and
    the old primary becomes a replica of the new one, as Sentinel would make it.
    """
    scene = Scene(workshop)
    servers = scene.replicated(primary_options=_options(min_replicas))
    old, new = scene.client(servers.primary), scene.client(servers.replica)
    _write(scene, "ann", old, "before")
    scene.everywhere(old, 1)
    servers.proxies[0].hang()
    scene.happens("network", "partition")
    servers.promote()
    scene.happens("replica", "promoted")
    _write(scene, "ben", new, "ben 1")
    told = _write_on(scene, old, writes)
    _write(scene, "ben", new, "ben 2")
    scene.happens("network", "healed")
    servers.demote(servers.primary, servers.replica)
    scene.happens("primary", "made a replica")
    return _result(scene, new, told)


def paused_primary(
    workshop: Workshop, *, min_replicas: bool = False, writes: int = 100, down_after_ms: int = 500
) -> SplitBrain:
    """The primary stands still (SIGSTOP), Sentinel fails over, and the primary goes on as if nothing were.

    Sentinel takes some ten seconds to demote it. Ann, who kept her connection, writes to it before that.
    """
    scene = Scene(workshop)
    servers = scene.replicated(
        proxied=False, sentinels=1, down_after_ms=down_after_ms, primary_options=_options(min_replicas)
    )
    old, new = scene.client(servers.primary), scene.client(servers.replica)
    _write(scene, "ann", old, "before")
    scene.everywhere(old, 1)
    servers.primary.signal(SIGSTOP)
    scene.happens("primary", "stands still")
    scene.until(lambda: _role(new) == "master", "Sentinel did not promote the replica")
    scene.happens("replica", "promoted by Sentinel")
    _write(scene, "ben", new, "ben 1")
    servers.primary.signal(SIGCONT)
    scene.happens("primary", "goes on")
    told = _write_on(scene, old, writes)
    servers.demote(servers.primary, servers.replica)
    scene.happens("primary", "made a replica")
    return _result(scene, new, told)


def no_replicas(
    workshop: Workshop,
    *,
    cut: Literal["both ways", "one way"] = "both ways",
    writes: int = 300,
    max_lag: int = MAX_LAG,
) -> NoReplicas:
    """A primary with min-replicas-to-write loses its replica, in both directions or only towards it.

    One way, the replica goes on saying "I am here, at the old offset", and Redis asks for no more than that.
    """
    scene = Scene(workshop)
    servers = scene.replicated(primary_options=_options(True, max_lag))
    redis = scene.client(servers.primary)
    _write(scene, "ann", redis, "before")
    scene.everywhere(redis, 1)
    if cut == "one way":
        servers.proxies[0].partition(to_client=True)
        scene.happens("network", "primary → replica held")
    else:
        servers.proxies[0].hang()
        scene.happens("network", "held both ways")
    told = _write_on(scene, redis, writes)
    counted = int(redis.info("replication")["min_slaves_good_slaves"])
    refused = [entry for entry in told if entry.status == "refused"]
    return NoReplicas(
        scene.ledger.entries,
        scene.moments,
        sum(entry.status == "acknowledged" for entry in told),
        len(refused),
        refused[0].reply if refused else "",
        counted,
    )


def _options(min_replicas: bool, max_lag: int = MAX_LAG) -> dict[str, str]:
    if not min_replicas:
        return {}
    return {"min-replicas-to-write": "1", "min-replicas-max-lag": str(max_lag)}


def _write(scene: Scene, who: str, redis: Redis, item: str) -> Entry:
    return scene.ledger.attempt(
        who, lambda: redis.rpush(KEY, item), command=f"RPUSH {KEY}", key=KEY, item=item, effect="push"
    )


def _write_on(scene: Scene, redis: Redis, writes: int) -> list[Entry]:
    """Ann's writes, until enough were answered or a few were refused."""
    told: list[Entry] = []
    for number in range(1, writes + 1):
        told.append(_write(scene, "ann", redis, f"ann {number}"))
        if sum(entry.status != "acknowledged" for entry in told) >= REFUSED:
            break
        scene.workshop.progress(number / writes, f"writing to the old primary, {number} of {writes}")
        scene.workshop.wait(PACE)
    return told


def _result(scene: Scene, redis: Redis, told: list[Entry]) -> SplitBrain:
    held = {KEY: items_of(redis, KEY)}
    entries = scene.ledger.entries
    refused = [entry for entry in told if entry.status == "refused"]
    return SplitBrain(
        entries,
        scene.moments,
        compare(entries, held),
        sum(entry.status == "acknowledged" for entry in told),
        len(refused),
        refused[0].reply if refused else "",
    )


def _role(redis: Redis) -> str:
    """Empty while Sentinel promotes it: in the same transaction it ends all clients' connections."""
    try:
        return str(redis.info("replication")["role"])
    except ConnectionError:
        return ""

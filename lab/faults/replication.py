"""Replication that is late: what a failover then makes of writes that were acknowledged.

Replication is stalled by holding what the primary sends to a replica; everything else goes on. On loopback
a replica is otherwise a fraction of a millisecond behind, and nothing would be lost on most days. The replica
is promoted with REPLICAOF NO ONE, which is the last thing that Sentinel does too (`failover` runs Sentinel).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from redis import Redis

from lab.faults.scene import Held, Moment, Scene, Wait, certain, value_of
from lab.ledger import Comparison, Effect, Entry, compare
from lab.workshop import Workshop

__all__ = [
    "LostInFailover", "ReadOnly", "Stale", "Stalled", "TwoOwners", "lost_in_failover", "read_only_replica",
    "stale_replica", "stalled_replication", "two_owners", "wrong_replica",
]  # fmt: skip

WAIT_MS = 100
LONG_WAIT_MS = 1_500  # below the time-out of the socket; a replica that hears it answers at once
LEASE_MS = 60_000  # far longer than the whole run: whoever took the lock has every right to believe in it


@dataclass(frozen=True, slots=True)
class LostInFailover:
    """What the clients were told, what the new primary held, and the difference."""

    entries: tuple[Entry, ...]
    moments: tuple[Moment, ...]
    held: Held
    comparison: Comparison
    waited: tuple[int, ...]
    """What each WAIT said: how many replicas had the write."""


@dataclass(frozen=True, slots=True)
class TwoOwners:
    """Who believes to own the lock after the failover."""

    entries: tuple[Entry, ...]
    moments: tuple[Moment, ...]
    owners: tuple[str, ...]
    waited: int
    """What WAIT said to the first owner; -1 if it was not asked."""


@dataclass(frozen=True, slots=True)
class Stalled:
    """The same key read from both servers while replication stood still, and after."""

    entries: tuple[Entry, ...]
    moments: tuple[Moment, ...]
    primary: str | None
    replica: str | None
    behind: int
    """Bytes of the replication stream that the replica had not acknowledged."""
    waited: int
    afterwards: str | None
    """What the replica said when the stream flowed again."""


@dataclass(frozen=True, slots=True)
class ReadOnly:
    """A write and a read sent to a replica."""

    entries: tuple[Entry, ...]
    moments: tuple[Moment, ...]
    write: Entry
    read: Entry


@dataclass(frozen=True, slots=True)
class Stale:
    """A read from a replica that has lost its primary."""

    entries: tuple[Entry, ...]
    moments: tuple[Moment, ...]
    read: Entry


def lost_in_failover(
    workshop: Workshop, *, stalled: bool = True, wait: Wait = "no", aof: bool = False
) -> LostInFailover:
    """An order is paid, a session ended, a lock released, a visit counted; then the primary dies.

    `wait` is WAIT after each write; `aof` has the primary write each command to its disk before it replies.
    """
    scene = Scene(workshop)
    aof_options = {"appendonly": "yes", "appendfsync": "always"} if aof else {}
    servers = scene.replicated(primary_options=aof_options)
    redis = scene.client(servers.primary)
    _at_first(scene, redis)
    scene.everywhere(redis, 1)
    if stalled:
        servers.proxies[0].partition(to_client=True)
        scene.happens("network", "primary → replica held")
    waited = _writes(scene, redis, wait, ms=WAIT_MS if stalled else LONG_WAIT_MS)
    servers.primary.kill()
    scene.happens("primary", "kill -9")
    servers.promote()
    scene.happens("replica", "promoted")
    return _result(scene, scene.client(servers.replica), waited)


def wrong_replica(workshop: Workshop, *, need: int = 1) -> LostInFailover:
    """WAIT `need` with two replicas: one has every write, and the other one is promoted.

    Sentinel prefers the replica that is furthest; it cannot prefer one that it does not reach.
    """
    scene = Scene(workshop)
    servers = scene.replicated(2)
    redis = scene.client(servers.primary)
    _at_first(scene, redis)
    scene.everywhere(redis, 2)
    servers.proxies[0].partition(to_client=True)
    scene.happens("network", "primary → replica held")
    waited = _writes(scene, redis, "heeded", need, LONG_WAIT_MS if need == 1 else WAIT_MS)
    servers.primary.kill()
    scene.happens("primary", "kill -9")
    servers.replicas[1].kill()
    scene.happens("other replica", "out of reach")
    servers.promote()
    scene.happens("replica", "promoted")
    return _result(scene, scene.client(servers.replica), waited)


def two_owners(workshop: Workshop, *, wait: Wait = "asked") -> TwoOwners:
    """Ann takes a lock; the primary dies before the replica hears of it; Ben takes the same lock.

    With `wait` heeded Ann does not believe in a lock that no replica has.
    """
    scene = Scene(workshop)
    servers = scene.replicated()
    ann = scene.client(servers.primary)
    servers.proxies[0].partition(to_client=True)
    scene.happens("network", "primary → replica held")
    said = -1

    def take() -> bool:
        nonlocal said
        taken, said = certain(
            ann,
            lambda: ann.set("lock:report", "ann", nx=True, px=LEASE_MS),
            wait=wait,
            replicas=1,
            ms=WAIT_MS,
        )
        return bool(taken) and (wait != "heeded" or said >= 1)

    first = scene.ledger.attempt(
        "ann", take, command=_named("SET lock:report NX", wait), key="lock:report", item="ann"
    )
    servers.primary.kill()
    scene.happens("primary", "kill -9")
    servers.promote()
    scene.happens("replica", "promoted")
    ben = scene.client(servers.replica)
    second = scene.ledger.attempt(
        "ben",
        lambda: ben.set("lock:report", "ben", nx=True, px=LEASE_MS),
        command="SET lock:report NX",
        key="lock:report",
        item="ben",
    )
    owners = tuple(one.who for one in (first, second) if one.status == "acknowledged")
    return TwoOwners(scene.ledger.entries, scene.moments, owners, said)


def stalled_replication(workshop: Workshop) -> Stalled:
    """The primary takes a write, and its replica answers reads as if nothing had happened."""
    scene = Scene(workshop)
    servers = scene.replicated()
    primary, replica = scene.client(servers.primary), scene.client(servers.replica)
    _ask(scene, "ann", lambda: primary.set("price", "10"), "SET price 10", "price", "10")
    scene.everywhere(primary, 1)
    servers.proxies[0].partition(to_client=True)
    scene.happens("network", "primary → replica held")
    _ask(scene, "ann", lambda: primary.set("price", "12"), "SET price 12", "price", "12")
    waited = int(primary.wait(1, WAIT_MS))
    info = primary.info("replication")
    behind = int(info["master_repl_offset"]) - int(info["slave0"]["offset"])
    now, old = value_of(primary, "price"), value_of(replica, "price")
    _ask(scene, "ben", lambda: replica.get("price"), "GET price (replica)", "price", effect="look")
    servers.proxies[0].heal()
    scene.happens("network", "flows again")
    scene.everywhere(primary, 1)
    after = value_of(replica, "price")
    _ask(scene, "ben", lambda: replica.get("price"), "GET price (replica)", "price", effect="look")
    return Stalled(scene.ledger.entries, scene.moments, now, old, behind, waited, after)


def read_only_replica(workshop: Workshop) -> ReadOnly:
    """A client that was given a replica's address, or kept it from before a failover, writes."""
    scene = Scene(workshop)
    servers = scene.replicated(proxied=False)
    primary, replica = scene.client(servers.primary), scene.client(servers.replica)
    _ask(scene, "bob", lambda: primary.set("order:1", "open"), "SET order:1 open", "order:1", "open")
    scene.everywhere(primary, 1)
    write = _ask(scene, "ann", lambda: replica.set("order:1", "paid"), "SET order:1 paid", "order:1", "paid")
    read = _ask(scene, "ann", lambda: replica.get("order:1"), "GET order:1", "order:1", effect="look")
    return ReadOnly(scene.ledger.entries, scene.moments, write, read)


def stale_replica(workshop: Workshop, *, serve_stale: bool = True) -> Stale:
    """The primary is gone and nobody has taken over: does the replica answer from what it has?

    `serve_stale` is its setting replica-serve-stale-data, which is on unless you turn it off.
    """
    scene = Scene(workshop)
    options = {"replica-serve-stale-data": "yes" if serve_stale else "no"}
    servers = scene.replicated(proxied=False, replica_options=options)
    primary, replica = scene.client(servers.primary), scene.client(servers.replica)
    _ask(scene, "ann", lambda: primary.set("price", "10"), "SET price 10", "price", "10")
    scene.everywhere(primary, 1)
    servers.primary.kill()
    scene.happens("primary", "kill -9")
    scene.until(
        lambda: replica.info("replication")["master_link_status"] == "down",
        "The replica did not notice that its primary is gone",
    )
    scene.happens("replica", "has lost its primary")
    read = _ask(scene, "ann", lambda: replica.get("price"), "GET price", "price", effect="look")
    return Stale(scene.ledger.entries, scene.moments, read)


def _at_first(scene: Scene, redis: Redis) -> None:
    """What every replica still hears of."""
    _ask(scene, "ann", lambda: redis.set("order:41", "paid"), "SET order:41 paid", "order:41", "paid")
    _ask(scene, "bob", lambda: redis.set("session:bob", "bob"), "SET session:bob", "session:bob", "bob")
    _ask(
        scene,
        "cal",
        lambda: redis.set("lock:report", "cal", nx=True, px=LEASE_MS),
        "SET lock:report NX",
        "lock:report",
        "cal",
    )


def _writes(scene: Scene, redis: Redis, wait: Wait, need: int = 1, ms: int = WAIT_MS) -> tuple[int, ...]:
    """What happens while replication stands still; returns what each WAIT said."""
    waited: list[int] = []

    def ask(
        who: str, write: Callable[[], Any], command: str, key: str, item: str = "", effect: Effect = "put"
    ) -> None:
        def do() -> Any:
            reply, said = certain(redis, write, wait=wait, replicas=need, ms=ms)
            if said >= 0:
                waited.append(said)
            return None if wait == "heeded" and said < need else reply

        _ask(scene, who, do, _named(command, wait, need), key, item, effect)
        scene.workshop.check()

    ask("ann", lambda: redis.set("order:42", "paid"), "SET order:42 paid", "order:42", "paid")
    ask("ann", lambda: redis.incr("visits"), "INCR visits", "visits", effect="count")
    ask("bob", lambda: redis.delete("session:bob"), "DEL session:bob", "session:bob", "bob", "remove")
    ask("cal", lambda: redis.delete("lock:report"), "DEL lock:report", "lock:report", "cal", "remove")
    return tuple(waited)


def _result(scene: Scene, redis: Redis, waited: tuple[int, ...]) -> LostInFailover:
    keys = dict.fromkeys(entry.key for entry in scene.ledger.entries)
    held = {key: value_of(redis, key) for key in keys}
    entries = scene.ledger.entries
    return LostInFailover(entries, scene.moments, held, compare(entries, held), waited)


def _named(command: str, wait: Wait, need: int = 1) -> str:
    return command if wait == "no" else f"{command}, WAIT {need}"


def _ask(
    scene: Scene,
    who: str,
    what: Callable[[], Any],
    command: str,
    key: str,
    item: str = "",
    effect: Effect = "put",
) -> Entry:
    return scene.ledger.attempt(who, what, command=command, key=key, item=item, effect=effect)

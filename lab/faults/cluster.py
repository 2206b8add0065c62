"""A Redis Cluster that loses a primary, and one that moves a slot: what the nodes say, word for word.

A plain client of one node is used to see the replies that a cluster client hides: MOVED, ASK, CLUSTERDOWN.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import AskError, MovedError, RedisClusterException, RedisError
from redis.retry import Retry

from lab.faults.scene import TIME_OUT, Moment, Scene, items_of
from lab.ledger import Comparison, Entry, compare
from lab.slots import names_in, slot_of
from lab.topology import HOST, Node, start_cluster
from lab.workshop import Workshop

__all__ = ["ClusterFailover", "Said", "SlotMove", "cluster_failover", "moving_slot"]

NODE_TIMEOUT_MS = 500
MOST = 3_000  # rounds of asking, about a minute
PACE = 0.02  # seconds


@dataclass(frozen=True, slots=True)
class Said:
    """What one node answered a plain client, as it came over the wire where it is an error."""

    at: float
    node: str
    command: str
    reply: str

    @property
    def kind(self) -> str:
        """MOVED, ASK, TRYAGAIN, CLUSTERDOWN, or a reply."""
        word = self.reply.partition(" ")[0]
        return word if word in ("MOVED", "ASK", "TRYAGAIN", "CLUSTERDOWN") else "reply"


@dataclass(frozen=True, slots=True)
class ClusterFailover:
    """A killed primary, as a cluster client and a plain client of another node saw it."""

    entries: tuple[Entry, ...]
    moments: tuple[Moment, ...]
    comparison: Comparison
    said: tuple[Said, ...]
    """The different answers of a node that lived on, in the order in which they came first."""
    errors: tuple[str, ...]
    """The classes of error that the cluster client raised."""
    writable: bool
    """Whether the cluster client's writes to the lost slots were acknowledged again."""
    outage: float
    """Seconds from the kill until then."""
    elsewhere: bool
    """Whether a slot of another node could be written all the time."""


@dataclass(frozen=True, slots=True)
class SlotMove:
    """A slot on its way from one node to another, and what both said at each stage."""

    slot: int
    source: str
    target: str
    said: tuple[Said, ...]
    moments: tuple[Moment, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(one.kind for one in self.said)


def cluster_failover(
    workshop: Workshop, *, full_coverage: bool = True, node_timeout_ms: int = NODE_TIMEOUT_MS
) -> ClusterFailover:
    """Kill one of three primaries, each with a replica, while a client writes to the slots of two.

    `full_coverage` is cluster-require-full-coverage, on unless turned off: a cluster that lacks a slot then
    refuses all the others too.
    """
    scene = Scene(workshop)
    workshop.progress(0.1, "forming a cluster of six: Redis waits two seconds before it takes writes")
    options = {"cluster-require-full-coverage": "yes" if full_coverage else "no"}
    cluster = workshop.enter(
        start_cluster(replicas=1, node_timeout_ms=node_timeout_ms, options=options, check=workshop.check)
    )
    lost, other = cluster.nodes[0], cluster.nodes[1]
    redis = workshop.closing(cluster.client(retry=Retry(NoBackoff(), 0), socket_timeout=TIME_OUT))
    keys = {node.port: _key_on(node) for node in (lost, other)}
    plain = scene.client(other)
    said: dict[str, Said] = {}

    def write(node: Node, number: int) -> Entry:
        key, item = keys[node.port], f"order {number}"
        return scene.ledger.attempt(
            "ann" if node is lost else "ben",
            lambda: _in_cluster(lambda: redis.rpush(key, item)),
            command=f"RPUSH {key}",
            key=key,
            item=item,
            effect="push",
        )

    def look() -> Said:
        one = _say(scene, other, plain, "GET", keys[lost.port])
        return said.setdefault(one.reply, one)

    for number in range(10):
        write(lost, number)
        write(other, number)
    look()
    for node in (lost, other):  # all is copied: this fault is about being away, not about what is lost
        scene.until(partial(_copied, scene.client(node)), "The replica did not catch up")
    lost.kill()
    scene.happens("node 1", "kill -9")
    killed = scene.ledger.at()
    outage, elsewhere, broken = 0.0, True, False
    for number in range(10, MOST):
        look()
        there = write(other, number)
        elsewhere = elsewhere and there.status == "acknowledged"
        here = write(lost, number)
        broken = broken or here.status != "acknowledged"
        if here.status == "acknowledged" and there.status == "acknowledged":
            outage = scene.ledger.at() - killed
            break
        workshop.progress(0.5, "the primary is dead; waiting until the others have promoted its replica")
        workshop.wait(PACE)
    scene.happens("node 1's replica", "promoted")
    scene.until(lambda: look().kind == "MOVED" and len(said) > 1, "The other nodes did not learn of it")
    entries = scene.ledger.entries
    held = {key: items_of(redis, key) for key in keys.values()}
    return ClusterFailover(
        entries,
        scene.moments,
        compare(entries, held),
        tuple(said.values()),
        tuple(dict.fromkeys(entry.error for entry in entries if entry.error)),
        bool(outage),
        outage,
        elsewhere,
    )


def moving_slot(workshop: Workshop) -> SlotMove:
    """Move a slot with two keys, as `redis-cli --cluster reshard` does, asking both nodes at each stage."""
    scene = Scene(workshop)
    workshop.progress(0.1, "forming a cluster: Redis waits two seconds before it takes writes")
    cluster = workshop.enter(start_cluster(check=workshop.check))
    source, target = cluster.nodes[0], cluster.nodes[1]
    names = {source.port: "node 1", target.port: "node 2"}
    tag = _key_on(source)
    first, second, slot = f"{{{tag}}}:cart", f"{{{tag}}}:name", slot_of(tag)
    clients = {node.port: scene.client(node) for node in (source, target)}
    old, new = clients[source.port], clients[target.port]
    said: list[Said] = []

    def ask(node: Node, *words: str, asking: bool = False) -> None:
        said.append(_say(scene, node, clients[node.port], *words, name=names[node.port], asking=asking))

    redis = workshop.closing(cluster.client())

    def follow() -> None:
        said.append(Said(scene.ledger.at(), "cluster client", f"GET {first}", str(redis.get(first))))

    old.set(first, "3 apples")
    old.set(second, "Ann")
    ask(source, "GET", first)
    ask(target, "GET", first)  # MOVED to the source
    new.execute_command("CLUSTER SETSLOT", slot, "IMPORTING", source.ident)
    old.execute_command("CLUSTER SETSLOT", slot, "MIGRATING", target.ident)
    scene.happens("slot", f"{slot} begins to move")
    ask(source, "GET", first)  # still here
    old.execute_command("MIGRATE", HOST, target.port, first, 0, 5_000)
    scene.happens("slot", f"{first} has moved")
    ask(source, "GET", first)  # ASK
    follow()
    ask(target, "GET", first)  # MOVED: it is not the owner yet
    ask(target, "GET", first, asking=True)  # the value
    ask(source, "GET", second)  # still here
    ask(source, "MGET", first, second)  # TRYAGAIN
    old.execute_command("MIGRATE", HOST, target.port, second, 0, 5_000)
    scene.happens("slot", f"{second} has moved")
    for node in (target, source):
        clients[node.port].execute_command("CLUSTER SETSLOT", slot, "NODE", target.ident)
    scene.happens("slot", f"{slot} belongs to node 2")
    ask(source, "GET", first)  # MOVED to the target
    follow()
    ask(target, "GET", first)
    return SlotMove(slot, source.address, target.address, tuple(said), scene.moments)


def _say(scene: Scene, node: Node, client: Redis, *words: str, name: str = "", asking: bool = False) -> Said:
    """What a plain client of this node is told."""
    try:
        if asking:
            with client.pipeline(transaction=False) as pipe:  # ASKING holds for the next command alone
                pipe.execute_command("ASKING")
                pipe.execute_command(*words)
                reply = pipe.execute()[1]
        else:
            reply = client.execute_command(*words)
        text = str(reply)
    except (AskError, MovedError) as error:
        kind = "MOVED" if isinstance(error, MovedError) else "ASK"
        text = f"{kind} {error.slot_id} {error.host}:{error.port}"
    except RedisError as error:
        text = _as_sent(error)
    command = " ".join(("ASKING,", *words) if asking else words)
    return Said(scene.ledger.at(), name or node.address, command, text)


def _as_sent(error: RedisError) -> str:
    """redis-py takes the first word of some errors away; put it back."""
    word = {"ClusterDownError": "CLUSTERDOWN", "TryAgainError": "TRYAGAIN"}.get(type(error).__name__, "")
    text = str(error)
    return text if not word or text.startswith(word) else f"{word} {text}"


def _in_cluster(call: Callable[[], Any]) -> Any:
    """redis-py's cluster client has an error that is no RedisError."""
    try:
        return call()
    except RedisClusterException as error:
        raise RedisError(str(error)) from error


def _copied(writer: Redis) -> bool:
    found: Any = writer.info("replication")
    return bool(found["connected_slaves"]) and found["slave0"]["offset"] == found["master_repl_offset"]


def _key_on(node: Node) -> str:
    return names_in(range(node.first_slot, node.last_slot + 1), "orders")[0]

"""A Redis Cluster on loopback, formed with plain CLUSTER commands.

Redis waits two seconds before a new cluster takes writes (it is compiled in), so start one in the background
when a page may need it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from redis import Redis
from redis.cluster import ClusterNode, RedisCluster

from lab.topology.tcp import HOST, TIME_OUT, TcpServer, free_port, start_tcp, text_of, wait_until

__all__ = ["SLOTS", "Cluster", "Node", "start_cluster"]

SLOTS = 16_384


@dataclass(frozen=True, slots=True)
class Node(TcpServer):
    """A node as it was when the cluster was formed: the slots of a primary, both ends included.

    A replica has the slots of its primary, and that one's id in `replicates`.
    """

    bus_port: int
    first_slot: int
    last_slot: int
    ident: str = ""
    """The node's id in CLUSTER NODES."""
    replicates: str = ""

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"


class Cluster:
    """A running cluster of our own. `nodes` are the primaries it was formed with, `replicas` the rest."""

    def __init__(self, nodes: tuple[Node, ...], replicas: tuple[Node, ...] = ()) -> None:
        self.nodes = nodes
        self.replicas = replicas

    @property
    def everyone(self) -> tuple[Node, ...]:
        return self.nodes + self.replicas

    def node_of(self, slot: int) -> Node:
        """The primary that was given the slot when the cluster was formed."""
        return next(node for node in self.nodes if node.first_slot <= slot <= node.last_slot)

    def replicas_of(self, node: Node) -> tuple[Node, ...]:
        return tuple(replica for replica in self.replicas if replica.replicates == node.ident)

    def client(self, *, decode_responses: bool = True, **changes: Any) -> RedisCluster:
        """A client of the whole cluster; it follows MOVED and ASK. `changes` are redis-py's own arguments."""
        arguments = {"socket_timeout": TIME_OUT, "decode_responses": decode_responses, **changes}
        nodes = [ClusterNode(HOST, node.port) for node in self.everyone if node.process.ended is None]
        return RedisCluster(startup_nodes=nodes, **arguments)

    def clear(self) -> None:
        """Delete every key of every node; of those alone that were primaries at first."""
        for node in self.nodes:
            with node.client() as client:
                client.flushall()


@contextlib.contextmanager
def start_cluster(
    primaries: int = 3,
    *,
    replicas: int = 0,
    node_timeout_ms: int = 5_000,
    options: Mapping[str, str] | None = None,
    check: Callable[[], object] = lambda: None,
) -> Iterator[Cluster]:
    """A cluster for the length of a block; LabError if no server is found or the nodes never agree.

    `replicas` are those of each primary. A primary that says nothing for `node_timeout_ms` is failed over.
    `options` change the settings of every node. `check` is called before each node starts and again and
    again until they agree. It may raise, as `Workshop.check` does: then they end at once.
    """
    with contextlib.ExitStack() as ending:
        nodes = []
        for index in range(primaries):
            first, last = SLOTS * index // primaries, SLOTS * (index + 1) // primaries - 1
            check()
            nodes.append(_start_node(first, last, node_timeout_ms, options or {}, ending))
        copies = []
        for node in nodes * replicas:
            check()
            copy = _start_node(node.first_slot, node.last_slot, node_timeout_ms, options or {}, ending)
            copies.append(replace(copy, replicates=node.ident))
        _join(nodes, copies, check)
        yield Cluster(tuple(nodes), tuple(copies))


def _start_node(
    first: int, last: int, node_timeout_ms: int, options: Mapping[str, str], ending: contextlib.ExitStack
) -> Node:
    bus_port = free_port()
    server = start_tcp(
        {
            "databases": "1",
            "cluster-enabled": "yes",
            "cluster-port": str(bus_port),
            "cluster-config-file": "nodes.conf",
            "cluster-node-timeout": str(node_timeout_ms),
            "repl-diskless-sync-delay": "0",  # or a replica's first copy starts after five seconds
            **options,
        }
    )
    ending.callback(server.kill)
    with server.client() as client:
        ident = str(client.execute_command("CLUSTER MYID"))
    return Node(server.port, server.process, bus_port, first, last, ident)


def _join(primaries: list[Node], replicas: list[Node], check: Callable[[], object]) -> None:
    """Give out the slots, introduce the nodes to each other, wait until all agree."""
    nodes = [*primaries, *replicas]
    with contextlib.ExitStack() as closing:
        clients = {node.ident: closing.enter_context(node.client()) for node in nodes}
        for epoch, node in enumerate(nodes, start=1):
            clients[node.ident].execute_command("CLUSTER SET-CONFIG-EPOCH", epoch)
        for node in primaries:
            clients[node.ident].execute_command("CLUSTER ADDSLOTSRANGE", node.first_slot, node.last_slot)
        first, *others = nodes
        for node in others:
            clients[first.ident].execute_command("CLUSTER MEET", HOST, node.port, node.bus_port)
        for node in replicas:
            client, primary = clients[node.ident], node.replicates
            _wait(lambda c=client, p=primary: p in text_of(c.execute_command("CLUSTER NODES")), check)
            client.execute_command("CLUSTER REPLICATE", primary)
        _wait(lambda: all(_agrees(client, nodes) for client in clients.values()), check)
        _wait(lambda: all(_linked(clients[node.ident]) for node in replicas), check)


def _wait(true: Any, check: Callable[[], object]) -> None:
    wait_until(true, "The nodes of the cluster did not agree", check=check)


def _agrees(client: Redis, nodes: list[Node]) -> bool:
    """Whether this node takes commands, knows all the others, and knows who replicates whom."""
    info = text_of(client.execute_command("CLUSTER INFO"))
    known = client.execute_command("CLUSTER NODES")
    told = str(known)
    return (
        f"cluster_known_nodes:{len(nodes)}" in info
        and "cluster_state:ok" in info
        and "handshake" not in told
        and all(not node.replicates or _follows(known, node) for node in nodes)
    )


def _follows(known: Any, replica: Node) -> bool:
    if isinstance(known, dict):  # redis-py's own parsing: address -> facts
        facts = known.get(replica.address, {})
        return bool(facts) and facts["master_id"] == replica.replicates
    return any(
        line.startswith(replica.ident) and f" {replica.replicates} " in line
        for line in str(known).splitlines()
    )


def _linked(client: Redis) -> bool:
    return bool(client.info("replication").get("master_link_status") == "up")

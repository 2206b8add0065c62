"""A primary, its replicas, and the sentinels that watch them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from redis import Redis
from redis.sentinel import Sentinel

from lab.guardian import guardian
from lab.proxy import Proxy
from lab.topology.tcp import HOST, TcpServer, start_tcp, wait_until

__all__ = ["MASTER", "Replicated", "start_replicated"]

MASTER = "keyspace"  # the name that the sentinels know the primary by


class Replicated:
    """A primary with replicas, all up to date when handed out. `primary` is that of the beginning.

    `proxies` stand before the primary, one for each replica in their order, where they were asked for.
    """

    def __init__(
        self,
        primary: TcpServer,
        replicas: tuple[TcpServer, ...],
        sentinels: tuple[TcpServer, ...] = (),
        proxies: tuple[Proxy, ...] = (),
    ) -> None:
        self.primary = primary
        self.replicas = replicas
        self.sentinels = sentinels
        self.proxies = proxies

    @property
    def replica(self) -> TcpServer:
        """The first replica."""
        return self.replicas[0]

    def sentinel(self, socket_timeout: float = 0.3) -> Sentinel:
        """redis-py's client of the sentinels; `.master_for(MASTER)` asks them where to write."""
        return Sentinel(
            [(HOST, one.port) for one in self.sentinels],
            sentinel_kwargs={"socket_timeout": socket_timeout, "socket_connect_timeout": socket_timeout},
            socket_timeout=socket_timeout,
            socket_connect_timeout=socket_timeout,
            decode_responses=True,
        )

    def promote(self, replica: TcpServer | None = None) -> TcpServer:
        """REPLICAOF NO ONE: what Sentinel does at the end of a failover, at once. Returns the new primary."""
        promoted = replica or self.replica
        with promoted.client() as client:
            client.replicaof("NO", "ONE")
        return promoted

    def demote(self, server: TcpServer, primary: TcpServer) -> None:
        """Make it a replica of `primary`, as Sentinel does with an old primary that comes back; wait for it.

        It drops all it has and copies the primary.
        """
        with server.client() as client:
            client.replicaof(HOST, str(primary.port))
            wait_until(lambda: _linked(client), "The old primary did not follow the new one")


@contextlib.contextmanager
def start_replicated(
    replicas: int = 1,
    *,
    sentinels: int = 0,
    down_after_ms: int = 500,
    failover_timeout_ms: int = 3_000,
    proxied: bool = False,
    primary_options: Mapping[str, str] | None = None,
    replica_options: Mapping[str, str] | None = None,
    check: Callable[[], object] = lambda: None,
) -> Iterator[Replicated]:
    """A primary with so many replicas for the length of a block; LabError if they never get up to date.

    `sentinels` is 0, 1 or 3 (then two must agree); a primary that says nothing for `down_after_ms` is failed
    over. `proxied` puts a proxy between the primary and each replica, which passes all until it is told.
    Sentinels would lead the replicas around it after `failover_timeout_ms`: give that more time then.
    `check` is called while they find each other and may raise, as `Workshop.check` does: all ends then.
    """
    with contextlib.ExitStack() as ending:
        common = {"repl-diskless-sync-delay": "0"}  # or the first copy starts after five seconds
        primary = start_tcp({**common, **(primary_options or {})})
        ending.callback(primary.kill)
        copies, proxies = [], []
        for _ in range(replicas):
            port = primary.port
            if proxied:
                proxies.append(ending.enter_context(Proxy((HOST, port))))
                port = int(proxies[-1].address[1])
            copy = start_tcp({**common, "replicaof": f"{HOST} {port}", **(replica_options or {})})
            ending.callback(copy.kill)
            copies.append(copy)
        _wait_for_copies(primary, copies, check)
        watchers = []
        for _ in range(sentinels):
            watcher = _start_sentinel(
                primary.port, sentinels // 2 + 1, down_after_ms, failover_timeout_ms, ending
            )
            watchers.append(watcher)
        _wait_for_sentinels(watchers, replicas, check)
        yield Replicated(primary, tuple(copies), tuple(watchers), tuple(proxies))


def _start_sentinel(
    port: int, quorum: int, down_after_ms: int, failover_timeout_ms: int, ending: contextlib.ExitStack
) -> TcpServer:
    made: list[Path] = []

    def config(own_port: int) -> Path:
        # A sentinel insists on a file it can write to. The guardian's folder ends with the guardian.
        path = guardian().folder / f"sentinel-{own_port}.conf"
        path.write_text(
            f"sentinel monitor {MASTER} {HOST} {port} {quorum}\n"
            f"sentinel down-after-milliseconds {MASTER} {down_after_ms}\n"
            f"sentinel failover-timeout {MASTER} {failover_timeout_ms}\n"
        )
        made.append(path)
        return path

    try:
        sentinel = start_tcp(config=config)
    finally:
        ending.callback(_remove, made)
    ending.callback(sentinel.kill)
    return sentinel


def _remove(files: list[Path]) -> None:
    """Also what a sentinel has left that was killed while it wrote its file anew."""
    for file in files:
        for one in file.parent.glob(f"{file.name}*"):
            one.unlink(missing_ok=True)


def _wait_for_copies(primary: TcpServer, copies: list[TcpServer], check: Callable[[], object]) -> None:
    with contextlib.ExitStack() as closing:
        clients = [closing.enter_context(copy.client()) for copy in copies]
        head = closing.enter_context(primary.client())
        wait_until(
            lambda: all(map(_linked, clients)) and _online(head) == len(copies),
            "The replicas did not get up to date",
            check=check,
        )


def _wait_for_sentinels(sentinels: list[TcpServer], replicas: int, check: Callable[[], object]) -> None:
    with contextlib.ExitStack() as closing:
        clients = [closing.enter_context(one.client()) for one in sentinels]
        wait_until(
            lambda: all(_watches(client, len(sentinels), replicas) for client in clients),
            "The sentinels did not find each other and the replicas",
            check=check,
        )


def _linked(client: Redis) -> bool:
    return bool(client.info("replication").get("master_link_status") == "up")


def _online(primary: Redis) -> int:
    """How many replicas the primary feeds."""
    found = primary.info("replication")
    return sum(
        isinstance(facts, dict) and facts.get("state") == "online"
        for name, facts in found.items()
        if name.startswith("slave")
    )


def _watches(client: Redis, sentinels: int, replicas: int) -> bool:
    """Whether a sentinel knows the others and could promote each of the replicas."""
    master: Any = client.sentinel_master(MASTER)
    copies = client.sentinel_slaves(MASTER)
    return (
        master["num-other-sentinels"] == sentinels - 1
        and len(copies) == replicas
        and all(copy.get("master-link-status") == "ok" for copy in copies)
    )

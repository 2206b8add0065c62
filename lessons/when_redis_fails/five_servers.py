"""Redlock over five real servers: with all of them, without two, without three, and when one forgets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redis import Redis

from lab.clock import fast_forward
from lab.proxy import Proxy
from lab.topology import HOST, TcpServer, start_independent
from lessons.model import Count, Experiment, Shown, Trial
from lessons.pictures import Cell, Matrix, MatrixRow
from lessons.when_redis_fails.redlock import Grant, Redlock

if TYPE_CHECKING:
    from lab.workshop import Workshop

__all__ = ["FIVE_SERVERS"]

TTL_MS = 30_000
NODE_TIME_OUT = 0.5  # seconds for one server; the servers are asked in turn
KEY = "lock:{report}"


@dataclass(frozen=True, slots=True)
class Five:
    """Five servers. Ann comes through proxies, Ben directly."""

    servers: tuple[TcpServer, ...]
    proxies: tuple[Proxy, ...]
    direct: tuple[Redis, ...]
    ann: Redlock
    ben: Redlock


def five(workshop: Workshop) -> Five:
    workshop.progress(0.1, "starting five servers that know nothing of each other")
    servers = workshop.enter(start_independent(5))
    proxies = tuple(workshop.enter(Proxy((HOST, server.port))) for server in servers)
    patience = {"socket_timeout": NODE_TIME_OUT, "socket_connect_timeout": NODE_TIME_OUT}
    through = tuple(proxy.spec().client(decode_responses=True, **patience) for proxy in proxies)
    direct = tuple(server.client(**patience) for server in servers)
    for client in (*through, *direct):
        workshop.closing(client)
    ann, ben = Redlock(through, "report", TTL_MS), Redlock(direct, "report", TTL_MS)
    return Five(servers, proxies, direct, ann, ben)


def votes(found: Five, ann: Grant | None, ben: Grant | None, out: dict[int, str] | None = None) -> Matrix:
    """Who holds the lock on which server, as the servers say it now."""
    rows = []
    holders = [
        next(iter(client.mget(KEY))) if server.process.ended is None else None
        for client, server in zip(found.direct, found.servers, strict=True)
    ]
    for who, grant in (("Ann", ann), ("Ben", ben)):
        cells = tuple(
            Cell("hers" if who == "Ann" else "his", "good")
            if grant and holder == grant.token
            else Cell("dead", "warn")
            if server.process.ended is not None
            else Cell("")
            for holder, server in zip(holders, found.servers, strict=True)
        )
        rows.append(MatrixRow(who, cells, _told(grant)))
    columns = tuple(f"server {number}" for number in range(1, 6))
    note = "; ".join(f"server {number} {what}" for number, what in (out or {}).items())
    return Matrix("What the five servers say", columns, tuple(rows), "who / where", note)  # fmt: skip


def _told(grant: Grant | None) -> str:
    return f"{grant.servers} of 5 said yes, valid for {grant.validity_ms:,.0f} ms" if grant else "not held"


def all_answer(workshop: Workshop, /) -> Shown:
    """Ann asks five, Ben asks five."""
    found = five(workshop)
    ann, ben = found.ann.acquire(), found.ben.acquire()
    return _shown(found, ann, ben)


def two_out_of_reach(workshop: Workshop, /) -> Shown:
    """Two servers do not answer Ann in time."""
    found = five(workshop)
    for proxy in found.proxies[3:]:
        proxy.hang()
    workshop.progress(0.5, "Ann waits half a second for each of two servers that do not answer")
    ann = found.ann.acquire()
    ben = found.ben.acquire()
    return _shown(found, ann, ben, {4: "did not answer Ann", 5: "did not answer Ann"})


def three_dead(workshop: Workshop, /) -> Shown:
    """Three of five are dead: there is no majority to be had."""
    found = five(workshop)
    for server in found.servers[2:]:
        server.kill()
    ann = found.ann.acquire()
    left = sum(bool(client.exists(KEY)) for client in found.direct[:2])
    return Shown(
        f"Nobody gets the lock. Ann had two of five, and gave them back: {left} locks are left behind.",
        "warn",
        (Count("Holders", 1 if ann else 0), Count("Left behind", left, "", "bad" if left else "good")),
        votes(found, ann, None, {3: "is dead", 4: "is dead", 5: "is dead"}),
    )


def one_forgets(workshop: Workshop, /) -> Shown:
    """Ann has servers 1 to 3. The clock of server 3 jumps, and Ben reaches 3 to 5."""
    found = five(workshop)
    for proxy in found.proxies[3:]:
        proxy.refuse()
    ann = found.ann.acquire()
    fast_forward(found.direct[2], TTL_MS / 1_000)
    ben = found.ben.acquire()
    return _shown(found, ann, ben, {3: "lost Ann's lease as its clock jumped", 4: "was cut off from Ann",
                                    5: "was cut off from Ann"})  # fmt: skip


def _shown(found: Five, ann: Grant | None, ben: Grant | None, out: dict[int, str] | None = None) -> Shown:
    holders = [who for who, grant in (("Ann", ann), ("Ben", ben)) if grant]
    two = len(holders) > 1
    says = (
        f"{' and '.join(holders) or 'Nobody'} {'both hold' if two else 'holds'} the lock. Ann: {_told(ann)}. "
    )
    return Shown(
        says + f"Ben: {_told(ben)}.",
        "bad" if two or not holders else "good",
        (
            Count("Holders at one moment", len(holders), "", "bad" if two else "good"),
            Count("Ann's lease when she has it", round(ann.validity_ms) if ann else 0, "ms"),
        ),
        votes(found, ann, ben, out),
    )


FIVE_SERVERS: tuple[Experiment, ...] = (
    Experiment(
        "Redlock over five servers",
        "Watch for how many servers said yes to whom, and for the two holders when one server forgets.",
        (
            Trial("All five answer", all_answer, "good", (Redlock.acquire,)),
            Trial("Two do not answer", two_out_of_reach, "good"),
            Trial("Three are dead", three_dead, "warn"),
            Trial("Two cut off, and a clock jumps", one_forgets, "bad"),
        ),
        seconds=1.5,
    ),
)

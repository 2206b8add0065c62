"""Measures against a lock that fails, each as a way to hold it: every failure can be tried on each."""

from __future__ import annotations

from dataclasses import dataclass, field

from redis import Redis
from redis.exceptions import RedisError

from lab.clock import Clock, fast_forward
from lab.proxy import Proxy
from lab.topology import TcpServer, start_independent, start_replicated, start_tcp
from lab.workshop import Workshop
from lessons.pictures import Lane, Mark, Span, Timeline, Tone
from lessons.when_redis_fails.redlock import Grant, Redlock
from patterns.distributed_lock import Lease, Lock, NaiveLock, NaiveResource, Resource

__all__ = ["FENCE", "MEASURES", "NONE", "REDLOCK", "RENEWAL", "TOKEN", "WAIT", "Holder", "Measure", "Site"]

TTL_MS = 30_000  # the runs take milliseconds; time passes only where a failure makes it pass
WAIT_MS = 500  # it returns as soon as a replica has answered
NODE_TIME_OUT = 1.0  # seconds a server may take; short beside the TTL


@dataclass(frozen=True, slots=True)
class Measure:
    """One way to hold a lock. All but the first check the token on release."""

    name: str
    token: bool = True
    renews: bool = False
    fences: bool = False
    waits: bool = False
    majority: bool = False


NONE = Measure("TTL alone", token=False)
TOKEN = Measure("Token check")
RENEWAL = Measure("Renewal", renews=True)
FENCE = Measure("Fencing", fences=True)
WAIT = Measure("WAIT, heeded", waits=True)
REDLOCK = Measure("Redlock", majority=True)
MEASURES = (NONE, TOKEN, RENEWAL, FENCE, WAIT, REDLOCK)


@dataclass(slots=True)
class Site:
    """The servers of one lock, the resource that it protects on a server of its own, and a clock."""

    workshop: Workshop
    servers: list[TcpServer]
    database: Redis
    replica: TcpServer | None = None
    proxy: Proxy | None = None
    clock: Clock = field(default_factory=Clock)
    marks: dict[str, list[Mark]] = field(default_factory=dict)
    leases: dict[str, list[Span]] = field(default_factory=dict)
    began: float = 0.0

    @classmethod
    def build(
        cls, workshop: Workshop, measure: Measure, database: Redis, *, replicated: bool = False
    ) -> Site:
        """Five servers for Redlock, otherwise one, with a replica behind a proxy if asked."""
        if measure.majority:
            return cls(workshop, list(workshop.enter(start_independent(5))), database)
        if not replicated and measure.waits:
            replicated = True  # WAIT has nobody to wait for otherwise
        if not replicated:
            return cls(workshop, list(workshop.enter(start_independent(1))), database)
        pair = workshop.enter(start_replicated(proxied=True))
        return cls(workshop, [pair.primary], database, pair.replica, pair.proxies[0])

    def begins(self) -> None:
        """An empty keyspace on every server, and nothing in the diary."""
        for redis in (self.database, *(self.client(server) for server in self.servers)):
            redis.flushall()
        self.marks.clear()
        self.leases.clear()
        self.began = self.clock()

    def tells(self, who: str, what: str, tone: Tone = "plain") -> None:
        """Write down what happened, for the picture."""
        self.marks.setdefault(who, []).append(Mark(self.clock() - self.began, what, tone))
        self.workshop.check()

    def leased(self, who: str) -> None:
        """Write down a lease that begins now: taken, or renewed."""
        at = self.clock() - self.began
        own = self.leases.setdefault(who, [])
        if own and own[-1].end is not None and own[-1].end > at:
            own[-1] = Span(own[-1].start, at, "lease", "good")
        own.append(Span(at, at + TTL_MS / 1_000, "lease", "good"))

    def client(self, server: TcpServer) -> Redis:
        patience = {"socket_timeout": NODE_TIME_OUT, "socket_connect_timeout": NODE_TIME_OUT}
        return self.workshop.closing(server.client(**patience))

    def passes(self, seconds: float) -> None:
        """Move time on, for clients and servers alike. Nobody waits."""
        for server in self.servers:
            fast_forward(self.client(server), seconds)
        self.clock.advance(seconds)

    def jumps(self, seconds: float) -> None:
        """The clock of the first server jumps forward; nobody else's does."""
        fast_forward(self.client(self.servers[0]), seconds)
        self.tells("server", f"clock jumps {seconds:g} s", "warn")

    def stalls(self) -> None:
        """What the first server is told from now on reaches no replica."""
        if self.proxy:
            self.proxy.partition(to_client=True)
            self.tells("server", "replication held", "warn")

    def fails_over(self) -> None:
        """The first server dies, and one that has heard nothing takes its place."""
        self.servers[0].kill()
        if self.replica:
            with self.client(self.replica) as client:
                client.replicaof("NO", "ONE")
            self.servers[0] = self.replica
        else:
            self.servers[0] = start_tcp()
            self.workshop.at_end(self.servers[0].kill)
        self.tells("server", "killed; another takes over", "warn")

    def dies(self) -> None:
        """The first server dies, and nobody takes its place."""
        self.servers[0].kill()
        self.tells("server", "kill -9", "warn")

    def reads(self) -> str | None:
        """What the protected resource holds."""
        return Resource(self.database, "report").read()

    def timeline(self, title: str) -> Timeline:
        lanes = tuple(
            Lane(who, tuple(self.leases.get(who, ())), tuple(marks)) for who, marks in self.marks.items()
        )
        ends = [mark.at for lane in lanes for mark in lane.marks]
        ends += [span.end or 0.0 for lane in lanes for span in lane.spans]
        return Timeline(title, lanes, max([0.001, *ends]), "Where a lease runs out, time was moved on.")


class Holder:
    """Somebody who takes the lock under a measure, works, and gives it back."""

    def __init__(self, site: Site, who: str, measure: Measure) -> None:
        self.site, self.who, self.measure = site, who, measure
        clients = [site.client(server) for server in site.servers]
        self.redis = clients[0]
        self.redlock = Redlock(clients, "report", TTL_MS, now=site.clock)
        kind = Lock if measure.token else NaiveLock
        self.lock: Lock | NaiveLock = kind(self.redis, "report", TTL_MS)
        self.lease: Lease | Grant | None = None

    def takes(self) -> bool:
        """Take the lock; False, too, if no server can be asked."""
        try:
            self.lease = self.redlock.acquire() if self.measure.majority else self.lock.acquire()
            if self.measure.waits and isinstance(self.lease, Lease) and self.redis.wait(1, WAIT_MS) < 1:
                self.lock.release(self.lease)
                self.lease = None
                self.site.tells(
                    self.who, "hears from WAIT that no replica has the lock, and gives it up", "warn"
                )
                return False
        except RedisError as error:
            self.site.tells(self.who, f"cannot ask: {type(error).__name__}", "warn")
            return False
        if self.lease:
            self.site.leased(self.who)
        self.site.tells(self.who, "takes the lock" if self.lease else "is told to wait")
        return self.lease is not None

    def renews(self) -> bool:
        """Renew, if the measure does that; False if it does not or the lease is gone."""
        if not self.measure.renews or not isinstance(self.lease, Lease):
            return False
        kept = self.lock.renew(self.lease)
        if kept:
            self.site.leased(self.who)
        self.site.tells(self.who, "renews" if kept else "cannot renew: stops")
        return kept

    def writes(self) -> bool:
        """Write to the resource if there is a lease to write under; whether the write was taken."""
        if self.lease is None:
            return False
        fenced = self.measure.fences
        lease = self.lease if isinstance(self.lease, Lease) else Lease(self.lease.token, fence=0)
        kind = Resource if fenced else NaiveResource
        taken = kind(self.site.database, "report").write(f"by {self.who}", lease)
        fence = f", fence {lease.fence}" if fenced else ""
        self.site.tells(
            self.who, f"writes{fence}: {'taken' if taken else 'refused'}", "plain" if taken else "good"
        )
        return taken

    def releases(self) -> None:
        """Give the lock back, in the belief that it is one's own."""
        if isinstance(self.lease, Grant):
            released = bool(self.redlock.release(self.lease))
        else:
            released = bool(self.lease and self.lock.release(self.lease))
        self.site.tells(self.who, f"releases: {'done' if released else 'not hers'}")

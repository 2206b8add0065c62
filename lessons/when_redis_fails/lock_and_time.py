"""Lock and time: what makes a lock fail, tried on every measure against it, on real servers.

The failures are functions of a `Site` and a `Measure`. Each says what went wrong, or nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from lab.topology import start_independent
from lab.workshop import Workshop
from lessons.model import Count, Experiment, Shown, Trial
from lessons.pictures import Cell, Matrix, MatrixRow
from lessons.staging import plural
from lessons.when_redis_fails.five_servers import FIVE_SERVERS
from lessons.when_redis_fails.measures import (
    FENCE,
    MEASURES,
    NONE,
    REDLOCK,
    RENEWAL,
    TOKEN,
    TTL_MS,
    WAIT,
    Holder,
    Measure,
    Site,
)
from lessons.when_redis_fails.redlock import Redlock
from patterns.distributed_lock import Lock, Resource

if TYPE_CHECKING:
    from redis import Redis

__all__ = ["FAILURES", "LOCK_AND_TIME", "table"]

TTL = TTL_MS / 1_000

Failure = Callable[[Site, Measure], str]


def pause_then_release(site: Site, measure: Measure) -> str:
    """Ann is paused past her lease, Ben takes the lock, Ann wakes and releases: does Cal get in?"""
    ann, ben, cal = (Holder(site, who, measure) for who in ("Ann", "Ben", "Cal"))
    ann.takes()
    site.passes(TTL)
    site.tells("Ann", "wakes from a pause longer than her lease", "warn")
    ben.takes()
    ann.releases()
    return "Cal got in while Ben held the lock" if cal.takes() else ""


def pause_then_write(site: Site, measure: Measure) -> str:
    """Ann is paused past her lease after her last check, Ben takes the lock and writes, Ann writes."""
    ann, ben = Holder(site, "Ann", measure), Holder(site, "Ben", measure)
    ann.takes()
    ann.renews()
    site.passes(TTL)
    site.tells("Ann", "wakes from a pause longer than her lease", "warn")
    return _both_write(site, ann, ben)


def slow_work(site: Site, measure: Measure) -> str:
    """Ann's work takes longer than one lease, and she is never paused."""
    ann, ben = Holder(site, "Ann", measure), Holder(site, "Ben", measure)
    ann.takes()
    for _ in range(3):
        site.passes(TTL * 0.6)
        ann.renews()
    return _both_write(site, ann, ben)


def crash(site: Site, measure: Measure) -> str:
    """Ann dies with the lock. When her lease is over, is it free?"""
    Holder(site, "Ann", measure).takes()
    site.tells("Ann", "crashes", "warn")
    site.passes(TTL)
    return "" if Holder(site, "Ben", measure).takes() else "nobody gets the lock any more"


def clock_jump(site: Site, measure: Measure) -> str:
    """The clock of one server jumps over the lease while Ann works."""
    ann, ben = Holder(site, "Ann", measure), Holder(site, "Ben", measure)
    ann.takes()
    site.jumps(TTL)
    return _both_write(site, ann, ben)


def failover(site: Site, measure: Measure) -> str:
    """The server that gave Ann the lock dies before another has heard of it."""
    site.stalls()
    ann = Holder(site, "Ann", measure)
    ann.takes()
    site.fails_over()
    return _both_write(site, ann, Holder(site, "Ben", measure))


def dead_server(site: Site, measure: Measure) -> str:
    """One server dies and nobody takes over: can anybody get the lock?"""
    site.dies()
    return "" if Holder(site, "Ann", measure).takes() else "nobody can get the lock"


def _both_write(site: Site, ann: Holder, ben: Holder) -> str:
    """Ben, if he gets the lock, writes; then Ann, who believes in hers, writes over it."""
    if ben.takes():
        ben.writes()
    ann.writes()
    both = ann.lease is not None and ben.lease is not None
    return "two holders, and Ann wrote over Ben" if both and site.reads() == "by Ann" else ""


FAILURES: dict[str, Failure] = {
    "Pause past the lease, then release": pause_then_release,
    "Pause past the lease, then write": pause_then_write,
    "Work longer than the lease": slow_work,
    "Crash of the holder": crash,
    "Clock of a server jumps": clock_jump,
    "Failover before replication": failover,
    "A server dies for good": dead_server,
}

FAILOVER = "Failover before replication"
LASTING = tuple(name for name in FAILURES if name not in (FAILOVER, "A server dies for good"))
"""Failures after which the servers can be used again."""


def database(workshop: Workshop) -> Redis:
    """A server of its own for the resource: it stands for your database, and nothing happens to it."""
    (server,) = workshop.enter(start_independent(1))
    return workshop.closing(server.client())


def one(workshop: Workshop, failure: str, measure: Measure) -> Shown:
    """One failure under one measure."""
    workshop.progress(0.1, "starting the servers of the lock")
    site = Site.build(workshop, measure, database(workshop), replicated=failure == FAILOVER)
    site.begins()
    damage = FAILURES[failure](site, measure)
    return Shown(
        f"{measure.name} did not stop it: {damage}."
        if damage
        else f"{measure.name} stopped it. {_end(site)}",
        "bad" if damage else "good",
        (Count("Damage", 1 if damage else 0, "", "bad" if damage else "good"),),
        site.timeline(failure),
    )


def _end(site: Site) -> str:
    _, who, label = max((mark.at, who, mark.label) for who, marks in site.marks.items() for mark in marks)
    return f"In the end {who} {label}."


def table(workshop: Workshop, /) -> Shown:
    """Every failure under every measure. A failure that ends a server gets servers of its own."""
    cells: dict[str, list[Cell]] = {name: [] for name in FAILURES}
    runs, stopped = len(FAILURES) * len(MEASURES), 0
    done = 0
    for measure in MEASURES:
        for names in (LASTING, *((name,) for name in FAILURES if name not in LASTING)):
            with Workshop() as some:  # ends its servers before the next begin
                workshop.at_end(some.stop)
                site = Site.build(some, measure, database(some), replicated=names == (FAILOVER,))
                for name in names:
                    workshop.progress(done / runs, f"{name}, with {measure.name}")
                    site.begins()
                    damage = FAILURES[name](site, measure)
                    cells[name].append(Cell("no", "bad", damage) if damage else Cell("stops it", "good"))
                    done, stopped = done + 1, stopped + (not damage)
    rows = (
        MatrixRow(name, tuple(cells[name]), (failure.__doc__ or "").partition("\n")[0])
        for name, failure in FAILURES.items()
    )
    return Shown(
        f"{plural(runs, 'run')} on real servers: {stopped} times the measure stopped the failure, "
        f"{runs - stopped} times there was damage. {_best(cells)}",
        "plain",
        (),
        Matrix(
            "Which measure stops which failure",
            tuple(measure.name for measure in MEASURES),
            tuple(rows),
            "failure / measure",
            "Each measure but the first has the token check too. Leases run out by moving time on.",
        ),
    )


def _best(cells: dict[str, list[Cell]]) -> str:
    stops = {
        measure.name: sum(row[number].tone == "good" for row in cells.values())
        for number, measure in enumerate(MEASURES)
    }
    whole = [name for name, count in stops.items() if count == len(cells)]
    if whole:
        return f"{' and '.join(whole)} stopped everything that was tried here."
    return f"No measure stopped all {len(cells)} failures; the most were {max(stops.values())}."


def _trial(failure: str, measure: Measure, damage: bool, *shows: Callable[..., object]) -> Trial:
    return Trial(
        measure.name,
        partial(one, failure=failure, measure=measure),
        "bad" if damage else "good",
        (FAILURES[failure], *shows),
    )


LOCK_AND_TIME: tuple[Experiment, ...] = (
    Experiment(
        "A holder sleeps through the lease",
        "Watch for Ann, who has checked her lease, is paused, and writes as if no time had passed.",
        (
            _trial("Pause past the lease, then write", TOKEN, True),
            _trial("Pause past the lease, then write", RENEWAL, True, Lock.renew),
            _trial("Pause past the lease, then write", REDLOCK, True, Redlock.acquire),
            _trial("Pause past the lease, then write", FENCE, False, Resource.write),
        ),
        seconds=0.5,
    ),
    Experiment(
        "A late release",
        "Watch for the lock that Ann frees: whose is it?",
        (
            _trial("Pause past the lease, then release", NONE, True),
            _trial("Pause past the lease, then release", TOKEN, False, Lock.release),
        ),
        seconds=0.5,
    ),
    Experiment(
        "Work longer than the lease",
        "Watch for Ben being let in while Ann is still at work, wide awake.",
        (
            _trial("Work longer than the lease", TOKEN, True),
            _trial("Work longer than the lease", RENEWAL, False, Lock.renew),
        ),
        seconds=0.5,
    ),
    Experiment(
        "The clock of a server jumps",
        "Watch for a lease that ends the moment after it was given.",
        (
            _trial("Clock of a server jumps", TOKEN, True),
            _trial("Clock of a server jumps", FENCE, False, Resource.write),
            _trial("Clock of a server jumps", REDLOCK, False, Redlock.acquire),
        ),
        seconds=0.7,
    ),
    Experiment(
        "A failover forgets the lock",
        "Watch for the fence that both get, and for who is told to wait.",
        (
            _trial("Failover before replication", TOKEN, True),
            _trial("Failover before replication", FENCE, True, Resource.write),
            _trial("Failover before replication", WAIT, False),
            _trial("Failover before replication", REDLOCK, False, Redlock.acquire),
        ),
        seconds=0.8,
    ),
    *FIVE_SERVERS,
    Experiment(
        "Which measure stops which failure",
        "Watch for a measure that stops every failure. None does.",
        (Trial("Run every cell", table, "plain", (pause_then_write, failover)),),
        seconds=10.0,
    ),
)

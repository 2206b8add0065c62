"""The races of the scheduler: two workers find one job, and a worker dies with the only copy."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from redis import Redis

from lab.scenario import Faults, Scenario
from lessons.crew import crew
from lessons.model import Race, Version
from patterns.job_scheduler import Effect, Job, NaiveScheduler, Scheduler

Kind = type[NaiveScheduler] | type[Scheduler]

KINDS: dict[Version, Kind] = {"naive": NaiveScheduler, "hardened": Scheduler}
SENT = "sent:{mail}"
HOUR = 3_600


def send(job: Job) -> Effect:
    """The job: one mail more that was sent."""
    return Effect("HINCRBY", SENT, (job.id, 1))


def run(redis: Redis, kind: Kind, name: str) -> int:
    """A worker runs what is due."""
    return kind(redis, "mail").run_due(name, send, 2)


def claim(redis: Redis, kind: Kind, name: str) -> bool:
    """A worker takes a job for itself first, and then does it."""
    jobs = kind(redis, "mail")
    job = jobs.claim(name)
    if job is None:
        return False
    effect = send(job)
    if isinstance(jobs, Scheduler):
        return jobs.complete(job, effect)
    redis.hincrby(effect.key, job.id, 1)
    return True


def scheduled(redis: Redis, *, kind: Kind) -> None:
    kind(redis, "mail").schedule("invoice", "", 0)


def sent_at_most_once(redis: Redis, results: Mapping[str, Any]) -> str | None:
    sent = int(redis.hget(SENT, "invoice") or 0)
    return f"double execution: the invoice was sent {sent} times" if sent > 1 else None


def sent_in_the_end(redis: Redis, results: Mapping[str, Any], *, kind: Kind) -> str | None:
    """An hour later another worker looks for what is due."""
    then = time.time() + HOUR
    kind(redis, "mail", now=lambda: then).run_due("Zoe", send)
    sent = int(redis.hget(SENT, "invoice") or 0)
    if not sent:
        return "lost job: the invoice was never sent, and nobody knows of it any more"
    return f"double execution: the invoice was sent {sent} times" if sent > 1 else None


def found_by_all(version: Version, clients: int, faults: Faults) -> Scenario:
    kind = KINDS[version]
    return Scenario(
        crew(clients, run, kind=kind), sent_at_most_once, partial(scheduled, kind=kind), faults=faults
    )


def a_dead_worker(version: Version, clients: int, faults: Faults) -> Scenario:
    kind = KINDS[version]
    return Scenario(
        crew(clients, claim, kind=kind),
        partial(sent_in_the_end, kind=kind),
        partial(scheduled, kind=kind),
        faults=faults,
    )


RACES = (
    Race(
        "Several workers find one job",
        invariant="The invoice is sent at most once.",
        look="Until the ZREM, after the work, everybody who looks finds the job as well.",
        anomaly="double execution",
        scenario=found_by_all,
        naive=(NaiveScheduler.run_due,),
        hardened=(Scheduler.run_due,),
        most_clients=3,
        faults=Faults(crashes=1, lost_replies=1, time_jumps=1, jumps_ms=(61_000,)),
        most_faults=Faults(crashes=2, lost_replies=1, lost_requests=1, time_jumps=2),
    ),
    Race(
        "A worker dies with the only copy",
        invariant="An hour later the invoice has been sent, once.",
        look="ZREM makes the job one worker's alone, and takes it out of Redis. The crash comes next.",
        anomaly="lost job",
        scenario=a_dead_worker,
        naive=(NaiveScheduler.claim,),
        hardened=(Scheduler.claim, Scheduler.complete),
        most_clients=3,
        faults=Faults(crashes=1, time_jumps=1, jumps_ms=(61_000,)),
        most_faults=Faults(crashes=2, lost_replies=1, lost_requests=1, time_jumps=2),
    ),
)

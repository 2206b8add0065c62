"""The races of the idempotency key: a crash at work, a lost answer, work that outlasts its lease."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from redis import Redis

from lab.scenario import Faults, Scenario
from lessons.crew import answered, crew, insist
from lessons.model import Race, Version
from patterns.idempotency_key import (
    Effect,
    Idempotency,
    InProgress,
    LeaseLost,
    NaiveIdempotency,
    Response,
)

PAID = "paid:{mia}"
LEASE_MS = 30_000
DAY_MS = 86_400_000


def keys(redis: Redis, version: Version, *, short: bool = True) -> NaiveIdempotency | Idempotency:
    """The naive key has one TTL: for the lease it is too long, or for the answer too short."""
    if version == "naive":
        return NaiveIdempotency(redis, "mia", LEASE_MS if short else DAY_MS)
    return Idempotency(redis, "mia", LEASE_MS)


def charge() -> Response:
    """The work: 25 euros."""
    return Response(201, "paid", Effect("INCRBY", PAID, (25,)))


def pay(redis: Redis, version: Version, name: str) -> str:
    """A server gets the request."""
    try:
        return str(keys(redis, version).run("order 7", "25 euros", charge).body)
    except (InProgress, LeaseLost) as refused:
        return f"refused: {refused}"


def pay_surely(redis: Redis, version: Version) -> str:
    """The same, and the app sends the request again if no reply came. Its key is good for a day."""

    def send() -> str:
        return str(keys(redis, version, short=False).run("order 7", "25 euros", charge).body)

    try:
        return insist(send)
    except InProgress:
        return "refused"


def pay_again_later(redis: Redis, version: Version, name: str) -> str:
    """If somebody is said to be at it, ask again when any lease must be over."""
    for patience in (LEASE_MS / 1_000 + 1, 0):
        try:
            return str(keys(redis, version, short=False).run("order 7", "25 euros", charge).body)
        except LeaseLost:
            return "another server has done it"
        except InProgress:
            if patience:
                time.sleep(patience)  # noqa: TID251 - virtual time: the explorer lets it pass
    return "refused"


def paid_at_most_once(redis: Redis, results: Mapping[str, Any]) -> str | None:
    paid = int(redis.get(PAID) or 0)
    return f"double execution: 25 euros were due, and {paid} were paid" if paid > 25 else None


def nobody_locked_out(redis: Redis, results: Mapping[str, Any]) -> str | None:
    for name, heard in answered(results).items():
        if heard == "refused" and not redis.exists(PAID):
            return f"locked out: {name} asked twice, half a minute apart; nobody has paid and nobody is at it"
    return paid_at_most_once(redis, results)


def told_how_it_went(redis: Redis, results: Mapping[str, Any]) -> str | None:
    if answered(results).get("Ann") == "refused" and redis.exists(PAID):
        return "no answer: mia has paid, and was told that somebody else is at it"
    return paid_at_most_once(redis, results)


def at_once(version: Version, clients: int, faults: Faults) -> Scenario:
    return Scenario(crew(clients, pay, version=version), paid_at_most_once, faults=faults)


def a_crash_at_work(version: Version, clients: int, faults: Faults) -> Scenario:
    return Scenario(crew(clients, pay_again_later, version=version), nobody_locked_out, faults=faults)


def a_lost_answer(version: Version, clients: int, faults: Faults) -> Scenario:
    return Scenario({"Ann": partial(pay_surely, version=version)}, told_how_it_went, faults=faults)


RACES = (
    Race(
        "Work that outlasts its lease",
        invariant="The request is paid at most once.",
        look="The key is gone while its first owner still works. A retry takes it, and both pay.",
        anomaly="double execution",
        scenario=at_once,
        naive=(NaiveIdempotency.run,),
        hardened=(Idempotency.run, Idempotency.complete),
        most_clients=3,
        faults=Faults(crashes=1, lost_replies=1, time_jumps=2, jumps_ms=(LEASE_MS + 1,)),
        most_faults=Faults(crashes=2, lost_replies=2, lost_requests=1, time_jumps=2),
    ),
    Race(
        "A server dies at work",
        invariant="Whoever asks again when the lease is over gets an answer.",
        look="The key stands for the answer, so it lives for a day, and its owner is dead after a second.",
        anomaly="locked out",
        scenario=a_crash_at_work,
        naive=(NaiveIdempotency.run,),
        hardened=(Idempotency.run, Idempotency.begin),
        faults=Faults(crashes=1, jumps_ms=(LEASE_MS + 1,)),
        most_faults=Faults(crashes=1, lost_replies=1, lost_requests=1, time_jumps=1),
    ),
    Race(
        "The answer is lost",
        invariant="Who has paid is told so when asking again, and does not pay again.",
        look="It is paid, and the reply is lost. The retry is refused, as if somebody were still at it.",
        anomaly="no answer",
        scenario=a_lost_answer,
        naive=(NaiveIdempotency.run,),
        hardened=(Idempotency.run, Idempotency.complete),
        clients=1,
        most_clients=1,
        faults=Faults(crashes=1, lost_replies=1),
        most_faults=Faults(crashes=1, lost_replies=1),
    ),
)

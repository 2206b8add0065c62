"""How a job ends: it is given up, cancelled or replaced, and a finished id is forgotten in time."""

from __future__ import annotations

import pytest
from redis import Redis

from patterns.job_scheduler import Counts, Scheduler
from tests.patterns.bench import Time, keyspace
from tests.patterns.job_scheduler import KEY, SENT, Handler, send

# Giving up


def test_a_job_that_is_never_completed_is_given_up(anywhere: Redis, clock: Time) -> None:
    scheduler = Scheduler(anywhere, "mail", lease=60, most_attempts=3, now=clock)
    scheduler.schedule("poison", "p", clock.at)
    claims = []
    for _ in range(3):
        claims.append(scheduler.claim("ann"))
        clock.at += 60
    scheduler.schedule("welcome", "", clock.at)
    handler = Handler()
    assert scheduler.run_due("ann", handler) == 1
    assert ([job.attempt for job in claims], handler.ids) == ([1, 2, 3], ["welcome"])
    assert scheduler.complete(claims[-1]) is False
    assert (scheduler.counts(), scheduler.failed()) == (Counts(0, 0, 1), ["poison"])
    assert scheduler.schedule("poison", "p", clock.at) is False
    assert scheduler.schedule("poison", "cured", clock.at, replace=True) is True
    assert scheduler.counts() == Counts(1, 0, 0)
    job = scheduler.claim("ann")
    assert (job.payload, job.attempt) == ("cured", 1)


def test_what_was_given_up_can_be_cancelled(anywhere: Redis, clock: Time) -> None:
    scheduler = Scheduler(anywhere, "mail", lease=60, most_attempts=1, now=clock)
    for number in range(3):
        scheduler.schedule(str(number), "", clock.at)
        scheduler.claim("ann")
        clock.at += 60
        assert scheduler.claim("ann") is None
    assert scheduler.failed(2) == ["0", "1"]
    assert [scheduler.cancel(str(number)) for number in range(3)] == [True] * 3
    assert keyspace(anywhere) == {}


def test_a_heap_of_hopeless_jobs_does_not_stop_the_server_for_long(redis: Redis, clock: Time) -> None:
    scheduler = Scheduler(redis, "mail", lease=60, most_attempts=1, now=clock)
    for number in range(150):
        scheduler.schedule(str(number), "", clock.at)
        scheduler.claim("ann")
    scheduler.schedule("welcome", "", clock.at)
    clock.at += 60
    assert scheduler.claim("ben") is None  # a hundred were given up on the way
    assert scheduler.counts() == Counts(1, 50, 100)
    assert scheduler.claim("ben").id == "welcome"


# One id, one job


@pytest.mark.parametrize("state", ["waiting", "running", "done"])
def test_an_id_that_is_known_is_not_scheduled_again(state: str, anywhere: Redis, clock: Time) -> None:
    scheduler, handler = Scheduler(anywhere, "mail", remember=3_600, now=clock), Handler()
    scheduler.schedule("welcome", "first", clock.at + 60)
    if state != "waiting":
        clock.at += 60
        job = scheduler.claim("ann")
        if state == "done":
            scheduler.complete(job)
    before = keyspace(anywhere)
    assert scheduler.schedule("welcome", "second", clock.at) is False
    assert keyspace(anywhere) == before
    clock.at += 60
    scheduler.run_due("ben", handler)
    assert [job.payload for job in handler.seen] == {"waiting": ["first"], "running": ["first"], "done": []}[
        state
    ]


def test_a_finished_id_is_forgotten_in_time(anywhere: Redis, clock: Time) -> None:
    scheduler = Scheduler(anywhere, "mail", remember=60, now=clock)
    scheduler.schedule("a", "", clock.at)
    scheduler.run_due("ann", Handler())
    clock.at += 59
    assert scheduler.schedule("a", "", clock.at) is False
    scheduler.schedule("b", "", clock.at)
    scheduler.run_due("ann", Handler())
    clock.at += 1
    assert scheduler.schedule("a", "", clock.at) is True
    scheduler.run_due("ann", Handler())
    clock.at += 59
    scheduler.schedule("c", "", clock.at)
    scheduler.run_due("ann", Handler())
    assert anywhere.zcard(f"{KEY}:done") == 2  # a and c; b is over


def test_one_completion_forgets_a_hundred_at_most(anywhere: Redis, clock: Time) -> None:
    scheduler = Scheduler(anywhere, "mail", remember=60, now=clock)
    anywhere.zadd(f"{KEY}:done", {f"old {number}": 0 for number in range(250)})
    for left in (151, 52, 3, 4):
        scheduler.schedule(f"new {left}", "", clock.at)
        scheduler.run_due("ann", Handler())
        assert anywhere.zcard(f"{KEY}:done") == left


@pytest.mark.parametrize("state", ["waiting", "running", "done"])
def test_replacing_makes_the_job_new_whatever_it_was(state: str, anywhere: Redis, clock: Time) -> None:
    scheduler = Scheduler(anywhere, "mail", now=clock)
    scheduler.schedule("welcome", "first", clock.at)
    job = scheduler.claim("ann") if state != "waiting" else None
    if state == "done":
        assert scheduler.complete(job) is True
    assert scheduler.schedule("welcome", "second", clock.at + 60, replace=True) is True
    assert scheduler.counts() == Counts(1, 0, 0)
    assert scheduler.due() == []
    if job:
        assert scheduler.complete(job, send(job)) is False
        assert anywhere.exists(SENT) == 0
    clock.at += 60
    assert scheduler.claim("ben").payload == "second"
    scheduler.cancel("welcome")
    assert scheduler.schedule("welcome", "third", clock.at) is True


def test_a_job_that_runs_can_be_cancelled(anywhere: Redis, clock: Time) -> None:
    scheduler = Scheduler(anywhere, "mail", now=clock)
    scheduler.schedule("welcome", "", clock.at)
    job = scheduler.claim("ann")
    assert scheduler.cancel("welcome") is True
    assert (scheduler.renew(job), scheduler.complete(job, send(job))) == (False, False)
    assert keyspace(anywhere) == {}

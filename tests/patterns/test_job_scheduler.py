"""One contract for all schedulers, how the naive ones go wrong, what the hardened one keeps and costs."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import partial

import pytest
from redis import Redis
from redis.exceptions import ResponseError

from patterns.job_scheduler import Counts, NaiveScheduler, Scheduler
from tests.patterns.bench import Died, Time, die, keyspace, round_trips
from tests.patterns.job_scheduler import KEY, SENT, Handler, send

VERSIONS = (NaiveScheduler, Scheduler)
Any = NaiveScheduler | Scheduler
Make = Callable[..., Any]


@pytest.fixture(
    params=[
        pytest.param((version, client), id=f"{version.__name__}-{client}")
        for version in VERSIONS
        for client in ("redis", "raw_redis", "fake", "cluster_redis")
        if version is Scheduler or client != "cluster_redis"
    ]
)
def make(request: pytest.FixtureRequest) -> Make:
    """Any scheduler, wherever it must run."""
    version, client = request.param
    return partial(version, request.getfixturevalue(client))


# The contract


def test_a_job_runs_when_its_time_has_come_and_once(make: Make, clock: Time) -> None:
    scheduler, handler = make("mail", now=clock), Handler()
    assert scheduler.schedule("welcome", "to ann", clock.at + 60) is True
    assert (scheduler.run_due("w1", handler), scheduler.due()) == (0, [])
    clock.at += 60
    assert scheduler.due() == ["welcome"]
    assert (scheduler.run_due("w1", handler), scheduler.run_due("w1", handler)) == (1, 0)
    assert [(job.id, job.payload, job.attempt) for job in handler.seen] == [("welcome", "to ann", 1)]
    assert scheduler.counts() == Counts(0, 0, 0)


def test_a_claimed_job_is_one_workers_alone(make: Make, clock: Time) -> None:
    scheduler = make("mail", now=clock)
    for number in range(2):
        scheduler.schedule(str(number), f"job {number}", clock.at + number)
    first = scheduler.claim("ann")
    assert (first.id, first.payload) == ("0", "job 0")
    assert (scheduler.claim("ben"), scheduler.due()) == (None, [])
    clock.at += 1
    assert scheduler.claim("ben").id == "1"


def test_a_millisecond_early_is_early(make: Make, clock: Time) -> None:
    scheduler = make("mail", now=clock)
    scheduler.schedule("welcome", "", clock.at + 0.001)
    assert scheduler.run_due("w1", Handler()) == 0
    clock.at += 0.001
    assert scheduler.run_due("w1", Handler()) == 1


def test_without_a_clock_of_its_own_it_keeps_the_time_of_the_world(make: Make) -> None:
    scheduler, handler = make("mail"), Handler()
    scheduler.schedule("past", "", time.time() - 60)
    scheduler.schedule("future", "", time.time() + 60)
    assert scheduler.run_due("w1", handler) == 1
    assert handler.ids == ["past"]


def test_jobs_run_in_the_order_of_their_times(make: Make, clock: Time) -> None:
    scheduler, handler = make("mail", now=clock), Handler()
    for seconds in (30, 10, 20):
        scheduler.schedule(str(seconds), "", clock.at + seconds)
    clock.at += 60
    assert scheduler.due(2) == ["10", "20"]
    assert (scheduler.run_due("w1", handler, 2), scheduler.run_due("w1", handler)) == (2, 1)
    assert handler.ids == ["10", "20", "30"]


def test_a_job_can_be_cancelled(make: Make, clock: Time) -> None:
    scheduler = make("mail", now=clock)
    scheduler.schedule("welcome", "", clock.at)
    assert (scheduler.cancel("welcome"), scheduler.cancel("welcome")) == (True, False)
    assert scheduler.run_due("w1", Handler()) == 0
    assert keyspace(make.args[0]) == {}
    assert scheduler.schedule("welcome", "", clock.at) is True


def test_scheduling_an_id_twice_makes_one_job(make: Make, clock: Time) -> None:
    scheduler, handler = make("mail", now=clock), Handler()
    assert scheduler.schedule("welcome", "to ann", clock.at) is True
    assert scheduler.schedule("welcome", "to ann", clock.at) is False
    assert scheduler.counts() == Counts(1, 0, 0)
    assert (scheduler.run_due("w1", handler), handler.ids) == (1, ["welcome"])


def test_ids_and_payloads_may_be_any_text(make: Make, clock: Time) -> None:
    scheduler, handler = make("mail", now=clock), Handler()
    jobs = {"a b\n{c}": "Žofie 🎉", "7 w1": "", "12": "x" * 65_536}
    for job_id, payload in jobs.items():
        scheduler.schedule(job_id, payload, clock.at)
    assert scheduler.run_due("w 1", handler) == 3
    assert {job.id: job.payload for job in handler.seen} == jobs


def test_queues_and_namespaces_do_not_mix(make: Make, clock: Time) -> None:
    make("mail", now=clock).schedule("welcome", "", clock.at)
    assert make("sms", now=clock).due() == make("mail", namespace="other:", now=clock).due() == []
    assert make("mail", now=clock).due() == ["welcome"]


def test_what_the_handler_raises_is_heard(make: Make, clock: Time) -> None:
    scheduler = make("mail", now=clock)
    scheduler.schedule("welcome", "", clock.at)
    with pytest.raises(LookupError, match="no such address"):
        scheduler.run_due("w1", lambda job: {}["no such address"])


def test_an_effect_is_carried_out(make: Make, clock: Time) -> None:
    scheduler = make("mail", now=clock)
    scheduler.schedule("welcome", "", clock.at)
    assert scheduler.run_due("w1", send) == 1
    assert int(make.args[0].hget(SENT, "welcome")) == 1


def test_times_reach_from_1970_to_9999(make: Make, clock: Time) -> None:
    scheduler = make("mail", now=clock)
    assert scheduler.schedule("first", "", 0) is True
    assert scheduler.schedule("last", "", 253_402_300_799) is True
    assert scheduler.due() == ["first"]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("run_at", [math.nan, math.inf, -1, True, None, "now", 253_402_300_800])
def test_a_bad_time_never_leaves(version: type[Any], run_at: float, nowhere: Redis) -> None:
    with pytest.raises(ValueError, match="run_at must be"):
        version(nowhere, "mail").schedule("welcome", "", run_at)


@pytest.mark.parametrize("version", VERSIONS)
def test_other_bad_input_never_leaves(version: type[Any], nowhere: Redis) -> None:
    scheduler = version(nowhere, "mail")
    for bad, says in (
        (lambda: version(nowhere, "a{b"), "queue must not contain braces"),
        (lambda: scheduler.schedule("", "", 0), "job_id must not be empty"),
        (lambda: scheduler.schedule("a", b"", 0), "payload must be text, not bytes"),
        (lambda: scheduler.schedule("a", None, 0), "payload must be text, not NoneType"),
        (lambda: scheduler.schedule("a", "\ud800", 0), "payload holds characters that UTF-8 cannot carry"),
        (lambda: scheduler.schedule("a", "é" * 32_769, 0), "bytes in payload must be between 0 and 65,536"),
        (lambda: scheduler.cancel(""), "job_id must not be empty"),
        (lambda: scheduler.run_due("w1", Handler(), 0), "limit must be between 1 and 1,000, not 0"),
        (lambda: scheduler.due(1_001), "limit must be between 1 and 1,000, not 1,001"),
    ):
        with pytest.raises(ValueError, match=says):
            bad()


def test_a_key_of_another_type_is_reported_and_kept(make: Make, clock: Time) -> None:
    redis, scheduler = make.args[0], make("mail", now=clock)
    redis.set(f"{KEY}:due", "mine")
    for ask in (partial(scheduler.run_due, "w1", Handler()), scheduler.due, scheduler.counts):
        with pytest.raises(ResponseError, match="WRONGTYPE"):
            ask()
    assert keyspace(redis) == {f"{KEY}:due": ("string", None)}


# How the naive ones go wrong


def test_naive_double_execution(redis: Redis, clock: Time) -> None:
    scheduler, ben = NaiveScheduler(redis, "mail", now=clock), Handler()
    scheduler.schedule("welcome", "", clock.at)
    ann: list[int] = []
    scheduler.run_due("ann", lambda job: ann.append(scheduler.run_due("ben", ben)))
    assert (ann, ben.ids) == ([1], ["welcome"])  # ann's mail and ben's mail


def test_naive_lost_job(redis: Redis, clock: Time) -> None:
    scheduler = NaiveScheduler(redis, "mail", now=clock)
    scheduler.schedule("welcome", "", clock.at)
    job = scheduler.claim("ann")
    with pytest.raises(Died):
        die(job)
    clock.at += 10**9
    assert scheduler.due() == []
    assert scheduler.counts() == Counts(0)  # and nobody knows that it ever was


# What the hardened one leaves behind, says, refuses and costs


def test_the_keys_left_behind_are_those_of_the_card(anywhere: Redis, clock: Time) -> None:
    scheduler = Scheduler(anywhere, "mail", lease=60, most_attempts=1, remember=90, now=clock)
    scheduler.schedule("done", "", clock.at)
    scheduler.run_due("w1", Handler())
    scheduler.schedule("failed", "", clock.at)
    scheduler.claim("w1")
    clock.at += 60
    scheduler.claim("w1")
    scheduler.schedule("running", "", clock.at)
    scheduler.claim("w1")
    scheduler.schedule("waiting", "", clock.at)
    zsets = {f"{KEY}:{part}": ("zset", None) for part in ("due", "running", "failed")}
    hashes = {f"{KEY}:{part}": ("hash", None) for part in ("payloads", "claims")}
    assert keyspace(anywhere) == zsets | hashes | {f"{KEY}:done": ("zset", 90)}


def test_a_worker_may_sleep_until_the_next_thing_is_due(anywhere: Redis, clock: Time) -> None:
    scheduler = Scheduler(anywhere, "mail", lease=30, now=clock)
    assert scheduler.next_due() is None
    scheduler.schedule("soon", "", clock.at + 10.5)
    scheduler.schedule("later", "", clock.at + 60)
    assert scheduler.next_due() == clock.at + 10.5
    clock.at += 10.5
    scheduler.claim("ann")
    assert scheduler.next_due() == clock.at + 30  # her lease ends before the later job is due
    clock.at += 30
    assert scheduler.claim("ben").id == "soon"


def test_more_bad_input_never_leaves(nowhere: Redis) -> None:
    for bad, says in (
        (lambda: Scheduler(nowhere, "mail", lease=0), "lease must be between"),
        (lambda: Scheduler(nowhere, "mail", most_attempts=0), "most_attempts must be between"),
        (lambda: Scheduler(nowhere, "mail", remember=math.nan), "remember must be a finite number"),
        (lambda: Scheduler(nowhere, "mail").claim(""), "worker must not be empty"),
        (lambda: Scheduler(nowhere, "mail").run_due("", Handler()), "worker must not be empty"),
        (lambda: Scheduler(nowhere, "mail").failed(0), "limit must be between"),
    ):
        with pytest.raises(ValueError, match=says):
            bad()


def test_the_round_trips_are_those_of_the_card(redis: Redis, clock: Time) -> None:
    scheduler = Scheduler(redis, "mail", lease=60, now=clock)
    for _warm in range(2):
        for job_id in ("a", "b", "c"):
            scheduler.schedule(job_id, "", clock.at, replace=True)
        scheduler.due()
        job = scheduler.claim("w1")
        scheduler.renew(job)
        scheduler.complete(job)
    for expected, call in (
        (1, lambda: scheduler.schedule("d", "", clock.at)),
        (1, scheduler.due),
        (1, lambda: scheduler.claim("w1")),
        (1, lambda: scheduler.renew(job)),
        (1, lambda: scheduler.complete(job)),
        (2 * 2 + 1, lambda: scheduler.run_due("w1", send)),
        (1, lambda: scheduler.cancel("d")),
        (1, scheduler.next_due),
        (1, scheduler.counts),
        (1, scheduler.failed),
    ):
        with round_trips(redis) as count:
            call()
        assert count.number == expected

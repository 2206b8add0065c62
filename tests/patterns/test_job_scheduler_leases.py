"""No job is lost and none is completed twice: a job is one worker's until its lease is over."""

from __future__ import annotations

import secrets
from collections import Counter
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis
from redis.exceptions import ConnectionError, OutOfMemoryError, ResponseError

from patterns.job_scheduler import Counts, Effect, Job, Scheduler
from tests.patterns.bench import Died, Time, die, full, lost_reply, together
from tests.patterns.job_scheduler import KEY, SENT, Handler, send


def test_a_job_is_one_workers_until_its_lease_is_over(anywhere: Redis, clock: Time) -> None:
    scheduler = Scheduler(anywhere, "mail", lease=60, now=clock)
    scheduler.schedule("welcome", "to ann", clock.at)
    first = scheduler.claim("ann")
    assert (scheduler.claim("ben"), scheduler.due()) == (None, [])
    assert scheduler.counts() == Counts(0, 1, 0)
    clock.at += 60
    assert scheduler.due() == ["welcome"]
    second = scheduler.claim("ben")
    assert (second.payload, second.attempt) == ("to ann", 2)
    assert second.claim != first.claim
    assert (scheduler.renew(first), scheduler.complete(first, send(first))) == (False, False)
    assert (scheduler.renew(second), scheduler.complete(second, send(second))) == (True, True)
    assert int(anywhere.hget(SENT, "welcome")) == 1
    assert scheduler.counts() == Counts(0, 0, 0)


def test_a_worker_who_is_late_may_still_complete_until_the_next_one_came(
    anywhere: Redis, clock: Time
) -> None:
    scheduler = Scheduler(anywhere, "mail", now=clock)
    scheduler.schedule("welcome", "", clock.at)
    job = scheduler.claim("ann")
    clock.at += 10**6
    assert scheduler.complete(job) is True
    assert scheduler.due() == []


def test_what_a_dead_worker_had_runs_again(anywhere: Redis, clock: Time) -> None:
    scheduler, ben = Scheduler(anywhere, "mail", lease=60, now=clock), Handler()
    for job_id in ("a", "b", "c"):
        scheduler.schedule(job_id, job_id, clock.at)
    with pytest.raises(Died):
        scheduler.run_due("ann", die)
    assert (scheduler.run_due("ben", ben), ben.ids) == (2, ["b", "c"])
    clock.at += 60
    assert (scheduler.run_due("ben", ben), ben.ids) == (1, ["b", "c", "a"])
    assert [(job.payload, job.attempt) for job in ben.seen][-1] == ("a", 2)


def test_a_lease_begins_when_its_job_does(anywhere: Redis, clock: Time) -> None:
    scheduler, others = Scheduler(anywhere, "mail", lease=60, now=clock), []
    for job_id in ("a", "b"):
        scheduler.schedule(job_id, "", clock.at)

    def slow(job: Job) -> None:
        clock.at += 59
        if job.id == "b":
            others.append(scheduler.claim("ben"))

    assert scheduler.run_due("ann", slow) == 2
    assert others == [None]


def test_late_jobs_go_before_those_that_are_due(anywhere: Redis, clock: Time) -> None:
    scheduler, handler = Scheduler(anywhere, "mail", lease=60, now=clock), Handler()
    scheduler.schedule("late", "", clock.at)
    scheduler.claim("ann")
    scheduler.schedule("due for long", "", 0)
    clock.at += 60
    assert scheduler.due() == ["late", "due for long"]
    assert scheduler.due(1) == ["late"]
    scheduler.run_due("ben", handler)
    assert handler.ids == ["late", "due for long"]


def test_renewing_keeps_a_slow_workers_job(anywhere: Redis, clock: Time) -> None:
    scheduler = Scheduler(anywhere, "mail", lease=60, now=clock)
    scheduler.schedule("welcome", "", clock.at)
    job = scheduler.claim("ann")
    for _ in range(5):
        clock.at += 59
        assert scheduler.renew(job) is True
        assert scheduler.claim("ben") is None
    assert scheduler.complete(job) is True
    assert scheduler.renew(job) is False


def test_a_full_redis_takes_no_job_and_lets_those_that_it_has_be_done(redis: Redis, clock: Time) -> None:
    scheduler = Scheduler(redis, "mail", lease=60, now=clock)
    scheduler.schedule("welcome", "", clock.at)
    with full(redis):
        with pytest.raises(OutOfMemoryError):
            scheduler.schedule("another", "", clock.at)
        job = scheduler.claim("ann")
        clock.at += 59
        assert scheduler.renew(job) is True
        clock.at += 59
        assert scheduler.claim("ben") is None
        assert scheduler.complete(job) is True


def test_an_old_claim_is_nothing_to_a_new_job_of_the_same_id(anywhere: Redis, clock: Time) -> None:
    scheduler = Scheduler(anywhere, "mail", lease=60, now=clock)
    scheduler.schedule("welcome", "first", clock.at)
    old = scheduler.claim("ann")
    clock.at += 60
    assert scheduler.run_due("ben", Handler()) == 1
    scheduler.schedule("welcome", "second", clock.at, replace=True)
    new = scheduler.claim("ann")
    assert (old.attempt, new.attempt, old.claim != new.claim) == (1, 1, True)
    assert (scheduler.complete(old), scheduler.complete(new)) == (False, True)


def test_claims_cannot_be_guessed(anywhere: Redis, clock: Time) -> None:
    scheduler, claims = Scheduler(anywhere, "mail", now=clock), set()
    for number in range(3):
        scheduler.schedule(str(number), "", clock.at)
        attempt, worker, token = scheduler.claim("ann").claim.split(" ")
        assert (attempt, worker, len(token)) == ("1", "ann", 16)
        claims.add(token)
    assert len(claims) == 3


def test_tokens_come_from_secrets(redis: Redis, clock: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "token_hex", lambda size: "the token")
    scheduler = Scheduler(redis, "mail", now=clock)
    scheduler.schedule("welcome", "", clock.at)
    assert scheduler.claim("ann") == Job("welcome", "", 1, "1 ann the token")


def test_an_effect_that_fails_leaves_the_job(anywhere: Redis, clock: Time) -> None:
    scheduler = Scheduler(anywhere, "mail", lease=60, now=clock)
    anywhere.set(SENT, "no hash")
    scheduler.schedule("welcome", "", clock.at)
    with pytest.raises(ResponseError, match="WRONGTYPE"):
        scheduler.run_due("ann", send)
    anywhere.delete(SENT)
    clock.at += 60
    assert scheduler.run_due("ann", send) == 1
    assert int(anywhere.hget(SENT, "welcome")) == 1


def test_an_effect_in_another_slot_is_refused_on_every_server(anywhere: Redis, clock: Time) -> None:
    scheduler = Scheduler(anywhere, "mail", now=clock)
    scheduler.schedule("welcome", "", clock.at)
    with pytest.raises(ValueError, match=r"sent lies in another slot than jobs:\{mail\}: give it the same"):
        scheduler.run_due("ann", lambda job: Effect("INCR", "sent"))
    assert scheduler.counts() == Counts(0, 1, 0)


@pytest.mark.parametrize("nth", [1, 2], ids=["claim", "complete"])
def test_a_lost_reply_loses_no_job_and_doubles_no_effect(nth: int, client: Redis, clock: Time) -> None:
    scheduler = Scheduler(client, "mail", lease=60, now=clock)
    scheduler.schedule("before", "", clock.at)
    scheduler.run_due("ann", Handler())  # the server knows the scripts
    scheduler.schedule("welcome", "", clock.at)
    with pytest.raises(ConnectionError), lost_reply(client, nth):
        scheduler.run_due("ann", send)
    clock.at += 60
    assert scheduler.run_due("ben", send) == (1 if nth == 1 else 0)
    assert client.hgetall(SENT) in ({"welcome": "1"}, {b"welcome": b"1"})


def test_many_threads_run_every_job_once(anywhere: Redis) -> None:
    scheduler, handlers = Scheduler(anywhere, "mail"), [Handler() for _ in range(8)]
    for number in range(40):
        scheduler.schedule(str(number), "", 0)
    counts = together(*(partial(scheduler.run_due, "w", handler, 40) for handler in handlers))
    assert sum(counts) == 40
    assert Counter(id_ for handler in handlers for id_ in handler.ids) == Counter(map(str, range(40)))


# Whatever happens


EVENTS = ["schedule", "again", "claim", "complete", "die", "run", "late", "cancel", "lose", "minute"]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(EVENTS), st.integers(0, 3)), max_size=40))
def test_every_job_is_done_at_least_once_and_its_effect_happens_once(
    redis: Redis, story: list[tuple[str, int]]
) -> None:
    redis.flushall()
    clock = Time()
    scheduler = Scheduler(redis, "mail", lease=60, most_attempts=1_000, now=clock)
    scheduled, cancelled, held, handled = set[str](), set[str](), list[Job](), Handler()

    def work(job: Job) -> Effect:
        handled(job)
        return send(job)

    for event, number in story:
        try:
            match event:
                case "schedule" | "again":
                    job_id = str(len(scheduled)) if event == "schedule" else str(number)
                    if scheduler.schedule(job_id, "", clock.at + number * 30):
                        scheduled.add(job_id)
                case "claim":
                    held += filter(None, [scheduler.claim("ann")])
                case "complete" if held:
                    scheduler.complete(held[number % len(held)], work(held[number % len(held)]))
                case "die":
                    scheduler.run_due("ann", die)
                case "run":
                    scheduler.run_due("ben", work, number + 1)
                case "late":
                    clock.at += 60
                case "minute":
                    clock.at += 30
                case "cancel":
                    if scheduler.cancel(str(number)):
                        cancelled.add(str(number))
                case "lose":
                    with lost_reply(redis, number % 2 + 1):
                        scheduler.run_due("ann", work, 1)
        except (Died, ConnectionError):
            pass
    clock.at += 1_000
    scheduler.run_due("cleo", work, 1_000)
    sent = {job_id: int(count) for job_id, count in redis.hgetall(SENT).items()}
    assert set(sent.values()) <= {1} or cancelled
    assert scheduled - cancelled <= set(sent) <= set(handled.ids)
    assert all(sent[job_id] == 1 for job_id in set(sent) - cancelled)
    assert scheduler.counts() == Counts(0, 0, 0)
    assert redis.hlen(f"{KEY}:payloads") == redis.hlen(f"{KEY}:claims") == 0

"""A request is done once and has one answer, however often it comes, breaks off or is overtaken."""

from __future__ import annotations

import secrets
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis
from redis.exceptions import ConnectionError, OutOfMemoryError, ResponseError

from patterns.idempotency_key import Claim, Effect, Idempotency, InProgress, LeaseLost, Mismatch, Response
from tests.patterns.bench import Died, Time, die, full, keyspace, lost_reply, together
from tests.patterns.idempotency_key import BALANCE, PAID, RECORD, SCOPE, Work, pay

# One answer, for everybody


def test_a_retry_gets_the_first_answer(anywhere: Redis) -> None:
    idempotency = Idempotency(anywhere, SCOPE)
    for key, response in (("k1", PAID), ("k2", Response(500, "")), ("k3", Response(200, "Žofie 🎉\n{}"))):
        assert idempotency.run(key, "f1", Work(response)) == response
        for _retry in range(2):
            answer = idempotency.run(key, "f1", die)
            assert answer == Response(response.status, response.body, replayed=True)


def test_a_key_stands_for_one_request(anywhere: Redis, clock: Time) -> None:
    idempotency, other = Idempotency(anywhere, SCOPE, 30_000, now=clock), Work()

    def mismatch() -> None:
        with pytest.raises(Mismatch, match="the key 'k1' was used for another request") as told:
            idempotency.run("k1", "f2", other)
        assert told.value.status == 422

    idempotency.begin("k1", "f1")
    mismatch()  # while it is worked on
    clock.at += 30
    mismatch()  # after a crash
    idempotency.run("k1", "f1", Work(happens=mismatch))
    mismatch()  # when it is done
    assert other.done == 0


def test_a_dead_process_locks_nobody_out_for_longer_than_its_lease(anywhere: Redis, clock: Time) -> None:
    idempotency = Idempotency(anywhere, SCOPE, 30_000, now=clock)
    with pytest.raises(Died):
        idempotency.run("k1", "f1", die)
    clock.at += 29.999
    with pytest.raises(InProgress, match=r"ask again in 0.001 s"):
        idempotency.run("k1", "f1", pay)
    clock.at += 0.001
    assert idempotency.run("k1", "f1", pay) == pay()
    assert int(anywhere.get(BALANCE)) == -25


def test_work_that_raises_frees_its_key_at_once(anywhere: Redis) -> None:
    idempotency = Idempotency(anywhere, SCOPE)
    with pytest.raises(LookupError, match="no such card"):
        idempotency.run("k1", "f1", lambda: {}["no such card"])
    assert keyspace(anywhere) == {}
    assert idempotency.run("k1", "another request", pay) == pay()


def test_the_error_of_the_work_is_heard_also_when_redis_is_gone(redis: Redis) -> None:
    idempotency = Idempotency(redis, SCOPE)
    idempotency.abandon(idempotency.begin("warm", "f1"))
    with pytest.raises(LookupError, match="no such card"), lost_reply(redis, 2):
        idempotency.run("k1", "f1", lambda: {}["no such card"])


def test_who_is_overtaken_is_told_and_its_effect_does_not_happen(anywhere: Redis, clock: Time) -> None:
    idempotency = Idempotency(anywhere, SCOPE, 30_000, now=clock)

    def slow() -> Response:
        clock.at += 30
        idempotency.run("k1", "f1", pay)
        return Response(201, "paid late", Effect("DECRBY", BALANCE, (25,)))

    with pytest.raises(LeaseLost, match="the key 'k1' is not ours any more") as told:
        idempotency.run("k1", "f1", slow)
    assert told.value.status == 409
    assert int(anywhere.get(BALANCE)) == -25
    assert idempotency.run("k1", "f1", die) == Response(201, "paid", replayed=True)


def test_late_work_counts_while_nobody_has_taken_over(anywhere: Redis, clock: Time) -> None:
    idempotency = Idempotency(anywhere, SCOPE, 30_000, now=clock)

    def late() -> Response:
        clock.at += 3_600
        return pay()

    assert idempotency.run("k1", "f1", late) == pay()
    assert idempotency.run("k1", "f1", die).body == "paid"


def test_renewing_keeps_the_key_during_long_work(anywhere: Redis, clock: Time) -> None:
    idempotency = Idempotency(anywhere, SCOPE, 30_000, keep_s=40, now=clock)
    claim = idempotency.begin("k1", "f1")
    for _ in range(3):
        clock.at += 29
        anywhere.pexpire(RECORD, 11_000)  # the clock of the keys runs too
        assert idempotency.renew(claim) is True
        assert keyspace(anywhere) == {RECORD: ("hash", 40)}
        with pytest.raises(InProgress, match="30 s"):
            idempotency.begin("k1", "f1")
    assert idempotency.complete(claim, PAID) is True
    assert idempotency.renew(claim) is False


def test_a_full_redis_begins_nothing_and_keeps_what_was_done(redis: Redis, clock: Time) -> None:
    idempotency = Idempotency(redis, SCOPE, 30_000, now=clock)
    claim = idempotency.begin("k1", "f1")
    clock.at += 29
    with full(redis):
        with pytest.raises(OutOfMemoryError):
            idempotency.begin("k2", "f1")
        assert idempotency.renew(claim) is True
        clock.at += 29
        with pytest.raises(OutOfMemoryError):
            idempotency.complete(claim, pay())  # neither the effect nor the answer
        assert idempotency.complete(claim, PAID) is True
        assert idempotency.run("k1", "f1", die).body == "paid"
    assert redis.get(BALANCE) is None


def test_an_old_owner_can_do_nothing(anywhere: Redis, clock: Time) -> None:
    idempotency = Idempotency(anywhere, SCOPE, 30_000, now=clock)
    old = idempotency.begin("k1", "f1")
    clock.at += 30
    new = idempotency.begin("k1", "f1")
    for ask in (idempotency.renew, idempotency.abandon, lambda claim: idempotency.complete(claim, pay())):
        assert ask(old) is False
    assert (idempotency.renew(new), idempotency.complete(new, pay())) == (True, True)
    assert int(anywhere.get(BALANCE)) == -25


def test_an_answer_stays_whatever_its_owner_tries(anywhere: Redis) -> None:
    idempotency = Idempotency(anywhere, SCOPE)
    claim = idempotency.begin("k1", "f1")
    assert idempotency.complete(claim, pay()) is True
    assert idempotency.complete(claim, Response(500, "")) is True  # it is answered, and not again
    assert (idempotency.renew(claim), idempotency.abandon(claim)) == (False, False)
    assert idempotency.begin("k1", "f1") == Response(201, "paid", replayed=True)
    assert int(anywhere.get(BALANCE)) == -25


@pytest.mark.parametrize("nth", [1, 2], ids=["begin", "complete"])
def test_a_lost_reply_doubles_nothing(nth: int, client: Redis, clock: Time) -> None:
    idempotency = Idempotency(client, SCOPE, 30_000, now=clock)
    idempotency.run("warm", "f1", Work())
    with pytest.raises(ConnectionError), lost_reply(client, nth):
        idempotency.run("k1", "f1", pay)
    clock.at += 30
    assert idempotency.run("k1", "f1", pay).body == "paid"
    assert int(client.get(BALANCE)) == -25


def test_the_clients_own_retry_of_begin_gets_the_work(client: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "token_hex", lambda size: "the token of one call")
    idempotency = Idempotency(client, SCOPE)
    assert (
        idempotency.begin("k1", "f1") == idempotency.begin("k1", "f1") == Claim("k1", "the token of one call")
    )


def test_tokens_cannot_be_guessed(client: Redis) -> None:
    idempotency = Idempotency(client, SCOPE)
    owners = {idempotency.begin(key, "f1").owner for key in ("k1", "k2")}
    assert {len(owner) for owner in owners} == {32}
    assert len(owners) == 2


def test_of_many_threads_one_does_the_work(anywhere: Redis) -> None:
    idempotency = Idempotency(anywhere, SCOPE)
    outcomes = together(*[partial(idempotency.run, "k1", "f1", pay)] * 8)
    assert sum(outcome == pay() for outcome in outcomes) == 1
    assert all(isinstance(outcome, InProgress) or outcome.body == "paid" for outcome in outcomes), outcomes
    assert int(anywhere.get(BALANCE)) == -25


# Effects


def test_an_effect_that_fails_leaves_no_answer(anywhere: Redis, clock: Time) -> None:
    idempotency = Idempotency(anywhere, SCOPE, 30_000, now=clock)
    anywhere.rpush(BALANCE, "no number")
    with pytest.raises(ResponseError, match="WRONGTYPE"):
        idempotency.run("k1", "f1", pay)
    anywhere.delete(BALANCE)
    clock.at += 30
    assert idempotency.run("k1", "f1", pay) == pay()
    assert int(anywhere.get(BALANCE)) == -25


def test_an_effect_in_another_slot_is_refused_on_every_server(anywhere: Redis) -> None:
    with pytest.raises(ValueError, match="balance lies in another slot"):
        Idempotency(anywhere, SCOPE).run("k1", "f1", lambda: Response(201, "", Effect("INCR", "balance")))


# Whatever happens


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(["pay", "die", "fail", "slow", "lose begin", "lose end", "minute"]), max_size=20)
)
def test_a_request_is_paid_once_whatever_happens(redis: Redis, story: list[str]) -> None:
    redis.flushall()
    clock = Time()
    idempotency = Idempotency(redis, SCOPE, 30_000, now=clock)
    idempotency.run("warm", "f1", Work())

    def slow() -> Response:
        clock.at += 30
        idempotency.run("k1", "f1", pay)
        return pay()

    works = {"die": die, "fail": lambda: {}["no such card"], "slow": slow}
    for event in story:
        try:
            if event == "minute":
                clock.at += 60
            elif event.startswith("lose"):
                with lost_reply(redis, 1 if event == "lose begin" else 2):
                    idempotency.run("k1", "f1", pay)
            else:
                idempotency.run("k1", "f1", works.get(event, pay))
        except (Died, LookupError, ConnectionError, InProgress, LeaseLost):
            pass
    clock.at += 60
    assert idempotency.run("k1", "f1", pay).body == "paid"
    assert int(redis.get(BALANCE)) == -25

"""One contract for both idempotency keys, how the naive one goes wrong, what the hardened one keeps."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import pytest
from redis import Redis
from redis.exceptions import ResponseError

from patterns.idempotency_key import (
    Claim,
    Idempotency,
    InProgress,
    Mismatch,
    NaiveIdempotency,
    Response,
    fingerprint_of,
)
from tests.patterns.bench import Died, die, keyspace, round_trips
from tests.patterns.idempotency_key import BALANCE, PAID, RECORD, SCOPE, Work, pay

Any = NaiveIdempotency | Idempotency
Make = Callable[..., Any]


@pytest.fixture(
    params=[
        pytest.param((version, client), id=f"{version.__name__}-{client}")
        for version, clients in (
            (NaiveIdempotency, ("redis", "raw_redis", "fake")),
            (Idempotency, ("redis", "raw_redis", "fake", "cluster_redis")),
        )
        for client in clients
    ]
)
def make(request: pytest.FixtureRequest) -> Make:
    """Either version, wherever it must run."""
    version, client = request.param
    return partial(version, request.getfixturevalue(client))


# The contract


def test_a_request_is_done_and_answered(make: Make) -> None:
    work = Work()
    assert make(SCOPE).run("k1", "f1", work) == PAID
    assert work.done == 1


def test_a_retry_does_nothing(make: Make) -> None:
    idempotency, retry = make(SCOPE), Work()
    idempotency.run("k1", "f1", Work())
    try:
        answer = idempotency.run("k1", "f1", retry)
    except InProgress:
        answer = None
    assert retry.done == 0
    assert answer in (None, Response(201, "paid", replayed=True))


def test_a_request_that_comes_while_it_is_worked_on_is_turned_away(make: Make) -> None:
    idempotency, second, heard = make(SCOPE, 20_000), Work(), []

    def again() -> None:
        with pytest.raises(InProgress, match="a request with the key 'k1' is being worked on") as told:
            idempotency.run("k1", "f1", second)
        heard.append(told.value)

    idempotency.run("k1", "f1", Work(happens=again))
    assert second.done == 0
    assert heard[0].status == 409
    assert 0 < heard[0].retry_after <= 20


def test_keys_scopes_and_namespaces_do_not_mix(make: Make) -> None:
    works = [Work() for _ in range(5)]
    make(SCOPE).run("k1", "f1", works[0])
    make(SCOPE).run("k2", "f1", works[1])
    make("user-8 POST /pay").run("k1", "f1", works[2])
    make(SCOPE, namespace="other:").run("k1", "f1", works[3])
    make("a:b").run("c", "f1", works[4])
    assert make("a").run("b:c", "f1", Work()) == PAID
    assert [work.done for work in works] == [1] * 5


def test_an_effect_is_carried_out(make: Make) -> None:
    make(SCOPE).run("k1", "f1", pay)
    assert int(make.args[0].get(BALANCE)) == -25


def test_what_the_work_raises_is_heard(make: Make) -> None:
    with pytest.raises(LookupError, match="no such card"):
        make(SCOPE).run("k1", "f1", lambda: {}["no such card"])


@pytest.mark.parametrize(
    ("response", "says"),
    [
        (None, "work must return a Response, not NoneType"),
        (Response(99, ""), "status must be between 100 and 599, not 99"),
        (Response(200.0, ""), "status must be a whole number"),
        (Response(200, b"paid"), "body must be text, not bytes"),
        (Response(200, None), "body must be text, not NoneType"),
        (Response(200, "\ud800"), "body holds characters that UTF-8 cannot carry"),
    ],
)
def test_an_answer_that_is_none_is_refused(response: Response, says: str, make: Make) -> None:
    with pytest.raises(ValueError, match=says):
        make(SCOPE).run("k1", "f1", Work(response))


@pytest.mark.parametrize("version", [NaiveIdempotency, Idempotency])
def test_bad_input_never_leaves(version: type[Any], nowhere: Redis) -> None:
    idempotency = version(nowhere, SCOPE)
    for bad, says in (
        (lambda: version(nowhere, "a{b"), "scope must not contain braces"),
        (lambda: version(nowhere, ""), "scope must not be empty"),
        (lambda: version(nowhere, SCOPE, 0), "lease_ms must be between 1 and 86,400,000, not 0"),
        (lambda: version(nowhere, SCOPE, math.nan), "lease_ms must be a whole number"),
        (lambda: idempotency.run("", "f1", pay), "key must not be empty"),
        (lambda: idempotency.run(b"k1", "f1", pay), "key must be text, not bytes"),
        (lambda: idempotency.run("x" * 257, "f1", pay), "key must have at most 256 bytes, not 257"),
        (lambda: idempotency.run("k1", "", pay), "fingerprint must not be empty"),
    ):
        with pytest.raises(ValueError, match=says):
            bad()


def test_a_key_of_another_type_is_kept(make: Make) -> None:
    redis, work = make.args[0], Work()
    redis.rpush(RECORD, "mine")
    with pytest.raises((ResponseError, InProgress)):
        make(SCOPE).run("k1", "f1", work)
    assert keyspace(redis) == {RECORD: ("list", None)}
    assert work.done == 0


# How the naive one goes wrong


def test_naive_locked_out(redis: Redis) -> None:
    idempotency = NaiveIdempotency(redis, SCOPE)
    with pytest.raises(Died):
        idempotency.run("k1", "f1", die)
    for _retry in range(3):
        with pytest.raises(InProgress):
            idempotency.run("k1", "f1", pay)  # and nobody is working on it
    assert redis.exists(BALANCE) == 0


def test_naive_locked_out_after_an_error(redis: Redis) -> None:
    idempotency = NaiveIdempotency(redis, SCOPE)
    with pytest.raises(LookupError):
        idempotency.run("k1", "f1", lambda: {}["no such card"])
    with pytest.raises(InProgress):
        idempotency.run("k1", "f1", pay)


def test_naive_no_answer(redis: Redis) -> None:
    idempotency = NaiveIdempotency(redis, SCOPE)
    assert idempotency.run("k1", "f1", pay).status == 201  # and this reply is lost
    with pytest.raises(InProgress):
        idempotency.run("k1", "f1", pay)  # was it paid?


def test_naive_double_execution(redis: Redis) -> None:
    idempotency = NaiveIdempotency(redis, SCOPE)

    def slow() -> Response:
        redis.delete(RECORD)  # the thirty seconds are over
        idempotency.run("k1", "f1", pay)
        return pay()

    idempotency.run("k1", "f1", slow)
    assert int(redis.get(BALANCE)) == -50


# Sizes, keys


@pytest.mark.parametrize(("body", "kept"), [("é" * 8, "é" * 8), ("é" * 8 + "x", None), ("", "")])
def test_a_body_that_is_too_large_is_answered_and_not_kept(
    body: str, kept: str | None, anywhere: Redis
) -> None:
    idempotency = Idempotency(anywhere, SCOPE, largest=16)
    assert idempotency.run("k1", "f1", Work(Response(200, body))) == Response(200, body)
    assert idempotency.run("k1", "f1", die) == Response(200, kept, replayed=True)


def test_the_keys_left_behind_are_those_of_the_card(anywhere: Redis) -> None:
    idempotency = Idempotency(anywhere, SCOPE, keep_s=600)
    claim = idempotency.begin("k1", "f1")
    assert keyspace(anywhere) == {RECORD: ("hash", 600)}
    anywhere.pexpire(RECORD, 60_000)
    idempotency.complete(claim, PAID)
    assert keyspace(anywhere) == {RECORD: ("hash", 600)}
    fields = {field if isinstance(field, str) else field.decode() for field in anywhere.hkeys(RECORD)}
    assert fields == {"owner", "fingerprint", "status", "body"}


def test_an_answer_is_forgotten_in_time(anywhere: Redis) -> None:
    idempotency, again = Idempotency(anywhere, SCOPE, keep_s=600), Work()
    idempotency.run("k1", "f1", Work())
    anywhere.delete(RECORD)  # the ten minutes are over
    assert idempotency.run("k1", "f2", again) == PAID
    assert again.done == 1


def test_more_bad_input_never_leaves(nowhere: Redis) -> None:
    for bad, says in (
        (lambda: Idempotency(nowhere, SCOPE, 30_001, keep_s=30), "keep_s must be between 31 and"),
        (lambda: Idempotency(nowhere, SCOPE, largest=-1), "largest must be between"),
        (
            lambda: Idempotency(nowhere, SCOPE).complete(Claim("k1", "o"), Response(0)),
            "status must be between",
        ),
        (lambda: fingerprint_of(b"POST"), "a part of the fingerprint must be text, not bytes"),
    ):
        with pytest.raises(ValueError, match=says):
            bad()


def test_a_fingerprint_tells_requests_apart() -> None:
    assert fingerprint_of("POST", "/pay", "{}") == fingerprint_of("POST", "/pay", "{}")
    different = [
        ("POST", "/pay", "{}"),
        ("POST", "/pay{}"),
        ("POST/pay", "{}"),
        ("POST", "/pay", "{ }"),
        (),
        ("",),
    ]
    assert len({fingerprint_of(*parts) for parts in different}) == len(different)
    assert len(fingerprint_of()) == 64


# Cost


def test_the_round_trips_are_those_of_the_card(redis: Redis) -> None:
    idempotency = Idempotency(redis, SCOPE)
    claim = idempotency.begin("warm", "f1")
    idempotency.renew(claim)
    idempotency.complete(claim, PAID)
    idempotency.abandon(claim)

    def refused(error: type[Exception], fingerprint: str) -> None:
        with pytest.raises(error):
            idempotency.run("k2", fingerprint, pay)

    for expected, call in (
        (2, lambda: idempotency.run("k1", "f1", pay)),
        (1, lambda: idempotency.run("k1", "f1", pay)),
        (1, lambda: idempotency.begin("k2", "f1")),
        (1, lambda: refused(InProgress, "f1")),
        (1, lambda: refused(Mismatch, "f2")),
        (1, lambda: idempotency.renew(claim)),
        (1, lambda: idempotency.complete(claim, PAID)),
        (1, lambda: idempotency.abandon(claim)),
    ):
        with round_trips(redis) as count:
            call()
        assert count.number == expected

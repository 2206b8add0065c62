"""The ledger knows what was acknowledged, and finds each kind of difference by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from redis import Redis
from redis.exceptions import (
    BusyLoadingError,
    MaxConnectionsError,
    OutOfMemoryError,
    RedisError,
    TimeoutError,
)
from redis.exceptions import ConnectionError as RedisConnectionError

from lab.ledger import Comparison, Effect, Entry, Finding, Held, Ledger, Status, compare


def entry(effect: Effect, status: Status = "acknowledged", item: str = "a", amount: int = 1) -> Entry:
    return Entry("ann", "CMD", "k", item, effect, amount, status, "", "", 0.0, 0.0)


def found(held: Held, *entries: Entry) -> list[tuple[str, str, int]]:
    return [(one.kind, one.item, one.times) for one in compare(entries, held).findings]


def raises(error: RedisError) -> Callable[[], object]:
    def do() -> object:
        raise error

    return do


@pytest.mark.parametrize(
    ("held", "told", "kind"),
    [
        (["a"], [("put", "acknowledged")], None),
        ([], [("put", "acknowledged")], "acknowledged and gone"),
        ([], [("put", "unknown")], None),
        (["a"], [("put", "unknown")], "applied though the client saw an error"),
        (["a"], [("put", "acknowledged"), ("put", "unknown")], None),
        ([], [("put", "refused")], None),
        (["a"], [("put", "refused")], "applied though the client was told no"),
        ([], [("put", "acknowledged"), ("remove", "acknowledged")], None),
        (["a"], [("put", "acknowledged"), ("remove", "acknowledged")], "gone and back"),
        (["a"], [("put", "acknowledged"), ("remove", "unknown")], None),
        ([], [("put", "acknowledged"), ("remove", "unknown")], "applied though the client saw an error"),
        (["a"], [("remove", "acknowledged"), ("put", "acknowledged")], None),
        (["a"], [("look", "acknowledged")], None),
        (["a"], [("push", "acknowledged")], None),
        (["a", "a"], [("push", "acknowledged")], "counted twice"),
        (
            ["a", "a"],
            [("push", "acknowledged"), ("push", "unknown")],
            "applied though the client saw an error",
        ),
        ([], [("push", "acknowledged")], "acknowledged and gone"),
        ([], [("push", "acknowledged"), ("pop", "acknowledged")], None),
        ([], [("push", "unknown")], None),
        (None, [("push", "acknowledged")], "acknowledged and gone"),
    ],
)
def test_an_item(held: list[str] | None, told: list[tuple[Effect, Status]], kind: str | None) -> None:
    expected = [(kind, "a", 1)] if kind else []
    assert found({"k": held}, *(entry(*one) for one in told)) == expected


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (3, [("acknowledged and gone", "", 2)]),
        (5, []),
        (6, [("applied though the client saw an error", "", 1)]),
        (9, [("applied though the client saw an error", "", 2), ("counted twice", "", 2)]),
        ("9", [("applied though the client saw an error", "", 2), ("counted twice", "", 2)]),
        (None, [("acknowledged and gone", "", 5)]),
    ],
)
def test_a_number(there: int | str | None, expected: list[tuple[str, str, int]]) -> None:
    told = [
        entry("count", item="", amount=2),
        entry("count", item="", amount=3),
        entry("count", "unknown", item="", amount=2),
        entry("count", "refused", item="", amount=7),
    ]
    assert found({"k": there}, *told) == expected


def test_a_lock_that_somebody_else_holds_is_gone_for_its_owner() -> None:
    assert found({"k": "ben"}, entry("put", item="ann"), entry("put", item="ben")) == [
        ("acknowledged and gone", "ann", 1)
    ]


@pytest.mark.parametrize(
    ("there", "told", "expected"),
    [
        ("b", [("set", "acknowledged", "a"), ("set", "acknowledged", "b")], []),
        ("a", [("set", "acknowledged", "a"), ("set", "acknowledged", "b")],
         [("acknowledged and gone", "b", 1)]),
        (None, [("set", "acknowledged", "a")], [("acknowledged and gone", "a", 1)]),
        ("a", [("set", "unknown", "a")], [("applied though the client saw an error", "a", 1)]),
        (None, [("set", "unknown", "a")], []),
        ("b", [("set", "acknowledged", "a"), ("set", "unknown", "b")],
         [("applied though the client saw an error", "b", 1)]),
        ("a", [("set", "acknowledged", "a"), ("remove", "acknowledged", "")], [("gone and back", "a", 1)]),
        (None, [("set", "acknowledged", "a"), ("remove", "unknown", "")],
         [("applied though the client saw an error", "", 1)]),
        ("a", [("set", "refused", "a")], [("applied though the client was told no", "a", 1)]),
        (7, [("set", "acknowledged", "7")], []),
    ],
)  # fmt: skip
def test_a_value_that_is_replaced(
    there: str | int | None, told: list[tuple[Effect, Status, str]], expected: list[tuple[str, str, int]]
) -> None:
    assert found({"k": there}, *(entry(*one) for one in told)) == expected


def test_the_sums_of_a_comparison() -> None:
    told = [
        entry("push", item="a"),
        entry("push", item="b"),
        entry("push", "unknown", item="c"),
        entry("look"),
    ]
    compared = compare(told, {"k": ["a", "a", "c"]})
    assert (compared.gone, compared.back, compared.unseen, compared.twice) == (1, 0, 1, 1)
    assert (compared.acknowledged, compared.refused, compared.unknown) == (2, 0, 1)
    assert compared.findings[0].says == "k a: counted twice"
    assert Finding("gone and back", "s", "", 1_200).says == "s: gone and back, 1,200 times"


def test_items_compared_with_a_number_are_a_mistake() -> None:
    with pytest.raises(TypeError, match="'k' was written as items"):
        compare([entry("put")], {"k": 1})


def test_what_was_told_is_written_down_with_when_and_how_long() -> None:
    ticks: Iterator[int] = count()
    ledger = Ledger(now=lambda: float(next(ticks)))
    first = ledger.attempt("ann", lambda: b"j1", command="RPOP", key="jobs", item=_text, effect="pop")
    assert (first.who, first.item, first.reply, first.status) == ("ann", "j1", "j1", "acknowledged")
    assert (first.at, first.took) == (2.0, 1.0)
    assert ledger.entries == (first,)


def _text(reply: bytes) -> str:
    return reply.decode()


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RedisConnectionError("broken"), "unknown"),
        (TimeoutError("late"), "unknown"),
        (BusyLoadingError("LOADING"), "unknown"),
        (OutOfMemoryError("OOM"), "refused"),
        (MaxConnectionsError("none left"), "refused"),
    ],
)
def test_an_error_leaves_open_what_was_done_unless_the_server_said_no(error: RedisError, status: str) -> None:
    told = Ledger().attempt("ann", raises(error), command="SET", key="k", item=_text)
    assert (told.status, told.error, told.item) == (status, type(error).__name__, "")
    assert told.reply == f"{type(error).__name__}: {error}"


@pytest.mark.parametrize("reply", [None, False])
def test_none_and_false_are_a_no(reply: object) -> None:
    assert Ledger().attempt("ann", lambda: reply, command="SET NX", key="k").status == "refused"


def test_other_errors_are_not_swallowed() -> None:
    with pytest.raises(ZeroDivisionError):
        Ledger().attempt("ann", lambda: 1 / 0, command="SET", key="k")


def test_on_a_real_server(redis: Redis) -> None:
    ledger = Ledger()
    for job in ("j1", "j2"):
        ledger.attempt("ann", lambda job=job: redis.rpush("jobs", job), command="RPUSH", key="jobs",
                       item=job, effect="push")  # fmt: skip
    ledger.attempt("ben", lambda: redis.lpop("jobs"), command="LPOP", key="jobs", item=str, effect="pop")
    ledger.attempt("ann", lambda: redis.incr("n"), command="INCR", key="n", effect="count")
    compared = compare(ledger.entries, {"jobs": redis.lrange("jobs", 0, -1), "n": redis.get("n")})
    assert compared == Comparison((), acknowledged=4, refused=0, unknown=0)
    redis.delete("jobs")
    assert [one.item for one in compare(ledger.entries, {"n": 1}).findings] == ["j2"]

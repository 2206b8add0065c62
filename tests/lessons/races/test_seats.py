"""Ways to sell a seat, what MULTI gives, and the words of the chapter."""

from __future__ import annotations

import pytest
from redis import Redis

from lab.bench import Bench
from lessons.library import LIBRARY
from lessons.model import Action
from lessons.races import live, multi
from lessons.races.seats import Sale

OVERSOLD = ("Look, then take", "MULTI around the writes")
TONES = {action.label: "good" for action in live.LIVE.actions} | dict.fromkeys(
    (*OVERSOLD, "Lost reply, no order id"), "bad"
)


@pytest.mark.parametrize("action", live.LIVE.actions, ids=lambda action: action.label)
def test_the_first_two_ways_oversell_and_a_retry_books_twice(action: Action, real_bench: Bench) -> None:
    outcome = real_bench.run(action.demo)
    assert outcome.failure is None
    assert outcome.value is not None
    assert outcome.value.tone == TONES[action.label], outcome.value.says


def test_in_a_crowd_everybody_who_looked_is_told_yes(real_bench: Bench) -> None:
    naive = live.naive_crowd(real_bench, buyers=6, seats=2)
    assert naive.counts[2].value == 4
    hardened = live.hardened_crowd(real_bench, buyers=6, seats=2)
    assert (hardened.counts[1].value, hardened.counts[2].value) == (2, 0)


def test_more_seats_than_buyers_are_not_oversold(real_bench: Bench) -> None:
    assert live.naive_crowd(real_bench, buyers=2, seats=5).tone == "good"


@pytest.mark.parametrize(
    "way", [Sale.look_then_take, Sale.multi_alone, Sale.one_command, Sale.one_script, Sale.watch,
            Sale.compare_and_set],
)  # fmt: skip
def test_alone_every_way_sells_what_there_is_and_then_says_no(way: live.Way, redis: Redis) -> None:
    sale = Sale(redis)
    sale.open(2)
    assert [way(sale, name) for name in ("Ann", "Ben", "Cid")] == [True, True, False]
    assert len(sale.buyers()) == 2


def test_an_order_gets_one_answer(redis: Redis) -> None:
    sale = Sale(redis)
    sale.open(1)
    assert [sale.once("Ann", "order 1") for _ in range(3)] == [True] * 3
    assert [sale.once("Ben", "order 2") for _ in range(2)] == [False] * 2
    assert sale.buyers() == ["Ann"]


@pytest.mark.parametrize("way", [Sale.watch, Sale.compare_and_set])
def test_whoever_was_overtaken_looks_again(way: live.Way, redis: Redis) -> None:
    sale = Sale(redis)
    sale.open(2)
    overtaken = iter([lambda: Sale(redis).one_script("Ben")])
    assert way(sale, "Ann", lambda: next(overtaken, lambda: None)())
    assert sorted(sale.buyers()) == ["Ann", "Ben"]
    assert redis.get(sale.left) == "0"


def test_multi_isolates_and_neither_reads_nor_rolls_back(real_bench: Bench) -> None:
    told = [real_bench.run(action.demo).value for action in multi.MULTI.actions]
    assert [shown.tone if shown else "" for shown in told] == ["good", "warn", "warn", "good"]
    assert all(shown and shown.says.endswith(".") for shown in told)
    assert "not an integer" in (told[2].says if told[2] else "")


def test_who_reads_in_between_comes_after_the_first_command_was_queued(real_bench: Bench) -> None:
    sent = [(one.actor, one.name) for one in real_bench.run(multi.alone).commands]
    order = [("Ann", "DECR"), ("Ann", "INCR"), ("Ben", "MGET"), ("Ann", "EXEC"), ("Ben", "MGET")]
    assert sent == [("Ann", "MULTI"), *order]
    inside = real_bench.run(multi.no_reply_inside).value
    assert inside is not None
    assert "GET answered QUEUED: no value to decide on. The value 1 came" in inside.says


def test_the_log_shows_the_write_that_the_fence_refuses(real_bench: Bench) -> None:
    commands = real_bench.run(live.fence).commands
    assert [(one.actor, one.reply) for one in commands[-2:]] == [("Ben", "1"), ("Ann", "0")]


def test_a_script_takes_one_round_trip_and_watch_more(real_bench: Bench) -> None:
    measured = multi.round_trips(real_bench)
    assert measured.startswith("script 1 round trip, compare and set 2 round trips, WATCH ")


def test_the_chapter_asks_ten_questions_over_all_three_topics() -> None:
    questions = [question for part in LIBRARY.load("races").parts for question in part.questions]
    assert len(questions) >= 10
    assert {"failures", "races", "hot keys"} <= {question.topic for question in questions}

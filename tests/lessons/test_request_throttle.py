"""What the request throttle lesson shows, pinned: who is locked out for ever, and who is not."""

from __future__ import annotations

from typing import Any

import pytest

from lab.bench import Bench
from lessons.model import Shown
from lessons.pictures import Timeline
from lessons.request_throttle import live, trouble
from patterns.request_throttle import NaiveThrottle, Throttle

BUCKET: dict[str, Any] = {"limit": 10, "window_s": 60, "burst": 10}


def count(shown: Shown, label: str) -> object:
    return next(one.value for one in shown.counts if one.label == label)


@pytest.mark.parametrize(("clients", "limit"), [(1, 1), (12, 5), (50, 2)])
def test_a_deployment_locks_every_client_of_the_naive_throttle_out(
    bench: Bench, clients: int, limit: int
) -> None:
    shown = trouble.naive_burst(bench, clients=clients, limit=limit)
    assert count(shown, "Keys without a TTL") == clients
    assert count(shown, "Clients locked out for ever") == clients
    assert isinstance(shown.picture, Timeline)
    assert {mark.label for lane in shown.picture.lanes for mark in lane.marks} == {"counts 1, dies"}


@pytest.mark.parametrize(("clients", "limit"), [(1, 1), (12, 5), (50, 2)])
def test_a_deployment_locks_nobody_of_the_hardened_throttle_out(
    bench: Bench, clients: int, limit: int
) -> None:
    shown = trouble.hardened_burst(bench, clients=clients, limit=limit)
    assert count(shown, "Keys without a TTL") == 0
    assert count(shown, "Clients locked out for ever") == 0


def test_the_naive_key_is_immortal_after_a_crash_and_after_a_lost_reply(bench: Bench) -> None:
    steps = trouble.Steps(NaiveThrottle)
    for shown in (steps.killed(bench, limit=5), steps.lost(bench, limit=5)):
        assert shown.says.endswith("a day later she is still refused: immortal key.")
        assert count(shown, "Keys without a TTL") == 1


def test_the_bucket_goes_after_a_crash_and_after_a_lost_reply(bench: Bench) -> None:
    steps = trouble.Steps(Throttle)
    for shown in (steps.killed(bench, limit=5), steps.lost(bench, limit=5)):
        assert shown.says.endswith("A day later ann gets through.")
        assert count(shown, "Keys without a TTL") == 0


@pytest.mark.parametrize("version", [NaiveThrottle, Throttle])
def test_two_servers_in_turn_keep_to_the_limit(version: trouble.Version, bench: Bench) -> None:
    assert count(trouble.Steps(version).together(bench, limit=7), "Through") == 7


def test_a_window_opens_all_at_once_and_a_bucket_fills_evenly(bench: Bench) -> None:
    naive = trouble.Steps(NaiveThrottle).trickle(bench, limit=5)
    assert count(naive, "Through in the next minute") == 1
    hardened = trouble.Steps(Throttle).trickle(bench, limit=5)
    assert count(hardened, "Through in the next minute") == 5


def test_a_burst_is_cut_when_the_bucket_is_empty(bench: Bench) -> None:
    shown = live.send(bench, client="ann", number=14, **BUCKET)
    assert shown.says.startswith("14 requests: 10 through, 4 refused. The next token is there in ")
    assert (count(shown, "Through"), count(shown, "A token every")) == (10, 6.0)
    bench.fast_forward(60)
    again = live.send(bench, client="ann", number=3, **BUCKET)
    assert again.says == "3 requests: 3 through, 0 refused. 7 tokens left."
    assert "10 through" in live.picture(bench).text


def test_a_dear_request_takes_all_of_its_tokens_or_none(bench: Bench) -> None:
    assert live.dear(bench, client="ann", cost=7, **BUCKET).says == "7 tokens taken, 3 left."
    refused = live.dear(bench, client="ann", cost=4, **BUCKET)
    assert refused.says.startswith("Refused, and nothing is taken: 3 are there, 4 will be in ")


def test_a_request_that_no_bucket_can_pay_is_told_so(bench: Bench) -> None:
    shown = live.dear(bench, client="ann", cost=11, **BUCKET)
    assert shown.tone == "warn"
    assert "can never pay 11" in shown.says


def test_reservations_are_a_queue_without_a_queue(bench: Bench) -> None:
    shown = live.reserve(bench, client="ben", number=14, max_wait=20, **BUCKET)
    assert shown.says.startswith("14 callers: 10 at once, 3 after a wait, the longest 1")
    assert shown.says.endswith("1 was turned away: the wait would have been longer than 20 s.")
    assert live.told(bench).text.count("waits ") == 3
    assert "full at 10 tokens" in live.picture(bench).text
    alone = live.reserve(bench, client="eve", number=1, max_wait=0, **BUCKET)
    assert alone.says == "1 caller: 1 at once, 0 after a wait. Nobody was turned away."

"""Killed, hung, slow, loading: what the client sees and what the server holds then."""

from __future__ import annotations

import pytest

from lab.faults.process import hung, killed, killed_and_back, loading, paused, slow
from lab.policy import Policy
from lab.workshop import Workshop

DEFAULTS: Policy = "redis-py's defaults"


def test_a_killed_server_takes_along_what_it_acknowledged() -> None:
    with Workshop() as workshop:
        outcome = killed(workshop, timeout=5)
    assert outcome.last.error == "ConnectionError"
    assert (outcome.held, outcome.compared.gone) == ({}, 20)


def test_retries_hide_a_restart_and_not_that_all_is_gone() -> None:
    with Workshop() as workshop:
        outcome = killed_and_back(workshop, DEFAULTS, back_after=0.1, timeout=5)
    assert outcome.errors == ()
    assert outcome.retried > 0
    assert outcome.compared.gone == 20
    assert outcome.held["jobs"] == ["j21", "j20"]


def test_with_an_append_only_file_a_restart_loses_nothing() -> None:
    with Workshop() as workshop:
        outcome = killed_and_back(workshop, DEFAULTS, aof=True, back_after=0.1, timeout=5)
    assert outcome.errors == ()
    assert outcome.compared.findings == ()


def test_without_retries_a_restart_is_seen() -> None:
    with Workshop() as workshop:
        outcome = killed_and_back(workshop, "none", back_after=0.1, timeout=5)
    assert [entry.error for entry in outcome.errors] == ["ConnectionError"]
    assert outcome.held["jobs"] == ["j21"]


@pytest.mark.parametrize("policy", ["none", "sound"])
def test_a_write_that_timed_out_on_a_hung_server_is_applied_when_it_goes_on(policy: Policy) -> None:
    with Workshop() as workshop:
        outcome = hung(workshop, policy, timeout=1.0)
    assert outcome.last.error == "TimeoutError"
    assert outcome.held["count"] == "2"
    assert (outcome.compared.unseen, outcome.compared.twice) == (1, 0)


def test_with_retries_it_is_applied_and_sent_again() -> None:
    with Workshop() as workshop:
        outcome = hung(workshop, DEFAULTS, timeout=1.0)
    assert outcome.last.reply == "3"
    assert (outcome.compared.unseen, outcome.compared.twice) == (0, 1)


def test_what_may_be_done_twice_is_sent_again_without_harm() -> None:
    with Workshop() as workshop:
        outcome = hung(workshop, "sound", command="SADD", timeout=1.0)
    assert outcome.errors == ()
    assert outcome.retried >= 2
    assert outcome.held["seen"] == ["e1", "e2"]
    assert outcome.compared.findings == ()


def test_one_slow_command_lets_the_others_time_out() -> None:
    with Workshop() as workshop:
        outcome = slow(workshop, seconds=4.0, timeout=1.0)
    assert [entry.error for entry in outcome.entries] == ["", "TimeoutError", "TimeoutError"]


def test_a_pause_of_writes_answers_reads() -> None:
    with Workshop() as workshop:
        outcome = paused(workshop, "WRITE", timeout=1.0)
    assert [entry.error for entry in outcome.entries] == ["", "", "", "TimeoutError"]
    assert outcome.held["count"] is None


def test_a_pause_of_all_answers_nothing() -> None:
    with Workshop() as workshop:
        outcome = paused(workshop, "ALL", timeout=1.0)
    assert [entry.error for entry in outcome.entries] == ["", "", "TimeoutError", "TimeoutError"]


def test_a_loading_server_refuses_until_it_is_ready() -> None:
    with Workshop() as workshop:
        outcome = loading(workshop, timeout=5)
    assert [entry.error for entry in outcome.entries] == ["", "BusyLoadingError", ""]
    assert outcome.last.reply == "Ann"


def test_retries_wait_out_the_loading() -> None:
    with Workshop() as workshop:
        outcome = loading(workshop, DEFAULTS, timeout=5)
    assert [entry.error for entry in outcome.entries] == ["", "", ""]
    assert outcome.retried > 0

"""What a lost reply does to each command, with redis-py's own retries and without."""

from __future__ import annotations

import pytest

from lab.faults.reply import reply_lost, request_lost
from lab.policy import POLICIES, Policy
from lab.workshop import Workshop

DEFAULTS: Policy = "redis-py's defaults"


@pytest.mark.parametrize(
    ("command", "policy", "held", "reply", "twice", "unseen"),
    [
        ("INCR", DEFAULTS, "2", "2", 1, 0),  # counted twice
        ("INCR", "none", "1", "", 0, 1),
        ("INCR", "sound", "1", "", 0, 1),
        ("MULTI", DEFAULTS, "4", "[3, 4]", 2, 0),
        ("MULTI", "sound", "2", "", 0, 2),
        ("SET NX", DEFAULTS, "ann", "None", 0, 1),  # a no to the owner
        ("SET NX", "sound", "ann", "", 0, 1),
        ("LPUSH", DEFAULTS, ["j1", "j1"], "2", 1, 0),  # queued twice
        ("LPUSH", "sound", ["j1"], "", 0, 1),
        ("SADD", DEFAULTS, ["e1"], "0", 0, 0),
        ("SADD", "sound", ["e1"], "0", 0, 0),
        ("SADD", "none", ["e1"], "", 0, 1),
        ("SET", "sound", "Ann", "True", 0, 0),
    ],
)
def test_a_lost_reply(
    command: str, policy: Policy, held: object, reply: str, twice: int, unseen: int
) -> None:
    with Workshop() as workshop:
        outcome = reply_lost(workshop, command, policy, timeout=5)
    assert list(outcome.held.values()) == [held]
    assert (outcome.compared.twice, outcome.compared.unseen) == (twice, unseen)
    if reply:
        assert outcome.last.reply == reply
        assert outcome.retried == 1
    else:
        assert outcome.last.error == "ConnectionError"
        assert outcome.retried == 0


@pytest.mark.parametrize("policy", POLICIES)
def test_rpop_loses_a_job_whoever_asks_again_or_not(policy: Policy) -> None:
    with Workshop() as workshop:
        outcome = reply_lost(workshop, "RPOP", policy, timeout=5)
    assert [finding.says for finding in outcome.compared.findings] == ["jobs j1: acknowledged and gone"]
    if policy == DEFAULTS:
        assert (outcome.last.item, outcome.held["jobs"]) == ("j2", None)
    else:
        assert (outcome.last.error, outcome.held["jobs"]) == ("ConnectionError", ["j2"])


@pytest.mark.parametrize("policy", POLICIES)
def test_lmove_loses_none(policy: Policy) -> None:
    with Workshop() as workshop:
        outcome = reply_lost(workshop, "LMOVE", policy, timeout=5)
    assert outcome.compared.findings == ()
    assert outcome.held["jobs"] == ["j2", "j1"]


@pytest.mark.parametrize(("policy", "held"), [(DEFAULTS, "1"), ("none", None), ("sound", None)])
def test_a_lost_request_was_never_applied(policy: Policy, held: str | None) -> None:
    with Workshop() as workshop:
        outcome = request_lost(workshop, "INCR", policy, timeout=5)
    assert outcome.held["count"] == held
    assert outcome.compared.findings == ()
    assert outcome.last.error == ("" if held else "ConnectionError")

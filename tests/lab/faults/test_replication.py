"""What a failover makes of acknowledged writes: lost, or back again, unless replication had them."""

from __future__ import annotations

import pytest
from redis.exceptions import RedisError

from lab.errors import LabError
from lab.faults.replication import (
    lost_in_failover,
    read_only_replica,
    stale_replica,
    stalled_replication,
    two_owners,
    wrong_replica,
)
from lab.workshop import Stopped, Workshop


def found(kinds: tuple[object, ...]) -> set[tuple[str, str]]:
    return {(one.kind, one.key) for one in kinds}  # type: ignore[attr-defined]


LOST = {
    ("acknowledged and gone", "order:42"),
    ("acknowledged and gone", "visits"),
    ("gone and back", "session:bob"),
    ("gone and back", "lock:report"),
}


@pytest.mark.parametrize("aof", [False, True])
def test_a_failover_loses_what_was_acknowledged_and_brings_back_what_was_deleted(aof: bool) -> None:
    with Workshop() as workshop:
        result = lost_in_failover(workshop, aof=aof)
    assert found(result.comparison.findings) == LOST, "the old primary's disk is no help to the new one"
    assert result.held["order:41"] == "paid"
    assert result.waited == ()
    assert [moment.what for moment in result.moments] == ["primary → replica held", "kill -9", "promoted"]


def test_wait_says_zero_and_whoever_does_not_listen_loses_all_the_same() -> None:
    with Workshop() as workshop:
        result = lost_in_failover(workshop, wait="asked")
    assert result.waited == (0, 0, 0, 0)
    assert found(result.comparison.findings) == LOST


def test_whoever_listens_to_wait_loses_nothing_that_he_promised() -> None:
    with Workshop() as workshop:
        result = lost_in_failover(workshop, wait="heeded")
    assert result.comparison.findings == ()
    assert result.comparison.refused == 4
    assert result.held["order:42"] is None
    assert result.held["session:bob"] == "bob", "WAIT does not end the session"


def test_with_replication_in_step_nothing_is_lost() -> None:
    with Workshop() as workshop:
        result = lost_in_failover(workshop, stalled=False, wait="heeded")
    assert set(result.waited) == {1}
    assert result.comparison.findings == ()
    assert result.held["order:42"] == "paid"
    assert result.held["session:bob"] is None


def test_wait_counts_one_replica_and_the_other_one_is_promoted() -> None:
    with Workshop() as workshop:
        result = wrong_replica(workshop)
    assert set(result.waited) == {1}
    assert found(result.comparison.findings) == LOST


def test_the_lock_has_two_owners_though_wait_said_zero() -> None:
    with Workshop() as workshop:
        result = two_owners(workshop, wait="asked")
    assert result.waited == 0
    assert result.owners == ("ann", "ben")


def test_an_owner_who_heeds_wait_does_not_enter() -> None:
    with Workshop() as workshop:
        result = two_owners(workshop, wait="heeded")
    assert result.waited == 0
    assert result.owners == ("ben",)


def test_a_stalled_replica_answers_with_the_old_value_and_catches_up() -> None:
    with Workshop() as workshop:
        result = stalled_replication(workshop)
    assert (result.primary, result.replica, result.waited) == ("12", "10", 0)
    assert result.behind > 0
    assert result.afterwards == "12"


def test_a_replica_refuses_writes_and_answers_reads() -> None:
    with Workshop() as workshop:
        result = read_only_replica(workshop)
    assert (result.write.status, result.write.error) == ("refused", "ReadOnlyError")
    assert result.read.reply == "open"


@pytest.mark.parametrize(
    ("serve_stale", "error", "reply"), [(True, "", "10"), (False, "MasterDownError", "MasterDownError")]
)
def test_a_replica_without_a_primary_answers_from_what_it_has_or_refuses(
    serve_stale: bool, error: str, reply: str
) -> None:
    with Workshop() as workshop:
        read = stale_replica(workshop, serve_stale=serve_stale).read
    assert read.error == error
    assert read.reply.startswith(reply)


def test_stopped_in_the_middle_it_leaves_nothing() -> None:
    processes = []
    with Workshop(lambda _: None) as workshop:
        enter = workshop.enter

        def entered(context):  # type: ignore[no-untyped-def]
            servers = enter(context)
            processes.extend(one.process for one in (servers.primary, *servers.replicas))
            workshop.stop()
            return servers

        workshop.enter = entered  # type: ignore[method-assign]
        with pytest.raises((Stopped, RedisError, LabError)):
            lost_in_failover(workshop)
    assert len(processes) == 2
    assert all(process.ended is not None for process in processes)

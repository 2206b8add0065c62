"""Scripts that do not end, and connections that are all taken."""

from __future__ import annotations

from lab.faults.limits import busy_script, empty_pool, too_many_clients
from lab.workshop import Workshop


def test_a_script_that_only_reads_is_killed() -> None:
    with Workshop() as workshop:
        outcome = busy_script(workshop)
    assert [entry.reply.partition(" Redis")[0] for entry in outcome.entries] == [
        "True", "ResponseError: BUSY", "True", "Ann",
    ]  # fmt: skip


def test_a_script_that_wrote_ends_with_the_server_alone() -> None:
    with Workshop() as workshop:
        outcome = busy_script(workshop, wrote=True)
    assert outcome.last.reply.startswith("ResponseError: UNKILLABLE")
    assert outcome.held == {}
    assert [event.what for event in outcome.events] == ["a script runs", "kill -9"]


def test_the_client_that_is_one_too_many_is_turned_away() -> None:
    with Workshop() as workshop:
        outcome = too_many_clients(workshop, timeout=5)
    assert [entry.error for entry in outcome.entries] == ["ConnectionError", ""]
    assert outcome.held["count"] == "1"


def test_an_empty_pool_refuses_or_waits() -> None:
    with Workshop() as workshop:
        plain = empty_pool(workshop)
        blocking = empty_pool(workshop, blocking=True, wait=10)
    assert [entry.error for entry in plain.entries] == ["MaxConnectionsError", ""]
    assert [entry.reply for entry in blocking.entries] == ["1", "2"]

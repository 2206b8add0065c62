"""kill -9 and a restart on the same files."""

from __future__ import annotations

from lab.faults.durability import FSYNC, PERSISTENCE, disk_refuses, restarted
from lab.workshop import Workshop


def test_without_persistence_all_is_gone() -> None:
    with Workshop() as workshop:
        outcome = restarted(workshop, "none", writes=50)
    assert outcome.compared.gone == outcome.compared.acknowledged >= 50
    assert outcome.held["jobs"] is None


def test_rdb_loses_the_tail() -> None:
    with Workshop() as workshop:
        outcome = restarted(workshop, "RDB", writes=50)
    gone = [finding.item for finding in outcome.compared.findings if finding.kind == "acknowledged and gone"]
    assert gone == [f"j{number}" for number in range(25, outcome.compared.acknowledged)]
    assert len(gone) >= 25


def test_aof_loses_nothing_whose_fsync_was_never_asked_for_either() -> None:
    with Workshop() as workshop:
        for fsync in ("always", "no"):  # the page cache outlives a process
            outcome = restarted(workshop, "AOF", fsync=fsync, writes=50)
            assert outcome.compared.acknowledged >= 50
            assert outcome.compared.gone == 0
    assert fsync in FSYNC


def test_a_power_cut_costs_the_end_of_the_file() -> None:
    with Workshop() as workshop:
        outcome = restarted(workshop, "AOF and a power cut", fsync="everysec", writes=50)
    gone = [finding.item for finding in outcome.compared.findings if finding.kind == "acknowledged and gone"]
    last = outcome.compared.acknowledged
    assert gone
    assert gone == [f"j{number}" for number in range(last - len(gone), last)]
    assert "AOF and a power cut" in PERSISTENCE


def test_a_power_cut_costs_nothing_that_was_forced_to_the_disk_before_the_reply() -> None:
    with Workshop() as workshop:
        outcome = restarted(workshop, "AOF and a power cut", fsync="always", writes=50)
    assert outcome.compared.acknowledged >= 50
    assert outcome.compared.gone == 0
    assert outcome.notes["cut off"] == "0 bytes"


def test_a_disk_that_refuses_stops_writes_and_not_reads() -> None:
    with Workshop() as workshop:
        outcome = disk_refuses(workshop)
    assert [entry.reply.partition(" Redis")[0] for entry in outcome.entries] == [
        "True", "ResponseError: MISCONF", "Ann",
    ]  # fmt: skip

"""The log: bounded, thread-safe, and cut into stretches."""

from __future__ import annotations

import pytest

from lab.commands import Entry
from lab.log import TraceLog


def sent(log: TraceLog, *names: str, actor: str = "app") -> list[Entry]:
    entries = [Entry(name, (), "single") for name in names]
    log.add(entries, actor)
    return entries


def names(commands) -> list[str]:
    return [command.name for command in commands]


def test_only_the_newest_are_kept_and_the_others_are_counted() -> None:
    log = TraceLog()
    for number in range(5_250):
        sent(log, f"C{number}")
    assert log.limit == 5_000
    assert len(log.commands()) == 5_000
    assert log.dropped == 250
    assert log.commands()[0].name == "C250"
    assert log.round_trips() == 5_250


def test_what_was_sent_since_a_mark() -> None:
    log = TraceLog(limit=3)
    sent(log, "BEFORE")
    mark = log.mark()
    sent(log, "A", "B")
    sent(log, "C", "D")
    block = log.since(mark)
    assert names(block.commands) == ["B", "C", "D"]
    assert (block.dropped, block.round_trips) == (1, 2)
    assert block.seconds >= 0
    assert log.since(log.mark()).commands == ()


def test_clearing_begins_anew_also_for_older_marks() -> None:
    log = TraceLog()
    mark = log.mark()
    sent(log, "A")
    log.clear()
    assert (log.commands(), log.dropped, log.round_trips()) == ((), 0, 0)
    sent(log, "B")
    assert names(log.commands()) == ["B"]
    assert names(log.since(mark).commands) == ["B"]
    assert log.since(mark).round_trips == log.round_trips() == 1
    assert log.commands()[0].at >= 0


def test_a_reply_that_comes_late_is_seen_the_next_time() -> None:
    log = TraceLog()
    (entry,) = sent(log, "BLPOP")
    assert log.commands()[0].reply == ""
    entry.finish("job")
    assert log.commands()[0].reply == "job"
    assert log.commands()[0] is log.commands()[0]


def test_commands_of_one_write_share_a_number() -> None:
    log = TraceLog()
    sent(log, "A")
    sent(log, "B", "C")
    sent(log, "D", "E")
    first, *rest = [command.batch for command in log.commands()]
    assert first is None
    assert rest[0] == rest[1] != rest[2] == rest[3]


def test_pushed_messages_are_no_round_trip() -> None:
    log = TraceLog()
    log.add([Entry("MESSAGE", (), "message")], "app", written=False)
    assert log.round_trips() == 0
    assert len(log.commands()) == 1


def test_a_log_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        TraceLog(limit=0)

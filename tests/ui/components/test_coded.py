"""Words with code in them: backticks, names of keys, and the events of a schedule."""

from __future__ import annotations

import pytest

from lab.explorer import Moment
from ui.coded import brief, coded, told


def code_in(text: str, *, keys: bool = False) -> list[str]:
    pieces = coded(text, keys=keys)
    assert "".join(part for _, part in pieces) == text.replace("`", "")
    return [part for kind, part in pieces if kind]


def event(kind: str, command: str = "GET k", reply: str = "''") -> Moment:
    return Moment("Ann", kind, command, reply, None, 0, 1, "1")


def test_backticks_are_code_and_are_not_shown() -> None:
    assert code_in("gone `keep_s` after `ttl`") == ["keep_s", "ttl"]
    assert coded("") == []
    assert coded("one ` alone") == [["", "one ` alone"]]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (
            "series:{metric}:count, :total and :low, in `core`",
            ["series:{metric}:count", ":total", ":low", "core"],
        ),
        ("visitors:{site:page}:{day}, a HyperLogLog", ["visitors:{site:page}:{day}"]),
        ("search:{index}:v{n} and the alias search:{index}.", ["search:{index}:v{n}", "search:{index}"]),
        ("document:{id}: hardened, a JSON value. No TTL: it stays", ["document:{id}"]),
        ("the days share the tag {site:page}", []),
    ],
)
def test_names_of_keys_are_code_where_keys_are_listed(line: str, found: list[str]) -> None:
    assert code_in(line, keys=True) == found


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (event("step"), "[GET k] →\u00a0['']"),
        (event("step", "reads the clock", "0 s"), "reads the clock →\u00a00 s"),
        (event("lost reply"), "[GET k] (executed, the reply [''] is lost: ConnectionError)"),
        (event("lost request"), "[GET k] (never arrives: ConnectionError)"),
        (event("crash"), "crashes before [GET k]"),
        (event("crash", ""), "crashes"),
        (event("late", "BLPOP q", "in vain"), "[BLPOP q] in vain"),
        (event("time jump", "", "5,001 ms pass"), "5,001 ms pass"),
    ],
)
def test_an_event_is_told_with_its_command_and_its_reply_as_code(moment: Moment, words: str) -> None:
    assert "".join(f"[{part}]" if kind else part for kind, part in told(moment)) == words


def test_a_script_is_its_name_and_its_arguments() -> None:
    assert brief("EVALSHA script e4666a07 1 series:{Ann} 21.5") == "script series:{Ann} 21.5"
    assert brief("EVALSHA add_points 2 board seen 5") == "add_points board seen 5"
    assert brief("HSET key field 1") == "HSET key field 1"

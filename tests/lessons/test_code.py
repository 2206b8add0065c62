"""The code that ran is found again: by function, by traced line, by the sha1 of a script."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

import pytest

from lab.bench import Bench
from lessons import code
from patterns.leaderboard import Leaderboard, NaiveLeaderboard


def test_a_method_is_shown_as_it_stands_in_its_file() -> None:
    found = code.source_of(NaiveLeaderboard.add_points)
    assert found.path == "patterns/leaderboard/naive.py"
    assert found.name == "NaiveLeaderboard.add_points"
    assert found.text.startswith("def add_points(self")
    lines = (code.ROOT / found.path).read_text().splitlines()
    assert lines[found.first_line - 1].strip() == found.text.splitlines()[0]
    assert lines[found.last_line - 1].strip() == found.text.splitlines()[-1].strip()


def test_empty_lines_stay_so_that_every_line_keeps_its_number() -> None:
    found = code.source_of(Leaderboard.add_points)
    lines = (code.ROOT / found.path).read_text().splitlines()[found.first_line - 1 : found.last_line]
    assert "" in lines
    assert [line.strip() for line in lines] == [line.strip() for line in found.text.splitlines()]


def test_wrapped_bound_and_partial_functions_lead_to_the_function() -> None:
    @functools.wraps(NaiveLeaderboard.top)
    def wrapped() -> None: ...

    for one in (wrapped, functools.partial(NaiveLeaderboard.top), functools.partial(wrapped)):
        assert code.source_of(one).name == "NaiveLeaderboard.top"


def test_what_has_no_source_is_said() -> None:
    with pytest.raises(code.NoSource, match="has no Python source"):
        code.source_of(len)


def test_a_traced_line_leads_to_its_function(real_bench: Bench) -> None:
    NaiveLeaderboard(real_bench.client()).add_points("ann", 1, "event")
    for command in real_bench.log.commands():
        assert command.source is not None
        found = code.enclosing(command.source)
        assert found is not None
        assert found.name == command.source.function == "NaiveLeaderboard.add_points"
        assert found.covers(command.source.path, command.source.line)


def test_the_innermost_function_is_the_one_that_is_meant() -> None:
    lines = (code.ROOT / "lab" / "hold.py").read_text().splitlines()
    inner = next(number for number, line in enumerate(lines, 1) if "nonlocal left" in line)
    found = code.at_line("lab/hold.py", inner)
    assert found is not None
    assert found.name == "after_reply.held"
    assert found.text.startswith("def held(")


def test_a_line_outside_every_function_has_none() -> None:
    assert code.at_line("lab/hold.py", 1) is None
    assert code.at_line("lab/gone.py", 1) is None


def test_a_decorated_function_begins_at_its_decorator() -> None:
    lines = (code.ROOT / "lab" / "hold.py").read_text().splitlines()
    line = next(number for number, text in enumerate(lines, 1) if text.startswith("def after_reply"))
    found = code.at_line("lab/hold.py", line)
    assert found is not None
    assert found.text.startswith("@contextmanager")


def test_a_file_that_changes_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code, "ROOT", tmp_path)
    (tmp_path / "m.py").write_text("def one():\n    return 1\n")
    first = code.at_line("m.py", 2)
    (tmp_path / "m.py").write_text("\n\ndef other():\n    return 2\n")
    second = code.at_line("m.py", 4)
    assert (first and first.name, second and second.name) == ("one", "other")


def test_a_script_is_found_by_what_redis_calls_it(real_bench: Bench) -> None:
    Leaderboard(real_bench.client()).add_points("ann", 1, "event")
    (sent,) = {command.script for command in real_bench.log.commands() if command.name == "EVALSHA"}
    assert sent is not None
    found = code.script(sent)
    assert found is not None
    assert found.path == "patterns/leaderboard/add_points.lua"
    assert hashlib.sha1(found.text.encode()).hexdigest() == sent
    assert code.script("0" * 40) is None

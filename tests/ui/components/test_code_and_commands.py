"""The command log and the code beside it, made from real runs."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from fakeredis import FakeRedis

from lab.bench import Bench, Outcome
from lab.pool import ServerPool
from lessons import code as sources
from lessons.leaderboard import live, trouble
from lessons.model import Pair, Shown
from patterns.distributed_lock import Lock, NaiveLock
from patterns.leaderboard import Leaderboard, NaiveLeaderboard
from patterns.rate_limiter import RateLimiter
from patterns.time_series.core import CoreSeries
from ui.components import code, commands, difference, says
from ui.happened import styles_of


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    pool = ServerPool("")
    yield pool.bench("ann", "leaderboard")
    pool.close()


@pytest.fixture(scope="module")
def filled(bench: Bench) -> Outcome[Shown]:
    return bench.run(live.fill)


def test_the_line_that_sent_a_command_is_marked_with_who_and_how_often(filled: Outcome[Shown]) -> None:
    styles = styles_of(filled)
    shown = code.pieces(filled.commands, [Leaderboard.add_points])
    method, script = code.data(shown, filled.commands, styles)["pieces"]
    assert (method["name"], script["path"]) == (
        "Leaderboard.add_points",
        "patterns/leaderboard/add_points.lua",
    )
    ((line, marks),) = method["marks"].items()
    text = "".join(part for _, part in method["lines"][int(line) - method["first"]])
    assert "self._add_points(" in text
    assert (marks[0]["name"], marks[0]["count"]) == ("game server", 8)
    assert script["ran"][0]["count"] == 8


def test_a_script_is_named_and_its_sha_is_short(filled: Outcome[Shown]) -> None:
    drawn = commands.data(filled.commands, 0, filled.round_trips, styles_of(filled))
    row = drawn["rows"][0]
    assert (row["number"], row["name"], row["script"]) == (1, "EVALSHA", "add_points.lua")
    assert row["args"][8:11] == "… 2"
    assert row["short"].startswith("hardened.py:")
    assert drawn["total"] == drawn["round_trips"] == 8


def test_a_transaction_says_that_it_was_one_write(bench: Bench) -> None:
    def both(bench: Bench, /) -> Shown:
        bench.client("ann").pipeline().set("a", 1).set("b", 2).execute()
        return Shown("done")

    outcome = bench.run(both)
    rows = commands.data(outcome.commands, 0, outcome.round_trips, styles_of(outcome))["rows"]
    assert [row["opens"] for row in rows] == ["transaction of 4, sent in one write", "", "", ""]
    assert all(row["grouped"] for row in rows)


def test_more_commands_than_are_listed_are_counted(bench: Bench) -> None:
    def many(bench: Bench, /) -> Shown:
        for number in range(commands.MOST + 5):
            bench.client("ann").set("key", number)
        return Shown("done")

    outcome = bench.run(many)
    drawn = commands.data(outcome.commands, 3, outcome.round_trips, styles_of(outcome))
    assert (len(drawn["rows"]), drawn["left_out"], drawn["total"]) == (commands.MOST, 8, commands.MOST + 8)


def test_an_error_is_part_of_the_log(bench: Bench) -> None:
    def wrong(bench: Bench, /) -> Shown:
        bench.client("ann").set("text", "x")
        bench.client("ann").zadd("text", {"a": 1})
        return Shown("done")

    outcome = bench.run(wrong)
    rows = commands.data(outcome.commands, 0, 2, styles_of(outcome))["rows"]
    assert "WRONGTYPE" in rows[1]["error"]
    told = says.data("Wrong", outcome)
    assert (told["tone"], told["failed"]) == ("bad", "ResponseError")
    assert "holds another type of value" in told["says"]


def test_a_crowd_has_a_look_each_and_its_lanes_have_the_same(bench: Bench) -> None:
    outcome = bench.run(trouble.naive_burst, clients=20, points=10, player="dara")
    styles = styles_of(outcome)
    assert len({(style.place, style.shape) for style in styles.values()}) == 20


def test_colours_keep_every_character_and_every_line() -> None:
    text = 'def f(x):\n\n    """Two\n\n    lines."""\n    return x  # done\n'
    lines = code.coloured(text, "a.py")
    assert "\n".join("".join(part for _, part in line) for line in lines) == text.rstrip("\n")
    assert ["keyword", "def"] in lines[0]
    lua = code.coloured("-- a comment\nlocal x = 1\n", "a.lua")
    assert lua[0] == [["comment", "-- a comment"]]


def test_equal_lines_face_each_other() -> None:
    rows = difference.aligned(["a", "b", "c"], ["a", "x", "y", "c"])
    assert rows == [[0, 0, 1], [1, 1, 0], [None, 2, 0], [2, 3, 1]]


def test_versions_that_share_little_stand_apart_and_bugs_on_purpose_are_found() -> None:
    drawn = difference.data(Pair("Add points", NaiveLeaderboard.add_points, Leaderboard.add_points))
    assert not drawn["apart"]
    bugs = ["".join(part for _, part in drawn["left"]["lines"][line]) for line in drawn["left"]["bugs"]]
    assert any("Bug on purpose (lost update)" in line for line in bugs)
    assert all(line.strip().startswith("#") for line in bugs)
    assert difference.data(Pair("Release", NaiveLock.release, Lock.release))["apart"]


def test_the_script_behind_a_method_is_found() -> None:
    (script,) = code.scripts_called(Lock.release)
    assert script.path == "patterns/distributed_lock/release.lua"
    assert code.scripts_called(NaiveLock.release) == []


OWNERS = [
    one
    for file in sorted((sources.ROOT / "patterns").glob("*/*.py"))
    for module in [import_module(f"patterns.{file.parent.name}.{file.stem}")]
    for _, one in inspect.getmembers(module, inspect.isclass)
    if one.__module__ == module.__name__ and "register_script" in inspect.getsource(one)
]
"""Every class of a pattern that has scripts."""


@pytest.mark.parametrize("owner", OWNERS, ids=lambda one: f"{one.__module__}.{one.__name__}")
def test_every_script_that_a_method_calls_is_the_one_its_class_registers(owner: type) -> None:
    module = import_module(owner.__module__)
    named = dict(re.findall(r"self\.(\w+) = redis\.register_script\((.+)\)\n", inspect.getsource(owner)))
    assert named
    for method in filter(inspect.isfunction, vars(owner).values()):
        called = re.findall(r"self\.(\w+)\b(?! =)", inspect.getsource(method))
        files = [found for one in called if one in named for found in _written(named[one], module)]
        assert [Path(one.path).stem for one in code.scripts_called(method)] == list(dict.fromkeys(files))


def _written(call: str, module: ModuleType) -> list[str]:
    (name,) = re.findall(r"lua\(__file__, (.+)\)", call)
    table, _, key = name.rpartition("[")
    return list(vars(module)[table].values()) if table else [key.strip('"')]


def test_the_script_shown_is_the_very_text_that_is_registered() -> None:
    redis = FakeRedis()
    core = CoreSeries(redis, "greenhouse")
    (script,) = code.scripts_called(CoreSeries.add)
    assert script.text == core._put.script
    log, counter = (RateLimiter(redis, "api", 5, 1, algorithm=one) for one in ("log", "counter"))
    shown = [one.text for one in code.scripts_called(RateLimiter.allow)]
    assert shown == [log._admit.script, counter._admit.script]


def test_a_name_with_gaps_is_every_file_that_fits() -> None:
    written = ast.parse('f"bits_{what}"', mode="eval").body
    folder = sources.ROOT / "patterns/bloom_filter"
    found = [one.stem for one in code._files(written, folder, {})]
    assert found == ["bits_add", "bits_begin", "bits_fill", "bits_has", "bits_look"]

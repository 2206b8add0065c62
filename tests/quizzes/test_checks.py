"""What claims say that commands cannot: checks give what they find."""

from __future__ import annotations

import pytest

from lab.bench import Bench
from quizzes import checks
from quizzes.checks import NoCheck
from quizzes.code import NoCode, shown


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("2**53 // 10**10", 900719),
        ("ceil(-log(0.01) / log(2)**2 * 1000) / 1000", 9.586),
        ("round(exp(-1), 3)", 0.368),
    ],
)
def test_sums(bench: Bench, expression: str, value: float) -> None:
    assert checks.found(bench, "arithmetic:value", {"expression": expression}) == pytest.approx(value)


@pytest.mark.parametrize("expression", ["__import__('os')", "open", "'a' * 3", "[1]", "(1).real"])
def test_nothing_but_sums(bench: Bench, expression: str) -> None:
    with pytest.raises(ValueError, match="is no arithmetic"):
        checks.found(bench, "arithmetic:value", {"expression": expression})


def test_slots(bench: Bench) -> None:
    # The specification's own example: CRC16 of "123456789" is 0x31C3, which is slot 12739.
    assert checks.found(bench, "slots:of", {"keys": ["123456789", "{123456789}x"]}) == [12739, 12739]
    assert checks.found(bench, "slots:distinct", {"keys": ["a", "b", "a"]}) == 2


def test_pattern_code_is_called_and_its_commands_are_seen(bench: Bench) -> None:
    board = {"of": "leaderboard.hardened:Leaderboard", "make": ["sprint"]}
    twice = [["add_points", "dara", 40, "e1"], ["add_points", "dara", 40, "e1"]]
    assert checks.found(bench, "code:last", {**board, "calls": twice}) == 40
    assert checks.found(bench, "code:commands", {**board, "calls": twice}) == ["EVALSHA"]
    assert checks.found(bench, "code:last", {**board, "calls": [*twice, ["top", 1]]}) == [["dara", 40, 0]]
    refused = checks.found(bench, "code:last", {**board, "calls": [["add_points", "dara", -1, "e1"]]})
    assert refused.startswith("error ValueError: dara has 0 points")
    lock = {"of": "distributed_lock.hardened:Lock", "make": ["report"]}
    late = [["acquire"], [6], ["acquire"], ["release", "$1"]]
    assert checks.found(bench, "code:last", {**lock, "calls": late}) is False
    assert checks.found(bench, "code:last", {**lock, "calls": [*late[:3], ["release", "$3"]]}) is True


def test_memory_is_measured(bench: Bench) -> None:
    assert 40 < checks.found(bench, "memory:per_element", {"command": "ZADD", "name": "player:{0:06d}"}) < 200
    assert 20 < checks.found(bench, "memory:per_key", {"command": ["SET", "a", "1"]}) < 200


def test_what_redis_refuses_is_told_as_a_sentence(bench: Bench) -> None:
    with pytest.raises(NoCheck, match="memory:per_key cannot run with these arguments"):
        checks.found(bench, "memory:per_key", {"command": ["SETT", "a"]})


@pytest.mark.parametrize(
    ("name", "arguments", "says"),
    [
        ("slot:of", {}, "there is no module quizzes/checks/slot.py"),
        ("slots:at", {}, "has no 'at'; it has distinct, of"),
        ("slots:key_slot", {}, "has no 'key_slot'"),
        ("slots:of", {"key": []}, "slots:of takes keys"),
    ],
)
def test_a_check_that_is_not_there_is_told(
    bench: Bench, name: str, arguments: dict[str, object], says: str
) -> None:
    with pytest.raises(NoCheck, match=says):
        checks.found(bench, name, dict(arguments))


def test_what_a_check_gives_is_compared() -> None:
    assert checks.gives(1, True)
    assert checks.gives("100..112", 104)
    assert checks.gives(["EVALSHA"], ["EVALSHA"])
    assert not checks.gives(False, True)
    assert not checks.gives([1, 2], [2, 1])


def test_code_is_shown_without_what_tells() -> None:
    code = shown("patterns.leaderboard.naive:NaiveLeaderboard.add_points")
    assert code.lines[0].startswith("def add_points(self")
    assert not any("#" in line or '"""' in line for line in code.lines)
    assert code.bugs == (("double points", 5), ("lost update", 7))
    assert (
        code.lines[code.find("self.redis.zadd") - 1].strip() == "self.redis.zadd(self.key, {player: total})"
    )
    assert code.places[0] == 24
    whole = shown("patterns.leaderboard.naive:NaiveLeaderboard")
    assert {anomaly for anomaly, _ in whole.bugs} == {
        "double points",
        "lost update",
        "unfair tie",
        "torn page",
    }


@pytest.mark.parametrize(
    "name",
    [
        "patterns.nowhere.naive:X",
        "patterns.leaderboard.naive:X",
        "patterns.leaderboard.naive:NaiveLeaderboard.x",
    ],
)
def test_code_that_is_not_there_is_told(name: str) -> None:
    with pytest.raises(NoCode, match=r"there is no module|has no"):
        shown(name)


def test_a_piece_must_be_of_one_line() -> None:
    code = shown("patterns.leaderboard.naive:NaiveLeaderboard.add_points")
    with pytest.raises(NoCode, match=r"\d lines have .points."):
        code.find("points")


@pytest.mark.parametrize(
    ("name", "arguments", "value", "says"),
    [
        ("arithmetic:value", {"expression": "6 / 2"}, 3.0, "`6 / 2` is **3**."),
        ("slots:distinct", {"keys": ["a", "b"]}, 2, "`a`, `b` lie in **2** slots."),
        ("slots:of", {"keys": ["a"]}, [15495], "The slots of `a` are **[15495]**."),
        (
            "code:last",
            {"of": "x:Lock", "make": ["r"], "calls": [["acquire"], [6], ["release", "$1"]]},
            False,
            "`Lock('r')`: `acquire()`, `6 s pass`, `release(the first)`. The last one returns **False**.",
        ),
        (
            "memory:per_key",
            {"command": ["SET", "a", "1"]},
            48,
            "`memory:per_key` of command [SET, a, 1] gives **48**.",
        ),
    ],
)
def test_what_a_check_found_is_told(
    name: str, arguments: dict[str, object], value: object, says: str
) -> None:
    assert checks.in_words(name, arguments, value) == says


def test_sketches_are_measured(bench: Bench) -> None:
    assert checks.found(bench, "sketches:counted", {"visitors": 100}) == pytest.approx(100, abs=2)
    few = checks.found(bench, "sketches:ones", {"visitors": 100})
    many = checks.found(bench, "sketches:ones", {"visitors": 5_000})
    if bench.backend.can("hyperloglog"):
        assert checks.found(bench, "sketches:stored", {"visitors": 5_000}) == 12_304
        assert few / 100 > 0.95 > many / 5_000
    wanted = checks.found(bench, "sketches:overlap", {"each": 1_000, "both": 500})
    assert wanted == pytest.approx(500, abs=100)


@pytest.mark.parametrize(
    ("channels", "patterns", "times"),
    [(["board.7"], [], 1), (["board.7"], ["board.*"], 2), ([], ["board.*", "b*"], 2), (["board.8"], [], 0)],
)
def test_deliveries_are_counted_on_a_real_connection(
    bench: Bench, channels: list[str], patterns: list[str], times: int
) -> None:
    asked = {"channel": "board.7", "channels": channels, "patterns": patterns}
    assert checks.found(bench, "channels:deliveries", asked) == times

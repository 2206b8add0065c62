"""The race explorer against redis-py's own speed and against frontrun, side by side on one core."""

from __future__ import annotations

import importlib.util
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from redis import Redis

from lab.explorer.affinity import beside
from lab.explorer.backend import RedisBackend
from lab.explorer.counting import Counts, commands_covered, count, random_schedule
from lab.explorer.live import Live
from lab.explorer.search import explore, undisturbed
from lab.explorer.verdict import Verdict
from lab.scenario import Bounds, Faults, Scenario
from lab.server import start_private_server

ROUNDS = 5
ROOMY = Bounds(states=1_000_000, seconds=60)
Row = dict[str, Any]


def client(number: int) -> Callable[[Redis], Any]:
    """Four commands: read, write what was read with our mark, count, read again."""

    def work(redis: Redis) -> Any:
        value = redis.get("x") or ""
        redis.set("x", f"{number}{value[:1]}")
        redis.incr("y")
        return redis.get("x") and None

    return work


def counted(redis: Redis, results: Any) -> str | None:
    """An invariant that holds: whoever has finished is counted."""
    finished = sum(not isinstance(result, Exception) for result in results.values())
    return "miscounted" if int(redis.get("y") or 0) < finished else None


def marked(number: int) -> Callable[[Redis], Any]:
    """frontrun's case: every order can be told from every other."""

    def work(redis: Redis) -> Any:
        value = redis.hget("h", "f") or ""
        redis.hset("h", "f", f"{value}{number}")

    return work


AT_ONCE = 50
"""Schedules run live in one go: as many as before a proof."""

THREE = Scenario({f"C{n}": client(n) for n in range(3)}, counted, faults=Faults(crashes=1, lost_replies=1))
FOUR = Scenario({f"C{n}": client(n) for n in range(4)}, counted)
ALIKE = Scenario(dict.fromkeys(("A", "B", "C", "D"), client(0)), counted, symmetric=True)


def run() -> list[Row]:
    """Every round measures everything once; the figures are medians over the rounds."""
    found: dict[str, list[float]] = {}
    with _one_core(), ExitStack() as stack:
        server = stack.enter_context(start_private_server())
        beside(server.pid)
        backend = RedisBackend(server.socket)
        redis = Redis(unix_socket_path=server.socket, single_connection_client=True)
        explore(THREE, backend=backend, bounds=ROOMY)
        for _ in range(ROUNDS):
            rate = _rate(redis)
            three, four = _explored(THREE, backend), _explored(FOUR, backend)
            whole = explore(THREE, backend=backend, bounds=ROOMY)
            covered, live = _covered(whole), _live_ratio(whole, redis)
            figures = {
                "redis-py": rate, "three": three.seconds, "sent": three.commands_sent, "four": four.seconds,
                "edges": three.transitions / three.seconds, "alike": _explored(ALIKE, backend).seconds,
                "with live runs": whole.seconds, "covered": covered / three.seconds / rate, "live": live,
            }  # fmt: skip
            for name, value in figures.items():
                found.setdefault(name, []).append(value)
        middle = {name: statistics.median(values) for name, values in found.items()}
        rows = _rows(middle, three, four)
        rows += _against_frontrun(server.socket, backend)
    return rows


def _rows(middle: dict[str, float], three: Verdict, four: Verdict) -> list[Row]:
    size, larger = "3 clients x 4 commands, crash, lost reply", "4 clients x 4 commands"
    round_trips = "a second / redis-py's round trips a second"
    return [
        _row(f"{size}: {three.schedules:,} schedules", middle["three"], "s", 0.4),
        _row("  the same with 50 schedules run live", middle["with live runs"], "s", 0.4),
        _row("  commands sent to Redis", middle["sent"], "", 1_500),
        _row(f"{larger}: {four.schedules:,} schedules", middle["four"], "s", 4),
        _row("  the same with four identical clients, by symmetry", middle["alike"], "s", 0.4),
        _row("edges of the graph a second", middle["edges"], "/s", 100_000, least=True),
        _row(f"commands covered {round_trips}", middle["covered"], "x", 500, least=True),
        _row(f"commands run live {round_trips}", middle["live"], "x", 0.5, least=True),
        _row("redis-py, one connection, GET", middle["redis-py"], "/s", None),
    ]


def _row(what: str, figure: float, unit: str, target: float | None, least: bool = False) -> Row:
    met = target is None or (figure >= target if least else figure <= target)
    return {"what": what, "figure": figure, "unit": unit, "target": target, "least": least, "met": met}


def table(rows: list[Row]) -> str:
    """Aligned text."""
    width = max(len(row["what"]) for row in rows)
    lines = []
    for row in rows:
        sign = ">=" if row["least"] else "<="
        target = (
            ""
            if row["target"] is None
            else f"   {sign} {row['target']:,g}  {'ok' if row['met'] else 'MISSED'}"
        )
        digits = ",.3f" if row["figure"] < 10 else ",.0f"
        lines.append(f"{row['what']:<{width}}  {row['figure']:>12{digits}} {row['unit']:<3}{target}")
    return "\n".join(lines)


def _explored(scenario: Scenario, backend: RedisBackend) -> Verdict:
    verdict = explore(scenario, backend=backend, bounds=ROOMY, validate=0)
    assert verdict.status == "proved", verdict.says
    return verdict


def _rate(redis: Redis, seconds: float = 0.15) -> float:
    """Round trips of redis-py as fast as it goes."""
    began = time.perf_counter()
    done = 0
    while time.perf_counter() - began < seconds:
        for _ in range(100):
            redis.get("x")
        done += 100
    return done / (time.perf_counter() - began)


def _covered(verdict: Verdict) -> int:
    graph = verdict.graph
    assert graph is not None
    counts = count(graph.graph.edges, graph.graph.ends)
    return commands_covered(graph.graph.edges, counts)


def _live_ratio(verdict: Verdict, redis: Redis, turns: int = 15) -> float:
    """Commands a second of schedules that are run live, against the round trips of redis-py beside them."""
    walk = verdict.graph
    assert walk is not None
    graph = walk.graph
    counts: Counts = count(graph.edges, graph.ends)
    chance = random.Random(1)
    live = Live(graph, 0)
    ratios = []
    with undisturbed():
        for _ in range(turns):
            ways = [random_schedule(graph.edges, graph.ends, counts, chance) for _ in range(AT_ONCE)]
            rate = _rate(redis, 0.015)
            began = time.perf_counter()
            live.check(ways)
            ratios.append(sum(map(len, ways)) / (time.perf_counter() - began) / rate)
    live.close()
    return statistics.median(ratios)


def _against_frontrun(socket: str, backend: RedisBackend) -> list[Row]:
    """Three clients, read and write back: 90 schedules, 15 outcomes."""
    if importlib.util.find_spec("frontrun") is None:
        return []
    outcomes: set[Any] = set()

    def keep(redis: Redis, results: Any) -> None:
        outcomes.add(redis.hget("h", "f"))

    scenario = Scenario({f"C{n}": marked(n) for n in range(3)}, keep)
    ours = statistics.median(_explored(scenario, backend).seconds for _ in range(ROUNDS))
    command = [
        sys.executable,
        "-m",
        "frontrun.cli",
        sys.executable,
        "-m",
        "benchmarks._frontrun",
        socket,
        "3",
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=True, cwd=Path(__file__).parents[1]
    )
    theirs = json.loads(done.stdout)
    return [
        _row(f"frontrun's process mode, its own case: {theirs['runs']} runs", theirs["seconds"], "s", None),
        _row("  its outcomes of 15", theirs["outcomes"], "", None),
        _row(
            "the explorer, the same case with the same outcomes" if len(outcomes) == 15 else "WRONG",
            ours,
            "s",
            None,
        ),
        _row("  times as fast", theirs["seconds"] / ours, "x", 100, least=True),
    ]


@contextmanager
def _one_core() -> Iterator[None]:
    """The explorer and its server on the same core: a wake-up across cores costs more than a command."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)

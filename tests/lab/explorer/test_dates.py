"""Dates and clocks of every kind tell a client the virtual time, wherever it holds them."""

from __future__ import annotations

import datetime as dates
import logging
import pickle
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from types import FunctionType
from typing import Any

import pytest
from redis import Redis

from lab.explorer import ambient, explore
from lab.explorer.virtual_time import EPOCH_MS
from lab.scenario import Faults, Scenario

DAY_MS = 86_400_000
BEGINNING = EPOCH_MS // 1000
held = datetime.now


def machinery() -> Any:
    return time.thread_time(), time.process_time(), datetime.now().timestamp()


class Held:
    """A class that keeps what reads the time."""

    clock = time.time
    broken_down = time.gmtime
    today = held


class Later(datetime):
    """A date of somebody's own."""


READINGS: dict[str, Callable[[], Any]] = {
    "datetime.now": lambda: datetime.now().timestamp(),
    "datetime.now in a zone": lambda: datetime.now(UTC).timestamp(),
    "datetime.now by another name": lambda: dates.datetime.now().timestamp(),
    "datetime.utcnow": lambda: datetime.utcnow().replace(tzinfo=UTC).timestamp(),
    "datetime.today": lambda: datetime.today().timestamp(),
    "a subclass": lambda: Later.now().timestamp(),
    "a method held": lambda: held().timestamp(),
    "a method held by a class": lambda: Held().today().timestamp(),
    "a clock held by a class": lambda: Held().clock(),
    "a broken-down time held by a class": lambda: time.mktime(Held().broken_down()) - time.timezone,
    "date.today": lambda: (date.today() - date(1970, 1, 1)).days * 86_400,
    "localtime": lambda: time.mktime(time.localtime()),
    "gmtime": lambda: time.mktime(time.gmtime(None)) - time.timezone,
    "ctime": lambda: time.mktime(time.strptime(time.ctime())),
    "asctime": lambda: time.mktime(time.strptime(time.asctime())),
    "strftime": lambda: time.mktime(time.strptime(time.strftime("%Y %j %H"), "%Y %j %H")),
    "clock_gettime": lambda: time.clock_gettime(time.CLOCK_REALTIME),
    "clock_gettime_ns": lambda: time.clock_gettime_ns(time.CLOCK_MONOTONIC) / 1e9,
    "perf_counter_ns": lambda: time.perf_counter_ns() / 1e9,
}


@pytest.mark.parametrize("name", READINGS)
def test_whatever_tells_the_time_tells_the_virtual_one_and_moves_with_it(name: str) -> None:
    read, seen = READINGS[name], set()

    def client(r: Redis) -> Any:
        r.set("gone", 1, px=DAY_MS - 1)
        return read() - BEGINNING

    def keep(r: Redis, results: Any) -> None:
        seen.add(results["client"])

    verdict = explore(Scenario({"client": client}, keep, faults=Faults(time_jumps=1)))
    assert verdict.status == "proved", verdict.says
    assert seen == {0, 86_400}


def in_a_closure(now: Callable[[], float]) -> Callable[[Redis], Any]:
    def client(r: Redis) -> Any:
        r.set("gone", 1, px=DAY_MS - 1)
        return now() - BEGINNING

    return client


@dataclass(slots=True)
class Slotted:
    now: Callable[[], float]

    def __call__(self, r: Redis) -> Any:
        return in_a_closure(self.now)(r)


def in_a_list(r: Redis) -> Any:
    return in_a_closure(CLOCKS[0])(r)


class Static:
    now = staticmethod(time.time)


CLOCKS = [time.time]
PARTIAL = partial(time.time)
HOLDERS = {
    "closure": in_a_closure(time.time),
    "slots": Slotted(time.time),
    "list": in_a_list,
    "partial": lambda r: in_a_closure(PARTIAL)(r),
    "static method": lambda r: in_a_closure(Static().now)(r),
}


def report() -> None:
    """What each of the holders reads."""
    for name, client in HOLDERS.items():
        seen = set()

        def keep(r: Redis, results: Any, seen: set[Any] = seen) -> None:
            seen.add(results["client"])

        verdict = explore(Scenario({"client": client}, keep, faults=Faults(time_jumps=1)))
        sys.stdout.write(f"{name} {verdict.status} {sorted(seen)}\n")


def test_a_clock_that_was_taken_before_is_virtual_wherever_it_is_held() -> None:
    """In a process of its own: here the clock was replaced long before this module could take it."""
    code = "from tests.lab.explorer.test_dates import report; report()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines() == [f"{name} proved [0.0, 86400.0]" for name in HOLDERS], done.stderr


def test_what_a_client_computes_takes_no_time() -> None:
    def client(r: Redis) -> Any:
        r.get("x")
        return time.process_time() + time.process_time_ns() + time.thread_time() + time.thread_time_ns()

    found: list[Any] = []
    explore(Scenario({"client": client}, lambda r, results: found.append(results["client"])))
    assert found == [0]


def test_machinery_in_the_middle_of_a_client_reads_the_real_clocks() -> None:
    read = FunctionType(
        machinery.__code__, {"__name__": "lab.explorer.some", "time": time, "datetime": datetime}
    )

    def client(r: Redis) -> Any:
        r.get("x")
        return all(one > 0 for one in read()) and read()[-1] < BEGINNING

    found: list[Any] = []
    explore(Scenario({"client": client}, lambda r, results: found.append(results["client"])))
    assert found == [True]


@pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
def test_outside_of_a_run_dates_are_the_real_ones() -> None:
    ambient.install()
    real = time.clock_gettime(time.CLOCK_REALTIME)
    for name, read in READINGS.items():
        if name not in ("perf_counter_ns", "clock_gettime_ns"):
            assert abs(read() - real) <= 86_400, name
    assert type(datetime.now()) is datetime
    assert type(Later.now()) is Later
    assert pickle.loads(pickle.dumps(datetime.now(UTC))).tzinfo is UTC
    assert time.strftime("%Y", time.gmtime(0)) == "1970"
    assert logging.Formatter("%(asctime)s").formatTime(logging.makeLogRecord({"created": 0.0}))[:2] in "1970"

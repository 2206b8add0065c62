"""A client that loops, waits or will not end is told as what it is, and never takes the app with it."""

from __future__ import annotations

import asyncio
import gc
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from redis import Redis

from lab.explorer import Verdict, explore
from lab.scenario import Bounds, Faults, Scenario


def verdict_of(client: Any, count: int = 2, **options: Any) -> Verdict:
    scenario = Scenario({f"C{number}": client for number in range(1, count + 1)}, **options)
    return explore(scenario, bounds=Bounds(seconds=0.5))


def test_a_client_that_waits_for_anything_else_is_told_with_its_line() -> None:
    hidden = frozenset((threading.Lock(),))  # out of the reach of any guard

    def client(r: Redis) -> None:
        (lock,) = hidden
        with lock:
            r.set("n", int(r.get("n") or 0) + 1)  # type: ignore[arg-type]

    verdict = verdict_of(client)
    assert verdict.status == "unsupported", verdict.says
    assert "a lock that another client holds" in verdict.says
    assert "test_hangs.py" in verdict.says


def test_whoever_waits_for_an_alarm_gets_it_after_the_exploration() -> None:
    rung: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(1))
    earlier = signal.setitimer(signal.ITIMER_REAL, 100, 0)
    try:
        verdict_of(lambda r: r.get("x"))
        left, _ = signal.getitimer(signal.ITIMER_REAL)
        assert 50 < left < 100
        signal.raise_signal(signal.SIGALRM)
        assert rung == [1]
    finally:
        signal.setitimer(signal.ITIMER_REAL, *earlier)
        signal.signal(signal.SIGALRM, before)


def test_a_loop_that_waits_for_the_clock_ends_at_the_bound_of_its_steps() -> None:
    def client(r: Redis) -> Any:
        end = time.time() + 1
        while time.time() < end:
            pass
        return r.get("x")

    verdict = verdict_of(client)
    assert (verdict.status, "12 steps of a client" in verdict.says) == ("bounded", True)


def test_many_readings_of_the_clock_that_do_not_wait_for_it_are_no_steps() -> None:
    def client(r: Redis) -> Any:
        for _ in range(900):
            time.time()
        return r.get("x")

    verdict = verdict_of(client)
    assert (verdict.status, verdict.schedules) == ("proved", 2)


def test_asyncio_is_refused_by_name() -> None:
    async def work(r: Redis) -> Any:
        return r.incr("n")

    async def sleeps(r: Redis) -> None:
        await asyncio.sleep(0.01)

    def by_hand(r: Redis) -> Any:
        with asyncio.Runner() as runner:
            return runner.run(work(r))

    for client in (lambda r: asyncio.run(work(r)), lambda r: asyncio.run(sleeps(r)), by_hand):
        verdict = verdict_of(client)
        assert (verdict.status, "C1 uses asyncio" in verdict.says) == ("unsupported", True), verdict.says
    with ThreadPoolExecutor(1) as apart:  # where no loop runs, whatever this thread is used for besides
        said = apart.submit(lambda: asyncio.run(asyncio.sleep(0, "outside of a client all is as ever")))
        assert said.result().endswith("ever")


def test_a_client_that_catches_even_its_crash_is_dropped(capfd: pytest.CaptureFixture[str]) -> None:
    def stubborn(r: Redis) -> Any:
        while True:
            try:
                return r.incr("n")
            except:  # noqa: E722 - as learners write it
                continue

    verdict = verdict_of(stubborn, faults=Faults(crashes=1))
    assert (verdict.status, verdict.schedules) == ("proved", 6)
    del verdict
    gc.collect()
    assert capfd.readouterr() == ("", "")
    assert verdict_of(lambda r: r.incr("n")).status == "proved"


def test_a_client_that_catches_its_refusal_is_refused_all_the_same() -> None:
    def stubborn(r: Redis) -> Any:
        while True:
            try:
                threading.Event().wait()
            except:  # noqa: E722 - as learners write it
                continue

    def computes(r: Redis) -> Any:
        while True:
            try:
                while True:
                    pass
            except:  # noqa: E722 - as learners write it
                continue

    for client, says in ((stubborn, "another thread"), (computes, "endless loop")):
        verdict = verdict_of(client)
        assert (verdict.status, says in verdict.says) == ("unsupported", True)


def test_a_real_interrupt_ends_the_search_and_one_that_a_client_raises_is_its_own() -> None:
    def pressed(r: Redis) -> None:
        signal.raise_signal(signal.SIGINT)

    def raises(r: Redis) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            verdict_of(pressed)
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
        verdict = verdict_of(raises)
    finally:
        signal.signal(signal.SIGINT, before)
    assert (verdict.status, "raised KeyboardInterrupt" in verdict.says) == ("violated", True)


def test_a_setup_or_an_invariant_that_waits_for_ever_is_refused_by_its_command() -> None:
    def waits(r: Redis, *_: Any) -> str | None:
        r.set("k", 1)
        while r.exists("k"):
            pass
        return None

    def writes(r: Redis) -> None:
        while True:
            r.incr("n")

    def client(r: Redis) -> Any:
        return r.get("x")

    for options, who, command in (
        ({"setup": waits}, "the setup", "EXISTS k"),
        ({"setup": writes}, "the setup", "INCRBY n 1"),
        ({"invariant": waits}, "the invariant", "EXISTS k"),
    ):
        verdict = verdict_of(client, **options)
        assert verdict.status == "unsupported"
        assert f"{who} does not come to an end" in verdict.says
        assert command in verdict.says

"""Locks of Python: fine inside a step, and refused at once where they would hold up another client."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from redis import ConnectionPool, Redis

from lab.explorer import Verdict, explore
from lab.scenario import Faults, Scenario

LOCK = threading.Lock()


class Counter:
    """Keeps its lock as an object does."""

    shared = threading.Lock()

    def __init__(self) -> None:
        self.own = threading.Lock()

    def count(self, r: Redis) -> None:
        with self.own:
            count(r)

    def count_in_class(self, r: Redis) -> None:
        with self.shared:
            count(r)


def count(r: Redis) -> None:
    r.set("n", int(r.get("n") or 0) + 1)  # type: ignore[arg-type]


def by_name(r: Redis) -> None:
    with LOCK:
        count(r)


def held(lock: Any, r: Redis) -> None:
    with lock:
        count(r)


def in_time(lock: Any, r: Redis) -> Any:
    if not lock.acquire(timeout=0.2):
        return "busy"
    try:
        return r.incr("n")
    finally:
        lock.release()


def at_once(lock: Any, r: Redis) -> Any:
    return r.incr("n") if lock.acquire(blocking=False) else "busy"


def closed_over(lock: Any, use: Callable[[Any, Redis], Any]) -> Callable[[Redis], Any]:
    return lambda r: use(lock, r)


def through(keeper: dict[str, list[Any]]) -> Callable[[Redis], Any]:
    return lambda r: held(keeper["locks"][0], r)


def verdict_of(client: Any, **options: Any) -> Verdict:
    return explore(Scenario({"Ann": client, "Ben": client}, **options))


@pytest.mark.parametrize(
    "client",
    [
        by_name,
        closed_over(threading.Lock(), held),
        closed_over(threading.RLock(), held),
        closed_over(threading.Lock(), in_time),
        closed_over(threading.Lock(), at_once),
        through({"locks": [threading.Lock()]}),
        partial(lambda keeper, r: held(keeper[0], r), [threading.Lock()]),
        Counter().count,
        Counter().count_in_class,
    ],
)
def test_a_lock_that_is_held_across_a_command_is_refused_at_once(client: Any) -> None:
    verdict = verdict_of(client)
    assert verdict.status == "unsupported", verdict.says
    assert "takes a lock of Python that is held across a command" in verdict.says


def test_a_client_that_is_alone_meets_its_own_lock_in_another_history() -> None:
    client = closed_over(threading.Lock(), held)
    verdict = explore(Scenario({"Ann": client}, faults=Faults(lost_replies=1)))
    assert (verdict.status, "Ann takes a lock" in verdict.says) == ("unsupported", True)


@pytest.mark.parametrize("lock", [threading.Lock(), threading.RLock()])
def test_a_lock_that_no_command_sees_is_nobodys_business(lock: Any) -> None:
    def client(r: Redis) -> Any:
        with lock:
            doubled = 2 * 21
        return [r.incrby("n", doubled), lock.acquire(), lock.release()]

    verdict = verdict_of(client)
    assert (verdict.status, verdict.schedules) == ("proved", 2), verdict.says
    assert lock.acquire(timeout=1)
    lock.release()


def test_a_client_that_takes_its_lock_twice_waits_for_itself() -> None:
    lock = threading.Lock()

    def client(r: Redis) -> None:
        with lock, lock:
            r.get("n")

    verdict = verdict_of(client)
    assert (verdict.status, "a lock that it holds itself" in verdict.says) == ("unsupported", True)


def test_a_lock_that_may_be_taken_twice_may_be() -> None:
    lock = threading.RLock()

    def client(r: Redis) -> Any:
        with lock, lock:
            pass
        return r.incr("n")

    assert verdict_of(client).status == "proved"


def test_a_search_that_begins_again_leaves_no_lock_behind() -> None:
    lock = threading.Lock()

    def client(r: Redis) -> Any:
        with lock:
            return r.blpop(["q"], 1)  # time has to move for it, which is known only now

    verdict = explore(Scenario({"Ann": client}), validate=1)
    assert (verdict.status, verdict.schedules) == ("proved", 1), verdict.says


def test_outside_of_a_client_a_lock_is_what_it_was() -> None:
    verdict_of(by_name)
    assert not LOCK.locked()
    with LOCK:
        assert LOCK.locked()
        assert not LOCK.acquire(blocking=False)
        assert not LOCK.acquire(timeout=0.001)


class Trap:
    """An object that answers no question about itself."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(name)


def test_locks_of_installed_packages_are_left_alone_and_strange_objects_too() -> None:
    pool, handler, trap = ConnectionPool(), logging.NullHandler(), Trap()
    before = pool._lock, handler.lock

    def client(r: Redis) -> Any:
        return r.incr("n"), len([pool, handler, trap])

    assert explore(Scenario({"a": client, "b": client})).status == "proved"
    assert (pool._lock, handler.lock) == before

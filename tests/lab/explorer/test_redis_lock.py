"""redis-py's own Lock: its token, its retries and its scripts are explored like anybody's."""

from __future__ import annotations

from typing import Any

from redis import Redis
from redis.exceptions import LockError

from lab.explorer import explore
from lab.scenario import Bounds, Faults, Scenario


def count_under_the_lock(r: Redis) -> bool:
    with r.lock("lock", timeout=10, sleep=0.5, blocking_timeout=1):
        r.set("n", int(r.get("n") or 0) + 1)  # type: ignore[arg-type]
    return True


def counted(r: Redis, results: Any) -> str | None:
    wrote = sum(type(result) is not LockError for result in results.values())  # that one never got the lock
    return None if int(r.get("n") or 0) >= wrote else "lost update"  # type: ignore[arg-type]


def scenario(**options: Any) -> Scenario:
    return Scenario(
        {"Ann": count_under_the_lock, "Ben": count_under_the_lock},
        invariant=counted, may_raise=(LockError,), **options,
    )  # fmt: skip


def test_two_clients_under_the_lock_of_redis_py_lose_no_update() -> None:
    verdict = explore(scenario(), bounds=Bounds(steps_per_client=30, seconds=10))
    assert verdict.status == "proved", verdict.says


def test_the_lock_of_redis_py_that_ends_during_the_work_lets_the_other_in() -> None:
    verdict = explore(scenario(faults=Faults(time_jumps=1)), bounds=Bounds(steps_per_client=30, seconds=10))
    assert verdict.status == "violated", verdict.says
    assert "lost update" in verdict.says
    assert "expired: lock" in str(verdict.counterexample)

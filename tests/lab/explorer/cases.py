"""Textbook patterns, broken and fixed, with the numbers that were measured for them by other means."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from redis import Redis, WatchError

from lab.scenario import Faults, Scenario


@dataclass(frozen=True)
class Case:
    """A scenario and what must come out."""

    name: str
    scenario: Scenario
    schedules: int
    violating: int


CASES: list[Case] = []


def case(name: str, schedules: int, violating: int, client: Any, count: int = 2, **options: Any) -> None:
    clients = client if isinstance(client, dict) else {f"C{number + 1}": client for number in range(count)}
    CASES.append(Case(name, Scenario(clients=clients, **options), schedules, violating))


# Rate limiter.
def limit_badly(r: Redis) -> bool:
    if r.incr("hits") == 1:
        r.expire("hits", 60)
    return True


def limit_well(r: Redis) -> Any:
    return r.register_script(
        "local n = redis.call('INCR', KEYS[1]) "
        "if n == 1 then redis.call('PEXPIRE', KEYS[1], 60000) end return n"
    )(keys=["hits"])


def counter_expires(r: Redis, results: Any) -> str | None:
    return "a counter without a TTL" if r.exists("hits") and r.ttl("hits") == -1 else None


case("limiter INCR;EXPIRE", 14, 4, limit_badly, invariant=counter_expires, faults=Faults(crashes=1))
case(
    "limiter Lua", 216, 0, limit_well, 3, invariant=counter_expires,
    faults=Faults(crashes=1, lost_replies=1, time_jumps=1),
)  # fmt: skip


# Counter.
def count_badly(r: Redis) -> bool:
    value = int(r.get("n") or 0)
    r.set("n", value + 1)
    return True


def count_well(r: Redis) -> bool:
    r.incr("n")
    return True


def nothing_lost(r: Redis, results: Any) -> str | None:
    n, done = int(r.get("n") or 0), len(results)
    return f"lost update: {done} clients are done and n is {n}" if n < done else None


def exactly_counted(r: Redis, results: Any) -> str | None:
    return f"n is {r.get('n')}" if int(r.get("n") or 0) > 2 else None


case("counter GET;SET", 6, 4, count_badly, invariant=nothing_lost)
case("counter INCR", 24, 0, count_well, 3, invariant=nothing_lost, faults=Faults(crashes=1))


# MULTI with and without WATCH.
def multi_only(r: Redis) -> bool:
    value = int(r.get("n") or 0)
    with r.pipeline() as pipe:
        pipe.set("n", value + 1)
        pipe.execute()
    return True


def watched(r: Redis) -> bool:
    with r.pipeline() as pipe:
        while True:
            try:
                pipe.watch("n")
                value = int(pipe.get("n") or 0)
                pipe.multi()
                pipe.set("n", value + 1)
                pipe.execute()
                return True
            except WatchError:
                continue


case("MULTI without WATCH", 6, 4, multi_only, invariant=nothing_lost)
case("WATCH/MULTI/EXEC", 52_980, 0, watched, 3, invariant=nothing_lost)


# Lock.
def locked(release: Callable[[Redis, str], None]) -> Callable[[Redis], Any]:
    def work(r: Redis) -> Any:
        token = str(uuid.uuid4())
        if not r.set("lock", token, nx=True, px=5000):
            return None
        r.rpush("held", token)
        release(r, token)
        return token

    return work


STEAL = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] and redis.call('DEL', KEYS[1]) == 1 then
  redis.call('SET', 'stolen', 1)
end
"""
SAFE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


def release_plain(r: Redis, token: str) -> None:
    r.eval(STEAL + " redis.call('DEL', KEYS[1])", 1, "lock", token)


def release_compared(r: Redis, token: str) -> None:
    if r.get("lock") == token:
        r.eval(STEAL + " redis.call('DEL', KEYS[1])", 1, "lock", token)


def release_safely(r: Redis, token: str) -> None:
    r.register_script(SAFE)(keys=["lock"], args=[token])


def not_stolen(r: Redis, results: Any) -> str | None:
    return "stolen release" if r.exists("stolen") else None


case("lock, plain DEL", 44, 14, locked(release_plain), invariant=not_stolen, faults=Faults(time_jumps=1))
case("lock, GET then DEL", 76, 6, locked(release_compared), invariant=not_stolen, faults=Faults(time_jumps=1))
case(
    "lock, Lua release", 126_126, 0, locked(release_safely), 3, invariant=not_stolen,
    faults=Faults(crashes=1, lost_replies=1, time_jumps=2),
)  # fmt: skip


# Scheduler.
def due_jobs(r: Redis) -> None:
    r.zadd("jobs", {"job": 1})


def poll_badly(r: Redis) -> None:
    for job in r.zrangebyscore("jobs", 0, 10):
        r.rpush("done", job)
        r.zrem("jobs", job)


def poll_well(r: Redis) -> None:
    for job in r.zrangebyscore("jobs", 0, 10):
        if r.zrem("jobs", job):
            r.rpush("done", job)


def ran_once(r: Redis, results: Any) -> str | None:
    return "double execution" if r.llen("done") > 1 else None


case("scheduler, run then ZREM", 20, 18, poll_badly, setup=due_jobs, invariant=ran_once)
case(
    "scheduler, ZREM claims", 4_134, 0, poll_well, 3, setup=due_jobs, invariant=ran_once,
    faults=Faults(crashes=1, lost_replies=1),
)  # fmt: skip


# Cart.
def add_badly(r: Redis) -> bool:
    quantity = int(r.hget("cart", "tea") or 0)
    r.hset("cart", "tea", quantity + 1)
    return True


def add_well(r: Redis) -> bool:
    r.hincrby("cart", "tea", 1)
    return True


def nothing_dropped(r: Redis, results: Any) -> str | None:
    return "lost quantity" if int(r.hget("cart", "tea") or 0) < len(results) else None


case("cart HGET;HSET", 6, 4, add_badly, invariant=nothing_dropped)
case("cart HINCRBY", 6, 0, add_well, 3, invariant=nothing_dropped)


# Cache-aside: the database is a hash on the same server.
def seeded(r: Redis) -> None:
    r.hset("db", "row", "old")


def read(r: Redis) -> Any:
    value = r.get("cache")
    if value is None:
        value = r.hget("db", "row")
        r.set("cache", value)
    return value


def write(r: Redis) -> None:
    r.hset("db", "row", "new")
    r.delete("cache")


def cache_agrees(r: Redis, results: Any) -> str | None:
    value = r.get("cache")
    return "stale set" if value is not None and value != r.hget("db", "row") else None


case("cache-aside", 10, 1, {"reader": read, "writer": write}, setup=seeded, invariant=cache_agrees)


# Sliding window.
def slide_badly(r: Redis) -> bool:
    now = time.time()
    r.zremrangebyscore("log", 0, now - 60)
    if r.zcard("log") >= 1:
        return False
    r.zadd("log", {str(uuid.uuid4()): now})
    return True


SLIDE = """
local now = redis.call('TIME')[1]
redis.call('ZREMRANGEBYSCORE', KEYS[1], 0, now - 60)
if redis.call('ZCARD', KEYS[1]) >= 1 then return 0 end
redis.call('ZADD', KEYS[1], now, ARGV[1])
return 1
"""


def slide_well(r: Redis) -> bool:
    return bool(r.register_script(SLIDE)(keys=["log"], args=[str(uuid.uuid4())]))


def one_admitted(r: Redis, results: Any) -> str | None:
    return "over-admission" if sum(result is True for result in results.values()) > 1 else None


case("sliding window", 20, 12, slide_badly, invariant=one_admitted)
case("sliding window Lua", 6, 0, slide_well, 3, invariant=one_admitted)


# Retries of redis-py.
def add_once(r: Redis) -> bool:
    script = "if redis.call('SET', KEYS[2], 1, 'NX', 'EX', 60) then redis.call('INCR', KEYS[1]) end"
    r.register_script(script)(keys=["n", f"seen:{uuid.uuid4()}"])
    return True


case(
    "INCR with retries", 8, 6, count_well, invariant=exactly_counted, faults=Faults(lost_replies=1),
    redis_retry="default",
)  # fmt: skip
case(
    "idempotency key", 8, 0, add_once, invariant=exactly_counted, faults=Faults(lost_replies=1),
    redis_retry="default",
)  # fmt: skip


# Queue.
def queued(r: Redis) -> None:
    r.rpush("queue", "job")


def work_badly(r: Redis) -> Any:
    found = r.brpop(["queue"], timeout=0)
    r.rpush("done", found[1])


def work_well(r: Redis) -> Any:
    job = r.blmove("queue", "working", 0, "RIGHT", "LEFT")
    r.rpush("done", job)
    r.lrem("working", 1, job)


def job_kept(r: Redis, results: Any) -> str | None:
    return "lost job" if not (r.llen("queue") + r.llen("working") + r.llen("done")) else None


case("queue BRPOP", 6, 2, work_badly, setup=queued, invariant=job_kept, faults=Faults(crashes=1))
case("queue BLMOVE", 15, 0, work_well, 3, setup=queued, invariant=job_kept, faults=Faults(crashes=1))

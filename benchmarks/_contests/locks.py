"""Taking a lock that is free and giving it back."""

from __future__ import annotations

import secrets

from benchmarks._contest import Batch, Contest, Contestant, Peer, repeat
from benchmarks._place import Place

RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


def floor(place: Place) -> Batch:
    redis = place.client()
    release = redis.register_script(RELEASE)

    def once() -> object:
        token = secrets.token_hex(16)
        return redis.set("lock:floor", token, nx=True, px=5_000) and release(
            keys=["lock:floor"], args=[token]
        )

    return repeat(once)


def ours(place: Place) -> Batch:
    from patterns.distributed_lock import Lock

    lock = Lock(place.client(), "ours")

    def once() -> object:
        lease = lock.acquire()
        return lease and lock.release(lease)

    return repeat(once)


def redis_py(place: Place) -> Batch:
    redis = place.client()

    def once() -> object:
        lock = redis.lock("lock:redis-py", timeout=5)
        taken = lock.acquire(blocking=False)
        lock.release()
        return taken

    return repeat(once)


def python_redis_lock(place: Place) -> Batch:
    from redis_lock import Lock

    redis = place.client(decode_responses=False)

    def once() -> object:
        lock = Lock(redis, "python-redis-lock", expire=5)
        taken = lock.acquire(blocking=False)
        lock.release()
        return taken

    return repeat(once)


def walrus(place: Place) -> Batch:
    from walrus import Database

    database = place.client(Database, decode_responses=False)

    def once() -> object:
        lock = database.lock("walrus", ttl=5_000)
        return lock.acquire(block=False) and lock.release()

    return repeat(once)


def pottery(place: Place) -> Batch:
    from pottery import Redlock

    masters = {place.client()}

    def once() -> object:
        lock = Redlock(key="pottery", masters=masters, auto_release_time=5)
        taken = lock.acquire(blocking=False)
        lock.release()
        return taken

    return repeat(once)


CONTESTS = (
    Contest(
        "distributed_lock",
        "take a free lock and give it back",
        Contestant(
            "SET NX PX, compare-and-DEL",
            "One holder until the TTL; only the holder releases. No fence.",
            floor,
        ),
        Contestant(
            "Lock",
            "One holder until the TTL; only the holder releases; a fence that the resource checks; "
            "a retry after a lost reply gets the same lease.",
            ours,
        ),
        (
            Peer(
                "redis-py Lock",
                "As the floor. No fence; a retry after a lost reply is told that the lock is taken.",
                redis_py,
                "redis",
                "weaker",
            ),
            Peer(
                "python-redis-lock",
                "As the floor; who waits is woken at release. No fence.",
                python_redis_lock,
                "python-redis-lock",
                "weaker",
            ),
            Peer(
                "walrus Lock",
                "As the floor; who waits is woken at release; the list that wakes them never goes. No fence.",
                walrus,
                "walrus",
                "weaker",
                "One script each way, as ours, and as many commands.",
            ),
            Peer(
                "pottery Redlock, one master",
                "As the floor, less a margin for clock drift; with five masters it survives two. No fence.",
                pottery,
                "pottery",
                "weaker",
            ),
        ),
    ),
)

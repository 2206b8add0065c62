"""Asking whether a request may pass, and it may: fifty requests from one client, then fifty from the next."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks._contest import Batch, Contest, Contestant, Peer, repeat
from benchmarks._place import Place

LIMIT, WINDOW = 100, 60
CLIENT_CLOCK = "Times come from the clients' clocks."


def clients() -> Iterator[str]:
    return (f"client-{turn // 50}" for turn in itertools.count())


def floor(place: Place) -> Batch:
    redis, client = place.client(), clients()

    def once() -> object:
        key = f"floor:{next(client)}"
        count = redis.incr(key)
        if count == 1:
            redis.expire(key, WINDOW)
        return count <= LIMIT

    return repeat(once)


def ours(algorithm: Any) -> Callable[[Place], Batch]:
    def start(place: Place) -> Batch:
        from patterns.rate_limiter import RateLimiter

        limiter, client = RateLimiter(place.client(), "ours", LIMIT, WINDOW, algorithm=algorithm), clients()
        return repeat(lambda: limiter.allow(next(client)).allowed)

    return start


def throttle(place: Place) -> Batch:
    from patterns.request_throttle import Throttle

    throttle, client = Throttle(place.client(), "ours", LIMIT, WINDOW), clients()
    return repeat(lambda: throttle.allow(next(client)).allowed)


def limits(strategy: str) -> Callable[[Place], Batch]:
    def start(place: Place) -> Batch:
        from limits import RateLimitItemPerMinute, storage, strategies

        pool = place.client(decode_responses=False).connection_pool
        store = storage.RedisStorage(place.url, connection_pool=pool, key_prefix=strategy)
        limiter = getattr(strategies, strategy)(store)
        item, client = RateLimitItemPerMinute(LIMIT), clients()
        return repeat(lambda: limiter.hit(item, next(client)))

    return start


def pyrate(place: Place) -> Batch:
    from pyrate_limiter import Duration, Rate
    from pyrate_limiter.buckets import RedisBucket
    from pyrate_limiter.limiter import Limiter

    # One bucket has one key; a bucket for each client would load its script for each.
    bucket = RedisBucket.init([Rate(10**6, Duration.MINUTE)], place.client(), "pyrate-limiter")
    limiter = Limiter(bucket)
    place.at_end(limiter.close)
    return repeat(lambda: limiter.try_acquire("client", blocking=False))


def walrus(place: Place) -> Batch:
    from walrus import Database

    database, client = place.client(Database, decode_responses=False), clients()
    limiter = database.rate_limit("walrus", limit=LIMIT, per=WINDOW)
    return repeat(lambda: not limiter.limit(next(client)))


def throttled(algorithm: str) -> Callable[[Place], Batch]:
    def start(place: Place) -> Batch:
        from throttled import Throttled, rate_limiter, store

        redis = store.RedisStore(server=place.url, options={"SOCKET_TIMEOUT": 5})
        limiter, client = (
            Throttled(using=algorithm, quota=rate_limiter.per_min(LIMIT), store=redis),
            clients(),
        )
        return repeat(lambda: not limiter.limit(next(client)).limited)

    return start


FLOOR = Contestant(
    "INCR, EXPIRE once",
    "Twice the limit around a boundary; a client that dies in between leaves it for ever.",
    floor,
)
WALRUS = Peer(
    "walrus rate_limit",
    f"Look and entry are three commands: racers pass together. {CLIENT_CLOCK}",
    walrus,
    "walrus",
    "weaker",
)
FIXED_WHY = "Its script is one INCRBY; ours asks the clock and keeps what a window that slides needs."
YES_OR_NO = "One script, as ours, that asks no clock and answers yes or no."
LIKE_OURS = "One script in one trip that does what ours does."

CONTESTS = (
    Contest(
        "rate_limiter",
        "admit a request, by an exact log",
        FLOOR,
        Contestant(
            'RateLimiter "log"',
            "Never more than the limit in any window, by the server's clock; says what remains and when to "
            "come back; the client's own retry counts once.",
            ours("log"),
        ),
        (
            Peer(
                "limits MovingWindow",
                f"Exact log. {CLIENT_CLOCK} Yes or no; what remains is a second call. A retry counts twice.",
                limits("MovingWindowRateLimiter"),
                "limits",
                "weaker",
                YES_OR_NO,
            ),
            Peer(
                "pyrate-limiter",
                f"Exact log. {CLIENT_CLOCK} No TTL: a thread in each process clears old entries away.",
                pyrate,
                "pyrate-limiter",
                "weaker",
                "Its script leaves the clearing to a thread, sets no TTL and asks no clock: two commands, "
                "not six.",
            ),
            WALRUS,
        ),
    ),
    Contest(
        "rate_limiter",
        "admit a request, by a sliding counter",
        FLOOR,
        Contestant(
            'RateLimiter "counter"',
            "At most the limit in a window of the clock, then only as that one fades, by the server's "
            "clock; says what remains and when to come back.",
            ours("counter"),
        ),
        (
            Peer(
                "limits SlidingWindowCounter",
                "Sliding counter, rounded in the client's favour. Yes or no; what remains is a second call.",
                limits("SlidingWindowCounterRateLimiter"),
                "limits",
                "weaker",
                YES_OR_NO,
            ),
            Peer(
                "limits FixedWindow",
                "Twice the limit around a boundary. Yes or no; what remains is a second call.",
                limits("FixedWindowRateLimiter"),
                "limits",
                "weaker",
                FIXED_WHY,
            ),
            Peer(
                "throttled-py sliding window",
                f"Sliding counter in two keys of different slots, which a cluster refuses. {CLIENT_CLOCK}",
                throttled("sliding_window"),
                "throttled-py",
                "weaker",
                LIKE_OURS,
            ),
        ),
    ),
    Contest(
        "request_throttle",
        "take a token",
        FLOOR,
        Contestant(
            "Throttle",
            "Burst and rate, exact to the millisecond by the server's clock; says what remains and when to "
            "come back.",
            throttle,
        ),
        (
            Peer(
                "throttled-py token bucket",
                "Burst and rate in whole tokens and seconds: what has come in since the last whole one is "
                "lost.",
                throttled("token_bucket"),
                "throttled-py",
                "weaker",
                LIKE_OURS,
            ),
            Peer(
                "throttled-py GCRA",
                "Burst and rate, by the server's clock; says what remains and when to come back.",
                throttled("gcra"),
                "throttled-py",
                "same",
                LIKE_OURS,
            ),
            Peer(
                "limits FixedWindow",
                "Twice the limit around a boundary; nothing saved up. Yes or no; what remains is a second "
                "call.",
                limits("FixedWindowRateLimiter"),
                "limits",
                "weaker",
                FIXED_WHY,
            ),
            WALRUS,
        ),
    ),
)

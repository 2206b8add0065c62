"""Fixes that learners try in the race lab: the wrong ones are violated, the right ones are proved."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from redis.exceptions import ResponseError

from lab.explorer import explore
from lessons import racing
from patterns.distributed_lock import Lease, NaiveLock, NaiveResource
from patterns.geo_search import NaiveDrivers
from patterns.idempotency_key import InProgress, NaiveIdempotency
from patterns.leaderboard import NaiveLeaderboard
from patterns.shopping_cart import NaiveCart
from patterns.social_timeline import NaiveTimelines
from patterns.stream_queue import NaiveQueue
from patterns.stream_queue.naive import delivered, in_group
from patterns.time_series import NaiveSeries
from patterns.unique_visitors import NaiveVisitors
from patterns.wire import carry_out, text

Fix = Mapping[type, Mapping[str, Callable[..., Any]]]


def verdict(
    monkeypatch: pytest.MonkeyPatch, slug: str, number: int, fix: Fix, clients: int | None = None
) -> str:
    """What the lab says of a race whose naive version has these methods instead of its own."""
    for version, methods in fix.items():
        for name, method in methods.items():
            monkeypatch.setattr(version, name, method)
    race = racing.races(slug)[number - 1]
    bounds = replace(race.bounds, seconds=90.0)
    return explore(racing.build(race, "naive", clients), backend="redis", bounds=bounds).status


# Locks: a token, and what is done with it in two steps


def acquire_with_token(self: NaiveLock) -> Lease | None:
    token = secrets.token_hex(16)
    return Lease(token, fence=0) if self.redis.set(self.key, token, nx=True, px=self.ttl_ms) else None


def acquire_then_fence(self: NaiveLock) -> Lease | None:
    lease = acquire_with_token(self)
    return lease and replace(lease, fence=int(self.redis.incr(f"{self.key}:fence")))


def renew_after_a_look(self: NaiveLock, lease: Lease) -> bool:
    mine = text(self.redis.get(self.key) or b"") == lease.token
    return mine and bool(self.redis.pexpire(self.key, self.ttl_ms))


FENCED = """
if tonumber(redis.call('HGET', KEYS[1], 'fence') or 0) > tonumber(ARGV[2]) then return 0 end
redis.call('HSET', KEYS[1], 'value', ARGV[1], 'fence', ARGV[2])
return 1
"""


def write_fenced(self: NaiveResource, value: str, lease: Lease) -> bool:
    return bool(self.redis.eval(FENCED, 1, self.key, value, lease.fence))


# Retries: a mark, set before what it stands for


def score_marked_first(self: NaiveLeaderboard, player: str, points: int, event_id: str) -> int:
    if not self.redis.set(f"{self.key}:seen:{event_id}", 1, nx=True, ex=86_400):
        return self.score(player) or 0
    return int(self.redis.zincrby(self.key, points, player))


def add_marked_first(self: NaiveCart, product: str, quantity: int, request_id: str) -> int:
    if not self.redis.set(f"{self.key}:seen:{request_id}", 1, nx=True, ex=600):
        return self._has(product)
    return int(self.redis.hincrby(self.key, product, quantity))


def post_marked_first(self: NaiveTimelines, author: str, post_id: str, says: str, at: float) -> int:
    return NAIVE_POST(self, author, post_id, says, at) if self.redis.set(post_id, 1, nx=True) else 0


NAIVE_POST = NaiveTimelines.post


def run_and_forget_errors(self: NaiveIdempotency, key: str, fingerprint: str, work: Callable[[], Any]) -> Any:
    record = f"{self.base}:{key}"
    if not self.redis.set(record, "pending", nx=True, px=self.lease_ms):
        raise InProgress(key, 1)
    try:
        response = work()
        carry_out(self.redis, response.effect)
    except Exception:
        self.redis.delete(record)
        raise
    return response


def run_then_note(self: NaiveIdempotency, key: str, fingerprint: str, work: Callable[[], Any]) -> Any:
    record = f"{self.base}:{key}"
    if self.redis.exists(record):
        return work()
    response = work()
    carry_out(self.redis, response.effect)
    self.redis.set(record, "done", px=86_400_000)
    return response


# The rest


def publish_into_one(self: NaiveQueue, body: Mapping[str, str]) -> str:
    return text(self.redis.xadd(self.key, dict(body), maxlen=1, approximate=False))


def read(queue: NaiveQueue, consumer: str, count: int) -> list[Any]:
    ask = partial(queue.redis.xreadgroup, queue.group, consumer, {queue.key: ">"}, count, None)
    return list(delivered(in_group(queue.redis, queue.key, queue.group, ask)))


def delete_unworked(self: NaiveQueue, consumer: str, work: Any, count: int = 10, **_: Any) -> int:
    messages = read(self, consumer, count)
    for message in messages:
        self.redis.xdel(self.key, message.id)
    return len(messages)


DONE_ONCE = """
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end
return redis.call('HINCRBY', KEYS[2], ARGV[3], ARGV[4])
"""


def claim_and_do_once(self: NaiveQueue, consumer: str, work: Any, count: int = 10, **_: Any) -> int:
    claimed = self.redis.xautoclaim(self.key, self.group, consumer, 30_000, "0-0")[1]
    messages = [*delivered([[self.key, claimed]]), *read(self, consumer, count)]
    for message in messages:
        effect = work(message)
        self.redis.eval(DONE_ONCE, 2, self.key, effect.key, self.group, message.id, *effect.args)
    return len(messages)


def add_a_moment_later(self: NaiveSeries, value: float, at_ms: int) -> bool:
    try:
        self.redis.execute_command("TS.ADD", self.key, at_ms, value)
    except ResponseError:
        self.redis.execute_command("TS.ADD", self.key, at_ms + 1, value)
    return True


def add_the_last(self: NaiveSeries, value: float, at_ms: int) -> bool:
    self.redis.execute_command("TS.ADD", self.key, at_ms, value, "ON_DUPLICATE", "LAST")
    return True


def visit_counted_always(self: NaiveVisitors, page: str, visitor: str, day: Any) -> None:
    key = self._key(page, day)
    with self.redis.pipeline(transaction=True) as transaction:
        transaction.pfadd(key, visitor)
        transaction.incr(f"{key}:count")
        transaction.execute()


def release_after_a_look(self: NaiveDrivers, driver: str, rider: str) -> bool:
    return self.assigned_to(driver) == rider and bool(self.redis.hdel(f"{self.key}:riders", driver))


def assign_with_an_end(
    self: NaiveDrivers, rider: str, latitude: float, longitude: float, radius: int
) -> str | None:
    for found in self.nearby(latitude, longitude, radius, 1_000):
        if self.redis.set(f"{self.key}:claim:{found.driver}", rider, nx=True, ex=15):
            return str(found.driver)
    return None


def assigned_to(self: NaiveDrivers, driver: str) -> str | None:
    rider = self.redis.get(f"{self.key}:claim:{driver}")
    return None if rider is None else text(rider)


WRONG: dict[str, tuple[str, int, Fix]] = {
    "a look, then PEXPIRE": (
        "distributed_lock", 2, {NaiveLock: {"acquire": acquire_with_token, "renew": renew_after_a_look}},
    ),
    "the fence a step later": (
        "distributed_lock", 3,
        {NaiveLock: {"acquire": acquire_then_fence}, NaiveResource: {"write": write_fenced}},
    ),
    "the event marked first": ("leaderboard", 1, {NaiveLeaderboard: {"add_points": score_marked_first}}),
    "the request marked first": ("shopping_cart", 1, {NaiveCart: {"add": add_marked_first}}),
    "the post marked first": ("social_timeline", 2, {NaiveTimelines: {"post": post_marked_first}}),
    "the key forgotten on an error": (
        "idempotency_key", 3, {NaiveIdempotency: {"run": run_and_forget_errors}},
    ),
    "the key noted afterwards": ("idempotency_key", 3, {NaiveIdempotency: {"run": run_then_note}}),
    "MAXLEN 1": ("stream_queue", 2, {NaiveQueue: {"publish": publish_into_one}}),
    "deleted without work": ("stream_queue", 2, {NaiveQueue: {"handle": delete_unworked}}),
    "the sample a moment later": ("time_series", 1, {NaiveSeries: {"add": add_a_moment_later}}),
    "each visit counted": ("unique_visitors", 1, {NaiveVisitors: {"visit": visit_counted_always}}),
    "a look, then HDEL": ("geo_search", 4, {NaiveDrivers: {"release": release_after_a_look}}),
}  # fmt: skip
CLIENTS = {"a look, then HDEL": 3}  # more than the race has by itself

RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"

RIGHT: dict[str, tuple[str, int, Fix]] = {
    "claimed when idle, done and acknowledged in one script": (
        "stream_queue", 1, {NaiveQueue: {"handle": claim_and_do_once}},
    ),
    "ON_DUPLICATE LAST": ("time_series", 1, {NaiveSeries: {"add": add_the_last}}),
    "a claim with an end, and a release that compares": (
        "geo_search", 3,
        {
            NaiveDrivers: {
                "assign": assign_with_an_end,
                "assigned_to": assigned_to,
                "release": lambda self, driver, rider: bool(
                    self.redis.eval(RELEASE, 1, f"{self.key}:claim:{driver}", rider)
                ),
            }
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_fix_is_violated(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert verdict(monkeypatch, *WRONG[name], CLIENTS.get(name)) == "violated"


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_fix_is_proved(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert verdict(monkeypatch, *RIGHT[name]) == "proved"

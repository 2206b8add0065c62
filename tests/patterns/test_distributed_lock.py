"""One contract for both locks, how the naive one goes wrong, what the hardened one promises."""

from __future__ import annotations

import math
import secrets
import threading

import pytest
from redis import Redis
from redis.exceptions import ConnectionError, ResponseError

from patterns.distributed_lock import Lease, LeaseLost, Lock, NaiveLock, NaiveResource, Resource
from tests.patterns.bench import eventually, keyspace, round_trips, together

KEY, FENCE, RESOURCE = "lock:{report}", "lock:{report}:fence", "resource:{report}"
BOTH = pytest.mark.parametrize(
    ("lock_type", "resource_type"), [(NaiveLock, NaiveResource), (Lock, Resource)], ids=["naive", "hardened"]
)
LockType = type[NaiveLock] | type[Lock]
ResourceType = type[NaiveResource] | type[Resource]


class LocalTime:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.at, self.slept = 0.0, []

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds


# The contract


@BOTH
def test_only_one_can_hold_it(lock_type: LockType, resource_type: ResourceType, client: Redis) -> None:
    ann, ben = lock_type(client, "report"), lock_type(client, "report")
    assert isinstance(ann.acquire(), Lease)
    assert ben.acquire() is None


@BOTH
def test_a_released_lock_can_be_had_again(
    lock_type: LockType, resource_type: ResourceType, client: Redis
) -> None:
    lock = lock_type(client, "report")
    lease = lock.acquire()
    assert lock.release(lease) is True
    assert lock.release(lease) is False
    assert lock.acquire() is not None


@BOTH
def test_a_lock_ends_by_itself(lock_type: LockType, resource_type: ResourceType, client: Redis) -> None:
    lock = lock_type(client, "report", 60_000)
    lease = lock.acquire()
    assert keyspace(client)[KEY] == ("string", 60)
    client.delete(KEY)  # the minute is over
    assert lock.renew(lease) is False
    assert lock.release(lease) is False


@BOTH
def test_renewing_starts_the_time_again(
    lock_type: LockType, resource_type: ResourceType, client: Redis
) -> None:
    lock = lock_type(client, "report", 60_000)
    lease = lock.acquire()
    client.pexpire(KEY, 5_000)
    assert lock.renew(lease) is True
    assert keyspace(client)[KEY] == ("string", 60)


@BOTH
def test_locks_and_namespaces_do_not_mix(
    lock_type: LockType, resource_type: ResourceType, client: Redis
) -> None:
    for lock in (
        lock_type(client, "report"),
        lock_type(client, "invoice"),
        lock_type(client, "report", namespace="other:"),
    ):
        assert lock.acquire() is not None


@BOTH
def test_the_holder_writes_as_often_as_needed(
    lock_type: LockType, resource_type: ResourceType, client: Redis
) -> None:
    lease = lock_type(client, "report").acquire()
    resource = resource_type(client, "report")
    assert resource.read() is None
    for value in ("draft", "", "Žofie 🎉"):
        assert resource.write(value, lease) is True
        assert resource.read() == value


@pytest.mark.parametrize(
    ("lock_type", "resource_type", "left"),
    [
        (NaiveLock, NaiveResource, {KEY: ("string", 5), RESOURCE: ("hash", None)}),
        (Lock, Resource, {KEY: ("string", 5), FENCE: ("string", None), RESOURCE: ("hash", None)}),
    ],
    ids=["naive", "hardened"],
)
def test_the_keys_left_behind_are_those_of_the_card(
    lock_type: LockType, resource_type: ResourceType, left: dict[str, object], client: Redis
) -> None:
    lock = lock_type(client, "report")
    lease = lock.acquire()
    resource_type(client, "report").write("done", lease)
    assert keyspace(client) == left
    lock.release(lease)
    assert keyspace(client) == {key: state for key, state in left.items() if key != KEY}


@BOTH
@pytest.mark.parametrize("ttl_ms", [0, -1, 1.5, math.nan, True, None, "5000", 86_400_001])
def test_a_bad_ttl_never_leaves(
    lock_type: LockType, resource_type: ResourceType, ttl_ms: int, nowhere: Redis
) -> None:
    with pytest.raises(ValueError, match="ttl_ms must be"):
        lock_type(nowhere, "report", ttl_ms)


@BOTH
@pytest.mark.parametrize("name", ["", "a{b", "a}b", b"report", None, "x" * 257])
def test_a_bad_name_never_leaves(
    lock_type: LockType, resource_type: ResourceType, name: str, nowhere: Redis
) -> None:
    for kind in (lock_type, resource_type):
        with pytest.raises(ValueError, match="name must"):
            kind(nowhere, name)


@BOTH
def test_no_lease_or_no_text_never_leaves(
    lock_type: LockType, resource_type: ResourceType, nowhere: Redis
) -> None:
    lock, resource = lock_type(nowhere, "report"), resource_type(nowhere, "report")
    for ask in (lock.release, lock.renew, lambda lease: resource.write("draft", lease)):
        with pytest.raises(ValueError, match=r"lease must be what acquire\(\) handed out, not None"):
            ask(None)
    with pytest.raises(ValueError, match="value must be text, not bytes"):
        resource.write(b"draft", Lease("token", 1))


@BOTH
def test_a_key_of_another_type_is_kept(
    lock_type: LockType, resource_type: ResourceType, client: Redis
) -> None:
    client.set(RESOURCE, "mine")
    with pytest.raises(ResponseError, match="WRONGTYPE"):
        resource_type(client, "report").write("draft", Lease("token", 1))
    assert keyspace(client) == {RESOURCE: ("string", None)}


# How the naive one goes wrong: Ann's time runs out, Ben takes the lock, Ann wakes up


@pytest.fixture
def late_ann(redis: Redis) -> tuple[NaiveLock, Lease, Lease]:
    lock = NaiveLock(redis, "report")
    ann = lock.acquire()
    redis.delete(KEY)  # Ann's five seconds are over
    return lock, ann, lock.acquire()


def test_naive_stolen_release(late_ann: tuple[NaiveLock, Lease, Lease]) -> None:
    lock, ann, _ben = late_ann
    assert lock.release(ann) is True
    assert lock.acquire() is not None  # Cleo is in while Ben still works


def test_naive_two_holders(late_ann: tuple[NaiveLock, Lease, Lease]) -> None:
    lock, ann, ben = late_ann
    assert (lock.renew(ann), lock.renew(ben)) == (True, True)  # both are told to go on


def test_naive_stale_writer(redis: Redis, late_ann: tuple[NaiveLock, Lease, Lease]) -> None:
    _lock, ann, ben = late_ann
    resource = NaiveResource(redis, "report")
    resource.write("Ben's report", ben)
    assert resource.write("Ann's old draft", ann) is True
    assert resource.read() == "Ann's old draft"  # and Ben's report is gone


# What the hardened one promises


def test_a_late_holder_can_neither_release_nor_renew_nor_write(anywhere: Redis) -> None:
    lock, resource = Lock(anywhere, "report"), Resource(anywhere, "report")
    ann = lock.acquire()
    anywhere.delete(KEY)  # Ann's five seconds are over
    ben = lock.acquire()
    anywhere.pexpire(KEY, 60_000)
    assert resource.write("Ben's report", ben) is True
    assert (lock.release(ann), lock.renew(ann), resource.write("Ann's old draft", ann)) == (False,) * 3
    assert resource.read() == "Ben's report"
    assert keyspace(anywhere)[KEY] == ("string", 60)
    assert lock.release(ben) is True


def test_a_late_holder_may_write_until_its_successor_has(anywhere: Redis) -> None:
    lock, resource = Lock(anywhere, "report"), Resource(anywhere, "report")
    ann = lock.acquire()
    anywhere.delete(KEY)
    lock.acquire()
    assert resource.write("Ann's old draft", ann) is True


def test_every_fence_is_higher_than_the_one_before(anywhere: Redis) -> None:
    lock, fences = Lock(anywhere, "report"), []
    for _round in range(3):
        lease = lock.acquire()
        fences.append(lease.fence)
        lock.release(lease)
    assert fences == [1, 2, 3]


def test_asking_in_vain_uses_up_no_fence(anywhere: Redis) -> None:
    lock = Lock(anywhere, "report")
    lease = lock.acquire()
    assert [lock.acquire() for _try in range(3)] == [None] * 3
    lock.release(lease)
    assert lock.acquire().fence == lease.fence + 1


def test_fences_are_compared_as_numbers(anywhere: Redis) -> None:
    resource = Resource(anywhere, "report")
    assert resource.write("nine", Lease("a", 9)) is True
    assert resource.write("ten", Lease("b", 10)) is True
    assert resource.write("nine again", Lease("a", 9)) is False


def test_a_retry_after_a_lost_reply_gets_the_same_lease(
    anywhere: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "token_hex", lambda size: "the token of one call")
    lock = Lock(anywhere, "report")
    assert lock.acquire() == lock.acquire() == Lease("the token of one call", 1)


def test_tokens_cannot_be_guessed(anywhere: Redis) -> None:
    first, second = Lock(anywhere, "report").acquire(), Lock(anywhere, "invoice").acquire()
    assert len(first.token) == 32
    assert first.token != second.token


def test_of_many_threads_one_gets_it(redis: Redis) -> None:
    lock = Lock(redis, "report", ttl_ms=60_000)
    leases = together(*[lock.acquire] * 8)
    assert [lease.fence for lease in leases if lease] == [1]


def test_a_lock_key_of_another_type_is_reported_and_kept(anywhere: Redis) -> None:
    anywhere.rpush(KEY, "mine")
    lock = Lock(anywhere, "report")
    for ask in (lock.acquire, lambda: lock.release(Lease("t", 1)), lambda: lock.renew(Lease("t", 1))):
        with pytest.raises(ResponseError, match="WRONGTYPE"):
            ask()
    assert keyspace(anywhere) == {KEY: ("list", None)}


def test_a_broken_fence_counter_gives_no_lease(anywhere: Redis) -> None:
    anywhere.set(FENCE, "not a number")
    with pytest.raises(ResponseError, match="not an integer"):
        Lock(anywhere, "report").acquire()
    assert KEY not in keyspace(anywhere)


# Waiting


def test_waiting_ends_when_the_lock_is_free(anywhere: Redis) -> None:
    lock, time = Lock(anywhere, "report"), LocalTime()
    held = lock.acquire()

    def sleep(seconds: float) -> None:
        time.sleep(seconds)
        if len(time.slept) == 3:
            lock.release(held)

    waiting = Lock(anywhere, "report", now=time.now, sleep=sleep, random=lambda: 1.0)
    assert waiting.acquire_wait(10).fence == 2
    assert time.slept == [0.01, 0.02, 0.04]


def test_waiting_gives_up_at_the_deadline_after_one_last_try(anywhere: Redis) -> None:
    Lock(anywhere, "report").acquire()
    time = LocalTime()
    waiting = Lock(anywhere, "report", now=time.now, sleep=time.sleep, random=lambda: 0.0)
    assert waiting.acquire_wait(2) is None
    assert time.at == pytest.approx(2)
    assert max(time.slept) == 0.25
    assert waiting.acquire_wait(0) is None


@pytest.mark.parametrize("timeout", [-1, math.nan, math.inf, None, "2"])
def test_a_bad_timeout_never_leaves(timeout: float, nowhere: Redis) -> None:
    with pytest.raises(ValueError, match="timeout must be"):
        Lock(nowhere, "report").acquire_wait(timeout)


# Keeping alive


def test_a_lease_is_renewed_while_the_block_runs(redis: Redis) -> None:
    lock = Lock(redis, "report", 60_000)
    lease = lock.acquire()
    with lock.keep_alive(lease, every=0.001) as held:
        for _round in range(3):
            redis.pexpire(KEY, 30_000)
            assert eventually(lambda: redis.pttl(KEY) > 30_000)
        held.check()
        assert held.lost is False
    redis.pexpire(KEY, 30_000)
    assert not [thread for thread in threading.enumerate() if thread.name == "lease renewal"]
    assert lock.release(lease) is True


def test_the_block_is_told_when_another_holds_the_lock(redis: Redis) -> None:
    lock = Lock(redis, "report", 60_000)
    with lock.keep_alive(lock.acquire(), every=0.001) as held:
        redis.set(KEY, "another holder", px=60_000)
        assert eventually(lambda: held.lost)
        with pytest.raises(LeaseLost, match="another may hold the lock"):
            held.check()
    assert redis.get(KEY) == "another holder"


def test_the_block_is_told_when_redis_has_been_silent_for_a_whole_ttl(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    time, asked = LocalTime(), threading.Event()
    lock = Lock(redis, "report", 5_000, now=time.now)
    with lock.keep_alive(lock.acquire(), every=0.001) as held:

        def unreachable(lease: Lease) -> bool:
            asked.set()
            raise ConnectionError("no route to host")

        monkeypatch.setattr(lock, "renew", unreachable)
        assert asked.wait(10)
        time.at = 4.9
        assert held.lost is False
        time.at = 5.0
        assert held.lost is True
        time.at = 0.0
        assert held.lost is True  # once lost it stays lost


def test_a_lease_that_is_already_lost_opens_no_block(redis: Redis) -> None:
    lock = Lock(redis, "report")
    lease = lock.acquire()
    lock.release(lease)
    entered = False
    with pytest.raises(LeaseLost), lock.keep_alive(lease):
        entered = True
    assert not entered


def test_a_bad_lease_or_interval_is_refused_at_once(nowhere: Redis) -> None:
    with pytest.raises(ValueError, match="lease must be"):
        Lock(nowhere, "report").keep_alive(None)
    with pytest.raises(ValueError, match="every must be between"):
        Lock(nowhere, "report").keep_alive(Lease("t", 1), every=6)


def test_every_method_takes_one_round_trip(redis: Redis) -> None:
    lock, resource = Lock(redis, "report"), Resource(redis, "report")
    lease = lock.acquire()
    methods = (
        lambda: resource.write("draft", lease),
        resource.read,
        lambda: lock.renew(lease),
        lambda: lock.release(lease),
        lock.acquire,
        lambda: lock.acquire_wait(0),
    )
    for method in methods:  # loads the scripts
        method()
    for method in methods:
        with round_trips(redis) as count:
            method()
        assert count.number == 1


def test_a_renewal_that_would_come_too_late_is_refused(nowhere: Redis) -> None:
    with pytest.raises(ValueError, match=r"every must be between 0.001 and 2.5"):
        Lock(nowhere, "report", ttl_ms=5_000).keep_alive(Lease("t", 1), every=2.6)


def test_to_ask_before_the_block_loses_nothing(redis: Redis) -> None:
    lock = Lock(redis, "report", ttl_ms=60_000)
    held = lock.keep_alive(lock.acquire())
    assert not held.lost
    with held:
        assert not held.lost

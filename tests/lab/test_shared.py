"""Learners on one server: apart from each other, and gone without a trace."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from redis import Redis
from redis.exceptions import AuthenticationError, NoPermissionError, ResponseError

from lab.address import read_url
from lab.errors import LabError
from lab.shared import FENCED_NOTE, LEARNERS, LOST_AFTER, UNFENCED_NOTE, Learner, SharedServer
from tests.doubles import TcpRedis, redis_over_tcp

PASSWORD = "s3cret"


@pytest.fixture(scope="module")
def server() -> Iterator[TcpRedis]:
    with redis_over_tcp(requirepass=PASSWORD) as it:
        yield it


@pytest.fixture
def admin(server: TcpRedis) -> Iterator[Redis]:
    it = Redis(port=server.port, password=PASSWORD, decode_responses=True, socket_timeout=2)
    it.flushall()
    yield it
    it.close()


class Time:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = 1_000_000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def shared(server: TcpRedis, admin: Redis) -> Iterator[SharedServer]:
    it = SharedServer(read_url(f"redis://:{PASSWORD}@{server.where}"), Time())
    yield it
    it.close()


@pytest.fixture
def ann(shared: SharedServer) -> Iterator[Learner]:
    it = shared.learner("ann")
    yield it
    shared.release(it)


@pytest.fixture
def anns(ann: Learner) -> Iterator[Redis]:
    it = ann.spec.client(decode_responses=True)
    yield it
    it.close()


def test_a_learner_has_a_user_a_namespace_and_a_backend_that_says_so(ann: Learner, anns: Redis) -> None:
    assert anns.acl_whoami() == ann.spec.kwargs["username"]
    assert str(anns.acl_whoami()).startswith("ks-ann-")
    assert ann.namespace("leaderboard") == "ks:ann:leaderboard:"
    assert ann.backend.shared
    assert ann.backend.origin == "REDIS_URL"
    assert ann.backend.title.endswith(f"shared, at {ann.backend.program}")
    assert FENCED_NOTE in ann.backend.notes
    assert ann.spec.kwargs["password"] != PASSWORD


def test_the_commands_of_the_patterns_work_on_keys_of_ones_own(anns: Redis) -> None:
    mine = "ks:ann:lesson:"
    anns.set(f"{mine}a", "1", px=1000)
    anns.zadd(f"{mine}z", {"ann": 1})
    anns.geoadd(f"{mine}g", (13.4, 52.5, "ann"))
    anns.xadd(f"{mine}s", {"a": "1"})
    anns.pfadd(f"{mine}h", "a")
    assert anns.eval("return redis.call('INCR', KEYS[1])", 1, f"{mine}a") == 2
    assert anns.evalsha(anns.script_load("return redis.call('TIME')"), 0)
    with anns.pipeline() as pipe:
        pipe.watch(f"{mine}a")
        pipe.multi()
        pipe.incr(f"{mine}a")
        assert pipe.execute() == [3]
    assert anns.publish(f"{mine}channel", "hello") == 0
    assert {anns.type(key) for key in anns.scan_iter(f"{mine}*")} == {"string", "zset", "stream"}
    assert anns.pttl(f"{mine}a") > 0
    assert anns.memory_usage(f"{mine}a")
    assert anns.time()


FORBIDDEN = [
    ("GET", "ks:ben:lesson:a"),
    ("SET", "other", "1"),
    ("COPY", "ks:ann:a", "ks:ben:a"),
    ("PUBLISH", "ks:ben:channel", "x"),
    ("FLUSHALL",),
    ("FLUSHDB",),
    ("KEYS", "*"),
    ("RANDOMKEY",),
    ("DBSIZE",),
    ("SELECT", "1"),
    ("SWAPDB", "0", "1"),
    ("CONFIG", "SET", "maxmemory", "1"),
    ("DEBUG", "SLEEP", "0"),
    ("SHUTDOWN",),
    ("MONITOR",),
    ("CLIENT", "LIST"),
    ("CLIENT", "KILL", "TYPE", "normal"),
    ("CLIENT", "PAUSE", "1"),
    ("CLIENT", "TRACKING", "ON", "BCAST"),
    ("ACL", "LIST"),
    ("SCRIPT", "FLUSH"),
    ("SCRIPT", "KILL"),
    ("FUNCTION", "FLUSH"),
    ("REPLICAOF", "NO", "ONE"),
    ("PUBSUB", "CHANNELS"),
]


@pytest.mark.parametrize("command", FORBIDDEN, ids=" ".join)
def test_what_would_reach_others_is_forbidden(anns: Redis, admin: Redis, command: tuple[str, ...]) -> None:
    admin.set("ks:ben:lesson:a", "secret")
    with pytest.raises((NoPermissionError, ResponseError), match=r"permission|not allowed"):
        anns.execute_command(*command)
    assert admin.get("ks:ben:lesson:a") == "secret"


def test_a_script_reaches_no_further_than_its_learner(anns: Redis, admin: Redis) -> None:
    admin.set("ks:ben:lesson:a", "secret")
    with pytest.raises(ResponseError, match=r"(?i)acl|can't access|permission"):
        anns.eval("return redis.call('GET', 'ks:ben:lesson:a')", 0)


def test_what_cannot_be_shared_is_off_with_a_reason(ann: Learner) -> None:
    for name in ("search", "graph", "client_tracking", "functions", "acl", "config"):
        assert not ann.backend.can(name)
        assert ann.backend.why_not(name).startswith("Learners share this server")
    assert ann.backend.can("scripts")
    assert ann.backend.can("hyperloglog")


def test_a_learner_who_leaves_takes_everything_along(shared: SharedServer, admin: Redis) -> None:
    ann, ben = shared.learner("ann"), shared.learner("ben")
    with ann.spec.client() as client:
        client.mset({f"ks:ann:lesson:{number}": "x" for number in range(1_200)})
    with ben.spec.client() as client:
        client.set("ks:ben:lesson:a", "1")
    admin.set("somebody:elses", "1")
    shared.release(ann)
    assert sorted(admin.keys()) == ["ks:ben:lesson:a", LEARNERS, "somebody:elses"]
    assert admin.acl_users() == ["default", ben.spec.kwargs["username"]]
    with ann.spec.client() as client, pytest.raises(AuthenticationError):
        client.ping()
    shared.release(ben)
    assert admin.keys() == ["somebody:elses"]


def test_learners_of_a_killed_app_are_removed_by_the_next_after_an_hour(
    server: TcpRedis, shared: SharedServer, admin: Redis
) -> None:
    lost = shared.learner("lost")
    with lost.spec.client() as client:
        client.set("ks:lost:lesson:a", "1")
    later = Time()
    for seconds, left in ((LOST_AFTER - 1, ["ks:learners", "ks:lost:lesson:a"]), (LOST_AFTER + 1, [])):
        later.at = 1_000_000.0 + seconds
        SharedServer(read_url(f"redis://:{PASSWORD}@{server.where}"), later).close()
        assert sorted(admin.keys()) == left
    assert admin.acl_users() == ["default"]


def test_a_learner_who_is_seen_now_and_then_stays(shared: SharedServer, ann: Learner, admin: Redis) -> None:
    first = admin.zscore(LEARNERS, "ann")
    shared.touch(ann)
    assert admin.zscore(LEARNERS, "ann") == first
    shared._now.at += 100  # type: ignore[attr-defined]
    shared.touch(ann)
    assert admin.zscore(LEARNERS, "ann") == first + 100


def test_a_server_that_forgot_its_users_is_noticed(shared: SharedServer, ann: Learner, admin: Redis) -> None:
    assert shared.still_there(ann)
    admin.acl_deluser(ann.spec.kwargs["username"])
    assert not shared.still_there(ann)


def test_two_apps_with_the_same_learner_do_not_lock_each_other_out(
    server: TcpRedis, shared: SharedServer, ann: Learner
) -> None:
    other = SharedServer(read_url(f"redis://:{PASSWORD}@{server.where}"), Time())
    again = other.learner("ann")
    assert shared.still_there(ann)
    assert other.still_there(again)
    other.release(again)
    assert shared.still_there(ann)
    other.close()


def test_an_owner_of_any_name_gets_a_harmless_tag(shared: SharedServer) -> None:
    for owner in ("with space", "{brace}", "*", "ü", "x" * 100, "a:b"):
        learner = shared.learner(owner)
        assert learner.tag.isalnum()
        with learner.spec.client() as client:
            client.set(learner.namespace("lesson") + "a", "1")
        shared.release(learner)


def test_without_the_right_to_make_users_names_keep_learners_apart_and_it_is_said() -> None:
    with redis_over_tcp(user="app on >pw ~ks:* &ks:* +@all -acl") as server:
        shared = SharedServer(read_url(f"redis://app:pw@{server.where}"))
        learner = shared.learner("ann")
        assert UNFENCED_NOTE in learner.backend.notes
        assert learner.spec.kwargs["username"] == "app"
        assert not learner.backend.can("config")
        with learner.spec.client(decode_responses=True) as client:
            client.set("ks:ann:lesson:a", "1")
            shared.release(learner)
            assert list(client.scan_iter()) == []
        shared.close()


def test_a_user_who_may_not_write_is_told() -> None:
    with redis_over_tcp(user="app on >pw ~* &* +@read +info +hello") as server:
        shared = SharedServer(read_url(f"redis://app:pw@{server.where}"))
        with pytest.raises(LabError, match="may not do what Keyspace needs") as caught:
            shared.learner("ann")
        shared.close()
    assert caught.value.kind == "permission"


def test_a_database_other_than_the_first_is_used(server: TcpRedis, admin: Redis) -> None:
    shared = SharedServer(read_url(f"redis://:{PASSWORD}@{server.where}/3"))
    learner = shared.learner("ann")
    with learner.spec.client() as client:
        client.set("ks:ann:lesson:a", "1")
    assert admin.dbsize() == 0
    third = Redis(port=server.port, password=PASSWORD, db=3, socket_timeout=2)
    assert third.exists("ks:ann:lesson:a")
    shared.release(learner)
    assert third.dbsize() == 0
    third.close()
    shared.close()


def test_a_server_that_is_gone_does_not_stop_anybody_from_leaving() -> None:
    with redis_over_tcp() as server:
        shared = SharedServer(read_url(f"redis://{server.where}"))
        learner = shared.learner("ann")
    shared.release(learner)
    with pytest.raises(LabError, match="the connection was refused"):
        shared.learner("ben")
    with pytest.raises(LabError, match="the connection was refused"):
        shared.still_there(learner)
    shared.close()

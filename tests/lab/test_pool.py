"""A Redis for every learner, whatever happens to it, and nothing of it left afterwards."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError

from lab import pool as module
from lab.bench import Bench
from lab.errors import LabError
from lab.guardian import guardian
from lab.pool import ServerPool
from lab.server import PrivateServer
from tests.doubles import AUTHORITY, closed_port, redis_over_tcp, tls_front
from tests.waiting import is_running, wait_until


class Time:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def now() -> Time:
    return Time()


@pytest.fixture
def pool(now: Time) -> Iterator[ServerPool]:
    it = ServerPool("", now=now)
    yield it
    it.close()


def add(bench: Bench, prefix: str = "") -> int:
    """What a lesson does: run a demo."""
    outcome = bench.run(lambda it: int(it.client("ann").incr(f"{prefix}visits")))
    assert outcome.failure is None, outcome.failure
    assert outcome.value is not None
    return outcome.value


def server_of(pool: ServerPool, owner: str) -> PrivateServer:
    server = pool.server(owner)
    assert server is not None
    return server


def test_each_owner_has_a_server_and_each_lesson_a_keyspace(pool: ServerPool) -> None:
    first, other = pool.bench("ann", "leaderboard"), pool.bench("ann", "geo_search")
    assert pool.bench("ann", "leaderboard") is first
    assert (add(first), add(first), add(other)) == (1, 2, 1)
    assert add(pool.bench("ben", "leaderboard")) == 1
    assert server_of(pool, "ann").pid != server_of(pool, "ben").pid
    assert first.namespace == ""
    assert pool.notice("ann") is None
    assert first.reset() == 1
    assert add(other) == 2


def test_a_lesson_that_needs_search_has_the_one_database_in_which_it_works(pool: ServerPool) -> None:
    before, bench = pool.bench("ann", "leaderboard"), pool.bench("ann", "text", needs={"search"})
    assert bench.client().connection_pool.connection_kwargs["db"] == 0
    assert before.client().connection_pool.connection_kwargs["db"] != 0
    assert pool.backend("ann").can("search") == ("search" in pool.backend("ann").modules)


def test_the_backend_is_known_before_any_bench(pool: ServerPool) -> None:
    assert pool.backend("ann").title.endswith("a server of your own")
    assert pool.problem is None


def test_a_killed_server_is_started_again_and_the_owner_told_once(pool: ServerPool) -> None:
    add(pool.bench("ann", "leaderboard"))
    os.kill(server_of(pool, "ann").pid, signal.SIGKILL)
    assert add(pool.bench("ann", "leaderboard")) == 1
    assert (
        pool.notice("ann") == "Your Redis server stopped (signal 9) and was started again; its keys are gone."
    )
    assert pool.notice("ann") is None
    assert add(pool.bench("ann", "leaderboard")) == 2


def test_a_bench_of_a_killed_server_fails_with_a_sentence_and_the_next_one_works(pool: ServerPool) -> None:
    bench = pool.bench("ann", "leaderboard")
    server_of(pool, "ann").kill()
    outcome = bench.run(lambda it: it.client().incr("visits"))
    assert outcome.failure is not None
    assert outcome.failure.kind == "ConnectionError"
    assert add(pool.bench("ann", "leaderboard")) == 1


def test_a_server_that_hangs_is_ended_and_started_again(
    pool: ServerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.2)
    add(pool.bench("ann", "leaderboard"))
    hung = server_of(pool, "ann")
    hung.signal(signal.SIGSTOP)
    assert add(pool.bench("ann", "leaderboard")) == 1
    assert not is_running(hung.pid)
    assert (
        pool.notice("ann") == "Your Redis server no longer answered and was started again; its keys are gone."
    )


def test_a_script_that_never_ends_costs_the_learner_only_the_keys(
    pool: ServerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.7)
    pool.bench("ann", "leaderboard")
    endless = "redis.call('SET', 'a', 1) while true do end"  # it wrote, so Redis will not kill it
    client = server_of(pool, "ann").spec().client(socket_timeout=1.0)
    with pytest.raises(RedisError):
        client.eval(endless, 0)
    client.close()
    assert add(pool.bench("ann", "leaderboard")) == 1
    assert "no longer answered" in str(pool.notice("ann"))


def test_a_server_that_is_stalled_on_purpose_is_left_alone(
    pool: ServerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = pool.bench("ann", "leaderboard")
    server = server_of(pool, "ann")
    with pool.hands_off("ann"), monkeypatch.context() as hasty:
        hasty.setattr(module, "PATIENCE", 0.1)
        server.signal(signal.SIGSTOP)
        assert pool.bench("ann", "leaderboard") is bench
        server.signal(signal.SIGCONT)
    assert add(pool.bench("ann", "leaderboard")) == 1
    assert server_of(pool, "ann") is server


def test_an_owner_can_have_a_fresh_server(pool: ServerPool) -> None:
    add(pool.bench("ann", "leaderboard"))
    old = server_of(pool, "ann")
    pool.restart("ann")
    assert not is_running(old.pid)
    assert add(pool.bench("ann", "leaderboard")) == 1
    assert pool.notice("ann") is None


def test_when_the_guardian_is_killed_every_owner_gets_a_new_server(
    pool: ServerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lab.guardian._guardian", None)  # one of its own, not the session's
    for owner in ("ann", "ben"):
        add(pool.bench(owner, "leaderboard"))
    old = [server_of(pool, owner).pid for owner in ("ann", "ben")]
    os.kill(guardian().pid, signal.SIGKILL)
    wait_until(lambda: not any(is_running(pid) for pid in old), "the servers are gone")
    for owner in ("ann", "ben"):
        assert add(pool.bench(owner, "leaderboard")) == 1
        assert "the process that guards the servers was killed" in str(pool.notice(owner))


def test_fifty_owners_come_and_go_and_leave_nothing(pool: ServerPool) -> None:
    for number in range(50):
        add(pool.bench(f"owner {number}", "leaderboard"))
    servers = [server_of(pool, owner) for owner in pool.owners()]
    assert len({server.pid for server in servers}) == 50
    assert all(Path(server.socket).exists() for server in servers)
    for owner in pool.owners():
        pool.release(owner)
    assert pool.owners() == ()
    assert not any(is_running(server.pid) for server in servers)
    assert not any(Path(server.folder).exists() for server in servers)


def test_releasing_a_stranger_does_nothing(pool: ServerPool) -> None:
    pool.release("nobody")
    pool.touch("nobody")
    assert pool.notice("nobody") is None
    assert pool.owners() == ()


def test_whoever_is_gone_or_idle_is_reaped(pool: ServerPool, now: Time) -> None:
    for owner in ("gone", "idle", "busy"):
        pool.bench(owner, "leaderboard")
    pids = {owner: server_of(pool, owner).pid for owner in pool.owners()}
    pool.reap(pool.now(), lambda owner: owner != "gone")
    assert pool.owners() == ("idle", "busy")
    now.at += 800
    pool.touch("busy")
    now.at += 200
    pool.reap(pool.now(), lambda owner: True)
    assert pool.owners() == ("busy",)
    assert [owner for owner, pid in pids.items() if is_running(pid)] == ["busy"]
    assert pool.notice("idle") == "Your Redis was put away after 15 minutes without use; it starts empty."
    assert add(pool.bench("idle", "leaderboard")) == 1


def test_there_is_a_limit_and_whoever_leaves_makes_room(now: Time) -> None:
    pool = ServerPool("", most=2, now=now)
    try:
        for owner in ("ann", "ben"):
            pool.bench(owner, "leaderboard")
        with pytest.raises(LabError, match="2 learners are at work here, which is the most") as caught:
            pool.bench("cy", "leaderboard")
        assert caught.value.kind == "full"
        pool.release("ann")
        assert add(pool.bench("cy", "leaderboard")) == 1
    finally:
        pool.close()


def test_many_threads_of_one_owner_share_one_server(pool: ServerPool) -> None:
    benches: list[Bench] = []
    threads = [
        threading.Thread(target=lambda: benches.append(pool.bench("ann", "leaderboard"))) for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(benches) == 16
    assert len({id(bench) for bench in benches}) == 1


def test_owners_who_come_and_go_in_many_threads_leave_nothing(pool: ServerPool) -> None:
    failed: list[BaseException] = []
    seen: set[int] = set()

    def come_and_go(number: int) -> None:
        try:
            for _ in range(4):
                pool.bench(f"owner {number % 3}", "leaderboard")
                server = pool.server(f"owner {number % 3}")
                seen.update([server.pid] if server else [])
                pool.release(f"owner {number % 3}")
        except BaseException as error:  # noqa: BLE001  reported below
            failed.append(error)

    threads = [threading.Thread(target=come_and_go, args=(number,)) for number in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert pool.owners() == ()
    assert seen
    assert not any(is_running(pid) for pid in seen)
    assert os.listdir(guardian().folder).count("lock") == 1


def test_where_no_server_runs_redis_is_simulated(pool: ServerPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEYSPACE_SERVER", "fakeredis")
    first, other = pool.bench("ann", "leaderboard"), pool.bench("ann", "geo_search")
    assert pool.backend("ann").kind == "fakeredis"
    assert pool.server("ann") is None
    assert (add(first), add(first), add(other)) == (1, 2, 1)
    assert add(pool.bench("ben", "leaderboard")) == 1
    assert pool.bench("ann", "leaderboard") is first


def test_where_no_server_starts_redis_is_simulated_and_the_owner_told(
    pool: ServerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise LabError("no_server", "It broke.")

    monkeypatch.setattr(module, "start_server", fail)
    assert add(pool.bench("ann", "leaderboard")) == 1
    assert pool.notice("ann") == "No private server could be started, so Redis is simulated. It broke."


def test_where_servers_did_start_before_a_failure_is_told_and_the_next_try_works(
    pool: ServerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise LabError("no_server", "It broke.")

    pool.bench("ann", "leaderboard")
    with monkeypatch.context() as broken:
        broken.setattr(module, "start_server", fail)
        with pytest.raises(LabError, match=r"It broke\."):
            pool.bench("ben", "leaderboard")
    assert add(pool.bench("ben", "leaderboard")) == 1


def test_closing_ends_everything(now: Time) -> None:
    pool = ServerPool("", now=now)
    pool.bench("ann", "leaderboard")
    server = server_of(pool, "ann")
    pool.close()
    assert not is_running(server.pid)
    assert pool.owners() == ()


def test_with_redis_url_every_learner_has_a_namespace_and_takes_it_along(now: Time) -> None:
    with redis_over_tcp(requirepass="pw") as server:
        admin = Redis(port=server.port, password="pw", decode_responses=True, socket_timeout=2)
        pool = ServerPool(f"redis://:pw@{server.where}", now=now)
        assert pool.problem is None
        ann, ben = pool.bench("ann", "leaderboard"), pool.bench("ben", "leaderboard")
        assert ann.namespace == "ks:ann:leaderboard:"
        assert pool.server("ann") is None
        assert pool.backend("ann").shared

        def visit(bench: Bench) -> int:
            outcome = bench.run(lambda it: int(it.client().incr(f"{it.namespace}visits")))
            assert outcome.failure is None, outcome.failure
            assert len(outcome.changes) == 1
            return outcome.value or 0

        assert (visit(ann), visit(ann), visit(ben)) == (1, 2, 1)
        assert ann.reset() == 1
        assert visit(ben) == 2

        admin.acl_deluser(*(user for user in admin.acl_users() if user.startswith("ks-ann-")))
        now.at += 10
        assert visit(pool.bench("ann", "leaderboard")) == 1
        assert "The server has forgotten you" in str(pool.notice("ann"))

        pool.release("ann")
        assert sorted(admin.keys()) == ["ks:ben:leaderboard:visits", "ks:learners"]
        pool.close()
        assert admin.keys() == []
        assert admin.acl_users() == ["default"]
        admin.close()


def test_redis_url_with_tls(now: Time) -> None:
    with redis_over_tcp(requirepass="pw") as server, tls_front(server.port) as port:
        pool = ServerPool(f"rediss://:pw@localhost:{port}?ssl_ca_certs={AUTHORITY}", now=now)
        try:
            assert add(pool.bench("ann", "leaderboard"), "ks:ann:") == 1
            assert len(pool.bench("ann", "leaderboard").log.commands()) == 1
        finally:
            pool.close()


def test_an_unusable_redis_url_is_told_and_a_server_of_ones_own_is_offered(now: Time) -> None:
    port = closed_port()
    pool = ServerPool(f"redis://127.0.0.1:{port}", now=now)
    try:
        assert pool.problem is not None
        assert pool.problem.kind == "refused"
        with pytest.raises(LabError, match="the connection was refused"):
            pool.bench("ann", "leaderboard")
        pool.use_embedded("ann")
        assert add(pool.bench("ann", "leaderboard")) == 1
        assert not pool.backend("ann").shared
        with pytest.raises(LabError):
            pool.bench("ben", "leaderboard")
        now.at += 10_000
        pool.reap(pool.now(), lambda owner: True)
        assert add(pool.bench("ann", "leaderboard")) == 1, "the choice outlives the server"
        assert pool.recheck() is not None
        with redis_over_tcp(port=port):
            assert pool.recheck() is None
            assert pool.bench("ben", "leaderboard").backend.shared
            pool.release("ben")
    finally:
        pool.close()


def test_redis_url_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "http://nonsense")
    pool = ServerPool()
    assert pool.problem is not None
    assert pool.problem.kind == "bad_url"
    pool.close()


def test_a_shared_server_that_goes_away_is_told_in_a_sentence(now: Time) -> None:
    with redis_over_tcp() as server:
        pool = ServerPool(f"redis://{server.where}", now=now)
        pool.bench("ann", "leaderboard")
    now.at += 10
    for owner in ("ann", "ben"):
        with pytest.raises(LabError, match="the connection was refused"):
            pool.bench(owner, "leaderboard")
    pool.use_embedded("ann")
    assert add(pool.bench("ann", "leaderboard")) == 1
    pool.close()

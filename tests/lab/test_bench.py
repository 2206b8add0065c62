"""A learner's bench, on the real server and on fakeredis."""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import replace

import fakeredis
import pytest
from redis import ConnectionError, Redis, ResponseError
from redis.connection import UnixDomainSocketConnection

from lab.backend import Backend, ConnectionSpec
from lab.backends import private_backend
from lab.bench import Bench
from lab.server import start_private_server
from lab.snapshot import difference
from lessons.staging import clear


def test_a_run_shows_all_there_is_to_show(bench: Bench) -> None:
    def demo(bench: Bench, player: str, points: int) -> float:
        bench.client("ann").zadd("board", {player: points})
        return bench.client("ben").zincrby("board", 15, player)

    outcome = bench.run(demo, player="ann", points=10)
    assert (outcome.value, outcome.failure) == (25, None)
    assert [(command.actor, command.text, command.reply) for command in outcome.commands] == [
        ("ann", "ZADD board 10 ann", "1"),
        ("ben", "ZINCRBY board 15 ann", "25"),
    ]
    assert (outcome.dropped, outcome.round_trips) == (0, 2)
    assert outcome.before.keys == ()
    assert [state.key for state in outcome.after.keys] == ["board"]
    assert [change.says for change in outcome.changes] == ["new zset with 1 member"]
    assert outcome.backend is bench.backend
    assert outcome.seconds > 0
    assert outcome.commands[0].source is None


def test_a_second_run_shows_only_its_own_commands_and_changes(bench: Bench) -> None:
    bench.run(lambda bench: bench.client().set("n", 1))
    outcome = bench.run(lambda bench: bench.client().incr("n"))
    assert [command.name for command in outcome.commands] == ["INCRBY"]
    assert [change.says for change in outcome.changes] == ["1 -> 2"]
    assert len(bench.log.commands()) == 2


def test_whatever_a_demo_raises_becomes_a_sentence(bench: Bench) -> None:
    def demo(bench: Bench) -> None:
        bench.client().set("k", "text")
        bench.client().lpush("k", "x")

    outcome = bench.run(demo)
    assert outcome.value is None
    assert outcome.failure.kind == "ResponseError"
    assert "another type of value" in outcome.failure.says
    assert [command.name for command in outcome.commands] == ["SET", "LPUSH"]
    assert [change.key for change in outcome.changes] == ["k"]
    assert bench.run(lambda bench: [][0]).failure.kind == "IndexError"
    assert bench.run(lambda bench: None, unknown=1).failure.kind == "TypeError"
    ended = bench.run(lambda bench: sys.exit(0)).failure
    assert ended.says == "The code ends the program (SystemExit). What runs in a lesson must return."


def test_what_ends_a_program_is_not_swallowed(bench: Bench) -> None:
    def demo(bench: Bench) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bench.run(demo)


def test_a_server_that_is_not_there_is_a_sentence_too() -> None:
    backend = Backend("redis", "8.2.3", "embedded", "tests")
    bench = Bench(backend, ConnectionSpec(UnixDomainSocketConnection, {"path": "/nowhere/r.sock"}))
    outcome = bench.run(lambda bench: bench.client().get("k"))
    assert outcome.failure.says.startswith("No server answers there")
    assert (outcome.commands, outcome.changes) == ((), ())
    bench.close()


def test_a_server_that_goes_away_during_a_run() -> None:
    server = fakeredis.FakeServer()
    backend = Backend("fakeredis", "7.0", "in-process", "fakeredis")
    bench = Bench(backend, ConnectionSpec(fakeredis.FakeRedisConnection, {"server": server}))

    def demo(bench: Bench) -> None:
        bench.client().set("k", "v")
        server.connected = False
        bench.client().get("k")

    bench.quiet().set("before", "v")
    outcome = bench.run(demo)
    assert "broke" in outcome.failure.says
    assert outcome.changes == ()  # nobody can know
    assert outcome.after == outcome.before
    server.connected = True
    assert bench.run(lambda bench: bench.client().get("k")).value == "v"
    bench.close()


def test_clients_give_text_never_retry_and_give_up_after_two_seconds(bench: Bench) -> None:
    client = bench.client("ann")
    assert client is bench.client("ann")
    assert client is not bench.client("ben")
    assert client.connection_pool is not bench.client("ben").connection_pool
    settings = client.connection_pool.connection_kwargs
    assert settings["decode_responses"] is True
    assert settings["socket_timeout"] == settings["socket_connect_timeout"] == 2.0
    assert settings["retry"].get_retries() == 0
    connection = client.connection_pool.get_connection()
    assert connection.retry.get_retries() == 0
    client.connection_pool.release(connection)


def test_what_is_done_quietly_is_not_seen(bench: Bench) -> None:
    bench.quiet().set("seed", 1)
    bench.snapshot()
    assert bench.log.commands() == ()
    assert [state.key for state in bench.snapshot().keys] == ["seed"]


def test_time_moves_on_for_keys_and_clock(bench: Bench) -> None:
    bench.quiet().set("lease", "v", ex=10)
    bench.quiet().set("later", "v", ex=100)
    before = bench.snapshot()
    done = bench.fast_forward(20)
    assert done.expired == ("lease",)
    assert abs(bench.clock() - time.time() - 20) < 1
    outcome = bench.run(lambda bench: bench.client().get("lease"))
    assert outcome.value is None
    assert [(change.key, change.what) for change in difference(before, bench.snapshot())] == [
        ("lease", "expired")
    ]
    assert bench.log.commands()[-1].name == "GET"


def test_fast_forward_within_a_run_is_told_as_expiry(bench: Bench) -> None:
    bench.quiet().set("lease", "v", ex=10)
    bench.quiet().set("later", "v", ex=100)
    outcome = bench.run(lambda bench: bench.fast_forward(20).moved)
    assert outcome.value == 2
    assert [(change.key, change.what) for change in outcome.changes] == [("lease", "expired")]


def test_a_reset_leaves_nothing(bench: Bench) -> None:
    bench.run(lambda bench: bench.client().mset({"a": 1, "b": 2}))
    bench.fast_forward(5)
    bench.notes["seen"] = True
    assert bench.reset() == 2
    assert bench.snapshot().keys == ()
    assert (bench.clock.offset, bench.log.commands(), bench.notes) == (0, (), {})


def test_a_graph_is_never_unlinked() -> None:
    """UNLINK of a graph now and then ends Redis 8.2 with signal 11, DEL never does."""
    with start_private_server() as server:
        assert "graph" in {module.name for module in server.candidate.loaded}
        bench = Bench(replace(private_backend(server), shared=True), server.spec(), "ks:ann:")
        for number in range(5):
            bench.quiet().execute_command("GRAPH.QUERY", f"ks:ann:graph:{number}", "CREATE (:Skill)")
        clear(bench, "graph:0")
        assert bench.reset() == 4
        told = bench.quiet().info("commandstats")
        bench.close()
        assert "cmdstat_del" in told
        assert "cmdstat_unlink" not in told


def test_on_a_shared_server_a_bench_touches_only_its_own_keys(
    any_redis, backend: Backend, spec: ConnectionSpec
) -> None:
    shared = replace(backend, shared=True)
    mine, yours = Bench(shared, spec, "ks:a*[1]:"), Bench(shared, spec, "ks:abc[1]:")
    for bench in (mine, yours):
        for number in range(1_200):
            bench.quiet().set(f"{bench.namespace}k{number}", number, ex=100)
    assert len(mine.snapshot().keys) == 500
    assert {state.key[:9] for state in mine.snapshot().keys} == {"ks:a*[1]:"}
    assert mine.fast_forward(50).moved == 1_200
    assert yours.quiet().ttl("ks:abc[1]:k1") > 90
    assert mine.reset() == 1_200
    assert mine.reset() == 0
    assert any_redis.dbsize() == 1_200
    mine.close()
    yours.close()


def test_actors_work_at_the_same_moment(bench: Bench) -> None:
    def job(redis: Redis) -> int:
        return redis.incr("n")

    def wrong(redis: Redis) -> int:
        return redis.lpush("n", "x")

    bench.quiet().set("n", 0)
    results = bench.together({**{f"actor-{number}": job for number in range(8)}, "odd": wrong})
    assert list(results) == [*(f"actor-{number}" for number in range(8)), "odd"]
    assert isinstance(results.pop("odd"), ResponseError)
    assert sorted(results.values()) == list(range(1, 9))
    assert {command.actor for command in bench.log.commands()} == {*results, "odd"}
    assert {command.name for command in bench.log.commands()} == {"INCRBY", "LPUSH"}


def test_actors_start_together_even_if_one_cannot_connect(bench: Bench) -> None:
    bench._clients["lost"] = Redis(unix_socket_path="/nowhere/r.sock", retry=None)
    results = bench.together({"lost": lambda redis: redis.get("k"), "ann": lambda redis: redis.echo("here")})
    assert results["ann"] == "here"
    assert isinstance(results["lost"], ConnectionError)


def test_an_actor_that_ends_the_program_is_told_as_one_and_waited_for_no_longer(bench: Bench) -> None:
    results = bench.together({"ann": sys.exit, "ben": lambda redis: redis.echo("here")})
    assert results["ben"] == "here"
    assert str(results["ann"]) == "the code ends the program (SystemExit)"


def test_nobody_starts_before_all_are_ready(bench: Bench) -> None:
    here: list[str] = []
    everyone = threading.Barrier(6, timeout=10)

    def job(redis: Redis) -> int:
        here.append("here")
        everyone.wait()  # only passes if all six run at once
        return len(here)

    assert set(bench.together({f"actor-{number}": job for number in range(6)}).values()) == {6}
    assert bench.together({}) == {}


def test_a_closed_bench_leaves_the_keys(bench: Bench, any_redis) -> None:
    bench.client().set("k", "v")
    bench.close()
    assert any_redis.get("k") == "v"


def test_a_burst_gives_its_connections_back(bench: Bench, any_redis) -> None:
    actors = [f"actor-{number}" for number in range(50)]
    bench.together(dict.fromkeys(actors, lambda redis: redis.incr("n")))
    assert any_redis.get("n") == "50"
    pools = [bench.client(actor).connection_pool for actor in actors]
    left = [connection for pool in pools for connection in pool._available_connections]
    assert len(left) == 50
    assert not any(connection.is_connected for connection in left)
    assert bench.client("actor-1").get("n") == "50"
    assert all(command.error is None for command in bench.log.commands())

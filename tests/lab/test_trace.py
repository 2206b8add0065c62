"""Commands as they really go over the wire, on the real server and on fakeredis."""

from __future__ import annotations

import hashlib
import threading
from typing import Any

import pytest
from redis import Redis, WatchError
from redis.exceptions import ResponseError

from tests.lab.conftest import names, told


def test_single_commands_with_their_replies(traced, log) -> None:
    ann = traced("ann")
    ann.zadd("board:{weekly}", {"ann": 10})
    ann.zscore("board:{weekly}", "ann")
    ann.get("nothing")
    ann.set("empty", "")
    ann.get("empty")
    assert told(log) == [
        ("ZADD board:{weekly} 10 ann", "1"),
        ("ZSCORE board:{weekly} ann", "10"),
        ("GET nothing", "(nil)"),
        ('SET empty ""', "OK"),
        ("GET empty", '""'),
    ]
    assert {command.actor for command in log.commands()} == {"ann"}
    assert {command.kind for command in log.commands()} == {"single"}
    assert {command.batch for command in log.commands()} == {None}
    assert log.round_trips() == 5


def test_the_handshake_is_not_logged(traced, log) -> None:
    traced(client_name="someone", db=1, driver_info=None).ping()
    assert names(log) == ["PING"]


def test_times_and_numbers_rise(traced, log) -> None:
    client = traced()
    for _ in range(3):
        client.incr("n")
    first, second, third = log.commands()
    assert (first.seq, second.seq, third.seq) == (0, 1, 2)
    assert 0 <= first.at < second.at < third.at
    assert 0 < first.seconds < second.at - first.at + 0.001


def test_an_error_reply_belongs_to_its_command(traced, log) -> None:
    client = traced()
    client.set("k", "text")
    with pytest.raises(ResponseError):
        client.lpush("k", "x")
    with pytest.raises(ResponseError):
        client.incr("k")
    assert [command.reply for command in log.commands()] == ["OK", "", ""]
    assert log.commands()[1].error == "WRONGTYPE Operation against a key holding the wrong kind of value"
    assert log.commands()[2].error == "ERR value is not an integer or out of range"


def test_a_pipeline_is_one_round_trip_with_an_error_for_the_command_that_failed(traced, log) -> None:
    client = traced()
    with client.pipeline(transaction=False) as pipe:
        pipe.set("k", "text").lpush("k", "x").get("k")
        pipe.execute(raise_on_error=False)
    assert [(command.name, command.reply, command.error is None) for command in log.commands()] == [
        ("SET", "OK", True),
        ("LPUSH", "", False),
        ("GET", "text", True),
    ]
    assert {command.kind for command in log.commands()} == {"pipeline"}
    assert len({command.batch for command in log.commands()}) == 1
    assert log.commands()[0].batch is not None
    assert log.round_trips() == 1


def test_a_large_pipeline_keeps_its_order(traced, log) -> None:
    client = traced()
    with client.pipeline(transaction=False) as pipe:
        for number in range(500):
            pipe.set(f"k{number}", "x" * (number * 40))
            pipe.strlen(f"k{number}")
        pipe.execute()
    lengths = [command for command in log.commands() if command.name == "STRLEN"]
    assert [command.reply for command in lengths] == [str(number * 40) for number in range(500)]
    assert log.round_trips() == 1


def test_a_transaction_shows_the_replies_that_exec_brought(traced, log) -> None:
    client = traced()
    with client.pipeline() as pipe:
        pipe.set("k", "1").incr("k").lpush("k", "x")
        pipe.execute(raise_on_error=False)
    wrong = "WRONGTYPE Operation against a key holding the wrong kind of value"
    assert told(log) == [
        ("MULTI", "OK"),
        ("SET k 1", "OK"),
        ("INCRBY k 1", "2"),
        ("LPUSH k x", wrong),
        ("EXEC", f"[OK, 2, (error) {wrong}]"),
    ]
    assert {command.kind for command in log.commands()} == {"transaction"}
    assert log.round_trips() == 1


def test_a_watched_key_that_changed_leaves_the_transaction_undone(traced, log) -> None:
    ann, ben = traced("ann"), traced("ben")
    with ann.pipeline() as pipe:
        pipe.watch("k")
        pipe.get("k")
        ben.set("k", "other")
        pipe.multi()
        pipe.set("k", "mine")
        with pytest.raises(WatchError):
            pipe.execute()
    assert told(log) == [
        ("WATCH k", "OK"),
        ("GET k", "(nil)"),
        ("SET k other", "OK"),
        ("MULTI", "OK"),
        ("SET k mine", "not run: a watched key changed"),
        ("EXEC", "(nil)"),
    ]
    kinds = [command.kind for command in log.commands()]
    assert kinds == ["single", "single", "single", "transaction", "transaction", "transaction"]
    assert log.round_trips() == 4


def test_unwatch_is_seen(traced, log) -> None:
    with traced().pipeline() as pipe:
        pipe.watch("k")
        pipe.unwatch()
    assert names(log) == ["WATCH", "UNWATCH"]


def test_a_transaction_with_a_command_that_cannot_be_queued_is_discarded(traced, log) -> None:
    with traced().pipeline() as pipe:
        pipe.set("k", "1")
        pipe.execute_command("NONSENSE")
        with pytest.raises(ResponseError):
            pipe.execute()
    multi, queued, nonsense, execute = log.commands()
    assert (multi.reply, queued.reply) == ("OK", "not run: the transaction was discarded")
    assert nonsense.error is not None
    assert "unknown command" in nonsense.error
    assert execute.error is not None
    assert execute.error.startswith("EXECABORT")


def test_a_transaction_command_by_command(traced, log) -> None:
    client = traced()
    with client.client() as own:
        own.execute_command("MULTI")
        own.execute_command("SET", "k", "1")
        assert log.commands()[-1].reply == "QUEUED"
        own.execute_command("EXEC")
        own.execute_command("MULTI")
        own.execute_command("SET", "k", "2")
        own.execute_command("DISCARD")
        own.execute_command("GET", "k")
    assert told(log) == [
        ("MULTI", "OK"),
        ("SET k 1", "OK"),
        ("EXEC", "[OK]"),
        ("MULTI", "OK"),
        ("SET k 2", "not run: the transaction was discarded"),
        ("DISCARD", "OK"),
        ("GET k", "1"),
    ]
    assert [command.kind for command in log.commands()] == ["transaction"] * 6 + ["single"]


def test_a_script_is_seen_as_it_was_sent(traced, log) -> None:
    text = "return redis.call('INCR', KEYS[1])"
    sha = hashlib.sha1(text.encode()).hexdigest()
    client = traced()
    script = client.register_script(text)
    script(keys=["n"])
    script(keys=["n"])
    client.eval(text, 1, "n")
    assert names(log) == ["EVALSHA", "SCRIPT LOAD", "EVALSHA", "EVALSHA", "EVAL"]
    assert [command.script for command in log.commands()] == [sha] * 5
    assert log.commands()[0].error is not None
    assert log.commands()[0].error.startswith("NOSCRIPT")
    assert [command.reply for command in log.commands()[1:]] == [sha, "1", "2", "3"]


def test_container_commands_carry_their_sub_command(traced, log) -> None:
    client = traced()
    client.xgroup_create("s", "workers", mkstream=True)
    client.execute_command("client", "id")
    assert names(log) == ["XGROUP CREATE", "CLIENT ID"]
    assert log.commands()[0].args == ("s", "workers", "$", "MKSTREAM")


def test_a_blocking_command_waits_in_the_log_until_it_is_answered(traced, log) -> None:
    waiting = traced("waiter")
    got: list[Any] = []
    thread = threading.Thread(target=lambda: got.append(waiting.blpop("queue", timeout=10)))
    thread.start()
    pushing = traced("pusher")
    while not any(command.name == "BLPOP" for command in log.commands()):
        pushing.ping()
    assert next(command for command in log.commands() if command.name == "BLPOP").reply == ""
    pushing.rpush("queue", "job")
    thread.join(5)
    assert got == [("queue", "job")] or got == [["queue", "job"]]
    blocked = next(command for command in log.commands() if command.name == "BLPOP")
    assert (blocked.actor, blocked.reply) == ("waiter", "[queue, job]")


def test_subscriptions_and_messages(traced, log) -> None:
    reader, writer = traced("reader"), traced("writer")
    subscriber = reader.pubsub()
    subscriber.subscribe("news", "sport")
    for _ in range(2):
        assert subscriber.get_message(timeout=2)["type"] == "subscribe"
    subscriber.psubscribe("n*")
    assert subscriber.get_message(timeout=2)["type"] == "psubscribe"
    writer.publish("news", "hello\n")
    assert subscriber.get_message(timeout=2)["data"] == "hello\n"
    assert subscriber.get_message(timeout=2)["data"] == "hello\n"
    subscriber.unsubscribe()
    for _ in range(2):
        assert subscriber.get_message(timeout=2)["type"] == "unsubscribe"
    subscriber.punsubscribe("n*")
    assert subscriber.get_message(timeout=2)["type"] == "punsubscribe"
    subscriber.close()
    found = log.commands()
    assert [(command.name, command.args) for command in found[:2]] == [
        ("SUBSCRIBE", ("news", "sport")),
        ("PSUBSCRIBE", ("n*",)),
    ]
    assert found[0].reply == "[subscribe, news, 1]; [subscribe, sport, 2]"
    assert found[2].name == "PUBLISH"
    assert {(command.name, command.args) for command in found[3:5]} == {
        ("MESSAGE", ("news", "hello\\n")),
        ("PMESSAGE", ("n*", "news", "hello\\n")),
    }
    assert {command.kind for command in found[3:5]} == {"message"}
    assert {command.actor for command in found[3:5]} == {"reader"}
    assert found[5].name == "UNSUBSCRIBE"
    assert found[5].reply.count("unsubscribe") == 2
    assert (found[6].name, found[6].reply) == ("PUNSUBSCRIBE", "[punsubscribe, n*, 0]")
    assert log.round_trips() == 5
    assert all(command.error is None for command in found)


def test_a_value_that_looks_like_a_message_is_an_ordinary_reply(traced, log) -> None:
    client = traced()
    client.rpush("list", "message", "news", "hello")
    client.lrange("list", 0, -1)
    assert log.commands()[-1].reply == "[message, news, hello]"
    assert log.commands()[-1].kind == "single"


def test_waiting_in_vain_for_a_message_is_not_an_error(traced, log) -> None:
    subscriber = traced().pubsub()
    subscriber.subscribe("news")
    subscriber.get_message(timeout=2)
    assert subscriber.get_message(timeout=0.001) is None
    assert told(log) == [("SUBSCRIBE news", "[subscribe, news, 1]")]
    subscriber.close()


def test_tracing_changes_nothing_that_a_program_sees(traced, any_redis) -> None:
    def work(client: Redis) -> list[Any]:
        client.flushdb()
        seen: list[Any] = [client.set("a", 1), client.incr("a"), client.get("a"), client.mget("a", "b")]
        seen.append(client.hset("h", mapping={"x": 1, "y": 2}))
        seen.append(client.hgetall("h"))
        seen.append(client.zadd("z", {"ann": 1.5, "ben": 2}))
        seen.append(client.zrange("z", 0, -1, withscores=True))
        with client.pipeline() as pipe:
            seen.append(pipe.incr("a").lpush("a", 1).hgetall("h").execute(raise_on_error=False)[::2])
        seen.append(client.register_script("return {KEYS[1], ARGV[1]}")(keys=["k"], args=["v"]))
        seen.append(sorted(client.scan_iter()))
        return seen

    assert work(traced()) == work(any_redis)

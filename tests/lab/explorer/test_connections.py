"""WATCH, blocking commands, pub/sub, pipelines, retries: what lives in a connection, not in the keyspace."""

from __future__ import annotations

from typing import Any

import redis.exceptions
from redis import Redis

from lab.explorer import Verdict, connection, explore
from lab.explorer.servers import backend_named
from lab.scenario import Bounds, Faults, Scenario


def outcomes(clients: dict[str, Any], **options: Any) -> tuple[Verdict, set[str]]:
    """The verdict, and every combination of results that some schedule ends with."""
    seen: set[str] = set()

    def keep(r: Redis, results: Any) -> None:
        seen.add(str(dict(results)))

    return explore(Scenario(clients, invariant=keep, **options)), seen


def watcher(r: Redis) -> Any:
    with r.pipeline() as pipe:
        pipe.watch("k")
        pipe.multi()
        pipe.set("mine", 1)
        try:
            return bool(pipe.execute())
        except redis.exceptions.WatchError:
            return "refused"


def test_watch_fails_the_transaction_when_the_key_was_only_touched() -> None:
    def toucher(r: Redis) -> None:
        r.set("k", "same")

    verdict, seen = outcomes({"a": watcher, "b": toucher}, setup=toucher)
    assert verdict.status == "proved"
    assert seen == {"{'a': True, 'b': None}", "{'a': 'refused', 'b': None}"}


def test_a_write_that_fails_halfway_has_touched_what_is_watched() -> None:
    def by_script(r: Redis) -> None:
        r.eval("redis.call('SET', 'k', 2) return redis.call('LPUSH', 'text', 'x')", 0)

    def by_pipeline(r: Redis) -> None:
        pipe = r.pipeline(transaction=False)
        pipe.set("k", 2)
        pipe.lpush("text", "x")
        pipe.execute()

    for writer in (by_script, by_pipeline):
        verdict, seen = outcomes(
            {"a": watcher, "b": writer},
            setup=lambda r: r.set("text", "x"),
            may_raise=(redis.exceptions.ResponseError,),
        )
        assert verdict.status == "proved", verdict.says
        assert {outcome.partition(", 'b'")[0] for outcome in seen} == {"{'a': True", "{'a': 'refused'"}


def test_a_transaction_that_was_discarded_has_touched_nothing() -> None:
    def watcher(r: Redis) -> Any:
        with r.pipeline() as pipe:
            pipe.watch("k")
            pipe.multi()
            pipe.set("mine", 1)
            return bool(pipe.execute())

    def discarded(r: Redis) -> Any:
        pipe = r.pipeline()
        pipe.set("k", 2)
        pipe.execute_command("INCR")
        try:
            return pipe.execute()
        except redis.exceptions.ResponseError:
            return "discarded"

    verdict, seen = outcomes({"a": watcher, "b": discarded})
    assert verdict.status == "proved", verdict.says
    assert seen == {"{'a': True, 'b': 'discarded'}"}


def test_a_watched_key_that_expires_fails_the_transaction() -> None:
    def seed(r: Redis) -> None:
        r.set("k", 1, px=1000)

    verdict, seen = outcomes({"a": watcher}, setup=seed, faults=Faults(time_jumps=1))
    assert verdict.status == "proved"
    assert seen == {"{'a': True}", "{'a': 'refused'}"}


def test_a_lost_connection_forgets_what_was_watched() -> None:
    def watcher(r: Redis) -> Any:
        pipe = r.pipeline()
        pipe.watch("k")
        try:
            pipe.get("k")
        except (redis.exceptions.WatchError, redis.exceptions.ConnectionError) as error:
            return type(error).__name__
        pipe.multi()
        pipe.set("mine", 1)
        return bool(pipe.execute())

    verdict, seen = outcomes(
        {"a": watcher}, faults=Faults(lost_replies=1), may_raise=(redis.exceptions.RedisError,)
    )
    assert verdict.status == "proved", verdict.says
    assert "{'a': 'WatchError'}" in seen


def test_a_blocked_client_waits_for_its_element() -> None:
    def taker(r: Redis) -> Any:
        return r.blpop(["jobs"], timeout=0)

    def giver(r: Redis) -> Any:
        r.set("other", 1)
        r.rpush("jobs", "a")

    verdict, seen = outcomes({"taker": taker, "giver": giver})
    assert verdict.status == "proved"
    assert (verdict.schedules, verdict.stuck_schedules) == (1, 0)
    assert seen == {"{'taker': ('jobs', 'a'), 'giver': None}"}


def test_a_client_that_waits_for_ever_is_reported() -> None:
    def taker(r: Redis) -> Any:
        return r.blpop(["jobs"], timeout=0)

    verdict, seen = outcomes({"a": taker, "b": taker}, setup=lambda r: r.rpush("jobs", "one"))
    assert verdict.stuck_schedules == verdict.schedules == 2
    assert seen == {"{'a': ('jobs', 'one')}", "{'b': ('jobs', 'one')}"}
    assert "for ever" in verdict.says


def test_a_wait_with_an_end_may_be_in_vain() -> None:
    def taker(r: Redis) -> Any:
        return r.blmove("jobs", "working", 2)

    def giver(r: Redis) -> Any:
        r.rpush("jobs", "a")

    verdict, seen = outcomes({"taker": taker, "giver": giver})
    assert verdict.status == "proved"
    assert seen == {"{'taker': 'a', 'giver': None}", "{'taker': None, 'giver': None}"}


def test_a_wait_shorter_than_a_millisecond_is_one_millisecond_and_no_wait_for_ever() -> None:
    verdict, seen = outcomes({"a": lambda r: r.blpop(["jobs"], timeout=0.0001)})
    assert (verdict.status, verdict.stuck_schedules) == ("proved", 0)
    assert seen == {"{'a': None}"}


def test_a_reader_of_a_group_waits_for_an_entry() -> None:
    def seed(r: Redis) -> None:
        r.xgroup_create("s", "g", mkstream=True)

    def reader(r: Redis) -> Any:
        found = r.xreadgroup("g", "me", {"s": ">"}, block=0)
        return found[0][1][0][1]

    def writer(r: Redis) -> Any:
        r.xadd("s", {"job": 1})

    verdict, seen = outcomes({"reader": reader, "writer": writer}, setup=seed)
    assert verdict.status == "proved"
    assert seen == {"{'reader': {'job': '1'}, 'writer': None}"}


def test_a_subscriber_misses_what_was_published_before() -> None:
    def subscriber(r: Redis) -> Any:
        pubsub = r.pubsub(ignore_subscribe_messages=True)
        pubsub.subscribe("news")
        pubsub.get_message()
        message = pubsub.get_message(timeout=1)
        return message["data"] if message else None

    def publisher(r: Redis) -> Any:
        return r.publish("news", "hello")

    verdict, seen = outcomes({"sub": subscriber, "pub": publisher})
    assert verdict.status == "proved", verdict.says
    assert seen == {"{'sub': 'hello', 'pub': 1}", "{'sub': None, 'pub': 0}"}


def test_patterns_scripts_and_transactions_publish_too() -> None:
    def subscriber(r: Redis) -> Any:
        pubsub = r.pubsub(ignore_subscribe_messages=True)
        pubsub.psubscribe("ne*")
        r.set("ready", 1)
        found = []
        while len(found) < 2:
            message = pubsub.get_message(timeout=None)
            if message:
                found.append(message["data"])
        return found

    def publisher(r: Redis) -> Any:
        r.eval("return redis.call('PUBLISH', 'news', 'one')", 0)
        pipe = r.pipeline()
        pipe.set("x", 1)
        pipe.publish("news", "two")
        return pipe.execute()

    verdict, seen = outcomes({"sub": subscriber, "pub": publisher})
    assert verdict.status == "proved", verdict.says
    assert "{'sub': ['one', 'two'], 'pub': [True, 1]}" in seen
    assert "{'pub': [True, 0]}" in seen


def test_a_pipeline_is_one_step_or_one_step_a_command() -> None:
    def writer(r: Redis) -> Any:
        pipe = r.pipeline(transaction=False)
        pipe.set("x", 1)
        pipe.set("y", 1)
        pipe.get("z")
        return pipe.execute()

    def reader(r: Redis) -> Any:
        return r.mget("x", "y")

    whole, seen = outcomes({"w": writer, "r": reader})
    assert (whole.status, whole.schedules, len(seen)) == ("proved", 2, 2)
    split, seen = outcomes({"w": writer, "r": reader}, split_pipelines=True)
    assert (split.status, split.schedules) == ("proved", 4)
    assert "{'w': [True, True, None], 'r': ['1', None]}" in seen


def test_a_pipeline_can_be_cut_in_the_middle() -> None:
    def writer(r: Redis) -> Any:
        pipe = r.pipeline(transaction=False)
        pipe.set("x", 1)
        pipe.set("y", 1)
        pipe.execute()

    ends = set()

    def keep(r: Redis, results: Any) -> None:
        ends.add((r.get("x"), r.get("y")))

    scenario = Scenario({"w": writer}, invariant=keep, split_pipelines=True, faults=Faults(lost_replies=1))
    assert explore(scenario).status == "proved"
    assert ends == {("1", None), ("1", "1")}


def test_a_reply_that_is_no_text_leaves_none_behind_for_the_next_command() -> None:
    def client(r: Redis) -> Any:
        pipe = r.pipeline(transaction=False)
        pipe.get("bytes")
        pipe.get("other")
        try:
            pipe.execute()
        except UnicodeDecodeError:
            return r.get("text")

    def seed(r: Redis) -> None:
        r.mset({"bytes": b"\xff", "other": "wrong", "text": "right"})

    verdict, seen = outcomes({"a": client}, setup=seed)
    assert verdict.status == "proved", verdict.says
    assert seen == {"{'a': 'right'}"}


def test_retries_of_redis_py_repeat_the_command_until_the_faults_are_spent() -> None:
    def client(r: Redis) -> Any:
        return r.incr("n")

    retried, seen = outcomes({"a": client}, redis_retry="default", faults=Faults(lost_replies=2))
    assert retried.status == "proved"
    assert seen == {"{'a': 1}", "{'a': 2}", "{'a': 3}"}
    _, seen = outcomes({"a": client}, faults=Faults(lost_replies=2))
    assert seen == {"{'a': 1}", "{'a': network:ConnectionError}"}


def test_a_lost_request_is_never_executed() -> None:
    _, seen = outcomes({"a": lambda r: r.incr("n")}, redis_retry="default", faults=Faults(lost_requests=1))
    assert seen == {"{'a': 1}"}


def test_the_finally_of_a_crashed_client_sends_nothing() -> None:
    def client(r: Redis) -> None:
        r.set("lock", 1)
        try:
            r.incr("n")
        finally:
            r.delete("lock")

    ends = set()

    def keep(r: Redis, results: Any) -> None:
        ends.add((r.get("lock"), r.get("n")))

    explore(Scenario({"a": client}, invariant=keep, faults=Faults(crashes=1)))
    assert ends == {(None, None), ("1", None), ("1", "1"), (None, "1")}


def test_scripts_are_there_from_the_start() -> None:
    def client(r: Redis) -> Any:
        script = r.register_script("return redis.call('INCR', KEYS[1])")
        pipe = r.pipeline()
        script(keys=["n"], client=pipe)
        return [script(keys=["n"]), *pipe.execute()]

    verdict, seen = outcomes({"a": client, "b": client})
    assert (verdict.status, verdict.schedules) == ("proved", 6)
    assert "{'a': [1, 2], 'b': [3, 4]}" in seen


def test_tokens_differ_between_clients_and_not_between_runs() -> None:
    import random
    import secrets
    import uuid

    def client(r: Redis) -> Any:
        r.ping()
        return [uuid.uuid4().hex, secrets.token_hex(4), random.random(), random.Random().random()]

    verdict, seen = outcomes({"a": client, "b": client})
    assert verdict.status == "proved"
    assert len(seen) == 1
    (only,) = seen
    values = only.replace("[", "").replace("]", "").split(", ")
    assert len(set(values)) == 8


def test_the_very_first_client_of_a_process_draws_the_same_numbers() -> None:
    import secrets

    def client(r: Redis) -> None:
        r.set("token", secrets.token_hex(8))
        r.get("token")

    connection._template.cache_clear()
    verdict, _ = outcomes({"a": client, "b": client}, faults=Faults(crashes=1))
    assert verdict.status == "proved", verdict.says


def test_a_client_that_never_ends_is_held_and_nothing_is_proved() -> None:
    def client(r: Redis) -> None:
        while not r.set("lock", 1, nx=True):
            pass

    verdict = explore(Scenario({"a": client, "b": client}), bounds=Bounds(steps_per_client=5))
    assert verdict.status == "bounded"
    assert "not a proof" in verdict.says


def test_the_explorers_server_never_cuts_a_connection_that_is_idle() -> None:
    """A learner may think for longer than the usual quarter of an hour."""
    link = backend_named("redis").link()
    try:
        answer = str(link.ask([(b"CONFIG", b"GET", b"timeout")]))
    finally:
        link.close()
    assert "timeout" in answer
    assert "'0'" in answer

"""Pub/sub: who hears what, and what a publisher is told, as on a real server."""

from __future__ import annotations

from typing import Any

import pytest
from redis import Redis

from lab.explorer import explore
from lab.explorer.globs import glob
from lab.scenario import Faults, Scenario

PATTERNS = [
    ("a[!b]c", "axc"), ("a[!b]c", "a!c"), ("a[^b]c", "axc"), ("a[^b]c", "abc"), (r"a\*c", "a*c"),
    (r"a\*c", "axc"), ("a[b", "ab"), ("a[z-a]c", "amc"), ("a[]c", "ac"), ("a[^]c", "axc"), (r"a[\]]c", "a]c"),
    ("a\\", "a\\"), ("a?c", "a\nc"), ("*[", "x["), ("[a-]", "a"), ("[a-]x", "b"), ("n*s", "news"),
    ("n*s", "newest"),
    ("[&&x]", "&"), ("[[:x]", "["), (r"[a\-z]", "m"), (r"[a\-z]", "-"), ("*", ""), ("?", ""), ("a.c", "abc"),
]  # fmt: skip


def outcomes(clients: dict[str, Any], **options: Any) -> set[str]:
    """Every combination of results that some schedule ends with."""
    seen: set[str] = set()

    def keep(r: Redis, results: Any) -> None:
        seen.add(str(dict(results)))

    verdict = explore(Scenario(clients, invariant=keep, **options))
    assert verdict.status == "proved", verdict.says
    return seen


def hearing(command: str) -> Any:
    """A client that subscribes by this command to c, and returns the kind and the text of what it hears."""

    def subscriber(r: Redis) -> Any:
        pubsub = r.pubsub(ignore_subscribe_messages=True)
        getattr(pubsub, command)("c")
        pubsub.get_message()
        message = pubsub.get_message(timeout=1)
        return f"{message['type']} {message['data']}" if message else None

    return subscriber


@pytest.mark.parametrize(("pattern", "channel"), PATTERNS)
def test_a_pattern_matches_what_it_matches_on_the_server(
    pattern: str, channel: str, raw_redis: Redis
) -> None:
    pubsub = raw_redis.pubsub()
    pubsub.psubscribe(pattern)
    pubsub.get_message(timeout=5)
    theirs = raw_redis.publish(channel, "x")
    pubsub.close()
    assert (glob(pattern.encode()).fullmatch(channel.encode()) is not None) == bool(theirs)


def test_sharded_channels_are_a_world_of_their_own() -> None:
    def publish(r: Redis) -> Any:
        return r.publish("c", "x")

    def spublish(r: Redis) -> Any:
        return r.spublish("c", "x")

    for listen, speak, heard in (
        ("subscribe", publish, "message x"),
        ("ssubscribe", spublish, "smessage x"),
        ("subscribe", spublish, None),
        ("ssubscribe", publish, None),
        ("psubscribe", spublish, None),
    ):
        seen = outcomes({"sub": hearing(listen), "pub": speak})
        missed = str({"sub": None, "pub": 0})
        assert seen == ({str({"sub": heard, "pub": 1}), missed} if heard else {missed})


def test_a_subscription_is_confirmed_with_the_count_of_its_own_world(raw_redis: Redis) -> None:
    def client(r: Redis) -> Any:
        pubsub, found = r.pubsub(), []
        for command, channels in (
            ("subscribe", "ab"), ("ssubscribe", "a"), ("psubscribe", "a"), ("sunsubscribe", ""),
            ("unsubscribe", "a"),
        ):  # fmt: skip
            getattr(pubsub, command)(*channels)
            for _ in channels or " ":
                message = pubsub.get_message(timeout=5)
                found.append((message["type"], message["channel"], message["data"]) if message else None)
        pubsub.close()
        return found

    assert outcomes({"client": client}, decode_responses=False) == {str({"client": client(raw_redis)})}


def test_a_script_is_told_how_many_each_of_its_messages_reached() -> None:
    script = """
        local first = redis.call('PUBLISH', 'c', 'x')
        if first == 0 then return -redis.call('SPUBLISH', 'c', 'z') end
        redis.call('SET', 'heard', 1)
        return first + 10 * redis.call('PUBLISH', 'c', 'y')
    """

    def publisher(r: Redis) -> Any:
        return r.eval(script, 0), r.get("heard")

    seen = outcomes({"sub": hearing("subscribe"), "pub": publisher})
    assert seen == {str({"sub": "message x", "pub": (11, "1")}), str({"sub": None, "pub": (0, None)})}


def test_a_lost_reply_of_publish_is_told_with_its_count() -> None:
    subscribe = hearing("subscribe")
    verdict = explore(
        Scenario(
            {"sub": subscribe, "pub": lambda r: r.publish("c", "x")},
            lambda r, results: (
                "heard, untold" if results["sub"] and isinstance(results["pub"], Exception) else None
            ),
            faults=Faults(lost_replies=1),
        )
    )
    assert verdict.status == "violated", verdict.says
    assert verdict.counterexample is not None
    assert [step.reply for step in verdict.counterexample.steps if step.event == "lost reply"] == ["1"]


def test_in_a_pipeline_the_counts_stay_with_their_commands() -> None:
    def publisher(r: Redis) -> Any:
        pipe = r.pipeline()
        pipe.publish("none", "x").eval("return redis.call('PUBLISH', 'c', 'x') * 5", 0).spublish("c", "x")
        pipe.publish("c", "y")
        return pipe.execute()

    seen = outcomes({"sub": hearing("subscribe"), "pub": publisher})
    assert seen == {
        str({"sub": "message x", "pub": [0, 5, 0, 1]}),
        str({"sub": None, "pub": [0, 0, 0, 0]}),
    }


def test_what_was_published_is_no_key_and_no_flush_calls_it_back() -> None:
    def by_transaction(r: Redis) -> Any:
        pipe = r.pipeline()
        pipe.set("k", 1).publish("c", "x").dbsize().keys("*").scan().flushdb().dbsize().publish("c", "y")
        return [str(one) for one in pipe.execute()[2:7]]

    def by_script(r: Redis) -> Any:
        script = """
            redis.call('SET', 'k', 1) redis.call('PUBLISH', 'c', 'x')
            local found = {redis.call('DBSIZE'), redis.call('KEYS', '*'), {0, redis.call('KEYS', 'k')}}
            redis.call('FLUSHALL')
            return {found[1], found[2], found[3], true, redis.call('DBSIZE')}
        """
        return [str(one) for one in r.eval(script, 0)]

    told = {
        by_transaction: ["1", "['k']", "(0, ['k'])", "True", "0"],
        by_script: ["1", "['k']", "[0, ['k']]", "1", "0"],
    }
    for publisher, found in told.items():
        seen = outcomes({"sub": hearing("subscribe"), "pub": publisher})
        assert seen == {str({"sub": heard, "pub": found}) for heard in ("message x", None)}

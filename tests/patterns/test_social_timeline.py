"""One contract for both timelines, how the naive one goes wrong, what the hardened one keeps and costs."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import pytest
from redis import Redis
from redis.exceptions import ConnectionError, ResponseError

from lab.hold import after_reply
from patterns.social_timeline import NaiveTimelines, Post, Timelines
from tests.patterns.bench import Died, die, keyspace, lost_reply, round_trips
from tests.patterns.social_timeline import NOW, Any, everybody_follows, ids

Make = Callable[..., Any]


@pytest.fixture(
    params=[
        pytest.param((version, client), id=f"{version.__name__}-{client}")
        for version, clients in (
            (NaiveTimelines, ("redis", "raw_redis", "fake")),
            (Timelines, ("redis", "raw_redis", "fake", "cluster_redis")),
        )
        for client in clients
    ]
)
def make(request: pytest.FixtureRequest) -> Make:
    """Either version, wherever it must run."""
    version, client = request.param
    return partial(version, request.getfixturevalue(client))


# The contract


def test_a_post_reaches_all_who_follow(make: Make) -> None:
    timelines = make()
    assert timelines.follow("ben", "ada") is True
    assert timelines.follow("cleo", "ada") is True
    assert timelines.post("ada", "p1", "hello", NOW) == 2
    for reader in ("ben", "cleo"):
        assert timelines.timeline(reader) == [Post("p1", "ada", "hello", NOW)]
    assert timelines.timeline("dora") == timelines.timeline("ada") == []


def test_the_newest_stand_first(make: Make) -> None:
    timelines = make()
    timelines.follow("ben", "ada")
    timelines.follow("ben", "bob")
    for second, (author, post_id) in enumerate((("ada", "p1"), ("bob", "p1"), ("ada", "p2"))):
        timelines.post(author, post_id, "", NOW + second)
    assert [(post.author, post.id) for post in timelines.timeline("ben")] == [
        ("ada", "p2"), ("bob", "p1"), ("ada", "p1"),
    ]  # fmt: skip
    assert ids(timelines, "ben", count=1) == ["p2"]


def test_nobody_reads_a_post_without_followers(make: Make) -> None:
    assert make().post("ada", "p1", "hello", NOW) == 0


def test_following_twice_is_following_once(make: Make) -> None:
    timelines = make()
    assert (timelines.follow("ben", "ada"), timelines.follow("ben", "ada")) == (True, False)
    assert timelines.post("ada", "p1", "", NOW) == 1


def test_who_has_left_is_reached_no_more(make: Make) -> None:
    timelines = make()
    timelines.follow("ben", "ada")
    assert (timelines.unfollow("ben", "ada"), timelines.unfollow("ben", "ada")) == (True, False)
    assert timelines.post("ada", "p1", "", NOW) == 0
    assert timelines.timeline("ben") == []


def test_a_timeline_is_read_page_by_page(make: Make) -> None:
    timelines, pages = make(), []
    timelines.follow("ben", "ada")
    for second in range(7):
        timelines.post("ada", f"p{second}", "", NOW + second)
    before = None
    while page := timelines.timeline("ben", 3, before):
        pages.append([post.id for post in page])
        before = page[-1].place
        timelines.post("ada", f"new {before}", "", NOW + 100 + len(pages))  # shifts no page
    assert pages == [["p6", "p5", "p4"], ["p3", "p2", "p1"], ["p0"]]


def test_a_timeline_has_an_end(make: Make) -> None:
    timelines = make(cap=5)
    timelines.follow("ben", "ada")
    for second in range(8):
        timelines.post("ada", f"p{second}", "", NOW + second)
    assert ids(timelines, "ben") == ["p7", "p6", "p5", "p4", "p3"]


def test_text_and_ids_may_be_any_text(make: Make) -> None:
    timelines = make()
    timelines.follow("Žofie🎉", "ada:1")
    timelines.post("ada:1", "an id of {words}", 'a\n"b" 🎉', NOW)
    timelines.post("ada:1", "p2", "", NOW + 0.001)
    assert timelines.timeline("Žofie🎉") == [
        Post("p2", "ada:1", "", NOW + 0.001), Post("an id of {words}", "ada:1", 'a\n"b" 🎉', NOW),
    ]  # fmt: skip


def test_namespaces_do_not_mix(make: Make) -> None:
    make().follow("ben", "ada")
    make(namespace="other:").follow("cleo", "ada")
    assert make().post("ada", "p1", "", NOW) == 1
    assert make(namespace="other:").timeline("ben") == []


@pytest.mark.parametrize("version", [NaiveTimelines, Timelines])
@pytest.mark.parametrize("at", [math.nan, math.inf, -1, 10_000_000_000, True, None, "now"])
def test_a_bad_time_never_leaves(version: type[Any], at: float, nowhere: Redis) -> None:
    with pytest.raises(ValueError, match="at must be"):
        version(nowhere).post("ada", "p1", "", at)


@pytest.mark.parametrize("version", [NaiveTimelines, Timelines])
def test_other_bad_input_never_leaves(version: type[Any], nowhere: Redis) -> None:
    timelines = version(nowhere)
    for bad, says in (
        (lambda: timelines.follow("b en", "ada"), "user must not contain spaces: 'b en'"),
        (lambda: timelines.follow("ben", "a{da"), "author must not contain braces"),
        (lambda: timelines.unfollow("", "ada"), "user must not be empty"),
        (lambda: timelines.unfollow("ben", b"ada"), "author must be text, not bytes"),
        (lambda: timelines.post("a da", "p1", "", NOW), "author must not contain spaces"),
        (lambda: timelines.post("ada", "", "", NOW), "post_id must not be empty"),
        (lambda: timelines.post("ada", "p1", None, NOW), "text must be text, not NoneType"),
        (lambda: timelines.post("ada", "p1", "\ud800", NOW), "text holds characters that UTF-8 cannot carry"),
        (lambda: timelines.post("ada", "p1", "é" * 5_001, NOW), "bytes in text must be between 0 and 10,000"),
        (lambda: timelines.timeline("b en"), "user must not contain spaces"),
        (lambda: timelines.timeline("ben", 0), "count must be between 1 and 500, not 0"),
        (lambda: version(nowhere, cap=0), "cap must be between"),
    ):
        with pytest.raises(ValueError, match=says):
            bad()


def test_a_key_of_another_type_is_reported_and_kept(make: Make) -> None:
    redis, timelines = make.args[0], make()
    redis.set("followers:{ada}", "mine")
    for ask in (partial(timelines.follow, "ben", "ada"), partial(timelines.post, "ada", "p1", "", NOW)):
        with pytest.raises(ResponseError, match="WRONGTYPE"):
            ask()
    assert keyspace(redis) == {"followers:{ada}": ("string", None)}


# How the naive one goes wrong


def test_naive_half_fan_out(redis: Redis) -> None:
    timelines = NaiveTimelines(redis)
    readers = everybody_follows(timelines)
    with pytest.raises(Died), after_reply(redis, die, 5):  # SMEMBERS, then LPUSH and LTRIM twice
        timelines.post("ada", "p1", "", NOW)
    assert [ids(timelines, reader) for reader in readers] == [["p1"]] * 2 + [[]] * 5


def test_naive_duplicate_post(redis: Redis) -> None:
    timelines = NaiveTimelines(redis)
    everybody_follows(timelines)
    with pytest.raises(ConnectionError), lost_reply(redis, 2):
        timelines.post("ada", "p1", "", NOW)
    assert timelines.post("ada", "p1", "", NOW) == 7  # so it is sent again
    assert ids(timelines, "a") == ["p1", "p1"]


# Keys and cost


def test_the_keys_left_behind_are_those_of_the_card(anywhere: Redis) -> None:
    timelines = Timelines(anywhere, celebrity=2, keep=600)
    timelines.follow("a", "ada")
    timelines.post("ada", "p1", "", NOW)
    timelines.store("ada", "p2", "", NOW)
    everybody_follows(timelines, "bob", "ab")
    timelines.post("bob", "p1", "", NOW)
    anywhere.expire("post:{bob}:p1", 60)
    timelines.delete("bob", "p1")
    assert keyspace(anywhere) == {
        "followers:{ada}": ("zset", None),
        "followers:{bob}": ("zset", None),
        "following:{a}": ("set", None),
        "following:{b}": ("set", None),
        "celebrities": ("set", None),
        "timeline:{a}": ("zset", 600),
        "posts:{ada}": ("zset", 600),
        "post:{ada}:p1": ("hash", 600),
        "post:{ada}:p2": ("hash", 600),
        "fanout:{ada}": ("hash", 600),
        "post:{bob}:p1": ("hash", 600),
    }


def test_an_author_keeps_as_many_places_as_a_reader(anywhere: Redis) -> None:
    timelines = Timelines(anywhere, cap=3, celebrity=1)
    timelines.follow("ben", "ada")
    for second in range(5):
        timelines.post("ada", f"p{second}", "", NOW + second)
    assert anywhere.zcard("posts:{ada}") == 3
    assert ids(timelines, "ben") == ["p4", "p3", "p2"]


def test_more_bad_input_never_leaves(nowhere: Redis) -> None:
    timelines = Timelines(nowhere)
    for bad, says in (
        (lambda: Timelines(nowhere, celebrity=0), "celebrity must be between"),
        (lambda: Timelines(nowhere, keep=0), "keep must be between"),
        (lambda: timelines.post("ada", "p1", "", NOW, batch=0), "batch must be between"),
        (lambda: timelines.fan_out("ada", "p1", 2_001), "batch must be between"),
        (lambda: timelines.delete("ada", ""), "post_id must not be empty"),
        (lambda: timelines.repair(""), "user must not be empty"),
        (lambda: timelines.unfinished("a da"), "author must not contain spaces"),
    ):
        with pytest.raises(ValueError, match=says):
            bad()


def test_a_place_is_text(client: Redis) -> None:
    timelines = Timelines(client)
    timelines.follow("ben", "ada")
    with pytest.raises(ValueError, match="before must be text, not int"):
        timelines.timeline("ben", 5, 17)


def test_the_round_trips_are_those_of_the_card(redis: Redis) -> None:
    timelines = Timelines(redis)
    everybody_follows(timelines)
    timelines.post("ada", "warm", "", NOW - 60)
    timelines.delete("ada", "warm")
    for expected, call in (
        (5, lambda: timelines.post("ada", "p1", "", NOW)),
        (2, lambda: timelines.store("ada", "p2", "", NOW)),
        (3, lambda: timelines.fan_out("ada", "p2")),
        (4, lambda: timelines.timeline("a", 2)),
        (4, lambda: timelines.timeline("a", 20)),
        (1, lambda: timelines.timeline("z")),
        (2, lambda: timelines.follow("a", "bob")),
        (2, lambda: timelines.unfollow("a", "bob")),
        (2, lambda: timelines.repair("a")),
        (1, lambda: timelines.delete("ada", "p2")),
        (1, lambda: timelines.unfinished("ada")),
    ):
        with round_trips(redis) as count:
            call()
        assert count.number == expected

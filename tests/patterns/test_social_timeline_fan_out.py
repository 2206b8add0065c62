"""A post reaches every follower once, whatever breaks off; the posts of celebrities are fetched."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis
from redis.exceptions import ConnectionError, ResponseError

from patterns.social_timeline import Post, Progress, Timelines
from tests.patterns.bench import Died, die, lost_reply, together
from tests.patterns.social_timeline import NOW, everybody_follows, ids

# Every follower, once


def test_a_post_that_is_sent_again_is_there_once(anywhere: Redis) -> None:
    timelines = Timelines(anywhere)
    readers = everybody_follows(timelines)
    assert timelines.post("ada", "p1", "first", NOW) == 7
    assert timelines.post("ada", "p1", "second", NOW + 60) == 0
    for reader in readers:
        assert timelines.timeline(reader) == [Post("p1", "ada", "first", NOW)]
    assert timelines.unfinished("ada") == []


@pytest.mark.parametrize("step", ["_page", "_advance"])
def test_a_fan_out_goes_on_where_it_was_broken_off(
    step: str, anywhere: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    timelines = Timelines(anywhere)
    readers = everybody_follows(timelines)
    timelines.store("ada", "p1", "", NOW)
    assert timelines.fan_out("ada", "p1", 3) == Progress(3, False)
    assert [ids(timelines, reader) for reader in readers] == [["p1"]] * 3 + [[]] * 4
    with monkeypatch.context() as broken:
        broken.setattr(timelines, step, die)
        with pytest.raises(Died):
            timelines.post("ada", "p1", "", NOW, batch=3)
    assert timelines.unfinished("ada") == ["p1"]
    assert timelines.post("ada", "p1", "", NOW, batch=3) == 4
    assert [ids(timelines, reader) for reader in readers] == [["p1"]] * 7
    assert timelines.unfinished("ada") == []
    assert timelines.fan_out("ada", "p1") == Progress(0, True)


@pytest.mark.parametrize("nth", range(1, 4), ids=["look", "store", "page"])
def test_a_lost_reply_loses_and_doubles_nothing(nth: int, client: Redis) -> None:
    timelines = Timelines(client)
    readers = everybody_follows(timelines)
    timelines.post("ada", "warm", "", NOW - 60)
    timelines.delete("ada", "warm")
    with pytest.raises(ConnectionError), lost_reply(client, nth):
        timelines.post("ada", "p1", "", NOW)
    timelines.post("ada", "p1", "", NOW)
    assert [ids(timelines, reader) for reader in readers] == [["p1"]] * 7


def test_a_page_may_end_with_the_last_follower(anywhere: Redis) -> None:
    timelines = Timelines(anywhere)
    everybody_follows(timelines, readers="abcdef")
    timelines.store("ada", "p1", "", NOW)
    progress = [timelines.fan_out("ada", "p1", 3) for _ in range(4)]
    assert progress == [Progress(3, False), Progress(3, False), Progress(0, True), Progress(0, True)]


def test_a_slow_worker_does_not_move_the_cursor_back(
    anywhere: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, fast = Timelines(anywhere), Timelines(anywhere)
    readers = everybody_follows(slow)
    slow.store("ada", "p1", "", NOW)
    advance = slow._advance

    def overtaken(**call: object) -> object:
        for _ in range(2):
            fast.fan_out("ada", "p1", 3)
        return advance(**call)

    monkeypatch.setattr(slow, "_advance", overtaken)
    assert slow.fan_out("ada", "p1", 2) == Progress(2, False)
    assert fast.fan_out("ada", "p1", 3) == Progress(1, True)
    assert [ids(fast, reader) for reader in readers] == [["p1"]] * 7


def test_many_workers_reach_everybody_once(anywhere: Redis) -> None:
    timelines = Timelines(anywhere)
    readers = [f"reader{number:02}" for number in range(50)]
    for reader in readers:
        timelines.follow(reader, "ada")
    assert all(
        isinstance(pushed, int)
        for pushed in together(*[partial(timelines.post, "ada", "p1", "", NOW, batch=7)] * 6)
    )
    assert [ids(timelines, reader) for reader in readers] == [["p1"]] * 50
    assert timelines.unfinished("ada") == []


def test_a_broken_timeline_stops_the_fan_out_and_loses_nobody(anywhere: Redis) -> None:
    timelines = Timelines(anywhere)
    readers = everybody_follows(timelines)
    anywhere.set("timeline:{c}", "mine")
    with pytest.raises(ResponseError, match="WRONGTYPE"):
        timelines.post("ada", "p1", "", NOW, batch=4)
    assert timelines.unfinished("ada") == ["p1"]
    anywhere.delete("timeline:{c}")
    assert timelines.post("ada", "p1", "", NOW, batch=4) == 7
    assert [ids(timelines, reader) for reader in readers] == [["p1"]] * 7


def test_posts_that_arrive_out_of_order_stand_in_order(anywhere: Redis) -> None:
    timelines = Timelines(anywhere, cap=3)
    timelines.follow("ben", "ada")
    for second in (3, 1, 4, 2, 0):
        timelines.post("ada", f"p{second}", "", NOW + second)
    assert ids(timelines, "ben") == ["p4", "p3", "p2"]


def test_posts_of_one_moment_have_an_order_too(anywhere: Redis) -> None:
    timelines = Timelines(anywhere)
    for author in ("ada", "bob"):
        timelines.follow("ben", author)
        for post_id in ("p2", "p1"):
            timelines.post(author, post_id, "", NOW)
    pages = [timelines.timeline("ben", 2), timelines.timeline("ben", 2, f"{NOW * 1000:.0f} bob p1")]
    assert [(post.author, post.id) for page in pages for post in page] == [
        ("bob", "p2"), ("bob", "p1"), ("ada", "p2"), ("ada", "p1"),
    ]  # fmt: skip


# Celebrities


def test_a_celebritys_post_is_fetched_and_not_pushed(anywhere: Redis) -> None:
    timelines = Timelines(anywhere, celebrity=7)
    readers = everybody_follows(timelines)
    timelines.follow("a", "bob")
    timelines.post("bob", "b1", "", NOW)
    assert timelines.post("ada", "p1", "", NOW + 1) == 0
    timelines.post("bob", "b2", "", NOW + 2)
    assert ids(timelines, "a") == ["b2", "p1", "b1"]
    assert [ids(timelines, reader) for reader in readers[1:]] == [["p1"]] * 6
    assert (anywhere.exists("timeline:{b}"), timelines.unfinished("ada")) == (0, [])
    assert timelines.timeline("z") == []


def test_who_becomes_a_celebrity_shows_old_and_new_posts_once(anywhere: Redis) -> None:
    timelines = Timelines(anywhere, celebrity=7)
    readers = everybody_follows(timelines, readers="abcdef")
    timelines.post("ada", "p1", "", NOW)
    timelines.follow("g", "ada")
    timelines.post("ada", "p2", "", NOW + 1)
    assert [ids(timelines, reader) for reader in readers] == [["p2", "p1"]] * 6
    timelines.unfollow("g", "ada")
    assert timelines.post("ada", "p3", "", NOW + 2) == 6  # pushed again, and still in one place
    assert [ids(timelines, reader) for reader in readers] == [["p3", "p2", "p1"]] * 6


def test_pages_run_through_pushed_and_fetched_posts(anywhere: Redis) -> None:
    timelines = Timelines(anywhere, celebrity=2)
    for reader, author in (("a", "ada"), ("b", "ada"), ("a", "bob")):
        timelines.follow(reader, author)
    for second in range(12):
        timelines.post("ada" if second % 3 else "bob", f"p{second:02}", "", NOW + second)
    found, before = [], None
    while page := timelines.timeline("a", 5, before):
        found += [post.id for post in page]
        before = page[-1].place
    assert found == [f"p{second:02}" for second in reversed(range(12))]


# Whatever happens


EVENTS = ("follow", "unfollow", "post", "half", "again", "delete", "resume")


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(EVENTS), st.sampled_from(["ada", "bob"]), st.integers(0, 4)), max_size=40
    )
)
def test_everybody_sees_every_post_once_whatever_happens(
    redis: Redis, story: list[tuple[str, str, int]]
) -> None:
    redis.flushall()
    timelines = Timelines(redis, celebrity=4)
    follows = {author: set[str]() for author in ("ada", "bob")}
    wanted: dict[tuple[str, str], set[str]] = {}
    for second, (event, author, number) in enumerate(story):
        reader, post_id = f"reader{number}", f"p{second}"
        match event:
            case "follow":
                timelines.follow(reader, author)
                follows[author].add(reader)
            case "unfollow":
                timelines.unfollow(reader, author)
                follows[author].discard(reader)
                for (by, _), readers in wanted.items():
                    if by == author:
                        readers.discard(reader)
            case "post":
                timelines.post(author, post_id, "", NOW + second, batch=2)
                wanted[author, post_id] = set(follows[author])
            case "half":
                timelines.store(author, post_id, "", NOW + second)
                timelines.fan_out(author, post_id, 1 + number % 2)
                wanted[author, post_id] = set(follows[author])
            case "again" if mine := [one for by, one in wanted if by == author]:
                timelines.post(author, mine[number % len(mine)], "", NOW + second, batch=2)
            case "delete" if mine := [one for by, one in wanted if by == author]:
                timelines.delete(author, mine[number % len(mine)])
                wanted.pop((author, mine[number % len(mine)]))
            case "resume":
                for open_post in timelines.unfinished(author):
                    timelines.fan_out(author, open_post, 2)
    for author in follows:
        for open_post in timelines.unfinished(author):
            timelines.post(author, open_post, "", NOW)
    for reader in (f"reader{number}" for number in range(5)):
        page = timelines.timeline(reader, 100)
        assert [post.place for post in page] == sorted({post.place for post in page}, reverse=True)
        seen = {(post.author, post.id) for post in page}
        assert {key for key, readers in wanted.items() if reader in readers} <= seen <= set(wanted)
        assert all(reader in follows[author] for author, _ in seen)


def test_a_post_id_that_is_used_again_is_on_a_page_once(anywhere: Redis) -> None:
    timelines = Timelines(anywhere)
    timelines.follow("ben", "ann")
    timelines.post("ann", "p1", "old", 100.0)
    anywhere.delete("post:{ann}:p1")  # its time is over before that of Ben's timeline
    timelines.post("ann", "p1", "new", 300.0)
    assert [(post.text, post.at) for post in timelines.timeline("ben")] == [("new", 300.0)]

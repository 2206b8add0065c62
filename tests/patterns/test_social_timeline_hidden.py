"""A deleted post and an author whom a reader has left are hidden, and half a follow shows nothing."""

from __future__ import annotations

import pytest
from redis import Redis

from patterns.social_timeline import Progress, Timelines
from tests.patterns.bench import Died, die, round_trips
from tests.patterns.social_timeline import NOW, everybody_follows, ids

# What is hidden


def test_a_deleted_post_shows_nowhere_and_does_not_come_back(anywhere: Redis) -> None:
    timelines = Timelines(anywhere, celebrity=3)
    everybody_follows(timelines, readers="ab")
    everybody_follows(timelines, "bob", "abc")
    for author in ("ada", "bob"):
        timelines.post(author, "p1", "", NOW)
        assert (timelines.delete(author, "p1"), timelines.delete(author, "p1")) == (True, False)
        assert timelines.post(author, "p1", "", NOW) == 0  # a late retry
    assert (timelines.timeline("a"), timelines.timeline("c")) == ([], [])
    assert timelines.delete("ada", "p2") is False


def test_a_post_that_is_deleted_on_its_way_goes_no_further(anywhere: Redis) -> None:
    timelines = Timelines(anywhere)
    readers = everybody_follows(timelines)
    timelines.store("ada", "p1", "", NOW)
    timelines.fan_out("ada", "p1", 3)
    timelines.delete("ada", "p1")
    assert timelines.unfinished("ada") == []
    assert timelines.fan_out("ada", "p1", 3) == Progress(0, True)
    assert [ids(timelines, reader) for reader in readers] == [[]] * 7
    assert anywhere.exists("timeline:{d}") == 0


def test_a_post_that_went_while_its_fan_out_was_open_closes_it(anywhere: Redis) -> None:
    timelines = Timelines(anywhere)
    everybody_follows(timelines)
    timelines.store("ada", "p1", "", NOW)
    anywhere.delete("post:{ada}:p1")  # thirty days are over
    assert timelines.fan_out("ada", "p1") == Progress(0, True)
    assert timelines.unfinished("ada") == []


def test_who_has_left_sees_no_old_posts_and_sees_them_again_on_return(anywhere: Redis) -> None:
    timelines = Timelines(anywhere)
    for author in ("ada", "bob"):
        timelines.follow("ben", author)
        timelines.post(author, "p1", "", NOW)
    timelines.unfollow("ben", "ada")
    assert [post.author for post in timelines.timeline("ben")] == ["bob"]
    timelines.follow("ben", "ada")
    assert [post.author for post in timelines.timeline("ben")] == ["bob", "ada"]


def test_a_page_is_full_although_much_is_hidden(redis: Redis) -> None:
    timelines = Timelines(redis)
    for author in ("ada", "bob"):
        timelines.follow("ben", author)
    timelines.post("bob", "old", "", NOW)
    for second in range(1, 100):
        timelines.post("ada", f"p{second}", "", NOW + second)
    timelines.unfollow("ben", "ada")
    with round_trips(redis) as count:
        assert ids(timelines, "ben", count=5) == ["old"]
    assert count.number < 20  # it asks for more each time


def test_a_page_that_begins_with_what_is_hidden_is_no_longer_than_asked(anywhere: Redis) -> None:
    timelines = Timelines(anywhere)
    timelines.follow("ben", "ada")
    for second in range(12):
        timelines.post("ada", f"p{second:02}", "", NOW + second)
    for second in (9, 10, 11):
        timelines.delete("ada", f"p{second:02}")
    page = timelines.timeline("ben", 4)
    assert [post.id for post in page] == ["p08", "p07", "p06", "p05"]
    assert ids(timelines, "ben", count=4, before=page[-1].place) == ["p04", "p03", "p02", "p01"]


def test_what_is_hidden_in_one_source_does_not_hide_the_other(anywhere: Redis) -> None:
    timelines = Timelines(anywhere, celebrity=2)
    for reader, author in (("a", "star"), ("b", "star"), ("a", "ada")):
        timelines.follow(reader, author)
    for second in range(6):
        timelines.post("star" if second < 2 else "ada", f"p{second}", "", NOW + second)
    for second in (4, 5):
        timelines.delete("ada", f"p{second}")
    assert ids(timelines, "a", count=2) == ["p3", "p2"]  # and not the star's, which are older


# Follow and unfollow are two writes


def test_half_a_follow_shows_nothing(anywhere: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    timelines = Timelines(anywhere)
    with monkeypatch.context() as broken:
        broken.setattr(anywhere, "sadd", die)
        with pytest.raises(Died):
            timelines.follow("ben", "ada")
    timelines.post("ada", "p1", "", NOW)
    assert timelines.timeline("ben") == []
    assert timelines.follow("ben", "ada") is True
    assert ids(timelines, "ben") == ["p1"]


def test_half_an_unfollow_shows_nothing(anywhere: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    timelines = Timelines(anywhere)
    timelines.follow("ben", "ada")
    with monkeypatch.context() as broken:
        broken.setattr(anywhere, "zrem", die)
        with pytest.raises(Died):
            timelines.unfollow("ben", "ada")
    timelines.post("ada", "p1", "", NOW)
    assert timelines.timeline("ben") == []


def test_what_two_tabs_tore_apart_is_repaired(anywhere: Redis) -> None:
    timelines = Timelines(anywhere)
    timelines.follow("ben", "bob")
    anywhere.sadd("following:{ben}", "ada")  # follow: followers, unfollow: both, follow: following
    assert timelines.post("ada", "p1", "", NOW) == 0
    assert (timelines.repair("ben"), timelines.repair("ben"), timelines.repair("zoe")) == (1, 0, 0)
    assert timelines.post("ada", "p2", "", NOW) == 1

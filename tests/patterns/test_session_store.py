"""One contract for both session stores, how the naive one goes wrong, what the hardened one promises."""

from __future__ import annotations

import re
from typing import Any

import pytest
from redis import Redis
from redis.exceptions import ResponseError

from patterns.session_store import LONGEST_VALUE, NaiveSessions, Sessions
from tests.patterns.bench import Meanwhile, keyspace, round_trips

BOTH = pytest.mark.parametrize("version", [NaiveSessions, Sessions])
Version = type[NaiveSessions] | type[Sessions]


# The contract


@BOTH
def test_a_session_holds_its_user_and_the_data(version: Version, client: Redis) -> None:
    sessions = version(client)
    session_id = sessions.create("ann", {"theme": "dark"})
    assert sessions.get(session_id) == {"user_id": "ann", "theme": "dark"}


@BOTH
def test_a_session_may_hold_nothing_but_its_user(version: Version, client: Redis) -> None:
    sessions = version(client)
    assert sessions.get(sessions.create("ann", {})) == {"user_id": "ann"}


@BOTH
def test_an_update_changes_some_fields_and_leaves_the_others(version: Version, client: Redis) -> None:
    sessions = version(client)
    session_id = sessions.create("ann", {"theme": "dark", "page": "1"})
    assert sessions.update(session_id, {"page": "2", "basket": ""})
    assert sessions.get(session_id) == {"user_id": "ann", "theme": "dark", "page": "2", "basket": ""}


@BOTH
def test_an_update_of_nothing_changes_nothing(version: Version, client: Redis) -> None:
    sessions = version(client)
    session_id = sessions.create("ann", {"page": "1"})
    assert sessions.update(session_id, {})
    assert sessions.get(session_id) == {"user_id": "ann", "page": "1"}


@BOTH
def test_who_signs_out_is_out(version: Version, client: Redis) -> None:
    sessions = version(client)
    session_id = sessions.create("ann", {})
    assert sessions.destroy(session_id)
    assert sessions.get(session_id) is None
    assert not sessions.update(session_id, {"page": "2"})
    assert not sessions.destroy(session_id)
    assert keyspace(client) == {}


@BOTH
@pytest.mark.parametrize("session_id", ["nobody", "x" * 43, f"{'0' * 32}.{'A' * 43}", "Ž", f"{'0' * 32}."])
def test_an_id_that_nobody_was_given_is_no_session(version: Version, session_id: str, client: Redis) -> None:
    sessions = version(client)
    assert sessions.get(session_id) is None
    assert not sessions.update(session_id, {"page": "2"})
    assert not sessions.destroy(session_id)
    assert keyspace(client) == {}


@BOTH
def test_every_session_has_an_id_of_its_own_that_nobody_can_guess(version: Version, client: Redis) -> None:
    sessions = version(client)
    ids = {sessions.create("ann", {}) for _ in range(20)}
    assert len(ids) == 20
    assert len({session_id[-43:] for session_id in ids}) == 20
    assert all(re.fullmatch(r"[\w.-]+", session_id, re.ASCII) for session_id in ids)  # fit for a cookie


@BOTH
def test_sessions_of_one_user_do_not_mix(version: Version, client: Redis) -> None:
    sessions = version(client)
    laptop, phone = sessions.create("ann", {"on": "laptop"}), sessions.create("ann", {"on": "phone"})
    sessions.update(phone, {"page": "2"})
    sessions.destroy(laptop)
    assert sessions.get(laptop) is None
    assert sessions.get(phone) == {"user_id": "ann", "on": "phone", "page": "2"}


@BOTH
def test_namespaces_do_not_mix(version: Version, client: Redis) -> None:
    session_id = version(client, namespace="a:").create("ann", {})
    assert version(client, namespace="b:").get(session_id) is None


@BOTH
def test_texts_may_be_any_text(version: Version, client: Redis) -> None:
    sessions = version(client)
    data = {"Žofie 🎉": "a\nb\0", "{x}": '"quoted"', "long": "x" * LONGEST_VALUE}
    session_id = sessions.create("{Žofie}", data)
    assert sessions.get(session_id) == {"user_id": "{Žofie}", **data}


def test_the_keys_left_behind_by_naive_are_those_of_the_card(client: Redis) -> None:
    session_id = NaiveSessions(client, 60).create("ann", {})
    assert keyspace(client) == {f"session:{{{session_id}}}": ("string", 60)}


def test_the_keys_left_behind_are_those_of_the_card(anywhere: Redis) -> None:
    owner, token = Sessions(anywhere, 60).create("ann", {}).split(".")
    assert keyspace(anywhere) == {
        f"session:{{{owner}}}:{token}": ("hash", 60),
        f"sessions:{{{owner}}}": ("zset", 60),
    }


@BOTH
@pytest.mark.parametrize(
    ("data", "says"),
    [
        (None, "must be a mapping of names to texts, not NoneType"),
        ([("a", "b")], "must be a mapping of names to texts, not list"),
        ({"": "x"}, "must not be empty"),
        ({"page": 2}, "page must be text, not int"),
        ({"page": None}, "page must be text, not NoneType"),
        ({2: "page"}, "must be text, not int"),
        ({"page": "\ud800"}, "page holds characters that UTF-8 cannot carry"),
        ({"page": "x" * (LONGEST_VALUE + 1)}, "page must have at most 65,536 bytes, not 65,537"),
        ({str(n): "" for n in range(101)}, "the number of fields in .* must be between 0 and 100, not 101"),
        ({"user_id": "eve"}, "must not hold 'user_id', which is set once, by create()"),
        ({"ends_at": "0"}, "must not hold 'ends_at', which is set once, by create()"),
    ],
)
def test_bad_data_never_leaves(version: Version, data: Any, says: str, nowhere: Redis) -> None:
    sessions = version(nowhere)
    with pytest.raises(ValueError, match=says):
        sessions.create("ann", data)
    with pytest.raises(ValueError, match=says):
        sessions.update(f"{'0' * 32}.{'A' * 43}", data)


@BOTH
@pytest.mark.parametrize("user_id", ["", b"ann", None, "\ud800", "x" * 257])
def test_a_bad_user_id_never_leaves(version: Version, user_id: str, nowhere: Redis) -> None:
    with pytest.raises(ValueError, match="user_id"):
        version(nowhere).create(user_id, {})


@BOTH
@pytest.mark.parametrize("session_id", ["", b"abc", None, "\ud800", "x" * 257, "{a}"])
def test_a_bad_session_id_never_leaves(version: Version, session_id: str, nowhere: Redis) -> None:
    sessions = version(nowhere)
    for ask in (
        lambda: sessions.get(session_id),
        lambda: sessions.update(session_id, {"page": "2"}),
        lambda: sessions.destroy(session_id),
    ):
        with pytest.raises(ValueError, match="session_id"):
            ask()


@BOTH
@pytest.mark.parametrize("ttl", [0, -1, 1.5, "60", None, True])
def test_a_ttl_that_is_no_whole_number_of_seconds_is_refused(
    version: Version, ttl: int, nowhere: Redis
) -> None:
    with pytest.raises(ValueError, match="ttl must be"):
        version(nowhere, ttl)


@BOTH
def test_a_key_of_another_type_is_reported_and_kept(version: Version, client: Redis) -> None:
    sessions = version(client)
    session_id = sessions.create("ann", {})
    key = next(key for key in keyspace(client) if key.startswith("session:"))
    client.delete(key)
    client.rpush(key, "mine")
    with pytest.raises(ResponseError, match="WRONGTYPE"):
        sessions.get(session_id)
    with pytest.raises(ResponseError, match="WRONGTYPE"):
        sessions.update(session_id, {"page": "2"})
    assert keyspace(client)[key] == ("list", None)


# How the naive one goes wrong


def test_naive_revived_session(redis: Redis) -> None:
    sessions = NaiveSessions(redis)
    session_id = sessions.create("ann", {})
    slow = NaiveSessions(Meanwhile(redis, "get", lambda: sessions.destroy(session_id)))
    assert slow.update(session_id, {"page": "2"})
    assert sessions.get(session_id) == {"user_id": "ann", "page": "2"}  # although ann has signed out


def test_naive_lost_update(redis: Redis) -> None:
    sessions = NaiveSessions(redis)
    session_id = sessions.create("ann", {})
    slow = NaiveSessions(Meanwhile(redis, "get", lambda: sessions.update(session_id, {"basket": "3"})))
    assert slow.update(session_id, {"page": "2"})
    assert sessions.get(session_id) == {"user_id": "ann", "page": "2"}  # and no basket


def test_naive_dropped_ttl(redis: Redis) -> None:
    sessions = NaiveSessions(redis)
    session_id = sessions.create("ann", {})
    sessions.update(session_id, {"page": "2"})
    assert list(keyspace(redis).values()) == [("string", None)]


# What the hardened one promises, everywhere


def test_signing_out_everywhere_ends_every_session_of_one_user(anywhere: Redis) -> None:
    sessions = Sessions(anywhere)
    ann = [sessions.create("ann", {}) for _ in range(3)]
    ben = sessions.create("ben", {})
    assert sessions.destroy_all("ann") == 3
    assert [sessions.get(session_id) for session_id in ann] == [None] * 3
    assert not sessions.update(ann[0], {"page": "2"})
    assert not sessions.destroy(ann[0])
    assert sessions.get(ben) == {"user_id": "ben"}
    assert sessions.destroy_all("ann") == 0


def test_who_signs_in_again_does_not_bring_old_sessions_back(anywhere: Redis) -> None:
    sessions = Sessions(anywhere)
    old = sessions.create("ann", {})
    sessions.destroy_all("ann")
    new = sessions.create("ann", {})
    assert sessions.get(old) is None
    assert sessions.get(new) == {"user_id": "ann"}


def test_an_id_says_nothing_about_its_user_but_is_of_one_owner(anywhere: Redis) -> None:
    sessions = Sessions(anywhere)
    ann, ann_too, ben = (sessions.create(user, {}).partition(".")[0] for user in ("ann", "ann", "ben"))
    assert ann == ann_too != ben
    assert "ann" not in ann


def test_an_id_whose_halves_belong_to_two_users_is_no_session(anywhere: Redis) -> None:
    sessions = Sessions(anywhere)
    ann, ben = sessions.create("ann", {}), sessions.create("ben", {})
    assert sessions.get(f"{ann.partition('.')[0]}.{ben.partition('.')[2]}") is None


def test_a_text_that_is_no_id_is_not_even_asked_for(nowhere: Redis) -> None:
    sessions = Sessions(nowhere)
    assert sessions.get("nobody") is None
    assert not sessions.update("nobody", {})
    assert not sessions.destroy("nobody")


def test_every_method_takes_one_round_trip(redis: Redis) -> None:
    sessions = Sessions(redis)
    session_id = sessions.create("ann", {})
    sessions.get(session_id)
    sessions.list_sessions("ann")
    sessions.destroy(sessions.create("ben", {}))
    sessions.destroy_all("ben")
    for method in (
        lambda: sessions.create("ann", {}),
        lambda: sessions.get(session_id),
        lambda: sessions.update(session_id, {"page": "2"}),
        lambda: sessions.list_sessions("ann"),
        lambda: sessions.destroy(session_id),
        lambda: sessions.destroy_all("ann"),
    ):
        with round_trips(redis) as count:
            method()
        assert count.number == 1

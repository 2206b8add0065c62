"""What the keyspace panel is told: what is there, what the run did to it, how old the reading is."""

from __future__ import annotations

from collections.abc import Callable

from redis import Redis

from lab.snapshot import difference, read
from lab.states import KeyState, Snapshot
from ui.components.keyspace import data


def panel(
    redis: Redis, change: Callable[[], object] = lambda: None, later: float = 0.0
) -> dict[str, dict[str, object]]:
    before = read(redis)
    change()
    after = read(redis)
    drawn = data(after, difference(before, after), after.at + later)
    assert drawn["age"] == later
    return {row["key"]: row for row in drawn["rows"]}


def test_each_element_that_changed_says_what_stood_there(redis: Redis) -> None:
    redis.zadd("board", {"ann": 10, "ben": 5, "cid": 1})
    rows = panel(redis, lambda: (redis.zadd("board", {"ann": 25, "dora": 2}), redis.zrem("board", "cid")))
    assert rows["board"]["what"] == "changed"
    assert sorted(rows["board"]["value"]) == [  # type: ignore[call-overload]
        ["ann", "25", "changed", "10"],
        ["ben", "5", "", ""],
        ["cid", "1", "gone", ""],
        ["dora", "2", "new", ""],
    ]


def test_a_deleted_key_stays_to_be_seen(redis: Redis) -> None:
    redis.set("lock", "ann", px=5000)
    rows = panel(redis, lambda: redis.delete("lock"))
    assert (rows["lock"]["gone"], rows["lock"]["what"], rows["lock"]["ttl"]) == (True, "deleted", None)


def test_a_new_key_says_so_and_short_texts_are_shown_at_once(redis: Redis) -> None:
    rows = panel(redis, lambda: redis.set("name", "ann", px=60_000))
    assert (rows["name"]["what"], rows["name"]["brief"], rows["name"]["size"]) == (
        "created",
        "ann",
        "3 bytes",
    )
    assert 59_000 < rows["name"]["ttl"] <= 60_000  # type: ignore[operator]


def test_what_did_not_change_is_not_marked(redis: Redis) -> None:
    redis.hset("session", mapping={"user": "ann"})
    rows = panel(redis, later=3.0)
    assert (rows["session"]["what"], rows["session"]["ttl"]) == ("", None)
    assert rows["session"]["value"] == [["user", "ann", "", ""]]


def test_a_key_that_changed_its_type_is_shown_as_it_is(redis: Redis) -> None:
    redis.set("key", "text")
    rows = panel(redis, lambda: (redis.delete("key"), redis.rpush("key", "a", "b")))
    assert rows["key"]["type"] == "list"
    assert rows["key"]["value"] == [["0", "a", "", ""], ["1", "b", "", ""]]


def test_what_only_a_module_can_read_is_told_by_name() -> None:
    facts = (("Capacity", "1000"), ("Number of items inserted", "20"))
    state = KeyState("seen", "bloom", None, 20, facts, 0, "digest")
    (row,) = data(Snapshot((state,), 0.0), (), 0.0)["rows"]
    assert row["columns"] == ("fact", "value")
    assert row["size"] == "20 items"
    assert [line[:2] for line in row["value"]] == [list(fact) for fact in facts]

"""What changed between two reads, in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lab.difference import difference
from lab.snapshot import read
from lab.states import KeyState, Snapshot


def key(name: str = "k", **changes: Any) -> KeyState:
    return replace(KeyState(name, "string", None, 1, "v", 0, "d"), **changes)


def at(moment: float, *keys: KeyState, truncated: int = 0, moved: float = 0) -> Snapshot:
    return Snapshot(keys, moment, truncated, moved)


def told(redis, *steps: Any) -> list[tuple[str, str, str]]:
    """Read, act, read: the changes as (key, what, says)."""
    before = read(redis)
    for step in steps:
        step()
    return [(change.key, change.what, change.says) for change in difference(before, read(redis))]


def test_nothing_changed(any_redis) -> None:
    any_redis.set("k", "v", ex=30)
    any_redis.hset("h", "f", "v")
    assert told(any_redis, lambda: any_redis.get("k"), lambda: any_redis.hget("h", "f")) == []


def test_new_keys(any_redis) -> None:
    assert told(
        any_redis,
        lambda: any_redis.set("text", "hello"),
        lambda: any_redis.set("long", "x" * 100),
        lambda: any_redis.zadd("board", {"ann": 1}),
        lambda: any_redis.rpush("list", 1, 2),
        lambda: any_redis.xadd("stream", {"n": 1}),
        lambda: any_redis.hset("hash", mapping={"a": 1, "b": 2}),
        lambda: any_redis.expire("hash", 30),
    ) == [
        ("board", "created", "new zset with 1 member"),
        ("hash", "created", "new hash with 2 fields; TTL 30 s"),
        ("list", "created", "new list with 2 elements"),
        ("long", "created", "new string"),
        ("stream", "created", "new stream with 1 entry"),
        ("text", "created", "new string: hello"),
    ]


def test_strings(any_redis) -> None:
    any_redis.mset({"n": 10, "long": "x" * 100})
    assert told(any_redis, lambda: any_redis.incrby("n", 15), lambda: any_redis.append("long", "y")) == [
        ("long", "changed", "100 -> 101 bytes"),
        ("n", "changed", "10 -> 25"),
    ]
    assert told(any_redis, lambda: any_redis.setrange("long", 50, "z")) == [
        ("long", "changed", "its content, not its size")
    ]


def test_scores_and_members(any_redis) -> None:
    any_redis.zadd("board", {"ann": 10, "ben": 5})
    assert told(
        any_redis,
        lambda: any_redis.zincrby("board", 15, "ann"),
        lambda: any_redis.zadd("board", {"cat": 1, "dan": 2}),
        lambda: any_redis.zrem("board", "ben"),
    ) == [("board", "changed", "score of ann 10 -> 25; +2 members: cat, dan; -1 member: ben")]


def test_fields(any_redis) -> None:
    any_redis.hset("h", mapping={"price": 10, "old": 1, "same": 1})
    assert told(
        any_redis,
        lambda: any_redis.hset("h", mapping={"price": 12, "new": 1}),
        lambda: any_redis.hdel("h", "old"),
    ) == [("h", "changed", "field price 10 -> 12; +1 field: new; -1 field: old")]


def test_many_changes_are_summed_up(any_redis) -> None:
    any_redis.hset("h", mapping={f"f{number}": 0 for number in range(9)})
    assert told(any_redis, lambda: any_redis.hset("h", mapping={f"f{number}": 1 for number in range(9)})) == [
        ("h", "changed", "field f0 0 -> 1; field f1 0 -> 1; 7 more changed")
    ]


def test_members_and_elements(any_redis) -> None:
    any_redis.sadd("s", "a", "b")
    any_redis.rpush("l", "a", "b")
    assert told(
        any_redis,
        lambda: any_redis.sadd("s", "c"),
        lambda: any_redis.lpush("l", "c", "d"),
    ) == [("l", "changed", "+2 elements"), ("s", "changed", "+1 member: c")]
    assert told(any_redis, lambda: any_redis.lset("l", 1, "x"), lambda: any_redis.srem("s", "a", "b")) == [
        ("l", "changed", "element 1: c -> x"),
        ("s", "changed", "-2 members: a, b"),
    ]


def test_streams_and_their_groups(any_redis) -> None:
    any_redis.xadd("s", {"n": 1}, id="1-1")
    assert told(
        any_redis,
        lambda: any_redis.xadd("s", {"n": 2}, id="2-1"),
        lambda: any_redis.xgroup_create("s", "workers", "0"),
    ) == [("s", "changed", "+group workers; +1 entry: 2-1")]
    assert told(any_redis, lambda: any_redis.xreadgroup("workers", "w1", {"s": ">"}, count=1)) == [
        ("s", "changed", "group workers: 0 pending, read up to 0-0 -> 1 pending (w1 1), read up to 1-1")
    ]


def test_where_not_everything_is_shown_only_numbers_are_certain(any_redis) -> None:
    any_redis.hset("h", mapping={f"f{number}": 0 for number in range(1_000)})
    any_redis.rpush("l", *range(1_000))
    assert told(
        any_redis,
        lambda: any_redis.hset("h", mapping={f"g{number}": 0 for number in range(500)}),
        lambda: any_redis.lset("l", 999, "x"),
    ) == [("h", "changed", "+500 fields"), ("l", "changed", "its content, not its size")]


def test_two_graphs_change_only_where_they_are_written(redis) -> None:
    for name in ("a", "b"):
        redis.execute_command("GRAPH.QUERY", name, "CREATE (:Skill {name: 'keys'})-[:OPENS]->(:Skill)")
    assert told(redis, lambda: redis.execute_command("GRAPH.RO_QUERY", "a", "MATCH (n) RETURN n")) == []
    for change in ("MATCH (n {name: 'keys'}) SET n.name = 'sets'", "MATCH ()-[e]->() SET e.weight = 1"):
        assert told(redis, lambda change=change: redis.execute_command("GRAPH.QUERY", "a", change)) == [
            ("a", "changed", "its content, not its size")
        ]
    assert told(redis, lambda: redis.execute_command("GRAPH.QUERY", "b", "CREATE (:Skill)")) == [
        ("b", "changed", "nodes: 2 -> 3")
    ]


def test_a_key_of_another_type(any_redis) -> None:
    any_redis.set("k", "v")
    assert told(any_redis, lambda: any_redis.delete("k"), lambda: any_redis.sadd("k", "a")) == [
        ("k", "changed", "string replaced by set")
    ]


def test_deleted_and_expired(any_redis) -> None:
    any_redis.set("gone", "v")
    any_redis.set("late", "v", ex=300)
    any_redis.set("due", "v", px=1)
    before = at(100.0, key("due", ttl_ms=500), key("gone"), key("late", ttl_ms=5_000))
    assert [(change.key, change.what) for change in difference(before, at(101.0))] == [
        ("due", "expired"),
        ("gone", "deleted"),
        ("late", "deleted"),
    ]
    assert [change.what for change in difference(before, at(101.0, moved=10))] == [
        "expired",
        "deleted",
        "expired",
    ]


def test_times_to_live(any_redis) -> None:
    any_redis.mset({"a": 1, "b": 1, "c": 1})
    any_redis.expire("b", 30)
    any_redis.expire("c", 30)
    assert told(
        any_redis,
        lambda: any_redis.expire("a", 30),
        lambda: any_redis.persist("b"),
        lambda: any_redis.expire("c", 300),
    ) == [
        ("a", "ttl", "TTL set to 30 s"),
        ("b", "ttl", "TTL removed"),
        ("c", "ttl", "TTL set again, to 5 min"),
    ]


def test_a_ttl_that_is_renewed_at_once_is_seen() -> None:
    before = at(100.0, key(ttl_ms=30_000, deadline_ms=130_000))
    after = at(100.02, key(ttl_ms=30_000, deadline_ms=130_020))
    assert [change.says for change in difference(before, after)] == ["TTL set again, to 30 s"]


@pytest.mark.parametrize("deadlines", [(130_000, 129_998), (None, None)], ids=["exact", "unknown"])
def test_a_ttl_that_was_moved_on_with_the_time_is_no_change(deadlines: tuple[int | None, int | None]) -> None:
    before = at(100.0, key(ttl_ms=30_000, deadline_ms=deadlines[0]))
    moved = deadlines[1] - 10_000 if deadlines[1] else None
    after = at(100.5, key(ttl_ms=19_498, deadline_ms=moved), moved=10)
    assert difference(before, after) == ()


def test_a_value_and_its_ttl(any_redis) -> None:
    any_redis.set("n", 1, ex=30)
    assert told(any_redis, lambda: any_redis.set("n", 2)) == [("n", "changed", "1 -> 2; TTL removed")]


def test_fields_that_expire(any_redis) -> None:
    any_redis.hset("h", mapping={"a": 1, "b": 1})
    assert told(any_redis, lambda: any_redis.hexpire("h", 30, "a")) == [
        ("h", "ttl", "TTL of field a set to 30 s")
    ]
    assert told(any_redis) == []
    assert told(any_redis, lambda: any_redis.hexpire("h", 90, "a")) == [
        ("h", "ttl", "TTL of field a set again, to 90 s")
    ]
    assert told(any_redis, lambda: any_redis.hpersist("h", "a")) == [("h", "ttl", "TTL of field a removed")]


def test_keys_beyond_what_was_read_are_not_said_to_come_or_go() -> None:
    before = at(1.0, key("b"), key("c"), truncated=2)
    after = at(2.0, key("a"), key("b"), truncated=3)
    assert [(change.key, change.what) for change in difference(before, after)] == [("a", "created")]
    assert [(change.key, change.what) for change in difference(after, before)] == [("a", "deleted")]


def test_a_value_of_a_module() -> None:
    def bloom(items: int) -> KeyState:
        rows = (("Capacity", "100"), ("Number of items inserted", str(items)))
        return key("b", type="bloom", size=items, value=rows, digest=str(items))

    assert [change.says for change in difference(at(1, bloom(1)), at(2, bloom(2)))] == [
        "Number of items inserted: 1 -> 2"
    ]


@pytest.mark.parametrize(
    ("ttl", "text"),
    [
        (250, "250 ms"), (999, "1 s"), (1_500, "1.5 s"), (29_998, "30 s"), (90_000, "90 s"),
        (119_990, "2 min"), (150_000, "2 min 30 s"), (3_599_999, "60 min"), (7_200_000, "2 h"),
        (9_000_000, "2 h 30 min"), (259_200_000, "3 days"), (262_800_000, "3 days 1 h"),
    ],
)  # fmt: skip
def test_durations_as_people_say_them(ttl: int, text: str) -> None:
    (change,) = difference(at(1, key()), at(1, key(ttl_ms=ttl)))
    assert change.says == f"TTL set to {text}"

"""A keyspace at one moment, on the real server and on fakeredis."""

from __future__ import annotations

import time
from typing import Any

import pytest
from redis import Redis

from lab.keys import Asker
from lab.snapshot import KeyState, difference, read


def state(redis: Redis, key: str, **options: Any) -> KeyState:
    (found,) = [state for state in read(redis, **options).keys if state.key == key]
    return found


def is_real(redis: Redis) -> bool:
    return "path" in redis.connection_pool.connection_kwargs


def test_a_position_is_a_member_also_where_its_score_is_no_number(any_redis) -> None:
    any_redis.geoadd("places", (13.361389, 38.115556, "Palermo"))
    found = state(any_redis, "places")
    assert (found.type, found.size) == ("zset", 1)
    ((member, score),) = found.value
    assert member == "Palermo"
    assert score == ("3479099956230698" if is_real(any_redis) else "sqc8b49rny")


def test_every_core_type(any_redis) -> None:
    any_redis.set("text", "hello")
    any_redis.hset("hash", mapping={"age": "7", "name": "ann"})
    any_redis.rpush("list", "b", "a", "b")
    any_redis.sadd("set", "x", "y")
    any_redis.zadd("zset", {"ann": 25, "ben": 2.5})
    any_redis.xadd("stream", {"item": "shoe", "count": 2}, id="1-1")
    found = {state.key: state for state in read(any_redis).keys}
    assert list(found) == ["hash", "list", "set", "stream", "text", "zset"]
    assert [(state.type, state.size, state.value) for state in found.values()] == [
        ("hash", 2, (("age", "7"), ("name", "ann"))),
        ("list", 3, (("0", "b"), ("1", "a"), ("2", "b"))),
        ("set", 2, (("x", ""), ("y", ""))),
        ("stream", 1, (("1-1", "item: shoe, count: 2"),)),
        ("string", 5, "hello"),
        ("zset", 2, (("ben", "2.5"), ("ann", "25"))),
    ]
    assert {(state.more, state.ttl_ms, state.deadline_ms) for state in found.values()} == {(0, None, None)}


def test_times_to_live(any_redis) -> None:
    any_redis.set("k", "v", ex=30)
    found = state(any_redis, "k")
    assert 29_000 < found.ttl_ms <= 30_000
    assert found.deadline_ms == any_redis.pexpiretime("k")


def test_fields_that_expire(any_redis) -> None:
    any_redis.hset("h", mapping={"token": "t", "name": "ann"})
    any_redis.hexpire("h", 60, "token")
    found = state(any_redis, "h")
    ((field, ttl),) = found.field_ttls
    assert (field, 59_000 < ttl <= 60_000) == ("token", True)
    assert set(found.value) == {("token", "t"), ("name", "ann")}


def test_a_running_ttl_is_no_part_of_the_digest(any_redis) -> None:
    any_redis.hset("h", mapping={"token": "t", "name": "ann"})
    before = state(any_redis, "h").digest
    any_redis.hexpire("h", 60, "token")
    any_redis.expire("h", 60)
    assert state(any_redis, "h").digest == before


def test_consumer_groups_of_a_stream(any_redis) -> None:
    any_redis.xadd("s", {"n": 1}, id="1-1")
    any_redis.xadd("s", {"n": 2}, id="2-1")
    any_redis.xgroup_create("s", "workers", "0")
    any_redis.xreadgroup("workers", "w1", {"s": ">"}, count=1)
    before = state(any_redis, "s")
    assert before.value[-1] == ("group workers", "1 pending (w1 1), read up to 1-1")
    any_redis.xack("s", "workers", "1-1")
    after = state(any_redis, "s")
    assert after.value[-1] == ("group workers", "0 pending, read up to 1-1")
    assert (after.size, after.digest == before.digest) == (2, False)


def test_only_keys_that_match(any_redis) -> None:
    any_redis.mset({"a:1": 1, "a:2": 1, "b:1": 1})
    assert [state.key for state in read(any_redis, "a:*").keys] == ["a:1", "a:2"]


def test_an_empty_keyspace(any_redis) -> None:
    began = time.time()
    snapshot = read(any_redis)
    assert (snapshot.keys, snapshot.truncated) == ((), 0)
    assert began <= snapshot.at <= time.time()


def test_too_many_keys_are_counted(any_redis) -> None:
    any_redis.mset({f"k{number:04}": number for number in range(2_600)})
    snapshot = read(any_redis, max_keys=500)
    assert [state.key for state in snapshot.keys] == [f"k{number:04}" for number in range(500)]
    assert snapshot.truncated == 2_100


def test_elements_that_are_left_out_are_counted(any_redis) -> None:
    any_redis.rpush("list", *range(3_000))
    any_redis.zadd("zset", {f"m{number}": number for number in range(3_000)})
    any_redis.hset("hash", mapping={f"f{number}": number for number in range(3_000)})
    any_redis.sadd("set", *(f"m{number}" for number in range(3_000)))
    for number in range(300):
        any_redis.xadd("stream", {"n": number}, id=f"{number + 1}-0")
    for found in read(any_redis).keys:
        assert len(found.value) == 100, found.key
        assert found.more == found.size - 100, found.key
    assert state(any_redis, "stream").value[-1] == ("300-0", "n: 299")


@pytest.mark.parametrize("size", [3, 3_000], ids=["small", "large"])
def test_the_digest_changes_with_the_value_and_only_then(any_redis, size: int) -> None:
    numbers = range(size)
    any_redis.rpush("list", *numbers)
    any_redis.zadd("zset", {f"m{number}": number for number in numbers})
    any_redis.hset("hash", mapping={f"f{number}": number for number in numbers})
    any_redis.sadd("set", *(f"m{number}" for number in numbers))
    any_redis.set("text", "x" * size * 10)
    before = read(any_redis)
    for number in numbers:  # Redis goes on rearranging a grown hash while it is read
        any_redis.hget("hash", f"f{number}")
        any_redis.sismember("set", f"m{number}")
    assert {state.key: state.digest for state in read(any_redis).keys} == {
        state.key: state.digest for state in before.keys
    }
    last = size - 1
    any_redis.lset("list", last, "other")
    any_redis.zadd("zset", {f"m{last}": last + 0.5})
    any_redis.hset("hash", f"f{last}", "other")
    any_redis.srem("set", f"m{last}")
    any_redis.sadd("set", "other")
    any_redis.setrange("text", size * 10 - 1, "y")
    after = {state.key: state.digest for state in read(any_redis).keys}
    for was in before.keys:
        assert after[was.key] != was.digest, was.key


def test_values_that_are_not_text(raw_redis) -> None:
    raw_redis.set(b"\xff\x00key", b"\x00\xff")
    raw_redis.hset("h", b"\xfe", b"\xfd\n")
    found = read(raw_redis).keys
    assert [(state.key, state.value) for state in found] == [
        ("\\xff\\x00key", "\\x00\\xff"),
        ("h", (("\\xfe", "\\xfd\\x0a"),)),
    ]


def test_a_client_that_decodes_reads_what_is_no_text(any_redis) -> None:
    any_redis.set("k", b"\x00\xff")
    any_redis.sadd("s", b"\xff")
    assert [state.value for state in read(any_redis).keys] == ["\\x00\\xff", (("\\xff", ""),)]


def test_huge_strings_are_shown_by_their_beginning(any_redis) -> None:
    any_redis.set("k", b"x" * 6_000_000)
    before = state(any_redis, "k")
    assert before.value == "x" * 1_000 + "… (6,000,000 bytes)"
    assert (before.size, before.more) == (6_000_000, 0)
    any_redis.setrange("k", 5_999_999, "y")
    assert state(any_redis, "k").digest != before.digest


def test_collections_of_huge_elements_are_shown_by_their_beginning(any_redis) -> None:
    body = "x" * 1_000_000
    for number in range(8):
        any_redis.rpush("list", f"{number}{body}")
        any_redis.hset("hash", f"f{number}", f"{number}{body}")
        any_redis.xadd("stream", {"body": f"{number}{body}"}, id=f"{number + 1}-0")
    any_redis.zadd("zset", {body: 1.5})
    any_redis.sadd("set", body)
    before = read(any_redis)
    assert [(state.key, state.size) for state in before.keys] == [
        ("hash", 8), ("list", 8), ("set", 1), ("stream", 8), ("zset", 1)
    ]  # fmt: skip
    found = {state.key: state.value for state in before.keys}
    cut = "x" * 199 + "… (1,000,001 bytes)"
    assert found["list"][0] == ("0", f"0{cut}")
    assert found["hash"][0][1].endswith(cut)
    assert found["stream"][-1] == ("8-0", f"body: 7{cut}")
    assert found["zset"][0][0].endswith("… (1,000,000 bytes)")
    assert found["zset"][0][1] == "1.5"
    assert found["set"][0][0].endswith("… (1,000,000 bytes)")
    any_redis.rpush("list", body)
    assert [change.says for change in difference(before, read(any_redis))] == ["+1 element"]


def test_reading_large_values_costs_the_server_little_memory(redis) -> None:
    for number in range(20):
        redis.rpush("list", f"{number}" + "x" * 1_000_000)
    used = redis.info("memory")["used_memory"]
    read(redis)
    assert redis.info("memory")["used_memory"] < used + 6_000_000


def test_a_large_value_is_digested_to_its_last_byte(any_redis) -> None:
    any_redis.rpush("list", *("x" * 100_000 for _ in range(20)))
    before = state(any_redis, "list").digest
    any_redis.lset("list", 19, "x" * 99_999 + "y")
    assert state(any_redis, "list").digest != before


def test_a_hyperloglog_is_known_by_its_beginning(redis) -> None:
    redis.pfadd("visitors", "ann", "ben")
    before = state(redis, "visitors")
    assert (before.type, before.value) == ("hyperloglog", "sparse, count not known until the next PFCOUNT")
    redis.pfcount("visitors")
    assert state(redis, "visitors").value == "sparse, counted 2"
    redis.pfadd("many", *range(20_000))
    dense = state(redis, "many")
    assert (dense.type, dense.size) == ("hyperloglog", 12_304)
    assert dense.value.startswith("dense")


def test_reading_writes_nothing(redis) -> None:
    redis.pfadd("visitors", "ann")
    redis.rpush("list", *range(500))
    redis.hset("hash", mapping={f"f{number}": number for number in range(600)})
    dirty = redis.info("persistence")["rdb_changes_since_last_save"]
    calls = redis.info("commandstats").get("cmdstat_keys", {}).get("calls", 0)
    read(redis)
    assert redis.info("persistence")["rdb_changes_since_last_save"] == dirty
    assert redis.info("commandstats").get("cmdstat_keys", {}).get("calls", 0) == calls


def test_types_of_modules_on_fakeredis(fake) -> None:
    fake.execute_command("JSON.SET", "doc", "$", '{"a": 1}')
    fake.execute_command("BF.RESERVE", "bloom", "0.01", 100)
    fake.execute_command("BF.ADD", "bloom", "x")
    fake.execute_command("TS.ADD", "series", 1_000, 2.5)
    fake.execute_command("VADD", "vectors", "VALUES", 2, 1, 2, "e")
    fake.execute_command("CMS.INITBYDIM", "counts", 10, 10)
    before = read(fake)
    found = {state.key: (state.type, state.size) for state in before.keys}
    assert found == {
        "bloom": ("bloom", 1),
        "counts": ("count-min", 0),
        "doc": ("json", 8),
        "series": ("timeseries", 1),
        "vectors": ("vectorset", 1),
    }
    assert state(fake, "doc").value == '{"a": 1}'
    assert state(fake, "series").value == (("1000", "2.5"),)
    assert difference(before, read(fake)) == ()
    fake.execute_command("JSON.SET", "doc", "$.a", "2")
    fake.execute_command("BF.ADD", "bloom", "y")
    fake.execute_command("TS.ADD", "series", 2_000, 3)
    fake.execute_command("CMS.INCRBY", "counts", "a", 1)
    says = {change.key: change.says for change in difference(before, read(fake))}
    assert says["doc"] == '{"a": 1} -> {"a": 2}'
    assert says["series"] == "+1 sample: 2000"
    assert says["counts"] == "count: 0 -> 1"
    assert "Number of items inserted: 1 -> 2" in says["bloom"]


def meanwhile(monkeypatch: pytest.MonkeyPatch, *happenings: Any) -> None:
    """Something happens after each round trip of a read."""
    waiting = iter(happenings)
    ask_all = Asker.ask_all

    def asking(self: Asker, commands: Any) -> Any:
        replies = ask_all(self, commands)
        if commands[0][0] != "SCAN":
            next(waiting, lambda: None)()
        return replies

    monkeypatch.setattr(Asker, "ask_all", asking)


@pytest.mark.parametrize("kind", ["text", "hash", "list", "set", "zset", "stream"])
def test_a_key_that_vanishes_while_it_is_read_is_left_out(any_redis, monkeypatch, kind: str) -> None:
    any_redis.set("stays", "v")
    put(any_redis, "goes", kind)
    meanwhile(monkeypatch, lambda: any_redis.delete("goes"))
    assert [state.key for state in read(any_redis).keys if state.size] == ["stays"]


@pytest.mark.parametrize("kind", ["text", "hash", "list", "set", "zset", "stream"])
def test_a_key_that_changes_its_type_while_it_is_read_is_read_again(
    any_redis, monkeypatch, kind: str
) -> None:
    put(any_redis, "k", kind)
    other = "list" if kind != "list" else "set"
    meanwhile(monkeypatch, lambda: (any_redis.delete("k"), put(any_redis, "k", other)))
    assert [(state.key, state.type) for state in read(any_redis).keys] == [("k", other)]


def test_a_key_that_grows_while_it_is_read_is_still_counted_rightly(any_redis, monkeypatch) -> None:
    any_redis.rpush("list", *range(200))
    meanwhile(monkeypatch, lambda: any_redis.rpush("list", *range(50)))
    found = state(any_redis, "list")
    assert (found.size, found.more) == (250, 150)


def put(redis: Redis, key: str, kind: str) -> None:
    if kind == "text":
        redis.set(key, "v")
    elif kind == "hash":
        redis.hset(key, "f", "v")
    elif kind == "list":
        redis.rpush(key, "v")
    elif kind == "set":
        redis.sadd(key, "v")
    elif kind == "zset":
        redis.zadd(key, {"v": 1})
    else:
        redis.xadd(key, {"f": "v"})


def test_a_key_that_may_not_be_read_says_so(redis) -> None:
    redis.rpush("list", "a")
    redis.set("text", "v")
    redis.acl_setuser(
        "reader", enabled=True, nopass=True, keys=["*"], commands=["+@all", "-lrange"], reset=True
    )
    pool = redis.connection_pool
    reader = Redis(unix_socket_path=pool.connection_kwargs["path"], username="reader", password="any")
    found = {state.key: state for state in read(reader).keys}
    reader.close()
    redis.acl_deluser("reader")
    assert found["text"].value == "v"
    assert found["list"].value.startswith("cannot be read: NOPERM")


def test_a_user_who_may_not_run_scripts_reads_all_the_same(redis) -> None:
    redis.rpush("list", *range(500))
    redis.hset("hash", mapping={f"f{number}": number for number in range(900)})
    redis.acl_setuser(
        "plain",
        enabled=True,
        nopass=True,
        keys=["*"],
        commands=["+@all", "-@scripting", "-memory"],
        reset=True,
    )
    plain = Redis(
        unix_socket_path=redis.connection_pool.connection_kwargs["path"], username="plain", password="any"
    )
    before = read(plain)
    redis.lset("list", 499, "other")
    after = read(plain)
    plain.close()
    redis.acl_deluser("plain")
    assert [state.size for state in before.keys] == [900, 500]
    assert [change.key for change in difference(before, after)] == ["list"]


def test_both_protocols_read_the_same(redis) -> None:
    path = redis.connection_pool.connection_kwargs["path"]
    for kind in ("text", "hash", "list", "set", "zset", "stream"):
        put(redis, kind, kind)
    redis.xgroup_create("stream", "g", "0")
    two, three = (Redis(unix_socket_path=path, protocol=protocol) for protocol in (2, 3))
    assert read(two).keys == read(three).keys
    two.close()
    three.close()


def test_a_cluster_is_read_as_one_keyspace(cluster_redis) -> None:
    for number in range(50):
        cluster_redis.set(f"k{number:02}", number, ex=60)
    cluster_redis.rpush("list", *range(300))
    snapshot = read(cluster_redis)
    assert [state.key for state in snapshot.keys] == [*(f"k{number:02}" for number in range(50)), "list"]
    assert read(cluster_redis, max_keys=10).truncated == 41

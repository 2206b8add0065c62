"""The client of the load lab: right node, only what was sent is counted, server time is really spent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from redis import Redis
from redis.exceptions import ResponseError

from lab.routing import Router, measured_client
from lab.slots import SlotMap
from lab.topology import Cluster
from tests.waiting import wait_until


@pytest.fixture
def slots(cluster: Cluster) -> SlotMap:
    cluster.clear()
    with cluster.nodes[0].client() as node:
        return SlotMap.read(node)


@pytest.fixture
def router(slots: SlotMap) -> Iterator[Router]:
    one = Router(slots)
    one.connect()
    yield one
    one.close()


def test_every_key_goes_to_its_owner_and_is_counted(router: Router) -> None:
    for number in range(30):
        assert router.primary(f"key:{number}").set(f"key:{number}", number)
    assert router.primary("key:7").get("key:7") == "7"
    assert router.sent["key:7"] == 2
    assert sum(router.sent.values()) == 31


def test_handshakes_are_not_counted(router: Router) -> None:
    assert router.sent == Counter()


def test_the_wrong_node_says_so(slots: SlotMap) -> None:
    name = slots.names_on(slots.shards[1], "key:", 1)[0]
    stranger = measured_client(slots.shards[0].primary, Counter())
    with pytest.raises(ResponseError, match=rf"{slots.shards[1].primary[1]}"):
        stranger.get(name)
    stranger.close()


def test_server_time_is_spent_on_the_server_one_sleep_for_each_write(
    cluster: Cluster, slots: SlotMap
) -> None:
    key = slots.names_on(slots.shards[0], "key:", 1)[0]
    with cluster.nodes[0].client() as node:
        node.config_resetstat()
        busy = Router(slots, server_ms=1.0)
        assert [busy.primary(key).incr(key) for _ in range(3)] == [1, 2, 3]
        with busy.primary(key).pipeline(transaction=False) as pipeline:
            assert pipeline.incr(key).get(key).execute() == [4, "4"]
        busy.close()
        debug = node.info("commandstats")["cmdstat_debug"]
    assert debug["calls"] == 4
    assert debug["usec"] >= 4_000


def test_a_cached_client_sends_a_key_once_until_it_changes(slots: SlotMap) -> None:
    key = "popular"
    plain, cached = Router(slots), Router(slots, server_ms=0.1, cached=True)
    plain.primary(key).set(key, "old")
    for _ in range(100):
        assert cached.primary(key).get(key) == "old"
    assert cached.sent[key] == 1
    plain.primary(key).set(key, "new")
    wait_until(lambda: cached.primary(key).get(key) == "new", "the invalidation")
    assert cached.sent[key] == 2
    plain.close()
    cached.close()


def test_without_replicas_every_copy_is_the_primary(router: Router) -> None:
    assert router.any_copy("key:1") is router.any_copy("key:1") is router.primary("key:1")


def test_where_the_server_refuses_the_sleep_the_connection_is_not_used_again(
    slots: SlotMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    client: Redis = measured_client(slots.shards[0].primary, Counter(), server_ms=1.0)
    connection = client.connection_pool.get_connection()
    monkeypatch.setattr(connection, "_sleep", ("DEBUG", "NONSENSE"))
    client.connection_pool.release(connection)
    with pytest.raises(ResponseError):
        client.ping()
    monkeypatch.setattr(connection, "_sleep", None)
    assert client.ping() is True
    client.close()

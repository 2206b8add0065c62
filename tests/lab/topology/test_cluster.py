"""A cluster of real servers: formed, spread, emptied, copied, gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from redis.cluster import RedisCluster
from redis.crc import key_slot

from lab.errors import LabError
from lab.guardian import guardian
from lab.topology import SLOTS, Cluster, start_cluster, tcp
from lab.topology import cluster as module
from lab.workshop import Stopped


def test_the_nodes_share_all_slots_between_them(cluster: Cluster) -> None:
    slots = [slot for node in cluster.nodes for slot in range(node.first_slot, node.last_slot + 1)]
    assert slots == list(range(SLOTS))
    assert cluster.node_of(0) is cluster.nodes[0]
    assert cluster.node_of(SLOTS - 1) is cluster.nodes[-1]


def test_a_key_lives_on_the_node_that_has_its_slot(cluster: Cluster, cluster_redis: RedisCluster) -> None:
    for number in range(20):
        cluster_redis.set(f"key:{number}", number)
    for node in cluster.nodes:
        with node.client() as client:
            for key in client.scan_iter():
                assert node.first_slot <= key_slot(key.encode()) <= node.last_slot


def test_clear_leaves_no_key_on_any_node(cluster: Cluster, cluster_redis: RedisCluster) -> None:
    for number in range(20):
        cluster_redis.set(f"key:{number}", number)
    cluster.clear()
    for node in cluster.nodes:
        with node.client() as client:
            assert client.dbsize() == 0


def test_the_nodes_end_with_the_block() -> None:
    with start_cluster(1) as alone:
        process = alone.nodes[0].process
    assert process.ended is not None
    assert not process.folder.exists()


def test_nodes_that_never_agree_are_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    before = set(guardian().folder.glob("s*"))
    monkeypatch.setattr(tcp, "PATIENCE", 0.0)
    monkeypatch.setattr(module, "_agrees", lambda client, nodes: False)
    with pytest.raises(LabError, match="did not agree within"), start_cluster(1):
        pass
    assert set(guardian().folder.glob("s*")) == before, "a cluster that failed left a server behind"


@pytest.fixture(scope="module")
def copied() -> Iterator[Cluster]:
    with start_cluster(replicas=1, options={"maxmemory-policy": "allkeys-lfu"}) as nodes:
        yield nodes


def test_each_primary_has_a_replica_that_holds_its_keys(copied: Cluster) -> None:
    client = copied.client()
    for number in range(30):
        client.set(f"key:{number}", number)
    client.close()
    for node in copied.nodes:
        (replica,) = copied.replicas_of(node)
        with node.client() as there, replica.client() as here:
            there.set(_key_of(node.first_slot), "x")
            assert there.wait(1, 10_000) == 1
            assert here.dbsize() == there.dbsize() > 0


def test_every_node_knows_who_replicates_whom_and_has_the_settings(copied: Cluster) -> None:
    for node in copied.everyone:
        with node.client() as client:
            assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "allkeys-lfu"}
            slots = client.execute_command("CLUSTER SHARDS")
            assert len(slots) == 3


def _key_of(slot: int) -> str:
    return next(key for key in (f"k{number}" for number in range(10**6)) if key_slot(key.encode()) == slot)


@pytest.mark.parametrize("after", [0, 1, 3, 4], ids=lambda after: f"{after} nodes")
def test_stopped_while_it_forms_its_nodes_end_at_once(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    started: list[tcp.TcpServer] = []

    def start(options: Mapping[str, str]) -> tcp.TcpServer:
        started.append(tcp.start_tcp(options))
        return started[-1]

    def stop() -> None:
        if len(started) == after:
            raise Stopped

    monkeypatch.setattr(module, "start_tcp", start)
    with pytest.raises(Stopped), start_cluster(2, replicas=1, check=stop):
        pass
    assert len(started) == after
    assert all(server.process.ended for server in started)

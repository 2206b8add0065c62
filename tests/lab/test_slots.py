"""Slots: as Redis computes them, whoever owns them, and names that lie where one wants them."""

from __future__ import annotations

import pytest
from redis.cluster import RedisCluster

from lab.errors import LabError
from lab.slots import CHECKS, SLOTS, Shard, SlotMap, crc16, hash_tag, names_in, slot_of
from lab.topology import Cluster


@pytest.mark.parametrize(("text", "crc", "slot"), CHECKS)
def test_the_check_values_of_the_specification(text: str, crc: int, slot: int) -> None:
    assert (crc16(text.encode()), slot_of(text)) == (crc, slot)
    assert crc % SLOTS == slot


def test_the_slots_that_the_course_speaks_of() -> None:
    assert [slot_of(f"counter:page1:{part}") for part in range(4)] == [2_529, 6_592, 10_659, 14_722]
    assert {slot_of(f"counter:{{page1}}:{part}") for part in range(64)} == {16_054}
    assert slot_of("rate_limit:3:123") == 12_228


@pytest.mark.parametrize(
    ("key", "tag"),
    [
        ("counter:{page1}:0", "page1"),
        ("{a}{b}", "a"),
        ("{{a}}", "{a"),
        ("plain", None),
        ("{}empty", None),
        ("open{never", None),
        ("}{", None),
    ],
)
def test_a_hash_tag_is_the_first_braces_with_something_inside(key: str, tag: str | None) -> None:
    assert hash_tag(key) == tag
    assert slot_of(key) == crc16((key if tag is None else tag).encode()) % SLOTS


def test_the_server_computes_the_same_slots(cluster_redis: RedisCluster) -> None:
    for key in ("123456789", "{}empty", "{{a}}", "counter:{page1}:7", "naïve:ключ"):
        assert cluster_redis.cluster_keyslot(key) == slot_of(key)


def test_the_map_is_the_cluster_s_own(cluster: Cluster, cluster_redis: RedisCluster) -> None:
    with cluster.nodes[0].client() as node:
        slots = SlotMap.read(node)
    assert [shard.name for shard in slots.shards] == ["node 1", "node 2", "node 3"]
    for node, shard in zip(cluster.nodes, slots.shards, strict=True):
        assert shard.primary[1] == node.port
        assert shard.ranges == ((node.first_slot, node.last_slot),)
    for key in ("a", "b", "c", "d"):
        assert slots.shard_of(key).primary[1] == cluster_redis.get_node_from_key(key).port


def test_spread_names_lie_evenly_and_in_slots_of_their_own(cluster: Cluster) -> None:
    with cluster.nodes[0].client() as node:
        slots = SlotMap.read(node)
    names = slots.spread("counter:page1:", 5)
    assert [slots.shard_of(name).name for name in names] == ["node 1"] * 5 + ["node 2"] * 5 + ["node 3"] * 5
    assert len({slot_of(name) for name in names}) == 15


def test_a_name_for_one_slot() -> None:
    (name,) = names_in({12_739}, "k:")
    assert slot_of(name) == 12_739


def test_a_hash_tag_in_front_leaves_no_choice() -> None:
    with pytest.raises(LabError, match="only 1 lie there"):
        names_in(range(SLOTS), "counter:{page1}:", 2)


def test_a_slot_that_nobody_owns_is_told() -> None:
    half = SlotMap([Shard("node 1", ("127.0.0.1", 1), (), ((0, 8_000),))])
    assert half.shard(8_000).name == "node 1"
    with pytest.raises(LabError, match="No node owns slot 8,001"):
        half.shard(8_001)

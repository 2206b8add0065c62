"""What is too large to answer is refused, and never cut short."""

from __future__ import annotations

import pytest
from redis import Redis

from patterns.graph import Circle, CoreSkillGraph, SkillGraph, TooLarge, core, hardened
from tests.patterns import graph as shared
from tests.patterns.graph import EVERYWHERE, draw

graph = shared.graph


@pytest.mark.parametrize("where", ["redis", "raw_redis"])
def test_a_server_that_leaves_rows_out_is_found_out(where: str, request: pytest.FixtureRequest) -> None:
    redis = request.getfixturevalue(where)
    graph = draw(SkillGraph(redis, "redis"), "d c", "d b", "d a", "c a", "b a")
    redis.execute_command("GRAPH.CONFIG", "SET", "RESULTSET_SIZE", 1)
    try:
        for ask in (
            lambda: graph.prerequisites("d"),
            lambda: graph.unlocked_by("a"),
            lambda: graph.path("a", "d"),
        ):
            with pytest.raises(TooLarge, match=r"the server's RESULTSET_SIZE lets 1 of \d rows through"):
                ask()
        assert graph.prerequisites("c") == ["a"]
    finally:
        redis.execute_command("GRAPH.CONFIG", "SET", "RESULTSET_SIZE", -1)


@pytest.mark.parametrize("version", [SkillGraph, CoreSkillGraph])
def test_ten_thousand_neighbours_are_answered_and_one_more_is_refused(
    version: type[SkillGraph] | type[CoreSkillGraph], redis: Redis
) -> None:
    graph = draw(version(redis, "redis"), "s0 keys")
    if isinstance(graph, SkillGraph):
        more = (
            "MATCH (p:Skill {name: 'keys'}) UNWIND range(1, 9999) AS i "
            "CREATE (:Skill {name: 's' + i})-[:NEEDS]->(p)"
        )
        redis.execute_command("GRAPH.QUERY", graph.key, more)
    else:
        redis.zadd(graph.edges, {f"opens\0keys\0s{number}": 0 for number in range(1, 10_000)})
    assert len(graph.unlocked_by("keys")) == 10_000
    draw(graph, "one-more keys")
    with pytest.raises(TooLarge, match="more than 10,000 edges"):
        graph.unlocked_by("keys")


@EVERYWHERE
def test_many_ways_to_one_skill_are_walked_once(graph: SkillGraph | CoreSkillGraph) -> None:
    edges = []
    for step in range(30):  # 2^30 ways from the last to the first
        edges += [f"l{step} s{step}", f"r{step} s{step}", f"s{step + 1} l{step}", f"s{step + 1} r{step}"]
    draw(graph, *edges)
    assert len(graph.prerequisites("s30")) == 90
    assert len(graph.path("s0", "s30") or []) == 61
    with pytest.raises(Circle):
        graph.require("s0", "s30")


@EVERYWHERE
def test_a_walk_that_is_too_long_is_refused_and_not_cut(
    graph: SkillGraph | CoreSkillGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(graph, "d c", "c b", "b a")
    monkeypatch.setattr(core, "MOST_EDGES", 2)
    monkeypatch.setattr(hardened, "MOST_EDGES", 2)
    with pytest.raises(TooLarge, match="more than 2 edges can be reached"):
        graph.prerequisites("d")
    assert graph.prerequisites("c") == ["a", "b"]


def test_a_chain_that_is_too_deep_is_refused_and_not_cut(redis: Redis) -> None:
    graph = draw(CoreSkillGraph(redis, "redis"), "s1 s0")
    redis.zadd(graph.edges, {f"needs\0s{at + 1}\0s{at}": 0 for at in range(10_001)})
    redis.zadd(graph.edges, {f"opens\0s{at}\0s{at + 1}": 0 for at in range(10_001)})
    assert len(graph.prerequisites("s10000")) == 10_000
    assert len(graph.path("s1", "s10001") or []) == 10_001
    for ask in (lambda: graph.prerequisites("s10001"), lambda: graph.path("s0", "s10001")):
        with pytest.raises(TooLarge, match="more than 10,000 edges"):
            ask()


@pytest.mark.parametrize("where", ["redis", "fake"])
def test_a_circle_that_is_too_far_to_see_is_refused(
    where: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = draw(CoreSkillGraph(request.getfixturevalue(where), "redis"), "d c", "c b", "b a")
    monkeypatch.setattr(core, "MOST_EDGES", 2)
    with pytest.raises(TooLarge):
        graph.require("a", "d")
    assert graph.prerequisites("a") == []


def test_an_edge_that_is_there_may_be_sent_again_whatever_has_grown_behind_it(fake: Redis) -> None:
    graph = draw(CoreSkillGraph(fake, "redis"), "streams keys")
    fake.zadd(graph.edges, {f"needs\0keys\0s{number}": 0 for number in range(10_001)})
    graph.require("streams", "keys")
    graph.add_skill("other")
    with pytest.raises(TooLarge):
        graph.require("other", "keys")

"""An edge is drawn in both directions or not at all, and never closes a circle."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from patterns.graph import Circle, CoreSkillGraph, SkillGraph, UnknownSkill
from patterns.graph.edges import route
from tests.patterns import graph as shared
from tests.patterns.bench import SLOW_OR_SHARED, keyspace, lost_reply, together
from tests.patterns.graph import EVERYWHERE, KEY, AnyGraph, draw, tree

graph = shared.graph


@EVERYWHERE
def test_both_directions_are_there_after_any_edge(graph: SkillGraph | CoreSkillGraph) -> None:
    tree(graph)
    for skill in ("keys", "sets", "hashes", "lua", "ttl"):
        for unlocked in graph.unlocked_by(skill):
            assert skill in graph.prerequisites(unlocked)


@pytest.mark.parametrize("version", [SkillGraph, CoreSkillGraph])
def test_an_edge_whose_reply_is_lost_is_whole_and_may_be_drawn_again(
    version: type[SkillGraph] | type[CoreSkillGraph], redis: Redis
) -> None:
    graph = draw(version(redis, "redis"), "a b")
    for skill in ("keys", "sets"):
        graph.add_skill(skill)
    with lost_reply(redis), pytest.raises(RedisConnectionError):
        graph.require("sets", "keys")
    assert (graph.prerequisites("sets"), graph.unlocked_by("keys")) == (["keys"], ["sets"])
    graph.require("sets", "keys")
    assert graph.unlocked_by("keys") == ["sets"]


@pytest.mark.parametrize("version", [SkillGraph, CoreSkillGraph])
def test_two_edges_that_close_a_circle_are_never_both_drawn(
    version: type[SkillGraph] | type[CoreSkillGraph], redis: Redis
) -> None:
    for turn in range(25):
        graph = version(redis, f"turn {turn}")
        for skill in ("a", "b", "c"):
            graph.add_skill(skill)
        drawn = together(
            lambda graph=graph: graph.require("a", "b"),
            lambda graph=graph: graph.require("b", "c"),
            lambda graph=graph: graph.require("c", "a"),
        )
        assert [type(one) for one in drawn].count(Circle) == 1
        assert drawn.count(None) == 2


def long_chains(graph: SkillGraph | CoreSkillGraph, length: int) -> None:
    """Two chains: a0 needs a1, which needs a2, and so on. A look along one takes milliseconds."""
    chains = [(f"{chain}{step}", f"{chain}{step + 1}") for chain in "ab" for step in range(length)]
    if isinstance(graph, CoreSkillGraph):
        graph.redis.sadd(graph.skills, *{skill for edge in chains for skill in edge})
        graph.redis.zadd(graph.edges, {f"needs\0{one}\0{other}": 0 for one, other in chains})
        graph.redis.zadd(graph.edges, {f"opens\0{other}\0{one}": 0 for one, other in chains})
        return
    graph.make_index()
    for chain in "ab":
        name = f"name: '{chain}' +"
        for query in (
            f"UNWIND range(0, {length}) AS i CREATE (:Skill {{{name} i}})",
            f"UNWIND range(1, {length}) AS i MATCH (s:Skill {{{name} (i - 1)}}), (p:Skill {{{name} i}}) "
            "CREATE (s)-[:NEEDS]->(p)",
        ):
            graph.redis.execute_command("GRAPH.QUERY", graph.key, query)


@pytest.mark.parametrize("version", [SkillGraph, CoreSkillGraph])
def test_two_halves_of_a_circle_drawn_at_once_are_one_edge_however_long_the_look_takes(
    version: type[SkillGraph] | type[CoreSkillGraph], redis: Redis
) -> None:
    for turn in range(3):
        graph = version(redis, f"turn {turn}")
        long_chains(graph, 400)
        drawn = together(lambda g=graph: g.require("a400", "b0"), lambda g=graph: g.require("b400", "a0"))
        assert sorted(type(one).__name__ for one in drawn) == ["Circle", "NoneType"]
        assert sorted(len(graph.prerequisites(end)) for end in ("a400", "b400")) == [0, 401]


@pytest.mark.parametrize(
    ("version", "left"), [(SkillGraph, {KEY: ("graphdata", None)}), (CoreSkillGraph, {})]
)
def test_what_the_first_refused_edge_of_a_graph_leaves_behind(
    version: type[SkillGraph] | type[CoreSkillGraph], left: object, redis: Redis
) -> None:
    graph = version(redis, "redis")
    with pytest.raises(UnknownSkill):
        graph.require("sets", "keys")
    assert keyspace(redis) == left
    assert graph.add_skill("sets")


EDGES = st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=12)


@settings(max_examples=30, deadline=None, suppress_health_check=SLOW_OR_SHARED)
@given(wanted=EDGES)
def test_any_edges_give_what_they_give_to_a_plain_graph(redis: Redis, wanted: list[tuple[str, str]]) -> None:
    redis.flushall()
    needs: set[tuple[str, str]] = set()
    graphs: list[AnyGraph] = [SkillGraph(redis, "module"), CoreSkillGraph(redis, "core")]
    for graph in graphs:
        for skill in "abcdef":
            graph.add_skill(skill)
    for skill, prerequisite in wanted:
        closes = route(needs, prerequisite, skill) is not None
        for graph in graphs:
            refused = outcome(lambda graph=graph, edge=(skill, prerequisite): graph.require(*edge))
            assert refused is closes
        if not closes:
            needs.add((skill, prerequisite))
    opens = {(prerequisite, skill) for skill, prerequisite in needs}
    for skill in "abcdef":
        reached = {other for other in "abcdef" if other != skill and route(needs, skill, other)}
        for graph in graphs:
            found = graph.prerequisites(skill)
            assert set(found) == reached
            assert all(found.index(p) < found.index(s) for s, p in needs if s in reached)
            assert graph.unlocked_by(skill) == sorted(other for one, other in opens if one == skill)
            for goal in "abcdef":
                expected, way = route(opens, skill, goal), graph.path(skill, goal)
                assert (way is None) == (expected is None)
                if way and expected:
                    assert len(way) == len(expected)
                    assert set(pairwise(way)) <= opens


def outcome(act: Callable[[], None]) -> bool:
    """Whether an edge was refused."""
    try:
        act()
    except Circle:
        return True
    return False

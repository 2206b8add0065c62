"""One contract for the three graphs, how the naive one goes wrong, how a question is put and its cost."""

from __future__ import annotations

from graphlib import CycleError
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis import Redis
from redis.exceptions import ResponseError

from patterns.graph import Circle, CoreSkillGraph, NaiveSkillGraph, SkillGraph, UnknownSkill
from patterns.graph.cypher import parameters
from patterns.graph.edges import learning_order
from tests.patterns import graph as shared
from tests.patterns.bench import SLOW_OR_SHARED, Meanwhile, keyspace, round_trips
from tests.patterns.graph import KEPT, KEY, AnyGraph, draw, tree

graph = shared.graph

NAIVE = [(NaiveSkillGraph, where) for where in ("redis", "raw_redis", "fake")]
ALL = pytest.mark.parametrize(("version", "where"), [*NAIVE, *KEPT])
VERSIONS = pytest.mark.parametrize("version", [NaiveSkillGraph, SkillGraph, CoreSkillGraph])


# The contract


def test_the_real_server_has_the_module(redis: Redis) -> None:
    assert "graph" in {module["name"] for module in redis.module_list()}


@ALL
def test_a_skill_is_new_once(graph: AnyGraph) -> None:
    assert [graph.add_skill("keys"), graph.add_skill("keys"), graph.add_skill("sets")] == [True, False, True]


@ALL
def test_prerequisites_come_in_an_order_in_which_they_can_be_learned(graph: AnyGraph) -> None:
    tree(graph)
    assert graph.prerequisites("locks") == ["keys", "ttl", "hashes", "sets", "lua"]
    assert graph.prerequisites("sets") == ["keys"]
    assert graph.prerequisites("keys") == []


@ALL
def test_a_skill_knows_what_it_unlocks(graph: AnyGraph) -> None:
    tree(graph)
    assert graph.unlocked_by("keys") == ["hashes", "sets"]
    assert graph.unlocked_by("locks") == []


@ALL
def test_the_shortest_path_leads_from_what_is_known_to_what_is_wanted(graph: AnyGraph) -> None:
    tree(draw(graph, "locks keys"))
    assert graph.path("keys", "locks") == ["keys", "locks"]
    assert graph.path("sets", "locks") == ["sets", "lua", "locks"]
    assert graph.path("locks", "keys") is None
    assert graph.path("ttl", "lua") is None
    assert graph.path("lua", "lua") == ["lua"]


@ALL
def test_a_stranger_has_no_edges(graph: AnyGraph) -> None:
    for _ in range(2):
        assert (graph.prerequisites("zoe"), graph.unlocked_by("zoe")) == ([], [])
        assert (graph.path("zoe", "keys"), graph.path("keys", "zoe")) == (None, None)
        tree(graph)


@ALL
@pytest.mark.parametrize("edge", [("keys", "zoe"), ("zoe", "keys"), ("zoe", "zoe")])
def test_an_edge_needs_two_skills(graph: AnyGraph, edge: tuple[str, str]) -> None:
    graph.add_skill("keys")
    with pytest.raises(UnknownSkill, match="must both be skills"):
        graph.require(*edge)
    assert (graph.prerequisites(edge[0]), graph.unlocked_by(edge[1])) == ([], [])


@ALL
@pytest.mark.parametrize("edge", [("keys", "keys"), ("keys", "sets"), ("keys", "locks")])
def test_a_circle_is_refused(graph: AnyGraph, edge: tuple[str, str]) -> None:
    tree(graph)
    with pytest.raises(Circle, match=f"'{edge[1]}' needs '{edge[0]}' already"):
        graph.require(*edge)
    assert graph.prerequisites("keys") == []


@ALL
def test_an_edge_drawn_again_is_the_same_edge(graph: AnyGraph) -> None:
    tree(tree(graph))
    assert graph.prerequisites("lua") == ["keys", "hashes", "sets"]
    assert graph.unlocked_by("keys") == ["hashes", "sets"]


@ALL
def test_names_are_no_syntax(graph: AnyGraph) -> None:
    odd = [
        'O"Neill',
        "a\\",
        '\\"',
        "'; MATCH (n) DELETE n //",
        "$skill",
        "a b\n{c}",
        "Žofie 🎉",
        "`x`",
        "needs",
    ]
    for skill in odd:
        graph.add_skill(skill)
    for one, other in pairwise(odd):
        graph.require(one, other)
    assert graph.prerequisites(odd[0]) == odd[:0:-1]
    assert graph.path(odd[-1], odd[0]) == odd[::-1]
    assert graph.unlocked_by(odd[1]) == [odd[0]]


@ALL
def test_graphs_and_namespaces_do_not_mix(graph: AnyGraph) -> None:
    draw(graph, "sets keys")
    other = type(graph)(graph.redis, "redis", namespace="other:")
    assert (other.prerequisites("sets"), type(graph)(graph.redis, "sql").prerequisites("sets")) == ([], [])


@pytest.mark.parametrize(
    ("version", "left"),
    [
        (
            NaiveSkillGraph,
            {
                f"{KEY}:skills": ("set", None),
                f"{KEY}:needs:sets": ("set", None),
                f"{KEY}:opens:keys": ("set", None),
            },
        ),
        (SkillGraph, {KEY: ("graphdata", None)}),
        (CoreSkillGraph, {f"{KEY}:skills": ("set", None), f"{KEY}:edges": ("zset", None)}),
    ],
)
def test_the_keys_left_behind_are_those_of_the_card(
    version: type[AnyGraph], left: object, redis: Redis
) -> None:
    draw(version(redis, "redis"), "sets keys")
    assert keyspace(redis) == left


@VERSIONS
@pytest.mark.parametrize(
    ("skill", "says"),
    [
        ("", "skill must not be empty"),
        (b"keys", "skill must be text, not bytes"),
        (None, "skill must be text, not NoneType"),
        ("\ud800", "skill holds characters that UTF-8 cannot carry"),
        ("x" * 257, "skill must have at most 256 bytes, not 257"),
        ("a\0b", "skill must not contain the character NUL"),
    ],
)
def test_a_bad_name_never_leaves(version: type[AnyGraph], skill: str, says: str, nowhere: Redis) -> None:
    graph = version(nowhere, "redis")
    for ask in (
        lambda: graph.add_skill(skill),
        lambda: graph.require(skill, "keys"),
        lambda: graph.require("keys", skill),
        lambda: graph.prerequisites(skill),
        lambda: graph.unlocked_by(skill),
        lambda: graph.path(skill, "keys"),
    ):
        with pytest.raises(ValueError, match=says):
            ask()
    with pytest.raises(ValueError, match="name must not contain braces: 'a}b'"):
        version(nowhere, "a}b")


@VERSIONS
def test_a_key_of_another_type_is_reported_and_kept(version: type[AnyGraph], redis: Redis) -> None:
    kept = {key: "mine" for key in (KEY, f"{KEY}:skills", f"{KEY}:edges", f"{KEY}:needs:a")}
    redis.mset(kept)
    graph = version(redis, "redis")
    for ask in (
        lambda: graph.add_skill("a"),
        lambda: graph.require("a", "b"),
        lambda: graph.prerequisites("a"),
        *(
            [lambda: graph.unlocked_by("a"), lambda: graph.path("a", "b")]
            if version is not NaiveSkillGraph
            else []
        ),
    ):
        with pytest.raises(ResponseError, match="WRONGTYPE"):
            ask()
    assert dict(zip(kept, redis.mget(list(kept)), strict=True)) == kept


# How the naive one goes wrong


def test_naive_half_edge(redis: Redis) -> None:
    graph = NaiveSkillGraph(redis, "redis")
    for skill in ("keys", "sets"):
        graph.add_skill(skill)

    def die() -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        NaiveSkillGraph(Meanwhile(redis, "sadd", die), "redis").require("sets", "keys")
    assert graph.prerequisites("sets") == ["keys"]
    assert (graph.unlocked_by("keys"), graph.path("keys", "sets")) == ([], None)


def test_naive_circle(redis: Redis) -> None:
    graph = NaiveSkillGraph(redis, "redis")
    for skill in ("keys", "sets"):
        graph.add_skill(skill)
    slow = NaiveSkillGraph(Meanwhile(redis, "smembers", lambda: graph.require("keys", "sets")), "redis")
    slow.require("sets", "keys")
    with pytest.raises(CycleError):
        graph.prerequisites("sets")


# How a question is put, and what it costs


@pytest.mark.parametrize("where", ["redis", "raw_redis"])
def test_an_index_is_made_once_and_changes_nothing(where: str, request: pytest.FixtureRequest) -> None:
    graph = SkillGraph(request.getfixturevalue(where), "redis")
    assert (graph.make_index(), graph.make_index()) == (True, False)
    assert tree(graph).prerequisites("lua") == ["keys", "hashes", "sets"]


@pytest.mark.parametrize(("version", "where"), [pair for pair in KEPT if pair[1] != "fake"])
def test_every_method_takes_one_round_trip(graph: SkillGraph | CoreSkillGraph) -> None:
    tree(graph).prerequisites("lua")
    for method in (
        lambda: graph.add_skill("new"),
        lambda: graph.require("locks", "keys"),
        lambda: graph.prerequisites("locks"),
        lambda: graph.unlocked_by("keys"),
        lambda: graph.path("keys", "locks"),
    ):
        with round_trips(graph.redis) as count:
            method()
        assert count.number == 1


def test_a_parameter_is_quoted() -> None:
    assert parameters({"a": 'x"y\\z', "b": "\n"}) == 'CYPHER a="x\\"y\\\\z" b="\n" '
    with pytest.raises(ValueError, match="NUL"):
        parameters({"a": "\0"})


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


@settings(max_examples=150, deadline=None, suppress_health_check=SLOW_OR_SHARED)
@given(value=TEXTS | st.text("\"'\\$`{} n/*;u", max_size=12))
def test_a_parameter_comes_back_as_it_went(redis: Redis, value: str) -> None:
    _, rows, _ = redis.execute_command("GRAPH.QUERY", "g", parameters({"x": value}) + "RETURN $x, 'after'")
    assert rows == [[value, "after"]]


def test_an_order_goes_by_the_alphabet_where_it_may() -> None:
    assert learning_order([("x", "b"), ("x", "a"), ("a", "c")], "x") == ["b", "c", "a"]

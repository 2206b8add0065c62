"""What the tests of the graphs share: where each version runs, and a way to draw edges."""

from __future__ import annotations

import pytest

from patterns.graph import CoreSkillGraph, NaiveSkillGraph, SkillGraph

AnyGraph = NaiveSkillGraph | SkillGraph | CoreSkillGraph
KEPT = [
    (SkillGraph, "redis"),
    (SkillGraph, "raw_redis"),
    (CoreSkillGraph, "redis"),
    (CoreSkillGraph, "raw_redis"),
    (CoreSkillGraph, "fake"),
    (CoreSkillGraph, "cluster_redis"),
]
"""The two that keep the promise, each wherever it can run: fakeredis and the cluster have no graph module."""

EVERYWHERE = pytest.mark.parametrize(("version", "where"), KEPT)
KEY = "graph:{redis}"


@pytest.fixture
def graph(version: type[AnyGraph], where: str, request: pytest.FixtureRequest) -> AnyGraph:
    return version(request.getfixturevalue(where), "redis")


def draw(graph: AnyGraph, *edges: str) -> AnyGraph:
    """Each edge is "skill prerequisite"."""
    for edge in edges:
        for skill in edge.split():
            graph.add_skill(skill)
        graph.require(*edge.split())
    return graph


def tree(graph: AnyGraph) -> AnyGraph:
    return draw(graph, "sets keys", "hashes keys", "lua sets", "lua hashes", "locks lua", "locks ttl")

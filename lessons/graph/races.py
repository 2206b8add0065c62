"""The races of the graph: a client that dies between two directions, and two edges that close a circle."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from redis import Redis

from lab.scenario import Faults, Scenario
from lessons.crew import crew, insist
from lessons.model import Race, Version
from patterns.graph import Circle, CoreSkillGraph, NaiveSkillGraph

Kind = type[NaiveSkillGraph] | type[CoreSkillGraph]

KINDS: dict[Version, Kind] = {"naive": NaiveSkillGraph, "hardened": CoreSkillGraph}
TWIN = "The hardened version here is core.py: the graph module's state is in no digest of the keyspace."


def draw(redis: Redis, kind: Kind, name: str) -> None:
    """Somebody says that scripts need hashes, and says it again if no reply came."""
    insist(lambda: kind(redis, "skills").require("scripts", "hashes"))


def draw_one_way(redis: Redis, kind: Kind) -> bool:
    """Ann says that scripts need hashes."""
    return drawn(redis, kind, "scripts", "hashes")


def draw_the_other_way(redis: Redis, kind: Kind) -> bool:
    """Ben says that hashes need scripts."""
    return drawn(redis, kind, "hashes", "scripts")


def drawn(redis: Redis, kind: Kind, skill: str, prerequisite: str) -> bool:
    try:
        kind(redis, "skills").require(skill, prerequisite)
    except Circle:
        return False
    return True


def two_skills(redis: Redis, *, kind: Kind) -> None:
    for skill in ("hashes", "scripts"):
        kind(redis, "skills").add_skill(skill)


def both_ways(redis: Redis, results: Mapping[str, Any], *, kind: Kind) -> str | None:
    graph = kind(redis, "skills")
    needs, opens = "hashes" in graph.prerequisites("scripts"), "scripts" in graph.unlocked_by("hashes")
    if needs == opens:
        return None
    said, silent = ("scripts", "hashes") if needs else ("hashes", "scripts")
    return f"half edge: {said} knows of {silent}, and {silent} knows nothing of it"


def no_circle(redis: Redis, results: Mapping[str, Any], *, kind: Kind) -> str | None:
    graph = kind(redis, "skills")
    if graph.path("hashes", "scripts") and graph.path("scripts", "hashes"):
        return "circle: scripts need hashes, hashes need scripts, and nobody can learn either"
    return None


def a_dead_client(version: Version, clients: int, faults: Faults) -> Scenario:
    kind = KINDS[version]
    return Scenario(
        crew(clients, draw, kind=kind),
        partial(both_ways, kind=kind),
        partial(two_skills, kind=kind),
        faults=faults,
    )


def two_edges(version: Version, clients: int, faults: Faults) -> Scenario:
    kind = KINDS[version]
    return Scenario(
        {"Ann": partial(draw_one_way, kind=kind), "Ben": partial(draw_the_other_way, kind=kind)},
        partial(no_circle, kind=kind),
        partial(two_skills, kind=kind),
        faults=faults,
    )


RACES = (
    Race(
        "A client dies between two directions",
        invariant="An edge is there in both directions or not at all.",
        look="The first SADD has happened. The crash comes before the second.",
        anomaly="half edge",
        scenario=a_dead_client,
        naive=(NaiveSkillGraph.require,),
        hardened=(CoreSkillGraph.require,),
        clients=1,
        most_clients=2,
        faults=Faults(crashes=1, lost_replies=1),
        most_faults=Faults(crashes=1, lost_replies=1, lost_requests=1),
        twin=TWIN,
    ),
    Race(
        "Two edges that close a circle",
        invariant="No skill needs itself.",
        look="Each looks for a circle before either edge is there. Alone, both edges are fine.",
        anomaly="circle",
        scenario=two_edges,
        naive=(NaiveSkillGraph.require,),
        hardened=(CoreSkillGraph.require,),
        faults=Faults(crashes=1, lost_replies=1),
        most_faults=Faults(crashes=1, lost_replies=2, lost_requests=2),
        twin=TWIN,
    ),
)

"""What a graph costs for the interviewer's numbers, where its keys lie, and what each Redis offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from redis import Redis

from lessons.measure import sample_of
from lessons.model import Cost, Dial, Estimate, Keys, Production, Sample, Scale, Way
from lessons.staging import clear, load_scripts
from patterns.graph import CoreSkillGraph

if TYPE_CHECKING:
    from lab.bench import Bench

EDGES, FRIENDS = 2_000, 100
KEYS = "graph:{measured}*"


def edges(bench: Bench, /) -> Sample:
    """Two thousand edges on core types, twenty for each skill; an operation is a step from one of them."""
    clear(bench, KEYS)
    load_scripts(bench, "graph")
    ours = CoreSkillGraph(bench.client("app"), "measured", namespace=bench.namespace)
    unseen = CoreSkillGraph(bench.quiet(), "measured", namespace=bench.namespace)

    def fill() -> list[str]:
        names = [f"skill-{number:05}" for number in range(EDGES // 20 + 20)]
        for name in names:
            unseen.add_skill(name)
        for number in range(EDGES):
            unseen.require(names[20 + number // 20], names[number % 20])
        return [unseen.skills, unseen.edges]

    return sample_of(bench, fill, EDGES, lambda: ours.unlocked_by("skill-00000"), KEYS)


def of_one_graph(redis: Redis) -> Sequence[str]:
    graph = CoreSkillGraph(redis, "redis")
    return [graph.skills, graph.edges]


def of_graphs(redis: Redis) -> Sequence[str]:
    return [CoreSkillGraph(redis, f"course-{number}").edges for number in range(1, 9)]


COST = Cost(
    "The sum for ten million edges",
    (
        Estimate(
            "edge, in both directions", "edges", edges, 10_000_000, "one slot", "step", 5_000,
            why="Measured on core types. The module keeps a graph in a type of its own, which INFO does not "
            "count apart.",
        ),
    ),
)  # fmt: skip

SCALE = Scale(
    "A graph on a cluster",
    (
        Keys(
            "The skills and the edges of one graph", "meet", of_one_graph,
            "One script looks for the circle and draws the edge.",
        ),
        Keys(
            "The graphs of eight courses", "spread", of_graphs,
            "No edge leads from one to another, so each may lie on another node.",
        ),
    ),
)  # fmt: skip


def common(bench: Bench, /) -> str:
    """Friends in common of two people, all of them."""
    keys = _friends(bench)
    found = bench.client("app").sinter(keys)
    clear(bench, "graph:{dial}*")
    return f"SINTER answers all {len(found)}."


def counted(bench: Bench, /) -> str:
    """The same, counted no further than ten."""
    keys = _friends(bench)
    found = bench.client("app").sintercard(len(keys), [*keys], 10)
    clear(bench, "graph:{dial}*")
    return f"SINTERCARD stops at {found}."


def _friends(bench: Bench) -> list[str]:
    keys = [f"{bench.namespace}graph:{{dial}}:friends:{who}" for who in ("ann", "ben")]
    for key in keys:
        bench.quiet().sadd(key, *(f"friend-{number}" for number in range(FRIENDS)))
    return keys


PRODUCTION = Production(
    "In production",
    Dial(
        "Have these two many friends in common?",
        (
            Way(
                "6.2", "SINTER of two sets",
                "It answers with all of them, also when you only want to show “more than ten”.",
                "cmd:sinter",
                trial=common,
            ),
            Way(
                "7.0", "SINTERCARD with LIMIT",
                "It counts, and stops when it has counted enough.",
                "cmd:sintercard",
                trial=counted,
            ),
        ),
    ),
)  # fmt: skip

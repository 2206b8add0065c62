"""The numbers of a graph, measured on the learner's own server wherever it can measure them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lessons.graph.live import hardened
from lessons.measure import NotHere, round_trips_of, sizes_of
from lessons.model import Compare, Fact, Numbers, Pair
from lessons.staging import clear, load_scripts
from patterns.graph import CoreSkillGraph, NaiveSkillGraph, SkillGraph

if TYPE_CHECKING:
    from lab.bench import Bench

NAME = "measured"
OURS = f"graph:{{{NAME}}}*"
DIAMONDS = 20
Graph = NaiveSkillGraph | SkillGraph | CoreSkillGraph


def fresh(bench: Bench) -> None:
    clear(bench, OURS)
    load_scripts(bench, "graph")


def chain(graph: Graph, skills: int) -> None:
    """skill-00 needs nothing, skill-01 needs skill-00, and so on."""
    for place in range(skills):
        graph.add_skill(f"skill-{place:02}")
    for place in range(1, skills):
        graph.require(f"skill-{place:02}", f"skill-{place - 1:02}")


def round_trips(bench: Bench, /) -> str:
    """What an edge and a walk along ten skills cost on the wire in each version."""
    told = []
    for title, version in (("Naive", NaiveSkillGraph), ("Hardened", hardened(bench))):
        fresh(bench)
        graph = version(bench.client("app"), NAME, namespace=bench.namespace)
        chain(graph, 11)
        walk = round_trips_of(bench, partial(graph.prerequisites, "skill-10"))
        edge = round_trips_of(bench, partial(graph.require, "skill-10", "skill-05"))
        told.append(f"{title}: {walk} to walk ten edges, {edge} to draw one behind five others.")
    clear(bench, OURS)
    return " ".join(told)


def many_ways(bench: Bench, /) -> str:
    """Diamonds on top of each other: each doubles the ways from the bottom to the top."""
    fresh(bench)
    graph = hardened(bench)(bench.quiet(), NAME, namespace=bench.namespace)
    for step in range(DIAMONDS):
        low, left, right, high = f"s{step}", f"l{step}", f"r{step}", f"s{step + 1}"
        for skill in (low, left, right, high):
            graph.add_skill(skill)
        for edge in ((left, low), (right, low), (high, left), (high, right)):
            graph.require(*edge)
    found = len(graph.prerequisites(f"s{DIAMONDS}"))
    clear(bench, OURS)
    return (
        f"{DIAMONDS} diamonds have {4 * DIAMONDS} edges and {2**DIAMONDS:,} ways through them. "
        f"A walk that remembers where it was came back at once, with {found} skills."
    )


def bytes_per_edge(bench: Bench, /) -> str:
    """A tree of a hundred skills on core types: two sets for each, or one sorted set for all."""
    found: list[int] = []
    for version in (NaiveSkillGraph, CoreSkillGraph):
        fresh(bench)
        graph = version(bench.quiet(), NAME, namespace=bench.namespace)
        chain(graph, 100)
        keys = [
            key for key in bench.quiet().scan_iter(match=f"{bench.namespace}{OURS}") if "skills" not in key
        ]
        sizes = sizes_of(bench, *keys)
        clear(bench, OURS)
        if isinstance(sizes, NotHere):
            return sizes
        found.append(sum(sizes))
    sets, one = (size // 99 for size in found)
    return f"An edge of a chain takes {sets} bytes in two sets, {one} in the one sorted set of the script."


COMPARE = Compare(
    "Naive beside hardened",
    (
        Pair("Draw an edge", NaiveSkillGraph.require, SkillGraph.require),
        Pair(
            "Without the module",
            NaiveSkillGraph.require,
            CoreSkillGraph.require,
            right="Hardened, on core types",
        ),
        Pair("Walk", NaiveSkillGraph.prerequisites, SkillGraph.prerequisites),
    ),
)

NUMBERS = Numbers(
    "The numbers to say aloud",
    (
        Fact(
            "Round trips. A walk by the client waits for each skill; in the server it waits once.",
            "",
            round_trips,
        ),
        Fact(
            "Ways multiply where edges only add up. Visit each skill once, and bound the walk.", "", many_ways
        ),
        Fact("Memory of an edge, in both directions.", "cmd:memory-usage", bytes_per_edge),
        Fact(
            "RedisGraph is no longer maintained, and not in Redis 8. FalkorDB goes on with its code.",
            "redisgraph, falkordb",
        ),
        Fact(
            "RESULTSET_SIZE of the module cuts an answer without a word, so let rows say how many there are.",
            "falkordb:configuration",
        ),
        Fact(
            "Friends in common: SINTERCARD with a LIMIT, since 7.0, stops when it has counted enough.",
            "cmd:sintercard",
        ),
    ),
)

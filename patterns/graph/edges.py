"""What a walk over the graph brings home, and what can be read out of it."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from graphlib import TopologicalSorter

from patterns.wire import name

__all__ = [
    "MOST_EDGES",
    "Circle",
    "Edge",
    "TooLarge",
    "UnknownSkill",
    "learning_order",
    "route",
    "skill_name",
]

Edge = tuple[str, str]
"""A skill, and one that it leads to, in the direction of the walk."""

MOST_EDGES = 10_000
"""Edges of one walk: about a tenth of a second, in which the server serves nobody else."""


class UnknownSkill(LookupError):
    """One of the two skills does not exist, so there can be no edge between them."""


class Circle(Exception):
    """With this edge a skill would need itself, and could never be learned."""


class TooLarge(Exception):
    """More than 10,000 edges can be reached from here, or more than the server lets through."""


def skill_name(value: object) -> str:
    """`value`, if it can name a skill."""
    checked = name("skill", value)
    if "\0" in checked:
        raise ValueError("skill must not contain the character NUL, which ends a name here")
    return checked


def learning_order(edges: Iterable[Edge], skill: str) -> list[str]:
    """All that a skill needs, each after its own needs; by the alphabet where that leaves a choice."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for one, needed in edges:
        sorter.add(one, needed)
    sorter.prepare()
    order: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        order += ready
        sorter.done(*ready)
    return [one for one in order if one != skill]


def route(edges: Iterable[Edge], start: str, goal: str) -> list[str] | None:
    """A shortest way from `start` to `goal` along the edges, or None."""
    leads_to = defaultdict(list)
    for one, other in sorted(edges):
        leads_to[one].append(other)
    came_from, waiting = {start: start}, deque([start])
    while waiting and goal not in came_from:
        one = waiting.popleft()
        for other in leads_to[one]:
            if other not in came_from:
                came_from[other] = one
                waiting.append(other)
    if goal not in came_from:
        return None
    way = [goal]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return way[::-1]

"""Exact numbers from the graph: schedules by dynamic programming, the shortest violation by Dijkstra."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass

from lab.explorer.graph import CRASH, JUMP, LOST_REPLY, LOST_REQUEST, STEP

__all__ = ["Counts", "by_place", "commands_covered", "count", "random_schedule", "shortest"]

Edges = Sequence[Sequence[int]]
_FAULTS = (LOST_REPLY, LOST_REQUEST, CRASH, JUMP)


@dataclass(frozen=True, slots=True)
class Counts:
    """For each state, how many schedules lead on from it, and how many of those violate."""

    schedules: list[int]
    violating: list[int]


def count(
    edges: Edges, ends: Container[int], bad: Container[int] = (), bad_end: Container[int] = ()
) -> Counts:
    """Over every state; `bad` states violate by themselves, `bad_end` only where a schedule ends in them."""
    schedules = [-1] * len(edges)
    violating = [0] * len(edges)
    for start in range(len(edges) - 1, -1, -1):
        if schedules[start] >= 0:
            continue
        stack = [start]
        while stack:
            state = stack[-1]
            targets = edges[state][1::2]
            ways = [schedules[target] for target in targets]
            if -1 in ways:
                stack += [target for target, way in zip(targets, ways, strict=True) if way < 0]
                continue
            stack.pop()
            ending = 1 if state in ends else 0
            total = schedules[state] = ending + sum(ways)
            if state in bad:
                violating[state] = total
            elif bad or bad_end:
                own = ending if state in bad_end else 0
                violating[state] = own + sum([violating[target] for target in targets])
    return Counts(schedules, violating)


def commands_covered(edges: Edges, counts: Counts) -> int:
    """How many client commands all schedules have together: what a search without memory would send."""
    covered = [-1] * len(edges)
    stack = [0]
    while stack:
        state = stack[-1]
        targets = edges[state][1::2]
        waiting = [target for target in targets if covered[target] < 0]
        if waiting:
            stack += waiting
            continue
        stack.pop()
        covered[state] = sum(
            covered[target] + (counts.schedules[target] if event & 7 in (STEP, LOST_REPLY) else 0)
            for event, target in zip(edges[state][::2], targets, strict=True)
        )
    return covered[0]


def by_place(state: int, event: int, target: int) -> tuple[int, int]:
    """The client at that place acts, and will have acted last."""
    return event >> 3, event >> 3


def shortest(
    edges: Edges,
    counts: Counts,
    violates: Callable[[int], bool],
    actors: Callable[[int, int, int], tuple[int, int]] = by_place,
    start: int = 0,
) -> list[tuple[int, int]] | None:
    """Events and states to a violation: fewest faults, then fewest changes of actor, then fewest steps.

    `actors` says who acts in an event, and how that client is to be recognised afterwards.
    """
    if not counts.violating[start]:
        return None
    queue: list[tuple[int, int, int, int]] = [(0, 0, start, -1)]
    came: dict[tuple[int, int], tuple[tuple[int, int], int] | None] = {(start, -1): None}
    best: dict[tuple[int, int], int] = {(start, -1): 0}
    ticket = 0
    while queue:
        cost, _, state, actor = heapq.heappop(queue)
        if best[state, actor] < cost:
            continue
        if violates(state):
            return _way(came, (state, actor))
        out = edges[state]
        for position in range(0, len(out), 2):
            event, target = out[position], out[position + 1]
            if not counts.violating[target]:
                continue
            kind = event & 7
            who, known_as = (-2, -2) if kind == JUMP else actors(state, event, target)
            step = 1 + (kind in _FAULTS) * (1 << 40) + (actor not in (-1, who)) * (1 << 20)
            key = (target, known_as)
            if cost + step < best.get(key, 1 << 62):
                best[key] = cost + step
                came[key] = ((state, actor), event)
                ticket += 1
                heapq.heappush(queue, (cost + step, ticket, target, known_as))
    return None


def _way(
    came: dict[tuple[int, int], tuple[tuple[int, int], int] | None], key: tuple[int, int]
) -> list[tuple[int, int]]:
    way = []
    step = came[key]
    while step is not None:
        way.append((step[1], key[0]))
        key = step[0]
        step = came[key]
    return way[::-1]


def random_schedule(
    edges: Edges, ends: Container[int], counts: Counts, chance: random.Random, start: int = 0
) -> list[tuple[int, int]]:
    """One schedule, every schedule being as likely as any other."""
    way: list[tuple[int, int]] = []
    state = start
    while edges[state]:
        pick = chance.randrange(counts.schedules[state])
        if state in ends:
            if pick == 0:
                break
            pick -= 1
        out = edges[state]
        for position in range(0, len(out), 2):
            pick -= counts.schedules[out[position + 1]]
            if pick < 0:
                way.append((out[position], out[position + 1]))
                state = out[position + 1]
                break
    return way

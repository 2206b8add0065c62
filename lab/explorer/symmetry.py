"""Identical clients: states that differ only in who is who are one, and schedules get their names back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from lab.explorer.graph import JUMP, Graph, decoded_event
from lab.explorer.walk import LETTERS

__all__ = ["actors_by_node", "named"]


def moved(graph: Graph, state: int, event: int, target: int) -> tuple[int, int]:
    """The node of the client that acts, before and after."""
    before, after = graph.states[state][2:], graph.states[target][2:]
    node = before[event >> 3]
    rest = Counter(before)
    rest[node] -= 1
    (new,) = (Counter(after) - rest).elements()
    return node, new


def actors_by_node(graph: Graph) -> Callable[[int, int, int], tuple[int, int]]:
    """Clients are recognised by where they stand: whoever stands there may be the one that acted last."""
    return lambda state, event, target: moved(graph, state, event, target)


def named(graph: Graph, way: Sequence[tuple[int, int]]) -> list[str]:
    """The codes of this way's events for clients that have names again."""
    standing = list(graph.states[0][2:])
    codes = []
    state, last = 0, 0
    for event, target in way:
        kind, number = decoded_event(event)
        if kind == JUMP:
            many = len(graph.scenario.faults.jumps_ms) > 1
            codes.append(f"t{number + 1}" if many else "t")
        else:
            node, new = moved(graph, state, event, target)
            who = last if standing[last] == node else standing.index(node)
            standing[who], last = new, who
            codes.append(f"{who + 1}{LETTERS[kind]}")
        state = target
    return codes

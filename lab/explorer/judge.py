"""Which states violate the scenario, and in which words."""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from collections.abc import Iterable
from copy import copy
from typing import Any

from lab.explorer.evaluate import evaluate
from lab.explorer.graph import Graph
from lab.explorer.linearize import linearizable
from lab.scenario import Invariant

__all__ = ["Wrong", "judge", "results_of"]


_COLLECTIONS = (set, bytearray, deque, OrderedDict, Counter)


class Wrong:
    """State -> sentence; `now` violate as soon as they are reached, `end` only where a schedule ends."""

    def __init__(self) -> None:
        self.now: dict[int, str] = {}
        self.end: dict[int, str] = {}

    def __bool__(self) -> bool:
        return bool(self.now or self.end)


def _in_order(graph: Graph, state: int) -> bool:
    """Whether some order that is true to real time explains what the clients returned."""
    specification = graph.scenario.linearizable_as
    assert specification is not None
    results = results_of(graph, state).items()
    returned = {name: result for name, result in results if not isinstance(result, Exception)}
    before = graph.before[graph.states[state][1]]
    return linearizable(specification, graph.scenario.initially, graph.names, returned, before)


def results_of(graph: Graph, state: int) -> dict[str, Any]:
    """What the clients that have finished returned, for an invariant to change, or what they raised."""
    results = {}
    for name, at in zip(graph.names, graph.states[state][2:], strict=True):
        finished = graph.nodes[at].finished if at >= 0 else None
        if finished is not None:
            results[name] = _copied(finished.value) if finished.error is None else finished.error
    return results


def _copied(value: Any) -> Any:
    """Lists and their like anew; any other object is itself, so that a constant `is` what it was."""
    kind = type(value)
    if kind is list or kind is tuple:
        return kind(map(_copied, value))
    if kind is dict:
        return {key: _copied(one) for key, one in value.items()}
    return copy(value) if kind in _COLLECTIONS else value


def judge(graph: Graph, only: int | None = None) -> Wrong:
    """Ask every invariant about every state that it is about."""
    wrong = Wrong()
    scenario = graph.scenario
    explored = range(len(graph.edges)) if only is None else range(only, only + 1)
    wrong.now.update(_raised(graph, explored))
    if scenario.step_invariant is not None:
        wrong.now.update(
            _asked(graph, scenario.step_invariant, [one for one in explored if one not in wrong.now])
        )
    if scenario.invariant is not None:
        final = [state for state in explored if state in graph.ends and state not in graph.cut]
        wrong.end.update(_asked(graph, scenario.invariant, final))
    if scenario.linearizable_as is not None:
        for state in explored:
            if state in graph.ends and state not in graph.cut and not _in_order(graph, state):
                wrong.end.setdefault(
                    state, "not linearizable: no order of the operations explains the results"
                )
    return wrong


def _raised(graph: Graph, states: Iterable[int]) -> dict[int, str]:
    allowed = graph.scenario.may_raise
    guilty = {
        node.id: f"{graph.tries[node.client].name} raised {type(error).__name__}: {error}"
        for node in graph.nodes
        if node.finished is not None
        and (error := node.finished.error) is not None
        and not isinstance(error, allowed)
    }
    if not guilty:
        return {}
    return {
        state: says
        for state in states
        for at in graph.states[state][2:]
        if (says := guilty.get(at)) is not None
    }


def _asked(graph: Graph, invariant: Invariant, states: Iterable[int]) -> dict[int, str]:
    """Each question once: states with the same content, time and results get the same answer."""
    groups: dict[Any, list[int]] = {}
    finished = [node.finished is not None for node in graph.nodes]
    for state in states:
        world, _, *at = graph.states[state]
        here = graph.worlds.worlds[world]
        done = tuple(one if one >= 0 and finished[one] else None for one in at)
        groups.setdefault((here.content, here.now, done), []).append(state)
    cases = [(key[0], key[1], results_of(graph, group[0])) for key, group in groups.items()]
    says = evaluate(graph.worlds, invariant, cases, graph.scenario.decode_responses)
    return {
        state: sentence
        for group, sentence in zip(groups.values(), says, strict=True)
        if sentence is not None
        for state in group
    }

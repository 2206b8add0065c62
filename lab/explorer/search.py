"""`explore`: from a scenario to a verdict."""

from __future__ import annotations

import contextlib
import gc
import logging
import random
import time
from collections.abc import Container, Iterator, Mapping
from dataclasses import replace as replaced
from itertools import chain
from typing import Literal

from lab.explorer import ambient
from lab.explorer.backend import Backend, BrokenOff, UnfaithfulReplay
from lab.explorer.clients import ClockMoves, Diverged, ScriptsKnown, Unsupported
from lab.explorer.connection import prepare
from lab.explorer.counting import Counts, by_place, count, random_schedule, shortest
from lab.explorer.evaluate import drive
from lab.explorer.graph import Asymmetric, Graph
from lab.explorer.judge import Wrong, judge
from lab.explorer.live import Live
from lab.explorer.run import ended_if_given_up, greenlets_kept
from lab.explorer.schedule import Schedule
from lab.explorer.servers import backend_named
from lab.explorer.steps import Refused
from lab.explorer.symmetry import actors_by_node, named
from lab.explorer.verdict import Verdict
from lab.explorer.virtual_time import EPOCH_MS
from lab.explorer.walk import Walk
from lab.explorer.watchdog import watchdog
from lab.scenario import Bounds, Scenario

__all__ = ["explore", "replay", "undisturbed"]

MOST_SCRIPTS = 64
"""Beyond so many, clients write new ones whenever they run, and the search would begin again for ever."""


def explore(
    scenario: Scenario,
    *,
    backend: Literal["redis", "fakeredis"] | Backend = "redis",
    bounds: Bounds | None = None,
    validate: int = 50,
) -> Verdict:
    """Explore every schedule of the scenario, judge them, run some of them live, and only then say so."""
    ambient.install()
    server = backend_named(backend) if isinstance(backend, str) else backend
    bounds = bounds or Bounds()
    with server.lock, watchdog(min(1.0, bounds.seconds)), undisturbed(), greenlets_kept():
        started = time.perf_counter()
        sent = server.commands_sent
        try:
            with ended_if_given_up():
                graph = _explored(scenario, server, bounds, symmetric=scenario.symmetric)
                return _verdict(graph, started, sent, validate)
        except (Unsupported, Refused) as refused:
            return _given_up("unsupported", refused, server, started, sent)
        except BrokenOff as broken:
            server.gone = server.gone or broken.late
            return _given_up("unsupported", broken, server, started, sent)
        except (Diverged, UnfaithfulReplay) as different:
            return _given_up("nondeterministic", different, server, started, sent)


def replay(
    scenario: Scenario, address: str, *, backend: Literal["redis", "fakeredis"] | Backend = "redis"
) -> Schedule:
    """Walk the schedule that this address names, without a search."""
    ambient.install()
    server = backend_named(backend) if isinstance(backend, str) else backend
    clock_moves = False
    scripts: Mapping[bytes, str] = {}
    with server.lock, watchdog(1.0):
        while True:
            try:
                return _walked(scenario, server, address, clock_moves, scripts)
            except ClockMoves:  # a client waits, which is known only when the walk gets there
                clock_moves = True
            except ScriptsKnown as known:
                scripts = _with_those(known)


def _with_those(known: ScriptsKnown) -> Mapping[bytes, str]:
    """What the server knows when the search begins again. Clients send a few scripts, and always the same."""
    if len(known.texts) > MOST_SCRIPTS:
        raise Diverged(
            f"The clients have sent {len(known.texts)} different scripts, and more whenever they run again: "
            "something outside Redis writes them. Pass what changes as an argument (ARGV)."
        )
    return known.texts


def _walked(
    scenario: Scenario, server: Backend, address: str, clock_moves: bool, scripts: Mapping[bytes, str]
) -> Schedule:
    graph = _explored(scenario, server, Bounds(), search=False, clock_moves=clock_moves, scripts=scripts)
    schedule = Walk(graph, {}).schedule(address)
    end = schedule.steps[-1].state_after if schedule.steps else 0
    return replaced(schedule, wrong=_wrong_at(graph, end))


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """The graph is millions of small tuples and no cycles: looking for cycles would take half of the time.

    And no log: a client runs hundreds of times, and would say everything hundreds of times.
    """
    collects, level = gc.isenabled(), logging.root.manager.disable
    gc.disable()
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(level)
        if collects:
            gc.enable()


def _wrong_at(graph: Graph, state: int) -> str | None:
    """The sentence about one state: a schedule that has ended is also judged by the final invariant."""
    del graph.edges[:]
    graph.edges_of(state)
    wrong = judge(graph, only=state)
    return wrong.now.get(state) or wrong.end.get(state)


def _explored(
    scenario: Scenario,
    server: Backend,
    bounds: Bounds,
    *,
    search: bool = True,
    symmetric: bool = False,
    clock_moves: bool = False,
    scripts: Mapping[bytes, str] | None = None,
) -> Graph:
    """The graph; begun again where an assumption that would have saved work turns out to be wrong."""
    prepare(scenario.decode_responses, scenario.redis_retry)
    clock_moves = clock_moves or scenario.faults.time_jumps > 0
    scripts = scripts or {}
    while True:
        try:
            with ended_if_given_up():
                graph = Graph(scenario, server, bounds, clock_moves, symmetric, scripts)
                _, content, now = drive(graph.worlds, scenario.setup, 0, EPOCH_MS, scenario.decode_responses)
                if now > EPOCH_MS and not clock_moves:  # nobody has looked for deadlines
                    raise ClockMoves
                graph.begin(content, now)
                if search:
                    graph.explore()
                if graph.worlds.scripts.late:
                    raise ScriptsKnown(graph.worlds.scripts)
                return graph
        except Refused as refused:
            sender = next((node for node in graph.nodes if node.step is refused.step), None)
            if sender is None:
                raise
            raise Unsupported(f"{graph.tries[sender.client].name} sends {refused}") from None
        except ClockMoves:
            clock_moves = True
        except ScriptsKnown as known:
            scripts = _with_those(known)
        except Asymmetric:
            symmetric = False


def _given_up(status: str, why: Exception, server: Backend, started: float, sent: int) -> Verdict:
    return Verdict(
        status,  # type: ignore[arg-type]
        str(why),
        commands_sent=server.commands_sent - sent,
        seconds=time.perf_counter() - started,
        backend=server.name,
    )


def _verdict(graph: Graph, started: float, sent: int, validate: int) -> Verdict:
    graph.worlds.scripts.settled = True
    wrong = judge(graph)
    graph.expanded = len(graph.edges)
    ends: set[int] = set(graph.ends)
    if graph.stopped:  # ways lead to where the search stood as well as to ends
        ends.update(range(len(graph.edges), len(graph.states)))
        graph.edges.extend([] for _ in range(len(graph.states) - len(graph.edges)))
    ways = count(graph.edges, ends, wrong.now, wrong.end)
    counts = count(graph.edges, graph.ends, wrong.now, wrong.end) if graph.stopped else ways
    bounded = graph.stopped or (f"{graph.bounds.steps_per_client} steps of a client" if graph.cut else "")
    concrete = (
        graph
        if not graph.symmetric
        else _explored(
            graph.scenario, graph.backend, graph.bounds, search=False, scripts=graph.worlds.scripts.texts
        )
    )
    concrete.worlds.scripts.settled = True
    walk = Walk(concrete, {} if graph.symmetric else {**wrong.end, **wrong.now})
    example = _counterexample(graph, ways, wrong, walk)
    validated = 0
    if example is not None or not bounded:
        validated = _validated(
            graph, concrete, walk, ends, ways, validate if example is None else min(validate, 5), example
        )
    stuck = _stuck(graph)
    status, says = _told(counts, wrong, bounded, example, graph, stuck)
    return Verdict(
        status,  # type: ignore[arg-type]
        says,
        schedules=counts.schedules[0],
        violating_schedules=counts.violating[0],
        stopped=bounded,
        stuck_schedules=count(graph.edges, graph.ends, (), stuck).violating[0] if stuck else 0,
        states=len(graph.states),
        transitions=sum(len(edges) for edges in graph.edges) // 2,
        server_transitions=graph.worlds.transitions,
        commands_sent=graph.backend.commands_sent - sent,
        client_runs=sum(trie.runs for trie in {id(trie): trie for trie in graph.tries}.values()),
        seconds=time.perf_counter() - started,
        validated_live=validated,
        backend=graph.backend.name,
        counterexample=example,
        graph=walk,
    )


def _waiting(graph: Graph, state: int) -> list[str]:
    """Clients that are neither done nor crashed."""
    return [
        name
        for name, at in zip(graph.names, graph.states[state][2:], strict=True)
        if at >= 0 and graph.nodes[at].step is not None
    ]


def _stuck(graph: Graph) -> set[int]:
    """States where a schedule ends although a client is not done."""
    return {state for state in graph.ends if state not in graph.cut and _waiting(graph, state)}


def _counterexample(graph: Graph, counts: Counts, wrong: Wrong, walk: Walk) -> Schedule | None:
    def violates(state: int) -> bool:
        return state in wrong.now or state in wrong.end

    way = shortest(
        graph.edges, counts, violates, actors_by_node(graph) if graph.symmetric else by_place
    )  # fmt: skip
    if way is None:
        return None
    end = way[-1][1] if way else 0
    says = wrong.now.get(end) or wrong.end.get(end)
    if graph.symmetric:
        return replaced(walk.schedule(named(graph, way)), wrong=says)
    moments = []
    state = 0
    for event, target in way:
        moments.append(walk.moment(state, walk._choice(event, target)))
        state = target
    return Schedule(tuple(moments), says, tuple(graph.names), graph.scenario)


def _validated(
    graph: Graph,
    concrete: Graph,
    walk: Walk,
    ends: Container[int],
    counts: Counts,
    how_many: int,
    example: Schedule | None,
) -> int:
    """Run the counterexample and random schedules live: an exception where one differs."""
    if not how_many:
        return 0
    live = Live(concrete, 0)
    chance = random.Random(graph.scenario.seed)
    told = [walk.way(step.code for step in example.steps)] if example is not None else []
    ways = (random_schedule(graph.edges, ends, counts, chance) for _ in range(how_many - len(told)))
    try:
        live.check(chain(told, (walk.way(named(graph, way)) if graph.symmetric else way for way in ways)))
    finally:
        live.close()
    return how_many


def _told(
    counts: Counts, wrong: Wrong, bounded: str, example: Schedule | None, graph: Graph, stuck: set[int]
) -> tuple[str, str]:
    total, bad = counts.schedules[0], counts.violating[0]
    if example is not None and bounded:
        return "violated", (
            f"What was seen before the search stopped at {bounded} violates the invariant: {example.wrong}"
        )
    if example is not None:
        return "violated", f"{bad:,} of {total:,} schedules violate the invariant: {example.wrong}"
    if bounded:
        return "bounded", f"The search stopped at {bounded}: no violation so far, which is not a proof."
    waits = ""
    if stuck:
        states = {name for state in stuck for name in _waiting(graph, state)}
        waits = f" Some end with {' and '.join(sorted(states))} waiting for ever."
    if graph.scenario.faults.time_jumps and not any(graph._jumps.values()):
        waits += " Time never moved: nothing has a deadline to jump to; give jumps_ms."
    crashes = (
        " A client crashes before a step, never after its last." if graph.scenario.faults.crashes else ""
    )
    return "proved", f"All {total:,} schedules were explored; none violates the invariant.{waits}{crashes}"

"""The state graph: every state that some schedule reaches, and every event that is possible in it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from lab.explorer.backend import Backend
from lab.explorer.clients import ClientTrie, Node
from lab.explorer.links import Links
from lab.explorer.moves import Jump, Missing, Move, Moves, Needs
from lab.explorer.virtual_time import EPOCH_MS
from lab.explorer.worlds import World, Worlds
from lab.scenario import Bounds, Faults, Scenario

__all__ = ["CRASHED", "Event", "Graph", "Kind", "decoded_event"]

CRASHED = -1
STEP, LOST_REPLY, LOST_REQUEST, CRASH, LATE, JUMP = range(6)
Kind = ("step", "lost reply", "lost request", "crash", "late", "time jump")
State = tuple[int, ...]
"""(world, phase, a node of each client or CRASHED)."""


class Asymmetric(Exception):
    """The clients draw numbers of their own or keep state in connections: who is who matters after all."""


class Event(NamedTuple):
    """What may happen next. `actor` is a client's number; for a time jump, the number of the jump."""

    kind: int
    actor: int


def code(kind: int, actor: int) -> int:
    return actor << 3 | kind


@cache
def decoded_event(number: int) -> Event:
    return Event(number & 7, number >> 3)


@dataclass(slots=True)
class Graph:
    """Explored breadth-first; what a level does not know of the server is asked in one write."""

    scenario: Scenario
    backend: Backend
    bounds: Bounds
    clock_moves: bool
    """Whether time can move on at all. If not, reading the clock is no step."""
    symmetric: bool = False
    """Whether states that differ only in who is who are one state."""
    scripts: Mapping[bytes, str] = field(default_factory=dict)
    """Those that the server knows from the start, by sha1."""
    worlds: Worlds = field(init=False)
    nodes: list[Node] = field(default_factory=list)
    names: list[str] = field(init=False)
    tries: list[ClientTrie] = field(default_factory=list)
    """One for each client; one for all of them if they are symmetric."""
    states: list[State] = field(default_factory=list)
    index: dict[State, int] = field(default_factory=dict)
    edges: list[list[int]] = field(default_factory=list)
    """For each state: event, target, event, target, ... Shorter than `states` until all is done."""
    budgets: list[Faults] = field(default_factory=list)
    ends: set[int] = field(default_factory=set)
    """States in which no client can act: all are done, crashed or blocked for ever."""
    cut: set[int] = field(default_factory=set)
    """States in which a client was held at the limit of its steps."""
    stopped: str | None = None
    expanded: int = 0
    """How many states, from the first on, have all of their edges."""
    moves: Moves = field(init=False)
    _steps: dict[tuple[int, int], Move | None] = field(default_factory=dict)
    _lost: dict[tuple[int, int], Move | None] = field(default_factory=dict)
    _unsent: dict[tuple[int, int], Move | None] = field(default_factory=dict)
    _jumps: dict[int, list[Jump]] = field(default_factory=dict)
    before: list[tuple[int, ...]] = field(default_factory=list)
    """For each phase and client: who had returned when it was invoked, as bits; -1 if it never was."""
    _spent: list[list[int]] = field(default_factory=list)
    _phases: dict[Any, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        scenario = self.scenario
        self.worlds = Worlds(self.backend, deadlines=self.clock_moves, scripts=self.scripts)
        self.moves = Moves(self.worlds, self.tries, self.nodes, self.clock_moves, scenario.faults.jumps_ms)
        self.names = list(scenario.clients)
        for number, (name, function) in enumerate(scenario.clients.items()):
            if self.symmetric and self.tries:
                self.tries.append(self.tries[0])
                continue
            self.tries.append(
                ClientTrie(
                    number,
                    name,
                    function,
                    self.worlds.registry,
                    self.nodes,
                    decode=scenario.decode_responses,
                    retry=scenario.redis_retry,
                    split=scenario.split_pipelines,
                    seed=scenario.seed,
                    still=None if self.clock_moves else EPOCH_MS,
                )
            )

    def begin(self, content: int, now: int) -> None:
        """The first state: every client stands before its first step."""
        self._phase(self.scenario.faults, (-1,) * len(self.tries))
        links: Links = ()
        for trie in self.tries:
            links = self.moves.awaited(links, trie.root, now)
        world = self.worlds.world(World(content, now, links))
        self._state((world, 0, *(trie.root.id for trie in self.tries)))

    def _state(self, state: State) -> int:
        known = self.index.get(state)
        if known is None:
            known = self.index[state] = len(self.states)
            self.states.append(state)
        return known

    def _phase(self, faults: Faults, before: tuple[int, ...]) -> int:
        """What is left of the faults, and where linearizability is asked for, who came before whom."""
        known = self._phases.get((faults, before))
        if known is not None:
            return known
        number = self._phases[faults, before] = len(self.budgets)
        self.budgets.append(faults)
        self.before.append(before)
        spent: list[int] = [-1] * 6
        self._spent.append(spent)
        names = (
            (LOST_REPLY, "lost_replies"),
            (LOST_REQUEST, "lost_requests"),
            (CRASH, "crashes"),
            (JUMP, "time_jumps"),
        )
        for kind, name in names:
            left = getattr(faults, name)
            if left:
                values = {one: getattr(faults, one) for one in Faults.__dataclass_fields__} | {name: left - 1}
                spent[kind] = self._phase(Faults(**values), before)
        return number

    def _invoked(self, state: State, phase: int, client: int) -> int:
        """The phase after the client's first step."""
        returned = sum(
            1 << number
            for number, at in enumerate(state[2:])
            if at >= 0 and (done := self.nodes[at].finished) is not None and done.error is None
        )
        before = self.before[phase]
        return self._phase(self.budgets[phase], (*before[:client], returned, *before[client + 1 :]))

    def explore(self) -> None:
        """Until every state is expanded or a bound is reached."""
        end = time.perf_counter() + self.bounds.seconds
        while len(self.edges) < len(self.states) and not self.stopped:
            self.expand(range(len(self.edges), len(self.states)), end)

    def expand(self, level: range, end: float | None = None) -> None:
        """All edges out of these states, which are the first that have none yet."""
        self._prepare([self.states[number] for number in level])
        if self.symmetric and (self.tries[0].drew or any(world.links for world in self.worlds.worlds)):
            raise Asymmetric
        for number in level:
            if len(self.states) > self.bounds.states:
                self.stopped = f"{self.bounds.states:,} states"
                return
            if end is not None and not number & 1023 and time.perf_counter() > end:
                self.stopped = f"{self.bounds.seconds:g} s"
                return
            self.edges.append(self._edges(number))

    def edges_of(self, number: int) -> list[int]:
        """The edges out of one state, for walking on where the search has stopped."""
        self._prepare([self.states[number]])
        return self._edges(number)

    def _edges(self, number: int) -> list[int]:
        state = self.states[number]
        world, budget = state[0], state[1]
        nodes, spent, limit = self.nodes, self._spent[budget], self.bounds.steps_per_client
        edges: list[int] = []
        crash, lost, unsent = spent[CRASH], spent[LOST_REPLY], spent[LOST_REQUEST]
        index, states = self.index, self.states
        history = self.scenario.linearizable_as is not None
        acting, able, symmetric = False, False, self.symmetric

        def reach(event: int, target: State) -> None:
            if history and event & 7 in (STEP, LATE, LOST_REPLY, LOST_REQUEST):
                client = event >> 3
                if nodes[state[2 + client]].parent is None:
                    target = (target[0], self._invoked(state, target[1], client), *target[2:])
            if symmetric:
                target = (*target[:2], *sorted(target[2:]))
            known = index.get(target)
            if known is None:
                known = index[target] = len(states)
                states.append(target)
            edges.append(event)
            edges.append(known)

        for position in range(2, len(state)):
            at = state[position]
            if at < 0 or nodes[at].step is None:
                continue
            acting = True
            if nodes[at].depth >= limit:
                self.cut.add(number)
                continue
            actor = (position - 2) << 3
            before, after = state[2:position], state[position + 1 :]
            move = self._steps[world, at]
            if move is not None:
                able = True
                reach(actor | (LATE if move.late else STEP), (move.world, budget, *before, move.node, *after))
            if lost >= 0:
                move = self._lost[world, at]
                if move is not None:
                    reach(actor | LOST_REPLY, (move.world, lost, *before, move.node, *after))
            if unsent >= 0:
                move = self._unsent[world, at]
                if move is not None:
                    reach(actor | LOST_REQUEST, (move.world, unsent, *before, move.node, *after))
            if crash >= 0 and self._steps[world, at] is not None:
                left = self.moves.crashed(world, position - 2)
                reach(actor | CRASH, (left, crash, *before, CRASHED, *after))
        if acting and spent[JUMP] >= 0:
            for which, jump in enumerate(self._jumps[world]):
                reach(which << 3 | JUMP, (jump.world, spent[JUMP], *state[2:]))
        if not able:
            self.ends.add(number)
        return edges

    def _prepare(self, level: list[State]) -> None:
        """Work out every move that the level needs, with as few questions to the server as possible."""
        wanted: dict[Any, tuple[Any, Any, Any]] = {}
        moves, nodes, limit = self.moves, self.nodes, self.bounds.steps_per_client
        for state in level:
            world, spent = state[0], self._spent[state[1]]
            acting = False
            for at in state[2:]:
                if at < 0 or nodes[at].step is None:
                    continue
                acting = True
                if nodes[at].depth >= limit:
                    continue
                key = (world, at)
                if key not in self._steps:
                    wanted[STEP, key] = (self._steps, moves.step, key)
                if spent[LOST_REPLY] >= 0 and key not in self._lost:
                    wanted[LOST_REPLY, key] = (self._lost, moves.lost_reply, key)
                if spent[LOST_REQUEST] >= 0 and key not in self._unsent:
                    wanted[LOST_REQUEST, key] = (self._unsent, moves.lost_request, key)
            if acting and spent[JUMP] >= 0 and world not in self._jumps:
                wanted[JUMP, world] = (self._jumps, moves.jumps, (world,))
        while wanted:
            needs: Needs = {}
            later = {}
            for name, (found, work, key) in wanted.items():
                try:
                    found[key if len(key) > 1 else key[0]] = work(*key, needs)
                except Missing:
                    later[name] = (found, work, key)
            if needs:
                self.worlds.ask(needs.values())
            wanted = later

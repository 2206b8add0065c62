"""Single-stepping: any event in any state, forwards on any branch, instantly."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from redis import Redis

from lab.explorer.clients import Place
from lab.explorer.evaluate import drive
from lab.explorer.graph import CRASH, JUMP, LATE, LOST_REPLY, LOST_REQUEST, STEP, Graph, Kind, decoded_event
from lab.explorer.schedule import Moment, Schedule, told_reply
from lab.explorer.steps import text_of
from lab.explorer.virtual_time import EPOCH_MS
from lab.snapshot import Snapshot, read

__all__ = ["LETTERS", "Choice", "Standing", "Walk"]

LETTERS = {STEP: "", LOST_REPLY: "l", LOST_REQUEST: "q", CRASH: "c", LATE: ""}


@dataclass(frozen=True, slots=True)
class Choice:
    """An event that is possible in a state."""

    number: int
    actor: str
    event: str
    code: str
    target: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a client is: what it will send next and from which line, or how it ended."""

    name: str
    status: str
    """"running", "blocked", "done", "raised", "crashed" or "held" (at the limit of its steps)."""
    next_command: str
    places: tuple[Place, ...]
    result: str


class Walk:
    """The explored graph, to be walked by hand. State 0 is the beginning."""

    def __init__(self, graph: Graph, wrong: dict[int, str]) -> None:
        self.graph = graph
        self._wrong = wrong
        self._more: dict[int, list[int]] = {}

    def enabled(self, state: int) -> tuple[Choice, ...]:
        """Every event that may happen next."""
        out = self._edges(state)
        return tuple(self._choice(event, target) for event, target in zip(out[::2], out[1::2], strict=True))

    def step(self, state: int, event: Choice | str) -> int:
        """The state after this event, given as a choice or by its code ("1", "2l", "t")."""
        wanted = event if isinstance(event, str) else event.code
        for choice in self.enabled(state):
            if choice.code == wanted:
                return choice.target
        possible = ", ".join(choice.code for choice in self.enabled(state)) or "nothing"
        raise ValueError(f"{wanted!r} is not possible here; possible: {possible}.")

    def clients(self, state: int) -> tuple[Standing, ...]:
        """Where every client stands."""
        return tuple(
            self._standing(state, position, at) for position, at in enumerate(self.graph.states[state][2:])
        )

    def clock_ms(self, state: int) -> int:
        """Virtual milliseconds since the beginning."""
        return int(self._world(state).now) - EPOCH_MS

    def wrong(self, state: int) -> str | None:
        """What an invariant says of this state."""
        return self._wrong.get(state)

    def look(self, state: int, question: Callable[[Redis], Any]) -> Any:
        """The value of a function of a client in this state: keyspace, TTLs. Nothing it writes stays."""
        world = self._world(state)
        graph = self.graph
        with graph.backend.lock:
            return drive(
                graph.worlds, question, world.content, world.now, graph.scenario.decode_responses,
                "the question", lenient=True,
            )[0]  # fmt: skip

    def keyspace(self, state: int) -> Snapshot:
        """The keys, values and TTLs in this state."""
        snapshot: Snapshot = self.look(state, read)
        return snapshot

    def moment(self, state: int, choice: Choice) -> Moment:
        """The event told: command, reply, line."""
        event = decoded_event(choice.number)
        graph = self.graph
        if event.kind == JUMP:
            jump = graph._jumps[graph.states[state][0]][event.actor]
            gone = f", expired: {', '.join(jump.expired)}" if jump.expired else ""
            says = f"{jump.by:,} ms pass{gone}"
            return Moment("time", "time jump", "", says, None, state, choice.target, choice.code, ms=jump.by)
        at = graph.nodes[graph.states[state][2 + event.actor]]
        step = at.step
        assert step is not None
        command = "; ".join(text_of(one, graph.worlds.scripts) for one in step.commands)
        if step.kind in ("clock", "sleep", "receive"):
            command = {
                "clock": "reads the clock",
                "sleep": f"sleeps {step.wait} ms",
                "receive": "waits for a message",
            }[step.kind]
        reply = ""
        if event.kind in (STEP, LATE):
            reply = self._reply(state, at.id)
        elif event.kind == LOST_REPLY:
            world = self._world(state)
            counts = graph.moves.counts(step, world) if step.publishes else ()
            effect = graph.worlds.known(graph.worlds.key(step, world.content, world.now, counts=counts))
            reply = told_reply(effect.replies) if effect is not None and effect.replies is not None else "OK"
        if event.kind == LATE:
            reply = "wakes" if step.kind == "sleep" else "in vain: the wait is over"
        place = at.where[0] if at.where else None
        return Moment(
            graph.names[event.actor],
            Kind[event.kind],
            command,
            reply,
            place,
            state,
            choice.target,
            choice.code,
            clock_ms=self._world(state).now,
        )

    def schedule(self, codes: str | Iterable[str], state: int = 0) -> Schedule:
        """The schedule that this address names."""
        names = [code for code in codes.split(".") if code] if isinstance(codes, str) else list(codes)
        moments = []
        for code in names:
            choice = next((one for one in self.enabled(state) if one.code == code), None)
            if choice is None:
                self.step(state, code)
                raise AssertionError
            moments.append(self.moment(state, choice))
            state = choice.target
        return Schedule(tuple(moments), self.wrong(state), tuple(self.graph.names), self.graph.scenario)

    def way(self, codes: Iterable[str]) -> list[tuple[int, int]]:
        """The events and states that these codes lead through."""
        found = []
        state = 0
        for code in codes:
            choice = next(one for one in self.enabled(state) if one.code == code)
            found.append((choice.number, choice.target))
            state = choice.target
        return found

    def _edges(self, state: int) -> list[int]:
        graph = self.graph
        if state < graph.expanded:
            return graph.edges[state]
        if state not in self._more:
            with graph.backend.lock:
                self._more[state] = graph.edges_of(state)
        return self._more[state]

    def _choice(self, event: int, target: int) -> Choice:
        kind, actor = decoded_event(event)
        if kind == JUMP:
            many = len(self.graph.scenario.faults.jumps_ms) > 1
            return Choice(event, "time", "time jump", f"t{actor + 1}" if many else "t", target)
        return Choice(event, self.graph.tries[actor].name, Kind[kind], f"{actor + 1}{LETTERS[kind]}", target)

    def _world(self, state: int) -> Any:
        return self.graph.worlds.worlds[self.graph.states[state][0]]

    def _reply(self, state: int, at: int) -> str:
        graph = self.graph
        move = graph._steps[graph.states[state][0], at]
        assert move is not None
        value = graph.worlds.registry.outcomes[move.outcome].value
        if isinstance(value, int):
            return f"{(value - EPOCH_MS) / 1000:g} s since the start"
        return told_reply(value) if value else "nothing"

    def _standing(self, state: int, position: int, at: int) -> Standing:
        graph = self.graph
        name = graph.tries[position].name
        if at < 0:
            return Standing(name, "crashed", "", (), "")
        node = graph.nodes[at]
        if node.finished is not None:
            error = node.finished.error
            if error is not None:
                return Standing(name, "raised", "", (), f"{type(error).__name__}: {error}")
            return Standing(name, "done", "", (), repr(node.finished.value))
        assert node.step is not None
        text = "; ".join(text_of(one, graph.worlds.scripts) for one in node.step.commands) or node.step.kind
        acts = any(
            choice.actor == name and choice.event in ("step", "late") for choice in self.enabled(state)
        )
        status = "running" if acts else "held" if state in graph.cut else "blocked"
        return Standing(name, status, text, node.where, "")

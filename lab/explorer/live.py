"""Schedules run live: fresh clients, real connections, one round trip a step, compared with the graph.

This catches what memoisation cannot see: clients that share a Python object, or a server that answers
differently. Without it nothing is called proved.

Several schedules go side by side, each in a database of its own, so that a wake-up of the server serves them
all. Whatever differs then is run once more alone, and only that counts.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterable, Sequence
from typing import Any

from lab.explorer.backend import Link, lua
from lab.explorer.clients import Diverged, Node, told
from lab.explorer.commands import Command
from lab.explorer.connection import LOST
from lab.explorer.graph import CRASH, JUMP, LATE, LOST_REPLY, LOST_REQUEST, Graph, decoded_event
from lab.explorer.run import Asked, Finished, Run, greenlets_kept

__all__ = ["Live"]

SIDE_BY_SIDE = 16
"""Schedules at once, as many as there are databases: more of them make more commands a second."""

Way = Sequence[tuple[int, int]]
"""The events of a schedule, each with the state that it leads to."""
Asking = Generator[tuple[Link, Sequence[Command]], list[Any], None]
"""A schedule under way: what it sends next, and over which connection."""


class Lane:
    """A database of the server, with the connections of the schedule that is run in it."""

    def __init__(self, graph: Graph, database: int) -> None:
        self._graph = graph
        self._database = database
        self._links: dict[tuple[int, int], Link] = {}
        self.watching: set[tuple[int, int]] = set()
        self.main = graph.backend.link(database)
        self.clean = False

    def link(self, actor: int, connection: int) -> Link:
        """The client's connection of this number."""
        link = self._links.get((actor, connection))
        if link is None:
            link = self._links[actor, connection] = self._graph.backend.link(self._database)
        return link

    def close(self) -> None:
        for link in (self.main, *self._links.values()):
            link.close()


class Live:
    """Schedules on a server of the explorer's own."""

    def __init__(self, graph: Graph, start: int) -> None:
        self._graph = graph
        self._start = start
        self._lanes: list[Lane] = []
        self._reset = graph.worlds.scripts.ours(lua("reset"), ())

    def close(self) -> None:
        for lane in self._lanes:
            lane.close()
        self._lanes.clear()

    def check(self, ways: Iterable[Way]) -> None:
        """Run them and complain of the first difference."""
        todo = list(ways)
        lanes = min(SIDE_BY_SIDE, self._graph.backend.databases, len(todo))
        with greenlets_kept():
            if lanes > 1:
                try:
                    return self._run(todo, lanes)
                except Exception:  # noqa: BLE001 - FLUSHALL, say, reaches the others: alone it shows what is true
                    self.close()
            self._run(todo, 1)

    def _run(self, todo: Sequence[Way], lanes: int) -> None:
        """In each round every schedule that is under way sends one step, and then every answer is read."""
        while len(self._lanes) < lanes:
            self._lanes.append(Lane(self._graph, len(self._lanes)))
        left = iter(todo)
        going: dict[int, tuple[Asking, tuple[Link, Sequence[Command]]]] = {}

        def begin(number: int) -> None:
            way = next(left, None)
            if way is not None:
                asking = self._schedule(self._lanes[number], way)
                going[number] = asking, next(asking)

        try:
            for number in range(lanes):
                begin(number)
            while going:
                for _, (link, commands) in going.values():
                    link.post(commands)
                for number, (asking, (link, commands)) in list(going.items()):
                    try:
                        going[number] = asking, asking.send(link.take(len(commands)))
                    except StopIteration:
                        del going[number]
                        begin(number)
        finally:
            for asking, _ in going.values():
                asking.close()

    def _schedule(self, lane: Lane, way: Way) -> Asking:
        graph = self._graph
        for key in lane.watching:
            yield lane.link(*key), [(b"UNWATCH",)]
        lane.watching.clear()
        content = graph.worlds.contents[graph.worlds.worlds[graph.states[0][0]].content]
        begin = [*([] if lane.clean else [self._reset]), *content.sent]
        if begin:
            yield lane.main, begin
        lane.clean = False
        runs = [trie.fresh_run() for trie in graph.tries]
        try:
            asked = [trie.resume(run) for trie, run in zip(graph.tries, runs, strict=True)]
            yield from self._events(lane, way, runs, asked)
        finally:
            for run in runs:
                run.kill()
        yield from self._same_ending(lane, way[-1][1] if way else self._start, asked)

    def _events(self, lane: Lane, way: Way, runs: list[Run], asked: list[Any]) -> Asking:
        graph, state = self._graph, self._start
        states, nodes, worlds = graph.states, graph.nodes, graph.worlds.worlds
        for number, target in way:
            kind, actor = decoded_event(number)
            before, state = states[state], target
            if kind in (JUMP, LATE):
                yield lane.main, graph.worlds.expiry.prepare(worlds[states[target][0]].now)[0]
            if kind == JUMP:
                continue
            if kind == CRASH:
                runs[actor].kill()
                asked[actor] = None
                continue
            trie, at = graph.tries[actor], nodes[before[2 + actor]]
            if at.asked != asked[actor]:
                trie.differs(at.depth, at.asked, asked[actor])
            step = at.step
            assert step is not None
            unheard = kind in (LOST_REPLY, LOST_REQUEST)
            moves = graph._steps if not unheard else graph._lost if kind == LOST_REPLY else graph._unsent
            move = moves[before[0], at.id]
            assert move is not None
            expected = graph.worlds.registry.outcomes[move.outcome].value
            answer: Any = expected
            if step.kind in ("write", "watch") and kind not in (LOST_REQUEST, LATE):
                link = lane.link(actor, at.connection)
                if step.kind == "watch":
                    lane.watching.add((actor, at.connection))
                    answer = yield link, step.commands
                else:
                    here = worlds[before[0]]
                    counts = graph.moves.counts(step, here) if step.publishes else ()
                    commands, assemble = step.prepare(here.now, counts)
                    if step.publishes:
                        replies = yield link, [*commands, *step.drain()]
                        answer = assemble(replies[: len(commands)])
                    else:
                        answer = assemble((yield link, commands))
                if kind == LOST_REPLY:
                    answer = LOST
                elif not _alike(answer, expected):
                    raise Diverged(
                        f"{trie.name}, step {at.depth + 1}: Redis answered {answer!r} to {told(at.asked)} "
                        f"when the schedule was run live, and the search expected {expected!r}."
                    )
            if at.part is not None and not unheard:
                if nodes[move.node].part:
                    continue
                answer = [*_answered_before(at), *answer]
            asked[actor] = trie.resume(runs[actor], answer)
            if unheard and (actor, at.connection) in lane.watching:
                # The client's connection is gone, and so is what it watched.
                lane.watching.discard((actor, at.connection))
                yield lane.link(actor, at.connection), [(b"UNWATCH",)]

    def _same_ending(self, lane: Lane, state: int, asked: list[Any]) -> Asking:
        graph = self._graph
        for trie, at, now in zip(graph.tries, graph.states[state][2:], asked, strict=True):
            if at < 0:
                continue
            node = graph.nodes[at]
            expected = node.finished or node.asked
            if isinstance(expected, Finished) and isinstance(now, Finished):
                same = _same_error(expected.error, now.error) and _equal(expected.value, now.value)
            elif isinstance(expected, Asked) or type(now) is not type(expected):
                same = bool(expected == now)
            else:
                same = True
            if not same:
                trie.differs(node.depth, expected, now)
        content = graph.worlds.contents[graph.worlds.worlds[graph.states[state][0]].content]
        if graph.backend.databases == 1:
            found = graph.backend.digest(graph.worlds.digest_wanted)
        else:
            found, _ = yield lane.main, [graph.worlds.digest_wanted, self._reset]
            lane.clean = True
        if graph.worlds.content_of(found[0]) != content.id:
            raise Diverged("A schedule that was run live left another keyspace than the search expected.")


def _answered_before(at: Node) -> list[Any]:
    """The replies to the parts of this pipeline that came before."""
    whole: list[Any] = []
    node: Any = at
    while node.part:
        whole[:0] = node.outcome.value
        node = node.parent
    return whole


def _alike(one: Any, other: Any) -> bool:
    if one is other:
        return True
    kind = type(one)
    if kind is not type(other):
        return False
    if kind is list:
        if len(one) == len(other) == 1:
            return _alike(one[0], other[0])
        return len(one) == len(other) and all(map(_alike, one, other))
    if kind is bytes or kind is int:  # nearly all of them, and quicker than their texts
        return bool(one == other)
    return repr(one) == repr(other)


def _same_error(one: BaseException | None, other: BaseException | None) -> bool:
    if one is None or other is None:
        return one is other
    return repr(one) == repr(other) and _equal(vars(one), vars(other))


def _equal(one: Any, other: Any) -> bool:
    with contextlib.suppress(Exception):  # an array has no truth, and a list that holds itself no end
        if one == other:
            return True
    return " object at 0x" in repr(one) or repr(one) == repr(other)

"""A client as a function of the replies it has got: a trie of reply histories, walked once by real code."""

from __future__ import annotations

import inspect
import pickle
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any

from redis import Redis

from lab.explorer.commands import name_of
from lab.explorer.connection import LOST, SOCKET_TIMEOUT_MS, connect
from lab.explorer.locks import guard
from lab.explorer.run import Asked, Finished, Problem, Run, begun
from lab.explorer.steps import Refused, Scripts, Step

__all__ = [
    "ClientTrie",
    "ClockMoves",
    "Diverged",
    "Node",
    "Outcome",
    "Place",
    "Registry",
    "ScriptsKnown",
    "Unsupported",
]


_READINGS = 1000
"""Of a clock that stands still, in a row: more than any client makes that does not wait for it."""


class ClockMoves(Exception):
    """A client waits although time was taken to stand still: the search must begin again."""


class ScriptsKnown(Exception):
    """A script was sent after a client was told that there is none: with it the search must begin again."""

    def __init__(self, scripts: Scripts) -> None:
        super().__init__("a script is known only now")
        self.texts = scripts.texts


class Diverged(Exception):
    """A client did something else after the same replies."""


class Unsupported(Exception):
    """A client did something that cannot be explored."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the client's code."""

    path: str
    line: int
    function: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the world answers to a step."""

    id: int
    value: Any


class Registry:
    """Steps and outcomes, interned."""

    def __init__(self, scripts: Scripts) -> None:
        self.scripts = scripts
        self.steps: list[Step] = []
        self._steps: dict[Any, Step] = {}
        self.outcomes: list[Outcome] = [Outcome(0, LOST)]
        self._outcomes: dict[str, Outcome] = {}

    def step(self, asked: Asked, part: int | None, lenient: bool = False, alone: bool = False) -> Step:
        """The one step of its kind; a lenient one may hold any command, because nothing depends on it.

        `alone`: no other client is there between this step and the next.
        """
        commands = asked.commands if part is None else asked.commands[part : part + 1]
        key = (asked.kind, commands, asked.wait, lenient, alone)
        step = self._steps.get(key)
        if step is None:
            step = self._steps[key] = Step(
                len(self.steps), asked.kind, commands, self.scripts, asked.wait, lenient, alone
            )
            self.steps.append(step)
        return step

    def outcome(self, value: Any) -> Outcome:
        key = repr(value)
        outcome = self._outcomes.get(key)
        if outcome is None:
            outcome = self._outcomes[key] = Outcome(len(self.outcomes), value)
            self.outcomes.append(outcome)
        return outcome


class Node:
    """A client after one history of replies: it waits in `step`, or has finished."""

    __slots__ = (
        "asked", "children", "client", "closed", "connection", "depth", "finished", "id", "outcome", "parent",
        "part", "run", "step", "where",
    )  # fmt: skip

    def __init__(
        self, id: int, client: int, parent: Node | None, outcome: Outcome | None, depth: int
    ) -> None:
        self.id, self.client, self.parent, self.outcome, self.depth = id, client, parent, outcome, depth
        self.children: dict[int, Node] = {}
        self.run: Run | None = None
        self.asked: Asked | Finished | None = None
        self.step: Step | None = None
        self.connection = 0
        self.closed: tuple[int, ...] = ()
        self.part: int | None = None
        self.finished: Finished | None = None
        self.where: tuple[Place, ...] = ()


class ClientTrie:
    """One client's histories."""

    def __init__(
        self, number: int, name: str, function: Callable[[Redis], Any], registry: Registry, nodes: list[Node],
        *, decode: bool, retry: str, split: bool, seed: int, still: int | None,
    ) -> None:  # fmt: skip
        self.number, self.name, self._function, self._registry, self._nodes = (
            number,
            name,
            function,
            registry,
            nodes,
        )
        self._decode, self._retry, self._split, self._seed = decode, retry, split, seed
        self._still = still
        self._results: dict[Any, Node] = {}
        self.runs = 0
        self.drew = False
        guard(function)
        run = self._start()
        self.root = self._made(run, self.resume(run), None, None, None)

    def fresh_run(self) -> Run:
        """The client from its first line, outside the trie."""
        return self._start()

    def _start(self) -> Run:
        def work(run: Run) -> Any:
            return self._function(connect(run, self._registry.scripts, self._decode, self._retry))

        self.runs += 1
        return begun(Run(work, f"{self._seed}/{self.name}"))

    def resume(self, run: Run, outcome: Any = None) -> Asked | Finished | Problem:
        """On to the next step; a clock that stands still is read without one."""
        asked = run.resume(outcome)
        if self._still is None:
            return asked
        readings = 0
        while isinstance(asked, Asked) and asked.kind == "clock":
            readings += 1
            if readings > _READINGS:  # it waits for a time that never comes: each reading a step, and an end
                raise ClockMoves
            asked = run.resume(self._still)
        return asked

    def _made(
        self, run: Run, asked: Any, parent: Node | None, outcome: Outcome | None, part: int | None
    ) -> Node:
        if self._registry.scripts.late:
            raise ScriptsKnown(self._registry.scripts)
        if isinstance(asked, Problem):
            raise Unsupported(f"{self.name} {asked.says}")
        depth = parent.depth + 1 if parent else 0
        node = Node(len(self._nodes), self.number, parent, outcome, depth)
        node.run, node.asked = run, asked
        self.drew = self.drew or run.drew
        node.closed, run.closed = tuple(run.closed), []
        if isinstance(asked, Finished):
            self._refuse_unread(asked.value)
            same = self._results.get(key := _result_key(asked, node))
            if same is not None:
                return same
            self._results[key] = node
            node.finished, node.run = asked, None
        else:
            node.connection = asked.connection
            if self._split and len(asked.commands) > 1 and not _transaction(asked):
                node.part = part or 0
            try:
                node.step = self._registry.step(asked, node.part)
            except Refused as refused:
                raise Unsupported(f"{self.name} sends {refused}") from None
            if self._retry == "default":
                self._within_timeout(node.step)
            node.where = _places(run)
        self._nodes.append(node)
        return node

    def _refuse_unread(self, value: Any) -> None:
        """Code that has not run yet is no result, and what can be read once would be read in many states."""
        if inspect.iscoroutine(value):
            value.close()
            raise Unsupported(f"{self.name} is a coroutine function (async def): its body never ran")
        if isinstance(value, AsyncIterator) or inspect.isgeneratorfunction(self._function):
            raise Unsupported(f"{self.name} is a generator function: its body never ran")
        if isinstance(value, Iterator):
            kind = type(value).__name__
            raise Unsupported(f"{self.name} returns a {kind}, which can be read only once; return a list")

    def _within_timeout(self, step: Step) -> None:
        """redis-py would lose patience, drop the connection and wait anew: that is not explored."""
        if step.blocking and (step.wait is None or step.wait >= SOCKET_TIMEOUT_MS):
            name, patience = name_of(step.commands[0]), f"{SOCKET_TIMEOUT_MS / 1000:g} s"
            wait = "for ever" if step.wait is None else f"{step.wait / 1000:g} s"
            raise Unsupported(
                f"{self.name} sends {name}, which waits {wait}: redis-py as it is shipped gives up after "
                f"{patience} and sends it again; wait for less, or explore it with redis_retry='off'"
            )

    def extend(self, node: Node, outcome: Outcome) -> Node:
        """Where the client stands after this outcome of the step it waits in."""
        child = node.children.get(outcome.id)
        if child is None:
            run, node.run = node.run, None
            if run is None:
                run = self._again(node)
            child = node.children[outcome.id] = self._advance(run, node, outcome)
        return child

    def _advance(self, run: Run, node: Node, outcome: Outcome) -> Node:
        part = node.part
        assert isinstance(node.asked, Asked)
        if outcome.id == 0 or part is None:
            return self._made(run, self.resume(run, outcome.value), node, outcome, None)
        if part + 1 < len(node.asked.commands):
            return self._made(run, node.asked, node, outcome, part + 1)
        return self._made(run, self.resume(run, [*_partial(node), *outcome.value]), node, outcome, None)

    def _again(self, node: Node) -> Run:
        """Re-execute from the first line, checking every step."""
        path = [node]
        while path[-1].parent is not None:
            path.append(path[-1].parent)
        path.reverse()
        run = self._start()
        asked = self.resume(run)
        for here, after in zip(path, [*path[1:], None], strict=True):
            if asked != here.asked:
                self.differs(here.depth, here.asked, asked)
            if after is None:
                break
            assert after.outcome is not None
            if after.part:
                continue
            value = after.outcome.value
            if here.part is not None and after.outcome.id:
                value = [*_partial(here), *value]
            asked = self.resume(run, value)
        return run

    def differs(self, depth: int, before: Any, now: Any) -> None:
        """Complain of a client that is no function of its replies."""
        if isinstance(now, Problem):
            raise Unsupported(f"{self.name} {now.says}")
        raise Diverged(
            f"{self.name}, step {depth + 1}: after the same replies it did {told(before)} once and "
            f"{told(now)} now. Something outside Redis decides: an unseeded random number, the real clock, "
            "a shared object."
        )


def told(asked: Any) -> str:
    """What a client asked for, in a few words."""
    if isinstance(asked, Asked):
        text = "; ".join(b" ".join(command).decode("utf-8", "backslashreplace") for command in asked.commands)
        return f"'{text[:120]}'" if text else asked.kind
    if isinstance(asked, Finished):
        return f"raise {asked.error!r}" if asked.error else f"return {asked.value!r}"
    return str(getattr(asked, "says", asked))


def _partial(node: Node) -> list[Any]:
    replies: list[Any] = []
    while node.part:
        assert node.outcome is not None
        assert node.parent is not None
        replies[:0] = node.outcome.value
        node = node.parent
    return replies


def _transaction(asked: Asked) -> bool:
    return asked.commands[0][0].upper() == b"MULTI"


def _result_key(finished: Finished, node: Node) -> Any:
    """Finished clients are the same when their results are; an opaque result is only like itself."""
    if finished.error is not None:
        return (False, *_error_key(finished.error, node))
    return (True, *_value_key(finished.value, node))


def _value_key(value: Any, node: Node) -> tuple[Any, ...]:
    if value is None or type(value) in (bool, int, str, bytes):
        return (type(value), value)
    try:
        return (pickle.dumps(value),)
    except Exception:  # noqa: BLE001 - pickle raises anything
        return (node.id, "opaque")


def _error_key(error: BaseException, node: Node) -> tuple[Any, ...]:
    """All that an invariant may ask an exception for, and those that caused it."""
    told: list[Any] = []
    seen: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and all(cause is not other for other in seen):  # `raise error from error`
        held = vars(cause)
        told += (type(cause), str(cause), repr(cause.args), *(_value_key(held, node) if held else ()))
        seen.append(cause)
        cause = cause.__cause__ or cause.__context__
    return tuple(told)


def _places(run: Run) -> tuple[Place, ...]:
    """The client's own lines, innermost first: neither redis-py's nor the explorer's."""
    places = []
    frame = run.frame()
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if not module.startswith(("redis.", "lab.explorer.", "random", "uuid", "secrets", "greenlet")):
            code = frame.f_code
            places.append(Place(code.co_filename, frame.f_lineno, code.co_qualname))
        frame = frame.f_back
    return tuple(places)

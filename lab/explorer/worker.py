"""The process that explores for the page: requests as JSON lines on its input, answers on its output.

It knows scenarios by their import path, so nothing but text crosses the pipe.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

from lab.explorer.affinity import one_core
from lab.explorer.confine import confine, limit
from lab.explorer.search import explore, replay
from lab.explorer.servers import backend_named
from lab.explorer.verdict import Verdict
from lab.explorer.walk import Walk
from lab.scenario import Bounds, Scenario

__all__ = ["main", "scenario_at"]


def scenario_at(path: str, arguments: dict[str, Any] | None = None) -> Scenario:
    """`package.module:name`: a scenario, or a function of these arguments that makes one."""
    module, _, names = path.partition(":")
    found: Any = importlib.import_module(module)
    for name in names.split("."):
        found = found[name] if isinstance(found, dict) else getattr(found, name)
    if not isinstance(found, Scenario):
        found = found(**(arguments or {}))
    if not isinstance(found, Scenario):
        raise TypeError(f"{path} is no scenario and makes none, but a {type(found).__name__}.")
    return found


class Worker:
    """Answers one request after the other; remembers the last graph for stepping."""

    def __init__(self) -> None:
        self.walk: Walk | None = None

    def answer(self, request: dict[str, Any]) -> Any:
        do: Callable[[dict[str, Any]], Any] = getattr(self, f"do_{request['do']}")
        return do(request)

    def do_warm(self, request: dict[str, Any]) -> str:
        """Start the server now, so that the first search need not."""
        backend_named(request["backend"])
        return "warm"

    def do_explore(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            if request.get("replace"):
                _replace(request["replace"])
            scenario = scenario_at(request["scenario"], request.get("arguments"))
            if request.get("confined"):
                confine()
            verdict = explore(
                scenario, backend=request["backend"], bounds=Bounds(**request["bounds"]),
                validate=request["validate"],
            )  # fmt: skip
        except Exception as error:  # noqa: BLE001 - learners' code raises anything, and the page shows it
            return Verdict("unsupported", _told(error, request.get("replace") or {})).as_json()
        self.walk = verdict.graph
        return verdict.as_json()

    def do_replay(self, request: dict[str, Any]) -> dict[str, Any]:
        scenario = scenario_at(request["scenario"], request.get("arguments"))
        return replay(scenario, request["address"], backend=request["backend"]).as_json()

    def do_at(self, request: dict[str, Any]) -> dict[str, Any]:
        """Everything that a page shows of a state."""
        walk, state = self._walk(), request["state"]
        return {
            "enabled": [dataclasses.asdict(choice) for choice in walk.enabled(state)],
            "clients": [dataclasses.asdict(standing) for standing in walk.clients(state)],
            "keyspace": dataclasses.asdict(walk.keyspace(state)),
            "clock_ms": walk.clock_ms(state),
            "wrong": walk.wrong(state),
        }

    def do_schedule(self, request: dict[str, Any]) -> dict[str, Any]:
        return self._walk().schedule(request["address"]).as_json()

    def _walk(self) -> Walk:
        if self.walk is None:
            raise LookupError("Nothing has been explored yet.")
        return self.walk


class _Learners(MetaPathFinder, Loader):
    """Modules with a learner's text, whoever imports them; what lies beside the file is still found."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in self._texts:
            return None
        file = PathFinder.find_spec(fullname, path)
        return ModuleSpec(fullname, self, origin=file.origin if file else None)

    def exec_module(self, module: ModuleType) -> None:
        name = module.__name__
        module.__file__ = (module.__spec__ and module.__spec__.origin) or f"<{name}>"
        exec(compile(self._texts[name], f"<{name}>", "exec"), module.__dict__)


def _replace(texts: Mapping[str, str]) -> None:
    """From now on an import of these modules gets the learner's text in the place of the file's."""
    for name in texts:
        sys.modules.pop(name, None)
    sys.meta_path.insert(0, _Learners(texts))


def _told(error: Exception, replaced: dict[str, str]) -> str:
    """The error with the learner's line, if it has one. Who imports the text may have said it otherwise."""
    own = {f"<{name}>" for name in replaced}
    cause: BaseException | None = error
    while cause is not None:
        lines = [one.lineno for one in traceback.extract_tb(cause.__traceback__) if one.filename in own]
        if isinstance(cause, SyntaxError) and cause.filename in own:
            lines.append(cause.lineno)
        if lines:
            return f"line {lines[-1]}: {type(cause).__name__}: {cause}"
        cause = cause.__cause__
    line = getattr(error, "lineno", None)
    place = f"line {line}: " if line else ""
    return f"{place}{type(error).__name__}: {error}"


def main() -> None:
    """Until the input ends."""
    output = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what pattern code prints must not stand between the answers
    one_core()
    worker = Worker()
    limit()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"answer": worker.answer(request)}
        except Exception as error:  # noqa: BLE001 - the other side raises it again
            answer = {"error": f"{type(error).__name__}: {error}"}
        output.write(json.dumps(answer, default=repr) + "\n")


if __name__ == "__main__":
    main()

"""What an exploration found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from lab.explorer.schedule import Schedule
from lab.explorer.walk import Walk

__all__ = ["Status", "Verdict"]

Status = Literal["proved", "violated", "bounded", "nondeterministic", "unsupported"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer, and everything that was counted on the way to it."""

    status: Status
    says: str
    """The verdict in a sentence."""
    schedules: int = 0
    """Every schedule there is; of a search that was stopped, those that it has followed to an end."""
    violating_schedules: int = 0
    stopped: str = ""
    """The bound at which the search stopped, "2 s". Empty: it has seen everything, and counts are exact."""
    stuck_schedules: int = 0
    """Schedules that end with a client blocked for ever."""
    states: int = 0
    transitions: int = 0
    """Edges of the graph."""
    server_transitions: int = 0
    """Pairs of keyspace and command that Redis was asked about."""
    commands_sent: int = 0
    client_runs: int = 0
    seconds: float = 0.0
    validated_live: int = 0
    """Random schedules that were run again, command by command."""
    backend: str = "redis"
    counterexample: Schedule | None = None
    graph: Walk | None = None

    def as_json(self) -> dict[str, Any]:
        """Values that JSON knows; the graph stays behind."""
        found = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "graph"}
        found["counterexample"] = self.counterexample.as_json() if self.counterexample else None
        return found

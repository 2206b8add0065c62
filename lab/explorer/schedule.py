"""A schedule as people read it: who did what, what came back, what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from redis import Redis

from lab.explorer.clients import Place
from lab.explorer.rerun import Rerun, rerun
from lab.scenario import Scenario

__all__ = ["Moment", "Schedule"]


@dataclass(frozen=True, slots=True)
class Moment:
    """One event of a schedule. `actor` is a client's name, or "time"."""

    actor: str
    event: str
    """"step", "lost reply", "lost request", "crash", "late" (a wait that ended in vain) or "time jump"."""
    command: str
    reply: str
    place: Place | None
    state_before: int
    state_after: int
    code: str
    """The event in an address."""
    ms: int = 0
    """By how much a time jump moves the clock."""
    clock_ms: int = 0
    """The virtual time of the event, in Unix milliseconds."""

    @property
    def says(self) -> str:
        """The event in one line."""
        return "".join(self.parts)

    @property
    def parts(self) -> tuple[str, ...]:
        """The same in pieces: words, and the command and the reply each by itself."""
        command, reply = self.command, self.reply
        match self.event:
            case "crash":
                return ("crashes before ", command) if command else ("crashes",)
            case "lost reply":
                return command, "  (executed, the reply ", reply, " is lost: ConnectionError)"
            case "lost request":
                return command, "  (never arrives: ConnectionError)"
            case "late":
                return command, f"  {reply}"
            case "time jump":
                return (reply,)
            case _:
                return command, "  ->  ", reply


@dataclass(frozen=True, slots=True)
class Schedule:
    """One total order of events, from the start to its end or to the violation."""

    steps: tuple[Moment, ...]
    wrong: str | None
    """What the invariant says at the end."""
    clients: tuple[str, ...]
    scenario: Scenario | None = field(default=None, repr=False, compare=False)

    def replay(self, client_factory: Callable[[str], Redis]) -> Rerun:
        """Run it on real clients of an empty keyspace, one for each name and one named "time"."""
        return rerun(self, client_factory)

    @property
    def address(self) -> str:
        """The schedule as a short text that can stand in an address: `1.2.2l.t.1c`."""
        return ".".join(step.code for step in self.steps)

    @property
    def faults(self) -> int:
        return sum(step.event in ("crash", "lost reply", "lost request", "time jump") for step in self.steps)

    def story(self) -> str:
        """Line by line, and how it ends."""
        width = max((len(step.actor) for step in self.steps), default=0)
        lines = [
            f"{number:2}. {step.actor:<{width}}  {step.says}" for number, step in enumerate(self.steps, 1)
        ]
        if self.wrong:
            lines.append(f"=>  {self.wrong}")
        return "\n".join(lines)

    def to_mermaid(self) -> str:
        """A sequence diagram."""
        lines = ["sequenceDiagram"]
        names = {name: f"C{number}" for number, name in enumerate(self.clients, 1)}
        lines += [f"    participant {short} as {_plain(name)}" for name, short in names.items()]
        lines.append("    participant R as Redis")
        for step in self.steps:
            actor = names.get(step.actor, "R")
            if step.event == "step":
                lines.append(f"    {actor}->>R: {_plain(step.command)}")
                lines.append(f"    R-->>{actor}: {_plain(step.reply)}")
            elif step.event == "lost reply":
                lines.append(f"    {actor}->>R: {_plain(step.command)}")
                lines.append(f"    R--x{actor}: reply lost")
            elif step.event == "lost request":
                lines.append(f"    {actor}-xR: {_plain(step.command)}")
            else:
                lines.append(f"    Note over {actor}: {_plain(step.says)}")
        if self.wrong:
            lines.append(f"    Note over R: {_plain(self.wrong)}")
        return "\n".join(lines)

    def to_pytest(self, scenario: str) -> str:
        """A test that replays it; `scenario` is the import path of the scenario, `package.module:name`."""
        module, _, name = scenario.partition(":")
        told = "".join(f"    #{line}\n" for line in self.story().splitlines())
        return (
            f"from lab import replay\nfrom {module} import {name}\n\n\n"
            f"def test_this_schedule_keeps_the_promise():\n{told}"
            f'    assert replay({name}, "{self.address}").wrong is None\n'
        )

    def as_json(self) -> dict[str, Any]:
        """Values that JSON knows."""
        return {
            "steps": [asdict(step) for step in self.steps], "wrong": self.wrong, "clients": self.clients,
            "address": self.address, "story": self.story(),
        }  # fmt: skip


def _plain(text: str) -> str:
    """Without what Mermaid would read as its own."""
    return text.replace(";", ",").replace("#", "No. ").replace("\n", " ")


def told_reply(replies: Sequence[Any]) -> str:
    """Replies of a write, shortened for people; of a transaction, those of its EXEC."""
    reply = (
        replies[-1]
        if len(replies) == 1 or (replies and replies[0] == b"OK" and len(replies) > 2)
        else list(replies)
    )
    return _told(reply)


def _told(reply: Any) -> str:
    if reply is None:
        return "nil"
    if isinstance(reply, bytes):
        text = reply.decode("utf-8", "backslashreplace")
        text = text if len(text) <= 60 else text[:57] + "..."
        return text if text and " " not in text else repr(text)
    if isinstance(reply, Exception):
        return f"error {reply}"
    if isinstance(reply, dict):
        inside = ", ".join(f"{_told(key)}: {_told(value)}" for key, value in list(reply.items())[:8])
        return f"{{{inside}{', ...' if len(reply) > 8 else ''}}}"
    if isinstance(reply, list | tuple | set):
        parts = list(reply)
        return f"[{', '.join(map(_told, parts[:8]))}{', ...' if len(parts) > 8 else ''}]"
    return str(reply)

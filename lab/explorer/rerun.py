"""A schedule on real clients: every connection waits for its turn before it sends.

Nothing is virtual here but the order and the jumps in time: redis-py does its own input and output, so a
traced client shows what really goes over the wire.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from lab.clock import fast_forward
from lab.explorer import ambient
from lab.explorer.run import Asked, Finished, Problem, Run, current_run

if TYPE_CHECKING:
    from lab.explorer.schedule import Moment, Schedule

__all__ = ["Rerun", "rerun"]

_FREE = (b"SCRIPT", b"UNWATCH", b"HELLO", b"CLIENT", b"AUTH", b"SELECT")
"""What the explorer counts as no step: connecting, loading scripts."""


@dataclass(frozen=True, slots=True)
class Rerun:
    """How the schedule went on real clients."""

    results: dict[str, Any]
    wrong: str | None
    """What the invariant says at the end."""


class _Fate:
    """What the schedule wants of a client's next command."""

    def __init__(self) -> None:
        self.lose_reply = self.lose_request = False


def rerun(schedule: Schedule, client_factory: Callable[[str], Redis]) -> Rerun:
    """Run the schedule on clients of an empty keyspace, one for each name, and one named "time"."""
    ambient.install()
    scenario = schedule.scenario
    if scenario is None:
        raise ValueError("This schedule has lost its scenario on the way; use lab.replay with the scenario.")
    admin = client_factory("time")
    scenario.setup(admin)
    fates = {name: _Fate() for name in scenario.clients}
    runs = {
        name: Run(_work(function, client_factory(name), fates[name]), f"{scenario.seed}/{name}")
        for name, function in scenario.clients.items()
    }
    unseen = not any(step.command == "reads the clock" for step in schedule.steps)
    start = schedule.steps[0].clock_ms if unseen and schedule.steps else None
    asked: dict[str, Any] = {name: _resumed(run, None, start) for name, run in runs.items()}
    for moment in schedule.steps:
        _happen(moment, admin, runs, asked, fates, start)
    results = {}
    for name, answer in asked.items():
        if isinstance(answer, Finished):
            results[name] = answer.value if answer.error is None else answer.error
        runs[name].kill()
    wrong = None
    for invariant in (scenario.step_invariant, scenario.invariant):
        try:
            wrong = wrong or (invariant(admin, results) if invariant else None)
        except AssertionError as error:
            wrong = str(error) or "an assertion of the invariant failed"
    return Rerun(results, wrong)


def _happen(
    moment: Moment,
    admin: Redis,
    runs: dict[str, Run],
    asked: dict[str, Any],
    fates: dict[str, _Fate],
    start: int | None,
) -> None:
    name = moment.actor
    if moment.event == "time jump":
        fast_forward(admin, moment.ms / 1000)
        return
    if moment.event == "crash":
        runs[name].kill()
        asked[name] = None
        return
    question = asked[name]
    if not isinstance(question, Asked):
        raise RuntimeError(f"{name} has nothing more to send, and the schedule wants: {moment.says}")
    fates[name].lose_reply = moment.event == "lost reply"
    fates[name].lose_request = moment.event == "lost request"
    answer = _resumed(runs[name], moment.clock_ms if question.kind == "clock" else None, start)
    if isinstance(answer, Problem):
        raise RuntimeError(f"{name} {answer.says}")
    asked[name] = answer


def _resumed(run: Run, answer: Any, start: int | None) -> Any:
    """On to the next turn; a clock that stands still takes none."""
    asked = run.resume(answer)
    while start is not None and isinstance(asked, Asked) and asked.kind == "clock":
        asked = run.resume(start)
    return asked


def _work(function: Callable[[Redis], Any], client: Redis, fate: _Fate) -> Callable[[Run], Any]:
    pool = client.connection_pool
    pool.disconnect()
    pool.reset()
    pool.connection_class = _gated(pool.connection_class, fate)
    return lambda run: function(client)


def _gated(kind: Any, fate: _Fate) -> Any:
    class Gated(kind):  # type: ignore[misc]
        """The client's own kind of connection; only its turn comes from the schedule."""

        connecting = False

        def connect(self, *args: Any, **kwargs: Any) -> Any:
            with ambient.own_connections():
                self.connecting = True
                try:
                    return super().connect(*args, **kwargs)
                finally:
                    self.connecting = False

        def connect_check_health(self, *args: Any, **kwargs: Any) -> Any:
            with ambient.own_connections():
                self.connecting = True
                try:
                    return super().connect_check_health(*args, **kwargs)
                finally:
                    self.connecting = False

        def send_packed_command(self, command: Any, check_health: bool = True) -> None:
            run = current_run()
            free = self.connecting or _first(command) in _FREE
            if run is not None and not free:
                run.ask(Asked("gate"))
                if fate.lose_request:
                    self.disconnect()
                    raise RedisConnectionError("Connection closed by server.")
            super().send_packed_command(command, check_health)

        def read_response(self, *args: Any, **kwargs: Any) -> Any:
            reply = super().read_response(*args, **kwargs)
            if fate.lose_reply and not self.connecting and current_run() is not None:
                self.disconnect()
                raise RedisConnectionError("Connection closed by server.")
            return reply

    return Gated


def _first(packed: Any) -> bytes:
    """The name of the first command in what redis-py sends."""
    data = packed if isinstance(packed, bytes) else b"".join(packed)
    return bytes(data.split(b"\r\n", 3)[2]).upper()

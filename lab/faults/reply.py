"""One request or one reply is lost on its way: to the client both look alike."""

from __future__ import annotations

from lab.faults.commands import COMMANDS
from lab.faults.stage import Outcome, Stage
from lab.policy import Policy
from lab.workshop import Workshop

__all__ = ["reply_lost", "request_lost"]

KEYS = {
    "INCR": "count", "MULTI": "count", "SET NX": "lock", "LPUSH": "jobs", "RPOP": "jobs", "LMOVE": "jobs",
    "SADD": "seen", "SET": "name",
}  # fmt: skip
ITEMS = {"lock": "ann", "jobs": "j1", "seen": "e1", "name": "Ann", "count": ""}
WAITING = ("j1", "j2")
"""The jobs that wait before a worker takes one."""


def reply_lost(
    workshop: Workshop,
    command: str,
    policy: Policy = "redis-py's defaults",
    *,
    timeout: float = 0.25,
    retries: int = 3,
) -> Outcome:
    """The server does what one command says, and the answer never arrives: INCR, MULTI, SET NX, LPUSH, ..."""
    stage, key = _stage(workshop, command, policy, timeout, retries)
    workshop.progress(0.5, f"The reply to {command} is lost.")
    stage.proxy.drop_reply(COMMANDS[command].sent)
    return _tried(stage, command, key, "the reply is lost")


def request_lost(
    workshop: Workshop,
    command: str,
    policy: Policy = "redis-py's defaults",
    *,
    timeout: float = 0.25,
    retries: int = 3,
) -> Outcome:
    """The request never arrives. What the client sees is the same as after a lost reply."""
    stage, key = _stage(workshop, command, policy, timeout, retries)
    workshop.progress(0.5, f"The request {command} is lost.")
    stage.proxy.drop_request(COMMANDS[command].sent)
    return _tried(stage, command, key, "the request is lost")


def _stage(
    workshop: Workshop, command: str, policy: Policy, timeout: float, retries: int
) -> tuple[Stage, str]:
    """A server with some jobs on it, for those who take one."""
    stage = Stage(workshop, policy, timeout=timeout, retries=retries, proxied=True)
    key = KEYS[command]
    if command in ("RPOP", "LMOVE"):
        for job in WAITING:
            stage.attempt("LPUSH", key, job, who="producer", redis=stage.patient)
    return stage, key


def _tried(stage: Stage, command: str, key: str, what: str) -> Outcome:
    with stage.lasting(what):
        stage.attempt(command, key, ITEMS[key])
    stage.until(lambda: stage.proxy.fired(0), what)
    return stage.outcome()

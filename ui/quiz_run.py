"""Runs what a question claims, and what a learner answers, on the learner's own server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st

from lab.bench import Bench
from lab.scenario import Scenario
from quizzes import checks
from quizzes.judge import Judge, Judged
from quizzes.model import Schedule, Write
from quizzes.parts import Check
from quizzes.running import Ran, run_text
from ui import session
from ui.quiz_schedule import scheduled

__all__ = ["JUDGE", "Told", "run"]

_BESIDE = threading.RLock()


@dataclass(frozen=True, slots=True)
class Told:
    """What a run has to show: a transcript, or one sentence of a check; and where it ran."""

    server: str
    ran: Ran | None = None
    says: str = ""


def run(what: str | Check) -> Told:
    """A transcript or a check, on an empty keyspace."""
    with _bench() as bench:
        if isinstance(what, str):
            return Told(bench.backend.title, run_text(bench, what))
        value = checks.found(bench, what.check, what.arguments)
        return Told(bench.backend.title, says=checks.in_words(what.check, what.arguments, value))


class _Learners:
    """Judges on the learner's server; schedules in the process that explores for them."""

    def write(self, question: Write, commands: str) -> Judged:
        with _bench() as bench:
            return Judge(bench, _no_races).write(question, commands)

    def schedule(self, question: Schedule, address: str) -> Judged:
        return scheduled(question, address)


JUDGE = _Learners()


def _no_races(lesson: str, race: str) -> Scenario:
    raise LookupError(f"{lesson}/{race} is explored in a process of its own.")


@contextmanager
def _bench() -> Iterator[Bench]:
    """The learner's own server. One that others use as well would mix their keys with a question's: then it
    is a server beside it, one learner at a time."""
    if not session.backend().shared:
        yield session.bench("quiz")
        return
    with _BESIDE:
        yield _beside()


@st.cache_resource(show_spinner=False)
def _beside() -> Bench:
    from lab.backends import fake_backend, fake_server, private_backend
    from lab.server import start_server

    server = start_server()
    if server is None:
        return Bench(fake_backend(), fake_server())
    return Bench(private_backend(server), server.spec())

"""Experiments that run now: one a learner, in a thread of its own, stopped from any page. No Streamlit.

An experiment starts servers of its own (`lab.workshop`), so few run at a time, and one whose learner has
gone is stopped: nothing of it stays.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lab.failures import Failure, failure_of
from lab.workshop import Progress, Stopped, Workshop
from lessons.model import Shown, Trial

__all__ = ["Place", "Running", "Trials", "Tried"]

log = logging.getLogger("keyspace")

MOST = 3
"""Experiments at a time in one app: each keeps a processor busy."""
GONE_AFTER = 8.0
"""Seconds without a connection after which an experiment is stopped. A reload takes one or two."""

Place = tuple[str, str, str]
"""(lesson, experiment, trial)"""


@dataclass(frozen=True, slots=True)
class Tried:
    """A trial that has ended: what it showed, or why there is nothing to show."""

    label: str
    shown: Shown | None
    failure: Failure | None
    seconds: float
    stopped: bool = False


@dataclass
class Running:
    """A trial that runs."""

    place: Place
    trial: Trial
    workshop: Workshop
    began: float
    progress: Progress
    done: Callable[[Tried], None]
    over: threading.Event = field(default_factory=threading.Event)
    last_seen: float = 0.0
    stopping: bool = False


class Trials:
    """What learners' experiments do now. Safe to use from any thread."""

    def __init__(self, *, most: int = MOST, now: Callable[[], float] = time.monotonic) -> None:
        self._most, self._now = most, now
        self._lock = threading.Lock()
        self._running: dict[str, Running] = {}

    def of(self, owner: str) -> Running | None:
        """What this learner's experiment does now."""
        with self._lock:
            return self._running.get(owner)

    def start(
        self,
        owner: str,
        place: Place,
        trial: Trial,
        inputs: Mapping[str, object],
        done: Callable[[Tried], None],
    ) -> str:
        """Run a trial in the background; `done` gets what came of it. Says why if it cannot start now."""
        with self._lock:
            if owner in self._running:
                return "Another experiment of yours is still running. Stop it, or let it end."
            if len(self._running) >= self._most:
                return (
                    f"{self._most} experiments run on this machine now, which is the most at a time. "
                    "Try again in a few seconds."
                )
            workshop = Workshop(lambda progress: setattr(running, "progress", progress))
            began = self._now()
            running = Running(place, trial, workshop, began, Progress(0.0, "Starting"), done, last_seen=began)
            self._running[owner] = running
        threading.Thread(
            target=self._run, args=(owner, running, dict(inputs)), name="experiment", daemon=True
        ).start()
        return ""

    def stop(self, owner: str) -> None:
        """End this learner's experiment with everything it has started, at once.

        Its thread may still hang in a time-out of a client; nobody waits for that, or for what it returns.
        """
        if running := self.of(owner):
            running.stopping = True
            running.workshop.stop()
            seconds = self._now() - running.began
            self._end(owner, running, Tried(running.trial.label, None, None, seconds, stopped=True))

    def tidy(self, is_connected: Callable[[str], bool]) -> None:
        """Stop what runs for learners who have gone."""
        with self._lock:
            running = list(self._running.items())
        for owner, one in running:
            if is_connected(owner):
                one.last_seen = self._now()
            elif self._now() - one.last_seen > GONE_AFTER:
                self.stop(owner)

    def close(self) -> None:
        """Stop everything."""
        with self._lock:
            owners = list(self._running)
        for owner in owners:
            self.stop(owner)

    def _run(self, owner: str, running: Running, inputs: Mapping[str, object]) -> None:
        shown: Shown | None = None
        failure: Failure | None = None
        try:
            with running.workshop as workshop:
                shown = running.trial.run(workshop, **inputs)
        except Stopped:
            pass
        except Exception as error:
            if not running.stopping:  # a client whose server was stopped may raise anything
                log.exception("The experiment %s failed.", " / ".join(running.place))
                failure = failure_of(error)
        stopped = shown is None and failure is None
        seconds = self._now() - running.began
        self._end(owner, running, Tried(running.trial.label, shown, failure, seconds, stopped))

    def _end(self, owner: str, running: Running, tried: Tried) -> None:
        """Whoever comes first, the thread or a stop, says what came of it."""
        with self._lock:
            if running.over.is_set():
                return
            running.over.set()
            if self._running.get(owner) is running:
                del self._running[owner]
        running.done(tried)

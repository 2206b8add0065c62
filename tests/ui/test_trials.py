"""Experiments run in the background, one a learner, and leave nothing when they are stopped."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from lab.server import PrivateServer
from lab.workshop import Workshop
from lessons.model import Shown, Trial
from ui.trials import GONE_AFTER, Trials, Tried

PLACE = ("leaderboard", "A fault", "Naive")
LONG = 30.0


class Watched:
    """Collects what a trial came to."""

    def __init__(self) -> None:
        self.tried: list[Tried] = []
        self.over = threading.Event()

    def __call__(self, tried: Tried) -> None:
        self.tried.append(tried)
        self.over.set()

    def wait(self) -> Tried:
        assert self.over.wait(LONG)
        return self.tried[0]


@pytest.fixture
def trials() -> Iterator[Trials]:
    made = Trials()
    yield made
    made.close()


def trial(run: object, label: str = "Naive") -> Trial:
    return Trial(label, run, "bad")  # type: ignore[arg-type]


def test_a_trial_says_what_it_shows_and_how_far_it_is(trials: Trials) -> None:
    told, go = Watched(), threading.Event()

    def run(workshop: Workshop, *, writes: int) -> Shown:
        workshop.progress(0.5, "writing")
        assert go.wait(LONG)
        return Shown(f"{writes} writes.", "good")

    assert trials.start("ann", PLACE, trial(run), {"writes": 3}, told) == ""
    running = trials.of("ann")
    assert running is not None
    go.set()
    assert told.wait().shown == Shown("3 writes.", "good")
    assert running.over.wait(LONG)
    assert (running.progress.share, running.progress.says) == (0.5, "writing")
    assert trials.of("ann") is None


def test_what_fails_is_a_sentence(trials: Trials) -> None:
    told = Watched()

    def run(workshop: Workshop) -> Shown:
        raise TimeoutError("no answer")

    trials.start("ann", PLACE, trial(run), {}, told)
    failure = told.wait().failure
    assert failure is not None
    assert "no answer" in failure.says


def server_for_long(began: threading.Event, kept: list[PrivateServer]) -> object:
    def run(workshop: Workshop) -> Shown:
        kept.append(workshop.server())
        began.set()
        workshop.wait(LONG)
        return Shown("never")

    return run


def test_a_stop_ends_it_at_once_with_all_it_started(trials: Trials) -> None:
    told, began, kept = Watched(), threading.Event(), list[PrivateServer]()
    trials.start("ann", PLACE, trial(server_for_long(began, kept)), {}, told)
    assert began.wait(LONG)
    trials.stop("ann")
    assert told.wait().stopped
    assert kept[0].process.ended is not None
    assert trials.of("ann") is None


def test_a_stop_does_not_wait_for_a_client_that_hangs(trials: Trials) -> None:
    told, began, hangs = Watched(), threading.Event(), threading.Event()

    def run(workshop: Workshop) -> Shown:
        began.set()
        assert hangs.wait(LONG)
        return Shown("Too late.")

    trials.start("ann", PLACE, trial(run), {}, told)
    assert began.wait(LONG)
    trials.stop("ann")
    assert trials.of("ann") is None
    hangs.set()
    assert [one.stopped for one in told.tried] == [True]


def test_one_at_a_time_for_a_learner_and_a_few_for_all() -> None:
    trials = Trials(most=2)
    for owner in ("ann", "ben"):
        began = threading.Event()
        assert trials.start(owner, PLACE, trial(server_for_long(began, [])), {}, Watched()) == ""
        assert began.wait(LONG)
    run = trial(server_for_long(threading.Event(), []))
    assert "still running" in trials.start("ann", PLACE, run, {}, Watched())
    assert "most at a time" in trials.start("cid", PLACE, run, {}, Watched())
    trials.close()
    assert trials.of("ann") is None
    assert trials.of("ben") is None


def test_who_has_gone_loses_it_and_who_reloads_does_not() -> None:
    now = [0.0]
    trials = Trials(now=lambda: now[0])
    told, began, kept = Watched(), threading.Event(), list[PrivateServer]()
    trials.start("ann", PLACE, trial(server_for_long(began, kept)), {}, told)
    assert began.wait(LONG)
    now[0] = 100.0
    trials.tidy(lambda owner: True)
    now[0] += GONE_AFTER - 1
    trials.tidy(lambda owner: False)
    assert trials.of("ann") is not None
    now[0] += 2
    trials.tidy(lambda owner: False)
    assert told.wait().stopped
    assert kept[0].process.ended is not None

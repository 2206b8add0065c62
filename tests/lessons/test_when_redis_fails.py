"""Every trial of the chapter comes out as it should, says so in a sentence, and leaves nothing behind."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.guardian import guardian
from lab.workshop import Progress, Stopped, Workshop
from lessons.experimenting import try_trial
from lessons.model import Experiment, Fault, Trial
from lessons.pictures import Table, Timeline
from lessons.when_redis_fails.dies import DIES
from lessons.when_redis_fails.disk import DISK
from lessons.when_redis_fails.full import FULL
from lessons.when_redis_fails.lesson import LESSON
from lessons.when_redis_fails.replies import REPLIES
from lessons.when_redis_fails.without import WITHOUT, outage
from tests.waiting import wait_until

ONE_SERVER = (*DIES, *REPLIES, *FULL, *DISK, *WITHOUT)
TRIALS = [(experiment, trial) for experiment in ONE_SERVER for trial in experiment.trials]
EASY: dict[str, object] = {"timeout_ms": 500}
"""A busy machine may not answer within a quarter of a second."""


def names() -> Iterator[str]:
    return (f"{experiment.slug}/{trial.label}" for experiment, trial in TRIALS)


def folders() -> set[Path]:
    return {path for path in guardian().folder.iterdir() if path.name[0] in "sdp"}


@pytest.mark.parametrize(("experiment", "trial"), TRIALS, ids=names())
def test_a_trial_comes_out_as_expected(experiment: Experiment, trial: Trial) -> None:
    before = folders()
    easy = {one.name: EASY[one.name] for one in experiment.inputs if one.name in EASY}
    tried = try_trial("", experiment, trial, easy)
    assert tried.failure is None
    shown = tried.shown
    assert shown is not None
    assert shown.tone == trial.expect, shown.says
    assert shown.says.endswith(".")
    assert shown.counts
    assert isinstance(shown.picture, Timeline)
    assert [type(picture) for picture in shown.more] in ([Table], [])
    assert folders() == before, "no process, no socket, no data is left"


@pytest.mark.parametrize("experiment", ONE_SERVER, ids=lambda experiment: experiment.slug)
def test_stopped_in_the_middle_a_trial_leaves_nothing(experiment: Experiment) -> None:
    before, threads = folders(), set(threading.enumerate())

    def stop(progress: Progress) -> None:
        if progress.share > 0:
            raise Stopped

    with pytest.raises(Stopped):
        try_trial("", experiment, experiment.trials[0], report=stop)
    wait_until(lambda: folders() == before, "no process, no socket, no data is left")
    wait_until(lambda: set(threading.enumerate()) <= threads, "no thread is left")


def test_readers_past_a_dead_cache_end_when_they_are_stopped() -> None:
    before, threads = folders(), set(threading.enumerate())
    middle = threading.Event()
    workshop = Workshop(lambda progress: middle.set() if progress.share > 0 else None)
    raised: list[type[BaseException]] = []

    def run() -> None:
        try:
            with workshop:
                outage("bounded", workshop, readers=20, query_ms=1_000, patience_ms=2_000)
        except Stopped as stopped:
            raised.append(type(stopped))

    running = threading.Thread(target=run, daemon=True)
    running.start()
    assert middle.wait(20)
    workshop.stop()
    running.join(20)
    assert raised == [Stopped]
    wait_until(lambda: folders() == before, "no process is left")
    wait_until(lambda: set(threading.enumerate()) <= threads, "no reader is left", seconds=20)


def fates(name: str, label: str) -> list[tuple[str, ...]]:
    """The ledger of a trial: command, what the client was told, what became of it."""
    (found,) = [(one, trial) for one, trial in TRIALS if (one.title, trial.label) == (name, label)]
    tried = try_trial("", *found)
    assert tried.shown is not None
    (table,) = tried.shown.more
    assert isinstance(table, Table)
    return [row.cells[1:] for row in table.rows]


def test_the_ledger_says_what_became_of_each_answer() -> None:
    lost = "The reply to INCR is lost"
    assert fates(lost, "redis-py's defaults") == [("INCR", "acknowledged", "counted twice")]
    assert fates(lost, "Sound: not sent again") == [
        ("INCR", "unknown: ConnectionError", "applied though the client saw an error")
    ]
    assert fates("The reply to RPOP is lost", "Not sent again") == [
        ("LPUSH", "acknowledged", "acknowledged and gone"),
        ("LPUSH", "acknowledged", "as told"),
        ("RPOP", "unknown: ConnectionError", "took an item along"),
    ]
    assert fates("The request is lost instead", "Not sent again") == [
        ("INCR", "unknown: ConnectionError", "not applied")
    ]
    assert fates("Cut, half-open, slow", "Cut, redis-py's defaults") == [
        ("3 × INCR", "acknowledged", "the number is 1 too high")
    ]
    assert fates("The reply to SET NX is lost", "redis-py's defaults") == [
        ("SET NX", "refused", "applied though the client was told no")
    ]


def test_the_chapter_has_every_group_of_faults() -> None:
    faults = [step for step in LESSON.steps if isinstance(step, Fault)]
    assert len(faults) >= 7
    shown = list(itertools.chain.from_iterable(step.experiments for step in faults))
    assert set(ONE_SERVER) <= set(shown)
    slugs = [experiment.slug for experiment in shown]
    assert len(set(slugs)) == len(slugs)
    for experiment in shown:
        assert experiment.watch.startswith("Watch for ")
        assert experiment.watch.endswith((".", "?"))


def test_each_lost_reply_has_a_policy_that_hurts_and_one_that_does_not() -> None:
    for experiment in REPLIES:
        assert len({trial.expect for trial in experiment.trials}) > 1, experiment.title

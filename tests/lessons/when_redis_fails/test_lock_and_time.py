"""The table of measures and failures, cell by cell, and the experiments with locks."""

from __future__ import annotations

import pytest

from lab.guardian import guardian
from lab.workshop import Progress, Stopped, Workshop
from lessons.model import Experiment, Trial
from lessons.pictures import Matrix, Timeline
from lessons.when_redis_fails import lock_and_time
from lessons.when_redis_fails.lock_and_time import FAILURES, LOCK_AND_TIME, table
from lessons.when_redis_fails.measures import MEASURES

TRIALS = [
    pytest.param(trial, id=f"{experiment.slug}-{trial.label}")
    for experiment in LOCK_AND_TIME
    for trial in experiment.trials
    if trial.run is not table
]


def test_the_table_of_measures_and_failures() -> None:
    """TTL alone, token check, renewal, fencing, WAIT, Redlock: + stops it, - does not."""
    with Workshop() as workshop:
        shown = table(workshop)
    matrix = shown.picture
    assert isinstance(matrix, Matrix)
    marks = {
        row.name: "".join("+" if cell.tone == "good" else "-" for cell in row.cells) for row in matrix.rows
    }
    assert marks == {
        "Pause past the lease, then release": "-+++++",
        "Pause past the lease, then write": "---+--",
        "Work longer than the lease": "--++--",
        "Crash of the holder": "++++++",
        "Clock of a server jumps": "---+-+",
        "Failover before replication": "----++",
        "A server dies for good": "-----+",
    }
    assert list(matrix.columns) == [measure.name for measure in MEASURES]
    assert "No measure stopped all" in shown.says


@pytest.mark.parametrize("trial", TRIALS)
def test_a_trial_comes_out_as_it_says(trial: Trial) -> None:
    with Workshop() as workshop:
        shown = trial.run(workshop)
    assert shown.tone == trial.expect, shown.says
    assert shown.says.endswith(".")
    assert isinstance(shown.picture, Timeline | Matrix)
    assert shown.picture.text


def test_stopped_in_the_middle_the_table_leaves_nothing() -> None:
    before = set(guardian().folder.iterdir())

    def stop(progress: Progress) -> None:
        if progress.share > 0.1:
            raise Stopped

    with pytest.raises(Stopped), Workshop(stop) as workshop:
        table(workshop)
    assert set(guardian().folder.iterdir()) <= before


def test_a_fence_from_a_failed_over_redis_is_handed_out_twice() -> None:
    with Workshop() as workshop:
        shown = lock_and_time.one(workshop, "Failover before replication", lock_and_time.FENCE)
    assert isinstance(shown.picture, Timeline)
    writes = [mark.label for lane in shown.picture.lanes for mark in lane.marks if "writes" in mark.label]
    assert writes == ["writes, fence 1: taken"] * 2


def test_every_experiment_says_what_to_watch_for() -> None:
    experiments: tuple[Experiment, ...] = LOCK_AND_TIME
    assert all(one.watch.startswith("Watch for ") for one in experiments)
    assert len({one.slug for one in experiments}) == len(experiments)
    assert len(FAILURES) == 7

"""The experiments with a primary and its replica, two primaries and a cluster; and their pictures."""

from __future__ import annotations

import pytest

from lab.faults.scene import Moment
from lab.guardian import guardian
from lab.ledger import Ledger, compare
from lab.workshop import Progress, Stopped, Workshop
from lessons.inputs import parse_all
from lessons.model import Experiment, Trial
from lessons.pictures import Table, Timeline
from lessons.when_redis_fails.drawing import ledger_table, timeline
from lessons.when_redis_fails.replication import REPLICATION
from lessons.when_redis_fails.two_primaries import TWO_PRIMARIES

SLOW = ("min-replicas-to-write-counts-who-answers", "sentinel-fails-over", "a-cluster-loses-a-primary")
"""Their faults have tests of their own in tests/lab/faults; here the words and pictures matter."""
QUICK = [
    pytest.param(experiment, trial, id=f"{experiment.slug}-{trial.label}")
    for experiment in (*REPLICATION, *TWO_PRIMARIES)
    for trial in experiment.trials
    if experiment.slug not in SLOW
]


@pytest.mark.parametrize(("experiment", "trial"), QUICK)
def test_a_trial_comes_out_as_it_says(experiment: Experiment, trial: Trial) -> None:
    inputs = parse_all(experiment.inputs, {})
    if "writes" in inputs:
        inputs["writes"] = 30 if trial.expect == "bad" else 2_000
    with Workshop() as workshop:
        shown = trial.run(workshop, **inputs)
    assert shown.tone == trial.expect, shown.says
    assert shown.says.endswith(".")
    assert isinstance(shown.picture, Timeline)
    assert all(picture.text.endswith(".") for picture in (shown.picture, *shown.more))


@pytest.mark.parametrize("slug", SLOW)
def test_a_slow_experiment_comes_out_as_it_says(slug: str) -> None:
    experiment = next(one for one in TWO_PRIMARIES if one.slug == slug)
    trial = experiment.trials[0]
    inputs = parse_all(experiment.inputs, {})
    if "writes" in inputs:
        inputs["writes"] = 2_000
    with Workshop() as workshop:
        shown = trial.run(workshop, **inputs)
    assert shown.tone == trial.expect, shown.says
    assert isinstance(shown.picture, Timeline)


def test_with_replication_in_step_the_first_experiment_is_good() -> None:
    with Workshop() as workshop:
        shown = REPLICATION[0].trials[2].run(workshop, stalled=False, aof=False)
    assert shown.tone == "good"
    assert "every acknowledged write" in shown.says


@pytest.mark.parametrize(
    ("slug", "share"),
    [
        ("a-failover-loses-acknowledged-writes", 0.1),
        ("split-brain-by-a-partition", 0.02),
        ("sentinel-fails-over", 0.4),
        ("a-cluster-loses-a-primary", 0.5),
        ("moved-and-ask", 0.1),
    ],
)
def test_stopped_in_the_middle_nothing_is_left(slug: str, share: float) -> None:
    before = set(guardian().folder.iterdir())
    experiment = next(one for one in (*REPLICATION, *TWO_PRIMARIES) if one.slug == slug)

    def stop(progress: Progress) -> None:
        if progress.share >= share:
            workshop.stop()
            raise Stopped

    workshop = Workshop(stop)
    with pytest.raises(Stopped), workshop:
        experiment.trials[0].run(workshop, **parse_all(experiment.inputs, {}))
    assert set(guardian().folder.iterdir()) <= before


def test_every_experiment_says_what_to_watch_for() -> None:
    experiments = (*REPLICATION, *TWO_PRIMARIES)
    assert all(one.watch.startswith("Watch for ") for one in experiments)
    assert len({one.slug for one in experiments}) == len(experiments)


def written(ledger: Ledger, item: str, reply: object = 1, who: str = "ann") -> None:
    ledger.attempt(who, lambda: reply, command="RPUSH orders", key="orders", item=item, effect="push")


def test_many_answers_of_a_kind_become_one_span_and_one_row() -> None:
    ledger = Ledger(now=iter(range(100)).__next__)
    for number in range(5):
        written(ledger, f"{number}")
    written(ledger, "6", reply=None)
    compared = compare(ledger.entries, {"orders": ("0", "1")})
    picture = timeline("Writes", ledger.entries, [Moment(50.0, "primary", "kill -9")], compared)
    ann, primary = picture.lanes
    assert [mark.label for mark in ann.marks][:2] == ["RPUSH orders → 1"] * 2
    assert primary.marks[0].label == "kill -9"
    table = ledger_table(ledger.entries, compared)
    assert isinstance(table, Table)
    assert [row.cells[1:] for row in table.rows] == [
        ("2 × RPUSH orders", "acknowledged", "as told"),
        ("3 × RPUSH orders", "acknowledged", "acknowledged and gone"),
        ("RPUSH orders", "refused", "as told"),
    ]
    assert [row.tone for row in table.rows] == ["plain", "bad", "warn"]


def test_a_crowd_of_answers_is_a_span() -> None:
    ledger = Ledger(now=iter(range(100)).__next__)
    for number in range(9):
        written(ledger, f"{number}")
    (lane,) = timeline("Writes", ledger.entries, []).lanes
    assert [span.label for span in lane.spans] == ["9 × RPUSH orders: acknowledged"]
    assert lane.marks == ()


def test_what_was_deleted_later_is_no_loss() -> None:
    ledger = Ledger()
    for command, effect in (("SET session", "put"), ("DEL session", "remove")):
        ledger.attempt("bob", lambda: 1, command=command, key="session", item="bob", effect=effect)  # type: ignore[arg-type]
    rows = ledger_table(ledger.entries, compare(ledger.entries, {})).rows
    assert [row.cells[3] for row in rows] == ["superseded", "as told"]
    back = ledger_table(ledger.entries, compare(ledger.entries, {"session": "bob"})).rows
    assert [(row.cells[3], row.tone) for row in back] == [("superseded", "plain"), ("gone and back", "bad")]

"""What the JSON document lesson shows, pinned: which changes the naive document loses, the hardened none."""

from __future__ import annotations

import pytest
from redis import Redis

from lab.bench import Bench
from lab.workshop import Workshop
from lessons.inputs import parse_all
from lessons.json_document import faults, live, numbers, races, scale, trouble
from lessons.model import Experiment, Shown, Trial
from lessons.pictures import Table, Timeline, Tree
from patterns.json_document import CoreDocuments, Documents, NaiveDocuments
from ui.components import difference


def count(shown: Shown, label: str) -> object:
    return next(one.value for one in shown.counts if one.label == label)


@pytest.mark.parametrize("clients", [2, 12, 50])
def test_the_naive_document_keeps_one_visit(bench: Bench, clients: int) -> None:
    for _ in range(2):
        shown = trouble.naive_burst(bench, clients=clients)
        assert count(shown, "Lost") == clients - 1
        assert isinstance(shown.picture, Timeline)


@pytest.mark.parametrize("clients", [2, 12, 50])
def test_the_hardened_document_keeps_all(bench: Bench, clients: int) -> None:
    for _ in range(2):
        assert count(trouble.hardened_burst(bench, clients=clients), "Lost") == 0


def test_each_story_by_hand_names_its_fault(bench: Bench) -> None:
    steps = trouble.Steps(NaiveDocuments)
    assert steps.same(bench, first=1, second=5).says.endswith("visits is 1 and not 6: lost update.")
    assert steps.other(bench).says.endswith("name is Ann and not Anna: lost update.")
    assert steps.rule(bench, price=60).says.startswith(
        "2 purchases for 60 points went through, and 60 of 100"
    )


def test_the_hardened_document_passes_the_same_stories(bench: Bench) -> None:
    steps = trouble.Steps(Documents)
    assert steps.same(bench, first=1, second=5).says.endswith("Both are there.")
    assert steps.other(bench).says.endswith("Both are there.")
    bought = steps.rule(bench, price=60)
    assert bought.says == (
        "1 purchase for 60 points went through, and 60 of 100 points were paid. "
        "The other buyer read again, found too few, and saved nothing."
    )
    assert isinstance(bought.picture, Timeline)
    assert {lane.name: [mark.label for mark in lane.marks] for lane in bought.picture.lanes} == {
        "server 1": ["read the whole", "refused", "read the whole"],
        "server 2": ["read the whole", "changed"],
    }


def test_leaves_change_one_by_one(bench: Bench) -> None:
    live.save(bench, name="Ann")
    live.visit(bench, by=3)
    live.badge(bench, badge="first")
    shown = live.rename(bench, name="Anna")
    assert isinstance(shown.picture, Tree)
    assert shown.picture.document == {"name": "Anna", "visits": 3, "points": 100, "badges": ["first"]}
    assert [(one.path, one.before, one.after) for one in shown.picture.changes] == [
        ("$.name", '"Ann"', '"Anna"')
    ]
    assert live.picture(bench) == shown.picture


def test_points_are_spent_while_there_are_enough(bench: Bench) -> None:
    assert live.spend(bench, points=60).says == "Spent. 40 points left."
    assert live.spend(bench, points=60).says == "Only 40 points are there: nothing was spent."
    live.spend(bench, points=39)
    assert live.spend(bench, points=60).says == "Only 1 point is there: nothing was spent."
    live.spend(bench, points=1)
    assert live.spend(bench, points=60).says == "No points are left: nothing was spent."


def test_a_save_that_comes_late_is_refused(bench: Bench) -> None:
    shown = live.late(bench, name="Old Ann")
    assert shown.says.startswith("Refused: document 'ann' does not have the version")
    assert isinstance(shown.picture, Tree)
    assert isinstance(shown.picture.document, dict)
    assert shown.picture.document["name"] == "Ann"
    assert [one.path for one in shown.picture.changes] == ["$.visits"]


def test_without_the_module_the_lesson_runs_on_core_types(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(bench.backend), "can", lambda _backend, _name: False)
    assert isinstance(live.profile(bench), CoreDocuments)
    assert count(trouble.hardened_burst(bench, clients=5), "Lost") == 0
    assert trouble.Steps(Documents).rule(bench, price=60).tone == "good"


@pytest.mark.parametrize(
    ("experiment", "trial"), [(one, trial) for one in faults.FAULTS for trial in one.trials]
)
def test_each_fault_comes_out_as_the_lesson_says(experiment: Experiment, trial: Trial) -> None:
    with Workshop() as workshop:
        shown = trial.run(workshop, **parse_all(experiment.inputs, {}))
    assert shown.tone == trial.expect, shown.says


def test_the_second_caller_is_another_visit_and_the_second_sending_is_not() -> None:
    with Workshop() as workshop:
        assert count(faults.caller_repeats(workshop, visits=3, lost=2), "In the document") == 5
        assert count(faults.client_repeats(workshop, visits=3, lost=2), "In the document") == 3


def test_a_form_of_the_lost_future_is_refused_and_a_naive_one_undoes_the_name() -> None:
    with Workshop() as workshop:
        refused = faults.hardened_failover(workshop, visits=2, unheard=1)
        undone = faults.naive_failover(workshop, visits=2, unheard=1)
        heard = faults.naive_failover(workshop, visits=2, unheard=0)
    assert isinstance(refused.picture, Table)
    assert isinstance(undone.picture, Table)
    assert "1 acknowledged visit is gone." in refused.says
    assert "saved: it brought 1 visit back and undid the new name." in undone.says
    assert "saved: it undid the new name." in heard.says
    assert [row.cells[1] for row in refused.picture.rows] == ["2 of 2", "1", "refused", "1", "there"]
    assert [row.cells[1] for row in undone.picture.rows] == ["2 of 2", "1", "saved over it", "2", "undone"]


def test_what_no_replica_had_is_said_to_be_sent_again() -> None:
    with Workshop() as workshop:
        shown = faults.sure_failover(workshop, visits=3, unheard=2)
        heard = faults.sure_failover(workshop, visits=2, unheard=0)
    assert isinstance(shown.picture, Table)
    assert ("Sent again after the failover", "2") in [row.cells for row in shown.picture.rows]
    assert "2 visits that no replica had were sent again after the failover." in shown.says
    assert "sent again" not in heard.says


def test_the_race_counts_in_plain_english(redis: Redis) -> None:
    races.profile(redis, kind=NaiveDocuments)
    told = races.all_counted(redis, {"Ann": 1}, kind=NaiveDocuments)
    assert told == "lost update: 1 visit was counted, the document says 0"


def test_two_hardened_versions_are_titled_as_what_they_are() -> None:
    pair = numbers.COMPARE.pairs[-1]
    shown = difference.data(pair)
    assert (shown["left"]["title"], shown["right"]["title"]) == ("With the module", "Without it")
    assert all(same for _, _, same in shown["rows"])


def test_the_dial_adds_without_the_module(bench: Bench) -> None:
    assert scale.on_core_types(bench) == "it answers 2."
    assert bench.snapshot().keys == ()

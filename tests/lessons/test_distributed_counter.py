"""What the distributed counter lesson shows, pinned: how many too many, and which slots do the work."""

from __future__ import annotations

import pytest

from lab.bench import Bench
from lab.workshop import Stopped, Workshop
from lessons.distributed_counter import faults, heat, live, numbers, scale, trouble
from lessons.inputs import parse_all
from lessons.model import Experiment, Shown
from lessons.pictures import Bars, Ranking, Slots, Table, Timeline
from patterns.distributed_counter import Counter, NaiveCounter


def count(shown: Shown, label: str) -> object:
    return next(one.value for one in shown.counts if one.label == label)


@pytest.mark.parametrize(("clients", "unlucky", "extra"), [(1, 1, 1), (20, 5, 5), (50, 50, 50), (3, 9, 3)])
def test_the_naive_counter_counts_every_lost_reply_twice(
    bench: Bench, clients: int, unlucky: int, extra: int
) -> None:
    shown = trouble.naive_burst(bench, clients=clients, unlucky=unlucky)
    assert count(shown, "Too many") == extra
    assert count(shown, "Counted") == clients + extra
    assert isinstance(shown.picture, Timeline)


@pytest.mark.parametrize(("clients", "unlucky"), [(1, 1), (20, 5), (50, 50), (3, 9)])
def test_the_hardened_counter_counts_each_event_once(bench: Bench, clients: int, unlucky: int) -> None:
    shown = trouble.hardened_burst(bench, clients=clients, unlucky=unlucky)
    assert count(shown, "Too many") == 0
    assert isinstance(shown.picture, Timeline)
    told = [mark.label for lane in shown.picture.lanes for mark in lane.marks]
    assert set(told) == {"counted", "counted before"}


def test_each_story_by_hand_names_its_fault(bench: Bench) -> None:
    steps = trouble.Steps(NaiveCounter)
    assert steps.lost(bench, amount=3).says.endswith("3 events happened, the counter says 6: double count.")
    assert steps.again(bench, amount=1).says.endswith("1 event happened, the counter says 2: double count.")
    assert steps.heat(bench, number=50).says == "50 events went to 1 slot: hot key."


def test_the_hardened_counter_passes_the_same_stories(bench: Bench) -> None:
    steps = trouble.Steps(Counter)
    assert steps.lost(bench, amount=3).says.endswith("3 events happened, the counter says 3.")
    assert steps.again(bench, amount=1).says.endswith("1 event happened, the counter says 1.")
    heat = steps.heat(bench, number=200)
    assert heat.tone == "good"
    assert count(heat, "Slots") == 8
    assert isinstance(heat.picture, Ranking)
    assert sum(row.points for row in heat.picture.rows) == 200


def test_events_are_counted_and_spread(bench: Bench) -> None:
    shown = live.count(bench, number=40)
    assert count(shown, "Total") == 40
    (ranked,) = shown.more
    assert isinstance(ranked, Ranking)
    assert len(ranked.rows) == 8
    assert sum(row.points for row in ranked.rows) == 40
    assert [row.rank for row in ranked.rows] == list(range(8))
    assert sorted((row.points for row in ranked.rows), reverse=True) == [row.points for row in ranked.rows]
    assert isinstance(shown.picture, Slots)
    assert len({key.slot for key in shown.picture.keys}) == 8
    assert sum(key.value or 0 for key in shown.picture.keys) == 40


def test_an_event_counts_once_until_it_is_forgotten(bench: Bench) -> None:
    assert live.send(bench, event="view-77", amount=5).says == "view-77 is counted. Send it again."
    again = live.send(bench, event="view-77", amount=5)
    assert (again.says, again.tone) == ("view-77 had been counted: nothing changed.", "warn")
    bench.fast_forward(601)
    assert count(live.send(bench, event="view-77", amount=5), "Total") == 10


def test_an_event_with_another_amount_is_refused_with_a_sentence(bench: Bench) -> None:
    live.send(bench, event="view-77", amount=5)
    failure = bench.run(live.send, event="view-77", amount=6).failure
    assert failure is not None
    assert "view-77" in failure.says


def test_at_least_once_becomes_exactly_once(bench: Bench) -> None:
    for _ in range(2):
        assert count(live.storm(bench, number=20, copies=3), "Counted") == 20
    assert live.read(bench).says.startswith("The total is 40: the sum of 8 parts")


def test_the_slots_of_the_facts_are_those_of_the_cluster_specification(bench: Bench) -> None:
    says = numbers.slots(bench)
    assert "2,529, 6,592, 10,659, 14,722" in says
    assert "all lie in 16,054" in says


def test_redis_py_retries_by_itself(bench: Bench) -> None:
    assert numbers.retries(bench).endswith("up to 10 times.")
    assert numbers.lost_update(bench).endswith("the counter says 1.")
    assert "overflow" in numbers.overflow(bench)


def tried(experiment: Experiment, trial: int, **typed: object) -> Shown:
    """A trial with its default inputs, but for those named; it must come out with the tone it promises."""
    one = experiment.trials[trial]
    with Workshop() as workshop:
        shown = one.run(workshop, **{**parse_all(experiment.inputs, {}), **typed})
    assert typed or shown.tone == one.expect
    return shown


@pytest.mark.parametrize(
    ("trial", "told", "counted"), [(0, 0, 10), (1, 4, 6), (2, 0, 8)], ids=["repeats", "does not", "hardened"]
)
def test_a_lost_request_and_a_lost_reply_are_one_error(trial: int, told: int, counted: int) -> None:
    shown = tried(faults.FAULTS[0], trial)
    assert f"the caller saw {told} errors" in shown.says
    assert count(shown, "Counted") == counted
    assert isinstance(shown.picture, Table)
    assert [row.cells[1] for row in shown.picture.rows[:4]] == ["the request"] * 2 + ["the reply"] * 2


def test_without_a_fault_the_naive_counter_is_right() -> None:
    shown = tried(faults.FAULTS[0], 0, events=3, requests=0, replies=0)
    assert (shown.tone, count(shown, "Counted")) == ("good", 3)


@pytest.mark.parametrize(("trial", "counted"), [(0, 13), (1, 5), (2, 8)])
def test_after_a_failover_the_log_repairs_what_has_marks(trial: int, counted: int) -> None:
    assert count(tried(faults.FAULTS[1], trial), "Counted") == counted


@pytest.mark.parametrize("experiment", [*faults.FAULTS, heat.HEAT], ids=lambda one: one.slug)
def test_an_experiment_can_be_stopped_in_the_middle(experiment: Experiment) -> None:
    workshop = Workshop(lambda progress: workshop.stop() if progress.share > 0.2 else None)

    def run() -> None:
        with workshop:
            experiment.trials[0].run(workshop, **parse_all(experiment.inputs, {}))

    with pytest.raises(Stopped):
        run()


def test_only_checked_slots_share_the_load() -> None:
    shown = tried(heat.HEAT, 0)
    assert (
        "made 100\u00a0% of the writes with one key, 100\u00a0% with a hash tag, 38\u00a0% with checked slots"
        in shown.says
    )
    assert "A total took 1, 1 and 8 reads. Every sum is exact." in shown.says
    assert isinstance(shown.picture, Bars)
    assert sum(bar.value for bar in shown.picture.bars) == 3 * 300
    tagged, checked, _ = shown.more
    assert isinstance(tagged, Slots)
    assert isinstance(checked, Slots)
    assert (len({key.slot for key in tagged.keys}), len({key.slot for key in checked.keys})) == (1, 8)


def test_the_sums_are_measured(bench: Bench) -> None:
    for sample in (scale.marks(bench), scale.split_counters(bench)):
        assert sample.round_trips == 1
        assert sample.missing or 50 < sample.each < 2_000
    assert not bench.quiet().keys(f"{bench.namespace}counter:{{measured*")

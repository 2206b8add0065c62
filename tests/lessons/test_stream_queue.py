"""What the stream queue lesson shows, pinned: which orders are never sold, and which are sold once."""

from __future__ import annotations

import re

import pytest

from lab.bench import Bench
from lab.workshop import Workshop
from lessons.model import Experiment, Shown, Trial
from lessons.pictures import Board, Timeline
from lessons.stream_queue import faults, live, numbers, trouble
from patterns.stream_queue import NaiveQueue, Queue


def count(shown: Shown, label: str) -> object:
    return next(one.value for one in shown.counts if one.label == label)


@pytest.mark.parametrize(("workers", "dying"), [(2, 1), (12, 4), (5, 9)])
def test_every_dead_worker_of_the_naive_queue_takes_five_orders_along(
    bench: Bench, workers: int, dying: int
) -> None:
    shown = trouble.naive_burst(bench, workers=workers, dying=dying)
    assert count(shown, "Never sold") == 5 * min(workers, dying)
    assert count(shown, "Still in the stream") == 5 * workers
    assert isinstance(shown.picture, Timeline)


@pytest.mark.parametrize(("workers", "dying"), [(2, 1), (12, 4), (5, 9)])
def test_the_hardened_queue_loses_none_and_keeps_none(bench: Bench, workers: int, dying: int) -> None:
    shown = trouble.hardened_burst(bench, workers=workers, dying=dying)
    assert [count(shown, label) for label in ("Never sold", "Sold twice", "Still in the stream")] == [0, 0, 0]
    assert isinstance(shown.picture, Timeline)


def test_each_story_by_hand_names_its_fault(bench: Bench) -> None:
    steps = trouble.Steps(NaiveQueue)
    assert steps.dead(bench, number=3).says.endswith("3 orders: 2 sold, 1 never: stuck entry.")
    assert steps.long_after(bench, number=40).says.endswith("holds 40 of them, 40 pending: unbounded stream.")
    assert (
        steps.slow(bench, number=3).says
        == "Ann was slow, and another could take nothing over. 3 orders: 3 sold."
    )
    assert steps.again(bench, number=3).says.endswith("3 orders: 3 sold, 3 of them twice: double order.")


def test_the_hardened_queue_passes_the_same_stories(bench: Bench) -> None:
    steps = trouble.Steps(Queue)
    for shown in (steps.dead(bench, number=3), steps.slow(bench, number=3), steps.again(bench, number=3)):
        assert shown.says.endswith("3 orders: 3 sold.")
        assert (shown.tone, count(shown, "Pending")) == ("good", 0)
    assert steps.long_after(bench, number=40).says.endswith("The stream holds 0 of them, 0 pending.")


def test_what_a_dead_worker_holds_is_drawn_and_can_be_taken_over_when_time_has_passed(bench: Bench) -> None:
    live.publish(bench, number=3)
    live.handle(bench, worker="ann", number=1)
    live.die_at_work(bench, worker="ben")
    bench.fast_forward(60)
    picture = live.picture(bench)
    assert isinstance(picture, Board)
    assert [column.title for column in picture.columns] == ["not read yet", "ben holds", "dead letters"]
    assert [card.title for card in picture.columns[0].cards] == ["order 3"]
    (held,) = picture.columns[1].cards
    assert (held.title, held.badge) == ("order 2", "delivered 1x")
    assert re.fullmatch("idle 6[0-9] s", *held.lines)  # the server's clock goes on
    assert live.reclaim(bench, worker="cleo", silent=600).says.startswith("Nothing has been silent for 600 s")
    bench.fast_forward(600)
    shown = live.reclaim(bench, worker="cleo", silent=600)
    assert shown.says == "cleo took over and finished 1 order."
    assert [count(shown, label) for label in ("In the stream", "Pending", "Sold", "Buried")] == [1, 0, 2, 0]


def test_time_that_passed_before_a_delivery_is_not_its_silence(bench: Bench) -> None:
    live.publish(bench, number=1)
    bench.fast_forward(600)
    live.die_at_work(bench, worker="ben")
    assert live.reclaim(bench, worker="cleo", silent=60).tone == "warn"


def test_an_order_that_kills_is_buried_and_the_others_are_sold(bench: Bench) -> None:
    live.publish(bench, number=4)
    shown = live.poison(bench)
    assert shown.says.startswith("3 workers died of order 666. After 3 deliveries it was buried")
    assert [count(shown, label) for label in ("In the stream", "Sold", "Buried")] == [0, 4, 1]


def test_an_order_that_kills_kills_also_behind_a_long_queue(bench: Bench) -> None:
    for _ in range(2):
        live.publish(bench, number=500)
    shown = live.poison(bench)
    assert shown.says.startswith("3 workers died of order 666.")
    assert [count(shown, label) for label in ("In the stream", "Sold", "Buried")] == [0, 1_000, 1]


def test_an_empty_queue_is_told_so(bench: Bench) -> None:
    assert live.handle(bench, worker="ann", number=1).says.startswith("Nothing is new.")
    assert live.die_at_work(bench, worker="ann").says.startswith("There was no new order to die with.")
    assert live.reclaim(bench, worker="ann", silent=0).says.startswith("Nothing is pending:")


def test_the_numbers_are_what_redis_says(bench: Bench) -> None:
    assert numbers.acknowledged(bench) == "10 of 10 messages acknowledged, and the stream still holds 10."
    assert numbers.deliveries(bench).endswith("the delivery count says 3.")
    assert numbers.from_where(bench).endswith("created at 0 gets 10 of them, one created at $ gets 0.")
    assert numbers.round_trips(bench) == (
        "Naive: 1 to publish, 1 for ten orders. Hardened: 1 to publish, 20 for ten orders."
    )


def test_nearly_is_whole_blocks(real_bench: Bench) -> None:
    assert numbers.nearly(real_bench).startswith("160 messages added with MAXLEN ~ 50: 60 are left.")


@pytest.mark.parametrize(
    ("experiment", "trial"),
    [(one, trial) for one in faults.FAULTS for trial in one.trials],
    ids=lambda one: one.slug if isinstance(one, Experiment) else one.label,
)
def test_each_fault_comes_out_as_it_says(experiment: Experiment, trial: Trial) -> None:
    with Workshop() as workshop:
        shown = trial.run(workshop, **{one.name: one.default for one in experiment.inputs})
    assert shown.tone == trial.expect, shown.says


def test_of_nine_dying_workers_each_queue_loses_or_repeats_what_it_must() -> None:
    told = {}
    for run in (faults.naive_deaths, faults.usual_deaths, faults.hardened_deaths):
        with Workshop() as workshop:
            shown = run(workshop, orders=9)
        told[run] = (count(shown, "Never sold"), count(shown, "Sold twice"))
    assert told == {faults.naive_deaths: (6, 0), faults.usual_deaths: (0, 3), faults.hardened_deaths: (0, 0)}


def test_an_order_that_kills_ends_with_three_workers_or_with_all() -> None:
    for run, dead in ((faults.naive_poison, 1), (faults.usual_poison, 5), (faults.hardened_poison, 3)):
        with Workshop() as workshop:
            assert count(run(workshop, workers=5), "Workers dead") == dead


def test_after_a_failover_only_the_orders_own_number_is_known_outside() -> None:
    for run, parcels in ((faults.by_message_failover, 3), (faults.by_order_failover, 0)):
        with Workshop() as workshop:
            shown = run(workshop, heard=2, unheard=6)
        assert [count(shown, label) for label in ("Gone", "Sold twice", "Two parcels")] == [0, 0, parcels]

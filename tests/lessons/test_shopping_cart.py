"""What the shopping cart lesson shows, pinned: which pieces are lost, taken twice and doubled."""

from __future__ import annotations

import pytest

from lab.bench import Bench
from lab.workshop import Workshop
from lessons.inputs import parse_all
from lessons.model import Experiment, Shown, Trial
from lessons.pictures import Board, Table, Timeline
from lessons.shopping_cart import faults, live, numbers, trouble
from patterns.shopping_cart import Cart, NaiveCart


def count(shown: Shown, label: str) -> object:
    return next(one.value for one in shown.counts if one.label == label)


@pytest.mark.parametrize("tabs", [2, 12])
def test_the_naive_cart_keeps_the_piece_of_one_tab(bench: Bench, tabs: int) -> None:
    shown = trouble.naive_burst(bench, tabs=tabs)
    assert (count(shown, "In the cart"), count(shown, "Lost")) == (1, tabs - 1)
    assert shown.says.endswith("lost quantity.")
    assert isinstance(shown.picture, Timeline)


@pytest.mark.parametrize("tabs", [2, 12])
def test_the_hardened_cart_keeps_every_piece(bench: Bench, tabs: int) -> None:
    shown = trouble.hardened_burst(bench, tabs=tabs)
    assert (count(shown, "In the cart"), count(shown, "Lost")) == (tabs, 0)
    assert shown.tone == "good"


def test_each_story_by_hand_names_its_fault(bench: Bench) -> None:
    steps = trouble.Steps(NaiveCart)
    assert steps.adding(bench, quantity=3).says.endswith("The cart has 1 and should have 4: lost quantity.")
    assert steps.taking(bench).says.endswith("The cart has -1 and should have 0: negative quantity.")
    assert steps.merging(bench, quantity=3).says.endswith("The cart has 6 and should have 3: doubled merge.")


def test_the_hardened_cart_passes_the_same_stories(bench: Bench) -> None:
    steps = trouble.Steps(Cart)
    assert steps.adding(bench, quantity=3).says.endswith("The cart has 4.")
    assert steps.taking(bench).says.endswith("The cart has 0.")
    assert steps.merging(bench, quantity=3).says.endswith("The cart has 3.")


def test_a_request_sent_twice_changes_nothing_the_second_time(bench: Bench) -> None:
    first = live.send(bench, request="req-1", product="tea", quantity=2)
    again = live.send(bench, request="req-1", product="tea", quantity=2)
    assert (first.tone, again.tone) == ("good", "warn")
    assert count(first, "Answer") == count(again, "Answer") == 2


def test_a_guest_signs_in_once(bench: Bench) -> None:
    live.add(bench, product="tea", quantity=1)
    live.browse(bench, product="tea", quantity=2)
    live.browse(bench, product="milk", quantity=1)
    merged = live.sign_in(bench)
    assert merged.says == "2 lines of the guest went over to Ann. Press again."
    assert isinstance(merged.picture, Board)
    ann, guest = merged.picture.columns
    assert [(card.title, card.lines) for card in ann.cards] == [
        ("milk", ("1 piece",)),
        ("tea", ("3 pieces",)),
    ]
    assert guest.cards == ()
    assert live.sign_in(bench).says == "The guest's cart is empty: nothing to merge."


def test_nobody_takes_more_than_there_is(bench: Bench) -> None:
    live.add(bench, product="tea", quantity=1)
    taken = live.take(bench, product="tea", quantity=5)
    assert taken.says.endswith("taken out: 0 left. 5 were asked for: the floor is zero.")
    none = live.take(bench, product="tea", quantity=5)
    assert (none.says, none.tone) == ("There was no tea to take out.", "warn")


def test_after_thirty_days_the_cart_is_gone(bench: Bench) -> None:
    live.add(bench, product="tea", quantity=1)
    bench.fast_forward(30 * live.DAY)
    assert bench.snapshot().keys == ()


def test_the_facts_are_measured_on_the_bench(bench: Bench) -> None:
    assert numbers.round_trips(bench) == (
        "Naive: 3 to add, 3 to take, 4 to merge two lines. "
        "Hardened: 1 to add, 1 to take, 3 to merge two lines."
    )
    assert "not refreshed. After the hardened add it is 2,592,000 s" in numbers.refreshed(bench)
    assert "no script and no MULTI spans the two" in numbers.slots(bench)


@pytest.mark.parametrize(
    ("experiment", "trial"), [(one, trial) for one in faults.FAULTS for trial in one.trials]
)
def test_each_fault_comes_out_as_the_lesson_says(experiment: Experiment, trial: Trial) -> None:
    with Workshop() as workshop:
        shown = trial.run(workshop, **parse_all(experiment.inputs, {}))
    assert shown.tone == trial.expect, shown.says


def test_only_a_lost_reply_to_hincrby_doubles_a_line() -> None:
    with Workshop() as workshop:
        shown = faults.naive_client_repeats(workshop, guests=4)
    assert isinstance(shown.picture, Table)
    assert [(row.cells[1], row.tone) for row in shown.picture.rows] == [
        ("HGETALL", "good"),
        ("HINCRBY for milk", "bad"),
        ("HINCRBY for tea", "bad"),
        ("DEL", "good"),
    ]


def test_with_nothing_unheard_a_failover_takes_nothing() -> None:
    with Workshop() as workshop:
        assert faults.hardened_alone(workshop, changes=3, unheard=0).tone == "good"


def test_what_does_not_fit_into_a_line_is_said(bench: Bench) -> None:
    live.add(bench, product="tea", quantity=998)
    assert live.add(bench, product="tea", quantity=3).says == (
        "1 piece of tea added: 999 now. A line holds 999 at most, so not all 3 fitted."
    )
    full = live.send(bench, request="req-1", product="tea", quantity=2)
    assert full.says == "req-1 answered 999: a line holds no more, so nothing changed."
    assert live.send(bench, request="req-1", product="tea", quantity=2).says == (
        "req-1 answered 999, as before, and nothing changed."
    )
    live.browse(bench, product="tea", quantity=2)
    assert live.sign_in(bench).says == (
        "1 line of the guest went over to Ann. 2 pieces did not fit: a line holds 999 at most. Press again."
    )


def test_an_empty_line_is_read_as_nothing(bench: Bench) -> None:
    shown = trouble.naive_burst(bench, tabs=2)
    assert shown.picture is not None
    assert "reads nothing" in shown.picture.text

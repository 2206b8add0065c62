"""What the idempotency lesson shows, pinned: who is locked out, who hears nothing, who is charged twice."""

from __future__ import annotations

import pytest

from lab.bench import Bench
from lab.workshop import Workshop
from lessons.idempotency_key import faults, live, numbers, trouble
from lessons.inputs import parse_all
from lessons.model import Shown
from lessons.pictures import Timeline
from patterns.idempotency_key import Idempotency, NaiveIdempotency


def count(shown: Shown, label: str) -> object:
    return next(one.value for one in shown.counts if one.label == label)


@pytest.mark.parametrize(("copies", "rounds"), [(2, 1), (12, 3), (40, 5)])
def test_of_all_copies_of_a_naive_request_one_is_answered(bench: Bench, copies: int, rounds: int) -> None:
    shown = trouble.naive_burst(bench, copies=copies, rounds=rounds)
    assert (count(shown, "Charged"), count(shown, "Heard the answer")) == (1, 1)
    assert isinstance(shown.picture, Timeline)


@pytest.mark.parametrize(("copies", "rounds"), [(2, 1), (12, 3), (40, 5)])
def test_all_copies_of_a_hardened_request_are_answered(bench: Bench, copies: int, rounds: int) -> None:
    shown = trouble.hardened_burst(bench, copies=copies, rounds=rounds)
    assert (count(shown, "Charged"), count(shown, "Heard the answer")) == (1, copies)
    assert isinstance(shown.picture, Timeline)
    marks = [mark.label for lane in shown.picture.lanes for mark in lane.marks]
    assert set(marks) <= {"gets the key", "409", "charges and records", "replays"}


def test_each_story_by_hand_names_its_fault(bench: Bench) -> None:
    steps = trouble.Steps(NaiveIdempotency)
    assert steps.dead(bench, minutes=59).says.endswith("heard 409. The card was never charged: locked out.")
    assert steps.lost(bench).says.endswith("heard 409. The card was charged once: no answer.")
    assert steps.slow(bench, hours=2).says.endswith("The card was charged twice: double execution.")
    assert steps.failing(bench).says.endswith("heard 409. The card was never charged: locked out.")
    assert steps.other(bench, amount=30).tone == "warn"
    assert steps.other(bench, amount=25).tone == "good"


def test_the_hardened_key_passes_the_same_stories(bench: Bench) -> None:
    steps = trouble.Steps(Idempotency)
    for shown, heard in (
        (steps.dead(bench, minutes=1), "heard 201."),
        (steps.lost(bench), "heard 201 replayed."),
        (steps.slow(bench, hours=12), "A second request heard 201, the first one 409."),
        (steps.failing(bench), "heard 201."),
    ):
        assert shown.says.endswith(f"{heard} The card was charged once.")
        assert shown.tone == "good"
    assert steps.other(bench, amount=30).says.endswith("under the same key: the client heard 422.")
    assert steps.other(bench, amount=25).says.endswith("the client heard 201 replayed.")


def test_a_payment_is_taken_once_and_answered_again(bench: Bench) -> None:
    assert (
        live.send(bench, key="k", amount=25).says
        == "201: “paid 25”. The balance is 975, 25 less than before."
    )
    again = live.send(bench, key="k", amount=25)
    assert again.says == "201 replayed: “paid 25”, the first answer once more. The balance is 975."
    assert live.send(bench, key="k", amount=26).says.startswith("422: this key stands for another payment.")
    assert "k: 201 at" in live.answers(bench).text
    assert "Now: done." in live.picture(bench).text


def test_a_declined_card_stays_declined(bench: Bench) -> None:
    live.refuse(bench, key="k", amount=25)
    assert live.send(bench, key="k", amount=25).says.startswith("402 replayed: “declined”")


def test_the_dead_keep_a_key_for_thirty_seconds(bench: Bench) -> None:
    assert live.die_at_work(bench, key="k", amount=25).says.startswith("The server died at work.")
    assert live.send(bench, key="k", amount=25).says.startswith("409: somebody is at it, ask again in 30 s.")
    bench.fast_forward(31)
    assert live.send(bench, key="k", amount=25).says.startswith("201: “paid 25”.")
    bench.fast_forward(90_000)
    assert live.send(bench, key="k", amount=25).says.endswith("The balance is 950, 25 less than before.")


@pytest.mark.parametrize(("seconds", "first"), [(40, "409: it took too long"), (10, "201: “paid 25”")])
def test_work_that_takes_too_long_is_overtaken(bench: Bench, seconds: int, first: str) -> None:
    shown = live.slow(bench, key="k", amount=25, seconds=seconds)
    assert f"The first one heard: {first}" in shown.says
    assert count(shown, "Taken now") == 25
    assert live.slow(bench, key="k", amount=25, seconds=seconds).says.startswith("201 replayed")


def test_the_numbers_are_what_redis_says(bench: Bench) -> None:
    assert numbers.round_trips(bench) == (
        "Naive: 1 for a request, 1 for its repeat. Hardened: 2 for a request, 1 for its repeat."
    )
    assert numbers.claim_in_one(bench).endswith("the second answers owner ann.")
    assert numbers.slots(bench).startswith("Key and balance of user 7: slots 6,142 and 6,142")


def test_a_payment_is_charged_once_where_the_bank_or_the_same_redis_knows_its_key() -> None:
    for experiment in faults.FAULTS:
        for trial in experiment.trials:
            with Workshop() as workshop:
                shown = trial.run(workshop, **parse_all(experiment.inputs, {}))
            assert shown.tone == trial.expect, f"{experiment.title}, {trial.label}: {shown.says}"


@pytest.mark.parametrize(
    ("make", "run", "label"),
    [
        (faults.KEYLESS, faults.as_meant, "Charged twice"),
        (faults.KEYLESS, faults.answer_first, "Never charged"),
    ],
)
def test_as_many_payments_go_wrong_as_servers_die(make: faults.Make, run: faults.Run, label: str) -> None:
    for crashes in (0, 1, 3):
        with Workshop() as workshop:
            shown = faults.crashed(Idempotency, make, run, workshop, payments=3, crashes=crashes)
        assert count(shown, label) == crashes


def test_what_the_replica_never_heard_of_is_charged_again() -> None:
    with Workshop() as workshop:
        shown = faults.failed_over(Idempotency, faults.KEYLESS, workshop, heard=1, unheard=3)
    assert count(shown, "Charged twice") == 3 + 1, "and the one that was at work"

"""What the Bloom filter lesson shows, pinned: who is told “new”, and what a lost filter says."""

from __future__ import annotations

import pytest
from redis import Redis

from lab.bench import Bench
from lab.errors import LabError
from lab.workshop import Workshop
from lessons.bloom_filter import faults, live, trouble
from lessons.bloom_filter.bits import positions, read
from lessons.breaking import needs
from lessons.model import Experiment, Shown, Trial
from lessons.pictures import Bars, Bits, Timeline
from patterns.bloom_filter import NaiveSeenFilter, SeenFilter
from patterns.bloom_filter.state import hashes_for


def count(shown: Shown, label: str) -> object:
    return next(one.value for one in shown.counts if one.label == label)


@pytest.mark.parametrize("clients", [2, 12, 50])
def test_the_naive_filter_tells_everybody_that_it_is_new(bench: Bench, clients: int) -> None:
    for _ in range(2):
        shown = trouble.naive_burst(bench, clients=clients)
        assert count(shown, "Told “new”") == clients
        assert isinstance(shown.picture, Timeline)


@pytest.mark.parametrize("clients", [2, 12, 50])
def test_the_hardened_filter_tells_one(bench: Bench, clients: int) -> None:
    for _ in range(2):
        shown = trouble.hardened_burst(bench, clients=clients)
        assert count(shown, "Told “new”") == 1
        assert isinstance(shown.picture, Timeline)
        marks = [mark for lane in shown.picture.lanes for mark in lane.marks]
        assert all((mark.tone == "good") == (mark.label == "first") for mark in marks)
        assert "when a command was sent" in shown.picture.note


def test_each_story_by_hand_names_its_fault(bench: Bench) -> None:
    steps = trouble.Steps(NaiveSeenFilter)
    assert steps.two(bench).says.endswith("2 heard that it is new: both saw it first.")
    assert steps.lost(bench, members=20).says.startswith(
        "The filter was lost, and 20 of 20 members were turned away:"
    )
    assert count(steps.rebuilt(bench, members=7), "Turned away") == 7


def test_the_hardened_filter_passes_the_same_stories(bench: Bench) -> None:
    steps = trouble.Steps(SeenFilter)
    assert count(steps.two(bench), "Told “new”") == 1
    lost = steps.lost(bench, members=20)
    assert (count(lost, "Turned away"), count(lost, "Unknown")) == (0, 20)
    assert [(one.label, one.unit) for one in lost.counts] == [
        ("Turned away", "members"), ("Unknown", "members"),
    ]  # fmt: skip
    rebuilt = steps.rebuilt(bench, members=7)
    assert (count(rebuilt, "Turned away"), count(rebuilt, "Unknown")) == (0, 0)


def test_what_is_typed_is_added_once(bench: Bench) -> None:
    assert live.add(bench, item="mine").says.startswith("mine is new")
    assert live.add(bench, item="mine").tone == "warn"
    assert live.ask(bench, item="mine").tone == "warn"
    assert live.ask(bench, item="nobody's").says == (
        "nobody's was never added to this filter. That is certain."
    )


def test_a_fuller_filter_makes_more_mistakes(bench: Bench) -> None:
    wrong = []
    for number in (0, live.CAPACITY):
        live.build(bench, number=number)
        wrong.append(count(live.strangers(bench, number=1_000), "Wrong yes"))
    assert wrong[0] == 0
    assert 10 <= wrong[1] <= 100


def test_a_lost_filter_is_unknown_and_comes_back(bench: Bench) -> None:
    live.build(bench, number=10)
    assert "None, which is not no" in live.lose(bench, item="article-7").says
    assert live.picture(bench).text == "There is no filter: nothing yet."
    live.build(bench, number=10)
    full = live.fullness(bench)
    assert isinstance(full, Bars)
    assert [bar.value for bar in full.bars] == [10, live.CAPACITY - 10]


def test_a_lost_filter_says_no_to_nobody_until_it_is_built_from_the_record(bench: Bench) -> None:
    live.add(bench, item="mine")
    live.lose(bench, item="mine")
    assert live.ask(bench, item="mine").says == "There is no filter, so mine is unknown: ask the record."
    assert live.add(bench, item="other").says.startswith("There is no filter, and other makes none")
    unknown = live.strangers(bench, number=10)
    assert (unknown.tone, count(unknown, "Unknown")) == ("warn", 10)
    assert live.build(bench, number=50).says.startswith("51 articles loaded (1 that you added among them),")
    assert live.ask(bench, item="mine").says.startswith("mine may be there")


def test_what_was_added_by_hand_has_a_place_in_the_largest_filter(bench: Bench) -> None:
    for item in ("mine", "article-7", "mine"):
        live.add(bench, item=item)
    assert live.build(bench, number=live.CAPACITY).says.startswith(f"{live.CAPACITY} articles loaded (2 that")
    assert live.ask(bench, item="mine").tone == "warn"


def test_a_full_filter_says_that_what_comes_is_not_in_it(bench: Bench) -> None:
    live.build(bench, number=live.CAPACITY)
    told = [live.add(bench, item=f"new-{number}").says for number in range(40)]
    assert any(says.startswith("The filter holds the 400 items that it was made for.") for says in told)


def test_the_bits_are_those_of_the_server_and_the_hashes_those_of_the_module(real_bench: Bench) -> None:
    live.build(real_bench, number=150)
    live.ask(real_bench, item="article-7")
    live.ask(real_bench, item="somebody else")
    array = read(real_bench.quiet(), live.seen_by(real_bench).key)
    assert array is not None
    everything = [positions(item, array.size, hashes_for(live.ERROR)) for item in live.articles(150)]
    assert array.ones == {bit for bits in everything for bit in bits}
    picture = live.picture(real_bench)
    assert isinstance(picture, Bits)
    assert [item.name for item in picture.items] == ["article-7", "somebody else"]
    assert picture.items[0].says.startswith("may be there")
    for item in picture.items:
        said = live.seen_by(real_bench).might_contain(item.name)
        assert said == all(bit in picture.ones for bit in item.positions)


def test_what_is_not_there_has_no_bits(real_bench: Bench) -> None:
    assert read(real_bench.quiet(), "nothing") is None


@pytest.mark.parametrize(
    ("experiment", "trial"),
    [(one, trial) for one in faults.FAULTS for trial in one.trials],
    ids=lambda one: one.slug if isinstance(one, Experiment) else one.label,
)
def test_each_fault_comes_out_as_it_says(experiment: Experiment, trial: Trial) -> None:
    with Workshop() as workshop:
        shown = trial.run(workshop, **{one.name: one.default for one in experiment.inputs})
    assert shown.tone == trial.expect, shown.says


def test_an_evicted_filter_turns_everybody_away_or_lets_four_in_at_a_time() -> None:
    told = {}
    for run in (faults.naive_evicted, faults.open_evicted, faults.bounded_evicted):
        with Workshop() as workshop:
            shown = run(workshop, members=7, strangers=2)
        told[run] = (
            count(shown, "Members turned away"),
            count(shown, "Most before the database at once"),
        )
    assert told[faults.naive_evicted] == (7, 0)
    assert told[faults.open_evicted] == (0, 9)
    assert told[faults.bounded_evicted] == (0, faults.LANES)


@pytest.mark.parametrize("unseen", [0, 3, 60])
def test_a_failover_forgets_what_the_replica_never_heard(unseen: int) -> None:
    for run, wrong in ((faults.failover_alone, min(unseen, 8)), (faults.failover_replayed, 0)):
        with Workshop() as workshop:
            assert count(run(workshop, added=8, unseen=unseen), "Wrong no") == wrong


def test_a_server_without_the_module_is_a_sentence(redis: Redis) -> None:
    needs(redis, "GET")
    with pytest.raises(LabError, match=r"needs a server that knows BF\.NOTHING"):
        needs(redis, "BF.NOTHING")

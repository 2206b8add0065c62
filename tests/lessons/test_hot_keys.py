"""The hot-key chapter: what each cure does to the busiest node, and what the wrong ones do not."""

from __future__ import annotations

import functools
import inspect
import random
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from lab import load as measure
from lab.load import Operation, uniform, zipf
from lab.routing import Router
from lab.slots import SlotMap, slot_of
from lab.topology import start_cluster
from lab.workshop import Stopped, Workshop
from lessons.hot_keys import find, numbers, reads, trap, writes, wrong
from lessons.hot_keys.remedies import Batched, Copies, Direct, LocalCopy, OneKey, SubKeys
from lessons.hot_keys.stage import HOT, NAMES, Stage, bars, strip
from lessons.inputs import Integer, parse_all
from lessons.library import LIBRARY
from lessons.model import Experiment, Load, Shown, Trial
from lessons.pictures import Slots, Table

CHAPTER = LIBRARY.load("hot_keys")
EXPERIMENTS = [
    experiment for step in CHAPTER.lesson.steps if isinstance(step, Load) for experiment in step.experiments
]
TRIALS = [(experiment, trial) for experiment in EXPERIMENTS for trial in experiment.trials]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """One cluster for all tests that need no other."""
    with Workshop() as workshop:
        cluster = workshop.enter(start_cluster(3))
        with cluster.nodes[0].client() as node:
            yield Stage(workshop, cluster, SlotMap.read(node))


@pytest.fixture
def router(stage: Stage) -> Iterator[Router]:
    stage.cluster.clear()
    one = Router(stage.slots)
    yield one
    one.close()


@functools.cache
def _run(index: int) -> Shown:
    """A trial with what it is set to; run once, and looked at by several tests."""
    experiment, trial = TRIALS[index]
    with Workshop() as workshop:
        return trial.run(workshop, **parse_all(experiment.inputs, {}))


def _shown(label: str) -> Shown:
    return _run([trial.label for _, trial in TRIALS].index(label))


@pytest.mark.parametrize("trial", [trial for _, trial in TRIALS], ids=lambda trial: trial.label)
def test_every_trial_comes_out_as_it_says(trial: Trial) -> None:
    shown = _shown(trial.label)
    assert shown.tone == trial.expect, shown.says
    assert shown.says.endswith((".", "?"))
    assert {count.label: count.value for count in shown.counts}.get("Errors", 0) == 0
    for picture in (shown.picture, *shown.more):
        assert picture is not None
        assert picture.text.endswith(".")


def test_what_monitor_costs_is_told_by_the_fastest_runs_and_never_by_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seconds = iter(
        (0.001, 5.0, 8.0, 2.0, 10.0, 4.0, 20.0, 0.001)
    )  # cold, three times without and with, HOTKEYS

    def measured(*arguments: Any, **options: Any) -> measure.Load:
        return replace(measure.measure(*arguments, **options), seconds=next(seconds))

    monkeypatch.setattr("lessons.hot_keys.stage.measure", measured)
    with Workshop() as workshop:
        shown = find.five_ways(workshop, clients=4, each=50, exponent=1.6)
    assert "100 operations a second without it, 25 with it (the fastest of 3 runs each)" in shown.says


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda experiment: experiment.title)
def test_a_trial_takes_what_its_experiment_lets_be_set(experiment: Experiment) -> None:
    for trial in experiment.trials:
        taken = list(inspect.signature(trial.run).parameters)[1:]
        assert taken == [one.name for one in experiment.inputs]
    assert experiment.watch.startswith("Watch for ")


def test_stopped_in_the_middle_nothing_is_left() -> None:
    moments = threading.Event()

    def tell(progress: object) -> None:
        if "operations so far" in str(progress):
            moments.set()

    with Workshop(tell) as workshop:

        def stop() -> None:
            moments.wait(30)
            workshop.stop()

        stopper = threading.Thread(target=stop)
        stopper.start()
        inputs = parse_all(wrong.WRONG.inputs, {"each": 300})
        with pytest.raises(Stopped):
            wrong.tagged_shards(workshop, **inputs)  # type: ignore[arg-type]
        stopper.join()
    assert [one.name for one in threading.enumerate() if one.name.startswith("load-")] == []


# Keys: what the remedies rest on, whatever the load.


@pytest.mark.parametrize("name", ["video7", "page1", "home", "a"])
@pytest.mark.parametrize("parts", [3, 6, 12, 24])
def test_checked_sub_keys_lie_evenly_on_the_nodes(stage: Stage, name: str, parts: int) -> None:
    keys = writes.checked(name, parts, stage)
    assert writes.per_node(keys, stage) == (parts // 3,) * 3
    assert len({slot_of(key) for key in keys}) == parts


def test_unchecked_sub_keys_may_lie_together(stage: Stage) -> None:
    assert writes.per_node(writes.by_luck("video7", 12), stage) == (8, 2, 2)


def test_hash_tagged_shards_lie_in_one_slot() -> None:
    assert {slot_of(key) for key in wrong.tagged_keys(48)} == {16_054}


def test_the_prefix_never_gives_a_user_a_second_slot(stage: Stage) -> None:
    for user in range(200):
        key = wrong.prefixed_key(user)
        assert {slot_of(wrong.prefixed_key(user)) for _ in range(50)} == {slot_of(key)}
    load = wrong._count(stage, "prefixed", (wrong.prefixed_key(123),), 2, 20, (0.0, 1.0))
    assert load.slots == {12_228: 40}


# Remedies.


def test_a_local_copy_is_old_for_its_life_and_no_longer(router: Router) -> None:
    moment = 0.0
    copy, other = LocalCopy(router, 1.0, lambda: moment), Direct(router)
    other.write(HOT, 1)
    assert copy.read(HOT) == 1
    other.write(HOT, 2)
    moment = 0.999
    assert copy.read(HOT) == 1
    moment = 1.0
    assert copy.read(HOT) == 2
    copy.write(HOT, 3)
    assert copy.read(HOT) == 3


def test_copies_are_read_by_chance_and_all_written(stage: Stage, router: Router) -> None:
    names = {HOT: stage.slots.spread(f"{HOT}:copy:", 2)}
    copies = Copies(router, names, random.Random(1))
    copies.write(HOT, 7)
    copies.write("other", 1)
    router.sent.clear()
    assert {copies.read(HOT) for _ in range(60)} == {7}
    assert set(router.sent) == set(names[HOT])
    assert copies.read("other") == 1


def test_a_batch_is_one_command_and_what_is_held_can_be_lost(router: Router) -> None:
    counter = Batched(router, "views", 10)
    for _ in range(25):
        counter.add()
    assert router.sent["views"] == 2
    assert (counter.total(), counter.held, counter.most_held) == (20, 5, 10)
    counter.close()
    counter.close()
    assert counter.total() == 25


def test_the_desk_knows_an_old_answer(router: Router) -> None:
    desk, copy, editor = reads.Desk(), LocalCopy(router, 60.0), Direct(router)
    desk.read(copy, HOT, "copy")
    assert desk.old == Counter()
    desk.publish(editor, HOT)
    desk.read(copy, HOT, "copy")
    desk.read(editor, HOT, "none")
    assert desk.old == {"copy": 1}


def test_a_sum_that_is_wrong_is_told_and_is_no_success(stage: Stage) -> None:
    class Forgetful(OneKey):
        def add(self) -> None:
            pass

    def split(label: str, build: type[OneKey] | None = None) -> writes.Split:
        keys = writes.checked(label, 3, stage)
        if build:
            return writes.Split(label, keys[:1], lambda router, _: build(router, keys[0]))
        return writes.Split(label, keys, lambda router, client: SubKeys(router, keys, random.Random(client)))

    rows = []
    for one in (split("one", OneKey), split("luck"), split("checked"), split("lost", Forgetful)):
        rows.append((one, *writes.counting(stage, one, 2, 10, 0, (0.0, 1.0))))
    shown = writes._shown(stage, rows)
    assert "A SUM IS WRONG" in shown.says
    assert shown.tone == "warn"


def test_without_a_hot_key_there_is_nothing_to_cure() -> None:
    inputs = parse_all(reads.READS.inputs, {"exponent": 0.0, "clients": 4, "each": 60})
    with Workshop() as workshop:
        shown = reads.all_remedies(workshop, **inputs)  # type: ignore[arg-type]
    assert shown.tone == "plain"
    assert shown.says.startswith("There was no hot key")


def test_a_few_reads_of_many_keys_make_no_hot_key_though_one_node_has_most_of_them() -> None:
    inputs = parse_all(reads.READS.inputs, {"exponent": 0.0, "clients": 2, "each": 10, "writes": 0})
    with Workshop() as workshop:
        shown = reads.all_remedies(workshop, **inputs)  # type: ignore[arg-type]
    assert (shown.tone, shown.says.partition(":")[0]) == ("plain", "There was no hot key")


# Pictures and words.


def test_the_comparison_has_a_row_for_each_remedy_and_a_strip_of_slots() -> None:
    shown = _shown("All remedies side by side")
    assert isinstance(shown.picture, Table)
    assert [row.cells[0] for row in shown.picture.rows] == [
        "No remedy", "Replica reads", "6 copies of the hot key", "Client-side caching",
        "Local copy of 500 ms",
    ]  # fmt: skip
    assert "1 ms of server time" in shown.picture.note
    strip_of_slots = shown.more[1]
    assert isinstance(strip_of_slots, Slots)
    assert strip_of_slots.keys[0].name == HOT


def test_bars_and_strip_say_what_the_nodes_executed(stage: Stage, router: Router) -> None:
    def make(router: Router) -> Operation:
        return Direct(router).read

    load = stage.load("reads", make, uniform([HOT]), clients=2, each=10, progress=(0, 1), server_ms=0.0)
    drawn = bars("Executed", (load,), load.bottleneck, lambda _: False)
    assert [(bar.name, bar.value, bar.tone) for bar in drawn.bars] == [
        ("node 1", 0.0, "plain"), ("node 2", 0.0, "plain"), ("node 3", 100.0, "bad"),
    ]  # fmt: skip
    shown = strip("Slots", stage.slots, load)
    assert [one.load for one in shown.ranges] == [0.0, 0.0, 20.0]
    assert [(key.name, key.value) for key in shown.keys] == [(HOT, 20.0)]


def test_the_news_but_the_first_lie_evenly(stage: Stage) -> None:
    held: Counter[str] = Counter()
    for name, share in zip(NAMES[1:], zipf(NAMES, 1.2).shares[1:], strict=True):
        held[stage.slots.shard_of(name).name] += share
    assert max(held.values()) < 0.36 * sum(held.values())


def test_a_node_s_own_statistics_name_no_key() -> None:
    assert _shown("What a node says of itself").says.endswith("and name no key.")


def test_the_trap_is_silent_and_the_cache_over_tcp_is_not_there_for_nothing() -> None:
    with Workshop() as workshop:
        assert trap.over_tcp(workshop, reads=50).counts[1].value == 1
        assert trap.over_unix_socket(workshop, reads=50).counts[1].value == 50


def test_the_inputs_that_decide_are_there() -> None:
    names = {one.name for experiment in EXPERIMENTS for one in experiment.inputs if isinstance(one, Integer)}
    assert {"clients", "each", "parts", "writes", "totals", "copies"} <= names


def test_the_facts_are_those_of_the_specification(real_bench: object) -> None:
    assert "0x31C3" in numbers.check_values(real_bench)  # type: ignore[arg-type]
    assert "2,529, 6,592, 10,659, 14,722" in numbers.tag_or_not(real_bench)  # type: ignore[arg-type]
    assert "12,228" in numbers.prefix_or_not(real_bench)  # type: ignore[arg-type]
    assert numbers.reading_a_split(real_bench).startswith("The total of 1 part: 1 round trip")  # type: ignore[arg-type]


def test_every_trial_together_is_short_enough() -> None:
    assert sum(experiment.seconds * len(experiment.trials) for experiment in EXPERIMENTS) < 60

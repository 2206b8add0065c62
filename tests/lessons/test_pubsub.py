"""What the pub/sub lesson shows, pinned: which events reach whom, and who is told of a gap."""

from __future__ import annotations

import pytest

from lab.bench import Bench
from lab.workshop import Workshop
from lessons.model import Experiment, Shown, Trial
from lessons.pictures import Matrix, Timeline
from lessons.pubsub import faults, live, numbers, trouble
from patterns.pubsub import Channel, NaiveChannel

NAMES = ("opening", "tunnel", "died")


def count(shown: Shown, label: str) -> object:
    return next(one.value for one in shown.counts if one.label == label)


@pytest.mark.parametrize(("readers", "number"), [(2, 1), (12, 3)])
def test_the_naive_crowd_misses_what_moves_while_it_opens(bench: Bench, readers: int, number: int) -> None:
    for _ in range(2):
        shown = trouble.naive_burst(bench, readers=readers, number=number)
        assert count(shown, "Missed") == readers * number
        assert shown.says.endswith("never arrived: missed message.")
        assert isinstance(shown.picture, Timeline)


@pytest.mark.parametrize(("readers", "number"), [(2, 1), (12, 3)])
def test_the_hardened_crowd_misses_nothing(bench: Bench, readers: int, number: int) -> None:
    for _ in range(2):
        shown = trouble.hardened_burst(bench, readers=readers, number=number)
        assert count(shown, "Missed") == 0
        assert shown.says.endswith("Every event arrived.")


@pytest.mark.parametrize("name", NAMES)
def test_each_story_by_hand_misses_all_or_nothing(bench: Bench, name: str) -> None:
    for version, missed in ((NaiveChannel, 4), (Channel, 0)):
        shown = getattr(trouble.Steps(version), name)(bench, number=4)
        assert count(shown, "Missed") == missed, (name, version)


def test_readers_do_not_take_from_each_other(bench: Bench) -> None:
    unread = live.publish(bench, number=3).picture
    assert isinstance(unread, Matrix)
    assert unread.note == "Nobody has read anything yet."
    for reader in ("ann", "ben"):
        assert live.read(bench, reader=reader).says.startswith(f"{reader} got 3 events, from “card 1 moved”")
    live.publish(bench, number=1)
    assert live.read(bench, reader="ann").says.startswith("ann got 1 event: “")
    picture = live.picture(bench)
    assert isinstance(picture, Matrix)
    told = {row.name: ([cell.mark for cell in row.cells], row.note) for row in picture.rows}
    assert told == {"ann": (["got"] * 4, "up to date"), "ben": (["got"] * 3 + ["waits"], "1 behind")}


def test_who_is_too_far_behind_is_told_and_goes_on(bench: Bench) -> None:
    live.publish(bench, number=1)
    live.read(bench, reader="ann")
    live.flood(bench, number=300)
    picture = live.picture(bench)
    assert isinstance(picture, Matrix)
    assert [row.note for row in picture.rows] == ["has missed some"]
    assert live.read(bench, reader="ann").says.startswith("ann was told that events are gone.")
    live.publish(bench, number=2)
    assert live.read(bench, reader="ann").says.startswith("ann got 2 events")


def test_a_reader_that_waits_is_woken(bench: Bench) -> None:
    for _ in range(2):
        assert "was woken and got the event" in live.wait(bench, reader="ann").says
        assert live.read(bench, reader="ann").says == "Nothing is new: ann is up to date."


def test_a_reader_that_is_behind_reads_first_and_then_waits(bench: Bench) -> None:
    live.read(bench, reader="ann")
    live.publish(bench, number=2)
    assert live.wait(bench, reader="ann").says.startswith("ann read 2 new events and waited")
    drawn = live.picture(bench)
    assert isinstance(drawn, Matrix)
    assert [cell.mark for cell in drawn.rows[0].cells] == ["got", "got", "got"]
    assert live.wait(bench, reader="ann").says.startswith("ann was up to date and waited at the bell.")
    assert live.wait(bench, reader="publisher").tone == "warn"
    live.flood(bench, number=300)
    assert live.wait(bench, reader="ann").says.startswith("ann was told that events are gone.")


def test_sent_twice_is_one_event(bench: Bench) -> None:
    assert "it is one event" in live.again(bench, event="card 7 closed").says
    assert "it is still one event" in live.again(bench, event="card 7 closed").says


def test_the_facts_are_measured_on_the_bench(bench: Bench) -> None:
    assert "the reply is 0" in numbers.nobody(bench)
    assert numbers.round_trips(bench) == ("Naive: 2 to publish. Hardened: 1 to publish. A hardened poll: 1.")
    assert " ms (median of 20)." in numbers.woken(bench)


@pytest.mark.parametrize(
    ("experiment", "trial"),
    [(one, trial) for one in faults.FAULTS for trial in one.trials],
    ids=lambda one: one.slug if isinstance(one, Experiment) else one.label,
)
def test_each_fault_comes_out_as_it_says(experiment: Experiment, trial: Trial) -> None:
    with Workshop() as workshop:
        shown = trial.run(workshop, **{one.name: one.default for one in experiment.inputs})
    assert shown.tone == trial.expect, shown.says


def test_the_naive_reader_misses_exactly_what_was_published_while_the_line_was_down() -> None:
    told = {}
    for run in (faults.naive_line, faults.hardened_line, faults.hardened_away):
        with Workshop() as workshop:
            shown = run(workshop, gap=7, later=3)
        told[run] = (count(shown, "Missed in silence"), count(shown, "Told of a gap"))
    assert told == {
        faults.naive_line: (7, "no"),
        faults.hardened_line: (0, "no"),
        faults.hardened_away: (0, "yes"),
    }


def test_a_slow_subscriber_is_cut_off_only_where_the_news_itself_has_to_wait_for_it() -> None:
    for run, cut in ((faults.naive_slow, "yes"), (faults.hardened_slow, "no")):
        with Workshop() as workshop:
            assert count(run(workshop, events=80), "Cut off") == cut

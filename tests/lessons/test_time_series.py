"""What the time series lesson shows, pinned: what a retry hears, what late samples do, what is kept."""

from __future__ import annotations

import pytest
from redis import Redis
from redis.exceptions import ResponseError

from lab.bench import Bench
from lab.workshop import Workshop
from lessons.library import LIBRARY
from lessons.measure import told
from lessons.model import Experiment, Shown, Trial
from lessons.pictures import Series, Table, Timeline
from lessons.runner import Measured, as_json, run_lesson
from lessons.time_series import faults, live, numbers, place, trouble
from patterns.time_series import Sample


def count(shown: Shown, label: str) -> object:
    return next(one.value for one in shown.counts if one.label == label)


@pytest.mark.parametrize(("sensors", "number"), [(2, 1), (8, 5)])
def test_the_naive_crowd_is_refused_and_the_hardened_is_known(
    bench: Bench, sensors: int, number: int
) -> None:
    for _ in range(2):
        naive = trouble.naive_burst(bench, sensors=sensors, number=number)
        assert count(naive, "Refused") == sensors * number
        assert ": refused retry." in naive.says
        hardened = trouble.hardened_burst(bench, sensors=sensors, number=number)
        assert (count(hardened, "Refused"), hardened.tone) == (0, "good")
        assert isinstance(naive.picture, Timeline)
        assert len(naive.picture.lanes) == sensors


def test_a_simulated_result_says_that_it_is_one(bench: Bench) -> None:
    shown = trouble.Steps(naive=True).retry(bench, number=2)
    simulated = bench.backend.kind != "fakeredis" and not place.has_module(bench)
    assert ("Simulated by fakeredis" in shown.says) == simulated
    assert "Simulated" not in trouble.Steps(naive=False).retry(bench, number=2).says


def test_the_commands_of_a_simulated_run_are_in_the_log(bench: Bench) -> None:
    begin = bench.log.mark()
    trouble.Steps(naive=True).retry(bench, number=3)
    found = [one for one in bench.log.since(begin).commands if one.name == "TS.ADD"]
    assert [bool(one.error) for one in found] == [False, True] * 3


@pytest.mark.parametrize("hours", [2, 5])
def test_only_the_naive_series_keeps_everything(bench: Bench, hours: int) -> None:
    assert count(trouble.Steps(naive=True).later(bench, hours=hours), "Kept") == 60 * hours
    hardened = trouble.Steps(naive=False).later(bench, hours=hours)
    assert (count(hardened, "Kept"), count(hardened, "Minutes")) == (61, 60 * hours)


def test_a_retry_changes_nothing(bench: Bench) -> None:
    assert live.again(bench).says.startswith("Nothing has been measured")
    live.measure(bench, number=5, every=10)
    shown = live.again(bench)
    assert (shown.says, count(shown, "Samples kept")) == ("It was there: nothing has changed.", 5)


def test_a_late_sample_is_in_its_minute_until_it_is_too_late(bench: Bench) -> None:
    live.measure(bench, number=60, every=10)
    assert live.late(bench, value=60.0, seconds=120).tone == "good"
    table, chart = live.table(bench), live.picture(bench)
    assert isinstance(table, Table)
    assert [row.cells[0] for row in table.rows if row.cells[3] == "60"] == ["08:08"]
    assert isinstance(chart, Series)
    assert [point.high for point in chart.lines[1].points].count(60) == 1
    for _ in range(2):
        assert live.late(bench, value=60.0, seconds=400).says.startswith("Too late, and it says so")


def test_the_future_and_another_value_are_refused(bench: Bench) -> None:
    live.measure(bench, number=5, every=10)
    assert "too far in the future" in live.future(bench, days=365).says
    shown = live.other(bench, value=99.0)
    assert "has another value" in shown.says
    assert count(shown, "Samples kept") == 5


def test_the_facts_are_measured_on_the_bench(bench: Bench) -> None:
    assert numbers.round_trips(bench) == "1 to add, 1 for ten hours of minutes."
    eaten = told(numbers.eaten(bench))
    assert eaten.here == place.compacts(bench)
    assert ("of 5 samples holds 3" if eaten.here else "from 5 samples to 3") in eaten.says
    assert told(numbers.size(bench)).here == bench.backend.can("memory_usage")


def test_the_runner_tells_apart_what_was_measured_and_what_could_not_be(fake_bench: Bench) -> None:
    ran = [
        as_json(one)
        for one in run_lesson(LIBRARY.load("time_series"), fake_bench)
        if isinstance(one, Measured)
    ]
    told_of = [(bool(one["measured"]), bool(one["not_here"])) for one in ran]
    assert told_of == [(False, True), (True, False), (False, True), *[(False, False)] * 3]


@pytest.mark.parametrize("number", [3, 30, 200])
def test_a_minute_is_drawn_from_its_beginning_to_its_end(bench: Bench, number: int) -> None:
    live.measure(bench, number=number, every=10)
    chart = live.picture(bench)
    assert isinstance(chart, Series)
    assert chart.title == ("The last quarter of an hour" if number > 90 else "Since the sensor began")
    samples, minutes = chart.lines
    assert minutes.style == "steps"
    assert {point.x % 60 for point in minutes.points} == {0}
    assert minutes.points[0].x <= samples.points[0].x
    assert minutes.points[-1].x > samples.points[-1].x
    assert minutes.points[-1][1:] == minutes.points[-2][1:]
    assert live.by_minute([]) == ()


@pytest.mark.parametrize(
    ("experiment", "trial"),
    [(one, trial) for one in faults.FAULTS for trial in one.trials],
    ids=lambda one: one.slug if isinstance(one, Experiment) else one.label,
)
def test_each_fault_comes_out_as_it_says(experiment: Experiment, trial: Trial) -> None:
    with Workshop() as workshop:
        shown = trial.run(workshop, **{one.name: one.default for one in experiment.inputs})
    assert shown.tone == trial.expect, shown.says


@pytest.mark.parametrize(("samples", "lost", "hit"), [(4, 2, 2), (2, 9, 2), (3, 0, 0)])
def test_lost_replies_do_the_damage_that_each_version_is_known_for(samples: int, lost: int, hit: int) -> None:
    labels = ("Errors for samples that are there", "Counted twice", "Dropped in silence")
    for run, damage in (
        (faults.refused_lost, (hit, 0, 0)),
        (faults.swallowed_lost, (0, 0, 1)),
        (faults.anew_lost, (0, hit, 0)),
        (faults.hardened_lost, (0, 0, 0)),
    ):
        with Workshop() as workshop:
            shown = run(workshop, samples=samples, lost=lost)
        assert tuple(count(shown, label) for label in labels) == damage, run


@pytest.mark.parametrize("unseen", [0, 5, 24])
def test_only_the_sensor_can_close_the_hole(unseen: int) -> None:
    labels = ("Missing", "Errors for samples that are there")
    for run, damage in (
        (faults.failover_alone, (unseen, 0)),
        (faults.naive_again, (0, faults.MEASURED - unseen)),
        (faults.hardened_again, (0, 0)),
    ):
        with Workshop() as workshop:
            shown = run(workshop, unseen=unseen)
        assert tuple(count(shown, label) for label in labels) == damage, run


@pytest.mark.parametrize("unseen", [0, 6, 24])
def test_only_what_is_missing_is_marked_as_damage_and_the_line_ends_there(unseen: int) -> None:
    measured = [Sample(live.FIRST + 10_000 * number, 20.0 + number) for number in range(24)]
    chart = faults.after_the_failover(measured, measured[: 24 - unseen])
    lines = {line.name: line for line in chart.lines}
    assert set(lines) == {*(["in the series"] if unseen < 24 else []), *(["missing"] if unseen else [])}
    if unseen < 24:
        assert (lines["in the series"].tone, len(lines["in the series"].points)) == ("plain", 24 - unseen)
    if unseen:
        assert (lines["missing"].tone, lines["missing"].style) == ("bad", "dots")
        assert [point.y for point in lines["missing"].points] == [20.0 + n for n in range(24 - unseen, 24)]


def test_where_the_module_is_its_own_commands_are_sent(fake: Redis) -> None:
    one = faults.Place(module=True)
    faults.refused(one, fake, 20.0, live.FIRST)
    with pytest.raises(ResponseError):
        faults.refused(one, fake, 20.0, live.FIRST)
    faults.swallowed(one, fake, 20.0, live.FIRST)
    assert fake.execute_command("TYPE", one.naive(fake).key) == "TSDB-TYPE"
    assert [sample.value for sample in one.kept(fake)] == [20.0]
    fake.flushall()
    assert [faults.known(one, fake, 20.0, live.FIRST) for _ in range(2)] == [True, False]
    assert len(one.kept(fake)) == 1

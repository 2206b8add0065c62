"""What the unique visitors lesson shows, pinned: how far each count is from the truth."""

from __future__ import annotations

from functools import partial

import pytest
from redis import Redis

from lab.bench import Bench
from lab.workshop import Stopped, Workshop
from lessons.inputs import parse_all
from lessons.measure import told
from lessons.model import Experiment, Shown
from lessons.pictures import Ranking, Series, Table
from lessons.unique_visitors import faults, live, numbers, races, scale, trouble
from patterns.unique_visitors import Estimate, NaiveVisitors, Visitors


def count(shown: Shown, label: str) -> object:
    return next(one.value for one in shown.counts if one.label == label)


@pytest.mark.parametrize("days", [2, 7])
def test_the_naive_week_counts_everybody_on_every_day(bench: Bench, days: int) -> None:
    shown = trouble.naive_burst(bench, people=50, days=days)
    assert (count(shown, "Counted"), count(shown, "Really")) == (50 * days, 50)
    assert shown.says.endswith(": double count.")
    assert shown.tone == "bad"


@pytest.mark.parametrize("days", [2, 7])
def test_the_hardened_week_counts_everybody_once(bench: Bench, days: int) -> None:
    shown = trouble.hardened_burst(bench, people=50, days=days)
    assert count(shown, "Counted") == 50
    assert shown.tone == "good"
    assert isinstance(shown.picture, Ranking)


def test_two_days_of_the_same_people_by_hand(bench: Bench) -> None:
    assert (
        trouble.Steps(NaiveVisitors)
        .twice(bench, people=20)
        .says.endswith("The count says 40, and really there were 20: double count.")
    )
    assert (
        trouble.Steps(Visitors)
        .twice(bench, people=20)
        .says.endswith("The count says 20, and really there were 20.")
    )


def test_the_ones_of_a_busy_day_fall_behind_on_a_real_sketch(bench: Bench) -> None:
    naive = trouble.Steps(NaiveVisitors).ones(bench, people=4_000)
    hardened = trouble.Steps(Visitors).ones(bench, people=4_000)
    assert hardened.tone == "good"
    if bench.backend.can("hyperloglog"):
        assert naive.says.endswith(": undercount.")
        assert count(naive, "Newcomers answered 0") == count(hardened, "Newcomers answered 0") != 0
    else:
        assert naive.tone == "good", "fakeredis counts exactly, and the page says so"


def test_the_same_numbers_are_the_same_people(bench: Bench) -> None:
    live.crowd(bench, first=1, number=60, day="Monday")
    live.crowd(bench, first=31, number=60, day="Tuesday")
    shown = live.week(bench)
    assert (count(shown, "Really"), count(shown, "Added up")) == (90, 120)
    assert count(shown, "The week") == 90
    assert isinstance(shown.picture, Ranking)
    assert shown.picture.rows[-1].note == "really 90"
    estimates = live.picture(bench)
    assert isinstance(estimates, Series)
    assert [(line.name, line.points[-1].x) for line in estimates.lines] == [("Monday", 60), ("Tuesday", 60)]
    for point in (point for line in estimates.lines for point in line.points):
        assert point.low is not None
        assert point.high is not None
        assert point.low <= point.y <= point.high


@pytest.mark.parametrize(
    ("added", "week", "tone"), [(303, 300, "plain"), (305, 300, "plain"), (306, 300, "bad"), (2, 1, "bad")]
)
def test_a_sum_is_wrong_where_the_band_of_the_week_ends_below_it(added: int, week: int, tone: str) -> None:
    assert live.tone_of_sum(added, Estimate(week)) == tone


def test_the_race_counts_in_plain_english(redis: Redis) -> None:
    both = {"Ann": True, "Ben": True}
    judged = partial(races.once_each, redis, kind=Visitors)
    assert judged({"Ann": True}, visitors=1) == "undercount: 1 visitor came, 0 were counted"
    races.visit(redis, Visitors, "Ann")
    assert judged(both, visitors=2) == "undercount: 2 visitors came, 1 was counted"
    races.visit(redis, Visitors, "Ben")
    assert judged(both, visitors=2) is None
    assert judged({"Ann": True}, visitors=1) == "double count: 1 visitor came at most, 2 were counted"


def test_a_visitor_who_comes_again_changes_nothing(bench: Bench) -> None:
    assert "ann came once on Friday" in live.again(bench, visitor="ann", visits=1, day="Friday").says
    assert live.again(bench, visitor="ann", visits=20, day="Friday").says.endswith("the count changed by 0.")


def test_one_who_came_twice_is_a_double_count_as_well(bench: Bench) -> None:
    for shown in (
        trouble.Steps(NaiveVisitors).twice(bench, people=1),
        trouble.naive_burst(bench, people=1, days=2),
    ):
        assert (shown.tone, count(shown, "Counted")) == ("bad", 2)
        assert shown.says.endswith("The count says 2, and really there was 1: double count.")


def test_a_reset_forgets_the_truth_as_well(bench: Bench) -> None:
    live.crowd(bench, first=1, number=10, day="Monday")
    bench.reset()
    nobody = live.week(bench)
    assert (nobody.says, count(nobody, "Really")) == ("Nobody has come this week yet.", 0)
    assert live.crowd(bench, first=7, number=1, day="Monday").says == "1 visit on Monday, by visitor 7."


def test_the_facts_are_measured_on_the_bench(bench: Bench) -> None:
    assert "2,000 visitors over 8 keys" in numbers.gathered(bench)
    assert numbers.round_trips(bench).startswith("Naive: 2 for a newcomer's visit, 7 for a week. Hardened: 1")
    if bench.backend.can("hyperloglog"):
        assert "12,304 bytes after 100,000 visitors" in numbers.size(bench)
        assert "1,000 people are in both crowds" in numbers.intersection(bench)
    else:
        assert not told(numbers.size(bench)).here
        assert "it is no sketch" in numbers.error(bench)


def tried(experiment: Experiment, trial: int, **typed: object) -> Shown:
    """A trial with its default inputs, but for those named; it must come out with the tone it promises."""
    one = experiment.trials[trial]
    with Workshop() as workshop:
        shown = one.run(workshop, **{**parse_all(experiment.inputs, {}), **typed})
    assert typed or shown.tone == one.expect
    return shown


@pytest.mark.parametrize(("trial", "counted"), [(0, 8), (1, 16), (2, 12)], ids=["PFADD", "INCR", "hardened"])
def test_a_lost_reply_moves_the_naive_count_either_way(trial: int, counted: int) -> None:
    shown = tried(faults.FAULTS[0], trial)
    assert (count(shown, "Undisturbed"), count(shown, "Counted")) == (12, counted)
    assert isinstance(shown.picture, Table)
    assert [row.cells[2] for row in shown.picture.rows][-1] == "1"


def test_a_visitor_whom_the_sketch_counts_as_two_is_no_damage() -> None:
    shown = tried(faults.FAULTS[0], 2, people=130)
    assert shown.tone == "good"
    assert isinstance(shown.picture, Table)
    assert {row.tone for row in shown.picture.rows} == {"good"}


@pytest.mark.parametrize(("trial", "times", "counted"), [(0, 2, 11), (0, 5, 11), (1, 2, 12), (1, 0, 9)])
def test_a_log_repairs_what_can_be_repeated(trial: int, times: int, counted: int) -> None:
    shown = tried(faults.FAULTS[1], trial, times=times)
    assert count(shown, "Counted") == counted
    assert shown.tone == ("good" if counted == 12 else "bad")


@pytest.mark.parametrize(
    ("trial", "cut", "ends"),
    [
        (0, "cut in the middle", ["yes", "missing", "brought back", "brought back"]),
        (1, "survived", ["yes", "yes", "brought back", "brought back"]),
    ],
)
def test_the_lost_visitor_is_the_one_row_that_is_red(trial: int, cut: str, ends: list[str]) -> None:
    shown = tried(faults.FAULTS[1], trial, people=4, unseen=2)
    assert isinstance(shown.picture, Table)
    rows = shown.picture.rows
    assert [row.cells[3] for row in rows] == ends
    assert rows[1].cells[1] == cut
    assert [row.tone for row in rows].count("bad") == ends.count("missing")


def test_without_the_log_everybody_who_is_gone_is_missing() -> None:
    shown = tried(faults.FAULTS[1], 1, people=4, unseen=2, times=0)
    assert isinstance(shown.picture, Table)
    assert [row.cells[3] for row in shown.picture.rows] == ["yes", "yes", "missing", "missing"]


def test_the_faults_come_out_as_they_promise() -> None:
    assert [tried(faults.FAULTS[1], trial).tone for trial in (0, 1)] == ["bad", "good"]


@pytest.mark.parametrize("experiment", faults.FAULTS, ids=lambda one: one.slug)
def test_an_experiment_can_be_stopped_in_the_middle(experiment: Experiment) -> None:
    workshop = Workshop(lambda progress: workshop.stop() if progress.share > 0.3 else None)

    def run() -> None:
        with workshop:
            experiment.trials[0].run(workshop, **parse_all(experiment.inputs, {}))

    with pytest.raises(Stopped):
        run()


def test_the_sums_are_measured(bench: Bench) -> None:
    busy, quiet, exact = (estimate.measure(bench) for estimate in scale.COST.estimates)
    assert busy.round_trips == quiet.round_trips == exact.round_trips == 1
    if not busy.missing:
        assert busy.each >= 12_304 > quiet.each > exact.each
    assert not bench.quiet().keys(f"{bench.namespace}visitors:{{measured*")

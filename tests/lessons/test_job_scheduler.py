"""What the job scheduler lesson shows, pinned: which mails go out twice, and which never."""

from __future__ import annotations

import pytest

from lab.bench import Bench
from lab.workshop import Workshop
from lessons.job_scheduler import faults, live, numbers, trouble
from lessons.model import Experiment, Shown, Trial
from lessons.pictures import Board, Timeline
from patterns.job_scheduler import NaiveScheduler, Scheduler
from tests.lessons.standing import StandingClock


def count(shown: Shown, label: str) -> object:
    return next(one.value for one in shown.counts if one.label == label)


@pytest.mark.parametrize(("workers", "jobs"), [(2, 1), (8, 40), (20, 5)])
def test_every_naive_worker_runs_every_job(bench: Bench, workers: int, jobs: int) -> None:
    shown = trouble.naive_burst(bench, workers=workers, jobs=jobs)
    assert count(shown, "Mails sent") == workers * jobs
    assert count(shown, "Sent more than once") == jobs
    assert isinstance(shown.picture, Timeline)


@pytest.mark.parametrize(("workers", "jobs"), [(2, 1), (8, 40), (20, 5)])
def test_hardened_workers_share_the_jobs(bench: Bench, workers: int, jobs: int) -> None:
    shown = trouble.hardened_burst(bench, workers=workers, jobs=jobs)
    assert [count(shown, label) for label in ("Mails sent", "Sent more than once", "Never sent")] == [
        jobs,
        0,
        0,
    ]
    assert isinstance(shown.picture, Timeline)
    claims = [mark.label for lane in shown.picture.lanes for mark in lane.marks]
    assert set(claims) <= {"claims one"}


def test_each_story_by_hand_names_its_fault(bench: Bench) -> None:
    steps = trouble.Steps(NaiveScheduler)
    assert steps.look(bench).says.endswith("The mail was sent twice: double execution.")
    assert steps.dead(bench, minutes=120).says.endswith(
        "120 minutes later. The mail was never sent: lost job."
    )
    assert steps.slow(bench, minutes=1).says.endswith("The mail was sent twice: double execution.")
    assert steps.again(bench).says.endswith("The mail was sent twice: double execution.")
    assert steps.retried(bench).says.endswith("The mail was sent once.")


def test_the_hardened_scheduler_passes_the_same_stories(bench: Bench) -> None:
    steps = trouble.Steps(Scheduler)
    stories = (
        steps.look(bench), steps.dead(bench, minutes=1), steps.slow(bench, minutes=1), steps.again(bench),
        steps.retried(bench),
    )  # fmt: skip
    for shown in stories:
        assert shown.says.endswith("The mail was sent once.")
        assert shown.tone == "good"


def test_a_job_comes_back_when_its_worker_died_and_is_given_up_in_the_end(bench: Bench) -> None:
    assert live.fill(bench).says == "5 jobs scheduled, 0 known before."
    assert live.fill(bench).says == "0 jobs scheduled, 5 known before."
    live.run(bench, worker="ann", number=2)
    for attempt in (1, 2, 3):
        assert live.die_at_work(bench, worker="ben").says.startswith("ben died.")
        assert f"welcome cleo: ben has it, attempt {attempt} from" in live.deadlines(bench).text
        bench.fast_forward(31)
        assert f"welcome cleo: late, ben has it, attempt {attempt}" in live.deadlines(bench).text
    shown = live.run(bench, worker="ann", number=5)
    # dora's time has come as well
    assert shown.says == (
        "ann ran 1 job: claimed, sent, completed. 1 job was claimed 3 times and never completed: given up."
    )
    assert [count(shown, label) for label in ("Waiting", "Running", "Given up", "Mails sent")] == [1, 0, 1, 3]
    assert "welcome cleo: given up" in live.deadlines(bench).text
    board = live.picture(bench)
    assert isinstance(board, Board)
    assert {column.title: [card.title for card in column.cards] for column in board.columns} == {
        "waiting": ["welcome eve"],
        "due": [],
        "in flight": [],
        "done": ["welcome ann", "welcome ben", "welcome dora"],
        "given up": ["welcome cleo"],
    }
    assert live.cancel(bench, job="welcome cleo").tone == "good"


def test_a_worker_without_work_is_told_how_long_it_may_sleep(bench: Bench) -> None:
    bench.clock = StandingClock()
    assert live.run(bench, worker="ann", number=1).says == "There is nothing to do, now or later."
    live.schedule(bench, job="later", seconds=60, replace=False)
    assert live.run(bench, worker="ann", number=1).says == "Nothing is due. ann may sleep for 60 s."
    assert live.die_at_work(bench, worker="ann").says == "No job was left to die with."
    bench.fast_forward(61)
    assert "later: due at" in live.deadlines(bench).text


def test_a_known_id_is_replaced_only_when_told(bench: Bench) -> None:
    assert (
        live.schedule(bench, job="a", seconds=0, replace=False).says
        == "a will run as soon as a worker looks."
    )
    assert live.schedule(bench, job="a", seconds=9, replace=False).says.startswith("a is known")
    assert live.schedule(bench, job="a", seconds=9, replace=True).says == "a will run in 9 seconds."
    assert live.cancel(bench, job="b").says == "There is no job b."


def test_what_is_told_of_a_known_job_is_where_it_is(bench: Bench) -> None:
    def known() -> str:
        return live.schedule(bench, job="a", seconds=0, replace=False).says

    live.schedule(bench, job="a", seconds=9, replace=False)
    assert known() == "a is known: it is waiting. Nothing changed."
    assert live.cancel(bench, job="a").says == "a is cancelled: it was waiting."
    live.schedule(bench, job="a", seconds=0, replace=False)
    live.die_at_work(bench, worker="ben")
    assert known() == "a is known: it is in flight. Nothing changed."
    assert live.schedule(bench, job="a", seconds=0, replace=True).says == (
        "a will run as soon as a worker looks. The worker who has it can not complete it any more."
    )
    live.die_at_work(bench, worker="ben")
    assert live.cancel(bench, job="a").says.endswith(
        "it was in flight. " + live.too_late("in flight").strip()
    )
    live.schedule(bench, job="a", seconds=0, replace=False)
    live.run(bench, worker="ann", number=1)
    assert known() == "a is known: it is done. Nothing changed."
    assert live.cancel(bench, job="a").says == "a is done: too late to cancel it."
    assert live.schedule(bench, job="a", seconds=5, replace=True).says == (
        "a will run in 5 seconds. It was done before, and runs once more."
    )


@pytest.mark.parametrize("dies", [False, True])
def test_a_worker_that_only_gives_up_is_not_told_that_there_was_nothing(bench: Bench, dies: bool) -> None:
    live.schedule(bench, job="a", seconds=0, replace=False)
    for _ in range(live.ATTEMPTS):
        live.die_at_work(bench, worker="ben")
        bench.fast_forward(live.LEASE + 1)
    shown = live.die_at_work(bench, worker="ben") if dies else live.run(bench, worker="ann", number=1)
    assert shown.says.endswith("1 job was claimed 3 times and never completed: given up.")
    assert live.schedule(bench, job="a", seconds=0, replace=False).says.startswith(
        "a is known: it is given up"
    )


def test_more_jobs_than_lanes_are_counted_below_the_picture(bench: Bench) -> None:
    for number in range(live.MOST_DRAWN + 2):
        live.schedule(bench, job=f"job {number:02}", seconds=60, replace=False)
    drawn = live.deadlines(bench)
    assert isinstance(drawn, Timeline)
    assert (len(drawn.lanes), drawn.note) == (live.MOST_DRAWN, "2 more jobs are not drawn.")


def test_the_numbers_are_what_redis_says(bench: Bench) -> None:
    assert numbers.popped(bench).endswith("ZPOPMIN hands it out now: 'in an hour'.")
    assert numbers.removed_once(bench).endswith("the replies are 1, 0, 0, 0.")
    assert numbers.added_twice(bench).endswith("leaves it at 100, ZADD with 300 moves it to 300.")
    assert numbers.round_trips(bench) == (
        "Naive: 1 to schedule, 12 to run ten jobs. Hardened: 1 to schedule, 20 to run ten jobs."
    )


@pytest.mark.parametrize(
    ("experiment", "trial"),
    [(one, trial) for one in faults.FAULTS for trial in one.trials],
    ids=lambda one: one.slug if isinstance(one, Experiment) else one.label,
)
def test_each_fault_comes_out_as_it_says(experiment: Experiment, trial: Trial) -> None:
    with Workshop() as workshop:
        shown = trial.run(workshop, **{one.name: one.default for one in experiment.inputs})
    assert shown.tone == trial.expect, shown.says


def test_without_an_accident_the_naive_scheduler_loses_nothing_either() -> None:
    with Workshop() as workshop:
        shown = faults.after_the_claim(workshop, NaiveScheduler, "reply", jobs=3, accidents=0)
    assert shown.tone == "good"
    with Workshop() as workshop:
        shown = faults.comes_back(workshop, NaiveScheduler, None, jobs=3, slow=0)
    assert shown.tone == "good"


def test_damage_is_as_many_jobs_as_had_the_accident() -> None:
    with Workshop() as workshop:
        shown = faults.after_the_claim(workshop, NaiveScheduler, "reply", jobs=12, accidents=5)
    assert count(shown, "Never sent") == 5
    with Workshop() as workshop:
        shown = faults.failover(workshop, False, True, jobs=4, unseen=4)
    assert count(shown, "Never sent") == 4

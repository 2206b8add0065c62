"""What scheduled jobs cost for the interviewer's numbers, where their keys lie, what each Redis offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from redis import Redis

from lessons.measure import sample_of
from lessons.model import Cost, Dial, Estimate, Keys, Production, Sample, Scale, Way
from lessons.staging import clear, load_scripts
from patterns.job_scheduler import Job, Scheduler

if TYPE_CHECKING:
    from lab.bench import Bench

MANY, PARTS = 2_000, 8
KEYS = "jobs:{measured}*"
LAST_MOMENT = 253_402_300_799


def fresh(bench: Bench) -> tuple[Scheduler, Scheduler]:
    """The queue as a worker sees it, and the same unseen."""
    clear(bench, KEYS)
    load_scripts(bench, "job_scheduler")
    worker, unseen = (
        Scheduler(redis, "measured", namespace=bench.namespace)
        for redis in (bench.client("worker"), bench.quiet())
    )
    return worker, unseen


def ignore(job: Job) -> None:
    """A handler that does nothing."""


def waiting(bench: Bench, /) -> Sample:
    """Jobs with ids and payloads of 16 characters; an operation is to schedule one."""
    worker, unseen = fresh(bench)

    def fill() -> list[str]:
        for number in range(MANY):
            unseen.schedule(f"job-{number:012}", f"mail-{number:011}", LAST_MOMENT)
        return [f"{unseen.key}:due", f"{unseen.key}:payloads"]

    return sample_of(bench, fill, MANY, lambda: worker.schedule("one more", "", LAST_MOMENT), KEYS)


def done(bench: Bench, /) -> Sample:
    """Jobs that were completed and are remembered; an operation is to claim one and complete it."""
    worker, unseen = fresh(bench)

    def fill() -> list[str]:
        for number in range(MANY):
            unseen.schedule(f"job-{number:012}", f"mail-{number:011}", 0)
        while unseen.run_due("nobody", ignore, 1_000):
            pass
        unseen.schedule("one more", "", 0)
        return [f"{unseen.key}:done"]

    return sample_of(bench, fill, MANY, lambda: worker.run_due("worker", ignore, 1), KEYS)


def of_one_queue(redis: Redis) -> Sequence[str]:
    key = Scheduler(redis, "mail").key
    return [f"{key}:{part}" for part in ("due", "running", "payloads", "claims", "failed", "done")]


def of_the_parts(redis: Redis) -> Sequence[str]:
    return [f"{Scheduler(redis, f'mail-{part}').key}:due" for part in range(PARTS)]


COST = Cost(
    "The sum for ten million reminders",
    (
        Estimate(
            "job that waits", "jobs", waiting, 10_000_000, "one slot", "scheduling", 500,
            why="Ids and payloads of 16 characters were measured. A payload costs its length more.",
        ),
        Estimate(
            "job that is remembered", "jobs", done, 7_200_000, "one slot", "job", 2_000,
            why="2,000 jobs a second, each remembered for an hour, are 7.2 million ids. A run_due with one "
            "job claims it and completes it.",
        ),
    ),
)  # fmt: skip

SCALE = Scale(
    "The queue on a cluster",
    (
        Keys(
            "One queue and its six keys", "meet", of_one_queue,
            "A claim moves a job from one key to another, and a script does so in one slot only.",
        ),
        Keys(
            "One queue in eight parts", "spread", of_the_parts,
            "Each job belongs to one part, by a hash of its id. Workers go round the parts.",
        ),
    ),
)  # fmt: skip

CLAIM = (
    "local id = redis.call('ZRANGE', KEYS[1], '-inf', ARGV[1], 'BYSCORE', 'LIMIT', 0, 1)[1] "
    "if id then redis.call('ZADD', KEYS[1], ARGV[2], id) end return id"
)

PRODUCTION = Production(
    "In production",
    Dial(
        "Take the first job that is due, and no other",
        (
            Way(
                "6.2", "A script: ZRANGE by score, then a new deadline",
                "Nothing newer takes its place: ZPOPMIN, and ZMPOP since 7.0, take the first member whatever "
                "its score. Here one job is due, one is not, and the score of the claimed one becomes its "
                "deadline.",
                "scripting, cmd:zrange, cmd:zpopmin, cmd:zmpop",
                call=("EVAL", CLAIM, "1", "{key}", "1000", "1060"),
                seed=(("ZADD", "{key}", "990", "due", "2000", "later"),),
            ),
        ),
    ),
)  # fmt: skip

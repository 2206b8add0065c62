"""The numbers of a job scheduler, measured on the learner's own server wherever it can measure them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from lessons.measure import NotHere, round_trips_of, sizes_of
from lessons.model import Compare, Fact, Numbers, Pair
from lessons.staging import clear, load_scripts
from patterns.job_scheduler import Job, NaiveScheduler, Scheduler

if TYPE_CHECKING:
    from lab.bench import Bench

MANY = 2_000
PARTS = ("due", "running", "payloads", "claims", "done")


def fresh(bench: Bench) -> str:
    """The beginning of the scheduler's keys in this bench, unused; the server knows the scripts."""
    load_scripts(bench, "job_scheduler")
    clear(bench, "jobs:{measured}*")
    return f"{bench.namespace}jobs:{{measured}}"


def bytes_per_job(bench: Bench, /) -> str:
    """Jobs that wait, under ids of 16 characters, with payloads of 16."""
    key = fresh(bench)
    scheduler = Scheduler(bench.quiet(), "measured", namespace=bench.namespace)
    for number in range(MANY):
        scheduler.schedule(f"job-{number:012}", f"mail-{number:011}", 253_402_300_799)
    sizes = sizes_of(bench, f"{key}:due", f"{key}:payloads")
    clear(bench, "jobs:{measured}*")
    if isinstance(sizes, NotHere):
        return sizes
    each = sum(sizes) / MANY
    return f"{each:.0f} bytes for each of {MANY:,} waiting jobs, in the sorted set and the hash of payloads."


def ignore(job: Job) -> None:
    """A handler that does nothing."""


def round_trips(bench: Bench, /) -> str:
    """What scheduling and running ten jobs costs on the wire in each version."""
    told = []
    for version in (NaiveScheduler, Scheduler):
        fresh(bench)
        scheduler = version(bench.client("worker"), "measured", namespace=bench.namespace)
        schedule = round_trips_of(bench, partial(scheduler.schedule, "job 0", "", 0))
        for number in range(1, 10):
            scheduler.schedule(f"job {number}", "", 0)
        run = round_trips_of(bench, partial(scheduler.run_due, "ann", ignore, 10))
        title = "Naive" if version is NaiveScheduler else "Hardened"
        told.append(f"{title}: {schedule} to schedule, {run} to run ten jobs.")
    clear(bench, "jobs:{measured}*")
    return " ".join(told)


def popped(bench: Bench, /) -> str:
    """ZPOPMIN does not ask what time it is."""
    key = f"{fresh(bench)}:due"
    now = bench.clock()
    bench.quiet().zadd(key, {"in an hour": now + 3_600})
    reply: Any = bench.quiet().zpopmin(key)
    clear(bench, "jobs:{measured}*")
    return f"The only job is due in an hour. ZPOPMIN hands it out now: {reply[0][0]!r}."


def removed_once(bench: Bench, /) -> str:
    """Of all who remove a member, one is told that it was there."""
    key = f"{fresh(bench)}:due"
    bench.quiet().zadd(key, {"job": 1})
    replies = [str(bench.quiet().zrem(key, "job")) for _ in range(4)]
    clear(bench, "jobs:{measured}*")
    return f"Four workers send ZREM for one job; the replies are {', '.join(replies)}."


def added_twice(bench: Bench, /) -> str:
    """Scheduling the same id again."""
    key = f"{fresh(bench)}:due"
    quiet = bench.quiet()
    quiet.zadd(key, {"job": 100})
    quiet.zadd(key, {"job": 200}, nx=True)
    kept: Any = quiet.zscore(key, "job")
    quiet.zadd(key, {"job": 300})
    moved: Any = quiet.zscore(key, "job")
    clear(bench, "jobs:{measured}*")
    return (
        f"A job is at 100. ZADD NX with 200 leaves it at {kept:.0f}, ZADD with 300 moves it to {moved:.0f}."
    )


COMPARE = Compare(
    "Naive beside hardened",
    (
        Pair("Run what is due", NaiveScheduler.run_due, Scheduler.run_due),
        Pair("Have a job for oneself", NaiveScheduler.claim, Scheduler.claim),
        Pair("Schedule", NaiveScheduler.schedule, Scheduler.schedule),
    ),
)

NUMBERS = Numbers(
    "The numbers to say aloud",
    (
        Fact("Memory of a waiting job.", "cmd:memory-usage", bytes_per_job),
        Fact(
            "Round trips. Hardened claims each job when its turn comes, and completes it in a second step.",
            "scripting",
            round_trips,
        ),
        Fact("ZADD, ZREM and finding the first that are due are O(log N).", "cmd:zadd, cmd:zrem, cmd:zrange"),
        Fact("ZPOPMIN takes the first job, due or not.", "cmd:zpopmin", popped),
        Fact("ZREM tells one worker only that the job was there.", "cmd:zrem", removed_once),
        Fact("ZADD on a known id moves it; ZADD NX leaves it.", "cmd:zadd", added_twice),
        Fact(
            "Expired-key events are no timers: they come when Redis gets to the key, to those who listen.",
            "notifications",
        ),
        Fact(
            "From Redis 6.2 on, BLMOVE replaces BRPOPLPUSH for reliable lists.", "cmd:brpoplpush, cmd:blmove"
        ),
    ),
)

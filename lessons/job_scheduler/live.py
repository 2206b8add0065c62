"""The live scheduler: mails that wait for their time, workers that send them, and workers that die."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lessons.inputs import Integer, Text, Toggle
from lessons.model import Action, Count, Run, Shown
from lessons.pictures import Board, Card, Column, Lane, Mark, Picture, Span, Timeline, Tone
from lessons.staging import load_scripts, plural, times
from patterns.job_scheduler import Effect, Job, Scheduler

if TYPE_CHECKING:
    from lab.bench import Bench

QUEUE = "mail"
LEASE, ATTEMPTS = 30, 3
MOST_DRAWN = 10
MOST_ON_BOARD = 100
MAILS = {"ann": 0, "ben": 0, "cleo": 0, "dora": 20, "eve": 3_600}

JOB = Text("job", "Job", "welcome finn", "One id is one job.", 40)
WORKER = Text("worker", "Worker", "ann", "", 30)


class Died(Exception):
    """The worker's process ends, with a job in its hands."""


def die(job: Job) -> None:
    raise Died


def scheduler(bench: Bench, actor: str = "") -> Scheduler:
    """The learner's scheduler, as one of its workers sees it; unseen where nobody in particular looks."""
    load_scripts(bench, "job_scheduler")
    redis = bench.client(actor) if actor else bench.quiet()
    return Scheduler(
        redis, QUEUE, namespace=bench.namespace, lease=LEASE, most_attempts=ATTEMPTS, now=bench.clock
    )


def sent_key(bench: Bench) -> str:
    return f"{bench.namespace}sent:{{{QUEUE}}}"


def send(bench: Bench, job: Job) -> Effect:
    """Note the mail as sent, in the step that completes the job."""
    return Effect("HINCRBY", sent_key(bench), (job.id, 1))


def deadlines(bench: Bench) -> Picture:
    """What waits, runs and was given up, from now on."""
    looked, now, quiet = scheduler(bench), bench.clock(), bench.quiet()
    lanes: list[Lane] = []
    running: Any = quiet.zrange(f"{looked.key}:running", 0, MOST_DRAWN, withscores=True)
    for job_id, deadline in running:
        attempt, worker, _token = str(quiet.hget(f"{looked.key}:claims", job_id)).split(" ", 2)
        left = deadline / 1_000 - now
        label = f"{worker} has it, attempt {attempt}"
        if left > 0:
            lanes.append(Lane(job_id, (Span(0, left, label, "good"),)))
        else:
            lanes.append(Lane(job_id, marks=(Mark(0, f"late, {label}", "warn"),)))
    waiting: Any = quiet.zrange(f"{looked.key}:due", 0, MOST_DRAWN, withscores=True)
    for job_id, at in waiting:
        wait = at / 1_000 - now
        if wait > 0:
            lanes.append(Lane(job_id, (Span(0, wait, "waits"),)))
        else:
            lanes.append(Lane(job_id, marks=(Mark(0, "due", "warn"),)))
    lanes += [Lane(job_id, marks=(Mark(0, "given up", "bad"),)) for job_id in looked.failed(MOST_DRAWN)]
    drawn, counts = lanes[:MOST_DRAWN], looked.counts()
    ends = [span.end or 0.0 for lane in drawn for span in lane.spans]
    hidden = counts.waiting + counts.running + counts.failed - len(drawn)
    note = f"{plural(hidden, 'more job is', 'more jobs are')} not drawn." if hidden else ""
    return Timeline("From now on", tuple(drawn), max([*ends, 1.0]), note)


def picture(bench: Bench) -> Picture:
    """Where every job is: waiting, due, in flight under a lease, done or given up."""
    looked, now, quiet = scheduler(bench), bench.clock(), bench.quiet()
    waiting: Any = quiet.zrange(f"{looked.key}:due", 0, MOST_ON_BOARD, withscores=True)
    running: Any = quiet.zrange(f"{looked.key}:running", 0, MOST_ON_BOARD, withscores=True)
    columns: dict[str, list[Card]] = {"waiting": [], "due": [], "in flight": [], "done": [], "given up": []}
    for job_id, at in waiting:
        wait = at / 1_000 - now
        columns["waiting" if wait > 0 else "due"].append(
            Card(job_id, badge=f"in {wait:,.0f} s" if wait > 0 else "")
        )
    for job_id, deadline in running:
        attempt, worker, _token = str(quiet.hget(f"{looked.key}:claims", job_id)).split(" ", 2)
        left = deadline / 1_000 - now
        says = f"lease {left:,.0f} s" if left > 0 else "late"
        lines = (f"{worker} has it, attempt {attempt}",)
        columns["in flight"].append(Card(job_id, lines, "plain" if left > 0 else "warn", says))
    sent: Any = quiet.hgetall(sent_key(bench))
    columns["done"] = [
        Card(job_id, tone="good", badge=f"sent {times}x") for job_id, times in sorted(sent.items())
    ]
    columns["given up"] = [Card(job_id, (), "bad") for job_id in looked.failed(MOST_ON_BOARD)]
    return Board("Jobs", tuple(Column(name, tuple(cards)) for name, cards in columns.items()))


def shown(bench: Bench, says: str, tone: Tone = "good") -> Shown:
    counts = scheduler(bench).counts()
    return Shown(
        says,
        tone,
        (
            Count("Waiting", counts.waiting, "jobs"),
            Count("Running", counts.running, "jobs"),
            Count("Given up", counts.failed, "jobs", "bad" if counts.failed else "plain"),
            Count("Mails sent", sum(map(int, bench.quiet().hvals(sent_key(bench)))), "mails"),
        ),
        picture(bench),
        (deadlines(bench),),
    )


def fill(bench: Bench, /) -> Shown:
    """Five mails: three are due, one in twenty seconds, one in an hour. A second press finds them known."""
    app = scheduler(bench, "app")
    new = sum(
        app.schedule(f"welcome {person}", f"mail for {person}", bench.clock() + seconds)
        for person, seconds in MAILS.items()
    )
    return shown(bench, f"{plural(new, 'job')} scheduled, {len(MAILS) - new} known before.")


def schedule(bench: Bench, /, *, job: str, seconds: int, replace: bool) -> Shown:
    """Run a job some seconds from now."""
    app, before = scheduler(bench, "app"), state(bench, job)
    if app.schedule(job, f"mail for {job}", bench.clock() + seconds, replace=replace):
        when = f"in {plural(seconds, 'second')}" if seconds else "as soon as a worker looks"
        again = " It was done before, and runs once more." if before == "done" else ""
        return shown(bench, f"{job} will run {when}.{again or too_late(before)}")
    return shown(bench, f"{job} is known: it is {before}. Nothing changed.", "warn")


def state(bench: Bench, job: str) -> str:
    """Where a job is: "waiting", "in flight", "given up", "done", or "" for one that is not known."""
    key, quiet = scheduler(bench).key, bench.quiet()
    places = {"due": "waiting", "running": "in flight", "failed": "given up", "done": "done"}
    return next((says for part, says in places.items() if quiet.zscore(f"{key}:{part}", job) is not None), "")


def too_late(before: str) -> str:
    """What follows for the worker of a job that was in flight until now."""
    return " The worker who has it can not complete it any more." if before == "in flight" else ""


def given_up(bench: Bench, before: int) -> str:
    """What a worker that asked for work has given up on the way."""
    gone = scheduler(bench).counts().failed - before
    jobs = plural(gone, "job was", "jobs were")
    return f"{jobs} claimed {times(ATTEMPTS)} and never completed: given up." if gone else ""


def run(bench: Bench, /, *, worker: str, number: int) -> Shown:
    """A worker runs what is due, one job after the other."""
    before = scheduler(bench).counts().failed
    ended = scheduler(bench, worker).run_due(worker, lambda job: send(bench, job), number)
    gone = given_up(bench, before)
    if ended:
        return shown(bench, f"{worker} ran {plural(ended, 'job')}: claimed, sent, completed. {gone}".strip())
    if gone:
        return shown(bench, f"Nothing was left to run. {gone}", "warn")
    until = scheduler(bench, worker).next_due()
    if until is None:
        return shown(bench, "There is nothing to do, now or later.", "warn")
    wait = until - bench.clock()
    return shown(bench, f"Nothing is due. {worker} may sleep for {max(0.0, wait):,.0f} s.", "warn")


def die_at_work(bench: Bench, /, *, worker: str) -> Shown:
    """A worker claims a job and dies."""
    before = scheduler(bench).counts().failed
    try:
        scheduler(bench, worker).run_due(worker, die, 1)
    except Died:
        says = f"{worker} died. The job is nobody else's for {LEASE} s: move time on."
        return shown(bench, f"{says} {given_up(bench, before)}".strip(), "warn")
    return shown(bench, f"No job was left to die with. {given_up(bench, before)}".strip(), "warn")


def cancel(bench: Bench, /, *, job: str) -> Shown:
    """Forget a job, waiting, running or given up."""
    before = state(bench, job)
    if scheduler(bench, "app").cancel(job):
        return shown(bench, f"{job} is cancelled: it was {before}.{too_late(before)}")
    says = f"{job} is done: too late to cancel it." if before == "done" else f"There is no job {job}."
    return shown(bench, says, "warn")


LIVE = Run(
    "Schedule, run, die, come back",
    (
        Action("Schedule five mails", fill, (), (Scheduler.schedule,)),
        Action(
            "Schedule a job by its id",
            schedule,
            (
                JOB,
                Integer("seconds", "In", 0, 0, 86_400, "s"),
                Toggle("replace", "Replace the job of this id", False),
            ),
            (Scheduler.schedule,),
        ),
        Action(
            "Run what is due",
            run,
            (WORKER, Integer("number", "At most", 1, 1, 100, "jobs")),
            (Scheduler.run_due,),
        ),
        Action(
            "Claim one and die", die_at_work, (Text("worker", "Worker", "ben", "", 30),), (Scheduler.claim,)
        ),
        Action("Cancel a job", cancel, (Text("job", "Job", "welcome eve", "", 40),), (Scheduler.cancel,)),
    ),
    picture,
    fast_forward=(10, 31, 3_600),
)

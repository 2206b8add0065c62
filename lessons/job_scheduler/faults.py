"""Faults against the scheduler: a worker dies after the claim, a slow one comes back, a primary dies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Literal

from redis import Redis

from lessons.breaking import Lossy, Pair
from lessons.inputs import Integer
from lessons.model import Count, Experiment, Fault, Shown, Trial
from lessons.pictures import Board, Card, Column, Tone
from lessons.staging import plural
from patterns.job_scheduler import Effect, Job, NaiveScheduler, Scheduler

if TYPE_CHECKING:
    from lab.workshop import Workshop

Kind = type[NaiveScheduler] | type[Scheduler]
Fate = Literal["dies", "reply"]

NINE, LEASE = 1_700_000_000.0, 60
SENT = "sent:{mail}"

JOBS = Integer("jobs", "Jobs that are due", 6, 1, 30)
ACCIDENTS = Integer("accidents", "Accidents right after the claim", 2, 0, 30)
SLOW = Integer("slow", "Jobs that outlast their lease", 2, 0, 30)
UNSEEN = Integer("unseen", "Jobs that the replica never hears of", 2, 0, 30)


class Clock:
    """The time of an experiment, which moves when it is told to: a lease of a minute takes no minute."""

    def __init__(self) -> None:
        self.now = NINE

    def __call__(self) -> float:
        return self.now

    def pass_the_lease(self) -> None:
        self.now += 2 * LEASE


class MailService:
    """Somebody else's service, outside of Redis. It may know the id of what it was sent, or not."""

    def __init__(self, knows_ids: bool) -> None:
        self.knows_ids = knows_ids
        self.sent: Counter[str] = Counter()

    def deliver(self, job_id: str) -> None:
        if not (self.knows_ids and self.sent[job_id]):
            self.sent[job_id] += 1


def queue(redis: Redis, kind: Kind, clock: Clock) -> NaiveScheduler | Scheduler:
    if kind is Scheduler:
        return Scheduler(redis, "mail", lease=LEASE, now=clock)
    return kind(redis, "mail", now=clock)


def ids(jobs: int) -> list[str]:
    return [f"mail {number:02}" for number in range(1, jobs + 1)]


def send(job: Job) -> Effect:
    """The mail, as an effect in Redis."""
    return Effect("HINCRBY", SENT, (job.id, 1))


def sent_by(redis: Redis) -> dict[str, int]:
    """How often each mail was sent, as Redis has it."""
    return {str(job_id): int(times) for job_id, times in redis.hgetall(SENT).items()}


def finish(redis: Redis, ours: NaiveScheduler | Scheduler, job: Job) -> None:
    """A worker that lives does what it claimed."""
    if isinstance(ours, Scheduler):
        ours.complete(job, send(job))
    else:
        redis.hincrby(SENT, job.id, 1)


def after_the_claim(workshop: Workshop, kind: Kind, fate: Fate, *, jobs: int, accidents: int) -> Shown:
    """Some workers claim a job and are gone, or never hear that they have it. Later others look."""
    workshop.progress(0.1, "A server, and a proxy that loses replies")
    lossy, clock = Lossy(workshop, "job_scheduler"), Clock()
    redis = lossy.client()
    ours = queue(redis, kind, clock)
    for job_id in ids(jobs):
        ours.schedule(job_id, "", NINE - 1)
    accidents = min(accidents, jobs)
    for number in range(1, accidents + 1):
        workshop.progress(0.2 + 0.5 * number / accidents, f"Accident {number} of {accidents}")
        if fate == "reply":
            lossy.proxy.drop_reply("EVALSHA" if kind is Scheduler else "EXEC")
        job = ours.claim(f"worker {number}")
        if job is not None and fate == "reply":
            finish(redis, ours, job)
    for _ in range(2):
        workshop.progress(0.8, "Another worker does what it finds, now and when the leases are over")
        while (job := ours.claim("last worker")) is not None:
            finish(redis, ours, job)
        clock.pass_the_lease()
    what = (
        f"{plural(accidents, 'worker') if accidents else 'Nobody'} died with a claimed job"
        if fate == "dies"
        else f"{plural(accidents, 'reply to a claim was', 'replies to claims were')} lost, and nobody died"
    )
    return told(what, jobs, sent_by(lossy.direct))


def comes_back(
    workshop: Workshop, kind: Kind, make: Callable[[], MailService] | None, *, jobs: int, slow: int
) -> Shown:
    """Ann is slower than her lease. Ben runs the job meanwhile; then she comes back and goes on."""
    workshop.progress(0.1, "A server with jobs that are due")
    lossy, clock, service = Lossy(workshop, "job_scheduler"), Clock(), make() if make else None
    ann, ben = (queue(lossy.client(), kind, clock) for _ in range(2))
    for job_id in ids(jobs):
        ann.schedule(job_id, "", NINE - 1)
    refused, left = 0, min(slow, jobs)

    def work(job: Job) -> Effect | None:
        if service is None:
            return send(job)
        service.deliver(job.id)
        return None

    def slowly(job: Job) -> Effect | None:
        nonlocal left
        if left:
            left -= 1
            clock.pass_the_lease()
            ben.run_due("ben", work, 1)
        return work(job)

    for number in range(jobs):
        workshop.progress(0.2 + 0.7 * number / jobs, f"Job {number + 1} of {jobs}")
        refused += not ann.run_due("ann", slowly, 1)
    late = min(slow, jobs)
    return told(
        f"Ann was slow at {plural(late, 'job')} and Ben ran {'it' if late == 1 else 'them'} meanwhile; "
        f"{refused} of her completions {'was' if refused == 1 else 'were'} refused"
        if late
        else "Ann was never slow",
        jobs,
        dict(service.sent) if service else sent_by(lossy.direct),
    )


def failover(workshop: Workshop, sweep: bool, service_knows: bool, *, jobs: int, unseen: int) -> Shown:
    """The primary dies before its replica has heard of the last jobs, and of one that was completed."""
    unseen = min(unseen, jobs)
    workshop.progress(0.1, "A primary and its replica")
    pair, clock, service = Pair(workshop, "job_scheduler"), Clock(), MailService(service_knows)
    database = ids(jobs)
    before = Scheduler(pair.primary, "mail", now=clock)
    for job_id in database[: jobs - unseen]:
        before.schedule(job_id, "", NINE - 1)
    pair.caught_up()
    workshop.progress(0.5, "The replica hears no more. One job is completed, others are scheduled")
    pair.stall()
    before.run_due("ann", lambda job: service.deliver(job.id), 1)
    for job_id in database[jobs - unseen :]:
        before.schedule(job_id, "", NINE - 1)
    workshop.progress(0.7, "The primary dies, the replica takes over")
    after = Scheduler(pair.fail_over(), "mail", now=clock)
    again = sum(after.schedule(job_id, "", NINE - 1) for job_id in database) if sweep else 0
    after.run_due("ben", lambda job: service.deliver(job.id), 1_000)
    return told(
        "The primary died, and its last moments with it"
        + (f"; the sweep of the database scheduled {plural(again, 'job')} again" if sweep else ""),
        jobs,
        dict(service.sent),
    )


def told(what: str, jobs: int, sent: dict[str, int]) -> Shown:
    """How often each mail was sent, by job."""
    where: dict[str, list[Card]] = {"never sent": [], "sent once": [], "sent more than once": []}
    tones: dict[str, Tone] = {"never sent": "bad", "sent once": "good", "sent more than once": "bad"}
    for job_id in ids(jobs):
        times = sent.get(job_id, 0)
        column = ("never sent", "sent once", "sent more than once")[min(times, 2)]
        where[column].append(Card(job_id, tone=tones[column], badge=f"{times}x"))
    lost, twice = len(where["never sent"]), len(where["sent more than once"])
    tone: Tone = "bad" if lost or twice else "good"
    names = [name for name, many in (("lost job", lost), ("double execution", twice)) if many]
    return Shown(
        f"{what}. Of {plural(jobs, 'mail')}, {lost} never went out and {twice} went out more than once"
        f"{': ' + ', '.join(names) if names else ''}.",
        tone,
        (
            Count("Never sent", lost, "mails", "bad" if lost else "good"),
            Count("Sent more than once", twice, "mails", "bad" if twice else "good"),
        ),
        Board("What became of each job", tuple(Column(name, tuple(cards)) for name, cards in where.items())),
    )


def claimed(kind: Kind, fate: Fate, workshop: Workshop, /, *, jobs: int, accidents: int) -> Shown:
    return after_the_claim(workshop, kind, fate, jobs=jobs, accidents=accidents)


def slowed(
    kind: Kind, make: Callable[[], MailService] | None, workshop: Workshop, /, *, jobs: int, slow: int
) -> Shown:
    return comes_back(workshop, kind, make, jobs=jobs, slow=slow)


def failed(sweep: bool, knows: bool, workshop: Workshop, /, *, jobs: int, unseen: int) -> Shown:
    return failover(workshop, sweep, knows, jobs=jobs, unseen=unseen)


FAULTS = (
    Experiment(
        "A worker dies after the claim",
        watch="Watch for jobs that nobody has. A claim whose reply is lost is a claim without a worker, too.",
        trials=(
            Trial(
                "Naive: the worker dies", partial(claimed, NaiveScheduler, "dies"), "bad",
                (NaiveScheduler.claim,),
            ),
            Trial(
                "Naive: only the reply is lost", partial(claimed, NaiveScheduler, "reply"), "bad",
                (NaiveScheduler.claim,),
            ),
            Trial(
                "Hardened: the worker dies", partial(claimed, Scheduler, "dies"), "good", (Scheduler.claim,)
            ),
            Trial(
                "Hardened: only the reply is lost", partial(claimed, Scheduler, "reply"), "good",
                (Scheduler.claim,),
            ),
        ),
        inputs=(JOBS, ACCIDENTS),
        seconds=1.0,
    ),
    Experiment(
        "A slow worker comes back",
        watch="Watch for what a refused completion stops, and what has left the house by then.",
        trials=(
            Trial("Naive", partial(slowed, NaiveScheduler, None), "bad", (NaiveScheduler.run_due,)),
            Trial(
                "Hardened, the effect is handed back", partial(slowed, Scheduler, None), "good",
                (Scheduler.complete,),
            ),
            Trial(
                "Hardened, a mail service that knows no ids",
                partial(slowed, Scheduler, partial(MailService, False)), "bad",
                (Scheduler.run_due, MailService.deliver),
            ),
            Trial(
                "Hardened, a mail service that knows the job's id",
                partial(slowed, Scheduler, partial(MailService, True)), "good",
                (Scheduler.run_due, MailService.deliver),
            ),
        ),
        inputs=(JOBS, SLOW),
        seconds=1.0,
    ),
    Experiment(
        "The primary dies",
        watch="Watch for two losses: a completion that is forgotten, and a job that was promised.",
        trials=(
            Trial(
                "Hardened, Redis alone", partial(failed, False, True), "bad",
                (Scheduler.schedule, Scheduler.run_due),
            ),
            Trial(
                "Hardened, and a sweep of the database", partial(failed, True, True), "good",
                (Scheduler.schedule, Scheduler.run_due),
            ),
            Trial(
                "The sweep, and a service that knows no ids", partial(failed, True, False), "bad",
                (Scheduler.run_due, MailService.deliver),
            ),
        ),
        inputs=(JOBS, UNSEEN),
        seconds=1.0,
    ),
)  # fmt: skip

FAULT = Fault("A worker dies, a worker comes back", FAULTS)

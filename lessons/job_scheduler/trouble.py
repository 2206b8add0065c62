"""Jobs run twice and jobs that are lost, in a crowd and one step at a time; the hardened one as well."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lab.hold import Gate, after_reply
from lessons.inputs import Input, Integer
from lessons.job_scheduler.live import Died, die
from lessons.lost import reply_lost
from lessons.model import Action, Burst, Count, Run, Shown
from lessons.pictures import Tone
from lessons.staging import clear, lanes_of, load_scripts, plural, timeline_of, times, values
from patterns.job_scheduler import Effect, Handler, Job, NaiveScheduler, Scheduler

if TYPE_CHECKING:
    from redis import Redis

    from lab.bench import Bench
    from lab.trace import Command

Version = type[NaiveScheduler] | type[Scheduler]
LEASE = 30

CROWD: tuple[Input, ...] = (
    Integer("workers", "Workers", 8, 2, 20, help="Each is a real thread with a connection of its own."),
    Integer("jobs", "Jobs that are due", 40, 1, 40),
)


def on(bench: Bench, version: Version, redis: Redis, stage: str) -> NaiveScheduler | Scheduler:
    if version is Scheduler:
        return Scheduler(redis, stage, namespace=bench.namespace, lease=LEASE, now=bench.clock)
    return version(redis, stage, namespace=bench.namespace, now=bench.clock)


def fresh(bench: Bench, version: Version, name: str) -> str:
    """The name of an empty queue of this version; the server knows the scripts."""
    stage = f"{name}-{'naive' if version is NaiveScheduler else 'hardened'}"
    clear(bench, f"jobs:{{{stage}}}*", f"sent:{{{stage}}}")
    load_scripts(bench, "job_scheduler")
    return stage


def schedule(bench: Bench, version: Version, stage: str, number: int) -> None:
    app = on(bench, version, bench.quiet(), stage)
    for job in range(1, number + 1):
        app.schedule(f"mail {job}", "", bench.clock() - 1)


def sender(bench: Bench, stage: str) -> Handler:
    """A handler that sends its mail: it counts it under the job's id."""
    return lambda job: Effect("HINCRBY", f"{bench.namespace}sent:{{{stage}}}", (job.id, 1))


def sent(bench: Bench, stage: str) -> list[int]:
    """How often each mail was sent."""
    return [int(times) for times in bench.quiet().hvals(f"{bench.namespace}sent:{{{stage}}}")]


def burst(version: Version, bench: Bench, *, workers: int, jobs: int) -> Shown:
    """All workers look at the same moment. Every mail should be sent once."""
    stage = fresh(bench, version, "nine-o-clock")
    schedule(bench, version, stage, jobs)
    gate, begin = Gate(workers), bench.log.mark()

    def job(name: str) -> Callable[[Redis], int]:
        def work(redis: Redis) -> int:
            with gate.holds(redis, nth=2):
                return on(bench, version, redis, stage).run_due(name, sender(bench, stage), jobs)

        return work

    names = [f"worker {number + 1:02}" for number in range(workers)]
    values(bench.together({name: job(name) for name in names}))
    each = sent(bench, stage)
    twice, missing = sum(many > 1 for many in each), jobs - len(each)
    return Shown(
        f"{plural(jobs, 'job')} due, {plural(workers, 'worker')} looked at once: "
        f"{plural(sum(each), 'mail')} sent. "
        + (
            f"{plural(twice, 'job')} ran more than once, one of them {times(max(each))}: double execution."
            if twice
            else "Each job ran once."
        ),
        "bad" if twice or missing else "good",
        (
            Count("Jobs", jobs),
            Count("Mails sent", sum(each), "mails", "bad" if sum(each) != jobs else "good"),
            Count("Sent more than once", twice, "mails", "bad" if twice else "good"),
            Count("Never sent", missing, "mails", "bad" if missing else "good"),
        ),
        timeline_of(
            "What each worker found",
            lanes_of(bench.log.since(begin).commands, in_words),
            "Each worker waits with its second reply in hand until all have theirs.",
        ),
    )


def in_words(command: Command) -> tuple[str, Tone] | None:
    """A command of either version in two words."""
    if command.error:
        return f"{command.name}: {command.error}", "bad"
    match command.name:
        case "ZRANGEBYSCORE":
            return "finds jobs", "warn"
        case "HINCRBY":
            return (
                "sends" if command.reply == "1" else "sends again",
                "good" if command.reply == "1" else "bad",
            )
        case "EVALSHA" if "mail" in command.reply:
            return "claims one", "good"
    return None


def naive_burst(bench: Bench, /, *, workers: int, jobs: int) -> Shown:
    return burst(NaiveScheduler, bench, workers=workers, jobs=jobs)


def hardened_burst(bench: Bench, /, *, workers: int, jobs: int) -> Shown:
    return burst(Scheduler, bench, workers=workers, jobs=jobs)


BURST = Burst(
    "Nine o'clock, and all workers look",
    naive=Action("Naive: all workers look", naive_burst, CROWD, (NaiveScheduler.run_due,)),
    hardened=Action(
        "Hardened: all workers look", hardened_burst, CROWD, (Scheduler.run_due, Scheduler.claim)
    ),
)


class Steps:
    """Four small stories for one version. Each begins with an empty queue and one job that is due."""

    def __init__(self, version: Version) -> None:
        self.version = version

    def one_job(self, bench: Bench, name: str) -> str:
        stage = fresh(bench, self.version, name)
        schedule(bench, self.version, stage, 1)
        return stage

    def worker(self, bench: Bench, stage: str, name: str) -> NaiveScheduler | Scheduler:
        return on(bench, self.version, bench.client(name), stage)

    def told(self, bench: Bench, stage: str, what: str) -> Shown:
        mails = sum(sent(bench, stage))
        fault = {0: "lost job", 1: ""}.get(mails, "double execution")
        often = f"sent {times(mails)}" if mails else "never sent"
        return Shown(
            f"{what} The mail was {often}" + (f": {fault}." if fault else "."),
            "bad" if fault else "good",
            (Count("Mails sent", mails, "for one job", "bad" if fault else "good"),),
        )

    def look(self, bench: Bench, /) -> Shown:
        """Ben looks after Ann has found the job, and before she is done with it."""
        stage = self.one_job(bench, "look")
        ann, ben = (self.worker(bench, stage, name) for name in ("ann", "ben"))
        found = 2 if self.version is NaiveScheduler else 1  # the range and its payloads, or the claim
        with after_reply(bench.client("ann"), lambda: ben.run_due("ben", sender(bench, stage)), found):
            ann.run_due("ann", sender(bench, stage))
        return self.told(bench, stage, "Ann and Ben looked at the same moment.")

    def dead(self, bench: Bench, /, *, minutes: int) -> Shown:
        """Ann takes the job for herself and dies. Much later Ben looks."""
        stage = self.one_job(bench, "dead")
        ann = self.worker(bench, stage, "ann")
        try:
            if (job := ann.claim("ann")) is not None:
                die(job)
        except Died:
            bench.fast_forward(60 * minutes)
        self.worker(bench, stage, "ben").run_due("ben", sender(bench, stage))
        return self.told(
            bench, stage, f"Ann claimed the job and died, Ben looked {plural(minutes, 'minute')} later."
        )

    def slow(self, bench: Bench, /, *, minutes: int) -> Shown:
        """Ann is slow and not dead. Ben looks meanwhile; then she is done after all."""
        stage = self.one_job(bench, "slow")
        ben = self.worker(bench, stage, "ben")

        def late(job: Job) -> object:
            bench.fast_forward(60 * minutes)
            ben.run_due("ben", sender(bench, stage))
            return sender(bench, stage)(job)

        self.worker(bench, stage, "ann").run_due("ann", late, 1)
        return self.told(
            bench, stage, f"Ann took {plural(minutes, 'minute')} for the job, and Ben looked meanwhile."
        )

    def again(self, bench: Bench, /) -> Shown:
        """The reply to the app is lost. By the time it asks again, the job has run."""
        stage = fresh(bench, self.version, "again")
        app, ann = (self.worker(bench, stage, name) for name in ("app", "ann"))
        for _ in range(2):
            app.schedule("mail 1", "", bench.clock() - 1)
            ann.run_due("ann", sender(bench, stage))
        return self.told(
            bench, stage, "The app scheduled one job twice, as it had heard nothing of the first time."
        )

    def retried(self, bench: Bench, /) -> Shown:
        """A worker's own client sends its first command again."""
        stage = self.one_job(bench, "retried")
        ann = self.worker(bench, stage, "ann")
        with reply_lost(bench.client("ann")):
            ann.run_due("ann", sender(bench, stage))
        bench.fast_forward(2 * LEASE)
        ann.run_due("ann", sender(bench, stage))
        return self.told(bench, stage, "The first reply to Ann was lost, and her client asked again.")

    def step(self, heading: str) -> Run:
        run = (self.version.run_due,)
        minutes = Integer("minutes", "Minutes", 10, 1, 120)
        return Run(
            heading,
            (
                Action("Two workers look at once", self.look, (), run),
                Action("A worker claims and dies", self.dead, (minutes,), (self.version.claim,)),
                Action("A worker is slow, not dead", self.slow, (minutes,), run),
                Action("The app schedules twice", self.again, (), (self.version.schedule,)),
                Action("A worker's reply is lost", self.retried, (), run),
            ),
        )


BY_HAND = Steps(NaiveScheduler).step("Break it, one step at a time")
BY_HAND_HARDENED = Steps(Scheduler).step("The same stories, hardened")

"""A scheduler that loses no job to a dead worker and lets only the holder of a claim complete one."""

from __future__ import annotations

import secrets
from typing import Any

from patterns.catalogue import lua
from patterns.job_scheduler.job import Counts, Handler, Job, moment, payload_of
from patterns.wire import Client, Clock, Effect, milliseconds, name, number, tag, text, whole

__all__ = ["Scheduler"]


class Scheduler:
    """Jobs that run when their time has come, each by one worker at a time.

    A worker has a job for `lease` seconds; after that the next one who asks gets it. After `most_attempts`
    it is given up. The id of a job that is done is remembered for `remember` seconds, longer than anybody
    goes on retrying to schedule it.
    """

    def __init__(
        self,
        redis: Client,
        queue: str,
        *,
        namespace: str = "",
        lease: float = 60,
        most_attempts: int = 5,
        remember: float = 3_600,
        now: Clock | None = None,
    ) -> None:
        self.redis = redis
        self.lease = round(1_000 * number("lease", lease, 0.001, 7 * 86_400))
        self.most_attempts = whole("most_attempts", most_attempts, 1, 1_000)
        self.remember = round(1_000 * number("remember", remember, 0.001, 366 * 86_400))
        self._now = now
        self.key = f"{namespace}jobs:{{{tag('queue', queue)}}}"
        self._due, self._running, self._payloads, self._claims, self._failed, self._done = (
            f"{self.key}:{part}" for part in ("due", "running", "payloads", "claims", "failed", "done")
        )
        self._schedule = redis.register_script(lua(__file__, "schedule"))
        self._claim = redis.register_script(lua(__file__, "claim"))
        self._complete = redis.register_script(lua(__file__, "complete"))
        self._renew = redis.register_script(lua(__file__, "renew"))
        self._what_is_due = redis.register_script(lua(__file__, "due"))

    def schedule(self, job_id: str, payload: str, run_at: float, *, replace: bool = False) -> bool:
        """Run a job at a Unix time. False: the id is known, waiting, running, failed or lately done.

        With `replace` the job has this time and payload from now on, whatever it was; a worker who is at it
        can not complete it any more. Sent again after a lost reply it replaces the job once more, and one
        that has run meanwhile runs again.
        """
        keys = [self._due, self._running, self._payloads, self._claims, self._failed, self._done]
        id_, at, how = name("job_id", job_id), moment("run_at", run_at), "replace" if replace else ""
        args = [self._time(), id_, payload_of(payload), at, how, self.remember]
        return bool(self._schedule(keys=keys, args=args))

    def cancel(self, job_id: str) -> bool:
        """Forget a job, also one that runs: its worker can not complete it. False: there is none.

        Sent again after a lost reply it also cancels what has been scheduled under this id meanwhile.
        """
        name("job_id", job_id)
        with self.redis.pipeline(transaction=True) as all_at_once:
            for key in (self._due, self._running, self._failed):
                all_at_once.zrem(key, job_id)
            all_at_once.hdel(self._claims, job_id)
            all_at_once.hdel(self._payloads, job_id)
            return bool(all_at_once.execute()[-1])

    def run_due(self, worker: str, handler: Handler, limit: int = 10) -> int:
        """Run up to `limit` jobs that are due, or whose workers are late; how many were completed here.

        Each is claimed when its turn comes, so its lease begins with its work. What the handler raises ends
        the call; the job comes back when its lease is over, and the others are still there.
        """
        whole("limit", limit, 1, 1_000)
        completed = 0
        for _ in range(limit):
            job = self.claim(worker)
            if job is None:
                break
            completed += self.complete(job, handler(job))
        return completed

    def claim(self, worker: str) -> Job | None:
        """The next job that is due, for `lease` seconds, or None.

        A claim counts as an attempt also when its reply is lost and no worker hears of it. None can also mean
        that a hundred jobs were given up in this call: the next one goes on.
        """
        # The token makes every claim its own, also where a failover has made Redis forget the last ones.
        holder = f"{name('worker', worker)} {secrets.token_hex(8)}"
        found = self._claim(
            keys=[self._due, self._running, self._payloads, self._claims, self._failed],
            args=[self._time(), holder, self.lease, self.most_attempts],
        )
        if found is None:
            return None
        job_id, payload, attempt, claim = found
        return Job(text(job_id), text(payload), int(attempt), text(claim))

    def complete(self, job: Job, outcome: object = None) -> bool:
        """End a job, with its effect if there is one. False: it is not ours any more, and nothing happened.

        After a lost reply the client's own retry gets False too, although the first try has completed it.
        """
        keys = [self._running, self._payloads, self._claims, self._done]
        args: list[str | int] = [self._time(), job.id, job.claim, self.remember]
        if isinstance(outcome, Effect):
            keys.append(outcome.key)
            args += outcome.words(self.key)
        return bool(self._complete(keys=keys, args=args))

    def renew(self, job: Job) -> bool:
        """Start the lease again. False: the job is not ours any more; stop, before any effect."""
        args = [self._time(), job.id, job.claim, self.lease]
        return bool(self._renew(keys=[self._running, self._claims], args=args))

    def due(self, limit: int = 100) -> list[str]:
        """The jobs whose turn it is, in the order of the claims; those out of attempts are given up then."""
        most = whole("limit", limit, 1, 1_000)
        found = self._what_is_due(keys=[self._due, self._running], args=[self._time(), most])
        return [text(job_id) for job_id in found]

    def next_due(self) -> float | None:
        """The Unix time at which there will be something to do, or None: how long a worker may sleep.

        Sleep no longer than a new job may wait: one that is scheduled meanwhile can be due before that.
        """
        with self.redis.pipeline(transaction=True) as both:
            for key in (self._due, self._running):
                both.zrange(key, 0, 0, withscores=True)
            firsts = [float(pair[1]) for found in both.execute() for pair in found]
        return min(firsts) / 1_000 if firsts else None

    def counts(self) -> Counts:
        """How many jobs wait, run, and were given up."""
        with self.redis.pipeline(transaction=True) as all_at_once:
            for key in (self._due, self._running, self._failed):
                all_at_once.zcard(key)
            return Counts(*all_at_once.execute())

    def failed(self, limit: int = 100) -> list[str]:
        """The jobs that were given up, first to last. Schedule them with `replace`, or cancel them."""
        found: Any = self.redis.zrange(self._failed, 0, whole("limit", limit, 1, 1_000) - 1)
        return [text(job_id) for job_id in found]

    def _time(self) -> int | str:
        return milliseconds(self._now)

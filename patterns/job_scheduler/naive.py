"""The scheduler most of us write first: a sorted set by time, and workers who look for what is due."""

from __future__ import annotations

import time

from redis import Redis

from patterns.job_scheduler.job import Counts, Handler, Job, moment, payload_of
from patterns.wire import Clock, carry_out, name, tag, text, whole

__all__ = ["NaiveScheduler"]


class NaiveScheduler:
    """Jobs that run when their time has come."""

    def __init__(self, redis: Redis, queue: str, *, namespace: str = "", now: Clock | None = None) -> None:
        self.redis, self._now = redis, now or time.time
        self.key = f"{namespace}jobs:{{{tag('queue', queue)}}}"

    def schedule(self, job_id: str, payload: str, run_at: float) -> bool:
        """Run a job at a Unix time; False if it was there already, and has this time and payload now."""
        with self.redis.pipeline(transaction=True) as both:
            both.zadd(f"{self.key}:due", {name("job_id", job_id): moment("run_at", run_at)})
            both.hset(f"{self.key}:payloads", job_id, payload_of(payload))
            return bool(both.execute()[0])

    def cancel(self, job_id: str) -> bool:
        """Forget a job; say whether there was one."""
        with self.redis.pipeline(transaction=True) as both:
            both.zrem(f"{self.key}:due", name("job_id", job_id))
            both.hdel(f"{self.key}:payloads", job_id)
            return bool(both.execute()[0])

    def run_due(self, worker: str, handler: Handler, limit: int = 10) -> int:
        """Run up to `limit` jobs that are due; how many."""
        for job in (jobs := self._find(limit)):
            carry_out(self.redis, handler(job))
            # Bug on purpose (double execution): until now every other worker has found this job as well.
            self.cancel(job.id)
        return len(jobs)

    def claim(self, worker: str) -> Job | None:
        """The next job that is due, for this worker alone, or None: Redis removes a job for one only."""
        # Bug on purpose (lost job): if the worker dies now, it was the last who knew of the job.
        return next((job for job in self._find(10) if self.cancel(job.id)), None)

    def due(self, limit: int = 100) -> list[str]:
        """The jobs whose time has come, the longest waiting first."""
        most, until = whole("limit", limit, 1, 1_000), round(1_000 * self._now())
        return [text(id_) for id_ in self.redis.zrangebyscore(f"{self.key}:due", 0, until, 0, most)]

    def counts(self) -> Counts:
        """How many jobs there are."""
        return Counts(waiting=int(self.redis.zcard(f"{self.key}:due")))

    def _find(self, limit: int) -> list[Job]:
        payloads = self.redis.hmget(f"{self.key}:payloads", ids) if (ids := self.due(limit)) else []
        return [Job(id_, text(body)) for id_, body in zip(ids, payloads, strict=True) if body is not None]

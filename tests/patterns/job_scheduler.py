"""What the tests of the scheduler share: its keys, and handlers of jobs."""

from __future__ import annotations

from patterns.job_scheduler import Effect, Job

KEY, SENT = "jobs:{mail}", "sent:{mail}"


def send(job: Job) -> Effect:
    """Count the mail as sent."""
    return Effect("HINCRBY", SENT, (job.id, 1))


class Handler:
    """A handler that remembers what it saw."""

    def __init__(self) -> None:
        self.seen: list[Job] = []

    def __call__(self, job: Job) -> None:
        self.seen.append(job)

    @property
    def ids(self) -> list[str]:
        return [job.id for job in self.seen]

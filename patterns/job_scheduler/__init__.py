"""A scheduler that runs a job when it is due, and again when its worker does not come back.

Guarantee  A job is never handed out before its time, nor to a second worker before the lease of the first
           is over, unless it is replaced or cancelled; it stays until it is completed, cancelled or given up
           after `most_attempts` claims, also those whose reply was lost. Only the newest claim completes it.
           Handlers run at least once; an Effect that they return happens once, in the step that completes
           the job. Whatever else they do (a mail, a payment) must bear a second time: the job's id is its
           key. An id is one job: scheduled again, it is found. To replace or cancel one concerns whatever is
           there when the command comes, also when it comes a second time.
Breaks     When a job is removed after it ran: every worker who looks meanwhile runs it too. When it is
           removed before: a worker who dies takes it along. When a handler outlasts its lease and does not
           renew: a second one starts, and the first one's work on anything but the Effect stands.
Keys       - jobs:{queue}:due and :running, sorted sets of job -> time to run, job -> end of its lease.
           - jobs:{queue}:payloads and :claims, hashes of job -> payload, job -> attempt, worker and token.
           - jobs:{queue}:failed, a sorted set of job -> when it was given up. None of the five has a TTL: a
             job must not vanish, and one that has failed waits for somebody to look at it.
           - jobs:{queue}:done, a sorted set of job -> when it was completed, gone `remember` after the last;
             a job that was completed before that is not known any more.
Cost       One round trip for every method, two for each job that run_due runs (claim, complete) and one to
           see that there is no more. The first call of a script on a server takes two more to load it.
           O(log N). About 200 bytes for a waiting job, 120 more while it runs, 120 for one lately done.
Cluster    The tag {queue} keeps a queue in one slot, so on one primary; for more, use N queues chosen by a
           hash of the job's id. When the primary dies, the last moments go: a job that was just scheduled is
           gone, and whoever is not sure schedules it again; a job that was just claimed or completed is
           handed out again, and as its effect was forgotten with it, it happens again, rightly. What must
           run whatever happens also stands in your database, and is scheduled again from there.
"""

from __future__ import annotations

from patterns.catalogue import Anomaly, Pattern
from patterns.job_scheduler.hardened import Scheduler
from patterns.job_scheduler.job import Counts, Handler, Job
from patterns.job_scheduler.naive import NaiveScheduler
from patterns.wire import Effect

__all__ = ["PATTERN", "Counts", "Effect", "Handler", "Job", "NaiveScheduler", "Scheduler"]

PATTERN = Pattern(
    title="Job scheduler",
    naive=NaiveScheduler,
    hardened=Scheduler,
    anomalies=(
        Anomaly("double execution", "Several workers find the same job before one of them removes it."),
        Anomaly("lost job", "A worker removes a job to have it for itself, dies, and nobody knows of it."),
    ),
)

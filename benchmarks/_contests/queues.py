"""Handing a job over, and a job's whole way: handed over, taken, done, finished."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from benchmarks._contest import Batch, Contest, Contestant, Peer, repeat
from benchmarks._place import NotDone, Place

SHIFT = 40  # jobs in a batch at least, for peers whose worker starts and stops with it
FAR = 3_600  # seconds


def nothing() -> None:
    """The job."""


async def nothing_async(context: Any) -> None:
    """The job, for saq."""


def xadd(place: Place) -> Batch:
    redis = place.client()
    return repeat(lambda: redis.xadd("floor", {"what": "job"}))


def xadd_to_xack(place: Place) -> Batch:
    redis = place.client()
    redis.xgroup_create("floor", "workers", id="0", mkstream=True)

    def once() -> object:
        redis.xadd("floor", {"what": "job"})
        found = redis.xreadgroup("workers", "ann", {"floor": ">"}, count=1)
        # A list in RESP2, a mapping in RESP3.
        entries = found["floor"][0] if isinstance(found, dict) else found[0][1]
        return redis.xack("floor", "workers", entries[0][0])

    return repeat(once)


def publish(place: Place) -> Batch:
    from patterns.stream_queue import Queue

    queue = Queue(place.client(), "ours", limit=10**7)
    return repeat(lambda: queue.publish({"what": "job"}))


def publish_to_finish(place: Place) -> Batch:
    from patterns.stream_queue import Queue

    queue = Queue(place.client(), "ours")

    def once() -> object:
        queue.publish({"what": "job"})
        return queue.handle("ann", lambda message: nothing(), count=1)

    return repeat(once)


def walrus(place: Place) -> Batch:
    from walrus import Database

    stream = place.client(Database).Stream("walrus")
    return repeat(lambda: stream.add({"what": "job"}))


def walrus_to_ack(place: Place) -> Batch:
    from walrus import Database

    database = place.client(Database)
    group = database.consumer_group("workers", ["walrus-group"], consumer="ann")
    group.create()
    group.set_id("0")
    stream = group.walrus_group

    def once() -> object:
        stream.add({"what": "job"})
        ((id_, _body),) = stream.read(count=1)
        return stream.ack(id_)

    return repeat(once)


def rq(place: Place) -> Batch:
    from rq import Queue

    queue = Queue("rq", connection=place.client(decode_responses=False))
    return repeat(lambda: queue.enqueue(nothing))


def rq_to_finish(place: Place) -> Batch:
    from rq import Queue, SimpleWorker

    redis = place.client(decode_responses=False)
    queue = Queue("rq", connection=redis)

    def batch(count: int) -> None:
        for _ in range(count):
            queue.enqueue(nothing)
        worker = SimpleWorker([queue], connection=redis, name=f"worker-{place.new()}")
        if not worker.work(burst=True, logging_level="ERROR") or queue.count:
            raise NotDone("rq has left jobs undone")

    return batch


def saq_queue(place: Place) -> Any:
    from redis.asyncio import Redis
    from saq.queue.redis import RedisQueue

    queue = RedisQueue(Redis.from_url(place.url, socket_timeout=5), name="saq")
    place.at_end(lambda: place.wait_for(queue.disconnect()))
    return queue


def saq(place: Place, delay: float = 0) -> Batch:
    queue = saq_queue(place)
    scheduled = int(time.time() + delay) if delay else 0
    return place.repeat(lambda: queue.enqueue("nothing", scheduled=scheduled))


def saq_to_finish(place: Place) -> Batch:
    from saq import Worker

    queue = saq_queue(place)
    made: list[Worker[Any]] = []

    async def once() -> object:
        if not made:
            made.append(Worker(queue, [("nothing", nothing_async)], concurrency=1, dequeue_timeout=1))
        await queue.enqueue("nothing")
        return await made[0].process()

    return place.repeat(once)


def streaq_worker(place: Place) -> tuple[Any, Callable[[], Any]]:
    from streaq import Worker

    options = {"stream_timeout": 5}
    worker: Any = Worker(
        redis_url=place.url, redis_kwargs=options, concurrency=1, handle_signals=False, id="ann"
    )

    @worker.task
    async def job() -> None:
        nothing()

    return worker, job.enqueue


def streaq_enqueue(place: Place) -> Callable[[], Any]:
    """How to enqueue, by a worker that stays connected until the contest is over."""
    worker, enqueue = streaq_worker(place)

    async def begin() -> asyncio.Task[None]:
        connected = asyncio.Event()

        async def stay() -> None:
            async with worker:
                connected.set()
                await over.wait()

        over = asyncio.Event()
        task = asyncio.create_task(stay())
        await connected.wait()
        place.at_end(lambda: (over.set(), place.wait_for(task)))
        return task

    place.wait_for(begin())
    return enqueue


def streaq(place: Place, delay: int = 0) -> Batch:
    enqueue = streaq_enqueue(place)
    return place.repeat(lambda: enqueue().start(delay=delay) if delay else enqueue())


def streaq_to_finish(place: Place) -> Batch:
    enqueue = streaq_enqueue(place)

    async def all_of(count: int) -> None:
        for _ in range(count):
            await enqueue()
        worker, _ = streaq_worker(place)  # one worker, one run
        worker.burst = True
        await worker.run_async()
        if worker.counters["completed"] != count:
            raise NotDone("streaq has left jobs undone")

    return lambda count: place.wait_for(all_of(count))


def zadd(place: Place) -> Batch:
    redis = place.client()
    return repeat(lambda: redis.zadd("floor", {place.new(): time.time() + FAR}))


def zadd_to_zpopmin(place: Place) -> Batch:
    redis = place.client()

    def once() -> object:
        redis.zadd("floor", {place.new(): time.time()})
        return redis.zpopmin("floor")

    return repeat(once)


def schedule(place: Place) -> Batch:
    from patterns.job_scheduler import Scheduler

    scheduler = Scheduler(place.client(), "ours")
    return repeat(lambda: scheduler.schedule(place.new(), "job", time.time() + FAR))


def schedule_to_complete(place: Place) -> Batch:
    from patterns.job_scheduler import Scheduler

    scheduler = Scheduler(place.client(), "ours")

    def once() -> object:
        scheduler.schedule(place.new(), "job", 0)
        job = scheduler.claim("ann")
        return job and scheduler.complete(job)

    return repeat(once)


def rq_later(place: Place) -> Batch:
    from datetime import timedelta

    from rq import Queue

    queue = Queue("rq", connection=place.client(decode_responses=False))
    return repeat(lambda: queue.enqueue_in(timedelta(seconds=FAR), nothing))


RQ = (
    "Keeps state, result and registries of every job. A dead worker's job is marked as failed, and runs "
    "again only with a Retry. No effect in the step that ends it."
)
SAQ = (
    "Keeps state and result of every job; one id is one unfinished job. A dead worker's job is swept up, "
    "and runs again only with retries set. No effect in the step that ends it."
)
STREAQ = (
    "Keeps state and result of every job. A dead worker's job comes back after an idle time. No effect in "
    "the step that ends it."
)
WALRUS = (
    "A bare consumer group: claiming what a dead worker held, and deleting what is done, are left to you."
)
ASYNC = "asyncio, one job at a time"


def peers(
    rq: Callable[[Place], Batch], saq: Callable[[Place], Batch], streaq: Callable[[Place], Batch]
) -> tuple[Peer, ...]:
    return (
        Peer("rq", RQ, rq, "rq", "weaker", least=SHIFT),
        Peer(f"saq ({ASYNC})", SAQ, saq, "saq", "weaker"),
        Peer(f"streaq (coredis, {ASYNC})", STREAQ, streaq, "streaq", "weaker", least=SHIFT),
    )


QUEUE = (
    "A message ends once: finished with its effect in one step, or buried with nothing lost after too many "
    "tries. What a dead worker held is reclaimed, what is done leaves the stream, and the stream has a bound."
)
SCHEDULER = (
    "Never before its time, to one worker at a time, again when its lease is over, buried after too many "
    "tries; the effect comes with the completion; one id is one job."
)

CONTESTS = (
    Contest(
        "stream_queue",
        "publish a message",
        Contestant(
            "XADD", "Sent again by the client itself after a lost reply, it is there twice. No bound.", xadd
        ),
        Contestant("Queue", QUEUE, publish),
        (
            Peer(
                "walrus Stream",
                "As the floor: it is the floor.",
                walrus,
                "walrus",
                "weaker",
                "It sends XADD alone.",
            ),
            *peers(rq, saq, streaq),
        ),
    ),
    Contest(
        "stream_queue",
        "publish a message, take and finish it",
        Contestant("XADD, XREADGROUP, XACK", WALRUS, xadd_to_xack),
        Contestant("Queue", QUEUE, publish_to_finish),
        (
            Peer(
                "walrus ConsumerGroup",
                WALRUS,
                walrus_to_ack,
                "walrus",
                "weaker",
                "It is the floor: three plain commands, the last of which leaves the message in the stream.",
            ),
            *peers(rq_to_finish, saq_to_finish, streaq_to_finish),
        ),
    ),
    Contest(
        "job_scheduler",
        "schedule a job for later",
        Contestant("ZADD", "No payload, and the last time given wins.", zadd),
        Contestant("Scheduler", SCHEDULER, schedule),
        peers(rq_later, lambda place: saq(place, FAR), lambda place: streaq(place, FAR)),
    ),
    Contest(
        "job_scheduler",
        "schedule a job that is due, claim and complete it",
        Contestant("ZADD, ZPOPMIN", "At most once: a worker that dies takes the job along.", zadd_to_zpopmin),
        Contestant("Scheduler", SCHEDULER, schedule_to_complete),
        peers(rq_to_finish, saq_to_finish, streaq_to_finish),
    ),
)

"""One learner's keyspace for one lesson: a client per actor, one command log, one clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from redis import ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.maint_notifications import MaintNotificationsConfig
from redis.retry import Retry

from lab.backend import Backend, ConnectionSpec
from lab.clock import Clock, FastForward, fast_forward
from lab.failures import Failure, failure_of
from lab.keys import asking, literally, names
from lab.snapshot import Change, Snapshot, difference, read
from lab.trace import Command, TraceLog, traced_pool

__all__ = ["Bench", "Failure", "Outcome", "failure_of"]

T = TypeVar("T")
R = TypeVar("R")

TIME_OUT = 2.0
_PATIENCE = 60.0
_AT_ONCE = 500  # keys of one DEL


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """All there is to show of one run: its value or its failure, what it sent, and what it changed."""

    value: T | None
    failure: Failure | None
    commands: tuple[Command, ...]
    dropped: int
    round_trips: int
    before: Snapshot
    after: Snapshot
    changes: tuple[Change, ...]
    seconds: float
    backend: Backend


class Bench:
    """Where a demo runs: real clients of a real keyspace, everything they send recorded."""

    def __init__(
        self, backend: Backend, connection: ConnectionSpec, namespace: str = "", clock: Clock | None = None
    ) -> None:
        self.backend = backend
        self.namespace = namespace
        self.clock = clock if clock is not None else Clock()
        self.log = TraceLog()
        self.notes: dict[str, Any] = {}
        """What a lesson remembers beside the keyspace; a reset clears it."""
        self._connection = connection
        self._lock = threading.Lock()
        self._clients: dict[str, Redis] = {}
        self._quiet: Redis | None = None

    def client(self, actor: str = "app") -> Redis:
        """The traced client of an actor: text replies, time-outs of two seconds, no retries, its own pool."""
        with self._lock:
            if actor not in self._clients:
                pool = traced_pool(self._settings(), self._connection.connection_class, self.log, actor)
                self._clients[actor] = Redis(connection_pool=pool)
            return self._clients[actor]

    def quiet(self) -> Redis:
        """A client on the same keyspace whose commands nobody sees: for seeding and for looking."""
        with self._lock:
            if self._quiet is None:
                self._quiet = Redis(
                    connection_pool=ConnectionPool(
                        connection_class=self._connection.connection_class,
                        maint_notifications_config=MaintNotificationsConfig(enabled=False),
                        **self._settings(),
                    )
                )
            return self._quiet

    def _settings(self) -> dict[str, Any]:
        return {
            "socket_timeout": TIME_OUT,
            "socket_connect_timeout": TIME_OUT,
            "driver_info": None,  # two commands fewer at each connect
            **self._connection.kwargs,
            "decode_responses": True,
            "retry": Retry(NoBackoff(), 0),
        }

    @property
    def _match(self) -> str:
        return f"{literally(self.namespace)}*"

    def snapshot(self) -> Snapshot:
        """This bench's own keys, now."""
        return read(self.quiet(), self._match, moved=self.clock.offset)

    def fast_forward(self, seconds: float) -> FastForward:
        """Move time on for the keyspace and for the clock."""
        done = fast_forward(self.quiet(), seconds, self._match)
        self.clock.advance(seconds)
        return done

    def reset(self) -> int:
        """Delete this bench's keys, set the clock right, empty the log; says how many keys there were."""
        quiet = self.quiet()
        if self.backend.shared:
            count = 0
            for asker in asking(quiet):
                for batch in asker.batches(names(asker, self._match), _AT_ONCE):
                    # Not UNLINK: it frees in another thread, and the graph module dies of that (signal 11).
                    count += asker.ask(("DEL", *batch))
        else:
            count = int(quiet.dbsize())
            quiet.flushdb()
        self.clock.reset()
        self.log.clear()
        self.notes.clear()
        return count

    def run(self, demo: Callable[..., T], /, **inputs: Any) -> Outcome[T]:
        """Run `demo(bench, **inputs)`. Whatever it raises becomes a failure: a sentence, no traceback."""
        began = time.perf_counter()
        value: T | None = None
        failure: Failure | None = None
        before = after = Snapshot((), time.time(), 0, self.clock.offset)
        mark = self.log.mark()
        try:
            before = after = self.snapshot()
            began = time.perf_counter()
            mark = self.log.mark()
            value = demo(self, **inputs)
        except (Exception, SystemExit) as error:  # noqa: BLE001  a learner sees a sentence, not a traceback
            failure = failure_of(error)
        seconds = time.perf_counter() - began
        sent = self.log.since(mark)
        try:
            after = self.snapshot()
        except Exception as error:  # noqa: BLE001  the same
            failure = failure or failure_of(error)
        return Outcome(
            value, failure, sent.commands, sent.dropped, sent.round_trips, before, after,
            difference(before, after), seconds, self.backend,
        )  # fmt: skip

    def together(self, jobs: Mapping[str, Callable[[Redis], R]]) -> dict[str, R | Exception]:
        """Run the jobs at the same moment, a real thread and a client for each actor."""
        results: dict[str, R | Exception] = {}
        barrier = threading.Barrier(len(jobs)) if jobs else None

        def work(actor: str, job: Callable[[Redis], R]) -> None:
            client = self.client(actor)
            try:
                _connected(client)
            finally:
                assert barrier is not None
                barrier.wait()
            results[actor] = job(client)

        def guarded(actor: str, job: Callable[[Redis], R]) -> None:
            try:
                work(actor, job)
            except Exception as error:  # noqa: BLE001  it is this actor's result
                results[actor] = error
            except SystemExit:  # a thread would end without a word
                results[actor] = RuntimeError("the code ends the program (SystemExit)")

        threads = [
            threading.Thread(target=guarded, args=(actor, job), name=f"bench-{actor}", daemon=True)
            for actor, job in jobs.items()
        ]
        deadline = time.monotonic() + _PATIENCE
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        for actor in jobs:  # a server has room for so many connections only
            self.client(actor).connection_pool.disconnect(inuse_connections=False)
        late = TimeoutError(f"still running after {_PATIENCE:.0f} seconds")
        return {actor: results.get(actor, late) for actor in jobs}

    def close(self) -> None:
        """Close every connection. The keys stay."""
        with self._lock:
            clients = [*self._clients.values(), *([self._quiet] if self._quiet else [])]
            self._clients, self._quiet = {}, None
        for client in clients:
            client.connection_pool.close()


def _connected(client: Redis) -> None:
    """Shake hands now, so that it does not count as part of the job."""
    pool = client.connection_pool
    pool.release(pool.get_connection())

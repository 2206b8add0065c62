"""A Redis for every learner: a private server each, or a place on the server of REDIS_URL.

Safe to use from any thread. A server that died is started again on the next use; one that nobody used for a
while, or whose learner is gone, is ended.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from redis.exceptions import RedisError

from lab.address import read_url
from lab.backend import Backend, ConnectionSpec
from lab.backends import fake_backend, fake_server, private_backend
from lab.errors import LabError
from lab.server import DATABASES, PrivateServer, start_server
from lab.shared import Learner, SharedServer

if TYPE_CHECKING:
    from lab.bench import Bench

__all__ = ["FULL", "IDLE", "ServerPool"]

FULL = 64  # private servers at a time: 64 learners take some 450 MB
IDLE = 900.0  # seconds without use after which a server is ended
PATIENCE = 3.0  # seconds a private server may take to answer before it is ended as hung
LOOK_AGAIN_AFTER = 5.0  # seconds between two looks at the shared server, which may be far away
FAKE_VERSION = (8, 0)  # the Redis that fakeredis is told to imitate
MODULE_OF = {
    "search": "search",
    "json": "ReJSON",
    "bloom": "bf",
    "timeseries": "timeseries",
    "graph": "graph",
}

MakeBench = Callable[[Backend, ConnectionSpec, str], "Bench"]


@dataclass
class Place:
    """What one owner has. Touched only under its lock."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    server: PrivateServer | None = None
    fake: ConnectionSpec | None = None
    learner: Learner | None = None
    benches: dict[str, Bench] = field(default_factory=dict)
    databases: dict[str, int] = field(default_factory=dict)
    notice: str | None = None
    looked: float = 0.0  # when the shared server was last asked
    hands_off: int = 0
    gone: bool = False

    @property
    def backend(self) -> Backend | None:
        if self.learner:
            return self.learner.backend
        if self.server:
            return private_backend(self.server)
        return fake_backend() if self.fake else None


class ServerPool:
    """Keeps owners (browser sessions), their servers and their benches together."""

    def __init__(
        self,
        url: str | None = None,
        *,
        most: int = FULL,
        idle: float = IDLE,
        now: Callable[[], float] = time.monotonic,
        make_bench: MakeBench | None = None,
    ) -> None:
        self._url = os.environ.get("REDIS_URL", "") if url is None else url
        self._most, self._idle, self.now = most, idle, now
        self._make_bench = make_bench or _make_bench
        self._lock = threading.RLock()
        self._places: dict[str, Place] = {}
        self._touched: dict[str, float] = {}
        self._notices: dict[str, str] = {}
        self._embedded: set[str] = set()  # who took a server of their own although REDIS_URL is set
        self._one_started = False
        self._shared: SharedServer | None = None
        self._problem: LabError | None = None
        self._checked = False
        self._check_lock = threading.Lock()

    @property
    def problem(self) -> LabError | None:
        """Why REDIS_URL cannot be used; None if it can, or is not set. Found out once; see `recheck`."""
        with self._check_lock:
            if self._url and not self._checked:
                try:
                    self._shared = SharedServer(read_url(self._url))
                except LabError as error:
                    self._problem = error
                self._checked = True
            return self._problem

    def recheck(self) -> LabError | None:
        """Try an unusable REDIS_URL again."""
        with self._check_lock:
            if self._problem:
                self._problem, self._checked = None, False
        return self.problem

    def bench(self, owner: str, lesson: str, needs: Collection[str] = ()) -> Bench:
        """The owner's bench for a lesson; starts the server, or starts it again, if need be.

        Raises LabError if REDIS_URL is unusable (until `use_embedded`), the pool is full, or no server
        starts. On a private server each lesson has a database of its own, and one that needs search has
        database 0, since search works on no other.
        """
        with self._settled(owner) as place:
            backend = place.backend
            assert backend is not None
            if lesson not in place.benches:
                spec, namespace = self._where(place, lesson, needs)
                place.benches[lesson] = self._make_bench(backend, spec, namespace)
            return place.benches[lesson]

    def backend(self, owner: str) -> Backend:
        """What the owner's benches run on; starts the server if need be. Raises as `bench` does."""
        with self._settled(owner) as place:
            backend = place.backend
            assert backend is not None
            return backend

    def server(self, owner: str) -> PrivateServer | None:
        """The owner's server process, if there is one now."""
        place = self._places.get(owner)
        return place.server if place else None

    def restart(self, owner: str) -> None:
        """Give the owner a fresh server now, whatever state the old one is in."""
        place = self._places.get(owner)
        if place:
            with place.lock:
                self._end(place)
        self.backend(owner)

    def is_shared(self, owner: str) -> bool:
        """Whether the owner is, or would be, on the server of REDIS_URL."""
        return bool(self._url) and owner not in self._embedded

    def use_embedded(self, owner: str) -> None:
        """The owner takes a private server although REDIS_URL is set."""
        with self._place(owner) as place:
            if owner not in self._embedded:
                self._end(place)
                self._embedded.add(owner)

    def notice(self, owner: str) -> str | None:
        """What the owner should be told, once."""
        with self._lock:
            return self._notices.pop(owner, None)

    @contextlib.contextmanager
    def hands_off(self, owner: str) -> Iterator[None]:
        """While a lesson stalls the owner's server on purpose, do not take it for hung."""
        with self._place(owner) as place:
            place.hands_off += 1
        try:
            yield
        finally:
            with place.lock:
                place.hands_off -= 1

    def touch(self, owner: str) -> None:
        """The owner is still there."""
        with self._lock:
            if owner in self._places:
                self._touched[owner] = self.now()
        place = self._places.get(owner)
        if place and place.learner and self._shared:
            self._shared.touch(place.learner)

    def release(self, owner: str) -> None:
        """The owner is gone: so are the server, the keys and the benches."""
        self._release(owner)
        with self._lock:
            self._notices.pop(owner, None)
            self._embedded.discard(owner)

    def reap(self, now: float, is_alive: Callable[[str], bool]) -> None:
        """Release every owner who is gone or has been idle too long. `now` is a moment of `self.now`."""
        with self._lock:
            owners = list(self._touched.items())
        for owner, touched in owners:
            if not is_alive(owner):
                self.release(owner)
            elif now - touched > self._idle:
                self._release(owner)
                minutes = f"{self._idle / 60:g} minutes"
                self._tell(owner, f"Your Redis was put away after {minutes} without use; it starts empty.")

    def owners(self) -> tuple[str, ...]:
        with self._lock:
            return tuple(self._places)

    def close(self) -> None:
        """Release everybody."""
        for owner in self.owners():
            self.release(owner)
        if self._shared:
            self._shared.close()

    @contextlib.contextmanager
    def _place(self, owner: str) -> Iterator[Place]:
        """The owner's place, locked."""
        while True:
            with self._lock:
                place = self._places.get(owner)
                if place is None:
                    if len(self._places) >= self._most:
                        raise LabError(
                            "full",
                            f"{self._most} learners are at work here, which is the most this app takes; "
                            "close another Keyspace tab, or try again later.",
                        )
                    place = self._places[owner] = Place()
                self._touched[owner] = self.now()
            with place.lock:
                if not place.gone:  # released while we waited
                    yield place
                    return

    @contextlib.contextmanager
    def _settled(self, owner: str) -> Iterator[Place]:
        """The owner's place with a server that works."""
        shared = self.is_shared(owner)
        if shared and (problem := self.problem):
            raise LabError(problem.kind, problem.says)
        with self._place(owner) as place:
            try:
                if shared:
                    self._settle_shared(owner, place)
                else:
                    self._settle_private(owner, place)
            except LabError:
                self._end(place)
                self._forget(owner, place)
                raise
            yield place

    def _settle_shared(self, owner: str, place: Place) -> None:
        assert self._shared is not None
        learner = place.learner
        if learner and self._due(place) and not self._shared.still_there(learner):
            self._end(place)
            self._tell(owner, "The server has forgotten you, perhaps by a restart, so you start anew.")
        if not place.learner:
            place.learner = self._shared.learner(owner)
        self._shared.touch(place.learner)

    def _settle_private(self, owner: str, place: Place) -> None:
        server = place.server
        if server and not (server.alive() if place.hands_off else server.answers(PATIENCE)):
            # A server that is just being killed still has an open door, so ask before telling.
            ended = server.process.wait(0.2) or not server.alive()
            what = f"stopped ({server.how_it_ended()})" if ended else "no longer answered"
            self._end(place)
            self._tell(owner, f"Your Redis server {what} and was started again; its keys are gone.")
        if not place.server and not place.fake:
            place.server = self._start(owner)
            place.fake = None if place.server else fake_server()
        try:
            assert place.backend
        except RedisError as error:
            raise LabError("no_server", f"The server started, but then broke: {error}.") from error

    def _start(self, owner: str) -> PrivateServer | None:
        """A new private server. Where none ever started, say so and leave the learner with fakeredis."""
        try:
            server = start_server()
        except LabError as error:
            if self._one_started:
                raise
            self._tell(owner, f"No private server could be started, so Redis is simulated. {error.says}")
            return None
        self._one_started = self._one_started or server is not None
        return server

    def _due(self, place: Place) -> bool:
        """Whether it is time to see if the shared server still knows the learner."""
        due = self.now() - place.looked > LOOK_AGAIN_AFTER
        if due:
            place.looked = self.now()
        return due

    def _where(self, place: Place, lesson: str, needs: Collection[str]) -> tuple[ConnectionSpec, str]:
        if place.learner:
            return place.learner.spec, place.learner.namespace(lesson)
        taken = place.databases
        if lesson not in taken:
            taken[lesson] = 0 if "search" in needs else 1 + len(taken) % (DATABASES - 1)
        if place.server:
            return place.server.spec(taken[lesson]), ""
        assert place.fake is not None
        return replace(place.fake, kwargs={**place.fake.kwargs, "db": taken[lesson]}), ""

    def _end(self, place: Place) -> None:
        """End what the owner has. The place stays."""
        for bench in place.benches.values():
            bench.close()
        place.benches.clear()
        place.databases.clear()
        if place.server:
            place.server.kill()
        if place.learner and self._shared:
            self._shared.release(place.learner)
        place.server = place.fake = place.learner = None

    def _release(self, owner: str) -> None:
        with self._lock:
            place = self._places.pop(owner, None)
            self._touched.pop(owner, None)
        if place:
            with place.lock:
                place.gone = True
                self._end(place)

    def _forget(self, owner: str, place: Place) -> None:
        """A place in which nothing could be put."""
        with self._lock:
            place.gone = True
            if self._places.get(owner) is place:
                del self._places[owner]
                self._touched.pop(owner, None)

    def _tell(self, owner: str, notice: str) -> None:
        with self._lock:
            self._notices[owner] = notice


def _make_bench(backend: Backend, spec: ConnectionSpec, namespace: str) -> Bench:
    from lab.bench import Bench

    return Bench(backend, spec, namespace)

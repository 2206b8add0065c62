"""What every fault has in common: a server, its clients, the ledger, and who did what to the server when."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

from lab.errors import LabError
from lab.faults import commands
from lab.faults.commands import COMMANDS
from lab.ledger import Comparison, Entry, Held, Ledger, compare
from lab.policy import Clients, Policy
from lab.proxy import Proxy
from lab.server import PrivateServer
from lab.workshop import Workshop

__all__ = ["Aside", "Event", "Outcome", "Stage"]

PATIENCE = 20.0  # seconds until something that must come has come, on a busy machine too
LOOK_AGAIN = 0.005  # seconds


@dataclass(frozen=True, slots=True)
class Event:
    """What was done to the server or the line: from `at` until `until`, in seconds of the ledger."""

    what: str
    at: float
    until: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a fault has led to."""

    entries: tuple[Entry, ...]
    """What each client saw: reply or error, and after how long."""
    events: tuple[Event, ...]
    held: Held
    """What the server held in the end, by key; empty if it was gone."""
    compared: Comparison
    """What was acknowledged and is gone, applied though the client saw an error, counted twice."""
    seconds: float
    retried: int
    """How often redis-py sent or connected again, of its own accord."""
    notes: Mapping[str, str]
    """What else was measured, in words."""

    @property
    def errors(self) -> tuple[Entry, ...]:
        """The answers that were errors."""
        return tuple(entry for entry in self.entries if entry.error)

    @property
    def last(self) -> Entry:
        """The last answer."""
        return self.entries[-1]


class Aside:
    """Something that is done in a thread of its own."""

    def __init__(self, what: Callable[[], object]) -> None:
        self._error: BaseException | None = None

        def run() -> None:
            try:
                what()
            except Exception as error:  # noqa: BLE001  it is raised where it is waited for
                self._error = error

        self._thread = threading.Thread(target=run, name="aside", daemon=True)
        self._thread.start()

    @property
    def over(self) -> bool:
        return not self._thread.is_alive()

    def join(self, timeout: float = PATIENCE) -> None:
        """Wait for its end; what it raised is raised here."""
        self._thread.join(timeout)
        if not self.over:
            raise LabError("timeout", f"A client was still waiting after {timeout:g} seconds.")
        if self._error:
            raise self._error


class Stage:
    """One server, perhaps behind a proxy, and the clients of one policy before it."""

    def __init__(
        self,
        workshop: Workshop,
        policy: Policy = "none",
        *,
        timeout: float = 0.25,
        retries: int = 3,
        data: Path | None = None,
        proxied: bool = False,
        options: Mapping[str, str] | None = None,
    ) -> None:
        self.workshop = workshop
        self.options = dict(options or {})
        self.data = data
        workshop.progress(0.0, "A server of its own starts.")
        self.server: PrivateServer = workshop.server(data, **self.options)
        self.proxy = workshop.enter(Proxy(self.server.socket)) if proxied else Proxy(self.server.socket)
        spec = self.proxy.spec() if proxied else self.server.spec()
        self.clients = Clients(workshop, spec, policy, timeout=timeout, retries=retries)
        self.patient = self.direct()
        self.ledger = Ledger()
        self.notes: dict[str, str] = {}
        self._events: list[Event] = []

    def direct(self, **changes: Any) -> Redis:
        """A patient client of the server itself, past any proxy."""
        settings = {"decode_responses": True, "socket_timeout": PATIENCE, **changes}
        return self.workshop.closing(self.server.spec().client(**settings))

    def attempt(
        self, name: str, key: str, item: str = "", *, who: str = "client", redis: Redis | None = None
    ) -> Entry:
        """Have a client send one of the `COMMANDS`; its answer is written down."""
        command = COMMANDS[name]
        client = redis if redis is not None else self.clients.of(idempotent=command.idempotent)
        entry = self.ledger.attempt(
            who,
            lambda: command.run(client, key, item),
            command=name,
            key=key,
            item=str if command.effect == "pop" else "" if command.effect == "count" else item,
            effect=command.effect,
            amount=command.amount,
        )
        self.workshop.check()
        return entry

    def event(self, what: str) -> None:
        """Something that happens now."""
        self._events.append(Event(what, self.ledger.at()))

    @contextlib.contextmanager
    def lasting(self, what: str) -> Iterator[None]:
        """Something that lasts as long as the block."""
        began = self.ledger.at()
        try:
            yield
        finally:
            self._events.append(Event(what, began, self.ledger.at()))

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Wait for something that another process or thread does. LabError if it does not."""
        deadline = self.ledger.at() + PATIENCE
        while not condition():
            if self.ledger.at() > deadline:
                raise LabError("timeout", f"Not within {PATIENCE:g} seconds: {what}.")
            self.workshop.wait(LOOK_AGAIN)

    def kill(self) -> None:
        """kill -9."""
        self.server.kill()
        self.event("kill -9")

    def start_again(self, **options: str) -> None:
        """A server with the same settings and files, at the same address."""
        self.server = self.workshop.server(self.data, **{**self.options, **options})

    def outcome(self, *keys: str, gone: bool = False) -> Outcome:
        """The end: look at what the server holds of the keys written to (and of others), and compare."""
        self.workshop.check()
        entries = self.ledger.entries
        seconds = self.ledger.at()
        named = (entry.key for entry in entries if entry.effect != "look")
        wanted = dict.fromkeys([*named, *keys])
        held: dict[str, Any] = {}
        if not gone:
            try:
                held = {key: commands.held(self.patient, key) for key in wanted}
            except RedisError as error:
                self.workshop.check()
                raise LabError("unusable", f"The server could not be looked at: {error}") from error
        return Outcome(
            entries,
            tuple(sorted(self._events, key=lambda event: event.at)),
            held,
            compare(entries, held),
            seconds,
            self.clients.retried,
            dict(self.notes),
        )

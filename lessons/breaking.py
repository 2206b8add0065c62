"""What the fault experiments of several lessons start: a server behind a proxy that loses what it is told to
lose, and a primary whose replica can be kept from hearing the last writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from lab.errors import LabError
from lab.proxy import Proxy
from lab.server import PrivateServer
from lab.topology import start_replicated
from patterns import catalogue

if TYPE_CHECKING:
    from lab.workshop import Workshop

__all__ = ["RETRIES", "Lossy", "Pair", "know_scripts", "needs"]

RETRIES = 3
"""Attempts on top of the first, without pauses, where a client repeats by itself. redis-py has more."""


class Lossy:
    """A server of the experiment's own. `direct` reaches it for certain, `client()` through the proxy.

    Tell `proxy` what to lose: `proxy.drop_reply("INCRBY")` loses the next reply to INCRBY, after the server
    has run it.
    """

    def __init__(self, workshop: Workshop, pattern: str = "") -> None:
        self._workshop = workshop
        self.server: PrivateServer = workshop.server()
        self.proxy: Proxy = workshop.enter(Proxy(self.server.socket))
        self.direct: Redis = workshop.closing(self.server.spec().client(decode_responses=True))
        know_scripts(self.direct, pattern)

    def client(self, retries: int = RETRIES) -> Redis:
        """A client behind the proxy that repeats a command so often when its connection breaks."""
        again = Retry(NoBackoff(), retries)
        return self._workshop.closing(self.proxy.spec().client(decode_responses=True, retry=again))


class Pair:
    """A primary and its replica, with a proxy between them that can keep the replica from hearing.

    `stall()`, some writes that the primary acknowledges, `fail_over()`: then the writes are gone.
    """

    def __init__(self, workshop: Workshop, pattern: str = "") -> None:
        self._workshop = workshop
        self._servers = workshop.enter(start_replicated(proxied=True))
        self.primary: Redis = workshop.closing(self._servers.primary.client())
        know_scripts(self.primary, pattern)

    def caught_up(self) -> bool:
        """Wait until the replica has everything that the primary has; whether it came to that."""
        return bool(self.primary.wait(1, 5_000))

    def stall(self) -> None:
        """From now on the replica hears nothing. The primary goes on acknowledging."""
        self._servers.proxies[0].partition(to_client=True)

    def fail_over(self) -> Redis:
        """kill -9 the primary; the replica takes over with what it has. A client of the new primary."""
        self._servers.primary.kill()
        promoted: Redis = self._workshop.closing(self._servers.promote().client())
        return promoted


def know_scripts(redis: Redis, pattern: str) -> None:
    """Let the server know a pattern's scripts, so that its first call is one command like every other."""
    for script in catalogue.scripts().values():
        if pattern and script.path.startswith(f"patterns/{pattern}/"):
            redis.script_load(script.text)


def needs(redis: Redis, command: str) -> None:
    """LabError, a sentence for the page, where the experiment's server does not know a module's command."""
    if not redis.execute_command("COMMAND INFO", command)[0]:
        says = f"This needs a server that knows {command}; `python -m lab doctor` says which modules load."
        raise LabError("unusable", says)

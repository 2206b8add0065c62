"""The numbers of a failing Redis: the client's own settings as installed, and what the sources say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redis import Redis

from lessons.model import Fact, Numbers

if TYPE_CHECKING:
    from lab.bench import Bench

__all__ = ["NUMBERS"]


def defaults(bench: Bench, /) -> str:
    """What a client has that was told nothing."""
    with Redis() as client:
        pool = client.connection_pool
        connection = pool.connection_class(**pool.connection_kwargs)
        return (
            f"Time-out {connection.socket_timeout:g} s, {connection.retry.get_retries()} retries, of every "
            "command, whether it may be done twice or not."
        )


def at_most(bench: Bench, /) -> str:
    """How long one command can take on a server that hangs."""
    with Redis() as client:
        pool = client.connection_pool
        connection = pool.connection_class(**pool.connection_kwargs)
        attempts, each = connection.retry.get_retries() + 1, connection.socket_timeout
        return f"{attempts} attempts of {each:g} s: {attempts * each:g} s, and the pauses between them."


def settings(bench: Bench, /) -> str:
    """What this server does when memory or disk run out."""
    found = bench.quiet().config_get("maxmemory-policy", "appendonly", "save")
    save = found["save"] or "no snapshots"
    return f"maxmemory-policy {found['maxmemory-policy']}, appendonly {found['appendonly']}, save: {save}."


NUMBERS = Numbers(
    "The numbers to say aloud",
    (
        Fact("What redis-py does when nobody tells it anything", measure=defaults),
        Fact("How long a hung server holds one call with these settings", measure=at_most),
        Fact("What the server you are on would do with full memory and after a crash", measure=settings),
        Fact(
            "Append-only file with fsync every second, the default of AOF: about a second of writes is lost "
            "when the machine dies. A snapshot loses everything since the last one.",
            "persistence",
        ),
        Fact(
            "The default eviction policy is noeviction: at maxmemory, writes that need memory are errors.",
            "eviction, conf",
        ),
        Fact(
            "A script that runs for 5 seconds makes the server answer BUSY; SCRIPT KILL ends it if it wrote "
            "nothing.",
            "scripting, cmd:script-kill",
        ),
        Fact(
            "Replication is asynchronous. WAIT says how many replicas have a write, and does not change "
            "which of them is promoted.",
            "replication, cmd:wait",
        ),
    ),
)

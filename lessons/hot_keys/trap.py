"""Client-side caching that is not there: over a Unix socket redis-py takes the setting and does nothing."""

from __future__ import annotations

from redis import Redis
from redis.cache import CacheConfig
from redis.exceptions import RedisError

from lab.server import PrivateServer
from lab.topology import HOST, free_port
from lab.workshop import Workshop
from lessons.hot_keys.stage import HOT
from lessons.inputs import Integer
from lessons.model import Count, Experiment, Shown, Trial
from lessons.pictures import Bar, Bars

__all__ = ["TRAP", "over_tcp", "over_unix_socket", "tcp_client", "unix_client"]

PATIENCE = 2.0


def tcp_client(port: int) -> Redis:
    """A cached client over TCP."""
    return Redis(host=HOST, port=port, protocol=3, socket_timeout=PATIENCE, cache_config=CacheConfig())


def unix_client(socket: str) -> Redis:
    """The same over a Unix socket."""
    return Redis(unix_socket_path=socket, protocol=3, socket_timeout=PATIENCE, cache_config=CacheConfig())


def over_tcp(workshop: Workshop, /, *, reads: int) -> Shown:
    """Reads of one key through a cached client over TCP, and a write by somebody else in the middle."""
    port = free_port()
    server = workshop.server(bind=HOST, port=str(port))
    return _read(server, tcp_client(port), reads, "over TCP")


def over_unix_socket(workshop: Workshop, /, *, reads: int) -> Shown:
    """The same through a Unix socket."""
    server = workshop.server()
    return _read(server, unix_client(server.socket), reads, "over a Unix socket")


def _read(server: PrivateServer, client: Redis, reads: int, how: str) -> Shown:
    writer = server.spec().client()
    writer.set(HOT, "old")
    try:
        for _ in range(reads):
            client.get(HOT)
    except RedisError as error:  # redis-py refuses Valkey, which calls itself 7.2.4
        return Shown(f"No client-side caching {how} with this server: {error}.", "warn")
    finally:
        seen = int(writer.info("commandstats").get("cmdstat_get", {}).get("calls", 0))
        client.close()
        writer.close()
    works = seen < reads
    return Shown(
        f"{reads:,} reads {how}, and the server saw {seen:,} of them. "
        + (
            "The others never left the process."
            if works
            else "The cache was asked for and is not there. Nothing was raised, nothing was logged."
        ),
        "good" if works else "bad",
        (Count("Reads", reads), Count("GET on the server", seen, tone="good" if works else "bad")),
        Bars(
            f"Reads {how}",
            (
                Bar("by the application", float(reads)),
                Bar("that the server saw", float(seen), "good" if works else "bad"),
            ),
            "reads",
        ),
    )


TRAP = Experiment(
    "The cache that is silently not there",
    "Watch for how many of the reads the server sees.",
    (
        Trial("Cached, over TCP", over_tcp, "good", (tcp_client,)),
        Trial("Cached, over a Unix socket", over_unix_socket, "bad", (unix_client,)),
    ),
    (Integer("reads", "Reads of one key", 1_000, 10, 10_000),),
    seconds=1.0,
)

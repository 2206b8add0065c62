"""Where each version runs: on the module, or else on core types, and the naive one on fakeredis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redis import ConnectionPool, Redis

from lab.backends import fake_server
from lab.trace import traced_pool
from lessons.notes import note
from patterns.time_series import CoreSeries, NaiveSeries, Series

if TYPE_CHECKING:
    from lab.bench import Bench

__all__ = ["AnySeries", "compacts", "has_module", "is_simulated", "series_of", "with_words"]

AnySeries = NaiveSeries | Series | CoreSeries


def has_module(bench: Bench) -> bool:
    """Whether a real module is there. fakeredis leaves late samples out of what it compacts."""
    return bench.backend.can("timeseries") and bench.backend.kind != "fakeredis"


def compacts(bench: Bench) -> bool:
    """Whether the hardened version can use it: only in database 0 does the module count late samples."""
    return has_module(bench) and not bench.quiet().connection_pool.connection_kwargs.get("db")


def is_simulated(bench: Bench, naive: bool) -> bool:
    return naive and not has_module(bench)


def series_of(bench: Bench, naive: bool, actor: str, metric: str, **options: Any) -> AnySeries:
    """The naive or the hardened series, as an actor sees it; "" is nobody, whose commands are not shown."""
    if is_simulated(bench, naive) and not bench.backend.can("timeseries"):
        redis = simulated(bench, actor)
    else:
        redis = bench.client(actor) if actor else bench.quiet()
    if naive:
        return NaiveSeries(redis, metric, namespace=bench.namespace, bucket_ms=options["bucket_ms"])
    kind = Series if compacts(bench) else CoreSeries
    return kind(redis, metric, namespace=bench.namespace, **options)


def simulated(bench: Bench, actor: str) -> Redis:
    """A client of a fakeredis of this bench's own; what an actor sends is in the bench's log."""
    spec = note(bench, "simulated", fake_server)
    settings = {**spec.kwargs, "decode_responses": True}
    if not actor:
        return Redis(connection_pool=ConnectionPool(connection_class=spec.connection_class, **settings))
    clients: dict[str, Redis] = note(bench, "simulated clients", dict)
    if actor not in clients:
        pool = traced_pool(settings, spec.connection_class, bench.log, actor)
        clients[actor] = Redis(connection_pool=pool)
    return clients[actor]


def with_words(bench: Bench, naive: bool, says: str) -> str:
    """The sentence, and where it comes from if that is not the server that the page names."""
    if is_simulated(bench, naive) and bench.backend.kind != "fakeredis":
        return f"{says} Simulated by fakeredis: this server has no time series module."
    return says

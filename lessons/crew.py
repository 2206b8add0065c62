"""What the clients of races share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from redis.exceptions import ConnectionError as RedisConnectionError

from lab.scenario import Client

__all__ = ["NAMES", "answered", "crew", "insist"]

NAMES = ("Ann", "Ben", "Cid", "Dee")
T = TypeVar("T")


def insist(job: Callable[[], T], tries: int = 2) -> T:
    """Do it again when the connection breaks, as any caller would: nobody can tell whether it was done."""
    for left in range(tries - 1, -1, -1):
        try:
            return job()
        except RedisConnectionError:
            if not left:
                raise
    raise AssertionError("insist() needs at least one try")


def crew(clients: int, job: Callable[..., Any], **keywords: Any) -> dict[str, Client]:
    """So many clients, who all do the same, each under a name of its own."""
    return {name: partial(job, name=name, **keywords) for name in NAMES[:clients]}


def answered(results: Mapping[str, Any]) -> dict[str, Any]:
    """What the clients returned that neither crashed nor lost their connection for good."""
    return {name: result for name, result in results.items() if not isinstance(result, BaseException)}

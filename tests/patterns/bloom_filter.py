"""What the tests of the filters share: where each version runs, and a filter to begin with."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from redis import Redis

from patterns.bloom_filter import CoreSeenFilter, NaiveSeenFilter, SeenFilter

KEPT = pytest.mark.parametrize("version", [SeenFilter, CoreSeenFilter])
KEY = "seen:{users}"
Version = type[NaiveSeenFilter] | type[SeenFilter] | type[CoreSeenFilter]
Kept = type[SeenFilter] | type[CoreSeenFilter]
EVERYWHERE = pytest.mark.parametrize(
    ("version", "where"),
    [
        (SeenFilter, "redis"),
        (SeenFilter, "raw_redis"),
        (SeenFilter, "fake"),
        (CoreSeenFilter, "redis"),
        (CoreSeenFilter, "raw_redis"),
        (CoreSeenFilter, "fake"),
        (CoreSeenFilter, "cluster_redis"),
    ],
)
"""The two that keep the promise, each wherever it can run: the module is not in the cluster."""


@pytest.fixture
def kept(version: Kept, where: str, request: pytest.FixtureRequest) -> Callable[..., SeenFilter]:
    """Makes clients of one filter."""
    client = request.getfixturevalue(where)
    return lambda **options: version(client, "users", **options)


def begun(
    version: Version, client: Redis, **options: object
) -> NaiveSeenFilter | SeenFilter | CoreSeenFilter:
    """A filter for which there is nothing to load."""
    seen = version(client, "users", **options)
    assert seen.rebuild(list) == 0
    return seen

"""What the tests of the channels share: hardened channels, and what a reader gets."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from redis import Redis
from redis.cluster import RedisCluster

from patterns.pubsub import Channel, NaiveReader, Reader

KEY = "channel:{news}"


@pytest.fixture
def kept(anywhere: Redis | RedisCluster) -> Callable[..., Channel]:
    """Makes hardened channels."""
    return partial(Channel, anywhere, "news")


def bodies(reader: NaiveReader | Reader, timeout: float = 0) -> list[str]:
    return [event.body for event in reader.poll(timeout)]


def until(reader: NaiveReader | Reader, wanted: int) -> list[str]:
    """What a reader gets, poll by poll, until it has so many or heard nothing for ten seconds."""
    found: list[str] = []
    while len(found) < wanted and (more := bodies(reader, 10)):
        found += more
    return found

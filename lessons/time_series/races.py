"""The race of the series: a sample whose reply is lost is sent again."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError

from lab.scenario import Faults, Scenario
from lessons.crew import crew, insist
from lessons.model import Race, Version
from patterns.time_series import CoreSeries, NaiveSeries

TS_ADD = """
local policy = 'BLOCK'
for place = 3, #ARGV - 1 do
  if ARGV[place] == 'ON_DUPLICATE' or ARGV[place] == 'DUPLICATE_POLICY' then policy = ARGV[place + 1] end
end
if redis.call('ZCOUNT', KEYS[1], ARGV[1], ARGV[1]) > 0 then
  if policy == 'FIRST' then return tonumber(ARGV[1]) end
  if policy ~= 'LAST' then
    return redis.error_reply('TSDB: Error at upsert, DUPLICATE_POLICY is set to BLOCK')
  end
  redis.call('ZREMRANGEBYSCORE', KEYS[1], ARGV[1], ARGV[1])
end
redis.call('ZADD', KEYS[1], ARGV[1], ARGV[1] .. ' ' .. ARGV[2])
return tonumber(ARGV[1])
"""


class Module:
    """A client of a server with the module, as far as a series needs it: TS.ADD and its policy."""

    def __init__(self, redis: Redis) -> None:
        self._add = redis.register_script(TS_ADD)

    def execute_command(self, command: str, key: str, *arguments: Any) -> Any:
        assert command == "TS.ADD"
        return self._add(keys=[key], args=arguments)


def series(redis: Redis, version: Version, name: str) -> NaiveSeries | CoreSeries:
    """Each source has a series of its own."""
    if version == "naive":
        return NaiveSeries(cast(Redis, Module(redis)), name)
    return CoreSeries(redis, name)


def measure(redis: Redis, version: Version, name: str) -> bool:
    """A sensor measures once, and sends the same sample again if no reply came."""
    at_ms = round(time.time() * 1_000)
    insist(lambda: series(redis, version, name).add(21.5, at_ms))
    return True


def no_retry_refused(redis: Redis, results: Mapping[str, Any]) -> str | None:
    for name, result in results.items():
        if isinstance(result, ResponseError):
            return f"refused retry: {name}'s sample is there, and {name} heard an error"
    return None


def added_once(redis: Redis, results: Mapping[str, Any], *, version: Version) -> str | None:
    """A sample that was sent is there, once, in the samples and in the buckets."""
    if refused := no_retry_refused(redis, results):
        return refused
    for name in (name for name, done in results.items() if done is True):
        if version == "naive":
            if (there := redis.zcard(NaiveSeries(redis, name).key)) != 1:
                return f"counted {there} times: {name} measured once"
            continue
        kept = CoreSeries(redis, name)
        until = round(time.time() * 1_000)
        samples, counts = kept.samples(0, until), [one.count for one in kept.buckets(until - 10**8, until)]
        if len(samples) != 1 or counts != [1]:
            return f"counted {sum(counts)} times: {name} measured once"
    return None


def sensors(version: Version, clients: int, faults: Faults) -> Scenario:
    return Scenario(
        crew(clients, measure, version=version),
        partial(added_once, version=version),
        faults=faults,
        may_raise=(RedisConnectionError, ResponseError),
    )


RACES = (
    Race(
        "A sample is sent again",
        invariant="Whoever sends a sample again is told that it is there, and it counts once.",
        look="TS.ADD has added it, the reply is lost. By default the module refuses a moment that it has.",
        anomaly="refused retry",
        scenario=sensors,
        naive=(NaiveSeries.add,),
        hardened=(CoreSeries.add,),
        most_clients=3,
        faults=Faults(crashes=1, lost_replies=1, time_jumps=1, jumps_ms=(60_000,)),
        most_faults=Faults(crashes=2, lost_replies=1, lost_requests=1, time_jumps=2),
        twin=(
            "The explorer's server has no time series module. The hardened version here is core.py, and "
            "TS.ADD of the naive one is played by a script that does what the module does by default."
        ),
    ),
)

"""Schedules run live, side by side in databases of their own."""

from __future__ import annotations

import os
import random
import sys
from typing import Any

from redis import Redis

from lab.explorer import explore
from lab.explorer.affinity import beside
from lab.explorer.counting import count, random_schedule
from lab.explorer.live import SIDE_BY_SIDE, Live
from lab.explorer.servers import backend_named
from lab.scenario import Faults, Scenario
from lab.server import PrivateServer

MANY = 5 * SIDE_BY_SIDE


def whatever(redis: Redis, results: Any) -> None:
    """An invariant that always holds."""


def test_many_at_once_agree_with_the_graph_and_leave_nothing() -> None:
    def counts(redis: Redis) -> int:
        redis.get("n")
        return int(redis.incr("n"))

    faults = Faults(crashes=1, lost_replies=1)
    walk = explore(Scenario({"ann": counts, "ben": counts}, whatever, faults=faults), validate=0).graph
    assert walk is not None
    graph = walk.graph
    counted, chance = count(graph.edges, graph.ends), random.Random(1)
    live = Live(graph, 0)
    for how_many in (MANY, 1, SIDE_BY_SIDE + 1):
        live.check(random_schedule(graph.edges, graph.ends, counted, chance) for _ in range(how_many))
    live.close()
    backend = backend_named("redis")
    for database in range(1, backend.databases):
        link = backend.link(database)
        assert link.ask([(b"DBSIZE",)]) == [0]
        link.close()


def test_what_reaches_every_database_is_run_alone_and_proved() -> None:
    def clears(redis: Redis) -> None:
        redis.set("a", 1)
        redis.flushall()

    def counts_twice(redis: Redis) -> int:
        redis.incr("b")
        return int(redis.incr("b"))

    scenario = Scenario({"ann": clears, "ben": counts_twice}, whatever, faults=Faults(crashes=1))
    verdict = explore(scenario, validate=MANY)
    assert (verdict.status, verdict.validated_live) == ("proved", MANY)


def test_the_server_runs_where_the_explorer_does(redis_server: PrivateServer) -> None:
    if sys.platform != "linux":  # elsewhere there is nothing to ask for, and nothing happens
        beside(redis_server.pid)
        return
    before = os.sched_getaffinity(redis_server.pid), os.sched_getscheduler(redis_server.pid)
    try:
        beside(redis_server.pid)
        assert os.sched_getaffinity(redis_server.pid) == os.sched_getaffinity(0)
        assert os.sched_getscheduler(redis_server.pid) == os.SCHED_BATCH
    finally:
        os.sched_setaffinity(redis_server.pid, before[0])
        os.sched_setscheduler(redis_server.pid, before[1], os.sched_param(0))

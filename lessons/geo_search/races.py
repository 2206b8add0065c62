"""The races of dispatch: two riders and one driver, a lost reply, an app that dies, a cancel that is late."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from redis import Redis

from lab.scenario import Client, Faults, Scenario
from lessons.crew import NAMES, answered, crew, insist
from lessons.model import Race, Version
from patterns.geo_search import Drivers, NaiveDrivers

Dispatch = type[NaiveDrivers] | type[Drivers]

VERSIONS: dict[Version, Dispatch] = {"naive": NaiveDrivers, "hardened": Drivers}
HERE = (52.52, 13.405)
NEAR = 2_000
HOUR = 3_600


def ask(redis: Redis, dispatch: Dispatch, name: str) -> str | None:
    """A rider asks for the nearest free driver."""
    return dispatch(redis, "berlin").assign(name, *HERE, NEAR)


def ask_surely(redis: Redis, dispatch: Dispatch, name: str) -> str | None:
    """The same, and once more if no reply came."""
    return insist(lambda: ask(redis, dispatch, name))


def ride(redis: Redis, dispatch: Dispatch, name: str) -> bool | None:
    """Ask for a driver, and let them go at the end."""
    driver = ask(redis, dispatch, name)
    return None if driver is None else dispatch(redis, "berlin").release(driver, name)


def cancel(redis: Redis, dispatch: Dispatch) -> bool:
    """Ann, who has driver 1, cancels, and once more if no reply came."""
    return insist(lambda: dispatch(redis, "berlin").release("driver 1", "Ann"))


def drivers(redis: Redis, *, dispatch: Dispatch, count: int) -> None:
    for number in range(count):
        dispatch(redis, "berlin").report(f"driver {number + 1}", HERE[0] + number / 1_000, HERE[1])


def taken_by_ann(redis: Redis, *, dispatch: Dispatch) -> None:
    drivers(redis, dispatch=dispatch, count=1)
    ask(redis, dispatch, "Ann")


def one_rider_each(redis: Redis, results: Mapping[str, Any]) -> str | None:
    told = {rider: driver for rider, driver in answered(results).items() if driver is not None}
    for driver in told.values():
        riders = [rider for rider in told if told[rider] == driver]
        if len(riders) > 1:
            return f"double dispatch: {driver} is on the way to {' and to '.join(riders)}"
    return None


def one_driver_each(
    redis: Redis, results: Mapping[str, Any], *, dispatch: Dispatch, count: int
) -> str | None:
    taken = [dispatch(redis, "berlin").assigned_to(f"driver {number + 1}") for number in range(count)]
    twice = next((rider for rider in NAMES if taken.count(rider) > 1), None)
    return f"second car: {taken.count(twice)} drivers are on the way to {twice}" if twice else None


def free_in_the_end(redis: Redis, results: Mapping[str, Any], *, dispatch: Dispatch) -> str | None:
    """An hour later the driver, who still reports, is looked for by somebody else."""
    then = time.time() + HOUR
    for key in redis.keys("*"):
        if 0 <= redis.pttl(key) < HOUR * 1_000:
            redis.delete(key)
    later = (
        Drivers(redis, "berlin", now=lambda: then) if dispatch is Drivers else NaiveDrivers(redis, "berlin")
    )
    later.report("driver 1", *HERE)
    if later.assign("Zoe", *HERE, NEAR):
        return None
    return "stuck driver: all riders are gone, and an hour later driver 1 is still taken"


def only_its_rider_lets_go(redis: Redis, results: Mapping[str, Any], *, dispatch: Dispatch) -> str | None:
    driver = answered(results).get("Ben")
    if driver is None or dispatch(redis, "berlin").assigned_to(driver) == "Ben":
        return None
    return f"stolen release: Ben was given {driver}, and Ann's cancel took {driver} away"


def one_driver(version: Version, clients: int, faults: Faults) -> Scenario:
    dispatch = VERSIONS[version]
    return Scenario(
        crew(clients, ask, dispatch=dispatch),
        one_rider_each,
        partial(drivers, dispatch=dispatch, count=1),
        faults=faults,
    )


def asked_again(version: Version, clients: int, faults: Faults) -> Scenario:
    dispatch = VERSIONS[version]
    return Scenario(
        crew(clients, ask_surely, dispatch=dispatch),
        partial(one_driver_each, dispatch=dispatch, count=clients + 1),
        partial(drivers, dispatch=dispatch, count=clients + 1),
        faults=faults,
    )


def a_dead_app(version: Version, clients: int, faults: Faults) -> Scenario:
    dispatch = VERSIONS[version]
    return Scenario(
        crew(clients, ride, dispatch=dispatch),
        partial(free_in_the_end, dispatch=dispatch),
        partial(drivers, dispatch=dispatch, count=1),
        faults=faults,
    )


def a_late_cancel(version: Version, clients: int, faults: Faults) -> Scenario:
    dispatch = VERSIONS[version]
    riders: dict[str, Client] = {
        "Ann": partial(cancel, dispatch=dispatch),
        "Ben": partial(ask, dispatch=dispatch, name="Ben"),
    }
    if clients > 2:
        riders["Ann's other phone"] = partial(cancel, dispatch=dispatch)
    return Scenario(
        riders,
        partial(only_its_rider_lets_go, dispatch=dispatch),
        partial(taken_by_ann, dispatch=dispatch),
        faults=faults,
    )


RACES = (
    Race(
        "Two riders, one driver",
        invariant="No two riders are told that the same driver is theirs.",
        look="Both riders see driver 1 free before either writes a name. The later HSET does not look.",
        anomaly="double dispatch",
        scenario=one_driver,
        naive=(NaiveDrivers.assign,),
        hardened=(Drivers.assign,),
        most_clients=4,
        faults=Faults(crashes=1, lost_replies=1),
        most_faults=Faults(crashes=2, lost_replies=2, lost_requests=2),
        beyond="A claim that nobody confirms is over after 15 seconds, and the driver is free again.",
    ),
    Race(
        "The reply is lost, the rider asks again",
        invariant="No rider has two drivers.",
        look="The first driver is written down, the rider does not know. Asking again finds another.",
        anomaly="second car",
        scenario=asked_again,
        naive=(NaiveDrivers.assign,),
        hardened=(Drivers.assign,),
        clients=1,
        most_clients=3,
        faults=Faults(crashes=1, lost_replies=1),
        most_faults=Faults(crashes=2, lost_replies=2, lost_requests=2, time_jumps=1),
    ),
    Race(
        "The rider's app dies after the claim",
        invariant="When all riders are gone, a driver who reports can be had again within the hour.",
        look="The crash comes after HSET. Nothing in Redis says when a claim is over.",
        anomaly="stuck driver",
        scenario=a_dead_app,
        naive=(NaiveDrivers.assign,),
        hardened=(Drivers.assign,),
        most_clients=3,
        faults=Faults(crashes=1),
        most_faults=Faults(crashes=2, lost_replies=1, lost_requests=1, time_jumps=1),
    ),
    Race(
        "A cancel that comes twice",
        invariant="A driver who was given to Ben stays with Ben until Ben lets go.",
        look="Ann's HDEL has happened, its reply is lost. Ben gets the driver; then comes the second HDEL.",
        anomaly="stolen release",
        scenario=a_late_cancel,
        naive=(NaiveDrivers.release,),
        hardened=(Drivers.release,),
        most_clients=3,
        faults=Faults(lost_replies=1),
        most_faults=Faults(crashes=1, lost_replies=2, lost_requests=1),
        beyond="After 15 seconds without a confirmation the driver is nobody's. Then Ben has to ask again.",
    ),
)

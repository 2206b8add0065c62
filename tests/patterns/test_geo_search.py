"""One contract for both dispatchers, how the naive one goes wrong, what the hardened one costs."""

from __future__ import annotations

import math

import pytest
from redis import Redis
from redis.exceptions import ResponseError

from patterns.geo_search import Drivers, NaiveDrivers
from tests.patterns.bench import Meanwhile, keyspace, round_trips
from tests.patterns.geo_search import HERE, KEY, KM_5, NORTH_100, NORTH_1000, names

BOTH = pytest.mark.parametrize("version", [NaiveDrivers, Drivers])
Version = type[NaiveDrivers] | type[Drivers]


# The contract


@BOTH
def test_the_nearest_driver_comes_first(version: Version, client: Redis) -> None:
    drivers = version(client, "paris")
    drivers.report("far", *NORTH_1000)
    drivers.report("near", *NORTH_100)
    near, far = drivers.nearby(*KM_5)
    assert (near.driver, far.driver) == ("near", "far")
    assert (near.latitude, near.longitude) == pytest.approx(NORTH_100, abs=1e-5)
    assert near.metres == pytest.approx(100, abs=1)
    assert far.metres == pytest.approx(1_001, abs=2)
    assert names(drivers.nearby(*KM_5, count=1)) == ["near"]


@BOTH
def test_who_is_outside_the_circle_is_not_nearby(version: Version, client: Redis) -> None:
    drivers = version(client, "paris")
    drivers.report("far", *NORTH_1000)
    assert drivers.nearby(*HERE, 900) == []
    assert drivers.assign("ann", *HERE, 900) is None


@BOTH
def test_a_new_report_moves_the_driver(version: Version, client: Redis) -> None:
    drivers = version(client, "paris")
    drivers.report("d1", *NORTH_1000)
    drivers.report("d1", *NORTH_100)
    assert [round(each.metres) for each in drivers.nearby(*KM_5)] == [100]


@BOTH
def test_a_city_without_drivers_has_none(version: Version, client: Redis) -> None:
    drivers = version(client, "paris")
    assert drivers.nearby(*KM_5) == []
    assert drivers.assign("ann", *KM_5) is None
    assert drivers.assigned_to("d1") is None


@BOTH
def test_the_nearest_free_driver_is_assigned(version: Version, client: Redis) -> None:
    drivers = version(client, "paris")
    drivers.report("near", *NORTH_100)
    drivers.report("far", *NORTH_1000)
    assert [drivers.assign(rider, *KM_5) for rider in ("ann", "ben", "cleo")] == ["near", "far", None]
    assert (drivers.assigned_to("near"), drivers.assigned_to("far")) == ("ann", "ben")
    assert names(drivers.nearby(*KM_5)) == ["near", "far"]


@BOTH
def test_a_released_driver_is_free_again(version: Version, client: Redis) -> None:
    drivers = version(client, "paris")
    drivers.report("d1", *HERE)
    drivers.assign("ann", *KM_5)
    assert drivers.release("d1", "ann") is True
    assert drivers.release("d1", "ann") is False
    assert drivers.assigned_to("d1") is None
    assert drivers.assign("ben", *KM_5) == "d1"


@BOTH
def test_who_goes_offline_is_not_offered(version: Version, client: Redis) -> None:
    drivers = version(client, "paris")
    drivers.report("d1", *HERE)
    assert (drivers.offline("d1"), drivers.offline("d1")) == (True, False)
    assert drivers.nearby(*KM_5) == []


@BOTH
def test_many_drivers_are_found_past_those_who_are_taken(version: Version, client: Redis) -> None:
    drivers = version(client, "paris")
    for number in range(30):
        drivers.report(f"d{number:02}", HERE[0] + number / 10_000, HERE[1])
    assigned = [drivers.assign(f"rider {number}", *KM_5) for number in range(30)]
    assert assigned == [f"d{number:02}" for number in range(30)]


@BOTH
def test_cities_and_namespaces_do_not_mix(version: Version, client: Redis) -> None:
    version(client, "paris").report("d1", *HERE)
    assert version(client, "lyon").nearby(*KM_5) == []
    assert version(client, "paris", namespace="other:").nearby(*KM_5) == []


@BOTH
def test_the_edges_of_the_map_are_on_it(version: Version, client: Redis) -> None:
    drivers = version(client, "paris")
    edges = {"north": (85.05112878, 0), "south": (-85.05112878, 0), "east": (0, 180), "west": (10, -180)}
    for driver, edge in edges.items():
        drivers.report(driver, *edge)
        assert names(drivers.nearby(*edge, 1_000)) == [driver]
    assert names(drivers.nearby(0, -179.999, 1_000)) == ["east"]


@pytest.mark.parametrize(
    ("version", "left"),
    [
        (NaiveDrivers, {KEY: ("zset", None), f"{KEY}:riders": ("hash", None)}),
        (
            Drivers,
            {
                KEY: ("zset", 30),
                f"{KEY}:seen": ("zset", 30),
                f"{KEY}:claims": ("zset", 14_400),
                f"{KEY}:riders": ("hash", 14_400),
                f"{KEY}:rides": ("hash", 14_400),
            },
        ),
    ],
)
def test_the_keys_left_behind_are_those_of_the_card(
    version: Version, left: dict[str, object], client: Redis
) -> None:
    drivers = version(client, "paris")
    drivers.report("d1", *HERE)
    drivers.assign("ann", *KM_5)
    assert keyspace(client) == left
    drivers.release("d1", "ann")
    drivers.offline("d1")
    assert keyspace(client) == {}


@BOTH
@pytest.mark.parametrize(
    ("place", "says"),
    [
        ((86, 2), "latitude must be between -85.05112878 and 85.05112878, not 86"),
        ((-85.0512, 2), "latitude must be between"),
        ((math.nan, 2), "latitude must be a finite number, not nan"),
        ((48, 180.1), "longitude must be between -180.0 and 180.0, not 180.1"),
        ((48, math.inf), "longitude must be a finite number, not inf"),
        (("48", 2), "latitude must be a finite number, not '48'"),
        ((True, 2), "latitude must be a finite number, not True"),
        ((48, None), "longitude must be a finite number, not None"),
    ],
)
def test_a_bad_place_never_leaves(
    version: Version, place: tuple[float, float], says: str, nowhere: Redis
) -> None:
    drivers = version(nowhere, "paris")
    for ask in (
        lambda: drivers.report("d1", *place),
        lambda: drivers.nearby(*place, 100),
        lambda: drivers.assign("ann", *place, 100),
    ):
        with pytest.raises(ValueError, match=says):
            ask()


@BOTH
@pytest.mark.parametrize("radius", [0, -1, math.nan, math.inf, None, 10**9])
def test_a_bad_radius_never_leaves(version: Version, radius: float, nowhere: Redis) -> None:
    drivers = version(nowhere, "paris")
    for ask in (lambda: drivers.nearby(*HERE, radius), lambda: drivers.assign("ann", *HERE, radius)):
        with pytest.raises(ValueError, match="radius_m must be"):
            ask()


@BOTH
@pytest.mark.parametrize("bad", ["", b"d1", None, "x" * 257, "\ud800"])
def test_a_bad_name_never_leaves(version: Version, bad: str, nowhere: Redis) -> None:
    drivers = version(nowhere, "paris")
    for ask in (
        lambda: drivers.report(bad, *HERE),
        lambda: drivers.assigned_to(bad),
        lambda: drivers.release(bad, "ann"),
        lambda: drivers.offline(bad),
    ):
        with pytest.raises(ValueError, match="driver"):
            ask()
    for ask in (lambda: drivers.assign(bad, *KM_5), lambda: drivers.release("d1", bad)):
        with pytest.raises(ValueError, match="rider"):
            ask()
    with pytest.raises(ValueError, match="city"):
        version(nowhere, bad)


@BOTH
def test_a_bad_count_never_leaves(version: Version, nowhere: Redis) -> None:
    with pytest.raises(ValueError, match="count must be between 1 and 1,000, not 0"):
        version(nowhere, "paris").nearby(*KM_5, count=0)


@BOTH
def test_a_key_of_another_type_is_reported_and_kept(version: Version, client: Redis) -> None:
    client.set(KEY, "mine")
    drivers = version(client, "paris")
    for ask in (
        lambda: drivers.report("d1", *HERE),
        lambda: drivers.nearby(*KM_5),
        lambda: drivers.assign("ann", *KM_5),
    ):
        with pytest.raises(ResponseError, match="WRONGTYPE"):
            ask()
    assert keyspace(client) == {KEY: ("string", None)}


# How the naive one goes wrong


def test_naive_double_dispatch(redis: Redis) -> None:
    drivers = NaiveDrivers(redis, "paris")
    drivers.report("d1", *HERE)
    won = []
    slow = NaiveDrivers(Meanwhile(redis, "hget", lambda: won.append(drivers.assign("ben", *KM_5))), "paris")
    won.append(slow.assign("ann", *KM_5))
    assert won == ["d1", "d1"]  # Ben was told first, and Ann has the driver
    assert drivers.assigned_to("d1") == "ann"


def test_naive_ghost_driver(redis: Redis) -> None:
    drivers = NaiveDrivers(redis, "paris")
    drivers.report("d1", *HERE)  # and never again
    assert keyspace(redis)[KEY] == ("zset", None)  # no time will ever take the position away
    assert drivers.assign("ann", *KM_5) == "d1"


def test_naive_second_car(redis: Redis) -> None:
    drivers = NaiveDrivers(redis, "paris")
    drivers.report("d1", *HERE)
    drivers.report("d2", *NORTH_100)
    assert [drivers.assign("ann", *KM_5) for _retry in range(2)] == ["d1", "d2"]


def test_naive_stuck_driver(redis: Redis) -> None:
    drivers = NaiveDrivers(redis, "paris")
    drivers.report("d1", *HERE)
    drivers.assign("ann", *KM_5)  # and Ann's phone falls into the river
    assert keyspace(redis)[f"{KEY}:riders"] == ("hash", None)
    assert drivers.assign("ben", *KM_5) is None


def test_naive_stolen_release(redis: Redis) -> None:
    drivers = NaiveDrivers(redis, "paris")
    drivers.report("d1", *HERE)
    drivers.assign("ann", *KM_5)
    drivers.release("d1", "ann")
    drivers.assign("ben", *KM_5)
    assert drivers.release("d1", "ann") is True  # her cancel arrived twice
    assert drivers.assigned_to("d1") is None  # and Ben's driver is free


# Cost


def test_every_method_takes_one_round_trip(redis: Redis) -> None:
    drivers = Drivers(redis, "paris")
    methods = (
        lambda: drivers.report("d1", *HERE),
        lambda: drivers.nearby(*KM_5),
        lambda: drivers.assign("ann", *KM_5),
        lambda: drivers.confirm("d1", "ann"),
        lambda: drivers.assigned_to("d1"),
        lambda: drivers.release("d1", "ann"),
        lambda: drivers.offline("d1"),
    )
    for method in methods:  # loads the scripts
        method()
    for method in methods:
        with round_trips(redis) as count:
            method()
        assert count.number == 1

"""A driver is one rider's until the claim ends, and drivers who have gone silent are not offered."""

from __future__ import annotations

import math

import pytest
from redis import Redis

from patterns.geo_search import Drivers
from tests.patterns.bench import Time, full, together
from tests.patterns.geo_search import HERE, KEY, KM_5, NORTH_100, NORTH_1000, names


def test_of_many_riders_each_gets_a_driver_of_their_own(redis: Redis) -> None:
    drivers = Drivers(redis, "paris")
    for number in range(5):
        drivers.report(f"d{number}", HERE[0] + number / 10_000, HERE[1])
    won = together(*(lambda i=i: drivers.assign(f"rider {i}", *KM_5) for i in range(8)))
    assert sorted(filter(None, won)) == [f"d{number}" for number in range(5)]
    assert won.count(None) == 3


def test_a_rider_who_asks_again_keeps_the_same_driver(anywhere: Redis) -> None:
    drivers = Drivers(anywhere, "paris")
    drivers.report("d1", *HERE)
    drivers.report("d2", *NORTH_100)
    assert [drivers.assign("ann", *KM_5) for _retry in range(3)] == ["d1"] * 3
    assert drivers.assign("ann", *NORTH_100, 5_000) == "d1"
    assert drivers.assigned_to("d2") is None


def test_asking_again_does_not_prolong_the_claim(anywhere: Redis) -> None:
    time = Time()
    drivers = Drivers(anywhere, "paris", lease=15, now=time)
    drivers.report("d1", *HERE)
    drivers.assign("ann", *KM_5)
    time.at += 14
    drivers.assign("ann", *KM_5)
    time.at += 1
    assert drivers.assigned_to("d1") is None


def test_an_unconfirmed_claim_gives_the_driver_back(anywhere: Redis) -> None:
    time = Time()
    drivers = Drivers(anywhere, "paris", fresh=60, lease=15, now=time)
    drivers.report("d1", *HERE)
    drivers.assign("ann", *KM_5)
    time.at += 14.999
    assert drivers.assigned_to("d1") == "ann"
    assert drivers.assign("ben", *KM_5) is None
    time.at += 0.001
    assert drivers.assigned_to("d1") is None
    assert drivers.assign("ben", *KM_5) == "d1"
    assert drivers.confirm("d1", "ann") is False
    assert drivers.release("d1", "ann") is False
    assert drivers.assigned_to("d1") == "ben"


def test_a_claim_that_ran_out_can_be_neither_confirmed_nor_released(anywhere: Redis) -> None:
    time = Time()
    drivers = Drivers(anywhere, "paris", now=time)
    drivers.report("d1", *HERE)
    drivers.assign("ann", *KM_5)
    time.at += 15
    assert (drivers.confirm("d1", "ann"), drivers.release("d1", "ann")) == (False, False)
    assert drivers.assigned_to("d1") is None


def test_a_rider_whose_claim_ran_out_starts_anew(anywhere: Redis) -> None:
    time = Time()
    drivers = Drivers(anywhere, "paris", fresh=60, now=time)
    drivers.report("d1", *HERE)
    drivers.report("d2", *NORTH_1000)
    assert drivers.assign("ann", *KM_5) == "d1"
    time.at += 15
    assert drivers.assign("ben", *KM_5) == "d1"
    assert drivers.assign("ann", *KM_5) == "d2"
    assert (drivers.assigned_to("d1"), drivers.assigned_to("d2")) == ("ben", "ann")


def test_a_full_redis_still_confirms_a_claim(redis: Redis) -> None:
    time = Time()
    drivers = Drivers(redis, "paris", fresh=86_400, lease=15, ride=3_600, now=time)
    drivers.report("d1", *HERE)
    drivers.assign("ann", *KM_5)
    with full(redis):
        assert drivers.confirm("d1", "ann") is True
    time.at += 3_599
    assert drivers.assigned_to("d1") == "ann"


def test_a_confirmed_claim_lasts_for_the_ride(anywhere: Redis) -> None:
    time = Time()
    drivers = Drivers(anywhere, "paris", fresh=86_400, lease=15, ride=3_600, now=time)
    drivers.report("d1", *HERE)
    drivers.assign("ann", *KM_5)
    time.at += 10
    assert drivers.confirm("d1", "ann") is True
    time.at += 3_599
    assert drivers.assigned_to("d1") == "ann"
    assert drivers.assign("ben", *KM_5) is None
    time.at += 1
    assert drivers.assign("ben", *KM_5) == "d1"


def test_only_the_riders_own_claim_can_be_confirmed_or_released(anywhere: Redis) -> None:
    drivers = Drivers(anywhere, "paris")
    drivers.report("d1", *HERE)
    drivers.assign("ann", *KM_5)
    assert (drivers.confirm("d1", "ben"), drivers.release("d1", "ben")) == (False, False)
    assert drivers.assigned_to("d1") == "ann"


def test_who_has_not_reported_lately_is_not_offered(anywhere: Redis) -> None:
    time = Time()
    drivers = Drivers(anywhere, "paris", fresh=30, now=time)
    drivers.report("silent", *HERE)
    time.at += 29.999
    drivers.report("fresh", *NORTH_100)
    assert names(drivers.nearby(*KM_5)) == ["silent", "fresh"]
    time.at += 0.001
    assert names(drivers.nearby(*KM_5)) == ["fresh"]
    assert drivers.assign("ann", *KM_5) == "fresh"
    assert drivers.assign("ben", *KM_5) is None


def test_a_report_sweeps_the_silent_away(anywhere: Redis) -> None:
    time = Time()
    drivers = Drivers(anywhere, "paris", fresh=30, now=time)
    for number in range(3):
        drivers.report(f"silent {number}", *HERE)
    time.at += 30
    drivers.report("fresh", *NORTH_100)
    assert anywhere.zcard(KEY) == anywhere.zcard(f"{KEY}:seen") == 1
    assert names(drivers.nearby(*KM_5)) == ["fresh"]


def test_a_silent_driver_who_reports_again_is_back(anywhere: Redis) -> None:
    time = Time()
    drivers = Drivers(anywhere, "paris", fresh=30, now=time)
    drivers.report("d1", *HERE)
    time.at += 300
    drivers.report("d1", *HERE)
    assert names(drivers.nearby(*KM_5)) == ["d1"]


def test_silent_drivers_do_not_crowd_the_fresh_ones_out_of_a_page(anywhere: Redis) -> None:
    time = Time()
    drivers = Drivers(anywhere, "paris", fresh=30, now=time)
    for number in range(120):
        drivers.report(f"silent {number}", *HERE)
    time.at += 29
    for number in range(5):
        drivers.report(f"fresh {number}", *NORTH_1000)
    time.at += 1
    assert sorted(names(drivers.nearby(*KM_5, count=3)))[0].startswith("fresh")
    assert len(drivers.nearby(*KM_5, count=3)) == 3
    assert len(drivers.nearby(*KM_5, count=10)) == 5
    assert drivers.assign("ann", *KM_5).startswith("fresh")


def test_claims_that_ran_out_are_swept_away(anywhere: Redis) -> None:
    time = Time()
    drivers = Drivers(anywhere, "paris", fresh=60, now=time)
    for number in range(3):
        drivers.report(f"d{number}", *HERE)
        drivers.assign(f"rider {number}", *KM_5)
    time.at += 15
    assert drivers.assign("ann", *KM_5) is not None
    assert [
        anywhere.zcard(f"{KEY}:claims"),
        anywhere.hlen(f"{KEY}:riders"),
        anywhere.hlen(f"{KEY}:rides"),
    ] == [
        1,
        1,
        1,
    ]


def test_a_driver_who_goes_offline_keeps_the_rider(anywhere: Redis) -> None:
    drivers = Drivers(anywhere, "paris")
    drivers.report("d1", *HERE)
    drivers.assign("ann", *KM_5)
    drivers.offline("d1")
    assert drivers.assigned_to("d1") == "ann"


def test_the_servers_clock_is_used_unless_told_otherwise(anywhere: Redis) -> None:
    drivers = Drivers(anywhere, "paris")
    drivers.report("d1", *HERE)
    seconds, _microseconds = anywhere.time()
    assert anywhere.zscore(f"{KEY}:seen", "d1") == pytest.approx(1_000 * seconds, abs=60_000)


@pytest.mark.parametrize("option", ["fresh", "lease", "ride"])
@pytest.mark.parametrize("seconds", [0, -1, math.nan, math.inf, None, 10**9])
def test_a_bad_time_is_refused_at_once(option: str, seconds: float, nowhere: Redis) -> None:
    with pytest.raises(ValueError, match=f"{option} must be"):
        Drivers(nowhere, "paris", **{option: seconds})


@pytest.mark.parametrize("drivers_there", [11, 41])
def test_of_many_drivers_at_one_place_each_is_given(drivers_there: int, anywhere: Redis) -> None:
    drivers = Drivers(anywhere, "paris")
    for number in range(drivers_there):
        drivers.report(f"d{number:02}", *HERE)
    given = {drivers.assign(f"rider {number}", *HERE, 100) for number in range(drivers_there)}
    assert given == {f"d{number:02}" for number in range(drivers_there)}

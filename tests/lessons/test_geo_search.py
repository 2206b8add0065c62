"""What the geo lesson shows, pinned: how many riders share a driver, and who is offered."""

from __future__ import annotations

import pytest

from lab.bench import Bench
from lab.workshop import Workshop
from lessons.geo_search import faults, live, trouble
from lessons.geo_search.places import CITIES, drivers_around, metres_between, spot
from lessons.inputs import parse_all
from lessons.model import Experiment, Shown, Trial
from lessons.pictures import GeoMap
from patterns.geo_search import Drivers, NaiveDrivers

LISBON = {"city": "Lisbon", "north_m": 200, "east_m": -300, "radius_m": 1_500}


def count(shown: Shown, label: str) -> object:
    return next(one.value for one in shown.counts if one.label == label)


def states(shown: Shown) -> dict[str, str]:
    assert isinstance(shown.picture, GeoMap)
    return {place.name: place.state for place in shown.picture.places}


@pytest.mark.parametrize(("riders", "drivers"), [(2, 2), (12, 15), (40, 5), (3, 1)])
def test_the_naive_dispatch_gives_everyone_the_same_driver(bench: Bench, riders: int, drivers: int) -> None:
    shown = trouble.naive_burst(bench, riders=riders, drivers=drivers, city="Lisbon")
    assert count(shown, "Riders told a driver") == riders
    assert count(shown, "Drivers given") == 1
    assert count(shown, "Waiting for another's car") == riders - 1


@pytest.mark.parametrize(("riders", "drivers"), [(2, 2), (12, 15), (40, 5), (3, 1)])
def test_the_hardened_dispatch_gives_no_driver_twice(bench: Bench, riders: int, drivers: int) -> None:
    shown = trouble.hardened_burst(bench, riders=riders, drivers=drivers, city="Lisbon")
    assert count(shown, "Waiting for another's car") == 0
    assert count(shown, "Drivers given") == min(riders, drivers)
    assert count(shown, "Told that nobody is free") == max(0, riders - drivers)


@pytest.mark.parametrize("city", CITIES)
def test_every_city_works(real_bench: Bench, city: str) -> None:
    live.send_out(real_bench, city=city, drivers=10, spread_m=2_000)
    shown = live.search(real_bench, city=city, north_m=0, east_m=0, radius_m=2_100, count=50)
    assert count(shown, "Found") == 10


def test_each_story_names_its_fault(bench: Bench) -> None:
    naive = trouble.Steps(NaiveDrivers)
    assert naive.two_riders(bench).says == "rita was told driver 01, sam driver 01: double dispatch."
    assert "ghost driver" in naive.ghost(bench, minutes=60).says
    assert naive.twice(bench).says == "rita asked twice and was told driver 01, then driver 02: second car."
    assert "stuck driver" in naive.stuck(bench, minutes=60).says
    assert "stolen release" in naive.cancel(bench).says


def test_the_hardened_dispatch_passes_the_same_stories(bench: Bench) -> None:
    hardened = trouble.Steps(Drivers)
    assert hardened.two_riders(bench).says == "rita was told driver 01, sam driver 02."
    assert "driver 02, who is there" in hardened.ghost(bench, minutes=60).says
    assert hardened.twice(bench).says == "rita asked twice and was told driver 01, then driver 01."
    assert hardened.stuck(bench, minutes=60).says.endswith("sam asked and was told driver 01.")
    assert hardened.cancel(bench).says == "rita's cancel arrived twice. driver 01 is still sam's."


def test_a_claim_is_the_same_until_it_ends_and_then_free(bench: Bench) -> None:
    live.send_out(bench, city="Lisbon", drivers=25, spread_m=3_000)
    first = live.assign(bench, rider="rita", **LISBON)
    again = live.assign(bench, rider="rita", **LISBON)
    assert first.says.startswith("driver 01 is rita's for 15 seconds.")
    assert again.says.startswith("driver 01 is rita's already, for another 1")
    assert [name for name, state in states(first).items() if state == "chosen"] == ["driver 01"]
    other = live.assign(bench, rider="sam", **LISBON)
    assert "driver 01" not in other.says
    bench.fast_forward(16)
    assert states(live.search(bench, count=5, **LISBON))["driver 01"] == "chosen", "found, no longer taken"
    assert live.confirm(bench, rider="rita", city="Lisbon").says == "Too late: the claim of rita ran out."


def test_a_confirmed_ride_lasts_and_is_released_once(bench: Bench) -> None:
    live.send_out(bench, city="Lisbon", drivers=25, spread_m=3_000)
    live.assign(bench, rider="rita", **LISBON)
    assert live.confirm(bench, rider="rita", city="Lisbon").says == "driver 01 is on the way to rita."
    again = live.assign(bench, rider="rita", **LISBON)
    assert again.says == "driver 01 is on the way to rita already: the same driver, and no second car."
    bench.fast_forward(20)
    assert states(live.report_again(bench, city="Lisbon", drivers=25, spread_m=3_000))["driver 01"] == "taken"
    assert live.release(bench, rider="rita", city="Lisbon").says == "driver 01 is free again."
    assert live.release(bench, rider="rita", city="Lisbon").tone == "warn"


def test_silent_drivers_are_shown_as_silent_and_swept_by_the_next_report(bench: Bench) -> None:
    live.send_out(bench, city="Lisbon", drivers=10, spread_m=1_000)
    bench.fast_forward(20)
    live.report_again(bench, city="Lisbon", drivers=10, spread_m=1_000)
    bench.fast_forward(20)
    shown = live.search(bench, city="Lisbon", north_m=0, east_m=0, radius_m=5_000, count=50)
    assert sorted(states(shown).values()) == ["chosen"] * 5 + ["silent"] * 5
    swept = live.report_again(bench, city="Lisbon", drivers=10, spread_m=1_000)
    assert swept.says == "5 drivers reported. 5 silent ones were swept away."


def test_who_was_swept_away_is_counted_while_others_come(bench: Bench) -> None:
    live.send_out(bench, city="Lisbon", drivers=10, spread_m=1_000)
    bench.fast_forward(20)
    live.report_again(bench, city="Lisbon", drivers=10, spread_m=1_000)
    bench.fast_forward(20)
    more = live.report_again(bench, city="Lisbon", drivers=40, spread_m=1_000)
    assert more.says == "20 drivers reported. 5 silent ones were swept away."


def test_nobody_near_is_said_and_not_an_error(bench: Bench) -> None:
    assert live.search(bench, count=5, **LISBON).says == "Nobody reported lately within 1,500 m."
    assert live.assign(bench, rider="rita", **LISBON).tone == "warn"
    assert live.offline(bench, driver="driver 01", city="Lisbon").says == "driver 01 was not out in Lisbon."


def test_the_map_turns_to_the_city_that_was_chosen(bench: Bench) -> None:
    live.send_out(bench, city="Tokyo", drivers=3, spread_m=1_000)
    drawn = live.picture(bench)
    assert isinstance(drawn, GeoMap)
    assert drawn.title == "Tokyo now"
    assert len(drawn.places) == 3
    gone = live.offline(bench, driver="driver 01", city="Lisbon")
    assert isinstance(gone.picture, GeoMap)
    assert gone.picture.title == "Lisbon now"


def test_a_search_says_when_it_may_have_left_some_out(bench: Bench) -> None:
    live.send_out(bench, city="Lisbon", drivers=25, spread_m=3_000)
    assert "as many as you asked for" in live.search(bench, count=2, **LISBON).says
    assert "as many as you asked for" not in live.search(bench, count=5, **LISBON).says


def test_drivers_stand_where_their_city_puts_them() -> None:
    first, second = (list(drivers_around("Lisbon", 30, 2_000)) for _ in range(2))
    assert first == second
    centre = CITIES["Lisbon"]
    assert all(metres_between(centre, (at.latitude, at.longitude)) <= 2_001 for _, at in first)


def test_an_offset_is_as_long_as_it_says() -> None:
    for city, centre in CITIES.items():
        at = spot(city, 3_000, 4_000)
        assert metres_between(centre, (at.latitude, at.longitude)) == pytest.approx(5_000, rel=0.002)


@pytest.mark.parametrize(
    ("experiment", "trial"),
    [(one, trial) for one in faults.FAULTS for trial in one.trials],
    ids=lambda one: one.label if isinstance(one, Trial) else one.slug,
)
def test_each_trial_comes_out_as_it_says(experiment: Experiment, trial: Trial) -> None:
    with Workshop() as workshop:
        shown = trial.run(workshop, **parse_all(experiment.inputs, {}))
    assert shown.tone == trial.expect, shown.says


def test_the_whole_city_expires_together_and_not_the_dead(bench: Bench) -> None:
    city = faults.ExpiringCity(bench.client("drivers"), "Lisbon", namespace=bench.namespace)
    city.report("driver 01", 38.7, -9.1)
    bench.fast_forward(20)
    city.report("driver 02", 38.7, -9.1)
    bench.fast_forward(20)
    assert [one.driver for one in city.nearby(38.7, -9.1, 100)] == ["driver 01", "driver 02"]
    bench.fast_forward(31)
    assert city.nearby(38.7, -9.1, 100) == []


@pytest.mark.parametrize("lost", [0, 3])
def test_no_reply_that_is_lost_sends_a_second_car(lost: int) -> None:
    with Workshop() as workshop:
        shown = faults.unanswered(Drivers, "EVALSHA", 3, workshop, riders=3, lost=lost)
    assert (count(shown, "Riders with two cars"), count(shown, "Riders without a car")) == (0, 0)


@pytest.mark.parametrize("unheard", [0, 1, 4])
def test_as_many_drivers_go_to_two_riders_as_claims_were_forgotten(unheard: int) -> None:
    with Workshop() as workshop:
        shown = faults.forgotten(Drivers, None, workshop, riders=4, unheard=unheard)
    assert count(shown, "Drivers sent to two riders") == unheard
    with Workshop() as workshop:
        shown = faults.forgotten(Drivers, faults.Rides, workshop, riders=4, unheard=unheard)
    assert shown.tone == "good", shown.says

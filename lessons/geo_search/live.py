"""A city with drivers: who is near, who is mine, who fell silent."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lessons.geo_search.places import CITIES, FRESH, LEASE, Spot, draw, drivers_around, spot
from lessons.inputs import Choice, Input, Integer, Text
from lessons.model import Action, Count, Run, Shown
from lessons.notes import note
from lessons.pictures import GeoMap, Picture
from lessons.staging import load_scripts, plural
from patterns.geo_search import Drivers

if TYPE_CHECKING:
    from lab.bench import Bench

CITY = Choice("city", "City", tuple(CITIES), "Lisbon")
RIDER = Text("rider", "Rider", "rita")
DRIVER = Text("driver", "Driver", "driver 01")
WHERE: tuple[Input, ...] = (
    CITY,
    Integer("north_m", "Metres north of the centre", 200, -20_000, 20_000, "m"),
    Integer("east_m", "Metres east of the centre", -300, -20_000, 20_000, "m"),
    Integer("radius_m", "Radius", 1_500, 10, 50_000, "m"),
)


@dataclass(slots=True)
class View:
    """What the map looked at last."""

    here: Spot
    radius_m: float = 1_500


def view(bench: Bench) -> View:
    return note(bench, "view", lambda: View(spot("Lisbon", 200, -300)))


def drivers_of(bench: Bench, city: str, actor: str = "dispatch") -> Drivers:
    load_scripts(bench, "geo_search")
    return Drivers(
        bench.client(actor), city, namespace=bench.namespace, fresh=FRESH, lease=LEASE, now=bench.clock
    )


def looked_up(bench: Bench, city: str) -> Drivers:
    """The same, unseen: for what the page only shows."""
    return Drivers(bench.quiet(), city, namespace=bench.namespace, fresh=FRESH, lease=LEASE, now=bench.clock)


def on_map(bench: Bench, title: str, chosen: Collection[str] = ()) -> GeoMap:
    seen = view(bench)
    drivers = looked_up(bench, seen.here.city)
    return draw(bench, drivers, seen.here, seen.radius_m, title=title, chosen=chosen)


def picture(bench: Bench) -> Picture:
    return on_map(bench, f"{view(bench).here.city} now")


def send_out(bench: Bench, /, *, city: str, drivers: int, spread_m: int) -> Shown:
    """Drivers begin their shift: each reports where it is."""
    fleet = drivers_of(bench, city, "drivers")
    for name, at in drivers_around(city, drivers, spread_m):
        fleet.report(name, at.latitude, at.longitude)
    turn_to(bench, city)
    return Shown(
        f"{plural(drivers, 'driver')} of {city} reported. Each report is good for {FRESH:.0f} seconds.",
        "good",
        picture=on_map(bench, f"{city} at the start of the shift"),
    )


def search(bench: Bench, /, *, city: str, north_m: int, east_m: int, radius_m: int, count: int) -> Shown:
    """Who is near, nearest first. Looking takes nobody."""
    here = look_from(bench, city, north_m, east_m, radius_m)
    found = drivers_of(bench, city).nearby(here.latitude, here.longitude, radius_m, count)
    if not found:
        return Shown(f"Nobody reported lately within {radius_m:,} m.", "warn", picture=picture(bench))
    nearest = found[0]
    most = ", as many as you asked for: there may be more" if len(found) == count else ""
    return Shown(
        f"{plural(len(found), 'driver')} within {radius_m:,} m{most}. The nearest is {nearest.driver}, "
        f"{nearest.metres:,.0f} m away. Taken ones are shown too: a search is not a claim.",
        "good",
        (Count("Found", len(found)), Count("Nearest", round(nearest.metres), "m")),
        on_map(bench, "Near you", {one.driver for one in found}),
    )


def assign(bench: Bench, /, *, rider: str, city: str, north_m: int, east_m: int, radius_m: int) -> Shown:
    """Ask for a driver. Ask again before the claim ends: the same one."""
    here = look_from(bench, city, north_m, east_m, radius_m)
    left = seconds_left(bench, city, rider)
    driver = drivers_of(bench, city, rider).assign(rider, here.latitude, here.longitude, radius_m)
    if driver is None:
        return Shown(f"No free driver within {radius_m:,} m for {rider}.", "warn", picture=picture(bench))
    if left > LEASE:
        says = f"{driver} is on the way to {rider} already: the same driver, and no second car."
    elif left > 0:
        says = f"{driver} is {rider}'s already, for another {left:.1f} s: the same driver, and no second car."
    else:
        says = (
            f"{driver} is {rider}'s for {LEASE:.0f} seconds. Unless the driver accepts in time, both are "
            "free again."
        )
    return Shown(
        says,
        "good",
        picture=on_map(bench, f"{rider}'s driver", {driver}),
    )


def confirm(bench: Bench, /, *, rider: str, city: str) -> Shown:
    """The driver accepts: the claim lasts for the whole ride."""
    turn_to(bench, city)
    driver = driver_of(bench, city, rider)
    if driver is None:
        return Shown(f"{rider} has no driver in {city}.", "warn", picture=picture(bench))
    if drivers_of(bench, city, driver).confirm(driver, rider):
        return Shown(
            f"{driver} is on the way to {rider}.", "good", picture=on_map(bench, "On the way", {driver})
        )
    return Shown(f"Too late: the claim of {rider} ran out.", "warn", picture=picture(bench))


def release(bench: Bench, /, *, rider: str, city: str) -> Shown:
    """The ride is over, or the rider changed their mind."""
    turn_to(bench, city)
    driver = driver_of(bench, city, rider)
    if driver is None or not drivers_of(bench, city, rider).release(driver, rider):
        return Shown(f"{rider} has no driver to give back.", "warn", picture=picture(bench))
    return Shown(f"{driver} is free again.", "good", picture=on_map(bench, "Free again", {driver}))


def report_again(bench: Bench, /, *, city: str, drivers: int, spread_m: int) -> Shown:
    """Every second driver reports; the others are out of reach."""
    fleet = drivers_of(bench, city, "drivers")
    reported = list(drivers_around(city, drivers, spread_m))[::2]
    before = out_in(bench, fleet)
    for name, at in reported:
        fleet.report(name, at.latitude, at.longitude)
    gone = len(before - out_in(bench, fleet))
    swept = f" {plural(gone, 'silent one was', 'silent ones were')} swept away." if gone else ""
    turn_to(bench, city)
    return Shown(f"{plural(len(reported), 'driver')} reported.{swept}", "good", picture=picture(bench))


def offline(bench: Bench, /, *, driver: str, city: str) -> Shown:
    """A driver ends the shift. There is no GEODEL: a position is a member of a sorted set."""
    out = drivers_of(bench, city, "drivers").offline(driver)
    turn_to(bench, city)
    says = f"{driver} went home." if out else f"{driver} was not out in {city}."
    return Shown(says, "good" if out else "warn", picture=picture(bench))


def look_from(bench: Bench, city: str, north_m: int, east_m: int, radius_m: int) -> Spot:
    seen = view(bench)
    seen.here, seen.radius_m = spot(city, north_m, east_m), radius_m
    return seen.here


def turn_to(bench: Bench, city: str) -> None:
    """The map shows the city that is spoken of, from its centre if it was another."""
    if view(bench).here.city != city:
        view(bench).here = spot(city)


def out_in(bench: Bench, fleet: Drivers) -> set[str]:
    """Who has a position there, silent or not."""
    return {str(name) for name in bench.quiet().zrange(fleet.key, 0, -1)}


def seconds_left(bench: Bench, city: str, rider: str) -> float:
    """How long the rider's claim still lasts; 0 without one."""
    driver = driver_of(bench, city, rider)
    deadline = bench.quiet().zscore(f"{looked_up(bench, city).key}:claims", driver) if driver else None
    return max(0.0, float(deadline) / 1_000 - bench.clock()) if deadline else 0.0


def driver_of(bench: Bench, city: str, rider: str) -> str | None:
    found = bench.quiet().hget(f"{looked_up(bench, city).key}:rides", rider)
    return None if found is None else str(found)


FLEET: tuple[Input, ...] = (
    CITY,
    Integer("drivers", "Drivers", 25, 1, 200),
    Integer("spread_m", "Within", 3_000, 100, 20_000, "m"),
)

LIVE = Run(
    "Find a driver, and make it yours",
    (
        Action("Drivers begin their shift", send_out, FLEET, (Drivers.report,)),
        Action(
            "Who is near?",
            search,
            (*WHERE, Integer("count", "At most", 5, 1, 50)),
            (Drivers.nearby,),
        ),
        Action("Ask for a driver", assign, (RIDER, *WHERE), (Drivers.assign,)),
        Action("The driver accepts", confirm, (RIDER, CITY), (Drivers.confirm,)),
        Action("The ride is over", release, (RIDER, CITY), (Drivers.release,)),
        Action("Every second driver reports again", report_again, FLEET, (Drivers.report,)),
        Action("A driver goes home", offline, (DRIVER, CITY), (Drivers.offline,)),
    ),
    picture,
    fast_forward=(10, 20, 60),
)

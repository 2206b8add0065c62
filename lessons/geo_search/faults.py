"""Faults against dispatch: apps that die, claims whose reply is lost, a primary that takes claims with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from redis import Redis

from lessons.breaking import RETRIES, Lossy, Pair
from lessons.crew import insist
from lessons.geo_search.places import FRESH, LEASE, Spot, metres_between, spot
from lessons.geo_search.usual import ExpiringCity, NxDrivers
from lessons.inputs import Integer
from lessons.model import Count, Experiment, Fault, Shown, Trial
from lessons.pictures import GeoMap, Place, Table, TableRow, Tone
from lessons.staging import plural
from patterns.geo_search import Drivers, NaiveDrivers

if TYPE_CHECKING:
    from lab.workshop import Workshop

Fleet = NaiveDrivers | Drivers
Kind = type[NaiveDrivers] | type[Drivers]

TOWN, HERE, RADIUS_M = "Lisbon", spot("Lisbon"), 5_000
STEP_M = 100
SIX_O_CLOCK = 1_700_000_000.0

OUT = Integer("out", "Drivers", 8, 2, 30, help="Every second one's app dies, the nearest first.")
RIDERS = Integer("riders", "Riders", 6, 1, 20, help="As many drivers are out, each free.")
LOST = Integer("lost", "Replies to a claim lost", 2, 0, 20)
UNHEARD = Integer("unheard", "Claims that the replica never hears of", 2, 0, 20)


class Clock:
    """The time of an experiment, which moves when it is told to: half a minute of silence takes no time."""

    def __init__(self) -> None:
        self.now = SIX_O_CLOCK

    def __call__(self) -> float:
        return self.now


class Rides:
    """The table of rides in the database: a driver has one open row, whatever Redis has forgotten."""

    def __init__(self) -> None:
        self.rider_of: dict[str, str] = {}

    def open(self, driver: str, rider: str) -> bool:
        """INSERT with a unique driver. False: the driver drives somebody else."""
        return self.rider_of.setdefault(driver, rider) == rider


def on(redis: Redis, kind: Kind, clock: Clock) -> Fleet:
    if kind is Drivers:
        return Drivers(redis, TOWN, fresh=FRESH, lease=LEASE, now=clock)
    return kind(redis, TOWN)


def stand(number: int) -> Spot:
    """Where driver `number` stands: in a row to the north, the first one nearest."""
    return spot(TOWN, STEP_M * number)


def report(fleet: Fleet, numbers: range) -> list[str]:
    for number in numbers:
        at = stand(number)
        fleet.report(f"driver {number:02}", at.latitude, at.longitude)
    return [f"driver {number:02}" for number in numbers]


def ask(fleet: Fleet, rider: str) -> str | None:
    return fleet.assign(rider, HERE.latitude, HERE.longitude, RADIUS_M)


def dead_apps(workshop: Workshop, kind: Kind, *, out: int) -> Shown:
    """Every second app dies: its connection is closed and it never reports again. The others go on."""
    workshop.progress(0.1, "A server, and drivers who report")
    lossy, clock = Lossy(workshop, "geo_search"), Clock()
    names = report(on(lossy.direct, kind, clock), range(1, out + 1))
    dead = set(names[::2])
    for turn in (1, 2, 3):
        workshop.progress(0.2 * turn, f"{20 * turn} seconds later the living report again")
        clock.now += 20
        for number in range(2, out + 1, 2):
            report(on(lossy.direct, kind, clock), range(number, number + 1))
    workshop.progress(0.9, "As many riders ask as drivers are alive")
    told = {f"rider {number:02}": ask(on(lossy.direct, kind, clock), f"rider {number:02}")
            for number in range(1, out - len(dead) + 1)}  # fmt: skip
    to_ghosts = sorted(driver for driver in told.values() if driver in dead)
    tone: Tone = "bad" if to_ghosts else "good"
    chosen = set(told.values())
    left = {str(one) for one in lossy.direct.zrange(on(lossy.direct, kind, clock).key, 0, -1)}
    places = []
    for number, name in enumerate(names, 1):
        if name not in left and name not in chosen:
            continue
        at, is_dead = stand(number), name in dead
        far = metres_between((HERE.latitude, HERE.longitude), (at.latitude, at.longitude))
        state = "chosen" if name in chosen else "silent" if is_dead else "free"
        mark: Tone = "bad" if name in to_ghosts else "good" if name in chosen else "plain"
        note = f"{far:,.0f} m, {'app dead' if is_dead else 'reports'}"
        places.append(Place(name, at.latitude, at.longitude, state, mark, note))
    return Shown(
        f"{plural(len(dead), 'app')} of {out} died a minute ago. {plural(len(told), 'rider')} asked, and "
        + (f"{plural(len(to_ghosts), 'was', 'were')} sent a ghost driver." if to_ghosts
           else "nobody was sent a ghost driver."),
        tone,
        (
            Count("Sent a ghost", len(to_ghosts), "riders", tone),
            Count("Still on the map and dead", len(dead & left), "drivers", "bad" if dead & left else "good"),
        ),
        GeoMap(
            "Who is on the map", HERE.latitude, HERE.longitude, STEP_M * (out + 1), tuple(places), "riders"
        ),
    )  # fmt: skip


def lost_replies(
    workshop: Workshop, kind: Kind, command: str, retries: int, *, riders: int, lost: int
) -> Shown:
    """Redis writes the claim and its reply is lost; client or caller asks again for the same rider."""
    workshop.progress(0.1, "A server, and a proxy that loses replies")
    lossy, clock = Lossy(workshop, "geo_search"), Clock()
    fleet, seen = on(lossy.client(retries), kind, clock), on(lossy.direct, kind, clock)
    names = report(seen, range(1, riders + 1))
    told: dict[str, str | None] = {}
    for number in range(1, riders + 1):
        workshop.progress(0.2 + 0.7 * number / riders, f"Rider {number} of {riders} asks")
        if number <= lost:
            lossy.proxy.drop_reply(command)
        rider = f"rider {number:02}"
        told[rider] = insist(partial(ask, fleet, rider))
    return dispatched(
        f"{plural(min(lost, riders), 'reply was', 'replies were')} lost, and every rider asked until "
        "somebody answered",
        told, {name: seen.assigned_to(name) for name in names}, {},
    )  # fmt: skip


def failover(workshop: Workshop, kind: Kind, rides: Rides | None, *, riders: int, unheard: int) -> Shown:
    """Claims are acknowledged that the replica never hears of; it takes over, and more riders ask."""
    workshop.progress(0.1, "A primary and its replica")
    pair, clock = Pair(workshop, "geo_search"), Clock()
    before, unheard = on(pair.primary, kind, clock), min(unheard, riders)
    names = report(before, range(1, 2 * riders + 1))
    told: dict[str, str | None] = {}
    for number in range(1, riders + 1):
        if number == riders - unheard + 1:
            pair.caught_up()
            workshop.progress(0.5, "The replica hears no more; riders go on asking")
            pair.stall()
        rider = f"rider {number:02}"
        told[rider] = dispatch(before, rider, rides)
    if not unheard:
        pair.caught_up()
    workshop.progress(0.7, "The primary dies, the replica takes over, and as many riders ask again")
    after = on(pair.fail_over(), kind, clock)
    for number in range(riders + 1, 2 * riders + 1):
        workshop.check()
        rider = f"rider {number:02}"
        told[rider] = dispatch(after, rider, rides)
    return dispatched(
        f"The primary died with {plural(unheard, 'claim')} that only it knew",
        told, {name: after.assigned_to(name) for name in names}, rides.rider_of if rides else {},
    )  # fmt: skip


def dispatch(fleet: Fleet, rider: str, rides: Rides | None) -> str | None:
    """Ask Redis for a driver; with a table of rides, its row has the last word."""
    while (driver := ask(fleet, rider)) is not None and rides is not None:
        if rides.open(driver, rider):
            break
        # Redis has forgotten whose driver this is. Give it back to the one who has it, and ask once more.
        fleet.release(driver, rider)
        at = stand(int(driver.split()[1]))
        fleet.assign(rides.rider_of[driver], at.latitude, at.longitude, STEP_M / 2)
    return driver


def dispatched(
    what: str, told: dict[str, str | None], taken: dict[str, str | None], rows_of: dict[str, str]
) -> Shown:
    """Who was told which driver, beside whom Redis has written down for each."""
    told_of = {driver: sorted(rider for rider, its in told.items() if its == driver) for driver in taken}
    rides_of = Counter(rider for rider in taken.values() if rider)
    double = sum(len(riders) > 1 for riders in told_of.values())
    second = sum(count > 1 for count in rides_of.values())
    none = sum(driver is None for driver in told.values())
    faults = [f"double dispatch of {plural(double, 'driver')}"] * bool(double)
    faults += [f"second car for {plural(second, 'rider')}"] * bool(second)
    faults += [f"{plural(none, 'rider')} without a car"] * bool(none)
    rows = tuple(
        TableRow(
            (driver, taken[driver] or "nobody", ", ".join(riders) or "nobody"),
            "good" if len(riders) == 1 and taken[driver] == riders[0]
            else "bad" if riders or taken[driver] else "plain",
        )
        for driver, riders in told_of.items()
    )  # fmt: skip
    tone: Tone = "bad" if faults else "good"
    return Shown(
        f"{what}. {'; '.join(faults).capitalize() if faults else 'One driver each, and one rider each'}.",
        tone,
        (
            Count("Drivers sent to two riders", double, "", "bad" if double else "good"),
            Count("Riders with two cars", second, "", "bad" if second else "good"),
            Count("Riders without a car", none, "", "bad" if none else "good"),
        ),
        Table("Each driver", ("Driver", "Drives, says Redis", "Was promised to"), rows),
    )


def died(kind: Kind, workshop: Workshop, /, *, out: int) -> Shown:
    return dead_apps(workshop, kind, out=out)


def unanswered(
    kind: Kind, command: str, retries: int, workshop: Workshop, /, *, riders: int, lost: int
) -> Shown:
    return lost_replies(workshop, kind, command, retries, riders=riders, lost=lost)


def forgotten(
    kind: Kind, make: Callable[[], Rides] | None, workshop: Workshop, /, *, riders: int, unheard: int
) -> Shown:
    return failover(workshop, kind, make() if make else None, riders=riders, unheard=unheard)


FAULTS = (
    Experiment(
        "Drivers' apps die",
        watch="Watch for who is offered a minute after the last word of half the drivers.",
        trials=(
            Trial("Naive", partial(died, NaiveDrivers), "bad", (NaiveDrivers.report,)),
            Trial(
                "The usual cure: EXPIRE at each report", partial(died, ExpiringCity), "bad",
                (ExpiringCity.report,),
            ),
            Trial("Hardened: an age for each driver", partial(died, Drivers), "good", (Drivers.report,)),
        ),
        inputs=(OUT,),
        seconds=1.0,
    ),
    Experiment(
        "The reply to a claim is lost",
        watch="Watch for drivers who drive nobody, and for riders who got none because of it.",
        trials=(
            Trial(
                "Naive, and the app asks again", partial(unanswered, NaiveDrivers, "HSET", 0), "bad",
                (NaiveDrivers.assign,),
            ),
            Trial(
                "The usual cure: SET NX for a driver", partial(unanswered, NxDrivers, "SET", RETRIES), "bad",
                (NxDrivers.assign,),
            ),
            Trial(
                "Hardened: a rider has one driver", partial(unanswered, Drivers, "EVALSHA", RETRIES), "good",
                (Drivers.assign,),
            ),
        ),
        inputs=(RIDERS, LOST),
        seconds=1.0,
    ),
    Experiment(
        "The primary dies with claims on it",
        watch="Watch for drivers whom the new primary takes for free.",
        trials=(
            Trial("Naive", partial(forgotten, NaiveDrivers, None), "bad", (NaiveDrivers.assign,)),
            Trial("Hardened, Redis alone", partial(forgotten, Drivers, None), "bad", (Drivers.assign,)),
            Trial(
                "Hardened, and the ride's row decides", partial(forgotten, Drivers, Rides), "good",
                (dispatch, Rides.open),
            ),
        ),
        inputs=(RIDERS, UNHEARD),
        seconds=1.0,
    ),
)  # fmt: skip

FAULT = Fault("Dead apps, lost replies, lost claims", FAULTS)

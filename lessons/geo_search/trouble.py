"""Riders and drivers in trouble, in a crowd and one step at a time, under both versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from lab.hold import Gate, after_reply
from lessons.geo_search.places import CITIES, FRESH, LEASE, draw, drivers_around, spot
from lessons.inputs import Choice, Input, Integer
from lessons.model import Action, Burst, Count, Run, Shown
from lessons.staging import clear, load_scripts, plural, values
from patterns.geo_search import Drivers, NaiveDrivers

if TYPE_CHECKING:
    from redis import Redis

    from lab.bench import Bench

Fleet = NaiveDrivers | Drivers
Version = type[NaiveDrivers] | type[Drivers]

CROWD: tuple[Input, ...] = (
    Integer("riders", "Riders", 12, 2, 40, help="Each is a real thread with a connection of its own."),
    Integer("drivers", "Drivers", 15, 1, 60),
    Choice("city", "City", tuple(CITIES), "Lisbon"),
)
SPREAD_M, RADIUS_M = 3_000, 5_000
TOWN = "Lisbon"


def on(bench: Bench, version: Version, redis: Redis, stage: str) -> Fleet:
    if version is Drivers:
        return Drivers(redis, stage, namespace=bench.namespace, fresh=FRESH, lease=LEASE, now=bench.clock)
    return version(redis, stage, namespace=bench.namespace)


def fresh(bench: Bench, version: Version, name: str) -> str:
    """The name of an empty stage of this version; the server knows the scripts."""
    stage = f"{name}-{'naive' if version is NaiveDrivers else 'hardened'}"
    clear(bench, f"drivers:{{{stage}}}*")
    load_scripts(bench, "geo_search")
    return stage


def burst(version: Version, bench: Bench, *, riders: int, drivers: int, city: str) -> Shown:
    """Everybody leaves the same concert and asks at once."""
    stage = fresh(bench, version, f"{city} concert")
    fleet = on(bench, version, bench.quiet(), stage)
    for name, at in drivers_around(city, drivers, SPREAD_M):
        fleet.report(name, at.latitude, at.longitude)
    here, gate = spot(city), Gate(riders)

    def job(rider: str) -> Callable[[Redis], str | None]:
        def ask(redis: Redis) -> str | None:
            # The first reply is the search, the second says that the nearest driver is free.
            with gate.holds(redis, nth=2):
                mine = on(bench, version, redis, stage)
                return mine.assign(rider, here.latitude, here.longitude, RADIUS_M)

        return ask

    names = [f"rider {number + 1:02}" for number in range(riders)]
    told = values(bench.together({name: job(name) for name in names}))
    given = Counter(driver for driver in told.values() if driver)
    shared = {driver: count for driver, count in given.items() if count > 1}
    stranded = sum(count - 1 for count in shared.values())
    nobody = sum(driver is None for driver in told.values())
    says = f"{plural(given.total(), 'rider')} heard “yes”, for {plural(len(given), 'driver')}. "
    if stranded:
        says += f"{plural(stranded, 'rider')} will wait for a car that is somebody else's: double dispatch."
    else:
        says += "No driver was given twice." + (
            f" {plural(nobody, 'rider')} got none: there were not enough." if nobody else ""
        )
    return Shown(
        says,
        "bad" if stranded else "good",
        (
            Count("Riders told a driver", given.total()),
            Count("Drivers given", len(given)),
            Count("Waiting for another's car", stranded, "", "bad" if stranded else "good"),
            Count("Told that nobody is free", nobody),
        ),
        draw(
            bench,
            fleet,
            here,
            RADIUS_M,
            title="After the concert",
            chosen=given.keys(),
            wrong=shared.keys(),
            notes={driver: plural(count, "rider") for driver, count in given.items()},
        ),
    )


def naive_burst(bench: Bench, /, *, riders: int, drivers: int, city: str) -> Shown:
    return burst(NaiveDrivers, bench, riders=riders, drivers=drivers, city=city)


def hardened_burst(bench: Bench, /, *, riders: int, drivers: int, city: str) -> Shown:
    return burst(Drivers, bench, riders=riders, drivers=drivers, city=city)


BURST = Burst(
    "After the concert",
    naive=Action("Naive: everyone asks at once", naive_burst, CROWD, (NaiveDrivers.assign,)),
    hardened=Action("Hardened: everyone asks at once", hardened_burst, CROWD, (Drivers.assign,)),
)


class Steps:
    """Five small stories for one version. Each begins with an empty city."""

    def __init__(self, version: Version) -> None:
        self.version = version

    def fleet(self, bench: Bench, actor: str, stage: str) -> Fleet:
        return on(bench, self.version, bench.client(actor), stage)

    def ask(self, bench: Bench, rider: str, stage: str) -> str | None:
        here = spot(TOWN)
        return self.fleet(bench, rider, stage).assign(rider, here.latitude, here.longitude, RADIUS_M)

    def report(self, bench: Bench, driver: str, stage: str, north_m: int) -> None:
        at = spot(TOWN, north_m)
        self.fleet(bench, driver, stage).report(driver, at.latitude, at.longitude)

    def shown(self, bench: Bench, stage: str, says: str, broken: bool, *wrong: str) -> Shown:
        drawn = draw(bench, on(bench, self.version, bench.quiet(), stage), spot(TOWN), RADIUS_M,
                     title=TOWN, wrong=wrong)  # fmt: skip
        return Shown(says, "bad" if broken else "good", picture=drawn)

    def two_riders(self, bench: Bench, /) -> Shown:
        """Between rita's look and rita's write, sam does everything."""
        stage = fresh(bench, self.version, TOWN)
        self.report(bench, "driver 01", stage, 300)
        self.report(bench, "driver 02", stage, 900)
        told: dict[str, str | None] = {}

        def sam() -> None:
            told["sam"] = self.ask(bench, "sam", stage)

        with after_reply(bench.client("rita"), sam, nth=2 if self.version is NaiveDrivers else 1):
            told["rita"] = self.ask(bench, "rita", stage)
        same = told["rita"] == told["sam"]
        return self.shown(
            bench, stage,
            f"rita was told {told['rita']}, sam {told['sam']}" + (": double dispatch." if same else "."),
            same, *([told["rita"]] if same and told["rita"] else []),
        )  # fmt: skip

    def ghost(self, bench: Bench, /, *, minutes: int) -> Shown:
        """The nearest driver's phone dies; another reports from farther away."""
        stage = fresh(bench, self.version, TOWN)
        self.report(bench, "driver 01", stage, 300)
        bench.fast_forward(60 * minutes)
        self.report(bench, "driver 02", stage, 900)
        driver = self.ask(bench, "rita", stage)
        ghost = driver == "driver 01"
        return self.shown(
            bench, stage,
            f"driver 01 has been silent for {plural(minutes, 'minute')}. rita was told {driver}"
            + (": ghost driver." if ghost else ", who is there."),
            ghost, *(["driver 01"] if ghost else []),
        )  # fmt: skip

    def twice(self, bench: Bench, /) -> Shown:
        """The reply is lost on the way, so the app asks again for the same rider."""
        stage = fresh(bench, self.version, TOWN)
        self.report(bench, "driver 01", stage, 300)
        self.report(bench, "driver 02", stage, 900)
        first, second = self.ask(bench, "rita", stage), self.ask(bench, "rita", stage)
        two = first != second
        return self.shown(
            bench, stage,
            f"rita asked twice and was told {first}, then {second}" + (": second car." if two else "."),
            two, *([second] if two and second else []),
        )  # fmt: skip

    def stuck(self, bench: Bench, /, *, minutes: int) -> Shown:
        """rita's app dies after the claim. The driver goes on reporting."""
        stage = fresh(bench, self.version, TOWN)
        self.report(bench, "driver 01", stage, 300)
        self.ask(bench, "rita", stage)
        bench.fast_forward(60 * minutes)
        self.report(bench, "driver 01", stage, 300)
        driver = self.ask(bench, "sam", stage)
        return self.shown(
            bench, stage,
            f"{plural(minutes, 'minute')} after rita vanished, sam asked and was told "
            + (f"{driver}." if driver
               else "that nobody is free, with a driver beside him who is: stuck driver."),
            driver is None, *([] if driver else ["driver 01"]),
        )  # fmt: skip

    def cancel(self, bench: Bench, /) -> Shown:
        """rita's ride ends, sam gets the driver, and then rita's old cancel arrives a second time."""
        stage = fresh(bench, self.version, TOWN)
        self.report(bench, "driver 01", stage, 300)
        self.ask(bench, "rita", stage)
        rita = self.fleet(bench, "rita", stage)
        rita.release("driver 01", "rita")
        self.ask(bench, "sam", stage)
        rita.release("driver 01", "rita")
        rider = on(bench, self.version, bench.quiet(), stage).assigned_to("driver 01")
        stolen = rider != "sam"
        return self.shown(
            bench, stage,
            "rita's cancel arrived twice. "
            + ("It freed sam's driver: stolen release." if stolen else "driver 01 is still sam's."),
            stolen, *(["driver 01"] if stolen else []),
        )  # fmt: skip

    def step(self, heading: str) -> Run:
        kind = self.version
        minutes = Integer("minutes", "Minutes that pass", 60, 1, 600, "min")
        return Run(
            heading,
            (
                Action("Two riders look before either takes", self.two_riders, (), (kind.assign,)),
                Action("The nearest driver's phone dies", self.ghost, (minutes,), (kind.report, kind.nearby)),
                Action("A rider's reply is lost, they ask again", self.twice, (), (kind.assign,)),
                Action("A rider vanishes after the claim", self.stuck, (minutes,), (kind.assign,)),
                Action("An old cancel arrives late", self.cancel, (), (kind.release,)),
            ),
        )


BY_HAND = Steps(NaiveDrivers).step("Break it, one step at a time")
BY_HAND_HARDENED = Steps(Drivers).step("The same five stories, hardened")

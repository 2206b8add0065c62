"""The numbers of a geo index, measured on the learner's own server wherever it can measure them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from redis.exceptions import ResponseError

from lessons.geo_search.places import drivers_around, metres_between, spot
from lessons.geo_search.trouble import Version, on
from lessons.measure import NotHere, round_trips_of, sizes_of
from lessons.model import Compare, Fact, Numbers, Pair
from lessons.staging import clear, load_scripts
from patterns.geo_search import Drivers, NaiveDrivers

if TYPE_CHECKING:
    from lab.bench import Bench

STAGE = "measured"
POINTS = 1_000


def key_of(bench: Bench) -> str:
    clear(bench, f"drivers:{{{STAGE}}}*")
    return f"{bench.namespace}drivers:{{{STAGE}}}"


def simulated(bench: Bench) -> NotHere | None:
    """Why this server cannot answer for geohashes, if it cannot."""
    if bench.backend.kind != "fakeredis":
        return None
    says = next((one for one in bench.backend.unfaithful if "geohash" in one), "fakeredis is not Redis here.")
    return NotHere(says)


def precision(bench: Bench, /) -> str:
    """A thousand points, stored and read back."""
    if why := simulated(bench):
        return why
    key, dice = key_of(bench), random.Random(POINTS)
    points = {f"p{number}": (dice.uniform(-60, 60), dice.uniform(-180, 180)) for number in range(POINTS)}
    quiet = bench.quiet()
    quiet.geoadd(key, [part for name, (north, east) in points.items() for part in (east, north, name)])
    read = quiet.geopos(key, *points)
    clear(bench, f"drivers:{{{STAGE}}}*")
    off = [
        metres_between(given, (position[1], position[0]))
        for given, position in zip(points.values(), read, strict=True)
        if position is not None
    ]
    mean = sum(off) / len(off)
    return f"{len(off):,} random points came back at most {max(off):.2f} m off, {mean:.2f} m on average."


def score(bench: Bench, /) -> str:
    """What stands behind a position."""
    if why := simulated(bench):
        return why
    key, here = key_of(bench), spot("Lisbon")
    quiet = bench.quiet()
    quiet.geoadd(key, (here.longitude, here.latitude, "driver 01"))
    stored = int(quiet.zscore(key, "driver 01") or 0)
    clear(bench, f"drivers:{{{STAGE}}}*")
    half = "eastern" if stored >> 51 else "western"
    return (
        f"The centre of Lisbon is the score {stored:,}: 52 bits, of which the first, {stored >> 51}, is the "
        f"{half} half of the Earth."
    )


def pole(bench: Bench, /) -> str:
    """A latitude beyond the map."""
    key = key_of(bench)
    try:
        bench.quiet().geoadd(key, (0.0, 86.0, "polar bear"))
    except ResponseError as error:
        return f"GEOADD at latitude 86 answers: {error}."
    clear(bench, f"drivers:{{{STAGE}}}*")
    return f"{bench.backend.title} took latitude 86, which Redis refuses."


def bytes_per_driver(bench: Bench, /) -> str:
    """Position and age of a driver."""
    load_scripts(bench, "geo_search")
    key = key_of(bench)
    fleet = Drivers(bench.quiet(), STAGE, namespace=bench.namespace, fresh=86_400)
    for name, at in drivers_around("Lisbon", POINTS, 5_000):
        fleet.report(f"{name} of Lisbon", at.latitude, at.longitude)
    sizes = sizes_of(bench, key, f"{key}:seen")
    clear(bench, f"drivers:{{{STAGE}}}*")
    if isinstance(sizes, NotHere):
        return sizes
    each = sum(sizes) / POINTS
    return (
        f"{each:.0f} bytes for position and age, measured over {POINTS:,} drivers. "
        f"A hundred thousand drivers: {each / 10:,.0f} MB."
    )


def round_trips(bench: Bench, /) -> str:
    """One rider, and five drivers of whom the nearest four are taken."""
    load_scripts(bench, "geo_search")
    naive, hardened = trips_of(bench, NaiveDrivers), trips_of(bench, Drivers)
    clear(bench, f"drivers:{{{STAGE}}}*")
    return f"Naive: {naive} to find the fifth driver. Hardened: {hardened}."


def trips_of(bench: Bench, version: Version) -> int:
    key_of(bench)
    here, setting = spot("Lisbon"), on(bench, version, bench.quiet(), STAGE)
    for name, at in drivers_around("Lisbon", 5, 1_000):
        setting.report(name, at.latitude, at.longitude)
    for number in range(4):
        setting.assign(f"rider {number}", here.latitude, here.longitude, 5_000)
    fleet = on(bench, version, bench.client("rider 5"), STAGE)
    return round_trips_of(bench, lambda: fleet.assign("rider 5", here.latitude, here.longitude, 5_000))


def write_flag(bench: Bench, /) -> str:
    """Which of the two searches counts as a write."""
    try:
        found = bench.quiet().execute_command("COMMAND", "INFO", "GEORADIUS", "GEOSEARCH")
        flags = {name: set(map(str, found[name]["flags"])) for name in ("georadius", "geosearch")}
    except (ResponseError, KeyError, TypeError):
        return f"{bench.backend.title} cannot be asked for the flags of a command."
    written = [name.upper() for name, own in flags.items() if "write" in own]
    return f"Your server counts {' and '.join(written) or 'neither'} as a write."


COMPARE = Compare(
    "Naive beside hardened",
    (
        Pair("Give the rider a driver", NaiveDrivers.assign, Drivers.assign),
        Pair("Who is near", NaiveDrivers.nearby, Drivers.nearby),
        Pair("A driver reports", NaiveDrivers.report, Drivers.report),
        Pair("The ride is over", NaiveDrivers.release, Drivers.release),
    ),
)

NUMBERS = Numbers(
    "The numbers to say aloud",
    (
        Fact("A position is a score in a sorted set: 52 bits, 26 for each axis, interleaved.",
             "cmd:geoadd, geohash.h", score),
        Fact("A cell is about 0.6 m by 0.3 m at the equator, so a stored point is off by less than that.",
             "geohash.h", precision),
        Fact("Distances are those of a sphere, which can be wrong by up to 0.5 %.", "cmd:geodist"),
        Fact("Latitude ends at 85.05112878 degrees, north and south.", "cmd:geoadd", pole),
        Fact("A search is O(N + log M): N members in the boxes around the circle, M inside it. COUNT with "
             "ANY is quicker and not the nearest.", "cmd:geosearch"),
        Fact("Memory of a driver.", "cmd:memory-usage", bytes_per_driver),
        Fact("Round trips to a driver.", "", round_trips),
        Fact("GEORADIUS can store its result, so it counts as a write and replicas refuse it. GEOSEARCH "
             "(6.2) replaced it.", "cmd:georadius, cmd:geosearch", write_flag),
    ),
)  # fmt: skip

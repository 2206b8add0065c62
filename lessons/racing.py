"""The races of the course: found by slug, built with the learner's settings, and explored.

`lessons/<slug>/races.py` holds a tuple RACES. `scenario` takes nothing but text and numbers, so that another
process can build the same race: `Isolated.explore("lessons.racing:scenario", arguments={...})`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from lab.errors import LabError
from lab.explorer import Verdict, explore
from lab.explorer.servers import backend_named
from lab.scenario import Scenario
from lessons import curriculum, library
from lessons.author.content import content_here
from lessons.library import LIBRARY, LessonError
from lessons.model import Race, Version

__all__ = [
    "COUNTED", "VERSIONS", "Backend", "Explored", "backend_here", "build", "explored", "lacking", "named",
    "races", "run", "scenario", "slugs",
]  # fmt: skip

Backend = Literal["redis", "fakeredis"]

VERSIONS: tuple[Version, ...] = get_args(Version)

PROBES = {"json": (b"JSON.GET", b"?"), "bloom": (b"BF.EXISTS", b"?", b"?")}
"""A question that only a server with the module understands."""

COUNTED = ("crashes", "lost_replies", "lost_requests", "time_jumps")
"""The faults that the learner may turn, as fields of Faults."""


@dataclass(frozen=True, slots=True)
class Explored:
    """One version of one race, explored."""

    slug: str
    race: Race
    version: Version
    verdict: Verdict

    @property
    def ok(self) -> bool:
        """Whether it is as expected: naive broken with its anomaly and no other, hardened proved."""
        if self.version == "hardened":
            return self.verdict.status == "proved"
        example = self.verdict.counterexample
        return (
            self.verdict.status == "violated"
            and example is not None
            and (example.wrong or "").startswith(f"{self.race.anomaly}: ")
        )

    def as_json(self) -> dict[str, Any]:
        """Expectation and verdict as plain data."""
        verdict = self.verdict.as_json()
        return {
            "lesson": self.slug,
            "race": self.race.heading,
            "invariant": self.race.invariant,
            "version": self.version,
            "expected": self.race.anomaly if self.version == "naive" else "proved",
            "ok": self.ok,
            "clients": self.race.clients,
            "faults": {name: getattr(self.race.faults, name) for name in COUNTED},
            "twin": self.race.twin,
            **verdict,
        }


def slugs() -> tuple[str, ...]:
    """The lessons that have races, in the order of the path."""
    return tuple(entry.slug for entry in curriculum.entries(library.chapters()) if races(entry.slug))


def races(slug: str) -> tuple[Race, ...]:
    """The races of a lesson; none for one that has none. LessonError: there is no such lesson."""
    content = content_here()
    if content and slug in content.slugs:
        return content.library.races(slug)
    if curriculum.entry(slug) is None:
        near = curriculum.nearest(slug, library.chapters())
        meant = f" Did you mean {near!r}?" if near else ""
        raise LessonError(slug, f"There is no lesson called {slug!r}.{meant}")
    return LIBRARY.races(slug)


def named(slug: str, name: str) -> Race:
    """The race of this name (`Race.slug`)."""
    found = {one.slug: one for one in races(slug)}
    if name not in found:
        there = ", ".join(found) or "none"
        raise LessonError(slug, f"The lesson {slug!r} has no race {name!r}. It has {there}.")
    return found[name]


def build(
    race: Race, version: Version, clients: int | None = None, faults: Mapping[str, int] | None = None
) -> Scenario:
    """The race's scenario with these settings, its own where none are given. ValueError: turned too far."""
    how_many = race.clients if clients is None else clients
    if not race.clients <= how_many <= race.most_clients:
        raise ValueError(f"This race has {race.clients} to {race.most_clients} clients, not {how_many}.")
    if version not in VERSIONS:
        raise ValueError(f"The version is naive or hardened, not {version!r}.")
    for name, count in (faults or {}).items():
        if name not in COUNTED:
            raise ValueError(f"There is no fault {name!r}; there are {', '.join(COUNTED)}.")
        most = getattr(race.most_faults, name)
        if not 0 <= count <= most:
            raise ValueError(f"{name.replace('_', ' ')} can be 0 to {most} in this race, not {count}.")
    return race.scenario(version, how_many, replace(race.faults, **dict[str, Any](faults or {})))


def scenario(
    slug: str,
    race: str,
    version: Version,
    clients: int | None = None,
    faults: Mapping[str, int] | None = None,
) -> Scenario:
    """The same by names, as another process asks for it."""
    return build(named(slug, race), version, clients, faults)


def backend_here() -> Backend:
    """A real Redis where one can be started."""
    try:
        backend_named("redis")
    except LabError:
        return "fakeredis"
    return "redis"


def lacking(race: Race, backend: Backend = "redis") -> str | None:
    """Why this race cannot be run on that server, or None."""
    if not race.needs:
        return None
    server = backend_named(backend)
    with server.lock:
        link = server.link()
        try:
            answers = link.ask([PROBES[need] for need in race.needs])
        finally:
            link.close()
    missing = [
        need for need, answer in zip(race.needs, answers, strict=True) if "unknown command" in str(answer)
    ]
    return f"This server has no {' and no '.join(missing)} module." if missing else None


def explored(slug: str, race: Race, version: Version, backend: Backend = "redis") -> Explored:
    """Explore one version of a race as it is set."""
    if why := lacking(race, backend):
        return Explored(slug, race, version, Verdict("unsupported", why, backend=backend))
    return Explored(slug, race, version, explore(build(race, version), backend=backend, bounds=race.bounds))


def run(slug: str, backend: Backend = "redis") -> Iterator[Explored]:
    """Explore every race of a lesson, the naive version and then the hardened one."""
    for one in races(slug):
        for version in VERSIONS:
            yield explored(slug, one, version, backend)

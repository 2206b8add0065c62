"""What can be raced, and with which settings. Also what the exploring process imports: no Streamlit here."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lab.scenario import Bounds, Faults, Scenario
from lessons import curriculum, library, racing
from lessons.model import Race, Version

__all__ = ["FAULTS", "PATH", "Offer", "Setting", "offers", "scenario", "setting_of"]

PATH = "ui.race_source:scenario"
FAULTS = ("crashes", "lost_replies", "lost_requests", "time_jumps")
"""Those that the learner sets, as far as the race allows."""

Make = Callable[[Version, int, Faults], Scenario]


@dataclass(frozen=True, slots=True)
class Offer:
    """One race of one pattern."""

    slug: str
    number: int
    title: str
    invariant: str
    anomaly: str
    make: Make
    clients: int = 2
    most_clients: int = 3
    faults: Faults = field(default_factory=Faults)
    most_faults: Faults = field(default_factory=lambda: Faults(1, 1, 1, 2))
    bounds: Bounds = field(default_factory=Bounds)
    twin: str = ""
    beyond: str = ""
    module: str = ""
    """Where the naive version is written: what a learner's own text takes the place of."""
    file: Path = Path()
    """The file of that module."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Everything that decides the graph. Two equal settings number their states alike."""

    slug: str
    number: int
    version: Version
    clients: int
    faults: tuple[tuple[str, int], ...]
    own: str = ""
    """The learner's text in the place of the module of the naive version; empty for the file's."""

    def arguments(self) -> dict[str, Any]:
        return {
            "slug": self.slug, "number": self.number, "version": self.version, "clients": self.clients,
            "faults": dict(self.faults),
        }  # fmt: skip


def offers(slug: str) -> tuple[Offer, ...]:
    """The races of a lesson; none where it has none, or where there is no such lesson."""
    if curriculum.entry(slug, library.chapters()) is None:
        return ()
    return tuple(_adapted(slug, number, one) for number, one in enumerate(racing.races(slug), 1))


def scenario(slug: str, number: int, version: Version, clients: int, faults: Mapping[str, int]) -> Scenario:
    """The scenario of a setting."""
    offer = offers(slug)[number - 1]
    jumps = offer.faults.jumps_ms
    return offer.make(version, clients, Faults(**faults, jumps_ms=jumps))


def setting_of(offer: Offer, asked: Mapping[str, str], own: str = "") -> Setting:
    """What an address asks for, kept within the caps; with `own`, the learner's text as the naive version."""
    version: Version = "hardened" if asked.get("v") == "hardened" and not own else "naive"
    faults = tuple(
        (name, _within(asked.get(name), getattr(offer.faults, name), 0, getattr(offer.most_faults, name)))
        for name in FAULTS
    )
    clients = _within(asked.get("clients"), offer.clients, offer.clients, offer.most_clients)
    return Setting(offer.slug, offer.number, version, clients, faults, own)


def _within(asked: str | None, usual: int, least: int, most: int) -> int:
    return min(max(int(asked), least), most) if asked and asked.isdigit() and len(asked) < 4 else usual


def _adapted(slug: str, number: int, race: Race) -> Offer:
    return Offer(
        slug, number, race.heading, race.invariant, race.anomaly, race.scenario, race.clients,
        race.most_clients, race.faults, race.most_faults, race.bounds, race.twin, race.beyond,
        race.naive[0].__module__, Path(inspect.getsourcefile(race.naive[0]) or ""),
    )  # fmt: skip

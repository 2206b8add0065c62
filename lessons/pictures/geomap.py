"""A search around a point."""

from __future__ import annotations

from dataclasses import dataclass

from lessons.pictures.words import Tone

__all__ = ["GeoMap", "Place"]


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the map. `state` says in a word what it is: free, taken, stale, chosen, ..."""

    name: str
    latitude: float
    longitude: float
    state: str
    tone: Tone = "plain"
    note: str = ""


@dataclass(frozen=True, slots=True)
class GeoMap:
    """A search around a point: the circle that was asked for, and everything that was or was not found."""

    title: str
    latitude: float
    longitude: float
    radius_m: float
    places: tuple[Place, ...]
    centre: str = "you"

    @property
    def text(self) -> str:
        places = ", ".join(
            f"{place.name} ({place.state}{', ' + place.note if place.note else ''})" for place in self.places
        )
        return (
            f"{self.title}: {self.radius_m:,.0f} m around {self.centre} "
            f"({self.latitude:.4f}, {self.longitude:.4f}). {places or 'Nobody'}."
        )

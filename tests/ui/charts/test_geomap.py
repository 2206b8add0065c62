"""The map tells the truth: distances and cells as Redis has them, land where it is."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis import Redis

from lessons.pictures import GeoMap, Place
from ui.charts import geomap, outline
from ui.charts.geohash import cells, metres

LATITUDES, LONGITUDES = st.floats(-80, 80), st.floats(-175, 175)


@given(LATITUDES, LONGITUDES, st.floats(1, 500_000), st.floats(0, 2 * math.pi), st.floats(0, 0.999))
def test_whatever_lies_in_the_circle_lies_in_a_searched_cell(
    latitude: float, longitude: float, radius: float, bearing: float, share: float
) -> None:
    degrees = math.degrees(radius * share / 6372797.560856)
    north = latitude + degrees * math.cos(bearing)
    east = longitude + degrees * math.sin(bearing) / math.cos(math.radians(latitude))
    if metres(latitude, longitude, north, east) > radius or abs(north) > 85 or abs(east) > 180:
        return  # a flat circle is not quite a round one, and Redis has no poles
    found = cells(latitude, longitude, radius)
    assert 1 <= len(found) <= 9
    slack = 1e-9
    assert any(
        cell.south - slack <= north <= cell.north + slack and cell.west - slack <= east <= cell.east + slack
        for cell in found
    )


def test_distances_are_those_of_redis(redis: Redis) -> None:
    redis.geoadd("places", (2.349014, 48.864716, "Paris", -9.142685, 38.736946, "Lisbon"))
    there = redis.geodist("places", "Paris", "Lisbon", unit="m")
    assert there == pytest.approx(metres(48.864716, 2.349014, 38.736946, -9.142685), rel=1e-5)


def draw(radius: float, *places: Place) -> dict[str, object]:
    return geomap.data(GeoMap("Drivers", 40.4168, -3.7038, radius, places))


def test_places_are_drawn_in_metres_from_the_centre_and_listed_by_distance() -> None:
    far, near = Place("far", 40.43, -3.7038, "free"), Place("near", 40.4168, -3.70, "free")
    drawn = draw(2000, far, near)
    first, second = drawn["places"]  # type: ignore[misc]
    assert (first["name"], second["name"]) == ("near", "far")
    assert first["y"] == 0
    assert first["x"] == pytest.approx(322, abs=2)
    assert second["distance"] == "1.47 km"


def test_each_state_has_a_shape_of_its_own() -> None:
    drawn = draw(2000, *(Place(state, 40.42, -3.70, state) for state in ("free", "taken", "stale")))
    shapes = {place["state"]: place["shape"] for place in drawn["places"]}  # type: ignore[attr-defined]
    assert len(set(shapes.values())) == 3


def test_what_is_too_far_for_the_view_is_counted_not_drawn() -> None:
    drawn = draw(1000, Place("Lisbon", 38.73, -9.14, "too far"), Place("here", 40.417, -3.704, "free"))
    assert drawn["shown"] == 1
    assert [place["inView"] for place in drawn["places"]] == [True, False]  # type: ignore[attr-defined]


def test_the_coast_is_drawn_only_where_the_outline_is_good_enough() -> None:
    assert draw(3000)["land"] == []
    assert draw(400_000)["land"] != []
    assert draw(3000)["around"]["land"] != []  # type: ignore[index]


@pytest.mark.parametrize("radius", [0, 1, 1e7])
def test_any_radius_can_be_drawn(radius: float) -> None:
    assert draw(radius)["half"]  # type: ignore[truthy-bool]


def within(x: float, y: float) -> bool:
    """Whether a point lies on land, by counting the edges to its east."""
    crossings = 0
    for _, ring in outline.rings():
        for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True):
            if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
                crossings += 1
    return crossings % 2 == 1


@pytest.mark.parametrize(
    ("name", "longitude", "latitude", "land"),
    [
        ("Madrid", -3.7, 40.4, True), ("Berlin", 13.4, 52.5, True), ("Brasilia", -47.9, -15.8, True),
        ("Sahara", 5.0, 25.0, True), ("mid Atlantic", -35.0, 30.0, False), ("Caspian Sea", 50.5, 42.0, False),
    ],
)  # fmt: skip
def test_the_outline_knows_land_from_water(name: str, longitude: float, latitude: float, land: bool) -> None:
    assert within(longitude, latitude) is land, name


def test_land_is_cut_at_the_edges_of_the_view() -> None:
    box = (-10.0, 36.0, 0.0, 44.0)
    pieces = outline.land_within(box)
    assert pieces
    for x, y in (point for piece in pieces for point in piece):
        assert -10 - 1e-9 <= x <= 1e-9
        assert 36 - 1e-9 <= y <= 44 + 1e-9

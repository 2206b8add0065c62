"""The outline of the land, for maps that need no internet.

`land.json` is made from Natural Earth's 1:50m land (naturalearthdata.com, public domain), simplified to some
three kilometres. A ring is [x, y, dx, dy, ...] in fiftieths of a degree: a point, then steps from it.
"""

from __future__ import annotations

import json
from functools import cache
from itertools import accumulate
from pathlib import Path

__all__ = ["Box", "Ring", "land_within", "rings"]

Ring = list[tuple[float, float]]
Box = tuple[float, float, float, float]
"""West, south, east, north, in degrees."""

_UNIT = 50.0


@cache
def rings() -> tuple[tuple[Box, Ring], ...]:
    """Every ring as (longitude, latitude) with the box around it. Read when the first map is drawn."""
    found = []
    for flat in json.loads(Path(__file__).with_name("land.json").read_text(encoding="utf-8")):
        ring = [
            (x / _UNIT, y / _UNIT)
            for x, y in zip(accumulate(flat[0::2]), accumulate(flat[1::2]), strict=True)
        ]
        xs, ys = [x for x, _ in ring], [y for _, y in ring]
        found.append(((min(xs), min(ys), max(xs), max(ys)), ring))
    return tuple(found)


def land_within(box: Box) -> list[Ring]:
    """The land inside the box, cut at its edges."""
    west, south, east, north = box
    pieces = []
    for (left, bottom, right, top), ring in rings():
        if left < east and right > west and bottom < north and top > south:
            cut = _cut(ring, box)
            if len(cut) > 2:
                pieces.append(cut)
    return pieces


def _cut(ring: Ring, box: Box) -> Ring:
    """Sutherland and Hodgman: keep what lies inside each of the four edges, one after the other."""
    for axis, limit, keep_above in (
        (0, box[0], True),
        (0, box[2], False),
        (1, box[1], True),
        (1, box[3], False),
    ):
        if not ring:
            break
        kept: Ring = []
        previous = ring[-1]
        for point in ring:
            inside = (point[axis] >= limit) == keep_above or point[axis] == limit
            was_inside = (previous[axis] >= limit) == keep_above or previous[axis] == limit
            if inside != was_inside:
                share = (limit - previous[axis]) / (point[axis] - previous[axis])
                kept.append(
                    (
                        previous[0] + share * (point[0] - previous[0]),
                        previous[1] + share * (point[1] - previous[1]),
                    )
                )
            if inside:
                kept.append(point)
            previous = point
        ring = kept
    return ring

"""A bit array as squares, one a bit; a large one as squares of several bits each, filled by their share."""

from __future__ import annotations

from typing import Any

from lessons.pictures import Bits
from ui.charts.tones import bounded, legend, not_drawn
from ui.theme import actor_styles

__all__ = ["MOST_ITEMS", "MOST_SQUARES", "data"]

MOST_SQUARES = 512
MOST_ITEMS = 8


def data(picture: Bits) -> dict[str, Any]:
    per = -(-picture.size // MOST_SQUARES) or 1
    items, out = bounded(picture.items, MOST_ITEMS)
    styles = actor_styles(item.name for item in items)
    counts = [0] * -(-picture.size // per)
    for position in picture.ones:
        counts[position // per] += 1
    share = len(picture.ones) / picture.size if picture.size else 0.0
    return {
        "title": picture.title,
        "text": picture.text,
        "note": picture.note,
        "out": not_drawn(out, "item"),
        "legend": legend(item.tone for item in items),
        "says": f"{len(picture.ones):,} of {picture.size:,} bits are set ({share:.1%})".replace("%", " %"),
        "size": picture.size,
        "per": per,
        "scale": "" if per == 1 else f"Each square is {per:,} bits, filled by the share that is set.",
        "squares": [round(count / min(per, picture.size - at * per), 3) for at, count in enumerate(counts)],
        "items": [
            {
                "name": item.name,
                "says": item.says,
                "tone": item.tone,
                "actor": styles[item.name].data(),
                "hits": [
                    {"at": position, "square": position // per, "set": position in picture.ones}
                    for position in item.positions
                ],
            }
            for item in items
        ],
    }

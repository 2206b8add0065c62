"""Who did what when: a lane an actor, spans that last, marks that happen. Spans that overlap get tracks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lessons.pictures import Lane, Span, Timeline, Tone
from lessons.pictures.words import toned
from ui.charts.tones import legend
from ui.theme import TONE_WORDS, ActorStyle, actor_styles

__all__ = ["MOST_WITH_LABELS", "data", "ticks", "tracks"]

MOST_WITH_LABELS = 10
"""Lanes. Where there are more, marks have no labels of their own, and the legend says what they are."""

_MOST_EVENTS = 6
"""Events that a legend explains one by one."""

_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)
_UNITS = ((10_800, 1 / 3_600, "h"), (180, 1 / 60, "min"), (1, 1.0, "s"), (1e-3, 1e3, "ms"), (0, 1e6, "µs"))
"""From how many seconds on, how many of it are a second, its name: three minutes read better than 180 s."""


def data(picture: Timeline, styles: Mapping[str, ActorStyle] | None = None) -> dict[str, Any]:
    total = (
        max(
            picture.seconds,
            *(span.end or span.start for lane in picture.lanes for span in lane.spans),
            *(mark.at for lane in picture.lanes for mark in lane.marks),
            1e-6,
        )
        if picture.lanes
        else max(picture.seconds, 1e-6)
    )
    known = styles or {}
    if not all(lane.name in known for lane in picture.lanes):
        known = actor_styles([*known, *(lane.name for lane in picture.lanes)])
    bare = len(picture.lanes) > MOST_WITH_LABELS
    return {
        "bare": bare,
        "title": picture.title,
        "note": picture.note,
        "text": picture.text,
        "seconds": total,
        "ticks": [{"at": at, "label": label} for at, label in ticks(total)],
        "legend": (_events(picture.lanes) if bare else []) or _tones(picture.lanes),
        "lanes": [
            {
                "name": lane.name,
                "actor": known[lane.name].data(),
                "tracks": [
                    [
                        {
                            "start": span.start,
                            "end": total if span.end is None else span.end,
                            "open": span.end is None,
                            "label": span.label,
                            "tone": span.tone,
                        }
                        for span in track
                    ]
                    for track in tracks(lane.spans)
                ],
                "marks": [
                    {"at": mark.at, "label": mark.label, "tone": mark.tone}
                    for mark in sorted(lane.marks, key=lambda mark: mark.at)
                ],
            }
            for lane in picture.lanes
        ],
    }


def _tones(lanes: Sequence[Lane]) -> list[dict[str, Any]]:
    """What the signs mean. Plain needs no word."""
    spans = [span.tone for lane in lanes for span in lane.spans]
    return legend([*spans, *(mark.tone for lane in lanes for mark in lane.marks)])


def _events(lanes: Sequence[Lane]) -> list[dict[str, Any]]:
    """What the marks of each sign are: each event by its own name. None where there are too many of them."""
    if any(lane.spans for lane in lanes):
        return []
    found: dict[Tone, set[str]] = {}
    for mark in (mark for lane in lanes for mark in lane.marks):
        found.setdefault(mark.tone, set()).add(mark.label)
    if sum(map(len, found.values())) > _MOST_EVENTS:
        return []
    return [
        {"tone": tone, "word": toned(", ".join(sorted(found[tone])), tone), "tick": tone == "plain"}
        for tone in TONE_WORDS
        if tone in found
    ]


def tracks(spans: Sequence[Span]) -> list[list[Span]]:
    """Spans in as few rows as they need so that no two of one row overlap."""
    rows: list[list[Span]] = []
    for span in sorted(spans, key=lambda span: span.start):
        for row in rows:
            last = row[-1].end
            if last is not None and last <= span.start:
                row.append(span)
                break
        else:
            rows.append([span])
    return rows


def ticks(total: float, wanted: int = 6) -> list[tuple[float, str]]:
    """Round times from 0 to the end, labelled in the unit that reads best."""
    scale, unit = next((scale, unit) for least, scale, unit in _UNITS if total >= least)
    rough = total * scale / wanted
    power = 10.0 ** _floor_log10(rough)
    step = next(nice * power for nice in _NICE if nice * power >= rough * 0.999)
    count = int(total * scale / step + 1e-9)
    return [(index * step / scale, f"{index * step:g} {unit}") for index in range(count + 1)]


def _floor_log10(number: float) -> int:
    exponent = 0
    while number >= 10:
        number, exponent = number / 10, exponent + 1
    while number < 1:
        number, exponent = number * 10, exponent - 1
    return exponent

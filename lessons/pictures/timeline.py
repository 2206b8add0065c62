"""Who did what when."""

from __future__ import annotations

from dataclasses import dataclass

from lessons.pictures.words import Tone

__all__ = ["Lane", "Mark", "Span", "Timeline"]


@dataclass(frozen=True, slots=True)
class Span:
    """Something that lasts, in seconds since the start of the picture. `end` None: it still lasts."""

    start: float
    end: float | None
    label: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happens at one moment, in seconds since the start of the picture."""

    at: float
    label: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Lane:
    """The life of one actor: a client, the database, a lease."""

    name: str
    spans: tuple[Span, ...] = ()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    """Who did what when: leases and their holders, hits and misses and the queries they caused."""

    title: str
    lanes: tuple[Lane, ...]
    seconds: float
    note: str = ""

    @property
    def text(self) -> str:
        lanes = " ".join(_lane_in_words(lane) for lane in self.lanes)
        return f"{self.title}: {lanes or 'nothing yet.'}"


def _lane_in_words(lane: Lane) -> str:
    parts = [(span.start, _span_in_words(span)) for span in lane.spans]
    parts += [(mark.at, f"{mark.label} at {mark.at:.3f} s") for mark in lane.marks]
    return f"{lane.name}: {'; '.join(words for _, words in sorted(parts)) or 'nothing'}."


def _span_in_words(span: Span) -> str:
    if span.end is None:
        return f"{span.label} since {span.start:.3f} s"
    return f"{span.label} from {span.start:.3f} s to {span.end:.3f} s"

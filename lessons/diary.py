"""What happened on a stage, lane by lane, on the clock that can be moved on: Redis keeps no history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from lessons.pictures import Lane, Mark, Span, Timeline, Tone

__all__ = ["Diary"]


@dataclass(slots=True)
class Diary:
    """Marks and spans by lane. Times are seconds since the diary was begun."""

    now: Callable[[], float]
    began: float = 0.0
    marks: dict[str, list[Mark]] = field(default_factory=dict)
    spans: dict[str, list[Span]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.began = self.now()

    def at(self) -> float:
        return self.now() - self.began

    def mark(self, lane: str, label: str, tone: Tone = "plain") -> None:
        """Something happened in this lane, now."""
        self.marks.setdefault(lane, []).append(Mark(self.at(), label, tone))

    def span(self, lane: str, seconds: float, label: str, tone: Tone = "plain") -> None:
        """Something lasts in this lane, from now on for so many seconds."""
        start = self.at()
        self.spans.setdefault(lane, []).append(Span(start, start + seconds, label, tone))

    def timeline(self, title: str, note: str = "") -> Timeline:
        """All lanes by name; as long as the longest of what is in them."""
        names = sorted({*self.marks, *self.spans})
        ends = [mark.at for marks in self.marks.values() for mark in marks]
        ends += [span.end or span.start for spans in self.spans.values() for span in spans]
        lanes = tuple(
            Lane(one, tuple(self.spans.get(one, ())), tuple(self.marks.get(one, ()))) for one in names
        )
        return Timeline(title, lanes, max([*ends, self.at(), 0.001]), note)

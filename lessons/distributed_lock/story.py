"""Who held the lock when, and which writes were taken: kept beside the keyspace, because Redis forgets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from lessons.pictures import Lane, Mark, Span, Timeline, Tone
from patterns.distributed_lock import Lease, Lock, NaiveLock

__all__ = ["Held", "Story"]


@dataclass(slots=True)
class Held:
    """One lease in the hands of one actor: when it began, when it runs out, when it was given back."""

    lock: NaiveLock | Lock
    lease: Lease
    began: float
    until: float
    ended: float | None = None

    def alive(self, at: float) -> bool:
        return self.ended is None and at < self.until


@dataclass(slots=True)
class Story:
    """The leases and writes of one stage, in the order in which they happened."""

    now: Callable[[], float]
    began: float = 0.0
    held: dict[str, list[Held]] = field(default_factory=dict)
    marks: dict[str, list[Mark]] = field(default_factory=dict)
    newest_write: float = -1.0
    """When the lease began under which the newest write was taken."""

    def __post_init__(self) -> None:
        self.began = self.now()

    def at(self) -> float:
        """Seconds since the story began, on the clock that can be moved on."""
        return self.now() - self.began

    def last(self, actor: str) -> Held | None:
        """The lease that the actor took last, whether or not it still holds."""
        own = self.held.get(actor)
        return own[-1] if own else None

    def takes(self, actor: str, lock: NaiveLock | Lock, lease: Lease) -> Held:
        began = self.at()
        held = Held(lock, lease, began, began + lock.ttl_ms / 1000)
        self.held.setdefault(actor, []).append(held)
        self.notes(actor, f"takes it{_fence(lease)}", "good")
        return held

    def notes(self, actor: str, label: str, tone: Tone = "plain") -> None:
        self.marks.setdefault(actor, []).append(Mark(self.at(), label, tone))

    def believers(self) -> list[str]:
        """Who has taken the lock and not given it back: each of them may believe to be alone."""
        return [actor for actor in self.held if (held := self.last(actor)) and held.ended is None]

    def timeline(self, title: str, note: str = "") -> Timeline:
        """A lane per actor, first come first: each lease up to its promised end, then what is only belief."""
        now = self.at()
        promised = [held.until for own in self.held.values() for held in own if held.alive(now)]
        lanes = [
            Lane(
                actor,
                tuple(span for held in self.held.get(actor, []) for span in _spans(held, now)),
                tuple(self.marks.get(actor, ())),
            )
            for actor in {**self.held, **self.marks}
        ]
        lanes.sort(key=lambda lane: min(one.at for one in lane.marks) if lane.marks else now)
        return Timeline(title, tuple(lanes), max([now, 0.001, *promised]), note)


def _spans(held: Held, now: float) -> list[Span]:
    """The lease as it was granted, and the time for which its holder believed in it all the same."""
    label = f"lease{_fence(held.lease)}"
    if held.alive(now):
        return [Span(held.began, held.until, f"{label}, {held.until - now:.1f} s left", "good")]
    end = now if held.ended is None else held.ended
    spans = [Span(held.began, min(held.until, end), label, "good")]
    if end > held.until:
        spans.append(Span(held.until, held.ended, "believes it holds", "warn"))
    return spans


def _fence(lease: Lease) -> str:
    return f", fence {lease.fence}" if lease.fence else ""

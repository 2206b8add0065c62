"""Draws a fault of one server: its clients' answers, what was done to it, and what became of each write."""

from __future__ import annotations

from lab.faults.scene import Moment
from lab.faults.stage import Outcome
from lessons.inputs import Integer
from lessons.model import Count, Shown
from lessons.pictures import Lane, Span, Timeline, Tone
from lessons.when_redis_fails.drawing import ledger_table, timeline

__all__ = ["RETRIES", "TIMEOUT", "damage", "seconds", "show"]

SERVER = "server"
TIMEOUT = Integer(
    "timeout_ms", "Time-out", 250, 50, 2_000, "ms", "redis-py waits 5 s unless it is told otherwise."
)
RETRIES = Integer("retries", "Retries of the sound client", 3, 2, 10, help="Only of what may be done twice.")


def seconds(timeout_ms: int) -> float:
    """A time-out as the lab wants it."""
    return timeout_ms / 1000


def damage(outcome: Outcome) -> Tone:
    """bad: something acknowledged is gone or there twice; warn: an error or a doubt; good: neither."""
    found = outcome.compared
    if found.gone or found.back or found.twice:
        return "bad"
    return "warn" if outcome.errors or found.unseen or found.refused else "good"


def show(outcome: Outcome, title: str, says: str, tone: Tone | None = None, *counts: Count) -> Shown:
    """The result of an experiment: a sentence, the damage in numbers, the timeline, the ledger."""
    found = outcome.compared
    return Shown(
        says,
        tone or damage(outcome),
        (
            *counts,
            Count("Acknowledged and gone", found.gone, "", "bad" if found.gone else "good"),
            Count("Counted twice", found.twice, "", "bad" if found.twice else "good"),
            Count("Applied, and nobody knows", found.unseen, "", "warn" if found.unseen else "plain"),
            Count("Tried again by redis-py", outcome.retried),
            Count("Longest wait", round(max(entry.took for entry in outcome.entries) * 1000), "ms"),
        ),
        _timeline(outcome, title),
        (ledger_table(outcome.entries, found),),
    )  # fmt: skip


def _timeline(outcome: Outcome, title: str) -> Timeline:
    """The clients' lanes as everywhere, and one for the server, where faults last."""
    moments = [Moment(event.at, SERVER, event.what) for event in outcome.events]
    drawn = timeline(title, outcome.entries, moments, outcome.compared)
    zero = min([entry.at - entry.took for entry in outcome.entries] + [moment.at for moment in moments])
    spans = tuple(
        Span(event.at - zero, event.until - zero, event.what, "warn")
        for event in outcome.events
        if event.until is not None
    )
    lasting = {span.label for span in spans}
    lanes = tuple(
        Lane(lane.name, spans, tuple(mark for mark in lane.marks if mark.label not in lasting))
        if lane.name == SERVER
        else lane
        for lane in drawn.lanes
    )
    end = max([drawn.seconds, *(span.end or 0.0 for span in spans)])
    return Timeline(title, lanes, end)

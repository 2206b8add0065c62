"""Draws a fault between servers: who was told what when, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from lab.faults.scene import Moment
from lab.ledger import Comparison, Entry, Kind
from lessons.pictures import Lane, Mark, Span, Table, TableRow, Timeline, Tone

__all__ = ["ledger_table", "timeline"]

FEW = 3  # answers of a kind in a row that are still drawn one by one
DAMAGE = ("acknowledged and gone", "gone and back", "counted twice", "took an item along", "the number is")
DOUBT: dict[str, tuple[Kind, ...]] = {
    "acknowledged": ("acknowledged and gone", "gone and back", "counted twice"),
    "unknown": ("applied though the client saw an error",),
    "refused": ("applied though the client was told no",),
}
"""Which differences tell of an answer of this status; the others tell of another answer about the same."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Answers of one kind in a row."""

    entries: tuple[Entry, ...]
    became: str

    @property
    def first(self) -> Entry:
        return self.entries[0]

    @property
    def many(self) -> bool:
        return len(self.entries) > FEW

    @property
    def tone(self) -> Tone:
        if self.became.startswith(DAMAGE):
            return "bad"
        return "plain" if self.first.status == "acknowledged" or self.first.effect == "look" else "warn"


def timeline(
    title: str, entries: Sequence[Entry], moments: Sequence[Moment], comparison: Comparison | None = None
) -> Timeline:
    """A lane for each client and each server; many answers of a kind become a span."""
    ends = [entry.at for entry in entries] + [moment.at for moment in moments]
    zero = min(ends, default=0.0)  # not the first request: that one may have waited for its connection
    spans: dict[str, list[Span]] = {}
    marks: dict[str, list[Mark]] = {}
    for run in _runs(entries, comparison):
        who, first, last = run.first.who, run.first, run.entries[-1]
        if run.many:
            label = f"{len(run.entries)} × {first.command}: {_told(first)}"
            span = Span(max(0.0, first.at - first.took - zero), last.at - zero, label, run.tone)
            spans.setdefault(who, []).append(span)
        else:
            for entry in run.entries:
                label = f"{entry.command} → {_short(entry)}"
                marks.setdefault(who, []).append(Mark(entry.at - zero, label, run.tone))
    clients = list(dict.fromkeys(entry.who for entry in entries))
    for moment in moments:
        marks.setdefault(moment.who, []).append(Mark(moment.at - zero, moment.what, "warn"))
    lanes = [*clients, *(who for who in dict.fromkeys(moment.who for moment in moments))]
    drawn = (Lane(who, tuple(spans.get(who, ())), tuple(marks.get(who, ()))) for who in lanes)
    return Timeline(title, tuple(drawn), max([0.001, *(end - zero for end in ends)]))


def ledger_table(entries: Sequence[Entry], comparison: Comparison) -> Table:
    """What each client was told, and what became of it."""
    rows = []
    for run in _runs((entry for entry in entries if entry.effect != "look"), comparison):
        times = f"{len(run.entries):,} × " if len(run.entries) > 1 else ""
        told = _told(run.first)
        rows.append(TableRow((run.first.who, times + run.first.command, told, run.became), run.tone))
    return Table(
        "The ledger",
        ("Client", "Command", "It was told", "Afterwards"),
        tuple(rows),
        f"Writes acknowledged: {comparison.acknowledged:,}, refused: {comparison.refused:,}, "
        f"without a clear answer: {comparison.unknown:,}.",
    )


def _runs(entries: Iterable[Entry], comparison: Comparison | None) -> Iterator[_Run]:
    entries = tuple(entries)
    removed = {
        (entry.key, entry.item): entry.at
        for entry in entries
        if entry.effect == "remove" and entry.status == "acknowledged"
    }
    findings = comparison.findings if comparison else ()
    became = {(one.key, one.item, one.kind): one for one in findings}
    poorer = {one.key for one in findings if one.kind == "acknowledged and gone"}
    counted = Counter(
        entry.key for entry in entries if entry.effect == "count" and entry.status == "acknowledged"
    )

    def fate(entry: Entry) -> str:
        if entry.effect == "look":
            return ""
        kinds = ((entry.key, entry.item, kind) for kind in DOUBT[entry.status])
        found = next((became[one] for one in kinds if one in became), None)
        if entry.effect == "put" and entry.at < removed.get((entry.key, entry.item), 0.0):
            return "superseded"
        if found and counted[entry.key] > 1 and entry.status == "acknowledged":  # which of them, nobody knows
            return f"the number is {found.times} too {'high' if found.kind == 'counted twice' else 'low'}"
        if found:
            return found.kind
        if entry.effect == "pop" and entry.status == "unknown":
            return "took an item along" if entry.key in poorer else "not applied"
        return "not applied" if entry.status == "unknown" else "as told"

    def kind(entry: Entry) -> tuple[str, ...]:
        return entry.who, entry.command, entry.status, entry.error, fate(entry)

    runs = [
        _Run(tuple(run), key[-1])
        for who in dict.fromkeys(entry.who for entry in entries)
        for key, run in groupby((entry for entry in entries if entry.who == who), kind)
    ]
    yield from sorted(runs, key=lambda run: run.first.at)


def _told(entry: Entry) -> str:
    return entry.status if not entry.error else f"{entry.status}: {_short(entry)}"


def _short(entry: Entry) -> str:
    """The reply, or of an error what one needs to know it by."""
    if not entry.error:
        return {"True": "OK", "None": "nothing", "False": "no"}.get(entry.reply, entry.reply)
    words = entry.reply.removeprefix(f"{entry.error}: ")
    first = words.partition(" ")[0]
    return first if entry.error == "ResponseError" and first.isupper() else entry.error

"""Memory and round trips for the interviewer's numbers: measured on the learner's server, multiplied aloud.

An `Estimate` stores some real items with the pattern's own code and measures them (`Sample`). `arithmetic`
takes it from there: every line is built from the one before, with the very numbers that the lines show, so
that who says them aloud can check them. Where one is rounded, it is rounded up, and the line says so.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from lessons.sources import Citation, resolve

if TYPE_CHECKING:
    from lab.bench import Bench

__all__ = [
    "NODE_GB", "Estimate", "Keeps", "Line", "Sample", "Worked", "arithmetic", "many", "percent", "rounded",
    "size",
]  # fmt: skip

NODE_GB = 16
"""Memory that a node has for data, until the learner says otherwise: an assumption, and said to be one."""

Keeps = Literal["one slot", "many slots"]
"""Where the items lie: in one slot (members of one key, or keys with one hash tag), which is on one node
whatever happens, or in keys of their own, which a cluster spreads by itself."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What was measured: `stored` bytes for `items` items, and the round trips of one operation."""

    stored: int
    items: int
    round_trips: int
    how: str
    """With what the bytes were measured."""
    missing: str = ""
    """Why this server cannot measure it; then nothing else counts."""

    @property
    def each(self) -> float:
        """Bytes for one item."""
        return self.stored / self.items


@dataclass(frozen=True, slots=True)
class Estimate:
    """One kind of item to be multiplied: what it is, how it is measured, how many the interviewer has."""

    item: str
    """In the singular: "player on the board"."""
    items: str
    """In the plural, as it follows a number: "players"."""
    measure: Callable[[Bench], Sample]
    """Stores real items with the pattern's code, measures them, and clears them away."""
    default: int
    """The interviewer's number of items."""
    keeps: Keeps
    operation: str
    """What one operation is, whose round trips are measured, in the singular: "event"."""
    per_second: int
    """The interviewer's rate of operations."""
    source: str = "cmd:info, cmd:memory-usage"
    why: str = ""
    """A word on where the number of items comes from, if it is not simply given."""

    @property
    def operations(self) -> str:
        """In the plural, as it follows a number: "searches"."""
        return many(self.operation)

    @property
    def citations(self) -> tuple[Citation, ...]:
        return resolve(self.source)


@dataclass(frozen=True, slots=True)
class Line:
    """One line to say aloud: what is multiplied, and what comes out."""

    says: str
    result: str


@dataclass(frozen=True, slots=True)
class Worked:
    """The whole sum."""

    lines: tuple[Line, ...]
    means: str
    """What it means: whether it fits a node, or how many it takes."""
    bytes: float
    """Of one copy, as the second line says it."""
    nodes: int
    """Primaries that one copy takes."""
    fits: bool
    """Whether it can be done as it is: what lies in one slot and is too large for a node cannot."""


def arithmetic(
    estimate: Estimate,
    sample: Sample,
    items: int | None = None,
    *,
    replicas: int = 1,
    per_second: int | None = None,
    node_gb: float = NODE_GB,
) -> Worked:
    """The sum, line by line, for so many items, replicas for each primary, and operations a second."""
    items = estimate.default if items is None else items
    per_second = estimate.per_second if per_second is None else per_second
    each = rounded(sample.each)
    one = rounded(each * items, 3)
    nodes = max(1, math.ceil(one / (node_gb * 1e9)))
    copies = 1 + replicas
    operations = estimate.operation if per_second == 1 else estimate.operations
    requests = per_second * sample.round_trips
    lines = (
        Line(
            f"{sample.stored:,} bytes measured for {sample.items:,} "
            f"{estimate.item if sample.items == 1 else estimate.items} ({sample.how})",
            _each(sample, each),
        ),
        Line(
            f"{each:,} {'byte' if each == 1 else 'bytes'} × {count(items)} "
            f"{estimate.item if items == 1 else estimate.items}",
            size(one) if one == each * items else f"{size(each * items)}, rounded up to {size(one)}",
        ),
        Line(
            f"{size(one)} × {copies} {'copy' if copies == 1 else 'copies'} (1 primary + {replicas} "
            f"{'replica' if replicas == 1 else 'replicas'})",
            size(one * copies),
        ),
        Line(
            f"{count(per_second)} {operations} a second × {sample.round_trips} round "
            f"{'trip' if sample.round_trips == 1 else 'trips'}",
            f"{count(requests)} {'request' if requests == 1 else 'requests'} a second",
        ),
    )
    fits = nodes == 1 or estimate.keeps == "many slots"
    return Worked(lines, _means(estimate, one, nodes, replicas, node_gb), one, nodes, fits)


def _means(estimate: Estimate, one: float, nodes: int, replicas: int, node_gb: float) -> str:
    share = one / (node_gb * 1e9)
    room = f"a node with {node_gb:g} GB for data"
    if nodes == 1:
        head = f"It fits {room}: {_share(share)} of it."
    elif estimate.keeps == "one slot":
        return (
            f"It does not fit {room}, and more nodes do not help: it is all in one slot, and "
            f"a slot lies on one node. Split it over at least {nodes:,} slots, or keep less of it."
        )
    else:
        head = (
            f"It takes {nodes:,} primaries with {node_gb:g} GB for data each, "
            f"{nodes * (1 + replicas):,} nodes in all. The keys spread over them by themselves."
        )
    tail = (
        " It is one slot, so all of it is on that node, its traffic too."
        if estimate.keeps == "one slot"
        else ""
    )
    return f"{head}{tail} Leave room: while a snapshot is written, every page that changes is held twice."


def _each(sample: Sample, each: int) -> str:
    """What one item takes, and whether that was rounded."""
    unit = "byte" if each == 1 else "bytes"
    if each == sample.each:
        return f"{each:,} {unit} for one"
    if sample.items == 1:
        return f"rounded up to {each:,} {unit}"
    return f"{_figures(sample.each)} for one, rounded up to {each:,} {unit}"


def rounded(number: float, figures: int = 2) -> int:
    """So many figures, as one says it, and never too little: 103.6 -> 110, 12304 -> 13000."""
    if number <= 0:
        return 0
    unit: int = 10 ** max(0, math.floor(math.log10(number)) - figures + 1)
    return math.ceil(number / unit - 1e-9) * unit


def size(found: float) -> str:
    """In the unit that fits, as exact as five figures are: "2.75 GB", "812 KB". 1 GB is 10^9 bytes."""
    for unit, name in ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "KB")):
        if found >= unit:
            return f"{_figures(found / unit)} {name}"
    return f"{found:,.0f} {'byte' if found == 1 else 'bytes'}"


def count(number: int) -> str:
    """As one says it, and nothing left out: "25 million", "1.5 billion", "10,000"."""
    for unit, name in ((10**9, "billion"), (10**6, "million")):
        if number >= unit:
            return f"{number / unit:,.12g} {name}"
    return f"{number:,}"


def many(word: str) -> str:
    """The plural: "searches", "queries", "days", "events"."""
    if re.search(r"(s|x|z|ch|sh)$", word):
        return f"{word}es"
    return f"{word[:-1]}ies" if re.search(r"[^aeiou]y$", word) else f"{word}s"


def percent(share: float, places: int = 0) -> str:
    """0.25 -> "25 %", with at most so many places. The space does not break."""
    number = f"{share * 100:.{places}f}"
    return f"{number.rstrip('0').rstrip('.') if places else number}\u00a0%"


def _figures(number: float) -> str:
    """Five figures, or the whole number where it has more."""
    return f"{number:,.0f}" if number >= 10_000 else f"{number:,.5g}"


def _share(share: float) -> str:
    return percent(share) if share >= 0.01 else f"less than {percent(0.01)}"

"""The rows of the contests as tables for people: aligned on a terminal, and Markdown where that is drawn."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

__all__ = ["render"]

Row = dict[str, Any]

HEADINGS = (
    "", "job/s", "ours is", "19 in 20", "trips", "commands", "client µs", "server µs", "guarantee",
)  # fmt: skip
TEXT = {0, 8}
EXPLANATION = """\
job/s is what one client reaches with one call at a time. "Ours is 1.50x": in the same rounds the hardened
pattern does the job 1.50 times as often; 19 times out of 20 the truth lies between the two figures beside it.
Trips and commands (those inside scripts too) are what the server counted for one job; client and server µs
are the CPU time of each. All use the same server, redis-py with hiredis unless the name says otherwise, 5 s
time-outs and their own retries. The word in brackets says how a peer's guarantee compares with ours."""


def render(rows: Sequence[Row]) -> str:
    """One table for each contest, and at the end where a peer that promises no more is not behind."""
    if not rows:
        return "No contest was held."
    first = rows[0]
    parts = [f"{first['server']}; {first['client']}; {first['cpus']} CPUs, {first['rounds']} rounds."]
    parts.append(EXPLANATION)
    for (slug, job), group in groupby(rows, key=lambda row: (row["slug"], row["job"])):
        contest = list(group)
        parts.append(f"### {slug}: {job}")
        if reason := contest[0].get("not_held"):
            parts.append(textwrap.fill(f"Not held here. {reason}", 110))
        else:
            parts.append(_aligned([HEADINGS, *map(_cells, contest)]))
    parts.append(_summary([row for row in rows if row.get("role") == "peer"]))
    return "\n\n".join(parts)


def verdict(row: Row) -> str:
    """How ours does against a peer; level if that differs from round to round."""
    return "ahead of" if row["low"] > 1 else "behind" if row["high"] < 1 else "level with"


def _cells(row: Row) -> tuple[str, ...]:
    ours = row["role"] == "ours"
    return (
        f"**{row['name']}**" if ours else f"floor: {row['name']}" if row["role"] == "floor" else row["name"],
        f"{row['per_second']:,.0f}",
        "" if ours else f"{row['ratio']:.2f}x",
        "" if ours else f"{row['low']:.2f} to {row['high']:.2f}",
        f"{row['round_trips']:.1f}",
        f"{row['commands']:.1f}",
        f"{row['client_us']:,.0f}",
        f"{row['server_us']:,.0f}",
        (f"({row['than_ours']}) " if row["than_ours"] else "") + row["guarantee"],
    )


def _aligned(lines: Sequence[Sequence[str]]) -> str:
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    widths[-1] = 0  # the last one may be long
    rule = [":" + "-" * (max(width, 2) - 1) if column in TEXT else "-" * (max(width, 2) - 1) + ":"
            for column, width in enumerate(widths)]  # fmt: skip
    return "\n".join(_line(line, widths) for line in (lines[0], rule, *lines[1:]))


def _line(cells: Iterable[str], widths: Sequence[int]) -> str:
    padded = [
        cell.ljust(width) if column in TEXT else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return f"| {' | '.join(padded)} |"


def _summary(peers: Sequence[Row]) -> str:
    """Ours must be ahead of whoever promises the same or less; where it is not, the reason stands here."""
    no_more = [row for row in peers if row["than_ours"] in ("weaker", "same")]
    count = Counter(map(verdict, no_more))
    lines = [
        f"Of {len(no_more)} peers that promise the same or less, ours is ahead of {count['ahead of']}, "
        f"level with {count['level with']} and behind {count['behind']}."
    ]
    for row in no_more:
        if (how := verdict(row)) != "ahead of":
            why = row["why"] or "The reason is not known."
            words = f"- {row['slug']}, {row['job']}: {how} {row['name']} ({row['ratio']:.2f}x). {why}"
            lines.append(textwrap.fill(words, 110, subsequent_indent="  "))
    return "\n".join(lines)

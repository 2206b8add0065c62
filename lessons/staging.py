"""What demos share: a clean stage, scripts that are already loaded, and pictures made of what was sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, TypeVar

from lessons.pictures import Lane, Mark, Timeline, Tone
from patterns import catalogue

if TYPE_CHECKING:
    from lab.bench import Bench
    from lab.trace import Command

__all__ = ["clear", "lanes_of", "load_scripts", "plural", "timeline_of", "times", "values"]

MOST_LANES = 12
T = TypeVar("T")


def clear(bench: Bench, *globs: str) -> None:
    """Delete the bench's keys that match, unseen, so that a demo begins the same each time."""
    quiet = bench.quiet()
    for glob in globs:
        found = list(quiet.scan_iter(match=f"{bench.namespace}{glob}", count=1_000))
        if found:
            quiet.delete(*found)  # not UNLINK: see Bench.reset


def load_scripts(bench: Bench, pattern: str) -> None:
    """Let the server know the pattern's scripts, as one does that has been up for a minute.

    Without this the first call of a script is three commands, and the log would show the other two.
    """
    quiet = bench.quiet()
    for script in catalogue.scripts().values():
        if script.path.startswith(f"patterns/{pattern}/"):
            quiet.script_load(script.text)


def values(results: Mapping[str, T | Exception]) -> dict[str, T]:
    """What the clients of a burst returned; if one failed, its error is the burst's."""
    for result in results.values():
        if isinstance(result, Exception):
            raise result
    return {actor: result for actor, result in results.items() if not isinstance(result, Exception)}


def lanes_of(
    commands: Iterable[Command], mark: Callable[[Command], tuple[str, Tone] | None]
) -> tuple[Lane, ...]:
    """A lane per actor in order of their names, with a mark where `mark` has words for a command's reply.

    It stands at the moment the command was sent: replies are read when a thread wakes, in another order.
    """
    marks: dict[str, list[Mark]] = {}
    start: float | None = None
    for command in commands:
        start = command.at if start is None else start
        if words := mark(command):
            marks.setdefault(command.actor, []).append(Mark(command.at - start, *words))
    return tuple(Lane(actor, marks=tuple(own)) for actor, own in sorted(marks.items()))


def timeline_of(title: str, lanes: tuple[Lane, ...], note: str = "") -> Timeline:
    """A timeline of the first lanes; the note says how many more there are."""
    ends = [mark.at for lane in lanes for mark in lane.marks]
    ends += [span.end or span.start for lane in lanes for span in lane.spans]
    hidden = len(lanes) - MOST_LANES
    if hidden > 0:
        note = f"{note} {plural(hidden, 'more lane is', 'more lanes are')} not drawn.".strip()
    return Timeline(title, lanes[:MOST_LANES], max(ends, default=0.0), note)


def times(count: int) -> str:
    """'once', 'twice', '3 times'."""
    return {1: "once", 2: "twice"}.get(count) or f"{count:,} times"


def plural(count: float, one: str, many: str = "") -> str:
    """'1 point', '2 points'."""
    return (
        f"{count:,g} {one if count == 1 else many or one + 's'}"
        if count < 1e6
        else f"{count:,.0f} {many or one + 's'}"
    )

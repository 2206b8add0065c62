"""Runs every scene before anybody watches: how long each takes, and what would fail in this room."""

from __future__ import annotations

import socket
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING, Any

from lab.errors import LabError
from lessons import racing
from lessons.dial import Tried as WayTried
from lessons.library import Loaded
from lessons.measure import NotHere
from lessons.measure import told as told_of
from lessons.model import Sample, Shown
from lessons.present.cost import reckoned
from lessons.present.cues import NoCue, check, estimate_of, fact_of, keys_of, race_of
from lessons.present.fit import PLACES, scene_fits, too_long
from lessons.present.play import difference, play, try_out
from lessons.present.scenes import Cue, Deck, Duel, Kind, Locate, Measure, Play, Reckon, Try, Turn
from lessons.slots import place

if TYPE_CHECKING:
    from lab.backend import Backend
    from lab.bench import Bench, Outcome

__all__ = ["PATIENCE", "Rehearsal", "Rehearsed", "port_fails", "rehearse"]

PATIENCE = 20.0
"""Seconds that a room waits for one result at most."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """One scene: how long its cue took, what fails, and what is only different from the best of servers."""

    number: int
    kind: Kind
    title: str
    seconds: float
    fails: tuple[str, ...] = ()
    falls_back: tuple[str, ...] = ()
    differs: str = ""
    """Where a second run's command log was another; empty if the two agree or there was one run only."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A deck, rehearsed."""

    deck: Deck
    scenes: tuple[Rehearsed, ...]

    @property
    def ok(self) -> bool:
        """Nothing fails; falling back is no failure."""
        return not any(scene.fails for scene in self.scenes)

    @property
    def seconds(self) -> float:
        return sum(scene.seconds for scene in self.scenes)

    def as_json(self) -> dict[str, Any]:
        return {
            "deck": self.deck.name, "title": self.deck.title, "ok": self.ok, "seconds": self.seconds,
            "planned_seconds": self.deck.seconds, "scenes": [asdict(scene) for scene in self.scenes],
        }  # fmt: skip


def rehearse(
    deck: Deck,
    loaded: Loaded,
    bench_for: Callable[[Loaded], Bench],
    *,
    patience: float = PATIENCE,
    twice: bool = False,
) -> Iterator[Rehearsed]:
    """Every scene in order. `bench_for` raises LabError where no server can be had.

    With `twice`, what repeats on a stage is run a second time and the two logs are compared.
    """
    for position, scene in enumerate(deck.scenes):
        fails, falls_back, differs = scene_fits(scene), list[str](), ""
        fails += [scene.lacks] if scene.lacks else []
        began = time.perf_counter()
        try:
            check(loaded, scene.cue)
            match scene.cue:
                case Play() | Measure() | Reckon() | Turn() as cue if not _is_words(loaded, cue):
                    bench = bench_for(loaded)
                    falls_back += _falls_back(bench.backend, loaded)
                    outcome = play(deck, position, loaded, bench)
                    wrong, back = _came_to(loaded, cue, outcome)
                    fails += wrong
                    falls_back += back
                    if twice and isinstance(cue, Play) and not cue.crowd:
                        differs = difference(outcome, play(deck, position, loaded, bench))
                case Locate() as cue:
                    placed = place(keys_of(loaded, cue))
                    fails += [] if placed.holds else [placed.says]
                case Try() as cue:
                    tried = try_out(loaded, cue, deck.seed)
                    if tried.failure:
                        fails.append(tried.failure.says)
                    elif tried.shown:
                        fails += [says for says in [too_long(PLACES["says"], tried.shown.says)] if says]
                case Duel() as cue:
                    wrong, back = _race(loaded, cue)
                    fails += wrong
                    falls_back += back
                case _:
                    pass
        except NoCue as error:
            fails.append(f"The scene runs what is not there: {error}")
        except LabError as problem:
            fails.append(problem.says)
        seconds = time.perf_counter() - began
        if seconds > patience:
            fails.append(f"It took {seconds:.1f} s, and a room waits {patience:g} s at most.")
        yield Rehearsed(
            position + 1, scene.kind, scene.title, seconds, tuple(fails), tuple(falls_back), differs
        )


def port_fails(port: int, host: str = "127.0.0.1") -> str:
    """Why the app could not start at this port. Nothing if it is free, or such an app runs there already."""
    if _app_answers(host, port):
        return ""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return (
                f"Port {port} is taken ({error.strerror}). End what has it, or start Keyspace at another: "
                f"./run --server.port {port + 1}"
            )
    return ""


def _app_answers(host: str, port: int) -> bool:
    """Whether a Streamlit app, most likely this one, runs there."""
    try:
        with urllib.request.urlopen(f"http://{host}:{port}/_stcore/health", timeout=1.0) as answer:
            return bool(answer.status == 200)
    except (OSError, HTTPException):
        return False


def _is_words(loaded: Loaded, cue: Cue) -> bool:
    """Whether a fact is only said, with its source, and not measured."""
    return isinstance(cue, Measure) and fact_of(loaded, cue).measure is None


def _came_to(loaded: Loaded, cue: Cue, outcome: Outcome[Any]) -> tuple[list[str], list[str]]:
    """What is wrong with what a cue came to on a bench, and in what way it falls back."""
    if outcome.failure:
        return [outcome.failure.says], []
    told, back = "", list[str]()
    match outcome.value:
        case Shown() as shown:
            told = shown.says
        case Sample(missing=missing) if missing:
            back.append(missing)
        case Sample() as sample if isinstance(cue, Reckon):
            told = reckoned(estimate_of(loaded, cue), sample, dict(cue.inputs)).means
        case NotHere() as why:
            back.append(f"{told_of(why).label}: {why}")
        case WayTried() as tried if not tried.ok:
            return [tried.says], []
        case WayTried() as tried:
            told = tried.says
            back += [] if tried.works else [tried.says]
    return [says for says in [too_long(PLACES["says"], told)] if says], back


def _falls_back(backend: Backend, loaded: Loaded) -> list[str]:
    """In what way this server is not what the lesson was written for."""
    found = []
    if backend.kind == "fakeredis":
        found.append("It runs on a simulated Redis, and the stage says so.")
    found += [
        f"This server has no {_MODULES[name]}: the version on core data types stands in."
        for name in _uses(loaded)
        if not backend.can(name)
    ]
    return found


_MODULES = {
    "search": "search module", "json": "JSON module", "bloom": "Bloom module", "graph": "graph module",
    "timeseries": "time series module",
}  # fmt: skip
_OF_PATTERN = {
    "full_text_search": "search", "json_document": "json", "bloom_filter": "bloom", "graph": "graph",
    "time_series": "timeseries",
}  # fmt: skip


def _uses(loaded: Loaded) -> tuple[str, ...]:
    """Modules that the lesson asks for, and the one of its pattern."""
    of_pattern = _OF_PATTERN.get(loaded.lesson.pattern or "")
    return tuple(dict.fromkeys([*loaded.lesson.needs, *([of_pattern] if of_pattern else [])]))


def _race(loaded: Loaded, cue: Duel) -> tuple[list[str], list[str]]:
    """What is wrong with a race's outcome here, and in what way it falls back."""
    race, backend = race_of(loaded, cue), racing.backend_here()
    back = ["It is explored on a simulated Redis."] if backend == "fakeredis" else []
    if why := racing.lacking(race, backend):
        return [why], back
    explored = racing.explored(loaded.slug, race, cue.version, backend)
    if explored.ok:
        return [], back
    expected = f"violated with {race.anomaly!r}" if cue.version == "naive" else "proved"
    return [f"The search came out as {explored.verdict.status}, and should be {expected}."], back

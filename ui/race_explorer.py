"""Searches for learners, each in a process of its own that can be killed. No greenlet ever runs here."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

import streamlit as st

from lab.explorer import Isolated, Moment, Schedule
from lab.explorer.clients import Place
from lab.explorer.isolated import WorkerDied
from lab.scenario import Bounds
from lab.snapshot import KeyState, Snapshot
from ui import session
from ui.race_source import PATH, Setting, offers

__all__ = ["BOUNDS", "Explorer", "Explorers", "explorers", "schedule_of", "snapshot_of"]

BOUNDS = Bounds(steps_per_client=12, states=100_000, seconds=2.0)
OWN_SECONDS = 1.5
"""For code that a learner has just typed, and which may go on for ever."""
_AT_ONCE = 4
_IDLE = 600.0


class Explorer:
    """The graph that one learner walks. Asked about another setting, it searches anew."""

    def __init__(self, backend: Literal["redis", "fakeredis"]) -> None:
        self._isolated = Isolated(backend)
        self._lock = threading.RLock()
        self._setting: Setting | None = None
        self._verdicts: dict[Setting, dict[str, Any]] = {}
        self._bounds: dict[Setting, Bounds] = {}
        self._states: dict[int, dict[str, Any]] = {}

    def verdict(self, setting: Setting, bounds: Bounds) -> dict[str, Any]:
        """What a search of this setting found; searched once."""
        with self._lock:
            self._bounds[setting] = bounds
            return self._verdicts.get(setting) or self._explore(setting)

    def search(self, setting: Setting, bounds: Bounds) -> dict[str, Any]:
        """What a search of this setting finds now, whatever an earlier one has found."""
        with self._lock:
            self._bounds[setting] = bounds
            return self._explore(setting)

    def at(self, setting: Setting, state: int) -> dict[str, Any]:
        """Everything that a page shows of a state."""
        with self._lock:
            self._turn_to(setting)
            if state not in self._states:
                self._states[state] = self._again(setting, lambda: self._isolated.at(state))
            return self._states[state]

    def schedule(self, setting: Setting, address: str) -> dict[str, Any]:
        """The schedule of this address. ValueError says which of its events is not possible."""
        with self._lock:
            self._turn_to(setting)
            return self._again(setting, lambda: self._isolated.schedule(address))

    def close(self) -> None:
        self._isolated.close()

    def _turn_to(self, setting: Setting) -> None:
        if self._setting != setting:
            self._explore(setting)

    def _again(self, setting: Setting, ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        try:
            return ask()
        except WorkerDied:
            self._explore(setting)
            return ask()

    def _explore(self, setting: Setting) -> dict[str, Any]:
        self._states.clear()
        bounds = self._bounds.get(setting, BOUNDS)
        if setting.own:
            bounds = replace(bounds, seconds=min(bounds.seconds, OWN_SECONDS))
        found = self._isolated.explore(
            PATH, bounds=bounds, arguments=setting.arguments(), replace=own_text(setting)
        )
        self._setting = setting
        self._verdicts[setting] = found
        return found


class Explorers:
    """One explorer a learner, for as many as this machine bears at once."""

    def __init__(self, make: Callable[[], Explorer]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._used: dict[str, tuple[float, Explorer]] = {}

    def of(self, owner: str) -> Explorer:
        with self._lock:
            now = time.monotonic()
            mine = self._used.pop(owner, None)
            others = sorted(self._used, key=lambda one: self._used[one][0])
            spare = max(0, len(others) - _AT_ONCE + 1)
            for place, other in enumerate(others):
                if place < spare or now - self._used[other][0] > _IDLE:
                    self._used.pop(other)[1].close()
            explorer = mine[1] if mine else self._make()
            self._used[owner] = (now, explorer)
            return explorer

    def close(self) -> None:
        with self._lock:
            for _, explorer in self._used.values():
                explorer.close()
            self._used.clear()


@st.cache_resource(show_spinner=False)
def explorers() -> Explorers:
    """Those of this process."""
    simulated = session.backend().kind == "fakeredis"
    return Explorers(lambda: Explorer("fakeredis" if simulated else "redis"))


def own_text(setting: Setting) -> dict[str, str] | None:
    """The module that the learner's text takes the place of, and the text."""
    return {offers(setting.slug)[setting.number - 1].module: setting.own} if setting.own else None


def schedule_of(told: dict[str, Any]) -> Schedule:
    """A schedule that came through the pipe."""
    moments = tuple(
        Moment(**{**one, "place": Place(**one["place"]) if one["place"] else None}) for one in told["steps"]
    )
    return Schedule(moments, told["wrong"], tuple(told["clients"]))


def snapshot_of(told: dict[str, Any]) -> Snapshot:
    """A keyspace that came through the pipe."""
    keys = tuple(
        KeyState(
            **{
                **one,
                "value": one["value"] if isinstance(one["value"], str) else tuple(map(tuple, one["value"])),
            }
        )
        for one in told["keys"]
    )
    return Snapshot(**{**told, "keys": keys})

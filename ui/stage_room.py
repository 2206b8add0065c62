"""What two windows share: which scene is shown, what it came to, how many hands were raised.

A room belongs to a learner and has a name, so that a reload, or a second window of the same browser, finds it
as it was. It lives as long as the process.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.runtime import Runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lessons.present.play import Tried
from lessons.present.scenes import Deck

if TYPE_CHECKING:
    from lab.backend import Backend
    from lab.bench import Outcome

__all__ = ["MOST_ROOMS", "Rooms", "StageRoom", "is_open", "rooms", "window"]

MOST_ROOMS = 64


@dataclass
class StageRoom:
    """One presentation. Positions count from 0."""

    deck: Deck
    name: str
    now: Callable[[], float] = time.monotonic
    position: int = 0
    results: dict[int, Outcome[Any] | Tried] = field(default_factory=dict)
    revealed: set[int] = field(default_factory=set)
    hands: dict[int, list[int]] = field(default_factory=dict)
    schedules: dict[int, str] = field(default_factory=dict)
    """Race scenes: the address of what has happened so far."""
    verdicts: dict[int, str] = field(default_factory=dict)
    """Scenes that are judged by a word (a verdict, an option's letter) and not by a tone: that word."""
    pictures: dict[int, int] = field(default_factory=dict)
    """Which of its pictures a scene shows, from 0 on, where it is not the first."""
    differs: dict[int, str] = field(default_factory=dict)
    """Where a run's command log was not that of the run before it."""
    lasts: dict[int, Outcome[Any]] = field(default_factory=dict)
    says: str = ""
    """What the last key could not do, and why; once."""
    heard: int = 0
    """Keys so far: what is sent to the page differs after each, also where nothing else has changed."""
    projector: bool = False
    code: bool = False
    window: str = ""
    """The browser session that presents."""
    began: float = field(default=-1.0)
    at_scene: float = field(default=-1.0)

    def open(self, deck: Deck, window: str) -> None:
        """The presenting window shows this deck; the clock starts with the first one."""
        self._renew(deck)
        self.deck, self.window = deck, window
        self.position = min(self.position, len(deck.scenes) - 1)
        if self.began < 0:
            self.began = self.at_scene = self.now()

    def go(self, position: int) -> None:
        """To a scene; beyond either end is the end."""
        there = min(max(position, 0), len(self.deck.scenes) - 1)
        if there != self.position:
            self.position, self.at_scene, self.says = there, self.now(), ""

    def reset(self) -> None:
        """The scene as it was before anything was run or raised."""
        self._forget(self.position)
        self.says = ""

    def _renew(self, deck: Deck) -> None:
        """A scene that was edited meanwhile, or that another one has taken the place of, begins again."""
        if deck is self.deck:
            return
        for position, was in enumerate(self.deck.scenes):
            if position >= len(deck.scenes) or deck.scenes[position] != was:
                self._forget(position)
                self.lasts.pop(position, None)

    def _forget(self, position: int) -> None:
        self.results.pop(position, None)
        self.schedules.pop(position, None)
        self.verdicts.pop(position, None)
        self.pictures.pop(position, None)
        self.hands.pop(position, None)
        self.revealed.discard(position)

    def raise_hand(self, option: int, by: int) -> None:
        """One hand more or fewer; not once the result is out."""
        hands = self.deck.scenes[self.position].hands
        if not 0 <= option < len(hands):
            return
        if self.position in self.revealed:
            self.says = "The result is out: hands are counted before it. R begins the scene again."
            return
        counts = self.hands.setdefault(self.position, [0] * len(hands))
        counts[option] = max(counts[option] + by, 0)

    def walk(self, by: int, pictures: int) -> None:
        """To the next of so many pictures, or with -1 to the one before; after the last comes the first."""
        if pictures < 2:
            self.says = "There is no further picture here."
            return
        self.pictures[self.position] = (self.pictures.get(self.position, 0) + by) % pictures

    def outcome(self, position: int) -> Outcome[Any] | None:
        """What a scene ran on the bench; nothing where it has not, or ran a trial on servers of its own."""
        result = self.results.get(position)
        return None if isinstance(result, Tried) else result

    def restart_clock(self) -> None:
        self.began = self.at_scene = self.now()

    @property
    def backend(self) -> Backend | None:
        """What the last runs were on; nothing before the first one."""
        found = (getattr(one, "backend", None) for one in reversed(self.results.values()))
        return next((one for one in found if one), None)

    @property
    def elapsed(self) -> float:
        """Seconds since the first scene was opened."""
        return 0.0 if self.began < 0 else self.now() - self.began

    @property
    def elapsed_here(self) -> float:
        """Seconds since this scene was opened."""
        return 0.0 if self.at_scene < 0 else self.now() - self.at_scene

    @property
    def planned_until_here(self) -> int:
        """Seconds planned for everything before this scene."""
        return sum(scene.seconds for scene in self.deck.scenes[: self.position])


class Rooms:
    """The rooms of this process. The one that was not used for longest makes room for a new one."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._rooms: dict[tuple[str, str, str], StageRoom] = {}

    def enter(self, owner: str, deck: Deck, name: str) -> StageRoom:
        """The room, made if there is none."""
        key = (owner, deck.name, name)
        with self._lock:
            found = self._rooms.pop(key, None) or StageRoom(deck, name, self._now)
            self._rooms[key] = found
            while len(self._rooms) > MOST_ROOMS:
                del self._rooms[next(iter(self._rooms))]
            return found

    def find(self, owner: str, deck: str, name: str) -> StageRoom | None:
        """The room, if somebody presents in it or has."""
        with self._lock:
            return self._rooms.get((owner, deck, name))


@st.cache_resource(show_spinner=False)
def rooms() -> Rooms:
    """Those of this process."""
    return Rooms()


def window() -> str:
    """The browser window that is being drawn, by the id of its session."""
    context = get_script_run_ctx()
    return context.session_id if context else ""


def is_open(session_id: str) -> bool:
    """Whether that window is connected at this moment."""
    return bool(session_id) and (not Runtime.exists() or Runtime.instance().is_active_session(session_id))

"""Who is learning, and what a reload must not lose. The only file that keeps anything in session state.

A learner is known by a cookie, so a reload or a second tab finds the same Redis server, keys and progress.
What is shared by all pages (the server pool, the progress store, each learner's desk) lives once a process,
and a thread gives back the servers of learners who have gone.
"""

from __future__ import annotations

import logging
import re
import secrets
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.runtime import Runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from memory.store import Store
from ui import who
from ui.components import cookie
from ui.trials import Place, Trials, Tried

if TYPE_CHECKING:
    from lab.backend import Backend
    from lab.bench import Bench, Outcome
    from lab.pool import ServerPool
    from lessons.model import Shown

__all__ = [
    "Desk", "Room", "backend", "become", "bench", "desk", "draw_again", "held", "hold", "in_fragment",
    "keep_cookie", "learner", "let_go", "notices", "number", "put", "room", "try_redis_url_again",
    "use_embedded", "uses_redis_url",
]  # fmt: skip

COOKIE = "keyspace_learner"
_ID = re.compile(r"[0-9a-f]{24}")
_EVERY = 5.0
GONE_AFTER = 60.0
"""Seconds without any connection after which a learner counts as gone. A reload takes one or two."""

PUT_AWAY = "Your Redis was put away while no page was open; it starts empty."

log = logging.getLogger("keyspace")


def _is_connected(page: str) -> bool:
    """Whether the browser session of that id has a connection to this process."""
    return not Runtime.exists() or Runtime.instance().is_active_session(page)


@dataclass
class Desk:
    """What one learner has in front of them: what they typed, and what their last runs showed.

    `inputs` is by (lesson, action, name), `results` by (lesson, step, side) with the label of the action,
    `worked` by (lesson, step, part): verdicts, samples, ways that were tried.
    """

    inputs: dict[tuple[str, str, str], object] = field(default_factory=dict)
    results: dict[tuple[str, str, str], tuple[str, Outcome[Shown]]] = field(default_factory=dict)
    measured: dict[tuple[str, str], dict[int, Outcome[str]]] = field(default_factory=dict)
    tried: dict[Place, Tried] = field(default_factory=dict)
    worked: dict[tuple[str, str, str], Any] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)


class Room:
    """Everything that is there once, whoever is learning."""

    def __init__(
        self,
        pool: ServerPool,
        store: Store,
        *,
        is_connected: Callable[[str], bool] = _is_connected,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.pool = pool
        self.store = store
        self._is_connected, self._now = is_connected, now
        self._lock = threading.Lock()
        self._desks: dict[str, Desk] = {}
        self._pages: dict[str, set[str]] = {}
        self._seen: dict[str, float] = {}
        self._closing = threading.Event()
        self.trials = Trials()

    def enter(self, owner: str, page: str) -> None:
        """A browser session shows a page of this learner."""
        with self._lock:
            self._pages.setdefault(owner, set()).add(page)
            self._seen[owner] = self._now()

    def desk(self, owner: str) -> Desk:
        with self._lock:
            return self._desks.setdefault(owner, Desk())

    def is_here(self, owner: str) -> bool:
        """Whether a browser session of the learner is connected, or was within the last minute."""
        with self._lock:
            pages = self._pages.get(owner, set())
            pages -= {page for page in pages if not self._is_connected(page)}
            if pages:
                self._seen[owner] = self._now()
            return self._now() - self._seen.get(owner, -GONE_AFTER) < GONE_AFTER

    def is_connected(self, owner: str) -> bool:
        """Whether a page of the learner is open this very moment."""
        with self._lock:
            return any(self._is_connected(page) for page in self._pages.get(owner, ()))

    def tidy(self) -> None:
        """Give back the servers of learners who are gone or have been idle for long."""
        self.trials.tidy(self.is_connected)
        before = set(self.pool.owners())
        self.pool.reap(self._now(), self.is_here)
        for owner in before - set(self.pool.owners()):
            self._put_away(owner)

    def _put_away(self, owner: str) -> None:
        here = self.is_here(owner)
        with self._lock:
            desk = self._desks.pop(owner, None)
            if not here:
                self._pages.pop(owner, None)
                self._seen.pop(owner, None)
            if desk and desk.results and not here:
                self._desks[owner] = Desk(notices=[PUT_AWAY])

    def watch(self) -> None:
        """Tidy every few seconds, until the process ends."""
        while not self._closing.wait(_EVERY):
            try:
                self.tidy()
            except Exception:
                log.exception("Looking after the learners' servers failed; trying again.")

    def close(self) -> None:
        self._closing.set()
        self.trials.close()
        self.pool.close()
        self.store.close()


@st.cache_resource(show_spinner=False)
def room() -> Room:
    """The one room of this process."""
    from lab.pool import ServerPool

    made = Room(ServerPool(), Store())
    threading.Thread(target=made.watch, name="keyspace-reaper", daemon=True).start()
    threading.Thread(target=_warm_up, name="keyspace-warm-up", daemon=True).start()
    return made


def _warm_up() -> None:
    """Read what every lesson shows while the first page is still being looked at."""
    from patterns import catalogue
    from ui.components.code import coloured

    try:
        catalogue.patterns()
        catalogue.scripts()
        coloured("pass", "warm_up.py")
    except Exception as error:  # noqa: BLE001  the pages that show it will say so
        log.warning("A pattern is broken: %s", error)


def learner() -> str:
    """The learner's id: from the cookie, else a new one that the browser is told to keep."""
    known = who.signed_in() or st.session_state.get("learner")
    if known is None:
        told = st.context.cookies.get(COOKIE)
        known = told if isinstance(told, str) and _ID.fullmatch(told) else secrets.token_hex(12)
        st.session_state["learner"] = known
    context = get_script_run_ctx()
    if context is not None:
        room().enter(known, context.session_id)
    return str(known)


def become(other: str) -> None:
    """Go on as another learner of this machine."""
    st.session_state["learner"] = other


def keep_cookie() -> None:
    """Have the browser keep the learner's id for a year, unless it knows it already or has signed in."""
    if who.signed_in():
        return
    known = learner()
    if st.context.cookies.get(COOKIE) != known:
        with st.container(key="ks-cookie"):
            cookie.keep(COOKIE, known)


def desk() -> Desk:
    return room().desk(learner())


def bench(lesson: str, needs: Collection[str] = ()) -> Bench:
    """The learner's bench for a lesson, on a server that answers. `LabError` says why there is none."""
    owner = learner()
    pool = room().pool
    made = pool.bench(owner, lesson, needs)
    pool.touch(owner)
    _hear(owner)
    return made


def backend() -> Backend:
    """What the learner's lessons run on."""
    owner = learner()
    found = room().pool.backend(owner)
    _hear(owner)
    return found


def uses_redis_url() -> bool:
    """Whether the learner is, or would be, on the server that REDIS_URL names."""
    return room().pool.is_shared(learner())


def try_redis_url_again() -> None:
    """Look once more at the server that REDIS_URL names: it may have come up meanwhile."""
    room().pool.recheck()


def use_embedded() -> None:
    """The learner takes a server of their own although REDIS_URL is set."""
    room().pool.use_embedded(learner())


def notices() -> list[str]:
    """What the learner must know and was not told yet."""
    waiting = desk().notices
    said, waiting[:] = list(waiting), []
    return said


def hold(key: str, value: object) -> None:
    """Give a widget its value before it is drawn, unless the learner has changed it already.

    The browser is told so when the whole page is drawn, and not when a fragment is: a field in a fragment has
    its value as its default instead.
    """
    whole_page = get_script_run_ctx() is not None and not in_fragment()
    if whole_page or key not in st.session_state:
        st.session_state[key] = st.session_state.get(key, value)


def put(key: str, value: object) -> None:
    """Change what this browser session holds."""
    st.session_state[key] = value


def held(key: str) -> object:
    """What this browser session holds; None for nothing."""
    return st.session_state.get(key)


def let_go(*keys: str) -> object:
    """Hold these no longer. Returns what the last one was."""
    found: object = None
    for key in keys:
        found = st.session_state.pop(key, None)
    return found


def number(key: str) -> int:
    """A position that this browser session holds."""
    return int(st.session_state.get(key, 0))


def in_fragment() -> bool:
    """Whether a part of the page is being drawn, and not all of it."""
    context = get_script_run_ctx()
    return bool(context and context.fragment_ids_this_run)


def draw_again() -> None:
    """Draw the part of the page that is being drawn once more, with what has just been put."""
    st.rerun(scope="fragment" if in_fragment() else "app")


def _hear(owner: str) -> None:
    if said := room().pool.notice(owner):
        desk().notices.append(said)

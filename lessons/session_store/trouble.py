"""Saves that come too late, in a crowd and one step at a time, under both versions."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from lab.hold import Gate, after_reply
from lessons.inputs import Input, Integer, Text
from lessons.model import Action, Burst, Count, Run, Shown
from lessons.pictures import Tone
from lessons.staging import clear, lanes_of, load_scripts, plural, timeline_of, values
from patterns.session_store import NaiveSessions, Sessions

if TYPE_CHECKING:
    from redis import Redis

    from lab.bench import Bench
    from lab.trace import Command

Store = NaiveSessions | Sessions
Version = type[NaiveSessions] | type[Sessions]
TTL_S = 1_800
PATIENCE = 5.0

CROWD: tuple[Input, ...] = (
    Integer("tabs", "Tabs", 12, 1, 50, help="Each is a real thread with a connection of its own."),
)


def on(bench: Bench, version: Version, redis: Redis) -> Store:
    stage = f"{bench.namespace}{'naive' if version is NaiveSessions else 'hardened'}:"
    if version is Sessions:
        return Sessions(redis, TTL_S, namespace=stage, now=bench.clock)
    return version(redis, TTL_S, namespace=stage)


def fresh(bench: Bench, version: Version) -> tuple[Store, str]:
    """An empty store of this version with one session, seen by nobody; the server knows the scripts."""
    clear(bench, f"{'naive' if version is NaiveSessions else 'hardened'}:session*")
    load_scripts(bench, "session_store")
    store = on(bench, version, bench.quiet())
    return store, store.create("ann", {"theme": "light"})


def without_ttl(bench: Bench, version: Version) -> int:
    """How many sessions of the stage never end."""
    stage = "naive" if version is NaiveSessions else "hardened"
    quiet = bench.quiet()
    keys = quiet.scan_iter(match=f"{bench.namespace}{stage}:session*", count=1_000)
    return sum(quiet.pttl(key) == -1 for key in keys)


def burst(version: Version, bench: Bench, *, tabs: int) -> Shown:
    """Every tab saves a field of its own. The user signs out while all the saves are on their way."""
    store, session_id = fresh(bench, version)
    gate, begin = Gate(tabs + 1), bench.log.mark()

    def saves(number: int) -> Callable[[Redis], bool]:
        def job(redis: Redis) -> bool:
            with gate.holds(redis):
                return on(bench, version, redis).update(session_id, {f"tab {number}": "saved"})

        return job

    def signs_out(redis: Redis) -> bool:
        waiting, pause = PATIENCE, threading.Event()
        while gate.missing > 1 and waiting > 0:
            pause.wait(0.002)
            waiting -= 0.002
        with gate.holds(redis):
            return on(bench, version, redis).destroy(session_id)

    jobs = {f"tab {number:02}": saves(number) for number in range(1, tabs + 1)}
    values(bench.together({**jobs, "ann": signs_out}))
    left = store.get(session_id)
    kept = sum(name.startswith("tab ") for name in left or {})
    forever = without_ttl(bench, version)
    return Shown(
        f"{plural(tabs, 'tab')} saved while ann signed out. "
        + (
            f"Her session is back, {'without a TTL' if forever else 'with its TTL'}: revived session. "
            f"It holds what {plural(kept, 'tab')} saved"
            + (f": {plural(tabs - kept, 'lost update')}." if kept < tabs else ".")
            if left
            else "Her session is gone and stays gone."
        ),
        "bad" if left else "good",
        (
            Count("Sessions after signing out", int(left is not None), "", "bad" if left else "good"),
            Count("Sessions without a TTL", forever, "", "bad" if forever else "good"),
        ),
        timeline_of(
            "Saving and signing out",
            lanes_of(bench.log.since(begin).commands, in_words),
            "Each tab waits with its first reply in hand until ann has signed out.",
        ),
    )


def in_words(command: Command) -> tuple[str, Tone] | None:
    """A command of either version in two words."""
    if command.error:
        return f"{command.name}: {command.error}", "bad"
    match command.name:
        case "GET":
            return "reads it all", "warn"
        case "SET":
            return "writes it all", "bad"
        case "DEL":
            return "signs out", "plain"
        case "EVALSHA" if command.actor == "ann":
            return "signs out", "plain"
        case "EVALSHA":
            return ("too late", "plain") if command.reply == "(nil)" else ("saves its field", "good")
    return None


def naive_burst(bench: Bench, /, *, tabs: int) -> Shown:
    return burst(NaiveSessions, bench, tabs=tabs)


def hardened_burst(bench: Bench, /, *, tabs: int) -> Shown:
    return burst(Sessions, bench, tabs=tabs)


BURST = Burst(
    "Twelve tabs and one sign-out",
    naive=Action(
        "Naive: save while signing out", naive_burst, CROWD, (NaiveSessions.update, NaiveSessions.destroy)
    ),
    hardened=Action(
        "Hardened: save while signing out", hardened_burst, CROWD, (Sessions.update, Sessions.destroy)
    ),
)


class Steps:
    """Three small stories for one version. Each begins with a session of its own."""

    def __init__(self, version: Version) -> None:
        self.version = version

    def revive(self, bench: Bench, /) -> Shown:
        """The user signs out between a tab's first reply and whatever it does next; then a second save."""
        store, session_id = fresh(bench, self.version)
        begin = bench.log.mark()
        tab, user = bench.client("tab 1"), on(bench, self.version, bench.client("ann"))
        with after_reply(tab, lambda: user.destroy(session_id)):
            on(bench, self.version, tab).update(session_id, {"theme": "dark"})
        on(bench, self.version, tab).update(session_id, {"page": "2"})
        back = store.get(session_id) is not None
        return Shown(
            "ann signed out while a save was on its way, and another came after it. "
            + ("She is signed in again: revived session." if back else "She is signed out, and stays so."),
            "bad" if back else "good",
            picture=timeline_of("Signing out", lanes_of(bench.log.since(begin).commands, in_words)),
        )

    def lose(self, bench: Bench, /, *, first: str, second: str) -> Shown:
        store, session_id = fresh(bench, self.version)
        begin = bench.log.mark()
        one, two = bench.client("tab 1"), on(bench, self.version, bench.client("tab 2"))
        with after_reply(one, lambda: two.update(session_id, {"theme": second})):
            on(bench, self.version, one).update(session_id, {"basket": first})
        held = store.get(session_id) or {}
        lost = held.get("theme") != second or held.get("basket") != first
        hidden = self.version is NaiveSessions and not lost  # what was overwritten was the same theme
        end = (
            ": lost update" if lost else ", as before tab 2: its lost update does not show" if hidden else ""
        )
        return Shown(
            f"Tab 1 saved a basket of {first}, tab 2 the theme {second}. The session has basket "
            f"{held.get('basket')} and theme {held.get('theme')}{end}.",
            "bad" if lost else "warn" if hidden else "good",
            picture=timeline_of("Two tabs", lanes_of(bench.log.since(begin).commands, in_words)),
        )

    def forget(self, bench: Bench, /, *, hours: int) -> Shown:
        store, session_id = fresh(bench, self.version)
        on(bench, self.version, bench.client("tab 1")).update(session_id, {"theme": "dark"})
        forever = without_ttl(bench, self.version)
        bench.fast_forward(hours * 3_600)
        there = store.get(session_id) is not None
        return Shown(
            f"ann saved once and walked away. {plural(hours, 'hour')} later she is "
            + ("still signed in: dropped TTL." if there else "signed out."),
            "bad" if there else "good",
            (Count("Sessions without a TTL", forever, "", "bad" if forever else "good"),),
        )

    def step(self, heading: str) -> Run:
        update = (self.version.update,)
        return Run(
            heading,
            (
                Action("Sign out while a save is on its way", self.revive, (), update),
                Action(
                    "Two tabs save different things",
                    self.lose,
                    (Text("first", "Tab 1, basket", "3 shoes"), Text("second", "Tab 2, theme", "dark")),
                    update,
                ),
                Action(
                    "Save once, then walk away",
                    self.forget,
                    (Integer("hours", "Hours", 9, 1, 8_760, "h"),),
                    update,
                ),
            ),
        )


BY_HAND = Steps(NaiveSessions).step("Break it, one step at a time")
BY_HAND_HARDENED = Steps(Sessions).step("The same stories, hardened")

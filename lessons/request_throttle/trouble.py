"""Counts that never get their TTL, in a crowd and one step at a time; the bucket under the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lessons.diary import Diary
from lessons.inputs import Input, Integer
from lessons.lost import killed_after_reply, reply_lost
from lessons.model import Action, Burst, Count, Run, Shown
from lessons.pictures import Tone
from lessons.staging import clear, lanes_of, load_scripts, plural, timeline_of, values
from patterns.request_throttle import NaiveThrottle, Throttle

if TYPE_CHECKING:
    from redis import Redis

    from lab.bench import Bench
    from lab.trace import Command

Version = type[NaiveThrottle] | type[Throttle]
WINDOW_S = 60
DAY = 86_400

CROWD: tuple[Input, ...] = (
    Integer("clients", "Clients", 12, 1, 50, help="Each is served by a real thread of its own."),
    Integer("limit", "Limit", 5, 1, 50, "requests"),
)


def on(bench: Bench, version: Version, redis: Redis, stage: str, limit: int) -> NaiveThrottle | Throttle:
    if version is Throttle:
        return Throttle(redis, stage, limit, WINDOW_S, namespace=bench.namespace, now=bench.clock)
    return version(redis, stage, limit, WINDOW_S, namespace=bench.namespace)


def fresh(bench: Bench, version: Version, name: str) -> str:
    """The name of an unused throttle of this version; the server knows the scripts."""
    stage = f"{name}-{'naive' if version is NaiveThrottle else 'hardened'}"
    clear(bench, f"throttle:{stage}:*")
    load_scripts(bench, "request_throttle")
    return stage


def immortal(bench: Bench, stage: str) -> int:
    """How many keys of the stage have no TTL."""
    quiet = bench.quiet()
    keys = quiet.scan_iter(match=f"{bench.namespace}throttle:{stage}:*", count=1_000)
    return sum(quiet.pttl(key) == -1 for key in keys)


def locked_out(bench: Bench, version: Version, stage: str, limit: int, client: str) -> bool:
    """Whether a client that comes back after a day, and again after another, gets nothing the second time."""
    throttle = on(bench, version, bench.quiet(), stage, limit)
    for _ in range(limit):
        throttle.allow(client)
    bench.fast_forward(DAY)
    return not throttle.allow(client).allowed


def burst(version: Version, bench: Bench, *, clients: int, limit: int) -> Shown:
    """A deployment kills every server after its first command, while each serves a client's first request."""
    stage = fresh(bench, version, "deployment")
    begin = bench.log.mark()

    def job(client: str) -> Callable[[Redis], None]:
        def serve(redis: Redis) -> None:
            with killed_after_reply(redis):
                on(bench, version, redis, stage, limit).allow(client)

        return serve

    names = [f"client {number + 1:02}" for number in range(clients)]
    values(bench.together({name: job(name) for name in names}))
    sent = bench.log.since(begin).commands
    forever = immortal(bench, stage)
    bench.fast_forward(DAY)
    out = sum(locked_out(bench, version, stage, limit, name) for name in names)
    became = (
        f"{plural(forever, 'key')} stayed without a TTL. Days later "
        f"{plural(out, 'client is', 'clients are')} refused for good: immortal key."
        if forever
        else "Every key has its TTL. Days later nobody is refused for good."
    )
    return Shown(
        f"{plural(clients, 'server')} died in the middle of a request. {became}",
        "bad" if forever else "good",
        (
            Count("Keys without a TTL", forever, "", "bad" if forever else "good"),
            Count("Clients locked out for ever", out, "", "bad" if out else "good"),
        ),
        timeline_of("The last commands of each server", lanes_of(sent, in_words)),
    )


def in_words(command: Command) -> tuple[str, Tone] | None:
    """A command of either version in two words."""
    if command.error:
        return f"{command.name}: {command.error}", "bad"
    match command.name:
        case "INCRBY":
            return f"counts {command.reply}, dies", "bad"
        case "PEXPIRE":
            return "sets the TTL", "good"
        case "EVALSHA":
            return "takes a token, dies", "good"
    return None


def naive_burst(bench: Bench, /, *, clients: int, limit: int) -> Shown:
    return burst(NaiveThrottle, bench, clients=clients, limit=limit)


def hardened_burst(bench: Bench, /, *, clients: int, limit: int) -> Shown:
    return burst(Throttle, bench, clients=clients, limit=limit)


BURST = Burst(
    "A deployment at the wrong moment",
    naive=Action("Naive: every server is killed", naive_burst, CROWD, (NaiveThrottle.allow,)),
    hardened=Action("Hardened: every server is killed", hardened_burst, CROWD, (Throttle.allow,)),
)


class Steps:
    """Four small stories for one version. Each begins with an unused throttle."""

    def __init__(self, version: Version) -> None:
        self.version = version

    def after(self, bench: Bench, stage: str, limit: int, what: str) -> Shown:
        """What became of the key, and of the client a day later."""
        forever = immortal(bench, stage)
        out = locked_out(bench, self.version, stage, limit, "ann")
        return Shown(
            f"{what} The key has {'no TTL' if forever else 'a TTL'}. "
            + (
                "ann used up her limit once, and a day later she is still refused: immortal key."
                if out
                else "A day later ann gets through."
            ),
            "bad" if out else "good",
            (Count("Keys without a TTL", forever, "", "bad" if forever else "good"),),
        )

    def killed(self, bench: Bench, /, *, limit: int) -> Shown:
        stage = fresh(bench, self.version, "killed")
        server = bench.client("server 1")
        with killed_after_reply(server):
            on(bench, self.version, server, stage, limit).allow("ann")
        return self.after(bench, stage, limit, "The server died after its first command.")

    def lost(self, bench: Bench, /, *, limit: int) -> Shown:
        stage = fresh(bench, self.version, "lost")
        server = bench.client("server 1")
        with reply_lost(server):
            on(bench, self.version, server, stage, limit).allow("ann")
        return self.after(bench, stage, limit, "Nobody died. One reply was lost, and the client sent again.")

    def together(self, bench: Bench, /, *, limit: int) -> Shown:
        stage = fresh(bench, self.version, "together")
        one, two = bench.client("server 1"), bench.client("server 2")
        passed = sum(on(bench, self.version, redis, stage, limit).allow("ann").allowed
                     for _ in range(limit) for redis in (one, two))  # fmt: skip
        return Shown(
            f"Two servers in turn, {2 * limit} requests, a limit of {limit}: {passed} got through.",
            "good" if passed == limit else "bad",
            (Count("Through", passed, f"of {2 * limit}"),),
        )

    def trickle(self, bench: Bench, /, *, limit: int) -> Shown:
        """After a burst, ask as soon as told, for one window."""
        stage = fresh(bench, self.version, "trickle")
        throttle = on(bench, self.version, bench.client("server 1"), stage, limit)
        diary = Diary(bench.clock)
        for _ in range(limit):
            throttle.allow("ann")
        diary.mark("ann", f"{limit} at once", "good")
        end, passed = bench.clock() + WINDOW_S + 0.5, 0
        while (wait := throttle.allow("ann").retry_after) and bench.clock() + wait <= end:
            bench.fast_forward(wait + 0.001)  # PTTL rounds down
            if throttle.allow("ann").allowed:
                passed += 1
                diary.mark("ann", "1", "good")
        return Shown(
            f"After a burst of {limit}, ann asked whenever she was told to. In the next minute "
            f"{plural(passed, 'request')} got through"
            + (
                ", one at a time: a bucket fills evenly."
                if passed > 1
                else ", at its very end: a window opens all at once."
            ),
            "good",
            (Count("Through in the next minute", passed, "requests"),),
            diary.timeline("One minute after a burst"),
        )

    def step(self, heading: str) -> Run:
        allow = (self.version.allow,)
        limit = Integer("limit", "Limit", 5, 2, 30, "requests")
        return Run(
            heading,
            (
                Action("The server is killed in between", self.killed, (limit,), allow),
                Action("Only a reply is lost", self.lost, (limit,), allow),
                Action("Two servers, one client", self.together, (limit,), allow),
                Action("The minute after a burst", self.trickle, (limit,), allow),
            ),
        )


BY_HAND = Steps(NaiveThrottle).step("Break it, one step at a time")
BY_HAND_HARDENED = Steps(Throttle).step("The same stories, hardened")

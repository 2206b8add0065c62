"""The fixed window in trouble, in a crowd and one step at a time; the sliding one under the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lab.hold import Gate, after_reply
from lessons.diary import Diary
from lessons.inputs import Input, Integer
from lessons.model import Action, Burst, Count, Run, Shown
from lessons.pictures import Tone
from lessons.staging import clear, lanes_of, load_scripts, plural, timeline_of, values
from patterns.rate_limiter import NaiveRateLimiter, RateLimiter

if TYPE_CHECKING:
    from redis import Redis

    from lab.bench import Bench
    from lab.trace import Command

Limiter = NaiveRateLimiter | RateLimiter
Version = type[NaiveRateLimiter] | type[RateLimiter]
WINDOW_S = 60

CROWD: tuple[Input, ...] = (
    Integer("clients", "Servers", 20, 2, 50, help="Each is a real thread with a connection of its own."),
    Integer("limit", "Limit", 5, 1, 50, "requests"),
)


def on(bench: Bench, version: Version, redis: Redis, stage: str, limit: int) -> Limiter:
    if version is RateLimiter:
        return RateLimiter(redis, stage, limit, WINDOW_S, namespace=bench.namespace, now=bench.clock)
    return version(redis, stage, limit, WINDOW_S, namespace=bench.namespace)


def fresh(bench: Bench, version: Version, name: str) -> str:
    """The name of an unused limiter of this version; the server knows the scripts."""
    stage = f"{name}-{'naive' if version is NaiveRateLimiter else 'hardened'}"
    clear(bench, f"ratelimit:*:{stage}:*")
    load_scripts(bench, "rate_limiter")
    return stage


def burst(version: Version, bench: Bench, *, clients: int, limit: int) -> Shown:
    """Many servers ask for the same client at the same moment. Only `limit` of them may hear yes."""
    stage = fresh(bench, version, "crowd")
    gate, begin = Gate(clients), bench.log.mark()

    def ask(redis: Redis) -> bool:
        with gate.holds(redis):
            return on(bench, version, redis, stage, limit).allow("ann").allowed

    jobs: dict[str, Callable[[Redis], bool]] = {f"server {number + 1:02}": ask for number in range(clients)}
    admitted = sum(values(bench.together(jobs)).values())
    over = max(0, admitted - limit)
    return Shown(
        f"{plural(clients, 'server')} asked at once, {limit} may pass: "
        f"{plural(admitted, 'was', 'were')} admitted"
        + (f", {over} too many: over-admission." if over else "."),
        "bad" if over else "good",
        (
            Count("Admitted", admitted, "requests", "bad" if over else "good"),
            Count("Over the limit", over, "requests", "bad" if over else "good"),
            Count("Refused", clients - admitted, "requests"),
        ),
        timeline_of(
            "Who was told what",
            lanes_of(bench.log.since(begin).commands, in_words),
            "Each server waits with its first reply in hand until all have theirs.",
        ),
    )


def in_words(command: Command) -> tuple[str, Tone] | None:
    """A command of either version in two words."""
    if command.error:
        return f"{command.name}: {command.error}", "bad"
    match command.name:
        case "GET":
            return f"reads {'nothing' if command.reply == '(nil)' else command.reply}", "warn"
        case "INCRBY":
            return "counts itself", "bad"
        case "EVALSHA":
            return ("admitted", "good") if command.reply.startswith("[1,") else ("refused", "plain")
    return None


def naive_burst(bench: Bench, /, *, clients: int, limit: int) -> Shown:
    return burst(NaiveRateLimiter, bench, clients=clients, limit=limit)


def hardened_burst(bench: Bench, /, *, clients: int, limit: int) -> Shown:
    return burst(RateLimiter, bench, clients=clients, limit=limit)


BURST = Burst(
    "Twenty servers, five places",
    naive=Action("Naive: everyone asks at once", naive_burst, CROWD, (NaiveRateLimiter.allow,)),
    hardened=Action("Hardened: everyone asks at once", hardened_burst, CROWD, (RateLimiter.allow,)),
)


def last_place(version: Version, bench: Bench, limit: int) -> Shown:
    """One place is left. A second server takes it after the first one's first reply."""
    stage = fresh(bench, version, "last place")
    before = on(bench, version, bench.quiet(), stage, limit)
    for _ in range(limit - 1):
        before.allow("ann")
    one = on(bench, version, bench.client("server 1"), stage, limit)
    two = on(bench, version, bench.client("server 2"), stage, limit)
    begin, told = bench.log.mark(), []
    with after_reply(bench.client("server 1"), lambda: told.append(two.allow("ann").allowed)):
        told.append(one.allow("ann").allowed)
    admitted = limit - 1 + sum(told)
    over = admitted > limit
    return Shown(
        f"One place of {limit} was left, two servers asked, and {plural(sum(told), 'was', 'were')} admitted"
        + (": over-admission." if over else "."),
        "bad" if over else "good",
        (Count("Admitted in all", admitted, f"of {limit}", "bad" if over else "good"),),
        timeline_of("The last place", lanes_of(bench.log.since(begin).commands, in_words)),
    )


def two_bursts(version: Version, bench: Bench, limit: int) -> Shown:
    """One request opens the window. Most of a minute later: two full bursts, two seconds apart."""
    stage = fresh(bench, version, "boundary")
    limiter = on(bench, version, bench.client("server 1"), stage, limit)
    diary = Diary(bench.clock)

    def send(number: int) -> int:
        passed = sum(limiter.allow("ann").allowed for _ in range(number))
        diary.mark("ann", f"{passed} of {number} admitted", "good" if passed else "plain")
        return passed

    send(1)
    bench.fast_forward(WINDOW_S - 2)
    first = send(limit)
    bench.fast_forward(2.2)
    second = send(limit)
    both = first + second
    return Shown(
        f"Within three seconds ann got {first} and then {second}: {both} requests under a limit "
        f"of {limit}" + (": double burst." if both > limit else "."),
        "bad" if both > limit else "good",
        (Count("Admitted around the boundary", both, "requests", "bad" if both > limit else "good"),),
        diary.timeline("Two bursts, one minute after the first request"),
    )


def hammer(version: Version, bench: Bench, limit: int) -> Shown:
    """A client that is refused goes on asking all the time. Does it ever get in again?"""
    stage = fresh(bench, version, "hammer")
    limiter = on(bench, version, bench.client("server 1"), stage, limit)
    for _ in range(limit):
        limiter.allow("ann")
    refused = 0
    for _ in range(WINDOW_S - 10):
        bench.fast_forward(1)
        refused += not limiter.allow("ann").allowed
    bench.fast_forward(11)
    again = limiter.allow("ann").allowed
    return Shown(
        f"ann was refused {plural(refused, 'time')} within a minute and asked on. After the minute she was "
        f"{'admitted: a refused request uses nothing up' if again else 'still refused'}.",
        "good" if again else "bad",
        (Count("Refused meanwhile", refused, "requests"),),
    )


def steps(version: Version, heading: str) -> Run:
    """The same three stories for either version."""

    def race(bench: Bench, /, *, limit: int) -> Shown:
        return last_place(version, bench, limit)

    def boundary(bench: Bench, /, *, limit: int) -> Shown:
        return two_bursts(version, bench, limit)

    def asks_on(bench: Bench, /, *, limit: int) -> Shown:
        return hammer(version, bench, limit)

    few, many = Integer("limit", "Limit", 5, 1, 50), Integer("limit", "Limit", 20, 2, 100)
    allow = (version.allow,)
    return Run(
        heading,
        (
            Action("Two servers, one place", race, (few,), allow),
            Action("A burst on each side of the boundary", boundary, (many,), allow),
            Action("A client that hammers", asks_on, (few,), allow),
        ),
    )


BY_HAND = steps(NaiveRateLimiter, "Break it, one step at a time")
BY_HAND_HARDENED = steps(RateLimiter, "The same stories, hardened")

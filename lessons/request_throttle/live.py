"""The live throttle: spend tokens, let them come back, or have a moment reserved."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lessons.diary import Diary
from lessons.inputs import Integer, Text
from lessons.model import Action, Count, Run, Shown
from lessons.notes import note
from lessons.pictures import Limit, Line, Picture, Point, Series
from lessons.staging import load_scripts, plural
from patterns.request_throttle import Throttle

if TYPE_CHECKING:
    from lab.bench import Bench

CLIENT = Text("client", "Client", "ann", "An address, an account or an API key.")
LIMIT = Integer("limit", "Tokens per window", 10, 1, 1_000)
WINDOW = Integer("window_s", "Window", 60, 1, 3_600, "s")
BURST = Integer("burst", "Bucket holds", 10, 1, 1_000, "tokens")
BUCKET = (LIMIT, WINDOW, BURST)


def diary(bench: Bench) -> Diary:
    return note(bench, "live", lambda: Diary(bench.clock))


@dataclass(slots=True)
class Bucket:
    """One client's bucket as it was set last, and its level before and after each look."""

    burst: int
    per_second: float
    levels: list[Point] = field(default_factory=list)

    def until(self, at: float) -> list[Point]:
        """How it fills from its last level until then: evenly, and no further than full."""
        if not self.levels:
            return [Point(0, self.burst), Point(at, self.burst)]
        last = self.levels[-1]
        full = last.x + (self.burst - last.y) / self.per_second
        level = min(float(self.burst), last.y + (at - last.x) * self.per_second)
        return [*([Point(full, self.burst)] if last.x < full < at else []), Point(at, round(level, 2))]


def buckets(bench: Bench) -> dict[str, Bucket]:
    return note(bench, "buckets", dict)


def measured(bench: Bench, one: Throttle, client: str) -> None:
    """Notes the level that the key holds now. Below zero are tokens that were reserved ahead of time."""
    bucket = buckets(bench).setdefault(client, Bucket(one.burst, 1.0))
    bucket.burst, bucket.per_second = one.burst, 1_000 * one.limit / one.window_ms
    held = bench.quiet().hget(f"{one.base}:{{{client}}}", "parts")
    at = diary(bench).at()
    bucket.levels += [
        *bucket.until(at),
        Point(at, one.burst if held is None else round(int(held) / one.window_ms, 2)),
    ]


def picture(bench: Bench) -> Picture:
    """The level of each bucket until now, and what was let through and refused."""
    at = diary(bench).at()
    lines: list[Line] = []
    for client, bucket in sorted(buckets(bench).items()):
        now = bucket.until(at)
        lines.append(Line(client, (*bucket.levels, *now)))
        full = Point(at + (bucket.burst - now[-1].y) / bucket.per_second, bucket.burst)
        lines.append(Line(f"{client}, if nothing more is sent", (now[-1], full)))
    sizes = sorted({bucket.burst for bucket in buckets(bench).values()})
    marks = tuple(
        replace(mark, label=f"{lane}: {mark.label}" if len(lines) > 2 else mark.label)
        for lane, marks in sorted(diary(bench).marks.items())
        for mark in marks
    )
    limits = tuple(Limit(one, "full", "plain") for one in sizes)
    return Series("Tokens in the bucket", tuple(lines), "tokens", limits=limits, marks=marks)


def told(bench: Bench) -> Picture:
    return diary(bench).timeline("Who was let through when")


def throttle(bench: Bench, limit: int, window_s: int, burst: int) -> Throttle:
    load_scripts(bench, "request_throttle")
    return Throttle(
        bench.client("gateway"),
        "search",
        limit,
        window_s,
        burst=burst,
        namespace=bench.namespace,
        now=bench.clock,
    )


def send(bench: Bench, /, *, client: str, number: int, limit: int, window_s: int, burst: int) -> Shown:
    """A burst of requests from one client, one token each."""
    one = throttle(bench, limit, window_s, burst)
    decisions = [one.allow(client) for _ in range(number)]
    passed, last = sum(decision.allowed for decision in decisions), decisions[-1]
    measured(bench, one, client)
    if passed:
        diary(bench).mark(client, f"{passed} through", "good")
    if passed < number:
        diary(bench).mark(client, f"{number - passed} refused", "warn")
    says = f"{plural(number, 'request')}: {passed} through, {number - passed} refused. "
    if last.allowed:
        says += f"{plural(last.remaining, 'token')} left."
    else:
        says += f"The next token is there in {last.retry_after:,.3f} s."
    return Shown(
        says,
        "good" if last.allowed else "warn",
        (
            Count("Through", passed, "requests", "good"),
            Count("Tokens left", last.remaining),
            Count("A token every", round(window_s / limit, 3), "s"),
        ),
        picture(bench),
    )


def dear(bench: Bench, /, *, client: str, cost: int, limit: int, window_s: int, burst: int) -> Shown:
    """One request that costs several tokens."""
    if cost > burst:
        return Shown(
            f"A bucket that holds {burst:,} can never pay {cost:,}: the call would be refused for ever, so "
            "it is an error before anything is sent.",
            "warn",
            picture=picture(bench),
        )
    one = throttle(bench, limit, window_s, burst)
    decision = one.allow(client, cost)
    measured(bench, one, client)
    diary(bench).mark(
        client, f"{cost} at once" if decision.allowed else "refused", "good" if decision.allowed else "warn"
    )
    return Shown(
        f"{plural(cost, 'token')} taken, {decision.remaining} left."
        if decision.allowed
        else f"Refused, and nothing is taken: {plural(decision.remaining, 'is', 'are')} there, "
        f"{cost:,} will be in {decision.retry_after:,.3f} s.",
        "good" if decision.allowed else "warn",
        (Count("Tokens left", decision.remaining),),
        picture(bench),
    )


def reserve(
    bench: Bench, /, *, client: str, number: int, max_wait: int, limit: int, window_s: int, burst: int
) -> Shown:
    """Callers who can wait: each gets a moment of its own."""
    one = throttle(bench, limit, window_s, burst)
    waits = [one.reserve(client, max_wait=max_wait) for _ in range(number)]
    measured(bench, one, client)
    given = [wait for wait in waits if wait is not None]
    waiting = [wait for wait in given if wait]
    if at_once := len(given) - len(waiting):
        diary(bench).mark(client, f"{at_once} at once", "good")
    for wait in waiting:
        diary(bench).span(client, wait, f"waits {wait:,.1f} s")
    if len(given) < number:
        diary(bench).mark(client, f"{number - len(given)} turned away", "warn")
    longest = max(given, default=0.0)
    away = f"{plural(number - len(given), 'was', 'were')} turned away: the wait would have been longer than"
    return Shown(
        f"{plural(number, 'caller')}: {at_once} at once, {len(waiting)} after a wait"
        + (f", the longest {longest:,.1f} s. " if waiting else ". ")
        + (f"{away} {max_wait:,} s." if len(given) < number else "Nobody was turned away."),
        "good" if len(given) == number else "warn",
        (Count("Longest wait", round(longest, 3), "s"), Count("Turned away", number - len(given))),
        picture(bench),
        (told(bench),),
    )


LIVE = Run(
    "Spend tokens and let them come back",
    (
        Action(
            "Send requests",
            send,
            (CLIENT, Integer("number", "Requests", 14, 1, 500), *BUCKET),
            (Throttle.allow,),
        ),
        Action(
            "Send one dear request",
            dear,
            (CLIENT, Integer("cost", "It costs", 4, 1, 1_000, "tokens"), *BUCKET),
            (Throttle.allow,),
        ),
        Action(
            "Reserve a moment",
            reserve,
            (
                Text("client", "Client", "ben"),
                Integer("number", "Callers", 14, 1, 100),
                Integer("max_wait", "Waits at most", 20, 0, 3_600, "s"),
                *BUCKET,
            ),
            (Throttle.reserve,),
        ),
    ),
    picture,
    fast_forward=(6, 30, 60),
)

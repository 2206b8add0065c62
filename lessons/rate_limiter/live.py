"""The live limiter: send requests, let time pass, read what the caller is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from lessons.diary import Diary
from lessons.inputs import Choice, Integer, Text
from lessons.model import Action, Count, Run, Shown
from lessons.notes import note
from lessons.pictures import Limit, Line, Mark, Picture, Point, Series
from lessons.staging import clear, load_scripts, plural
from patterns.rate_limiter import Decision, RateLimiter, headers
from patterns.wire import Clock

if TYPE_CHECKING:
    from lab.bench import Bench

CLIENT = Text("client", "Client", "ann", "An address, an account or an API key.")
LIMIT = Integer("limit", "Limit", 10, 1, 500, "requests")
WINDOW = Integer("window_s", "Window", 60, 1, 3_600, "s")
ALGORITHM = Choice(
    "algorithm", "Algorithm", ("log", "counter"), "log", "A line for each request, or two numbers."
)
SAME = 100
"""Requests less than such a part of a window apart are drawn as one burst."""
NUMBER = Integer("number", "Requests", 14, 1, 500)


def diary(bench: Bench) -> Diary:
    return note(bench, "live", lambda: Diary(bench.clock))


@dataclass(frozen=True, slots=True)
class Burst:
    """Requests of one moment; those who were admitted count for `window_s` seconds."""

    at: float
    admitted: int
    refused: int
    limit: int
    window_s: float


def bursts(bench: Bench) -> dict[str, list[Burst]]:
    """What each client was answered under each algorithm."""
    return note(bench, "bursts", dict)


def in_window(found: list[Burst], until: float) -> tuple[Point, ...]:
    """How many were admitted within the window that ends at each moment."""
    steps = sorted(
        [(one.at, one.admitted) for one in found]
        + [(one.at + one.window_s, -one.admitted) for one in found if one.at + one.window_s <= until]
    )
    level, points = 0, [Point(0, 0)]
    for at, change in steps:
        level += change
        points.append(Point(at, level))
    return (*points, Point(max(until, points[-1].x), level))


def picture(bench: Bench) -> Picture:
    """The windows: who was admitted and who refused, and how full the window was."""
    lines: list[Line] = []
    marks: list[Mark] = []
    limits: set[int] = set()
    for lane, found in sorted(bursts(bench).items()):
        now, end = diary(bench).at(), max(one.at + one.window_s for one in found)
        past = in_window(found, now)
        lines.append(Line(f"{lane}: admitted in the window", past, "steps"))
        if end > now:
            coming = tuple(point for point in in_window(found, end) if point.x > now)
            lines.append(Line(f"{lane}: if nothing more is sent", (past[-1], *coming), "steps"))
        limits |= {one.limit for one in found}
        for one in found:
            if one.admitted:
                marks.append(Mark(one.at, f"{one.admitted} admitted", "good"))
            if one.refused:
                marks.append(Mark(one.at, f"{one.refused} refused", "warn"))
    return Series(
        "The window that ends now",
        tuple(lines),
        "requests",
        limits=tuple(Limit(one, "limit") for one in sorted(limits)),
        marks=tuple(marks),
    )


def limiter(
    bench: Bench, limit: int, window_s: int, algorithm: str, name: str = "login", now: Clock | None = None
) -> RateLimiter:
    load_scripts(bench, "rate_limiter")
    return RateLimiter(
        bench.client("gateway"),
        name,
        limit,
        window_s,
        algorithm=cast("Literal['log', 'counter']", algorithm),
        namespace=bench.namespace,
        now=now or bench.clock,
    )


def ask(bench: Bench, one: RateLimiter, client: str, number: int) -> list[Decision]:
    """So many requests, one after the other, noted as a burst."""
    decisions = [one.allow(client) for _ in range(number)]
    passed = sum(decision.allowed for decision in decisions)
    lane = f"{client} ({one.algorithm})"
    noted = bursts(bench).setdefault(lane, [])
    at, window_s, refused = diary(bench).at(), one.window_ms / 1_000, number - passed
    if noted and at - noted[-1].at < window_s / SAME and noted[-1].limit == one.limit:
        at, passed, refused = noted[-1].at, passed + noted[-1].admitted, refused + noted.pop().refused
    noted.append(Burst(at, passed, refused, one.limit, window_s))
    return decisions


def in_words(decisions: list[Decision]) -> str:
    passed, last = sum(one.allowed for one in decisions), decisions[-1]
    says = f"{plural(len(decisions), 'request')}: {passed} admitted, {len(decisions) - passed} refused. "
    if last.allowed:
        return says + f"{plural(last.remaining, 'more', 'more')} would be admitted now."
    return says + f"The next place is free in {last.retry_after:,.3f} s."


def send(bench: Bench, /, *, client: str, number: int, limit: int, window_s: int, algorithm: str) -> Shown:
    """A burst of requests from one client."""
    decisions = ask(bench, limiter(bench, limit, window_s, algorithm), client, number)
    passed, last = sum(one.allowed for one in decisions), decisions[-1]
    return Shown(
        in_words(decisions),
        "good" if last.allowed else "warn",
        (
            Count("Admitted", passed, "requests", "good"),
            Count("Refused", number - passed, "requests", "warn" if passed < number else "plain"),
            Count("All places free again in", round(last.reset_after, 3), "s"),
        ),
        picture(bench),
    )


def answer(bench: Bench, /, *, client: str, limit: int, window_s: int, algorithm: str) -> Shown:
    """One request, and the header fields that a web server would send back with it."""
    (decision,) = ask(bench, limiter(bench, limit, window_s, algorithm), client, 1)
    return Shown(
        f"The answer is {'200' if decision.allowed else '429'}. {in_words([decision])}",
        "good" if decision.allowed else "warn",
        tuple(Count(field, value) for field, value in headers(decision, "login").items()),
        picture(bench),
    )


def come_back(bench: Bench, /, *, client: str, limit: int, window_s: int, algorithm: str) -> Shown:
    """Ask until refused, wait exactly as long as told, and ask again."""
    one = limiter(bench, limit, window_s, algorithm)
    (decision,) = ask(bench, one, client, 1)
    for _ in range(limit):
        if not decision.allowed:
            break
        (decision,) = ask(bench, one, client, 1)
    if decision.allowed:
        return Shown(
            f"{client} was never refused: the window of {plural(window_s, 'second')} slid on while the "
            "requests were sent.",
            "warn",
            picture=picture(bench),
        )
    bench.fast_forward(decision.retry_after)
    (again,) = ask(bench, one, client, 1)
    return Shown(
        f"Refused, and told to come back in {decision.retry_after:,.3f} s. {client} did, "
        f"and was {'admitted' if again.allowed else 'refused'}.",
        "good" if again.allowed else "bad",
        (Count("Waited", round(decision.retry_after, 3), "s"),),
        picture(bench),
    )


class Moment:
    """A clock of our own, in seconds since a window of the clock began."""

    def __init__(self, bench: Bench, window_s: int) -> None:
        now = bench.clock()
        self.start = now - now % window_s
        self.at = 0.0

    def __call__(self) -> float:
        return self.start + self.at


def both(bench: Bench, /, *, limit: int, window_s: int, after: int) -> Shown:
    """The same traffic for both: a full burst just before the boundary, another some time after it."""
    clear(bench, "ratelimit:*:contest:*")
    moment = Moment(bench, window_s)
    later = min(after, window_s - 1)
    admitted = []
    for algorithm in ("log", "counter"):
        one = limiter(bench, limit, window_s, algorithm, "contest", moment)
        moment.at = window_s - 0.1
        for _ in range(limit):
            one.allow("ann")
        moment.at = window_s + later
        admitted.append(sum(one.allow("ann").allowed for _ in range(limit)))
    log, counter = admitted
    return Shown(
        f"A burst of {limit} at the end of one window, and another {plural(later, 'second')} into the next. "
        f"The log still sees the first burst whole; the counter takes it as spread over its window, "
        f"of which {100 * later / window_s:.2g} % has slid out of sight.",
        "good",
        (
            Count("Log admits", log, f"of {limit}", "good"),
            Count("Counter admits", counter, f"of {limit}", "good"),
        ),
        contest(limit, window_s, later, log, counter),
    )


def contest(limit: int, window_s: int, later: int, log: int, counter: int) -> Picture:
    """How many requests each sees in the window: a log keeps the first burst whole, a counter fades it."""
    first, second, end = window_s - 0.1, float(window_s + later), 2.0 * window_s
    fades = limit * (1 - later / window_s)
    exact = ((0, 0), (first, limit), (second, limit + log), (end - 0.1, log), (end, log))
    spread = (
        (0, 0), (first, 0), (first, limit), (window_s, limit), (second, fades), (second, fades + counter),
        (end, counter),
    )  # fmt: skip
    return Series(
        "What each counts in the window that ends now",
        (
            Line("log", tuple(Point(*one) for one in exact), "steps"),
            Line("counter", tuple(Point(*one) for one in spread)),
        ),
        "requests",
        limits=(Limit(limit, "limit"),),
        marks=(
            Mark(first, f"{limit} admitted by both", "good"),
            Mark(second, f"log admits {log}, counter {counter}", "plain"),
        ),
        note="The second window begins in the middle of the picture.",
    )


LIVE = Run(
    "Send requests and let time pass",
    (
        Action("Send requests", send, (CLIENT, NUMBER, LIMIT, WINDOW, ALGORITHM), (RateLimiter.allow,)),
        Action("Look at one answer", answer, (CLIENT, LIMIT, WINDOW, ALGORITHM), (headers,)),
        Action("Come back when told to", come_back, (CLIENT, LIMIT, WINDOW, ALGORITHM), (RateLimiter.allow,)),
        Action(
            "Log and counter, same traffic",
            both,
            (LIMIT, WINDOW, Integer("after", "Second burst, after the boundary", 15, 0, 3_599, "s")),
            (RateLimiter.allow,),
        ),
    ),
    picture,
    fast_forward=(1, 15, 60),
)

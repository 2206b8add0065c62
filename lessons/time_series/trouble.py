"""Retries that are refused and series that only grow, in a crowd and by hand; the hardened series as well."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from redis.exceptions import ResponseError

from lessons.inputs import Input, Integer
from lessons.lost import reply_lost
from lessons.model import Action, Burst, Count, Run, Shown
from lessons.pictures import Tone
from lessons.staging import clear, lanes_of, load_scripts, plural, timeline_of, values
from lessons.time_series.live import FIRST
from lessons.time_series.place import AnySeries, series_of, with_words
from patterns.time_series import CoreSeries, NaiveSeries, Series

if TYPE_CHECKING:
    from redis import Redis

    from lab.bench import Bench
    from lab.trace import Command

HOUR = 3_600_000

CROWD: tuple[Input, ...] = (
    Integer("sensors", "Sensors", 8, 2, 40, help="Each is a real thread with a series of its own."),
    Integer("number", "Samples of each", 5, 1, 50),
)
NUMBER = Integer("number", "Samples", 5, 1, 100)


def on(bench: Bench, naive: bool, actor: str, metric: str) -> AnySeries:
    options = {"bucket_ms": 60_000, "keep": 3_600, "keep_buckets": 86_400, "now": lambda: 2 * FIRST / 1_000}
    return series_of(bench, naive, actor, f"{metric}-{'naive' if naive else 'hardened'}", **options)


def fresh(bench: Bench, naive: bool, metric: str) -> None:
    """An empty series; the server knows the scripts."""
    key = on(bench, naive, "", metric).key.removeprefix(bench.namespace)
    clear(bench, f"{key}*")
    on(bench, naive, "", metric).redis.delete(f"{bench.namespace}{key}")
    load_scripts(bench, "time_series")


def in_words(command: Command) -> tuple[str, Tone] | None:
    """A command of either version in a word or two."""
    if command.error:
        return "refused", "bad"
    if command.name in ("TS.ADD", "EVALSHA"):
        return ("known", "good") if command.reply == "known" else ("added", "plain")
    return None


def send_twice(one: AnySeries, number: int) -> int:
    """Each first reply is lost and the sample sent again; how many were refused though they were there."""
    refused = 0
    for place in range(number):
        try:
            with reply_lost(one.redis):  # type: ignore[arg-type]  # no cluster here
                one.add(20 + place, FIRST + 1_000 * place)
        except ResponseError:
            refused += 1
    return refused


def told(bench: Bench, naive: bool, refused: int, shape: str) -> tuple[str, Tone, tuple[Count, ...]]:
    tone: Tone = "bad" if refused else "good"
    fault = f"{plural(refused, 'retry', 'retries')} got an error for a sample that is there: refused retry."
    says = with_words(bench, naive, f"{shape} {fault if refused else 'Every retry was recognised.'}")
    return says, tone, (Count("Refused", refused, "samples", tone),)


def burst(naive: bool, bench: Bench, *, sensors: int, number: int) -> Shown:
    """Every sensor loses the reply to each of its samples, and sends it again."""
    names = [f"sensor {place + 1:02}" for place in range(sensors)]
    for one in names:
        fresh(bench, naive, f"crowd-{one}")
    begin = bench.log.mark()

    def job(one: str) -> Callable[[Redis], int]:
        return lambda _: send_twice(on(bench, naive, one, f"crowd-{one}"), number)

    refused = sum(values(bench.together({one: job(one) for one in names})).values())
    shape = f"{plural(sensors * number, 'sample was', 'samples were')} sent twice."
    says, tone, counts = told(bench, naive, refused, shape)
    lanes = lanes_of(bench.log.since(begin).commands, in_words)
    return Shown(
        says, tone, counts, timeline_of("What the sensors heard", lanes, "Each first reply is lost.")
    )


def naive_burst(bench: Bench, /, *, sensors: int, number: int) -> Shown:
    return burst(True, bench, sensors=sensors, number=number)


def hardened_burst(bench: Bench, /, *, sensors: int, number: int) -> Shown:
    return burst(False, bench, sensors=sensors, number=number)


BURST = Burst(
    "A network that swallows replies",
    naive=Action("Naive: each sends again", naive_burst, CROWD, (NaiveSeries.add,)),
    hardened=Action("Hardened: each sends again", hardened_burst, CROWD, (Series.add, CoreSeries.add)),
)


class Steps:
    """Two small stories for one version. Each begins with an empty series."""

    def __init__(self, naive: bool) -> None:
        self.naive = naive

    def retry(self, bench: Bench, /, *, number: int) -> Shown:
        """One sensor, whose replies are lost."""
        fresh(bench, self.naive, "retry")
        refused = send_twice(on(bench, self.naive, "sensor", "retry"), number)
        says, tone, counts = told(
            bench, self.naive, refused, f"{plural(number, 'sample was', 'samples were')} sent twice."
        )
        return Shown(says, tone, counts)

    def later(self, bench: Bench, /, *, hours: int) -> Shown:
        """A sample a minute for some hours, where an hour is all that anybody looks at."""
        fresh(bench, self.naive, "later")
        one = on(bench, self.naive, "sensor", "later")
        for minute in range(60 * hours):
            one.add(20 + minute % 7, FIRST + 60_000 * minute)
        looks = on(bench, self.naive, "", "later")
        kept = len(looks.samples(0, FIRST + hours * HOUR, 10_000))
        buckets = len(looks.buckets(FIRST, FIRST + hours * HOUR))
        tone: Tone = "bad" if kept > 61 else "good"
        fault = (
            ": unbounded retention." if kept > 61 else f", and all {buckets} minutes are there, compacted."
        )
        says = f"{plural(hours, 'hour')} of samples were added; {kept} of {60 * hours} are kept{fault}"
        return Shown(
            with_words(bench, self.naive, says),
            tone,
            (Count("Kept", kept, "samples", tone), Count("Minutes", buckets, "buckets")),
        )

    def step(self, heading: str) -> Run:
        adds = (NaiveSeries.add,) if self.naive else (Series.add, CoreSeries.add)
        return Run(
            heading,
            (
                Action("A reply is lost", self.retry, (NUMBER,), adds),
                Action("Some hours later", self.later, (Integer("hours", "Hours", 3, 2, 12),), adds),
            ),
        )


BY_HAND = Steps(naive=True).step("Break it, one step at a time")
BY_HAND_HARDENED = Steps(naive=False).step("The same stories, hardened")

"""Days added up and a reply that is misread, in a crowd and one step at a time, under both versions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lessons.inputs import Input, Integer
from lessons.model import Action, Burst, Count, Run, Shown
from lessons.pictures import Ranking, RankRow
from lessons.staging import clear, load_scripts, plural, values
from lessons.unique_visitors.live import DAYS, PAGE, compared, holds
from patterns.unique_visitors import Estimate, NaiveVisitors, Visitors

if TYPE_CHECKING:
    from redis import Redis

    from lab.bench import Bench

Version = type[NaiveVisitors] | type[Visitors]
WATCHED = 40  # visits of a crowd that are shown; the others are sent unseen, or they would fill the log

CROWD: tuple[Input, ...] = (
    Integer("people", "People who come every day", 100, 1, 400),
    Integer(
        "days", "Days", 7, 2, 7, help="A web server a day, each a real thread with a connection of its own."
    ),
)


def on(bench: Bench, version: Version, redis: Redis, stage: str) -> NaiveVisitors | Visitors:
    return version(redis, stage, namespace=bench.namespace)


def fresh(bench: Bench, version: Version, name: str) -> str:
    """A site of this version that nobody has visited; the server knows the scripts."""
    stage = f"{name}-{'naive' if version is NaiveVisitors else 'hardened'}"
    clear(bench, f"visitors:{{{stage}:*")
    load_scripts(bench, "unique_visitors")
    return stage


def verdict(what: str, estimate: Estimate, real: int, anomaly: str, *rows: RankRow) -> Shown:
    """A count beside the truth: inside its own band, or wrong by name."""
    wrong = not holds(estimate, real)
    were = "was" if real == 1 else "were"
    return Shown(
        f"{what} The count says {estimate.count:,}, and really there {were} {real:,}"
        + (f": {anomaly}." if wrong else "."),
        "bad" if wrong else "good",
        compared("Counted", estimate, real),
        Ranking("Counted and really", rows, "visitors") if rows else None,
    )


def burst(version: Version, bench: Bench, *, people: int, days: int) -> Shown:
    """The same people come every day; how many different ones were there?"""
    stage, span = fresh(bench, version, "week"), dict(list(DAYS.items())[:days])

    def job(name: str) -> Callable[[Redis], None]:
        def serve(redis: Redis) -> None:
            site = on(bench, version, redis, stage)
            for person in range(people):
                site.visit(PAGE, f"visitor {person}", span[name])

        return serve

    values(bench.together({name: job(name) for name in span}))
    site = on(bench, version, bench.quiet(), stage)
    estimate = site.count_span(PAGE, list(span.values()))
    rows = [RankRow("Counted", estimate.count, 0), RankRow("Really", people, 1)]
    return verdict(
        f"{plural(people, 'person', 'people')} came on each of {days} days.",
        estimate,
        people,
        "double count",
        *rows,
    )


def naive_burst(bench: Bench, /, *, people: int, days: int) -> Shown:
    return burst(NaiveVisitors, bench, people=people, days=days)


def hardened_burst(bench: Bench, /, *, people: int, days: int) -> Shown:
    return burst(Visitors, bench, people=people, days=days)


BURST = Burst(
    "The same people, every day",
    naive=Action("Naive: add up the days", naive_burst, CROWD, (NaiveVisitors.count_span,)),
    hardened=Action("Hardened: unite the days", hardened_burst, CROWD, (Visitors.count_span,)),
)


class Steps:
    """Two small stories for one version. Each begins with a site that nobody has visited."""

    def __init__(self, version: Version) -> None:
        self.version = version

    def ones(self, bench: Bench, /, *, people: int) -> Shown:
        """A busy day. Look at the replies to the last visits."""
        stage, day = fresh(bench, self.version, "busy"), DAYS["Monday"]
        unseen = on(bench, self.version, bench.quiet(), stage)
        for person in range(people - WATCHED):
            unseen.visit(PAGE, f"visitor {person}", day)
        begin, seen = bench.log.mark(), on(bench, self.version, bench.client("web server"), stage)
        for person in range(people - WATCHED, people):
            seen.visit(PAGE, f"visitor {person}", day)
        replies = [c.reply for c in bench.log.since(begin).commands if c.name in ("PFADD", "EVALSHA")]
        quiet = len([reply for reply in replies if reply == "0"])
        shown = verdict(
            f"{plural(people, 'person', 'people')} came once each. Of the last {WATCHED}, all new, "
            f"{quiet} changed no register.",
            on(bench, self.version, bench.quiet(), stage).count(PAGE, day),
            people,
            "undercount",
        )
        return Shown(
            shown.says, shown.tone, (*shown.counts, Count("Newcomers answered 0", quiet)), shown.picture
        )

    def twice(self, bench: Bench, /, *, people: int) -> Shown:
        """The same people on two days."""
        stage, (monday, tuesday) = fresh(bench, self.version, "twice"), list(DAYS.values())[:2]
        site = on(bench, self.version, bench.client("web server"), stage)
        for day in (monday, tuesday):
            for person in range(people):
                site.visit(PAGE, f"visitor {person}", day)
        return verdict(
            f"{plural(people, 'person', 'people')} came on Monday and again on Tuesday.",
            site.count_span(PAGE, [monday, tuesday]),
            people,
            "double count",
        )

    def step(self, heading: str) -> Run:
        return Run(
            heading,
            (
                Action(
                    "Two days, the same people",
                    self.twice,
                    (Integer("people", "People", 50, 1, 400),),
                    (self.version.count_span,),
                ),
                Action(
                    "One busy day",
                    self.ones,
                    (Integer("people", "People", 4_000, 1_000, 8_000),),
                    (self.version.visit, self.version.count),
                ),
            ),
        )


BY_HAND = Steps(NaiveVisitors).step("Break it, one step at a time")
BY_HAND_HARDENED = Steps(Visitors).step("The same days, hardened")

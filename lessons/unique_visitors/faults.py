"""Faults against the count: replies that are lost, and a primary that dies in the middle of a visit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from lab.hold import after_reply
from lessons.breaking import Lossy, Pair
from lessons.inputs import Integer
from lessons.model import Count, Experiment, Fault, Shown, Trial
from lessons.pictures import Table, TableRow, Tone
from lessons.staging import plural
from lessons.staging import times as how_often
from patterns.unique_visitors import NaiveVisitors, Visitors

if TYPE_CHECKING:
    from redis import Redis

    from lab.workshop import Workshop

Kind = type[NaiveVisitors] | type[Visitors]

SITE, PAGE, DAY = "shop", "home", date(2026, 3, 23)
UNDISTURBED = "undisturbed"
"""A sketch that gets every visitor once and without a fault: what the count should say."""

PEOPLE = Integer("people", "Visitors", 12, 2, 200)
LOST = Integer("lost", "Replies lost", 4, 0, 50)
UNSEEN = Integer("unseen", "Visits that the replica never hears of", 3, 0, 50)
TIMES = Integer("times", "How often the log is sent again", 2, 0, 5, "times")


def replies_lost(workshop: Workshop, kind: Kind, command: str, *, people: int, lost: int) -> Shown:
    """The server does what it is told, the reply never comes, and the client sends the command again."""
    workshop.progress(0.1, "A server, and a proxy that loses replies")
    lossy = Lossy(workshop, "unique_visitors")
    seen, truth = kind(lossy.client(), SITE), kind(lossy.direct, SITE)
    rows = []
    for person in range(people):
        workshop.progress(0.2 + 0.7 * person / people, f"Visitor {person + 1} of {people}")
        who, before = f"visitor {person + 1}", truth.count(PAGE, DAY).count
        alone = int(lossy.direct.pfcount(UNDISTURBED))
        lossy.direct.pfadd(UNDISTURBED, who)
        wanted = int(lossy.direct.pfcount(UNDISTURBED)) - alone
        gone = person < lost
        if gone:
            lossy.proxy.drop_reply(command)
        seen.visit(PAGE, who, DAY)
        added = truth.count(PAGE, DAY).count - before
        rows.append(_row(who, "lost, and sent again" if gone else "came", added, wanted))
    return ledger(
        lossy.direct,
        truth.count(PAGE, DAY).count,
        f"{plural(people, 'visitor')} came, {plural(min(lost, people), 'reply was', 'replies were')} lost",
        Table("Each visit", ("Visitor", f"Its reply to {command}", "Added to the count"), tuple(rows)),
    )


def failover(workshop: Workshop, kind: Kind, *, people: int, unseen: int, times: int) -> Shown:
    """The replica hears no more after the first command of a visit. Then the primary dies."""
    last = max(0, people - unseen - 1)  # the visit in the middle of which the replica is cut off
    workshop.progress(0.1, "A primary and its replica")
    pair = Pair(workshop, "unique_visitors")
    site = kind(pair.primary, SITE)

    def cut_off() -> None:
        pair.caught_up()
        pair.stall()

    for person in range(last):
        site.visit(PAGE, f"visitor {person + 1}", DAY)
    before = site.count(PAGE, DAY).count
    workshop.progress(0.4, "The replica is cut off in the middle of a visit; the visits go on")
    with after_reply(pair.primary, cut_off):
        site.visit(PAGE, f"visitor {last + 1}", DAY)
    for person in range(last + 1, people):
        site.visit(PAGE, f"visitor {person + 1}", DAY)
    acknowledged = site.count(PAGE, DAY).count
    workshop.progress(0.7, "The primary is killed; the replica takes over")
    promoted = pair.fail_over()
    site = kind(promoted, SITE)
    left = site.count(PAGE, DAY).count
    survivors = last + (left > before)  # the visit that was cut off is whole, or half of it is gone
    rows = []
    for person in range(people):
        who, before = f"visitor {person + 1}", site.count(PAGE, DAY).count
        new = bool(promoted.pfadd(UNDISTURBED, who))
        for _ in range(times):
            site.visit(PAGE, who, DAY)
        added = site.count(PAGE, DAY).count - before
        what = "survived" if person < survivors else "cut in the middle" if person == last else "gone"
        rows.append(_replayed(who, what, added, new))
    return ledger(
        promoted,
        site.count(PAGE, DAY).count,
        f"{plural(acknowledged, 'visitor was', 'visitors were')} counted, {left} after the failover, "
        "and the log was " + (f"sent again {how_often(times)}" if times else "not sent again"),
        Table(
            "Each visit",
            ("Visitor", "After the failover", "Added by the log", "Counted in the end"),
            tuple(rows),
        ),
    )


def ledger(redis: Redis, counted: int, what: str, table: Table) -> Shown:
    """The count against a sketch of the same visitors that nothing happened to."""
    wanted = int(redis.pfcount(UNDISTURBED))
    wrong = counted - wanted
    tone: Tone = "bad" if wrong else "good"
    verdict = "nobody missing" if not wrong else f"{abs(wrong)} too {'many' if wrong > 0 else 'few'}"
    return Shown(
        f"{what}. A sketch that nothing happened to says {wanted}, this one {counted}: {verdict}.",
        tone,
        (Count("Undisturbed", wanted, "visitors"), Count("Counted", counted, "visitors", tone)),
        table,
    )


def _row(who: str, reply: str, added: int, wanted: int) -> TableRow:
    """`wanted` is what the same visitor added to the undisturbed sketch: nearly always one."""
    return TableRow((who, reply, str(added)), "good" if added == wanted else "bad")


def _replayed(who: str, what: str, added: int, new: bool) -> TableRow:
    """`new` is whether the undisturbed sketch noticed the visitor: whom no sketch notices, nobody misses."""
    if what == "survived":
        return TableRow((who, what, str(added), "yes"))
    if not new:
        return TableRow((who, what, str(added), "no sketch sees them"))
    if added:
        return TableRow((who, what, str(added), "brought back"), "good")
    return TableRow((who, what, str(added), "missing"), "bad")


def lose(kind: Kind, command: str) -> Callable[..., Shown]:
    def run(workshop: Workshop, /, *, people: int, lost: int) -> Shown:
        return replies_lost(workshop, kind, command, people=people, lost=lost)

    return run


def dies(kind: Kind, workshop: Workshop, /, *, people: int, unseen: int, times: int) -> Shown:
    return failover(workshop, kind, people=people, unseen=unseen, times=times)


FAULTS = (
    Experiment(
        "Replies are lost",
        watch="Watch for the direction: which lost reply makes the naive count too high, which too low?",
        trials=(
            Trial("Naive, the reply to PFADD", lose(NaiveVisitors, "PFADD"), "bad", (NaiveVisitors.visit,)),
            Trial("Naive, the reply to INCR", lose(NaiveVisitors, "INCRBY"), "bad", (NaiveVisitors.visit,)),
            Trial("Hardened, the reply to the script", lose(Visitors, "EVALSHA"), "good", (Visitors.visit,)),
        ),
        inputs=(PEOPLE, LOST),
        seconds=1.0,
    ),
    Experiment(
        "The primary dies, and the log is sent again",
        watch="Watch for the visit that was cut in the middle. Send the log as often as you like.",
        trials=(
            Trial("Naive, replayed", partial(dies, NaiveVisitors), "bad", (NaiveVisitors.visit,)),
            Trial("Hardened, replayed", partial(dies, Visitors), "good", (Visitors.visit,)),
        ),
        inputs=(PEOPLE, UNSEEN, TIMES),
        seconds=1.0,
    ),
)

FAULT = Fault("Sent again, and again", FAULTS)

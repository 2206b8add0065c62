"""Faults against the leaderboard: replies that are lost, and a primary that dies with points on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from redis import Redis

from lessons.breaking import RETRIES, Lossy, Pair
from lessons.crew import insist
from lessons.inputs import Integer
from lessons.model import Count, Experiment, Fault, Shown, Trial
from lessons.pictures import Table, TableRow, Tone
from lessons.staging import plural
from patterns.leaderboard import Leaderboard, NaiveLeaderboard

if TYPE_CHECKING:
    from lab.workshop import Workshop

BOARD, PLAYER, POINTS = "sprint", "dara", 10

Send = Callable[[Redis, int], object]

EVENTS = Integer("events", "Events", 6, 1, 50, help="Each is worth ten points.")
LOST = Integer("lost", "Replies lost", 3, 0, 50)
UNSEEN = Integer("unseen", "Events that the replica never hears of", 3, 0, 50)


def increment(redis: Redis, number: int) -> object:
    """ZINCRBY alone: one atomic command, and the client repeats it by itself."""
    return redis.zincrby(f"leaderboard:{{{BOARD}}}", POINTS, PLAYER)


def naive(redis: Redis, number: int) -> object:
    """The naive board; whoever called it sends the event again when the connection breaks."""
    return insist(lambda: NaiveLeaderboard(redis, BOARD).add_points(PLAYER, POINTS, f"event-{number}"))


def hardened(redis: Redis, number: int) -> object:
    """The hardened board; whoever repeats it repeats the event's id."""
    return insist(lambda: Leaderboard(redis, BOARD).add_points(PLAYER, POINTS, f"event-{number}"))


def replies_lost(
    workshop: Workshop, send: Send, command: str, retries: int, *, events: int, lost: int
) -> Shown:
    """The server does each of the first `lost` events, and its reply never arrives."""
    workshop.progress(0.1, "A server, and a proxy that loses replies")
    lossy = Lossy(workshop, "leaderboard")
    client = lossy.client(retries)
    rows = []
    for number in range(events):
        workshop.progress(0.2 + 0.7 * number / events, f"Event {number + 1} of {events}")
        before = points(send, lossy.direct)
        if number < lost:
            lossy.proxy.drop_reply(command)
        send(client, number)
        added = points(send, lossy.direct) - before
        rows.append(_row(number, "lost" if number < lost else "came", added))
    told = f"{plural(min(lost, events), 'reply was', 'replies were')} lost"
    return ledger(points(send, lossy.direct), events, rows, told)


def failover(workshop: Workshop, send: Send, *, events: int, unseen: int) -> Shown:
    """A primary dies with events that its replica has not heard of; then every event is sent again."""
    unseen = min(unseen, events)
    workshop.progress(0.1, "A primary and its replica")
    pair = Pair(workshop, "leaderboard")
    for number in range(events - unseen):
        send(pair.primary, number)
    pair.caught_up()
    workshop.progress(0.5, "The replica hears no more, the players go on")
    pair.stall()
    for number in range(events - unseen, events):
        send(pair.primary, number)
    told = points(send, pair.primary)
    promoted = pair.fail_over()
    workshop.progress(0.7, "The primary is dead; the replica takes over")
    left = points(send, promoted)
    workshop.progress(0.8, "Every event is sent again, from the log")
    rows = []
    for number in range(events):
        before = points(send, promoted)
        send(promoted, number)
        known = "survived" if number < events - unseen else "gone"
        rows.append(_row(number, known, points(send, promoted) - before, again=known == "gone"))
    return ledger(
        points(send, promoted),
        events,
        rows,
        f"{told} points were acknowledged, {left} survived, and every event was sent again",
    )


def points(send: Send, redis: Redis) -> int:
    """dara's total, as the version of the trial keeps it."""
    if send is hardened:
        return Leaderboard(redis, BOARD).score(PLAYER) or 0
    return int(redis.zscore(f"leaderboard:{{{BOARD}}}", PLAYER) or 0)


def ledger(total: int, events: int, rows: list[TableRow], what: str) -> Shown:
    """Earned against counted."""
    earned = events * POINTS
    wrong = total - earned
    verdict = (
        "exactly once each" if not wrong else f"{abs(wrong)} points too {'many' if wrong > 0 else 'few'}"
    )
    return Shown(
        f"{what}. dara earned {earned} points and has {total}: {verdict}.",
        "bad" if wrong else "good",
        (
            Count("Earned", earned, "points"),
            Count("On the board", total, "points", "bad" if wrong else "good"),
        ),
        Table("Each event", ("Event", "First time", "Points added"), tuple(rows)),
    )


def _row(number: int, first: str, added: int, *, again: bool | None = None) -> TableRow:
    """`again` says whether the event had to be added anew; None where it was sent for the first time."""
    wanted = POINTS if again is None or again else 0
    tone: Tone = "good" if added == wanted else "bad"
    return TableRow((f"event-{number}", first, f"{added}"), tone)


def zincrby_reply_lost(workshop: Workshop, /, *, events: int, lost: int) -> Shown:
    return replies_lost(workshop, increment, "ZINCRBY", RETRIES, events=events, lost=lost)


def naive_reply_lost(workshop: Workshop, /, *, events: int, lost: int) -> Shown:
    return replies_lost(workshop, naive, "ZADD", 0, events=events, lost=lost)


def hardened_reply_lost(workshop: Workshop, /, *, events: int, lost: int) -> Shown:
    return replies_lost(workshop, hardened, "EVALSHA", RETRIES, events=events, lost=lost)


def naive_failover(workshop: Workshop, /, *, events: int, unseen: int) -> Shown:
    return failover(workshop, naive, events=events, unseen=unseen)


def hardened_failover(workshop: Workshop, /, *, events: int, unseen: int) -> Shown:
    return failover(workshop, hardened, events=events, unseen=unseen)


FAULTS = (
    Experiment(
        "A reply is lost",
        watch="Watch for what is sent again, and whether anything says that it is the same event.",
        trials=(
            Trial("ZINCRBY, and the client repeats it", zincrby_reply_lost, "bad", (increment,)),
            Trial(
                "Naive, and the caller repeats it", naive_reply_lost, "bad", (NaiveLeaderboard.add_points,)
            ),
            Trial("Hardened, and both may repeat it", hardened_reply_lost, "good", (Leaderboard.add_points,)),
        ),
        inputs=(EVENTS, LOST),
        seconds=1.0,
    ),
    Experiment(
        "The primary dies, and the events are sent again",
        watch="Watch for the events that survived: the naive board cannot tell them from those that did not.",
        trials=(
            Trial("Naive, rebuilt from the log", naive_failover, "bad", (NaiveLeaderboard.add_points,)),
            Trial("Hardened, rebuilt from the log", hardened_failover, "good", (Leaderboard.add_points,)),
        ),
        inputs=(EVENTS, UNSEEN),
        seconds=1.0,
    ),
)

FAULT = Fault("A reply is lost, a primary dies", FAULTS)

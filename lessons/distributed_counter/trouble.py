"""Replies that are lost and a key that is hot, in a crowd and one step at a time, under both versions."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable
from typing import TYPE_CHECKING

from redis.crc import key_slot

from lessons.estimates import percent
from lessons.inputs import Input, Integer
from lessons.lost import killed_after_reply, reply_lost
from lessons.model import Action, Burst, Count, Run, Shown
from lessons.pictures import Ranking, RankRow, Tone
from lessons.staging import clear, lanes_of, load_scripts, plural, timeline_of, values
from patterns.distributed_counter import Counter, NaiveCounter

if TYPE_CHECKING:
    from redis import Redis

    from lab.bench import Bench
    from lab.trace import Command

Version = type[NaiveCounter] | type[Counter]
TOO_HOT = 0.5

CROWD: tuple[Input, ...] = (
    Integer("clients", "Servers", 20, 1, 50, help="Each is a real thread with a connection of its own."),
    Integer("unlucky", "Of them lose a reply", 5, 1, 50),
)


def on(bench: Bench, version: Version, redis: Redis, stage: str) -> NaiveCounter | Counter:
    return version(redis, stage, namespace=bench.namespace)


def fresh(bench: Bench, version: Version, name: str) -> str:
    """The name of an unused counter of this version; the server knows the scripts."""
    stage = f"{name}-{'naive' if version is NaiveCounter else 'hardened'}"
    clear(bench, f"counter:{{{stage}*")
    load_scripts(bench, "distributed_counter")
    return stage


def burst(version: Version, bench: Bench, *, clients: int, unlucky: int) -> Shown:
    """Every server counts one event. Some never hear that it worked, and their client sends it again."""
    stage, begin = fresh(bench, version, "storm"), bench.log.mark()
    unlucky = min(unlucky, clients)

    def job(number: int) -> Callable[[Redis], bool]:
        def count(redis: Redis) -> bool:
            one = on(bench, version, redis, stage)
            if number >= unlucky:
                return one.add(1, f"event-{number}")
            with reply_lost(redis):
                return one.add(1, f"event-{number}")

        return count

    values(bench.together({f"server {number + 1:02}": job(number) for number in range(clients)}))
    total = on(bench, version, bench.quiet(), stage).total()
    extra = total - clients
    return Shown(
        f"{plural(clients, 'event')} happened, {plural(unlucky, 'reply was', 'replies were')} lost. "
        f"The counter says {total:,}" + (f": {extra} too many, double count." if extra else "."),
        "bad" if extra else "good",
        (
            Count("Happened", clients, "events"),
            Count("Counted", total, "events", "bad" if extra else "good"),
            Count("Too many", extra, "events", "bad" if extra else "good"),
        ),
        timeline_of(
            "What each server sent",
            lanes_of(bench.log.since(begin).commands, in_words),
            "The first servers lose a reply and send again.",
        ),
    )


def in_words(command: Command) -> tuple[str, Tone] | None:
    """A command of either version in two words."""
    if command.error:
        return f"{command.name}: {command.error}", "bad"
    match command.name:
        case "INCRBY":
            return f"counts {command.reply}", "warn"
        case "EVALSHA":
            return command.reply, "good" if command.reply == "counted" else "plain"
    return None


def naive_burst(bench: Bench, /, *, clients: int, unlucky: int) -> Shown:
    return burst(NaiveCounter, bench, clients=clients, unlucky=unlucky)


def hardened_burst(bench: Bench, /, *, clients: int, unlucky: int) -> Shown:
    return burst(Counter, bench, clients=clients, unlucky=unlucky)


BURST = Burst(
    "Five replies get lost",
    naive=Action("Naive: everyone counts one", naive_burst, CROWD, (NaiveCounter.add,)),
    hardened=Action("Hardened: everyone counts one", hardened_burst, CROWD, (Counter.add,)),
)


class Steps:
    """Three small stories for one version. Each begins with an unused counter."""

    def __init__(self, version: Version) -> None:
        self.version = version

    def counted(self, bench: Bench, stage: str, happened: int, what: str) -> Shown:
        total = on(bench, self.version, bench.quiet(), stage).total()
        extra = total - happened
        return Shown(
            f"{what} {plural(happened, 'event')} happened, the counter says {total:,}"
            + (": double count." if extra else "."),
            "bad" if extra else "good",
            (Count("Too many", extra, "events", "bad" if extra else "good"),),
        )

    def lost(self, bench: Bench, /, *, amount: int) -> Shown:
        """The client sends again by itself; nobody called add() twice."""
        stage = fresh(bench, self.version, "lost")
        server = bench.client("server 1")
        with reply_lost(server):
            on(bench, self.version, server, stage).add(amount, "view-77")
        return self.counted(bench, stage, amount, "One reply was lost, and the client sent again by itself.")

    def again(self, bench: Bench, /, *, amount: int) -> Shown:
        """The server dies before it can say that it is done; the queue hands the event to another."""
        stage = fresh(bench, self.version, "again")
        first, second = bench.client("server 1"), bench.client("server 2")
        with killed_after_reply(first):
            on(bench, self.version, first, stage).add(amount, "view-77")
        on(bench, self.version, second, stage).add(amount, "view-77")
        return self.counted(bench, stage, amount, "Server 1 counted and died, server 2 got the event again.")

    def heat(self, bench: Bench, /, *, number: int) -> Shown:
        """Which slots do the writes go to?"""
        stage = fresh(bench, self.version, "heat")
        one, begin = on(bench, self.version, bench.client("server 1"), stage), bench.log.mark()
        for event in range(number):
            one.add(1, f"view-{event}")
        slots = Tally(
            slot for command in bench.log.since(begin).commands if (slot := written(command)) is not None
        )
        share = max(slots.values()) / number
        rows = tuple(
            RankRow(f"slot {slot:,}", times, place)
            for place, (slot, times) in enumerate(slots.most_common(12))
        )
        busiest = f", {percent(share)} of them to the busiest" if len(slots) > 1 else ""
        return Shown(
            f"{plural(number, 'event')} went to {plural(len(slots), 'slot')}{busiest}"
            + (": hot key." if share > TOO_HOT else "."),
            "bad" if share > TOO_HOT else "good",
            (
                Count("Slots", len(slots)),
                Count("Busiest slot takes", percent(share), "", "bad" if share > TOO_HOT else "good"),
            ),
            Ranking("Writes by slot", rows, "writes"),
        )

    def step(self, heading: str) -> Run:
        add = (self.version.add,)
        amount = Integer("amount", "Events in one", 1, 1, 1_000)
        return Run(
            heading,
            (
                Action("A reply is lost", self.lost, (amount,), add),
                Action("The server dies, the event comes again", self.again, (amount,), add),
                Action(
                    "Where do the writes go?", self.heat, (Integer("number", "Events", 200, 50, 1_000),), add
                ),
            ),
        )


def written(command: Command) -> int | None:
    """The slot of the key that a command writes: the first key of a script, or the key itself."""
    key = command.args[2] if command.name == "EVALSHA" else command.args[0] if command.args else None
    return None if key is None else key_slot(key.encode())


BY_HAND = Steps(NaiveCounter).step("Break it, one step at a time")
BY_HAND_HARDENED = Steps(Counter).step("The same stories, hardened")

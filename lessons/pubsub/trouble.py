"""Events that nobody heard, in a crowd and one step at a time; the hardened channel as well."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from lab.hold import after_reply
from lessons.inputs import Input, Integer
from lessons.lost import killed_after_reply
from lessons.model import Action, Burst, Count, Run, Shown
from lessons.pictures import Tone
from lessons.staging import clear, lanes_of, load_scripts, plural, timeline_of, times, values
from patterns.pubsub import Channel, Event, NaiveChannel, NaiveReader, Reader

if TYPE_CHECKING:
    from redis import Redis

    from lab.bench import Bench
    from lab.trace import Command

Version = type[NaiveChannel] | type[Channel]
QUIET = 0.05

CROWD: tuple[Input, ...] = (
    Integer("readers", "Browsers", 12, 2, 40, help="Each is a real thread with connections of its own."),
    Integer("number", "Cards moved meanwhile", 3, 1, 50),
)
NUMBER = Integer("number", "Events", 3, 1, 50)


def on(bench: Bench, version: Version, redis: Redis, stage: str) -> NaiveChannel | Channel:
    return version(redis, stage, namespace=bench.namespace)


def fresh(bench: Bench, version: Version, name: str) -> str:
    """The name of a channel of this version with one event in its history."""
    stage = f"{name}-{'naive' if version is NaiveChannel else 'hardened'}"
    clear(bench, f"channel:{{{stage}}}*")
    load_scripts(bench, "pubsub")
    on(bench, version, bench.quiet(), stage).publish("card 0 moved")
    return stage


def move(bench: Bench, version: Version, stage: str, number: int) -> None:
    publisher = on(bench, version, bench.client("publisher"), stage)
    for card in range(1, number + 1):
        publisher.publish(f"card {card} moved")


def heard(reader: NaiveReader | Reader) -> list[Event]:
    """Everything that a reader gets until nothing has come for a moment."""
    found: list[Event] = []
    while more := reader.poll(QUIET, 1_000):
        found += more
    return found


def in_words(command: Command) -> tuple[str, Tone] | None:
    """A command of either version in a word or two."""
    if command.error:
        return f"{command.name}: {command.error}", "bad"
    words: dict[str, tuple[str, Tone]] = {
        "XRANGE": ("looks", "good"),
        "SUBSCRIBE": ("listens", "warn"),
        "SSUBSCRIBE": ("listens", "good"),
        "XADD": ("keeps", "plain"),
        "PUBLISH": ("tells", "bad"),
        "EVALSHA": ("keeps and rings", "good"),
        "MESSAGE": ("hears", "good"),
        "SMESSAGE": ("is woken", "good"),
    }
    return words.get(command.name)


def told(missed: int, shape: str) -> tuple[str, Tone, tuple[Count, ...]]:
    tone: Tone = "bad" if missed else "good"
    lost = f"{plural(missed, 'event')} never arrived: missed message."
    says = f"{shape} {lost if missed else 'Every event arrived.'}"
    return says, tone, (Count("Missed", missed, "events", tone),)


def burst(version: Version, bench: Bench, *, readers: int, number: int) -> Shown:
    """Browsers open the board. When each has its first reply in hand, cards move."""
    stage, begin = fresh(bench, version, "opening"), bench.log.mark()
    all_have = threading.Barrier(readers, lambda: move(bench, version, stage, number), timeout=5)

    def job(redis: Redis) -> int:
        with after_reply(redis, all_have.wait):
            reader = on(bench, version, redis, stage).reader()
            found = heard(reader)
        reader.close()
        return len(found)

    got = values(bench.together({f"browser {place + 1:02}": job for place in range(readers)}))
    missed = sum(number + 1 - count for count in got.values())
    says, tone, counts = told(
        missed, f"{plural(readers, 'browser')} opened the board while {plural(number, 'card')} moved."
    )
    lanes = lanes_of(bench.log.since(begin).commands, in_words)
    note = "The cards move when every browser has its first reply."
    return Shown(says, tone, counts, timeline_of("Who looked, who listened, who told", lanes, note))


def naive_burst(bench: Bench, /, *, readers: int, number: int) -> Shown:
    return burst(NaiveChannel, bench, readers=readers, number=number)


def hardened_burst(bench: Bench, /, *, readers: int, number: int) -> Shown:
    return burst(Channel, bench, readers=readers, number=number)


BURST = Burst(
    "Everybody opens the board",
    naive=Action("Naive: cards move meanwhile", naive_burst, CROWD, (NaiveReader.__init__,)),
    hardened=Action("Hardened: cards move meanwhile", hardened_burst, CROWD, (Reader.poll, Reader._rings)),
)


class Steps:
    """Three small stories for one version. Each begins with a channel of its own."""

    def __init__(self, version: Version) -> None:
        self.version = version

    def story(
        self, bench: Bench, name: str, number: int, shape: str, happens: Callable[[str], list[Event]]
    ) -> Shown:
        stage, begin = fresh(bench, self.version, name), bench.log.mark()
        found = happens(stage)
        says, tone, counts = told(number + 1 - len(found), shape)
        lanes = lanes_of(bench.log.since(begin).commands, in_words)
        return Shown(says, tone, counts, timeline_of("What reached the browser", lanes))

    def opening(self, bench: Bench, /, *, number: int) -> Shown:
        """Cards move between the browser's first reply and its next line."""

        def happens(stage: str) -> list[Event]:
            redis = bench.client("browser")
            with after_reply(redis, lambda: move(bench, self.version, stage, number)):
                reader = on(bench, self.version, redis, stage).reader()
                found = heard(reader)
            reader.close()
            return found

        shape = f"{plural(number, 'card')} moved while the board was opening."
        return self.story(bench, "one", number, shape, happens)

    def tunnel(self, bench: Bench, /, *, number: int) -> Shown:
        """The train goes into a tunnel, cards move, and the train comes out again."""

        def happens(stage: str) -> list[Event]:
            reader = on(bench, self.version, bench.client("browser"), stage).reader()
            found = heard(reader)
            break_connection(reader)
            move(bench, self.version, stage, number)
            found += heard(reader)
            reader.close()
            return found

        shape = f"{plural(number, 'card')} moved while the browser had no connection."
        return self.story(bench, "tunnel", number, shape, happens)

    def died(self, bench: Bench, /, *, number: int) -> Shown:
        """The publisher dies right after the first reply to each of its events."""

        def happens(stage: str) -> list[Event]:
            reader = on(bench, self.version, bench.client("browser"), stage).reader()
            found = heard(reader)
            redis = bench.client("publisher")
            for card in range(1, number + 1):
                with killed_after_reply(redis):
                    on(bench, self.version, redis, stage).publish(f"card {card} moved")
            found += heard(reader)
            reader.close()
            return found

        shape = f"The publisher died {times(number)}, right after its first reply."
        return self.story(bench, "died", number, shape, happens)

    def step(self, heading: str) -> Run:
        begin = NaiveReader.__init__ if self.version is NaiveChannel else Reader._rings
        polls = NaiveReader.poll if self.version is NaiveChannel else Reader.poll
        return Run(
            heading,
            (
                Action("Cards move while it opens", self.opening, (NUMBER,), (begin,)),
                Action("Through a tunnel", self.tunnel, (NUMBER,), (polls,)),
                Action("The publisher dies", self.died, (NUMBER,), (self.version.publish,)),
            ),
        )


def break_connection(reader: NaiveReader | Reader) -> None:
    """What the reader listens on is cut; the client library will connect again by itself."""
    if isinstance(reader, Reader):
        reader.close()
    elif reader.pubsub.connection is not None:
        reader.pubsub.connection.disconnect()


BY_HAND = Steps(NaiveChannel).step("Break it, one step at a time")
BY_HAND_HARDENED = Steps(Channel).step("The same stories, hardened")

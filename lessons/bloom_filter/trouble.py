"""Two who are both first, and a filter that is gone, under both versions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lab.hold import Gate, after_reply
from lessons.inputs import Input, Integer
from lessons.model import Action, Burst, Count, Run, Shown
from lessons.pictures import Tone
from lessons.staging import clear, lanes_of, load_scripts, plural, timeline_of, values
from patterns.bloom_filter import NaiveSeenFilter, SeenFilter

if TYPE_CHECKING:
    from redis import Redis

    from lab.bench import Bench
    from lab.trace import Command

Version = type[NaiveSeenFilter] | type[SeenFilter]

CROWD: tuple[Input, ...] = (
    Integer("clients", "Servers", 12, 2, 50, help="Each is a real thread with a connection of its own."),
)
MEMBERS = Integer("members", "Members", 20, 1, 200)


def on(bench: Bench, version: Version, redis: Redis, stage: str) -> NaiveSeenFilter | SeenFilter:
    return version(redis, stage, namespace=bench.namespace, capacity=1_000, error=0.001)


def fresh(bench: Bench, version: Version, name: str, known: int = 0) -> str:
    """The name of a filter of this version that knows so many members."""
    stage = f"{name}-{'naive' if version is NaiveSeenFilter else 'hardened'}"
    clear(bench, f"seen:{{{stage}}}*")
    load_scripts(bench, "bloom_filter")
    on(bench, version, bench.quiet(), stage).rebuild(lambda: members(known))
    return stage


def members(number: int) -> list[str]:
    return [f"member-{one}" for one in range(number)]


def firsts(told: list[bool], shape: str) -> tuple[str, Tone, tuple[Count, ...]]:
    number = sum(told)
    says = f"{shape} {number} heard that it is new" + (": both saw it first." if number > 1 else ".")
    return (
        says,
        "bad" if number > 1 else "good",
        (Count("Told “new”", number, "", "bad" if number > 1 else "good"),),
    )


SENT = (
    "Times are when a command was sent. The server answers one after the other, and what was sent later may "
    "reach it earlier."
)


def in_words(command: Command) -> tuple[str, Tone] | None:
    """A command of either version in two words. Of the hardened one only who is first stands out."""
    if command.error:
        return f"{command.name}: {command.error}", "bad"
    match command.name:
        case "BF.EXISTS":
            return f"asked: {command.reply}", "warn"
        case "BF.ADD":
            return "added", "bad"
        case "EVALSHA":
            return command.reply, "good" if command.reply == "first" else "plain"
    return None


def burst(version: Version, bench: Bench, *, clients: int) -> Shown:
    """Every server is about to recommend the same article, and asks whether it is new."""
    stage = fresh(bench, version, "crowd")
    gate, begin = Gate(clients), bench.log.mark()

    def job(redis: Redis) -> bool:
        with gate.holds(redis):
            return on(bench, version, redis, stage).add("article-7")

    told = values(bench.together({f"server {number + 1:02}": job for number in range(clients)}))
    says, tone, counts = firsts(list(told.values()), f"{plural(clients, 'server')} added one article, and")
    lanes = lanes_of(bench.log.since(begin).commands, in_words)
    note = f"Each server waits with its first reply in hand until all have theirs. {SENT}"
    return Shown(says, tone, counts, timeline_of("Who asked and who added", lanes, note))


def naive_burst(bench: Bench, /, *, clients: int) -> Shown:
    return burst(NaiveSeenFilter, bench, clients=clients)


def hardened_burst(bench: Bench, /, *, clients: int) -> Shown:
    return burst(SeenFilter, bench, clients=clients)


BURST = Burst(
    "Everybody finds it new",
    naive=Action("Naive: all add it at once", naive_burst, CROWD, (NaiveSeenFilter.add,)),
    hardened=Action("Hardened: all add it at once", hardened_burst, CROWD, (SeenFilter.add,)),
)


class Steps:
    """Three small stories for one version. Each begins with a filter of its own."""

    def __init__(self, version: Version) -> None:
        self.version = version

    def two(self, bench: Bench, /) -> Shown:
        """The second server's whole add goes between the first one's first reply and its next line."""
        stage = fresh(bench, self.version, "two")
        one, two = (on(bench, self.version, bench.client(f"server {n}"), stage) for n in (1, 2))
        told, begin = [], bench.log.mark()
        with after_reply(bench.client("server 1"), lambda: told.append(two.add("article-7"))):
            told.append(one.add("article-7"))
        says, tone, counts = firsts(told, "Two servers added one article, and")
        lanes = lanes_of(bench.log.since(begin).commands, in_words)
        return Shown(says, tone, counts, timeline_of("Two servers, one article", lanes))

    def turned_away(self, ask: Callable[[str], bool | None], number: int, when: str) -> Shown:
        answers = [ask(member) for member in members(number)]
        no, unknown = answers.count(False), answers.count(None)
        rest = f"; for {unknown:,} the answer was “unknown”" if unknown else ""
        return Shown(
            f"{when} {no} of {plural(number, 'member was', 'members were')} turned away{rest}"
            + (": a lost filter rejects everyone." if no else "."),
            "bad" if no else "good",
            (
                Count("Turned away", no, "members", "bad" if no else "good"),
                Count("Unknown", unknown, "members"),
            ),
        )

    def lost(self, bench: Bench, /, *, members: int) -> Shown:
        """The filter stands before the database, and its key is evicted."""
        stage = fresh(bench, self.version, "lost", members)
        bench.quiet().delete(f"{bench.namespace}seen:{{{stage}}}")
        gate = on(bench, self.version, bench.client("server 1"), stage)
        return self.turned_away(gate.might_contain, members, "The filter was lost, and")

    def rebuilt(self, bench: Bench, /, *, members: int) -> Shown:
        """Members come while the filter is built anew."""
        stage = fresh(bench, self.version, "rebuilt", members)
        gate = on(bench, self.version, bench.client("server 1"), stage)
        seen: list[Shown] = []

        def load() -> list[str]:
            seen.append(self.turned_away(gate.might_contain, members, "During the rebuild"))
            return [f"member-{one}" for one in range(members)]

        on(bench, self.version, bench.client("server 2"), stage).rebuild(load)
        return seen[0]

    def step(self, heading: str) -> Run:
        asks = (self.version.might_contain,)
        return Run(
            heading,
            (
                Action("Two servers, one article", self.two, (), (self.version.add,)),
                Action("The filter is lost", self.lost, (MEMBERS,), asks),
                Action("Members come during a rebuild", self.rebuilt, (MEMBERS,), (self.version.rebuild,)),
            ),
        )


BY_HAND = Steps(NaiveSeenFilter).step("Break it, one step at a time")
BY_HAND_HARDENED = Steps(SeenFilter).step("The same stories, hardened")

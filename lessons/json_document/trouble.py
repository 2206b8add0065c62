"""Two who change one document, in a crowd and one step at a time, under both versions."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from lab.hold import Gate, after_reply
from lessons.inputs import Input, Integer
from lessons.json_document.live import hardened
from lessons.model import Action, Burst, Count, Run, Shown
from lessons.pictures import Tone
from lessons.staging import clear, lanes_of, plural, timeline_of, values
from patterns.json_document import CoreDocuments, Documents, NaiveDocuments

if TYPE_CHECKING:
    from redis import Redis

    from lab.bench import Bench
    from lab.trace import Command, Mark

Version = type[NaiveDocuments] | type[Documents]

CROWD: tuple[Input, ...] = (
    Integer("clients", "Servers", 12, 2, 50, help="Each is a real thread with a connection of its own."),
)
START: dict[str, Any] = {"name": "Ann", "visits": 0, "points": 100}
NOTE = "Each server waits with its first reply in hand until all have theirs."


def on(bench: Bench, version: Version, redis: Redis) -> NaiveDocuments | Documents | CoreDocuments:
    if version is NaiveDocuments:
        return NaiveDocuments(redis, namespace=bench.namespace)
    return hardened(bench, redis)


def fresh(bench: Bench, version: Version, name: str) -> str:
    """The id of a new document of this version."""
    id_ = f"{name}-{'naive' if version is NaiveDocuments else 'hardened'}"
    clear(bench, f"document:{{{id_}}}*")
    on(bench, version, bench.quiet()).save(id_, START)
    return id_


def in_words(command: Command) -> tuple[str, Tone] | None:
    """A command of either version in two words."""
    if command.error:
        return f"{command.name}: {command.error}", "bad"
    match command.name:
        case "GET" | "JSON.GET" | "HMGET":
            return "read the whole", "warn"
        case "SET":
            return "wrote the whole", "bad"
        case "EVALSHA":
            return "refused" if command.reply == "0" else "changed", "good"
    return None


def burst(version: Version, bench: Bench, *, clients: int) -> Shown:
    """Every server counts one visit in the same document."""
    id_ = fresh(bench, version, "crowd")
    gate, begin = Gate(clients), bench.log.mark()

    def job(redis: Redis) -> float:
        with gate.holds(redis):
            return on(bench, version, redis).increment(id_, ["visits"])

    values(bench.together({f"server {number + 1:02}": job for number in range(clients)}))
    visits = on(bench, version, bench.quiet()).load(id_)["visits"]
    lost = int(clients - visits)
    return Shown(
        f"{plural(clients, 'server')} counted one visit each, and the document says {visits:g}"
        + (f", {lost} too few: lost update." if lost else "."),
        "bad" if lost else "good",
        (Count("Counted", clients, "visits"), Count("Lost", lost, "visits", "bad" if lost else "good")),
        timeline_of("Who read and who wrote", lanes_of(bench.log.since(begin).commands, in_words), NOTE),
    )


def naive_burst(bench: Bench, /, *, clients: int) -> Shown:
    return burst(NaiveDocuments, bench, clients=clients)


def hardened_burst(bench: Bench, /, *, clients: int) -> Shown:
    return burst(Documents, bench, clients=clients)


BURST = Burst(
    "Everybody counts a visit",
    naive=Action("Naive: all at once", naive_burst, CROWD, (NaiveDocuments.increment,)),
    hardened=Action("Hardened: all at once", hardened_burst, CROWD, (Documents.increment,)),
)


class TooFew(Exception):
    """There are not as many points as it costs."""


class Steps:
    """Three small stories for one version. Each begins with a new document."""

    def __init__(self, version: Version) -> None:
        self.version = version

    def tell(self, bench: Bench, id_: str, begin: Mark, expected: dict[str, Any], what: str) -> Shown:
        found = on(bench, self.version, bench.quiet()).load(id_)
        wrong = {key: value for key, value in found.items() if value != expected[key]}
        told = ", ".join(f"{key} is {value} and not {expected[key]}" for key, value in wrong.items())
        return Shown(
            f"{what} " + (f"In the end {told}: lost update." if wrong else "Both are there."),
            "bad" if wrong else "good",
            (Count("Leaves that are wrong", len(wrong), "", "bad" if wrong else "good"),),
            timeline_of("Two servers, one document", lanes_of(bench.log.since(begin).commands, in_words)),
        )

    def same(self, bench: Bench, /, *, first: int, second: int) -> Shown:
        """The second server's whole change goes between the first one's first reply and its next line."""
        id_ = fresh(bench, self.version, "same")
        one, two = (on(bench, self.version, bench.client(f"server {n}")) for n in (1, 2))
        begin = bench.log.mark()
        with after_reply(bench.client("server 1"), lambda: two.increment(id_, ["visits"], second)):
            one.increment(id_, ["visits"], first)
        what = f"Two servers counted {first} and {second} visits."
        return self.tell(bench, id_, begin, START | {"visits": first + second}, what)

    def other(self, bench: Bench, /) -> Shown:
        """They do not even touch the same leaf."""
        id_ = fresh(bench, self.version, "other")
        one, two = (on(bench, self.version, bench.client(f"server {n}")) for n in (1, 2))
        begin = bench.log.mark()
        with after_reply(bench.client("server 1"), lambda: two.set_path(id_, ["name"], "Anna")):
            one.increment(id_, ["visits"])
        what = "One server counted a visit, the other changed the name."
        return self.tell(bench, id_, begin, START | {"visits": 1, "name": "Anna"}, what)

    def rule(self, bench: Bench, /, *, price: int) -> Shown:
        """Two purchases, and points for one of them: a rule about the document."""
        id_ = fresh(bench, self.version, "rule")
        sold = 0
        begin = bench.log.mark()

        def take(document: dict[str, Any]) -> dict[str, Any]:
            if document["points"] < price:
                raise TooFew
            return document | {"points": document["points"] - price}

        def buy(server: str) -> None:
            nonlocal sold
            documents = on(bench, self.version, bench.client(server))
            with suppress(TooFew):
                if isinstance(documents, NaiveDocuments):
                    documents.save(id_, take(documents.load(id_)))
                else:
                    documents.update(id_, take)
                sold += 1

        with after_reply(bench.client("server 1"), lambda: buy("server 2")):
            buy("server 1")
        left = on(bench, self.version, bench.quiet()).load(id_)["points"]
        paid, worth = int(START["points"] - left), price * sold
        return Shown(
            f"{plural(sold, 'purchase')} for {price} points went through, and {paid} of 100 points were paid"
            + (": lost update." if paid != worth else ".")
            + (" The other buyer read again, found too few, and saved nothing." if sold == 1 else ""),
            "bad" if paid != worth else "good",
            (Count("Not paid", worth - paid, "points", "bad" if paid != worth else "good"),),
            timeline_of("Two purchases", lanes_of(bench.log.since(begin).commands, in_words)),
        )

    def step(self, heading: str) -> Run:
        change = (self.version.increment,)
        counts = (
            Integer("first", "Visits of server 1", 1, 1, 100),
            Integer("second", "Visits of server 2", 5, 1, 100),
        )
        price = (Integer("price", "Price", 60, 51, 100, "points"),)
        whole = (Documents.update,) if self.version is Documents else (NaiveDocuments.save,)
        return Run(
            heading,
            (
                Action("Two count in one leaf", self.same, counts, change),
                Action("Two change different leaves", self.other, (), (*change, self.version.set_path)),
                Action("Two spend the same points", self.rule, price, whole),
            ),
        )


BY_HAND = Steps(NaiveDocuments).step("Break it, one step at a time")
BY_HAND_HARDENED = Steps(Documents).step("The same stories, hardened")

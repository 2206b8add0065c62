"""Faults against the document: replies that are lost, and a primary that dies with changes on it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from redis import Redis

from lessons.breaking import RETRIES, Lossy, Pair
from lessons.crew import insist
from lessons.inputs import Integer
from lessons.model import Count, Experiment, Fault, Shown, Trial
from lessons.pictures import Table, TableRow, Tone
from lessons.staging import plural
from patterns.json_document import Conflict, CoreDocuments, Documents, NaiveDocuments

if TYPE_CHECKING:
    from lab.workshop import Workshop

ID = "ann"
PROFILE: dict[str, Any] = {"name": "Ann", "visits": 0, "seen": []}
PATIENCE_MS, NO_PATIENCE_MS = 5_000, 20
"""How long WAIT waits for the replica: while it hears, and while it is known to hear nothing."""

Kept = Documents | CoreDocuments
Counting = Callable[[Redis, int], object]
"""count(redis, number): one visit is counted, with or without its number."""

VISITS = Integer("visits", "Visits", 6, 1, 40)
LOST = Integer("lost", "Replies lost", 3, 0, 40)
UNHEARD = Integer("unheard", "Visits that the replica never hears of", 3, 0, 40)


def hardened_on(redis: Redis) -> Kept:
    """The module's documents where the server has the module, those on core types elsewhere."""
    known = redis.execute_command("COMMAND INFO", "JSON.NUMINCRBY")[0]
    return Documents(redis) if known else CoreDocuments(redis)


def naive(redis: Redis, number: int) -> object:
    """Read, add, write the whole."""
    return NaiveDocuments(redis).increment(ID, ["visits"])


def hardened(redis: Redis, number: int) -> object:
    """One step on one leaf."""
    return hardened_on(redis).increment(ID, ["visits"])


def once(redis: Redis, number: int) -> object:
    """A rule about the whole: a visit whose number the document has seen is not counted again."""

    def count(document: dict[str, Any]) -> dict[str, Any]:
        if number in document["seen"]:
            return document
        return document | {"visits": document["visits"] + 1, "seen": [*document["seen"], number]}

    return hardened_on(redis).update(ID, count)


def on(redis: Redis, count: Counting) -> NaiveDocuments | Kept:
    return NaiveDocuments(redis) if count is naive else hardened_on(redis)


def reply_lost(
    workshop: Workshop, count: Counting, command: str, retries: int, *, visits: int, lost: int
) -> Shown:
    """The server makes each of the first `lost` changes, and its reply never arrives."""
    workshop.progress(0.1, "A server, and a proxy that loses replies")
    lossy = Lossy(workshop, "json_document")
    documents, client, rows = on(lossy.direct, count), lossy.client(retries), []
    documents.save(ID, PROFILE)
    for number in range(visits):
        workshop.progress(0.2 + 0.7 * number / visits, f"Visit {number + 1} of {visits}")
        before = documents.load(ID)["visits"]
        if number < lost:
            lossy.proxy.drop_reply(command)
        insist(partial(count, client, number))
        added = documents.load(ID)["visits"] - before
        came = "lost, and sent again" if number < lost else "came"
        rows.append(TableRow((f"visit {number + 1}", came, f"{added:g}"), "good" if added == 1 else "bad"))
    found = int(documents.load(ID)["visits"])
    tone: Tone = "bad" if found != visits else "good"
    verdict = f"{found - visits} too many" if found != visits else "once each"
    return Shown(
        f"{plural(visits, 'visit')}, {plural(min(lost, visits), 'reply', 'replies')} lost. "
        f"The document says {found}: {verdict}.",
        tone,
        (Count("Visits", visits), Count("In the document", found, "", tone)),
        Table("Each visit", ("Visit", "Its reply", "Counted"), tuple(rows)),
    )


def failover(workshop: Workshop, count: Counting, *, visits: int, unheard: int, sure: bool = False) -> Shown:
    """The primary dies with visits on it, the name is changed on the next one, and a form that was opened
    before the failover is saved. With `sure` a visit is done when a replica has it, and else sent again."""
    unheard = min(unheard, visits)
    workshop.progress(0.1, "A primary and its replica")
    pair = Pair(workshop, "json_document")
    on(pair.primary, count).save(ID, PROFILE)
    pair.caught_up()
    done: list[int] = []
    for number in range(visits):
        hears = number < visits - unheard
        if number == visits - unheard:
            workshop.progress(0.4, "The replica hears no more, the visits go on")
            pair.caught_up()
            pair.stall()
        count(pair.primary, number)
        if not sure or pair.primary.wait(1, PATIENCE_MS if hears else NO_PATIENCE_MS):
            done.append(number)
    if not unheard:
        pair.caught_up()
    form = Form(pair.primary, count)
    workshop.progress(0.7, "The primary is dead; the replica takes over")
    promoted = pair.fail_over()
    survived = int(on(promoted, count).load(ID)["visits"])
    on(promoted, count).set_path(ID, ["name"], "Anna")
    again = [number for number in range(visits) if sure and number not in done]
    for number in again:
        count(promoted, number)
    taken = form.save(promoted)
    document = on(promoted, count).load(ID)
    kept, renamed = int(document["visits"]), document["name"] == "Anna"
    right = kept == visits if sure else kept >= len(done)
    tone: Tone = "good" if right and renamed else "bad"
    rows = (
        TableRow(("Visits told to be done", f"{len(done)} of {visits}")),
        TableRow(("Survived the failover", f"{survived}"), "warn" if survived < len(done) else "good"),
        *([TableRow(("Sent again after the failover", f"{len(again)}"))] if sure else []),
        TableRow(("The old form", "saved over it" if taken else "refused"), "bad" if taken else "good"),
        TableRow(("Visits in the end", f"{kept}"), "good" if right else "bad"),
        TableRow(("The new name", "there" if renamed else "undone"), "good" if renamed else "bad"),
    )
    gone = max(0, len(done) - kept)
    missing = f"{plural(gone, 'acknowledged visit is', 'acknowledged visits are')} gone"
    acknowledged = missing if gone else "No acknowledged visit is missing"
    back = kept - survived if taken else 0
    brought = f"brought {plural(back, 'visit')} back and " if back else ""
    were = plural(len(again), "visit that no replica had was", "visits that no replica had were")
    sent_again = f"{were} sent again after the failover. " if again else ""
    old_form = f"saved: it {brought}undid the new name" if taken else "refused"
    return Shown(
        f"{plural(len(done), 'visit was', 'visits were')} told to be done, {survived} survived. "
        f"{sent_again}"
        f"The old form was {old_form}. "
        f"{acknowledged}.",
        tone,
        (
            Count("Acknowledged and gone", gone, "visits", "bad" if gone else "good"),
            Count("Changes undone", 0 if renamed else 1, "", "good" if renamed else "bad"),
        ),
        Table("What became of it", ("What", "Found"), rows),
    )


class Form:
    """The profile as somebody opened it before the failover; they have changed nothing that others did."""

    def __init__(self, redis: Redis, count: Counting) -> None:
        self.count = count
        documents = on(redis, count)
        self.stored = None if isinstance(documents, NaiveDocuments) else documents.read(ID)
        self.value = documents.load(ID)

    def save(self, redis: Redis) -> bool:
        """Save the whole; hardened, only over the version that was opened. Whether it was taken."""
        documents = on(redis, self.count)
        if isinstance(documents, NaiveDocuments) or self.stored is None:
            documents.save(ID, self.value)
            return True
        try:
            documents.save(ID, self.value, version=self.stored.version)
        except Conflict:
            return False
        return True


def naive_reply_lost(workshop: Workshop, /, *, visits: int, lost: int) -> Shown:
    return reply_lost(workshop, naive, "SET", 0, visits=visits, lost=lost)


def client_repeats(workshop: Workshop, /, *, visits: int, lost: int) -> Shown:
    return reply_lost(workshop, hardened, "EVALSHA", RETRIES, visits=visits, lost=lost)


def caller_repeats(workshop: Workshop, /, *, visits: int, lost: int) -> Shown:
    return reply_lost(workshop, hardened, "EVALSHA", 0, visits=visits, lost=lost)


def number_in_document(workshop: Workshop, /, *, visits: int, lost: int) -> Shown:
    return reply_lost(workshop, once, "EVALSHA", 0, visits=visits, lost=lost)


def naive_failover(workshop: Workshop, /, *, visits: int, unheard: int) -> Shown:
    return failover(workshop, naive, visits=visits, unheard=unheard)


def hardened_failover(workshop: Workshop, /, *, visits: int, unheard: int) -> Shown:
    return failover(workshop, hardened, visits=visits, unheard=unheard)


def sure_failover(workshop: Workshop, /, *, visits: int, unheard: int) -> Shown:
    return failover(workshop, once, visits=visits, unheard=unheard, sure=True)


FAULTS = (
    Experiment(
        "A reply is lost, the change is sent again",
        watch="Watch for who sends it again: the client below the code, or the code that called it.",
        trials=(
            Trial("Naive, the caller repeats it", naive_reply_lost, "bad", (naive, NaiveDocuments.increment)),
            Trial("Hardened, the client repeats it", client_repeats, "good", (Documents.increment,)),
            Trial("Hardened, the caller repeats it", caller_repeats, "bad", (hardened, Documents.increment)),
            Trial("Hardened, the document knows the visit", number_in_document, "good", (once,)),
        ),
        inputs=(VISITS, LOST),
        seconds=0.5,
    ),
    Experiment(
        "The primary dies, and an old form is saved",
        watch="Watch for visits that were told to be done, and for what the old form does to the new name.",
        trials=(
            Trial("Naive", naive_failover, "bad", (naive, NaiveDocuments.save)),
            Trial("Hardened, Redis alone", hardened_failover, "bad", (hardened, Documents.save)),
            Trial("Hardened, done when a replica has it", sure_failover, "good", (once, Documents.update)),
        ),
        inputs=(VISITS, UNHEARD),
        seconds=1.0,
    ),
)

FAULT = Fault("Sent again, and gone", FAULTS)

"""Documents that are missing and hits that are ghosts, in a crowd and by hand, under both versions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lab.hold import after_reply
from lessons.full_text_search.live import hardened
from lessons.inputs import Input, Integer, Text
from lessons.lost import killed_after_reply
from lessons.model import Action, Burst, Count, Run, Shown
from lessons.pictures import Table, TableRow
from lessons.staging import clear, plural, values
from patterns.full_text_search import CoreSearch, NaiveSearch, Search
from patterns.full_text_search.document import weights

if TYPE_CHECKING:
    from redis import Redis

    from lab.bench import Bench

Version = type[NaiveSearch] | type[Search]

CROWD: tuple[Input, ...] = (
    Integer("clients", "Editors", 10, 1, 40, help="Each is a real thread with a connection of its own."),
)
TITLE, BODY = "Guide", "how readers share the work"
WORD = Text("word", "A word of the document", "readers")


def on(bench: Bench, version: Version, redis: Redis, stage: str) -> NaiveSearch | Search | CoreSearch:
    if version is NaiveSearch:
        return NaiveSearch(redis, stage, namespace=bench.namespace)
    return hardened(bench, redis, stage)


def fresh(bench: Bench, version: Version, name: str, *documents: str) -> str:
    """The name of a search of this version that holds these documents, all with the same text."""
    stage = f"{name}-{'naive' if version is NaiveSearch else 'hardened'}"
    clear(bench, f"search:{{{stage}}}*")
    search = on(bench, version, bench.quiet(), stage)
    for doc_id in documents:
        search.put(doc_id, TITLE, BODY)
    search.find("readers")  # the first search of all makes the index
    return stage


def in_the_middle(version: Version, title: str, body: str) -> int:
    """The reply after which the document is stored again: the naive save has taken its words away before."""
    return 3 + len(weights(title, body)) if version is NaiveSearch else 1


def burst(version: Version, bench: Bench, *, clients: int) -> Shown:
    """Each editor saves a document again, without a change. In the middle of it a reader searches."""
    documents = [f"guide-{number + 1:02}" for number in range(clients)]
    stage = fresh(bench, version, "crowd", *documents)
    readers = {doc_id: bench.client(f"reader of {doc_id}") for doc_id in documents}

    def job(doc_id: str) -> Callable[[Redis], bool]:
        def save(redis: Redis) -> bool:
            seen = []

            def look() -> None:
                found = on(bench, version, readers[doc_id], stage).find("readers", 100)
                seen.append(doc_id in {hit.id for hit in found.hits})

            with after_reply(redis, look, in_the_middle(version, TITLE, BODY)):
                on(bench, version, redis, stage).put(doc_id, TITLE, BODY)
            return all(seen)

        return save

    told = values(bench.together({f"editor {n + 1:02}": job(one) for n, one in enumerate(documents)}))
    missing = list(told.values()).count(False)
    return Shown(
        f"{plural(clients, 'document was', 'documents were')} saved again without a change. "
        + (
            f"{plural(missing, 'search', 'searches')} did not find what was being saved: missing document."
            if missing
            else "Every search found what was being saved."
        ),
        "bad" if missing else "good",
        (
            Count("Saved again", clients, "documents"),
            Count("Missing meanwhile", missing, "documents", "bad" if missing else "good"),
        ),
        Table(
            "A search in the middle of each save",
            ("Document", "“readers” before and after", "The search meanwhile"),
            tuple(
                TableRow((one, "is in it", "found it" if seen else "missed it"), "good" if seen else "bad")
                for one, seen in zip(documents, told.values(), strict=True)
            ),
        ),
    )


def naive_burst(bench: Bench, /, *, clients: int) -> Shown:
    return burst(NaiveSearch, bench, clients=clients)


def hardened_burst(bench: Bench, /, *, clients: int) -> Shown:
    return burst(Search, bench, clients=clients)


BURST = Burst(
    "Everybody saves, somebody searches",
    naive=Action("Naive: save and search", naive_burst, CROWD, (NaiveSearch.put,)),
    hardened=Action("Hardened: save and search", hardened_burst, CROWD, (Search.put,)),
)


class Steps:
    """Two small stories for one version. Each begins with one document."""

    def __init__(self, version: Version) -> None:
        self.version = version

    def missing(self, bench: Bench, /, *, word: str) -> Shown:
        """A reader searches while the document is saved again, with the word in it as before."""
        stage = fresh(bench, self.version, "missing")
        body = f"{word} {BODY}"
        editor = bench.client("editor")
        on(bench, self.version, bench.quiet(), stage).put("guide", TITLE, body)
        totals: list[int] = []

        def look() -> None:
            totals.append(on(bench, self.version, bench.client("reader"), stage).find(word).total)

        with after_reply(editor, look, in_the_middle(self.version, TITLE, body)):
            on(bench, self.version, editor, stage).put("guide", TITLE, body)
        lost = totals == [0]
        return Shown(
            f"The guide has “{word}” before and after. A reader who searched meanwhile found "
            f"{plural(totals[0], 'document')}" + (": missing document." if lost else "."),
            "bad" if lost else "good",
            (Count("Found", totals[0], "documents", "bad" if lost else "good"),),
        )

    def ghost(self, bench: Bench, /, *, word: str) -> Shown:
        """The editor's process dies as soon as the document is deleted."""
        stage = fresh(bench, self.version, "ghost")
        on(bench, self.version, bench.quiet(), stage).put("guide", TITLE, f"{word} {BODY}")
        editor = bench.client("editor")
        with killed_after_reply(editor, 2 if self.version is NaiveSearch else 1):
            on(bench, self.version, editor, stage).delete("guide")
        found = on(bench, self.version, bench.client("reader"), stage).find(word)
        return Shown(
            f"The guide was deleted, and its editor died. A search for “{word}” finds "
            f"{plural(found.total, 'document')}"
            + (", with an empty title: ghost hit." if found.total else "."),
            "bad" if found.total else "good",
            (Count("Found", found.total, "documents", "bad" if found.total else "good"),),
        )

    def step(self, heading: str) -> Run:
        return Run(
            heading,
            (
                Action("A reader comes while it is saved", self.missing, (WORD,), (self.version.put,)),
                Action("The editor dies while deleting", self.ghost, (WORD,), (self.version.delete,)),
            ),
        )


BY_HAND = Steps(NaiveSearch).step("Break it, one step at a time")
BY_HAND_HARDENED = Steps(Search).step("The same stories, hardened")

"""The live library: put documents, search them, build the index anew."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from lessons.inputs import Text
from lessons.model import Action, Count, Run, Shown
from lessons.notes import note
from lessons.pictures import Cell, Matrix, MatrixRow, Picture, Ranking, RankRow
from lessons.staging import load_scripts, plural
from patterns.full_text_search import CoreSearch, Found, Search

if TYPE_CHECKING:
    from redis import Redis

    from lab.bench import Bench

NAME = "docs"
WORDS = 6
"""Of how many words of a query the postings are drawn."""
MOST = 20
"""Of how many documents for each of them."""
LIBRARY = {
    "locks": (
        "Distributed locks",
        "A lease expires while its holder sleeps. A fence stops the late writer.",
        "safety",
    ),
    "caches": ("Cache-aside", "When a popular entry expires, a crowd of readers asks the database.", "speed"),
    "limits": (
        "Rate limiters",
        "A window slides; who asks too often waits. The lock of the door, so to say.",
        "safety",
    ),
    "boards": ("Leaderboards", "A sorted set keeps players in order while they score.", "counting"),
    "streams": ("Streams", "Readers in a group share the work; a dead reader loses none of it.", "messages"),
}
QUERY = Text("query", "Search for", "readers")


def hardened(bench: Bench, redis: Redis, index: str) -> Search | CoreSearch:
    """The module's search where the server has the module, the one on core types elsewhere."""
    load_scripts(bench, "full_text_search")
    version = Search if bench.backend.can("search") else CoreSearch
    return version(redis, index, namespace=bench.namespace)


def library(bench: Bench) -> Search | CoreSearch:
    """The learner's documents, put there first if nobody has been here yet."""
    note(bench, "library", lambda: begun(hardened(bench, bench.quiet(), NAME)))
    return hardened(bench, bench.client("reader"), NAME)


def begun(unseen: Search | CoreSearch) -> bool:
    """The five documents, and the index, which the first search of all makes."""
    put_all(unseen)
    return unseen.find("readers").total > 0


def put_all(search: Search | CoreSearch) -> None:
    for doc_id, (title, body, tag) in LIBRARY.items():
        search.put(doc_id, title, body, [tag])


def shown(bench: Bench, query: str, found: Found, tag: str = "") -> Shown:
    hits = tuple(
        RankRow(hit.title, round(hit.score, 2), place, hit.snippet) for place, hit in enumerate(found.hits)
    )
    names = ", ".join(f"{hit.title} (“{hit.snippet}”)" for hit in found.hits[:2])
    return Shown(
        f"{plural(found.total, 'document has', 'documents have')} every word of “{query}”"
        + (f" and the tag “{tag}”" if tag else "")
        + (f": {names}." if names else "."),
        "good" if found.hits else "warn",
        (Count("Found", found.total, "documents"),),
        Ranking("Best first", hits, "score"),
        (postings(bench, query),),
    )


def postings(bench: Bench, query: str) -> Picture:
    """Each word's own list: in which documents it stands, and what it scores there."""
    search = hardened(bench, bench.quiet(), NAME)
    words = [*dict.fromkeys(re.findall(r"\w+", query.lower()))][:WORDS]
    found = {word: search.find(word, MOST).hits for word in words}
    titles = {hit.id: hit.title for hits in found.values() for hit in hits}
    twice = {title for title, times in Counter(titles.values()).items() if times > 1}
    scores = {word: {hit.id: hit.score for hit in hits} for word, hits in found.items()}
    rows = tuple(
        MatrixRow(word, tuple(_score(own.get(doc_id)) for doc_id in titles), plural(len(own), "document"))
        for word, own in scores.items()
    )
    return Matrix(
        "Postings: which word is where",
        tuple(f"{title} ({doc_id})" if title in twice else title for doc_id, title in titles.items()),
        rows,
        "word / document",
        "A document has every word of the query when every row has a score for it.",
    )


def _score(score: float | None) -> Cell:
    return Cell("") if score is None else Cell(f"{score:.2f}", "good")


def fill(bench: Bench, /) -> Shown:
    """Five documents. Put again, they are the same five."""
    put_all(hardened(bench, bench.client("editor"), NAME))
    return Shown(
        f"{plural(len(LIBRARY), 'document')} stored, each by one command, and found from then on.", "good"
    )


def put(bench: Bench, /, *, doc_id: str, title: str, body: str) -> Shown:
    """A document of your own, or another text under an id that is there."""
    library(bench)
    hardened(bench, bench.client("editor"), NAME).put(doc_id, title, body, ["mine"])
    return Shown(f"{doc_id} is stored. Search for one of its words, and for one that it had before.", "good")


def find(bench: Bench, /, *, query: str) -> Shown:
    """Words are looked for, whatever else is typed."""
    return shown(bench, query, library(bench).find(query))


def tagged(bench: Bench, /, *, query: str, tag: str) -> Shown:
    """The same among the documents with a tag."""
    return shown(bench, query, library(bench).find(query, tag=tag), tag)


def delete(bench: Bench, /, *, doc_id: str) -> Shown:
    """Gone from the keyspace and from every answer."""
    library(bench)
    gone = hardened(bench, bench.client("editor"), NAME).delete(doc_id)
    return Shown(f"{doc_id} is gone." if gone else f"There was no {doc_id}.", "good" if gone else "warn")


def rebuild(bench: Bench, /) -> Shown:
    """A new index beside the one in use, then the alias moves."""
    library(bench)
    search = hardened(bench, bench.client("editor"), NAME)
    if isinstance(search, CoreSearch):
        return Shown("On core types there is no index apart from the documents: nothing to build.", "warn")
    return Shown(f"Searches now ask {search.rebuild()}, through the same name as before.", "good")


LIVE = Run(
    "Put, search, build anew",
    (
        Action("Put five documents", fill, (), (Search.put,)),
        Action(
            "Put one of your own",
            put,
            (
                Text("doc_id", "Id", "mine"),
                Text("title", "Title", "My notes"),
                Text("body", "Text", "Readers of this will find it."),
            ),
            (Search.put,),
        ),
        Action("Search", find, (QUERY,), (Search.find,)),
        Action(
            "Search with a tag",
            tagged,
            (Text("query", "Search for", "a"), Text("tag", "Tag", "safety")),
            (Search.find,),
        ),
        Action("Delete a document", delete, (Text("doc_id", "Id", "streams"),), (Search.delete,)),
        Action("Build the index anew", rebuild, (), (Search.rebuild,)),
    ),
)

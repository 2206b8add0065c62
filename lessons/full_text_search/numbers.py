"""The numbers of a search, measured on the learner's own server wherever it can measure them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from lessons.full_text_search.live import LIBRARY, hardened
from lessons.measure import NotHere, round_trips_of
from lessons.model import Compare, Fact, Numbers, Pair
from lessons.staging import clear
from patterns.full_text_search import CoreSearch, NaiveSearch, Search

if TYPE_CHECKING:
    from lab.bench import Bench

NAME = "measured"
OURS = f"search:{{{NAME}}}*"
TITLE, BODY = "Guide", "how readers in a group share the work and lose none of it"


def round_trips(bench: Bench, /) -> str:
    """What a save and a search cost on the wire in each version."""
    told = []
    for title in ("Naive", "Hardened"):
        clear(bench, OURS)
        redis = bench.client("editor")
        search: Any = (
            NaiveSearch(redis, NAME, namespace=bench.namespace)
            if title == "Naive"
            else hardened(bench, redis, NAME)
        )
        search.put("guide", TITLE, BODY)
        search.find("readers")
        put = round_trips_of(bench, partial(search.put, "guide", TITLE, BODY))
        find = round_trips_of(bench, partial(search.find, "readers"))
        told.append(f"{title}: {put} to save a document of a dozen words, {find} to search.")
    clear(bench, OURS)
    return " ".join(told)


def syntax(bench: Bench, /) -> str:
    """A star, as part of the query and as what somebody typed."""
    if not bench.backend.can("search"):
        return NotHere(bench.backend.why_not("search"))
    clear(bench, OURS)
    search = hardened(bench, bench.quiet(), NAME)
    for doc_id, (title, body, tag) in LIBRARY.items():
        search.put(doc_id, title, body, [tag])
    kept = search.find("-readers").total
    send: Any = bench.quiet().execute_command
    base = f"{bench.namespace}search:{{{NAME}}}"
    pasted = _total(send("FT.SEARCH", base, "-readers", "DIALECT", 2, "LIMIT", 0, 0))
    clear(bench, OURS)
    return (
        f"“-readers” in the query finds {pasted} documents without the word; as a parameter {kept} with it."
    )


def _total(reply: Any) -> int:
    return int(reply["total_results"] if isinstance(reply, dict) else reply[0])


def default_page(bench: Bench, /) -> str:
    """A search that does not say how many."""
    if not bench.backend.can("search"):
        return NotHere(bench.backend.why_not("search"))
    clear(bench, OURS)
    search = hardened(bench, bench.quiet(), NAME)
    for number in range(25):
        search.put(f"guide-{number}", TITLE, BODY)
    search.find("readers")
    send: Any = bench.quiet().execute_command
    reply = send("FT.SEARCH", f"{bench.namespace}search:{{{NAME}}}", "readers", "NOCONTENT")
    returned = len(reply["results"]) if isinstance(reply, dict) else len(reply) - 1
    clear(bench, OURS)
    return f"{_total(reply)} documents match, {returned} come back."


COMPARE = Compare(
    "Naive beside hardened",
    (
        Pair("Save a document", NaiveSearch.put, Search.put),
        Pair("Delete a document", NaiveSearch.delete, Search.delete),
        Pair("Search, without the module", NaiveSearch.find, CoreSearch.find),
    ),
)

NUMBERS = Numbers(
    "The numbers to say aloud",
    (
        Fact("A set for each word is a command for each word.", "", round_trips),
        Fact("What people type must not be a part of the query.", "cmd:ft.search", syntax),
        Fact("A search that names no LIMIT returns the first page only.", "cmd:ft.search", default_page),
        Fact(
            "A new index reads in the background what is there, and finds what it has read. FT.INFO tells.",
            "cmd:ft.create, cmd:ft.info",
        ),
        Fact("FT.ALIASUPDATE moves a name to another index in one step.", "cmd:ft.aliasupdate"),
        Fact(
            "Without SORTBY, hits of equal score have no fixed order, so pages may overlap.", "cmd:ft.search"
        ),
    ),
)

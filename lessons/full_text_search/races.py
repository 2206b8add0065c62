"""The races of search: a search between two commands of a writer, and a writer who dies between them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from redis import Redis

from lab.scenario import Faults, Scenario
from lessons.crew import answered
from lessons.model import Race, Version
from patterns.full_text_search import CoreSearch, NaiveSearch

Kind = type[NaiveSearch] | type[CoreSearch]

KINDS: dict[Version, Kind] = {"naive": NaiveSearch, "hardened": CoreSearch}
TWIN = "The hardened version here is core.py: the module keeps its index where no digest shows it."


def rename(redis: Redis, kind: Kind) -> None:
    """A writer gives the page another title."""
    kind(redis, "shop").put("page", "Coffee", "")


def search_tea(redis: Redis, kind: Kind) -> list[str]:
    """Somebody looks for tea; the titles of what was found."""
    return [hit.title for hit in kind(redis, "shop").find("tea").hits]


def put_page(redis: Redis, kind: Kind) -> None:
    """A writer adds a page."""
    kind(redis, "shop").put("page", "Tea", "")


def tea_page(redis: Redis, *, kind: Kind) -> None:
    kind(redis, "shop").put("page", "Tea", "")


def title(redis: Redis) -> str | None:
    """What the stored page says, if there is one."""
    found = redis.hget("search:{shop}:doc:page", "title")
    return None if found is None else str(found)


def found_by_its_words(redis: Redis, results: Mapping[str, Any], *, kind: Kind) -> str | None:
    for shown in answered(results).get("reader") or []:
        if "Tea" not in shown:
            return f"ghost hit: the reader looked for tea and was shown {shown or 'a page without a title'!r}"
    if search_tea(redis, kind) and title(redis) != "Tea":
        return f"ghost hit: tea finds a page that says {title(redis)!r}"
    return None


def what_is_stored_is_found(redis: Redis, results: Mapping[str, Any], *, kind: Kind) -> str | None:
    stored = title(redis)
    if stored is None or kind(redis, "shop").find(stored).total:
        return None
    return f"missing document: {stored!r} is stored, and nobody finds it by its word"


def between(version: Version, clients: int, faults: Faults) -> Scenario:
    kind = KINDS[version]
    return Scenario(
        {"writer": partial(rename, kind=kind), "reader": partial(search_tea, kind=kind)},
        partial(found_by_its_words, kind=kind),
        partial(tea_page, kind=kind),
        faults=faults,
    )


def a_dead_writer(version: Version, clients: int, faults: Faults) -> Scenario:
    kind = KINDS[version]
    return Scenario(
        {"writer": partial(put_page, kind=kind)},
        step_invariant=partial(what_is_stored_is_found, kind=kind),
        faults=faults,
    )


RACES = (
    Race(
        "A search while a page is rewritten",
        invariant="Whatever a search for tea shows has the word tea.",
        look="The reader finds the page by its old word, and reads it when it has its new title.",
        anomaly="ghost hit",
        scenario=between,
        naive=(NaiveSearch.put, NaiveSearch.delete, NaiveSearch.find),
        hardened=(CoreSearch.put, CoreSearch.find),
        faults=Faults(crashes=1, lost_replies=1),
        most_faults=Faults(crashes=1, lost_replies=2, lost_requests=1),
        twin=TWIN,
    ),
    Race(
        "Stored, and not yet found",
        invariant="At every moment, what is stored is found by its words.",
        look="HSET has stored the page, SADD has not yet entered it. A crash makes that last.",
        anomaly="missing document",
        scenario=a_dead_writer,
        naive=(NaiveSearch.put,),
        hardened=(CoreSearch.put,),
        clients=1,
        most_clients=1,
        faults=Faults(crashes=1),
        most_faults=Faults(crashes=1, lost_replies=1, lost_requests=1),
        twin=TWIN,
    ),
)

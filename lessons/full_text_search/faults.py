"""The fault that matters for an index: whoever writes a document dies in the middle of it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from redis.exceptions import ConnectionError as RedisConnectionError

from lessons.breaking import Lossy
from lessons.inputs import Integer
from lessons.model import Count, Experiment, Fault, Shown, Trial
from lessons.pictures import Table, TableRow, Tone
from lessons.staging import plural
from patterns.full_text_search import CoreSearch, NaiveSearch, Search

if TYPE_CHECKING:
    from lab.workshop import Workshop

OLD, NEW = "tea", "coffee"
PAGES = Integer("pages", "Pages rewritten", 6, 1, 30, help="Each said tea, and is to say coffee.")
DEATHS = Integer("deaths", "Writers who die", 3, 0, 30, help="Of the first pages, one each.")

Kind = type[NaiveSearch] | type[CoreSearch] | type[Search]


def writers_die(workshop: Workshop, kind: Kind, command: str, nth: int, *, pages: int, deaths: int) -> Shown:
    """Pages are rewritten; some writers lose their connection in the middle, and never come back.

    Of every two who die, the command of one never reaches the server, and that of the other is executed and
    its reply is lost.
    """
    workshop.progress(0.1, "A library of pages about tea")
    lossy = Lossy(workshop, "full_text_search")
    shelf = kind(lossy.direct, "docs")
    names = [f"page-{number}" for number in range(1, pages + 1)]
    for name in names:
        shelf.put(name, "Drinks", f"All about {OLD}.")
    for number, name in enumerate(names):
        workshop.progress(0.2 + 0.6 * number / pages, f"Page {number + 1} of {pages} is rewritten")
        if number < deaths:
            lose = lossy.proxy.drop_reply if number % 2 else lossy.proxy.drop_request
            lose(command, nth)
        with contextlib.suppress(RedisConnectionError):
            kind(lossy.client(retries=0), "docs").put(name, "Drinks", f"All about {NEW}.")
    workshop.progress(0.9, "Somebody searches")
    found = {word: {hit.id for hit in shelf.find(word, count=100).hits} for word in (OLD, NEW)}
    rows, wrong = [], 0
    for name in names:
        body = lossy.direct.hget(f"{shelf.base}:doc:{name}", "body") or ""
        says = NEW if NEW in body else OLD if OLD in body else "nothing"
        by = [word for word in (OLD, NEW) if name in found[word]]
        fits = by == [says]
        wrong += not fits
        tone: Tone = "good" if fits else "bad"
        rows.append(TableRow((name, says, " and ".join(by) or "no word"), tone))
    tone = "bad" if wrong else "good"
    return Shown(
        f"{plural(min(deaths, pages), 'writer')} died in the middle. "
        f"{plural(wrong, 'page')} and the index disagree.",
        tone,
        (Count("Index and page disagree", wrong, "pages", tone),),
        Table("Each page", ("Page", "It says", "It is found by"), tuple(rows)),
    )


def naive(workshop: Workshop, /, *, pages: int, deaths: int) -> Shown:
    return writers_die(workshop, NaiveSearch, "SADD", 2, pages=pages, deaths=deaths)


def core(workshop: Workshop, /, *, pages: int, deaths: int) -> Shown:
    return writers_die(workshop, CoreSearch, "EVALSHA", 1, pages=pages, deaths=deaths)


def module(workshop: Workshop, /, *, pages: int, deaths: int) -> Shown:
    return writers_die(workshop, Search, "HSET", 1, pages=pages, deaths=deaths)


FAULTS = (
    Experiment(
        "A writer dies in the middle",
        watch="Watch for pages that say one thing and are found by another. Nothing mends them until they "
        "are saved again.",
        trials=(
            Trial("Naive: word by word", naive, "bad", (NaiveSearch.put,)),
            Trial("Hardened: the module follows the hash", module, "good", (Search.put,)),
            Trial("On core types: one script", core, "good", (CoreSearch.put,)),
        ),
        inputs=(PAGES, DEATHS),
        seconds=1.0,
    ),
)

FAULT = Fault("A writer dies in the middle", FAULTS)

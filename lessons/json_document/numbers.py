"""The numbers of a document, measured on the learner's own server wherever it can measure them."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from lessons.json_document.live import hardened
from lessons.measure import NotHere, bytes_of, round_trips_of
from lessons.model import Compare, Fact, Numbers, Pair
from lessons.staging import clear
from patterns.json_document import CoreDocuments, Documents, NaiveDocuments

if TYPE_CHECKING:
    from lab.bench import Bench

ID = "measured"
OURS = f"document:{{{ID}}}*"
LARGE: dict[str, Any] = {
    "visits": 0,
    "items": [{"sku": f"sku-{n:04}", "pieces": n % 9} for n in range(1_000)],
}


def bytes_of_a_document(bench: Bench, /) -> str:
    """One document of a thousand items, as text and as the module keeps it."""
    clear(bench, OURS)
    text = len(json.dumps(LARGE, separators=(",", ":")))
    hardened(bench, bench.quiet()).save(ID, LARGE)
    found = bytes_of(bench, f"{bench.namespace}document:{{{ID}}}")
    clear(bench, OURS)
    if isinstance(found, NotHere):
        return found
    return (
        f"{text:,} bytes of text take {found:,} bytes as a {kind(bench)}, {found / text:.1f} times as many."
    )


def kind(bench: Bench) -> str:
    return "JSON value" if bench.backend.can("json") else "hash"


def bytes_on_the_wire(bench: Bench, /) -> str:
    """One leaf of that document is changed."""
    clear(bench, OURS)
    told = []
    for title, documents in (
        ("Naive", NaiveDocuments(bench.client("web server"), namespace=bench.namespace)),
        ("Hardened", hardened(bench, bench.client("web server"))),
    ):
        documents.save(ID, LARGE)
        trips = round_trips_of(bench, partial(documents.increment, ID, ["visits"]))
        told.append(f"{title}: {trips} round trip{'s' if trips > 1 else ''}")
        clear(bench, OURS)
    text = len(json.dumps(LARGE, separators=(",", ":")))
    return f"{', '.join(told)}. The naive change carries {text:,} bytes each way, for one number."


def empty_lists(bench: Bench, /) -> str:
    """A script that decodes and encodes what it did not change."""
    before = '{"tags":[],"ratio":0.12345678901234567}'
    after: Any = bench.quiet().eval("return cjson.encode(cjson.decode(ARGV[1]))", 0, before)
    changed = [key for key, value in json.loads(before).items() if json.loads(after)[key] != value]
    return (
        f"A script that only reads {before} and writes it again changes {' and '.join(changed) or 'nothing'}."
    )


COMPARE = Compare(
    "Naive beside hardened",
    (
        Pair("Add to a number", NaiveDocuments.increment, Documents.increment),
        Pair("Set a leaf", NaiveDocuments.set_path, Documents.set_path),
        Pair(
            "A rule, with the module and without it",
            Documents.update,
            CoreDocuments.update,
            left="With the module",
            right="Without it",
        ),
    ),
)

NUMBERS = Numbers(
    "The numbers to say aloud",
    (
        Fact("Memory of a JSON value against its text.", "json", bytes_of_a_document),
        Fact("What a change of one leaf costs.", "cmd:json.numincrby", bytes_on_the_wire),
        Fact("Why a script should not change JSON as text.", "scripting", empty_lists),
        Fact("A path that begins with $ answers with a list, because it may match many places.", "json"),
        Fact("JSON.SET makes no path: an object on the way that is missing is not created.", "cmd:json.set"),
        Fact("JSON.MGET over several slots may answer only in part; JSON.MSET takes one slot.", "multikey"),
    ),
)

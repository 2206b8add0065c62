"""The races of the document: two changes start from the same text."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from redis import Redis

from lab.scenario import Faults, Scenario
from lessons.crew import NAMES, answered, crew
from lessons.model import Race, Version
from lessons.staging import plural
from patterns.json_document import CoreDocuments, Documents, NaiveDocuments

Kind = type[NaiveDocuments] | type[Documents] | type[CoreDocuments]

KINDS: dict[Version, Kind] = {"naive": NaiveDocuments, "hardened": Documents}
CORE: dict[Version, Kind] = {"naive": NaiveDocuments, "hardened": CoreDocuments}


def visit(redis: Redis, kind: Kind, name: str) -> float:
    """A server counts a visit in the profile."""
    return kind(redis).increment("mia", ["visits"])


def set_leaf(redis: Redis, kind: Kind, name: str) -> bool:
    """A server sets the leaf that bears its name."""
    kind(redis).set_path("mia", [name], "saved")
    return True


def profile(redis: Redis, *, kind: Kind) -> None:
    kind(redis).save("mia", {"visits": 0, **dict.fromkeys(NAMES, "")})


def all_counted(redis: Redis, results: Mapping[str, Any], *, kind: Kind) -> str | None:
    done, visits = len(answered(results)), kind(redis).load("mia")["visits"]
    told = f"{plural(done, 'visit was', 'visits were')} counted"
    return f"lost update: {told}, the document says {visits}" if visits < done else None


def all_kept(redis: Redis, results: Mapping[str, Any], *, kind: Kind) -> str | None:
    document = kind(redis).load("mia")
    gone = [name for name in answered(results) if document[name] != "saved"]
    return f"lost update: what {' and '.join(gone)} saved is gone, from a leaf of its own" if gone else None


def same_leaf(version: Version, clients: int, faults: Faults) -> Scenario:
    return visits(KINDS[version], clients, faults)


def same_leaf_on_core(version: Version, clients: int, faults: Faults) -> Scenario:
    return visits(CORE[version], clients, faults)


def visits(kind: Kind, clients: int, faults: Faults) -> Scenario:
    return Scenario(
        crew(clients, visit, kind=kind),
        partial(all_counted, kind=kind),
        partial(profile, kind=kind),
        faults=faults,
    )


def other_leaves(version: Version, clients: int, faults: Faults) -> Scenario:
    kind = KINDS[version]
    return Scenario(
        crew(clients, set_leaf, kind=kind),
        partial(all_kept, kind=kind),
        partial(profile, kind=kind),
        faults=faults,
    )


RACES = (
    Race(
        "Two changes of one leaf",
        invariant="The document counts every visit that was counted.",
        look="Both read the same text. The later SET carries the old number.",
        anomaly="lost update",
        scenario=same_leaf,
        naive=(NaiveDocuments.increment,),
        hardened=(Documents.increment,),
        most_clients=4,
        faults=Faults(crashes=1, lost_replies=1),
        most_faults=Faults(crashes=2, lost_replies=2, lost_requests=2),
        needs=("json",),
    ),
    Race(
        "Two changes of different leaves",
        invariant="What anybody saved, the document has.",
        look="The leaves are different, the text is one: whoever writes it back undoes the other.",
        anomaly="lost update",
        scenario=other_leaves,
        naive=(NaiveDocuments.set_path,),
        hardened=(Documents.set_path,),
        most_clients=4,
        faults=Faults(crashes=1, lost_replies=1),
        most_faults=Faults(crashes=2, lost_replies=2, lost_requests=2),
        needs=("json",),
    ),
    Race(
        "The same without the module",
        invariant="The document counts every visit that was counted.",
        look="Read, change, save over the version that was read; who comes too late begins again.",
        anomaly="lost update",
        scenario=same_leaf_on_core,
        naive=(NaiveDocuments.increment,),
        hardened=(CoreDocuments.increment, CoreDocuments.save),
        most_clients=3,
        faults=Faults(crashes=1),
        most_faults=Faults(crashes=1, lost_replies=1, lost_requests=1),
        twin="The hardened version here is core.py, which needs no JSON module.",
    ),
)

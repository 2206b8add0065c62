"""The live profile: leaves change, a rule holds, a version is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lessons.inputs import Integer, Text
from lessons.model import Action, Count, Run, Shown
from lessons.notes import note
from lessons.pictures import Picture, Tree, changes_between
from lessons.staging import load_scripts, plural
from patterns.json_document import Conflict, CoreDocuments, Documents

if TYPE_CHECKING:
    from redis import Redis

    from lab.bench import Bench

ID = "ann"
PROFILE: dict[str, Any] = {"name": "Ann", "visits": 0, "points": 100, "badges": []}


def hardened(bench: Bench, redis: Redis) -> Documents | CoreDocuments:
    """The module's documents where the server has the module, those on core types elsewhere."""
    load_scripts(bench, "json_document")
    version = Documents if bench.backend.can("json") else CoreDocuments
    return version(redis, namespace=bench.namespace)


def profile(bench: Bench) -> Documents | CoreDocuments:
    """The documents, with a profile in them."""
    unseen = hardened(bench, bench.quiet())
    if unseen.load(ID) is None:
        unseen.save(ID, PROFILE)
        versions(bench)[:] = [None, PROFILE]
    return hardened(bench, bench.client("web server"))


def versions(bench: Bench) -> list[Any]:
    """The document before the last run and after it."""
    return note(bench, "before and after", lambda: [None, None])


def picture(bench: Bench) -> Picture:
    """The document as it is, and what the last run changed in it."""
    load_scripts(bench, "json_document")
    stored = hardened(bench, bench.quiet()).read(ID)
    value = stored.value if stored else None
    before, after = versions(bench)
    changes = changes_between(before, value) if before is not None and value == after else ()
    return Tree(f"The document {ID}", value, changes)


def shown(bench: Bench, says: str, *counts: Count, good: bool = True) -> Shown:
    stored = hardened(bench, bench.quiet()).read(ID)
    pair = versions(bench)
    pair[:] = [pair[1], stored.value if stored else None]
    version = Count("Version", stored.version[:8] if stored else "none")
    return Shown(says, "good" if good else "warn", (version, *counts), picture(bench))


def save(bench: Bench, /, *, name: str) -> Shown:
    """The whole document, whatever was there."""
    hardened(bench, bench.client("web server")).save(ID, PROFILE | {"name": name})
    return shown(bench, f"A new profile for {name}.")


def visit(bench: Bench, /, *, by: int) -> Shown:
    """One number in the document; the rest does not travel."""
    visits = profile(bench).increment(ID, ["visits"], by)
    rest = (
        "Only this leaf and the version were written; the rest did not travel."
        if bench.backend.can("json")
        else "Without the JSON module the whole text was read, changed and saved over its version."
    )
    return shown(bench, f"{plural(visits, 'visit')} now. {rest}")


def badge(bench: Bench, /, *, badge: str) -> Shown:
    """One more at the end of a list."""
    held = profile(bench).append(ID, ["badges"], badge)
    return shown(bench, f"{plural(held, 'badge')} now, the last is {badge}.")


def rename(bench: Bench, /, *, name: str) -> Shown:
    """One leaf."""
    profile(bench).set_path(ID, ["name"], name)
    return shown(bench, f"The name is {name}.")


def spend(bench: Bench, /, *, points: int) -> Shown:
    """A rule about the document: never more than there are. Read, decide, save if nobody was faster."""

    def take(document: dict[str, Any]) -> dict[str, Any]:
        enough = document["points"] >= points
        return document | {"points": document["points"] - points} if enough else document

    before = hardened(bench, bench.quiet()).load(ID) or PROFILE
    left = profile(bench).update(ID, take)["points"]
    if left == before["points"]:
        there = f"Only {plural(left, 'point is', 'points are')} there" if left else "No points are left"
        return shown(bench, f"{there}: nothing was spent.", good=False)
    return shown(bench, f"Spent. {plural(left, 'point')} left.")


def late(bench: Bench, /, *, name: str) -> Shown:
    """A form was opened, somebody else saved, and now the form is saved too."""
    documents = profile(bench)
    opened = documents.read(ID)
    hardened(bench, bench.client("other server")).increment(ID, ["visits"])
    try:
        documents.save(ID, PROFILE | {"name": name}, version=opened.version if opened else None)
    except Conflict as conflict:
        return shown(bench, f"Refused: {conflict}. Read it again, and decide again.", good=False)
    return shown(bench, "Saved, although somebody was faster.", good=False)


LIVE = Run(
    "Change leaves, keep a rule",
    (
        Action("Save a profile", save, (Text("name", "Name", "Ann"),), (Documents.save,)),
        Action("Count visits", visit, (Integer("by", "Visits", 1, 1, 1_000),), (Documents.increment,)),
        Action("Give a badge", badge, (Text("badge", "Badge", "first post"),), (Documents.append,)),
        Action("Change the name", rename, (Text("name", "Name", "Anna"),), (Documents.set_path,)),
        Action("Spend points", spend, (Integer("points", "Points", 30, 1, 1_000),), (Documents.update,)),
        Action(
            "Save what was opened before",
            late,
            (Text("name", "Name", "Old Ann"),),
            (Documents.save, Documents.read),
        ),
    ),
    picture,
)

"""All that is known of a learner as one JSON document, to take elsewhere and back.

An import adds: it takes nothing away, and the same one twice changes nothing the second time. Where both
sides know the same thing, the first answer counts, the attempt that got further, and the later place.
Cards are made anew from the reviews of both sides.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from memory import schema
from memory.carry_checks import CarryError, rows_of
from memory.profiles import clean_name
from memory.reviews import make_cards_anew
from memory.store import Store

__all__ = ["FORMAT", "LARGEST", "VERSION", "CarryError", "export", "take_in"]

FORMAT, VERSION = "keyspace-progress", 1
LARGEST = 20_000_000
"""Characters of a document that is taken in."""

TABLES = {
    "profile": schema.profile,
    "done": schema.done,
    "place": schema.place,
    "attempts": schema.attempt,
    "answers": schema.answer,
    "flags": schema.flag,
    "reviews": schema.review,
    "cards": schema.card,
    "interviews": schema.interview,
}
_Further = Callable[[Mapping[str, Any], Mapping[str, Any]], bool]


def export(store: Store, learner: str) -> str:
    """The document: `format`, `version`, and a list of rows under the name of each kind of thing."""

    def ask(of: sa.Connection) -> dict[str, list[dict[str, Any]]]:
        found = {}
        for name, table in TABLES.items():
            query = table.select().where(table.c.learner == learner).order_by(*table.primary_key)
            rows = of.execute(query).mappings()
            found[name] = [{key: row[key] for key in row if key != "learner"} for row in rows]
        return found

    document = {"format": FORMAT, "version": VERSION, **store.database.read(learner, ask)}
    return json.dumps(document, indent=1, ensure_ascii=False)


def take_in(store: Store, learner: str, text: str) -> int:
    """Add what a document holds to what is known of the learner; the number of its rows.

    Raises `CarryError` with one sentence, and then has changed nothing.
    """
    rows = rows_of(_parsed(text), TABLES)

    def change(to: sa.Connection) -> None:
        for name, table in TABLES.items():
            for row in rows[name]:
                _merge(to, table, {**row, "learner": learner}, _FURTHER.get(name))
        make_cards_anew(to, learner)

    store.database.write(learner, change)
    return sum(map(len, rows.values()))


def _parsed(text: str) -> Mapping[str, Any]:
    if len(text) > LARGEST:
        raise CarryError(f"The file is too large: {len(text):,} characters; {LARGEST:,} is the limit.")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CarryError(f"The file is not JSON: {error}.") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise CarryError(f'The file is no export of Keyspace: it does not begin with "format": "{FORMAT}".')
    version = document.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise CarryError(f"The file's version must be a number, and is {version!r}.")
    if version > VERSION:
        raise CarryError(f"The file comes from a newer Keyspace (version {version}); update this one first.")
    return document


def _merge(to: sa.Connection, table: sa.Table, row: dict[str, Any], further: _Further | None) -> None:
    if table is schema.profile:
        row = _profile(to, row)
    elif further is not None:
        key = (column == row[column.name] for column in table.primary_key)
        here = to.execute(table.select().where(*key)).mappings().first()
        if here is not None and not further(row, dict(here)):
            return
    schema.put(to, table, row, replace=table is schema.profile or further is not None)


def _profile(to: sa.Connection, row: dict[str, Any]) -> dict[str, Any]:
    """Whoever takes in a document keeps their own name, date and settings where they have some."""
    row = {**row, "name": clean_name(row["name"])}
    mine = (
        to.execute(schema.profile.select().where(schema.profile.c.learner == row["learner"]))
        .mappings()
        .first()
    )
    if mine is None:
        return row
    return {
        "learner": row["learner"],
        "name": mine["name"] or row["name"],
        "created": min(mine["created"], row["created"]),
        "interview": mine["interview"] or row["interview"],
        "settings": {**row["settings"], **mine["settings"]},
    }


def _later(there: Mapping[str, Any], here: Mapping[str, Any]) -> bool:
    return bool(there["at"] > here["at"])


def _earlier(there: Mapping[str, Any], here: Mapping[str, Any]) -> bool:
    return bool(there["at"] < here["at"])


def _made_earlier(there: Mapping[str, Any], here: Mapping[str, Any]) -> bool:
    return bool(there["created"] < here["created"])


def _got_further(there: Mapping[str, Any], here: Mapping[str, Any]) -> bool:
    def reached(row: Mapping[str, Any]) -> tuple[bool, int]:
        how_far = row["position"] if "position" in row else len(json.dumps(row["transcript"]))
        return row["finished"] is not None, how_far

    return reached(there) > reached(here)


_FURTHER: dict[str, _Further] = {
    "place": _later,
    "flags": _later,
    "answers": _earlier,
    "cards": _made_earlier,
    "attempts": _got_further,
    "interviews": _got_further,
}

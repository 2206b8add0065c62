"""Who learns: names, the day of the interview, settings. A learner has a row once there is one of them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

import sqlalchemy as sa

from memory import schema
from memory.database import Database
from memory.values import Json, Profile

__all__ = ["LONGEST_NAME", "Profiles", "clean_name"]

LONGEST_NAME = 40


class Profiles:
    """The profiles in the database."""

    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database, self._now = database, now

    def get(self, learner: str) -> Profile:
        """The learner's profile; one without name and date if nothing was ever set."""
        query = schema.profile.select().where(schema.profile.c.learner == learner)
        row = self._database.read(learner, lambda of: of.execute(query).mappings().first())
        return _profile(row) if row else Profile(learner)

    def named(self) -> tuple[Profile, ...]:
        """Everybody who has given a name, in the order of their names: the learners of one machine."""
        query = schema.profile.select().where(schema.profile.c.name != "")
        found = self._database.read("", lambda of: [_profile(row) for row in of.execute(query).mappings()])
        return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.created)))

    def add(self, name: str) -> Profile:
        """A new learner of that name. Raises `ValueError` when it is empty or taken."""
        made = Profile(secrets.token_hex(12))
        return self.rename(made.learner, name)

    def rename(self, learner: str, name: str) -> Profile:
        """Give a learner a name. Raises `ValueError` when it is empty or somebody else's."""
        name = clean_name(name)
        if not name:
            raise ValueError("A name needs at least one letter.")
        for other in self.named():
            if other.learner != learner and other.name.casefold() == name.casefold():
                raise ValueError(f"There is a profile called {other.name} already.")
        self._set(learner, name=name)
        return self.get(learner)

    def set_interview(self, learner: str, day: date | None) -> None:
        """The day of the interview, or none."""
        self._set(learner, interview=day.isoformat() if day else None)

    def set_settings(self, learner: str, settings: Mapping[str, Json]) -> None:
        """What pages want to keep for the learner: the named settings change, the others stay."""
        self._set(learner, settings=dict(settings))

    def _set(self, learner: str, **change: object) -> None:
        created = self._now()

        def write(to: sa.Connection) -> None:
            fresh = {"learner": learner, "name": "", "created": created, "interview": None, "settings": {}}
            schema.put(to, schema.profile, fresh, replace=False)
            mine = schema.profile.c.learner == learner
            values = dict(change)
            if isinstance(settings := values.get("settings"), dict):
                before = to.execute(
                    sa.select(schema.profile.c.settings).where(mine).with_for_update()
                ).scalar_one()
                values["settings"] = {**before, **settings}
            to.execute(schema.profile.update().where(mine).values(values))

        self._database.write(learner, write)


def clean_name(name: str) -> str:
    """A name as it is kept: printable, single spaces, at most 40 characters."""
    kept = "".join(letter for letter in name if letter.isprintable())
    return " ".join(kept.split())[:LONGEST_NAME].rstrip()


def _profile(row: schema.Row) -> Profile:
    day = date.fromisoformat(row["interview"]) if row["interview"] else None
    return replace(Profile(**{name: row[name] for name in Profile.__slots__}), interview=day)

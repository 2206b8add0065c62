"""The tables as they are now. How older ones become these is in `migrations`; a test holds the two together.

Moments are seconds since 1970 (UTC), days are ISO dates, documents are JSON. Every table has the learner in
it, so that all that is known of one person can be read, carried elsewhere and deleted in one way.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

__all__ = ["HEAD", "OF_A_LEARNER", "REVISIONS", "Row", "metadata", "put"]

Row: TypeAlias = "Mapping[str, Any] | sa.RowMapping"

REVISIONS = ("0001", "0002")
"""Every revision in `migrations/versions`, the oldest first: here, so that a start needs no Alembic."""

HEAD = REVISIONS[-1]

metadata = sa.MetaData()

version = sa.Table(
    "alembic_version", sa.MetaData(), sa.Column("version_num", sa.String(32), primary_key=True)
)
"""Alembic's own table: kept out of `metadata`, which is ours."""

done = sa.Table(
    "done",
    metadata,
    sa.Column("learner", sa.Text, primary_key=True),
    sa.Column("lesson", sa.Text, primary_key=True),
    sa.Column("step", sa.Text, primary_key=True),
    sa.Column("at", sa.Double, nullable=False),
)
place = sa.Table(
    "place",
    metadata,
    sa.Column("learner", sa.Text, primary_key=True),
    sa.Column("lesson", sa.Text, nullable=False),
    sa.Column("step", sa.Text, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
)
profile = sa.Table(
    "profile",
    metadata,
    sa.Column("learner", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("created", sa.Double, nullable=False),
    sa.Column("interview", sa.Text),
    sa.Column("settings", sa.JSON, nullable=False),
)
attempt = sa.Table(
    "attempt",
    metadata,
    sa.Column("learner", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("filter", sa.JSON, nullable=False),
    sa.Column("seed", sa.BigInteger, nullable=False),
    sa.Column("questions", sa.JSON, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("state", sa.JSON, nullable=False),
    sa.Column("started", sa.Double, nullable=False),
    sa.Column("finished", sa.Double),
)
answer = sa.Table(
    "answer",
    metadata,
    sa.Column("learner", sa.Text, primary_key=True),
    sa.Column("attempt", sa.Text, primary_key=True),
    sa.Column("question", sa.Text, primary_key=True),
    sa.Column("pattern", sa.Text, nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("level", sa.Integer, nullable=False),
    sa.Column("given", sa.JSON, nullable=False),
    sa.Column("right", sa.Boolean, nullable=False),
    sa.Column("score", sa.Double, nullable=False),
    sa.Column("confidence", sa.Integer),
    sa.Column("seconds", sa.Double, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
)
flag = sa.Table(
    "flag",
    metadata,
    sa.Column("learner", sa.Text, primary_key=True),
    sa.Column("question", sa.Text, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
)
card = sa.Table(
    "card",
    metadata,
    sa.Column("learner", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("pattern", sa.Text, nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("created", sa.Double, nullable=False),
    sa.Column("due", sa.Double, nullable=False),
    sa.Column("state", sa.Integer, nullable=False),
    sa.Column("step", sa.Integer),
    sa.Column("stability", sa.Double),
    sa.Column("difficulty", sa.Double),
    sa.Column("last_review", sa.Double),
)
review = sa.Table(
    "review",
    metadata,
    sa.Column("learner", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("at", sa.Double, primary_key=True),
    sa.Column("rating", sa.Integer, nullable=False),
    sa.Column("seconds", sa.Double, nullable=False),
)
interview = sa.Table(
    "interview",
    metadata,
    sa.Column("learner", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("transcript", sa.JSON, nullable=False),
    sa.Column("report", sa.JSON),
    sa.Column("started", sa.Double, nullable=False),
    sa.Column("finished", sa.Double),
)

OF_A_LEARNER: tuple[sa.Table, ...] = tuple(metadata.sorted_tables)
"""Every table: each has a column `learner` in its primary key."""


def put(connection: sa.Connection, table: sa.Table, row: Row, *, replace: bool = True) -> bool:
    """Insert a row; one of that key is replaced, or stays (`replace=False`). True if anything changed."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).values(dict(row))
    keys = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in row if name not in keys}
    if replace and changed:
        statement = statement.on_conflict_do_update(index_elements=keys, set_=changed)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=keys)
    # Without the option the count of an INSERT is not kept beyond the driver's cursor.
    return connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount > 0

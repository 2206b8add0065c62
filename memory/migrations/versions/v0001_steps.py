"""Done steps and the last place: the file as it was before there were migrations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make both tables, unless this is a file that has them already."""
    op.create_table(
        "done",
        sa.Column("learner", sa.Text(), primary_key=True),
        sa.Column("lesson", sa.Text(), primary_key=True),
        sa.Column("step", sa.Text(), primary_key=True),
        sa.Column("at", sa.Double(), nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "place",
        sa.Column("learner", sa.Text(), primary_key=True),
        sa.Column("lesson", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        if_not_exists=True,
    )

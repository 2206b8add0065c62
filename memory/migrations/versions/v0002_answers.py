"""Profiles, quiz attempts and answers, flags, cards and their reviews, mock interviews."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "profile",
        sa.Column("learner", sa.Text(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("interview", sa.Text()),
        sa.Column("settings", sa.JSON(), nullable=False),
    )
    op.create_table(
        "attempt",
        sa.Column("learner", sa.Text(), primary_key=True),
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("filter", sa.JSON(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("started", sa.Double(), nullable=False),
        sa.Column("finished", sa.Double()),
    )
    op.create_table(
        "answer",
        sa.Column("learner", sa.Text(), primary_key=True),
        sa.Column("attempt", sa.Text(), primary_key=True),
        sa.Column("question", sa.Text(), primary_key=True),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("right", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("confidence", sa.Integer()),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
    )
    op.create_table(
        "flag",
        sa.Column("learner", sa.Text(), primary_key=True),
        sa.Column("question", sa.Text(), primary_key=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
    )
    op.create_table(
        "card",
        sa.Column("learner", sa.Text(), primary_key=True),
        sa.Column("kind", sa.Text(), primary_key=True),
        sa.Column("subject", sa.Text(), primary_key=True),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("due", sa.Double(), nullable=False),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer()),
        sa.Column("stability", sa.Double()),
        sa.Column("difficulty", sa.Double()),
        sa.Column("last_review", sa.Double()),
    )
    op.create_table(
        "review",
        sa.Column("learner", sa.Text(), primary_key=True),
        sa.Column("kind", sa.Text(), primary_key=True),
        sa.Column("subject", sa.Text(), primary_key=True),
        sa.Column("at", sa.Double(), primary_key=True),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
    )
    op.create_table(
        "interview",
        sa.Column("learner", sa.Text(), primary_key=True),
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("transcript", sa.JSON(), nullable=False),
        sa.Column("report", sa.JSON()),
        sa.Column("started", sa.Double(), nullable=False),
        sa.Column("finished", sa.Double()),
    )

"""Alembic runs this file; `memory.upgrade` gives it the connection, whose transaction holds every step."""

from __future__ import annotations

from alembic import context

from memory.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()

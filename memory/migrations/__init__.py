"""How an older schema becomes the present one. Alembic is imported only when a step is to be taken.

A new step is a file in `versions`, its revision goes to the end of `memory.schema.REVISIONS`, and the tables
of `memory.schema` say what it leads to. A fresh database is made from those tables at once.
"""

"""What happened to the database, in a sentence that says what helps."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from memory.upgrade import Newer

__all__ = ["AGAIN_AFTER", "TROUBLE", "Trouble", "explain"]

AGAIN_AFTER = 10.0
"""Seconds after which a database that was locked or out of reach is tried again."""

TROUBLE = (sa.exc.SQLAlchemyError, Newer, OSError)
"""What a database may do to us. A value that it refuses (`DataError`) is our own fault, and raised."""

_BEGIN = "What you do now is remembered only until the app stops"
_RETRY = f"Keyspace tries again every {AGAIN_AFTER:.0f} seconds and then writes what you did."


@dataclass(frozen=True, slots=True)
class Trouble:
    """A sentence for the learner, and whether the trouble may pass by itself."""

    says: str
    passes: bool = False


def explain(name: str, error: BaseException, *, is_file: bool) -> Trouble:
    """The trouble with the database of that name. Neither password nor statement is told."""
    text = _first_line(error)
    reason, cure, passes = _of_file(error, text) if is_file else _of_server(error, text)
    return Trouble(f"{_BEGIN}: {name} {reason}. {cure}", passes)


def _of_file(error: BaseException, text: str) -> tuple[str, str, bool]:
    if isinstance(error, Newer):
        return f"was written by a newer version (schema {text})", "Update Keyspace to go on from it.", False
    if "locked" in text or "busy" in text:
        return "is locked by another program", f"Close that program. {_RETRY}", True
    if "readonly" in text or "unable to open" in text or isinstance(error, OSError):
        return f"cannot be written ({text})", "Set KEYSPACE_DATA to a folder that you may write to.", False
    if "full" in text:
        return f"cannot grow ({text})", f"Make room on that disk. {_RETRY}", True
    if "not a database" in text or "malformed" in text:
        return "is damaged", "Move it away to begin a new one.", False
    return f"cannot be used ({text})", "Set KEYSPACE_DATA to another folder.", False


def _of_server(error: BaseException, text: str) -> tuple[str, str, bool]:
    if isinstance(error, Newer):
        return f"was written by a newer version (schema {text})", "Update Keyspace to go on from it.", False
    if isinstance(error, sa.exc.ArgumentError | sa.exc.NoSuchModuleError | ValueError):
        return "is no address of a database", "Write it as postgresql://user:password@host/name.", False
    if "authentication" in text or ("does not exist" in text and "FATAL" in text):
        return f"refuses us ({text})", f"Check the name and the password in DATABASE_URL. {_RETRY}", True
    if "permission denied" in text or "read-only" in text:
        return (
            f"cannot be written ({text})",
            f"Give the user of DATABASE_URL the right to write. {_RETRY}",
            True,
        )
    if isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError | sa.exc.TimeoutError | OSError):
        return (
            f"does not answer ({text})",
            f"Check that it runs and that DATABASE_URL names it. {_RETRY}",
            True,
        )
    return f"cannot be used ({text})", "Give Keyspace a database of its own in DATABASE_URL.", False


def _first_line(error: BaseException) -> str:
    """The driver's own words: SQLAlchemy's would bring the statement and its values."""
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) and error.orig else error
    return (str(cause).strip() or type(cause).__name__).splitlines()[0].rstrip(".")

"""Where the database is, and what time it is: the only module here that reads the environment."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import platformdirs

__all__ = ["FILE", "clock", "data_folder", "database_url"]

FILE = "progress.sqlite3"


def data_folder() -> Path:
    """Where the user's data lives: `KEYSPACE_DATA`, or the place their system has for it."""
    chosen = os.environ.get("KEYSPACE_DATA", "").strip()
    return Path(chosen).expanduser() if chosen else platformdirs.user_data_path("keyspace", appauthor=False)


def database_url() -> str:
    """`DATABASE_URL`, or nothing: then it is the file in the data folder."""
    return os.environ.get("DATABASE_URL", "").strip()


def clock() -> Callable[[], float]:
    """Seconds since 1970. `KEYSPACE_DAYS_AHEAD=1` shows today what will be due tomorrow."""
    said = os.environ.get("KEYSPACE_DAYS_AHEAD", "").strip()
    days = int(said) if said.isdecimal() and len(said) <= 4 else 0
    return (lambda: time.time() + days * 86_400) if days else time.time

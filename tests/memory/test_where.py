"""Where the database is and what time it is, as the environment says."""

from __future__ import annotations

import time

import pytest

from memory.where import clock


@pytest.mark.parametrize(
    ("said", "days"), [("", 0), ("1", 1), (" 30 ", 30), ("-1", 0), ("nan", 0), ("1e9", 0), ("x", 0)]
)
def test_the_clock_may_be_ahead(monkeypatch: pytest.MonkeyPatch, said: str, days: int) -> None:
    monkeypatch.setenv("KEYSPACE_DAYS_AHEAD", said)
    monkeypatch.setattr(time, "time", lambda: 1000.0)
    assert clock()() == 1000.0 + days * 86_400

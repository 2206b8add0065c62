"""Sentinel fails over while a client writes."""

from __future__ import annotations

import pytest

from lab.faults.failover import sentinel_failover
from lab.workshop import Workshop


@pytest.mark.parametrize("sentinels", [1, 3])
def test_the_client_sees_errors_and_then_writes_to_the_new_primary(sentinels: int) -> None:
    with Workshop() as workshop:
        result = sentinel_failover(workshop, sentinels=sentinels, down_after_ms=2_000)
    assert result.moved
    assert result.writable
    assert result.outage > 0
    assert result.errors["ConnectionError"] >= 1
    assert set(result.errors) <= {
        "ConnectionError", "MasterNotFoundError", "TimeoutError", "ReadOnlyError", "SlaveNotFoundError",
    }  # fmt: skip

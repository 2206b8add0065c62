from __future__ import annotations

from functools import partial

import pytest

from lab.explorer import search
from lab.scenario import Bounds


@pytest.fixture
def oracle_programs(request: pytest.FixtureRequest) -> int:
    """How many random programs the oracle is asked about."""
    return int(request.config.getoption("--oracle-programs"))


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that names no bounds has a minute here, and not two seconds: this machine may be busy."""
    monkeypatch.setattr(search, "Bounds", partial(Bounds, seconds=60.0))

"""The values of a snapshot."""

from __future__ import annotations

import dataclasses

import pytest

from lab.states import KeyState, Snapshot


def test_a_snapshot_is_a_value() -> None:
    state = KeyState("k", "string", None, 1, "v", 0, "d")
    assert state == KeyState("k", "string", None, 1, "v", 0, "d")
    assert Snapshot((state,), 1.0) == Snapshot((state,), 1.0)
    assert hash(state) == hash(dataclasses.replace(state))
    with pytest.raises(dataclasses.FrozenInstanceError):
        state.key = "other"  # type: ignore[misc]

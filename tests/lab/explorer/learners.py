"""What the learner would edit."""

from __future__ import annotations

from typing import Any

from redis import Redis


def count(r: Redis) -> Any:
    value = int(r.get("n") or 0)
    r.set("n", value + 1)
    return True

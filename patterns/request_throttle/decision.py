"""What a throttle answers with."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Decision"]


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a request may pass, how many more could, and in how many seconds to ask again."""

    allowed: bool
    remaining: int
    retry_after: float

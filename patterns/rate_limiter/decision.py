"""What a rate limiter answers with, and how a web server tells the caller."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["Decision", "headers"]


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a request may pass, and what its sender can count on. Times are in seconds from now."""

    allowed: bool
    limit: int
    window_s: float
    remaining: int
    """How many more would be admitted at this moment."""
    reset_after: float
    """When the whole limit is free again, if nothing else is asked."""
    retry_after: float
    """When the next request can be admitted; 0 for one that was."""


def headers(decision: Decision, policy: str = "default") -> dict[str, str]:
    """The header fields of the answer: RateLimit as the IETF drafts it, and Retry-After with a 429.

    `policy` names the limit where an answer falls under several; letters, digits, "-" and "_" only.
    """
    if not policy.isascii() or not policy.replace("-", "").replace("_", "").isalnum():
        raise ValueError(f"policy must be made of letters, digits, - and _, not {policy!r}")
    # Whole seconds, rounded up: a caller that comes back on the second must not be early.
    wait = math.ceil(decision.reset_after if decision.allowed else decision.retry_after)
    fields = {
        "RateLimit-Policy": f'"{policy}";q={decision.limit};w={math.ceil(decision.window_s)}',
        "RateLimit": f'"{policy}";r={decision.remaining};t={wait}',
    }
    return fields if decision.allowed else {**fields, "Retry-After": str(wait)}

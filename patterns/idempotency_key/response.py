"""What a request is answered with, and the three ways in which it is not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from patterns.wire import Effect, content, whole

__all__ = ["Claim", "InProgress", "LeaseLost", "Mismatch", "Response", "Work", "checked", "fingerprint_of"]


@dataclass(frozen=True, slots=True)
class Response:
    """The answer to a request, and what is to be written in the step that records it.

    `replayed`: the answer was given before, and the work was not done again. A replayed body is None where
    the first one was too large to keep.
    """

    status: int
    body: str | None = ""
    effect: Effect | None = None
    replayed: bool = False


Work = Callable[[], Response]
"""What a request does. A failure that is an answer is returned as a Response, and is kept; what the work
raises is no answer, and frees the key: raise only where nothing has happened."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to do the work of a key for a while. `owner` proves it."""

    key: str
    owner: str


class InProgress(Exception):
    """The same request is being worked on. Ask again after `retry_after` seconds."""

    status = 409

    def __init__(self, key: str, retry_after: float) -> None:
        super().__init__(f"a request with the key {key!r} is being worked on; ask again in {retry_after:g} s")
        self.retry_after = retry_after


class Mismatch(Exception):
    """The key belongs to a request that asked for something else."""

    status = 422

    def __init__(self, key: str) -> None:
        super().__init__(f"the key {key!r} was used for another request; each needs a key of its own")


class LeaseLost(Exception):
    """The key is not ours any more: the work outlasted its lease, or Redis has lost the claim.

    If another request has taken it over, that one's answer counts. What this one has done beside its Effect
    stands, and nobody has recorded it.
    """

    status = 409

    def __init__(self, key: str) -> None:
        super().__init__(f"the key {key!r} is not ours any more: its lease is over, or Redis forgot it")


def checked(response: object) -> Response:
    """`response`, if it can be recorded."""
    if not isinstance(response, Response):
        raise ValueError(f"work must return a Response, not {type(response).__name__}")
    whole("status", response.status, 100, 599)
    content("body", response.body)
    return response


def fingerprint_of(*parts: str) -> str:
    """What tells two requests apart, method, path and body say, in 64 characters."""
    digest = hashlib.sha256()
    for part in parts:
        encoded = content("a part of the fingerprint", part).encode()
        # With its length, or ("a", "bc") would look like ("ab", "c").
        digest.update(b"%d:%b" % (len(encoded), encoded))
    return digest.hexdigest()

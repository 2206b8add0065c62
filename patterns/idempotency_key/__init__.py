"""An idempotency key under which a request happens once and is answered every time it is sent.

Guarantee  While its key is known, nobody else works on a request before the lease of whoever does is over;
           one answer is recorded and given to everybody who asks after that. An Effect that comes with the
           answer happens if and only if that answer is recorded. A key stands for one request: with another
           fingerprint it is refused. Work that dies may be done again after `lease_ms`, work that raises at
           once.
Breaks     When the claim has no end of its own, or the end of the answer: a crash locks the client out. When
           no answer is stored: a retry is refused and never learns how it went. When work outlasts its lease
           and the owner is not compared: both happen. When the work's effect is not in Redis (a payment, a
           mail), a crash between it and its record makes it happen again: send the same key on to the
           payment provider, or put it into the database's transaction as a unique column.
Keys       - idempotency:{scope}:key, a hash of owner, fingerprint, end of the lease, and later status and
             a body of up to `largest` bytes, gone `keep_s` after the last claim or the answer.
Cost       Two round trips for work (begin, complete), one for a replay or a refusal; the first call of a
           script on a server takes two more to load it. O(1). About 310 bytes and a body of
           up to 64 bytes, 550 and a longer one.
Cluster    The tag {scope} keeps the keys of a user's route in one slot, next to the keys of its effects;
           many scopes spread. When the primary dies, the claims and answers of the last moments go, each
           answer together with its effect: a retry does the work again, and the effect is not doubled. What
           the work did elsewhere is: the unique column is the guarantee there, and this key saves the work.
"""

from __future__ import annotations

from patterns.catalogue import Anomaly, Pattern
from patterns.idempotency_key.hardened import Idempotency
from patterns.idempotency_key.naive import NaiveIdempotency
from patterns.idempotency_key.response import (
    Claim,
    InProgress,
    LeaseLost,
    Mismatch,
    Response,
    Work,
    fingerprint_of,
)
from patterns.wire import Effect

__all__ = [
    "PATTERN", "Claim", "Effect", "Idempotency", "InProgress", "LeaseLost", "Mismatch", "NaiveIdempotency",
    "Response", "Work", "fingerprint_of",
]  # fmt: skip

PATTERN = Pattern(
    title="Idempotency key",
    naive=NaiveIdempotency,
    hardened=Idempotency,
    anomalies=(
        Anomaly(
            "locked out", "The process dies at work, and every retry is told that it is being worked on."
        ),
        Anomaly("no answer", "The request is done, its reply was lost, and its retry is told nothing of it."),
        Anomaly("double execution", "The work outlasts the key, a retry does it again, and both count."),
    ),
)

"""The numbers of an idempotency key, measured on the learner's own server wherever it can measure them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from redis.crc import key_slot

from lessons.measure import NotHere, bytes_of, round_trips_of
from lessons.model import Compare, Fact, Numbers, Pair
from lessons.staging import clear, load_scripts
from patterns.idempotency_key import (
    Idempotency,
    InProgress,
    NaiveIdempotency,
    Response,
    fingerprint_of,
)

if TYPE_CHECKING:
    from lab.bench import Bench

SCOPE = "measured"
UUID = "5f0c1b9e-1d1a-4c62-8c0e-0a4d5e6f7a8b"
PRINT = fingerprint_of("POST", "/pay", "25")


def fresh(bench: Bench) -> None:
    """No key of the scope; the server knows the scripts."""
    load_scripts(bench, "idempotency_key")
    clear(bench, f"idempotency:{{{SCOPE}}}*")


def paid() -> Response:
    return Response(201, "paid")


def bytes_per_key(bench: Bench, /) -> str:
    """A request that was answered."""
    fresh(bench)
    Idempotency(bench.quiet(), SCOPE, namespace=bench.namespace).run(UUID, PRINT, paid)
    found = bytes_of(bench, f"{bench.namespace}idempotency:{{{SCOPE}}}:{UUID}")
    fresh(bench)
    if isinstance(found, NotHere):
        return found
    return (
        f"{found} bytes for a key that is a UUID and a short answer, without their share of the server's "
        "tables."
    )


def round_trips(bench: Bench, /) -> str:
    """What a first request and its repeat cost on the wire in each version."""
    told = []
    for version in (NaiveIdempotency, Idempotency):
        fresh(bench)
        one = version(bench.client("server"), SCOPE, namespace=bench.namespace)
        first = round_trips_of(bench, partial(one.run, UUID, PRINT, paid))
        again = round_trips_of(bench, partial(repeat, one))
        title = "Naive" if version is NaiveIdempotency else "Hardened"
        told.append(f"{title}: {first} for a request, {again} for its repeat.")
    fresh(bench)
    return " ".join(told)


def repeat(one: NaiveIdempotency | Idempotency) -> None:
    """Send it again, whatever the answer."""
    try:
        one.run(UUID, PRINT, paid)
    except InProgress:
        return


def claim_in_one(bench: Bench, /) -> str:
    """SET NX GET: the claim, or the record of whoever has it."""
    fresh(bench)
    key = f"{bench.namespace}idempotency:{{{SCOPE}}}:{UUID}"
    quiet = bench.quiet()
    first, second = (quiet.set(key, f"owner {name}", nx=True, get=True, px=30_000) for name in ("ann", "ben"))
    fresh(bench)
    nothing = "(nil)" if first is None else str(first)
    return f"The first SET NX GET answers {nothing}, which means “yours”; the second answers {second!s}."


def slots(bench: Bench, /) -> str:
    """Where a user's keys and those of their effects live in a cluster."""
    keys = (
        f"idempotency:{{user-7 POST /pay}}:{UUID}",
        "balance:{user-7 POST /pay}",
        "idempotency:{user-8 POST /pay}:k",
    )
    first, second, third = (key_slot(key.encode()) for key in keys)
    return (
        f"Key and balance of user 7: slots {first:,} and {second:,}, so one script can do both. "
        f"User 8: slot {third:,}."
    )


COMPARE = Compare(
    "Naive beside hardened",
    (
        Pair("Run a request", NaiveIdempotency.run, Idempotency.run),
        Pair("Claim, or hear the answer", NaiveIdempotency.run, Idempotency.begin),
    ),
)

NUMBERS = Numbers(
    "The numbers to say aloud",
    (
        Fact("Memory of an answered request.", "cmd:memory-usage", bytes_per_key),
        Fact(
            "Round trips. Hardened begins and completes; a repeat is one question.",
            "scripting",
            round_trips,
        ),
        Fact(
            "From Redis 7.0 on, SET with NX and GET claims a key, or tells what is there, in one command.",
            "cmd:set",
            claim_in_one,
        ),
        Fact("The user and the route are the hash tag: keys of different users spread.", "cluster", slots),
        Fact(
            "While it runs: 409. The same key for another request: 422. No key where one is needed: 400.",
            "ietf:idempotency",
        ),
        Fact(
            "Stripe keeps the first status and body, also of a 500, compares parameters, and removes keys "
            "after at least 24 hours. A key may have 255 characters.",
            "stripe:idempotency",
        ),
        Fact(
            "From Redis 8.4 on, SET with IFEQ writes the answer only over a string that is still your claim, "
            "byte for byte. The record here is a hash, so it keeps the script.",
            "cmd:set",
        ),
    ),
)

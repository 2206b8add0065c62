"""What kept answers cost for the interviewer's numbers, where their keys lie, and what each Redis offers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import TYPE_CHECKING

from redis import Redis

from lessons.measure import sample_of
from lessons.model import Cost, Dial, Estimate, Keys, Production, Sample, Scale, Way
from lessons.staging import clear, load_scripts
from patterns.idempotency_key import Idempotency, Response, fingerprint_of

if TYPE_CHECKING:
    from lab.bench import Bench

ANSWERS = 2_000
KEYS = "idempotency:{measured-*"
BODY = '{"payment": "pm_4711", "status": "paid", "amount": 25}'
PRINT = fingerprint_of("POST", "/pay", "25")


def answers(bench: Bench, /) -> Sample:
    """Two thousand answered payments, each of another user; an operation is a payment made now."""
    clear(bench, KEYS)
    load_scripts(bench, "idempotency_key")
    app, numbers = bench.client("app"), count(1)

    def pay(redis: Redis) -> str:
        number = next(numbers)
        ours = Idempotency(redis, f"measured-{number:05} POST /pay", namespace=bench.namespace)
        key = f"5f0c1b9e-1d1a-4c62-8c0e-{number:012}"
        ours.run(key, PRINT, lambda: Response(201, BODY))
        return f"{ours.base}:{key}"

    return sample_of(
        bench, lambda: [pay(bench.quiet()) for _ in range(ANSWERS)], ANSWERS, lambda: pay(app), KEYS
    )


def of_one_payment(redis: Redis) -> Sequence[str]:
    ours = Idempotency(redis, "user-7 POST /pay")
    return [f"{ours.base}:pay-77", f"{ours.base}:pay-78", "balance:{user-7 POST /pay}"]


def of_users(redis: Redis) -> Sequence[str]:
    return [f"{Idempotency(redis, f'user-{number} POST /pay').base}:pay-77" for number in range(1, 9)]


COST = Cost(
    "The sum for a hundred payments a second",
    (
        Estimate(
            "kept answer", "answers", answers, 8_640_000, "many slots", "payment", 100,
            why="A hundred a second, kept for a day. Repeats add no key: each is one more round trip.",
        ),
    ),
)  # fmt: skip

SCALE = Scale(
    "Keys and effects on a cluster",
    (
        Keys(
            "Two payments of user 7 and the balance they change", "meet", of_one_payment,
            "One script compares the owner, changes the balance and records the answer.",
        ),
        Keys("The same route of eight users", "spread", of_users, "Users know nothing of each other."),
    ),
)  # fmt: skip

CLAIM = (
    "local known = redis.call('GET', KEYS[1]) if known then return known end "
    "redis.call('SET', KEYS[1], ARGV[1], 'PX', 30000) return nil"
)

PRODUCTION = Production(
    "In production",
    Dial(
        "Claim a key, and record its answer later",
        (
            Way(
                "6.2", "A script to claim, a script to record",
                "NX and GET exclude each other before 7.0. nil means that the key is yours; anything else is "
                "what is known of it.",
                "scripting, cmd:set",
                call=("EVAL", CLAIM, "1", "{key}", "at-work:ben"),
            ),
            Way(
                "7.0", "SET with NX and GET to claim, a script to record",
                "One command: nil means yours, anything else is the record, and it stays.",
                "cmd:set",
                call=("SET", "{key}", "at-work:ben", "NX", "GET", "PX", "30000"),
            ),
            Way(
                "8.4", "SET with NX and GET to claim, SET with IFEQ to record",
                "IFEQ writes the answer only over your own claim. It can bring no effect on another key: "
                "where the balance lies in this Redis too, the script stays.",
                "cmd:set",
                call=("SET", "{key}", "201-paid", "IFEQ", "at-work:ben", "EX", "86400"),
                seed=(("SET", "{key}", "at-work:ben"),),
            ),
        ),
    ),
)  # fmt: skip

"""The facts about keys and values: expiry, atomicity, numbers, order."""

from __future__ import annotations

from collections.abc import Iterator

from lessons.checked import keys, ordered
from lessons.checked.ground import Fact

__all__ = ["atomicity", "expiry", "numbers", "order"]


def expiry() -> Iterator[Fact]:
    topic = "Expiry"
    yield Fact("set-drops-ttl", topic, "SET takes an existing TTL away.", "cmd:set", keys.set_drops_ttl)
    yield Fact("keepttl", topic, "SET with KEEPTTL keeps it.", "cmd:set", keys.keepttl_keeps)
    yield Fact(
        "changes-keep-ttl",
        topic,
        "INCR, HSET and LPUSH leave the TTL of the key as it is.",
        "cmd:expire",
        keys.changes_keep_ttl,
    )
    yield Fact(
        "rename-carries-ttl",
        topic,
        "RENAME carries the TTL to the new name.",
        "cmd:expire",
        keys.rename_carries_ttl,
    )
    yield Fact(
        "expired-counts",
        topic,
        "A key whose time is over counts in DBSIZE until it is removed.",
        "expire.c",
        keys.expired_is_counted,
        alone=True,
    )
    yield Fact(
        "expire-cycle",
        topic,
        "The active cycle looks at keys in small samples and goes on at once while "
        "more than 10 % of a sample are over their time.",
        "expire.c",
        trap="It goes on while more than 25 % are stale.",
    )
    yield Fact(
        "expire-nx",
        topic,
        "EXPIRE NX sets a TTL only where there is none (7.0).",
        "cmd:expire",
        keys.expire_nx,
    )
    yield Fact(
        "field-ttl",
        topic,
        "HSET on a field takes the TTL of that field away.",
        "cmd:hexpire",
        keys.hset_clears_field_ttl,
        needs=("hash_field_ttl",),
    )
    yield Fact(
        "late-write",
        topic,
        "A write after DEL makes the key again, without a TTL.",
        "cmd:hset",
        keys.late_write_revives,
    )


def atomicity() -> Iterator[Fact]:
    topic = "Atomicity"
    yield Fact(
        "read-decide-write",
        topic,
        "Single commands do not come between each other. A client that reads, "
        "decides and writes can lose what another wrote in between.",
        "tx",
        keys.read_decide_write_loses,
        trap="Redis is single-threaded, so there are no race conditions.",
    )
    yield Fact(
        "watch-expiry",
        topic,
        "The expiry of a watched key makes EXEC answer nil.",
        "tx",
        keys.expiry_aborts_watch,
    )
    yield Fact(
        "multi-no-rollback",
        topic,
        "MULTI does not roll back: what fails at run time stops nothing.",
        "tx",
        keys.multi_does_not_roll_back,
    )
    yield Fact(
        "script-no-rollback",
        topic,
        "A script that fails keeps what it wrote before.",
        "scripting",
        keys.script_does_not_roll_back,
    )
    yield Fact(
        "script-memory",
        topic,
        "A full Redis refuses a script at its first write or not at all: after a write that takes no memory, "
        "the rest may grow.",
        "scripting",
        keys.script_is_refused_at_its_first_write,
        trap="No script can push Redis beyond maxmemory.",
        needs=("config",),
        alone=True,
    )
    yield Fact(
        "script-time",
        topic,
        "A script may ask TIME and then write.",
        "scripting",
        keys.script_may_ask_the_time,
    )
    yield Fact(
        "setnx-expire",
        topic,
        "A client that dies between SETNX and EXPIRE leaves a key without end.",
        "cmd:setnx",
        keys.setnx_then_nothing,
    )
    yield Fact(
        "set-nx-get",
        topic,
        "SET NX GET answers nil to the first caller and the value to the next (7.0).",
        "cmd:set",
        keys.set_nx_get,
    )
    yield Fact(
        "redlock-rates",
        topic,
        "Redlock needs clocks that run at a similar rate.",
        "lock",
        trap="Redlock needs synchronised clocks.",
    )


def numbers() -> Iterator[Fact]:
    topic = "Numbers"
    yield Fact(
        "integer-range",
        topic,
        "INCR counts up to 2^63 - 1; beyond it is an error, and nothing wraps.",
        "cmd:incr",
        keys.integers_end,
    )
    yield Fact(
        "double-range",
        topic,
        "A score is a double: 2^53 and 2^53 + 1 are one score.",
        "cmd:zadd",
        ordered.doubles_end,
    )
    yield Fact(
        "hincrby-floor",
        topic,
        "HINCRBY has no floor: 1 minus 5 is -4.",
        "cmd:hincrby",
        keys.hincrby_below_zero,
    )
    yield Fact(
        "limiter-eleven",
        topic,
        "A limiter that asks whether the count is over 10 before INCR admits 11.",
        "cmd:incr",
        keys.limiter_admits_eleven,
        trap="It admits ten.",
    )


def order() -> Iterator[Fact]:
    topic = "Sorted sets and lists"
    yield Fact(
        "tie-order",
        topic,
        "Equal scores are in the byte order of their members, and REV turns it round.",
        "cmd:zadd",
        ordered.ties_in_byte_order,
    )
    yield Fact(
        "zadd-gt",
        topic,
        "ZADD GT keeps the higher score; new members still get in.",
        "cmd:zadd",
        ordered.gt_keeps_the_best,
    )
    yield Fact(
        "member-once",
        topic,
        "A member is there once: requests of one millisecond need different members.",
        "cmd:zadd",
        ordered.one_member_once,
    )
    yield Fact(
        "shared-rank",
        topic,
        "Equal scores have different ranks; 1 + ZCOUNT of what is above is the shared one.",
        "cmd:zcount",
        ordered.shared_rank,
    )
    yield Fact(
        "zpopmin-due",
        topic,
        "ZPOPMIN gives out the lowest, also when it is not due.",
        "cmd:zpopmin",
        ordered.popmin_takes_what_is_not_due,
    )
    yield Fact(
        "ltrim-inclusive",
        topic,
        "LTRIM includes its end: 0 1000 keeps 1,001.",
        "cmd:ltrim",
        ordered.ltrim_is_inclusive,
        trap="LTRIM 0 1000 keeps 1,000.",
    )
    yield Fact(
        "lpush-retry",
        topic,
        "A retried LPUSH is there twice; a retried ZADD by id once.",
        "cmd:lpush",
        ordered.lpush_again_is_twice,
    )

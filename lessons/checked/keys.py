"""Expiry, transactions, scripts, strings and hashes."""

from __future__ import annotations

from collections.abc import Callable

from redis.exceptions import ResponseError, WatchError

from lessons.checked.ground import Ground, Seen

BUSY = "for i = 1, 5000000 do end return 1"
"""Keeps the server for some milliseconds, so that a TTL of one passes in the middle of a pipeline."""


def set_drops_ttl(at: Ground) -> Seen:
    at.redis.set(at.key(), "a", ex=100)
    at.redis.set(at.key(), "b")
    ttl = at.redis.ttl(at.key())
    return Seen(f"After SET ... EX 100 and a plain SET, TTL answers {ttl}.", ttl == -1)


def keepttl_keeps(at: Ground) -> Seen:
    at.redis.set(at.key(), "a", ex=100)
    at.redis.set(at.key(), "b", keepttl=True)
    ttl = int(at.redis.ttl(at.key()))
    return Seen(f"After SET ... EX 100 and SET ... KEEPTTL, TTL answers {ttl}.", ttl > 0)


def changes_keep_ttl(at: Ground) -> Seen:
    changes: dict[str, Callable[[str], object]] = {
        "INCR": lambda key: at.redis.incr(key),
        "HSET": lambda key: at.redis.hset(key, "field", "b"),
        "LPUSH": lambda key: at.redis.lpush(key, "b"),
    }
    at.redis.set(at.key("INCR"), 1)
    at.redis.hset(at.key("HSET"), "field", "a")
    at.redis.lpush(at.key("LPUSH"), "a")
    left = {}
    for name, change in changes.items():
        at.redis.expire(at.key(name), 100)
        change(at.key(name))
        left[name] = int(at.redis.ttl(at.key(name)))
    told = ", ".join(f"{name} {ttl}" for name, ttl in left.items())
    return Seen(f"TTL of 100 seconds after a change: {told}.", all(ttl > 0 for ttl in left.values()))


def rename_carries_ttl(at: Ground) -> Seen:
    at.redis.set(at.key("{a}1"), "a", ex=100)
    at.redis.rename(at.key("{a}1"), at.key("{a}2"))
    ttl = int(at.redis.ttl(at.key("{a}2")))
    return Seen(f"The new name has a TTL of {ttl} seconds.", ttl > 0)


def expired_is_counted(at: Ground) -> Seen:
    with at.redis.pipeline(transaction=False) as pipe:
        pipe.dbsize()
        pipe.set(at.key(), "a", px=1)
        pipe.eval(BUSY, 0)
        pipe.dbsize()
        pipe.exists(at.key())
        pipe.dbsize()
        before, _, _, counted, exists, after = pipe.execute()
    says = f"DBSIZE counted {counted - before}, EXISTS then said {exists}, and DBSIZE {after - before}."
    return Seen(says, (counted - before, exists, after - before) == (1, 0, 0))


def expiry_aborts_watch(at: Ground) -> Seen:
    with at.redis.pipeline() as pipe:
        for patience in (20, 200, 2_000, 20_000):  # the key must be there when it is watched
            at.redis.set(at.key(), "a", px=patience)
            pipe.watch(at.key())
            if pipe.exists(at.key()):
                break
            pipe.unwatch()
        gone = at.until(lambda: not at.redis.exists(at.key()))
        pipe.multi()
        pipe.set(at.key("done"), 1)
        try:
            pipe.execute()
        except WatchError:
            return Seen("The watched key expired, and EXEC answered nil.", gone)
    return Seen("The watched key expired, and EXEC went through.", holds=False)


def multi_does_not_roll_back(at: Ground) -> Seen:
    with at.redis.pipeline() as pipe:
        pipe.set(at.key("first"), 1)
        pipe.lpop(at.key("first"))
        pipe.set(at.key("last"), 1)
        _, middle, _ = pipe.execute(raise_on_error=False)
    kept = at.redis.exists(at.key("first"), at.key("last"))
    says = f"SET worked, LPOP of a string answered “{middle}”, SET worked: {kept} of 2 keys are there."
    return Seen(says, isinstance(middle, ResponseError) and kept == 2)


def script_does_not_roll_back(at: Ground) -> Seen:
    set_, lpop = "redis.call('SET', KEYS[1], '{}')", "redis.call('LPOP', KEYS[1])"
    text = f"{set_.format('kept')} {lpop} {set_.format('never')}"
    error = at.refusal("EVAL", text, 1, at.key())
    value = at.redis.get(at.key())
    says = f"The script ended with an error, and the key holds {value!r}."
    return Seen(says, bool(error) and value == "kept")


def script_is_refused_at_its_first_write(at: Ground) -> Seen:
    key = at.key()
    at.redis.zadd(key, {"old": 1})
    free, grow = "redis.call('ZREM', KEYS[1], 'old') ", "redis.call('ZADD', KEYS[1], 2, 'new') "
    before = at.redis.config_get("maxmemory", "maxmemory-policy")
    at.redis.config_set("maxmemory-policy", "noeviction")
    at.redis.config_set("maxmemory", 1)
    try:
        growing = at.refusal("EVAL", grow + free, 1, key)
        freeing = at.refusal("EVAL", free + grow, 1, key)
    finally:
        for name, value in before.items():
            at.redis.config_set(str(name), str(value))
    held = at.redis.zrange(key, 0, -1)
    first, second = ("was refused" if "maxmemory" in error else "ran" for error in (growing, freeing))
    says = f"On a full server ZADD and then ZREM {first}; ZREM and then ZADD {second} and left {held}."
    return Seen(says, (first, second, held) == ("was refused", "ran", ["new"]))


def script_may_ask_the_time(at: Ground) -> Seen:
    text = "redis.call('SET', KEYS[1], redis.call('TIME')[1]) return redis.call('GET', KEYS[1])"
    seconds = int(at.redis.eval(text, 1, at.key()) or 0)
    return Seen(f"A script asked TIME, wrote {seconds}, and was not refused.", seconds > 0)


def setnx_then_nothing(at: Ground) -> Seen:
    at.redis.setnx(at.key(), "locked")
    ttl = at.redis.ttl(at.key())
    return Seen(f"After SETNX and a client that died before EXPIRE, TTL answers {ttl}.", ttl == -1)


def set_nx_get(at: Ground) -> Seen:
    first, second = (
        at.redis.set(at.key(), value, nx=True, get=True, px=60_000) for value in ("mine", "theirs")
    )
    return Seen(
        f"The first caller got {first!r} (nil), the second {second!r}.", (first, second) == (None, "mine")
    )


def expire_nx(at: Ground) -> Seen:
    at.redis.set(at.key(), 1)
    first, second = (at.redis.expire(at.key(), ttl, nx=True) for ttl in (100, 9_000))
    ttl = int(at.redis.ttl(at.key()))
    return Seen(
        f"EXPIRE NX answered {int(first)}, then {int(second)}; the TTL is {ttl}.", ttl <= 100 and not second
    )


def integers_end(at: Ground) -> Seen:
    at.redis.set(at.key(), 2**63 - 1)
    error = at.refusal("INCR", at.key())
    value = int(at.redis.get(at.key()) or 0)
    says = f"INCR of {2**63 - 1:,}: {error!r}; it still is {value:,}."
    return Seen(says, bool(error) and value == 2**63 - 1)


def read_decide_write_loses(at: Ground) -> Seen:
    ann, ben = (int(at.redis.get(at.key()) or 0) for _ in range(2))
    at.redis.set(at.key(), ann + 1)
    at.redis.set(at.key(), ben + 1)
    total = int(at.redis.get(at.key()) or 0)
    return Seen(f"GET, GET, SET, SET by two clients: two increments made {total}.", total == 1)


def limiter_admits_eleven(at: Ground) -> Seen:
    admitted = 0
    for _ in range(20):
        if int(at.redis.get(at.key()) or 0) > 10:
            continue
        at.redis.incr(at.key())
        admitted += 1
    return Seen(f"Of 20 requests against a limit of 10, {admitted} were admitted.", admitted == 11)


def late_write_revives(at: Ground) -> Seen:
    at.redis.hset(at.key(), "user", "ann")
    at.redis.expire(at.key(), 100)
    at.redis.delete(at.key())
    at.redis.hset(at.key(), "seen", "late")
    ttl = at.redis.ttl(at.key())
    return Seen(f"After DEL, a late HSET made the key again, with TTL {ttl}.", ttl == -1)


def hincrby_below_zero(at: Ground) -> Seen:
    at.redis.hset(at.key(), "sku", 1)
    left = at.redis.hincrby(at.key(), "sku", -5)
    return Seen(f"1 minus 5 by HINCRBY is {left}.", left == -4)


def hset_clears_field_ttl(at: Ground) -> Seen:
    at.redis.hset(at.key(), "sku", 1)
    at.raw("HEXPIRE", at.key(), 100, "FIELDS", 1, "sku")
    (before,) = at.raw("HTTL", at.key(), "FIELDS", 1, "sku")
    at.redis.hset(at.key(), "sku", 2)
    (after,) = at.raw("HTTL", at.key(), "FIELDS", 1, "sku")
    return Seen(f"HTTL was {before} and is {after} after HSET on the field.", before > 0 and after == -1)

"""Sorted sets, lists and positions on the globe."""

from __future__ import annotations

import math

from lessons.checked.ground import Ground, Seen

CELL_METRES = 0.6
EARTH_METRES = 6_372_797.560856


def ties_in_byte_order(at: Ground) -> Seen:
    at.redis.zadd(at.key(), {"bob": 1, "alice": 1, "carol": 1})
    up, down = (
        [str(one) for one in at.redis.zrange(at.key(), 0, -1, desc=turned)] for turned in (False, True)
    )
    says = f"With one score for three: {', '.join(up)}; with REV {', '.join(down)}."
    return Seen(says, up == ["alice", "bob", "carol"] and down == up[::-1])


def doubles_end(at: Ground) -> Seen:
    at.raw("ZADD", at.key(), str(2**53), "a", str(2**53 + 1), "b")
    one, other = at.redis.zscore(at.key(), "a"), at.redis.zscore(at.key(), "b")
    return Seen(f"{2**53:,} and {2**53 + 1:,} are stored as {one:.0f} and {other:.0f}.", one == other)


def gt_keeps_the_best(at: Ground) -> Seen:
    at.redis.zadd(at.key(), {"ann": 10})
    at.redis.zadd(at.key(), {"ann": 5, "new": 1}, gt=True)
    kept, new = at.redis.zscore(at.key(), "ann"), at.redis.zscore(at.key(), "new")
    says = f"ZADD GT 5 left ann at {kept}, and a new member got in with {new}."
    return Seen(says, (kept, new) == (10, 1))


def one_member_once(at: Ground) -> Seen:
    for _ in range(10):
        at.redis.zadd(at.key(), {"1700000000000": 1_700_000_000_000})
    count = at.redis.zcard(at.key())
    return Seen(f"Ten requests in one millisecond, the time as member: ZCARD {count}.", count == 1)


def popmin_takes_what_is_not_due(at: Ground) -> Seen:
    now = int(at.redis.time()[0])
    at.redis.zadd(at.key(), {"in an hour": now + 3_600})
    popped = at.redis.zpopmin(at.key())
    return Seen(f"ZPOPMIN gave out {popped[0][0] if popped else None!r}.", bool(popped))


def shared_rank(at: Ground) -> Seen:
    at.redis.zadd(at.key(), {"ann": 9, "ben": 7, "cid": 7, "dee": 5})
    ranks = [int(at.raw("ZREVRANK", at.key(), name)) + 1 for name in ("ben", "cid")]
    shared = [1 + int(at.redis.zcount(at.key(), "(7", "+inf")) for _ in ranks]
    says = f"Two with 7 points: ranks {ranks[0]} and {ranks[1]}; 1 + ZCOUNT gives both {shared[0]}."
    return Seen(says, sorted(ranks) == [2, 3] and shared == [2, 2])


def ltrim_is_inclusive(at: Ground) -> Seen:
    at.redis.rpush(at.key(), *range(1_500))
    at.redis.ltrim(at.key(), 0, 1_000)
    kept = at.redis.llen(at.key())
    return Seen(f"LTRIM 0 1000 of 1,500 kept {kept:,}.", kept == 1_001)


def lpush_again_is_twice(at: Ground) -> Seen:
    for _ in range(2):
        at.redis.lpush(at.key("list"), "post-1")
        at.redis.zadd(at.key("zset"), {"post-1": 1})
    count, unique = at.redis.llen(at.key("list")), at.redis.zcard(at.key("zset"))
    says = f"The same post sent twice: {count} in the list, {unique} in the set."
    return Seen(says, (count, unique) == (2, 1))


def geo_is_52_bits(at: Ground) -> Seen:
    at.redis.geoadd(at.key(), (13.361389, 38.115556, "Palermo"))
    score = at.redis.zscore(at.key(), "Palermo") or 0.0
    says = f"The score of Palermo is {score:.0f}, below 2^52 = {2**52:,}."
    return Seen(says, score == int(score) and 2**48 < score < 2**52)


def geo_cell(at: Ground) -> Seen:
    longitude, latitude = 13.361389, 0.000321
    at.redis.geoadd(at.key(), (longitude, latitude, "here"))
    east, north = (float(one) for one in at.raw("GEOPOS", at.key(), "here")[0])
    metres = math.radians(math.hypot(east - longitude, north - latitude)) * EARTH_METRES
    says = f"A position came back {metres:.2f} m from where it was put, near the equator."
    return Seen(says, 0 < metres <= CELL_METRES)


def no_poles(at: Ground) -> Seen:
    error = at.refusal("GEOADD", at.key(), 0, 86, "too far north")
    inside = at.refusal("GEOADD", at.key(), 0, 85.05, "far north")
    return Seen(f"Latitude 86: {error!r}; latitude 85.05 was taken.", bool(error) and not inside)


def no_geodel(at: Ground) -> Seen:
    at.redis.geoadd(at.key(), (13.361389, 38.115556, "Palermo"))
    error = at.refusal("GEODEL", at.key(), "Palermo")
    removed = at.redis.zrem(at.key(), "Palermo")
    says = f"GEODEL: {error[:40]!r}; ZREM removed {removed}."
    return Seen(says, "unknown command" in error and removed == 1)

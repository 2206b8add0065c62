"""HyperLogLog, Bloom filter, early refresh: what is approximate, and by how much."""

from __future__ import annotations

import math
from typing import Any

from lessons.checked.ground import Ground, Seen
from lessons.estimates import percent


def _counted(at: Ground, key: str, first: int, count: int) -> None:
    for begin in range(first, first + count, 5_000):
        at.redis.pfadd(key, *(f"visitor-{n}" for n in range(begin, min(begin + 5_000, first + count))))


def hll_size(at: Ground) -> Seen:
    _counted(at, at.key(), 0, 20_000)
    size = at.redis.strlen(at.key())
    return Seen(f"The sketch of 20,000 visitors has {size:,} bytes.", size == 12_304)


def hll_error(at: Ground) -> Seen:
    _counted(at, at.key(), 0, 100_000)
    found = int(at.redis.pfcount(at.key()))
    off = found / 100_000 - 1
    return Seen(f"Of 100,000 visitors it counts {found:,}: {off:+.2%}.", abs(off) <= 3 * 0.0081)


def hll_sparse(at: Ground) -> Seen:
    _counted(at, at.key(), 0, 100)
    size = int(at.redis.strlen(at.key()))
    return Seen(f"The sketch of 100 visitors has {size:,} bytes.", size < 1_000)


def union_is_not_the_sum(at: Ground) -> Seen:
    for day in range(7):
        at.redis.pfadd(at.key(f"{{week}}{day}"), *(f"visitor-{n}" for n in range(1_000)))
    days = [at.key(f"{{week}}{day}") for day in range(7)]
    union, total = int(at.redis.pfcount(*days)), sum(int(at.redis.pfcount(day)) for day in days)
    says = f"The same 1,000 visitors on 7 days: the days sum to {total:,}, their union is {union:,}."
    return Seen(says, total > 6_500 and union < 1_100)


def merging_loses_nothing(at: Ground) -> Seen:
    parts = [at.key(f"{{p}}{part}") for part in range(8)]
    for part, key in enumerate(parts):
        at.redis.pfadd(key, *(f"visitor-{n}" for n in range(part, 16_000, 8)))
    _counted(at, at.key("{p}whole"), 0, 16_000)
    merged, whole = int(at.redis.pfcount(*parts)), int(at.redis.pfcount(at.key("{p}whole")))
    return Seen(f"Eight parts merged count {merged:,}, one sketch {whole:,}.", merged == whole)


def pfadd_is_no_test(at: Ground) -> Seen:
    news = sum(int(at.redis.pfadd(at.key(), f"visitor-{n}")) for n in range(3_000))
    return Seen(f"Of 3,000 new visitors PFADD answered 1 for {news:,}.", news < 2_900)


def bits_per_item(at: Ground) -> Seen:
    told = []
    for rate in (0.01, 0.001, 0.0001):
        told.append((-math.log(rate) / math.log(2) ** 2, math.ceil(-math.log2(rate))))
    says = ", ".join(f"{bits:.3f} bits and {hashes} hashes" for bits, hashes in told)
    return Seen(
        f"For 1 %, 0.1 % and 0.01 %: {says}.",
        [(round(bits, 3), hashes) for bits, hashes in told] == [(9.585, 7), (14.378, 10), (19.17, 14)],
    )


def wrong_yes_answers(at: Ground) -> Seen:
    present, rate = 0.01, 0.01
    wrong = (1 - present) * rate / ((1 - present) * rate + present)
    says = f"With an error of 1 % and 1 % of the queries present, {percent(wrong, 1)} of the yes are wrong."
    return Seen(says, 0.49 < wrong < 0.5)


def bloom_defaults(at: Ground) -> Seen:
    at.raw("BF.ADD", at.key(), "first")
    told: Any = at.raw("BF.INFO", at.key())
    info = told if isinstance(told, dict) else dict(zip(told[::2], told[1::2], strict=True))
    values = {str(name).lower(): value for name, value in info.items()}
    capacity, expansion = values.get("capacity"), values.get("expansion rate")
    says = f"BF.ADD on a missing key made capacity {capacity}, expansion {expansion}."
    return Seen(says, (capacity, expansion) == (100, 2))


def missing_bloom_says_no(at: Ground) -> Seen:
    answer = at.raw("BF.EXISTS", at.key("lost"), "a valid id")
    return Seen(f"BF.EXISTS on a filter that is not there answers {answer}.", int(answer) == 0)


def full_bloom_refuses(at: Ground) -> Seen:
    at.raw("BF.RESERVE", at.key(), 0.01, 10, "NONSCALING")
    error = ""
    for number in range(200):
        if error := at.refusal("BF.ADD", at.key(), f"item-{number}"):
            break
    return Seen(f"A NONSCALING filter for 10 items refused at item {number + 1}: {error!r}.", bool(error))


def early_refresh(at: Ground) -> Seen:
    left = {2.0: 0.0067, 0.4: 0.368, 0.1: 0.779}
    found = {seconds: math.exp(-seconds / 0.4) for seconds in left}
    says = ", ".join(f"{seconds:g} s left {percent(share, 2)}" for seconds, share in found.items())
    holds = all(abs(found[seconds] - share) < 0.001 for seconds, share in left.items())
    return Seen(f"Recomputing takes 0.4 s: {says}, for each read.", holds and math.exp(-10 / 0.4) < 1e-10)

"""What a HyperLogLog does with crowds, measured on this server: its size, its replies, its overlaps."""

from __future__ import annotations

from lab.bench import Bench
from lab.keys import Asker

__all__ = ["counted", "ones", "overlap", "stored"]

_BATCH = 500


def ones(bench: Bench, visitors: int) -> int:
    """How often PFADD answers 1 when so many different visitors come, one by one."""
    with bench.quiet().pipeline(transaction=False) as pipeline:
        for number in range(visitors):
            pipeline.pfadd(f"{bench.namespace}sketch", f"visitor {number}")
        return sum(pipeline.execute())


def counted(bench: Bench, visitors: int) -> int:
    """What PFCOUNT says of so many different visitors."""
    return _crowd(bench, "sketch", 0, visitors)


def stored(bench: Bench, visitors: int) -> int:
    """Bytes of the string in which a sketch of so many different visitors is kept: STRLEN."""
    _crowd(bench, "sketch", 0, visitors)
    return int(Asker(bench.quiet()).ask(("STRLEN", f"{bench.namespace}sketch")))


def overlap(bench: Bench, each: int, both: int) -> int:
    """Two crowds of `each` with `both` in common: the sizes added, the union taken off."""
    sizes = _crowd(bench, "first", 0, each) + _crowd(bench, "second", each - both, each)
    union = bench.quiet().pfcount(f"{bench.namespace}first", f"{bench.namespace}second")
    return sizes - int(union)


def _crowd(bench: Bench, name: str, first: int, many: int) -> int:
    """Add visitors by number; what PFCOUNT says then."""
    redis, key = bench.quiet(), f"{bench.namespace}{name}"
    for start in range(first, first + many, _BATCH):
        redis.pfadd(key, *(f"visitor {number}" for number in range(start, min(start + _BATCH, first + many))))
    return int(redis.pfcount(key))

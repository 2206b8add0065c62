"""The facts about streams, channels, sketches, positions and slots."""

from __future__ import annotations

from collections.abc import Iterator

from lessons.checked import cluster, ordered, sketches, streams
from lessons.checked.ground import Fact

__all__ = ["channels", "filters", "globe", "pending", "slots"]


def pending() -> Iterator[Fact]:
    topic = "Streams"
    yield Fact(
        "maxlen-rough",
        topic,
        "MAXLEN with ~ drops whole nodes only, so more than the limit may stay.",
        "cmd:xtrim",
        streams.trimming_is_rough,
    )
    yield Fact(
        "group-start",
        topic,
        "A group made at $ sees new entries only; one at 0 the whole backlog.",
        "cmd:xgroup-create",
        streams.group_from_the_end,
        trap="$ starts from the beginning.",
    )
    yield Fact(
        "pending-by",
        topic,
        "XREADGROUP makes entries pending; XREAD and NOACK do not. Nobody is declared "
        "dead: others must claim.",
        "cmd:xreadgroup",
        streams.xread_leaves_nothing_pending,
        trap="XREAD BLOCK 5000 declares a consumer dead after five seconds.",
    )
    yield Fact(
        "xack-keeps", topic, "XACK does not delete the entry.", "cmd:xack", streams.xack_keeps_the_entry
    )
    yield Fact(
        "autoclaim-count",
        topic,
        "XAUTOCLAIM claims up to 100 entries unless told.",
        "cmd:xautoclaim",
        streams.autoclaim_takes_a_hundred,
    )
    yield Fact(
        "autoclaim-deleted",
        topic,
        "XAUTOCLAIM names entries that were deleted and drops them from what is pending (7.0).",
        "cmd:xautoclaim",
        streams.autoclaim_tells_of_deleted,
    )
    yield Fact(
        "delivery-count",
        topic,
        "Reading one's own pending entries again counts as a delivery.",
        "cmd:xreadgroup",
        streams.reading_again_counts,
    )
    yield Fact(
        "justid",
        topic,
        "XCLAIM with JUSTID does not count as a delivery.",
        "cmd:xclaim",
        streams.justid_does_not_count,
    )
    yield Fact(
        "delconsumer",
        topic,
        "XGROUP DELCONSUMER drops what the consumer has pending: neither > nor XAUTOCLAIM finds it again.",
        "cmd:xgroup-delconsumer",
        streams.delconsumer_forgets_pending,
    )


def channels() -> Iterator[Fact]:
    topic = "Pub/Sub"
    yield Fact(
        "publish-nobody",
        topic,
        "PUBLISH to nobody answers 0, and the message is gone.",
        "cmd:publish",
        streams.nobody_listens,
    )
    yield Fact(
        "heard-twice",
        topic,
        "A client with a channel and a pattern that matches it hears a message twice.",
        "pubsub",
        streams.heard_twice,
    )


def filters() -> Iterator[Fact]:
    topic = "Sketches and filters"
    yield Fact("hll-size", topic, "A dense HyperLogLog has 12,304 bytes.", "cmd:pfcount", sketches.hll_size)
    yield Fact("hll-error", topic, "Its standard error is 0.81 %.", "cmd:pfcount", sketches.hll_error)
    yield Fact(
        "hll-sparse",
        topic,
        "With few members it is sparse: a few hundred bytes.",
        "cmd:pfcount",
        sketches.hll_sparse,
    )
    yield Fact(
        "hll-union",
        topic,
        "A week is the union of its days, not their sum.",
        "cmd:pfcount",
        sketches.union_is_not_the_sum,
    )
    yield Fact(
        "hll-merge",
        topic,
        "Merging parts of a sketch loses nothing.",
        "cmd:pfmerge",
        sketches.merging_loses_nothing,
    )
    yield Fact(
        "pfadd-reply",
        topic,
        "PFADD's 1 says that a register changed, not that the visitor is new.",
        "cmd:pfadd",
        sketches.pfadd_is_no_test,
    )
    yield Fact(
        "bloom-size",
        topic,
        "A Bloom filter needs 9.585 bits an item for 1 %, 14.378 for 0.1 %, 19.170 for 0.01 %.",
        "bloom",
        sketches.bits_per_item,
        trap="It needs 10.08, 14.4 and 20.16 bits.",
    )
    yield Fact(
        "bloom-rate",
        topic,
        "The error rate is that of absent items. How many yes answers are wrong depends "
        "on how many queries are present.",
        "bloom",
        sketches.wrong_yes_answers,
        trap="One of every N positive answers is wrong.",
    )
    yield Fact(
        "bloom-defaults",
        topic,
        "BF.ADD on a missing key makes capacity 100, expansion 2.",
        "cmd:bf.add",
        sketches.bloom_defaults,
        needs=("bloom",),
    )
    yield Fact(
        "bloom-missing",
        topic,
        "BF.EXISTS on a missing filter answers 0: a lost filter rejects everyone.",
        "cmd:bf.exists",
        sketches.missing_bloom_says_no,
        needs=("bloom",),
    )
    yield Fact(
        "bloom-full",
        topic,
        "A NONSCALING filter that is full refuses to add.",
        "cmd:bf.reserve",
        sketches.full_bloom_refuses,
        trap="Its error rate grows instead.",
        needs=("bloom",),
    )
    yield Fact(
        "xfetch",
        topic,
        "Early refresh: a read refreshes with probability exp(-t / (beta * delta)), so with "
        "0.4 s of work 0.67 % at 2 s, 36.8 % at 0.4 s, 77.9 % at 0.1 s.",
        "xfetch",
        sketches.early_refresh,
        trap="18 % at 2 s, 63 % at 0.4 s, and exactly one refresh.",
    )


def globe() -> Iterator[Fact]:
    topic = "Positions"
    yield Fact(
        "geo-score",
        topic,
        "A position is a score of 52 bits in a sorted set.",
        "cmd:geoadd, geohash.h",
        ordered.geo_is_52_bits,
    )
    yield Fact(
        "geo-cell",
        topic,
        "It comes back within a cell of 0.6 m by 0.3 m at the equator.",
        "geohash.h",
        ordered.geo_cell,
    )
    yield Fact(
        "geo-poles", topic, "Latitudes beyond 85.05112878 are refused.", "cmd:geoadd", ordered.no_poles
    )
    yield Fact(
        "geo-delete", topic, "There is no GEODEL: ZREM removes a position.", "cmd:geoadd", ordered.no_geodel
    )


def slots() -> Iterator[Fact]:
    topic = "Slots"
    yield Fact(
        "crc16", topic, "CRC16 of 123456789 is 0x31C3, which is slot 12,739.", "cluster", cluster.known_crc
    )
    yield Fact("slots", topic, "A cluster has 16,384 slots.", "cluster", cluster.all_slots)
    yield Fact(
        "hash-tag",
        topic,
        "Of a name with {tag} only the first tag is hashed, unless it is empty.",
        "cluster",
        cluster.tag_decides,
    )
    yield Fact(
        "spread",
        topic,
        "Sub-keys of a counter share its load only if their slots differ, and every read asks all of them.",
        "cluster, multikey",
        cluster.suffixes_spread,
        trap="A sharded counter removes the hot key.",
    )
    yield Fact(
        "same-id",
        topic,
        "A suffix made from the same id splits nothing: the name never changes.",
        "cluster",
        cluster.suffix_of_the_same_id,
    )

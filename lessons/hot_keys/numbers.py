"""The numbers of the chapter: slots that anybody can check, and arithmetic of Zipf."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.load import zipf
from lab.slots import CHECKS, crc16, slot_of
from lessons.hot_keys.wrong import limiter_key, prefixed_key, tagged_keys
from lessons.measure import round_trips_of
from lessons.model import Fact, Numbers
from lessons.staging import clear
from patterns.distributed_counter import Counter

if TYPE_CHECKING:
    from lab.bench import Bench

KEYS = 2_000


def check_values(bench: Bench, /) -> str:
    """The check value of the specification."""
    text, _, _ = CHECKS[0]
    return f"CRC16 of {text} is 0x{crc16(text.encode()):04X}, and its slot is {slot_of(text):,}."


def tag_or_not(bench: Bench, /) -> str:
    """Four sub-keys without a tag, sixteen with one."""
    free = [f"{slot_of(f'counter:page1:{part}'):,}" for part in range(4)]
    tagged = {slot_of(key) for key in tagged_keys(16)}
    return (
        f"counter:page1:0 to 3 lie in {', '.join(free)}; 16 keys counter:{{page1}}:0 to 15 in "
        f"{len(tagged)} slot, {min(tagged):,}."
    )


def prefix_or_not(bench: Bench, /) -> str:
    """One user's key, with the prefix and without."""
    return (
        f"{limiter_key(123)} is in slot {slot_of(limiter_key(123)):,}, {prefixed_key(123)} in "
        f"{slot_of(prefixed_key(123)):,}. Both always."
    )


def top_share(bench: Bench, /) -> str:
    """Computed, not measured: it is arithmetic."""
    shares = zipf([str(number) for number in range(KEYS)], 1.2).shares
    return (
        f"Of {KEYS:,} keys with exponent 1.2 the first gets {shares[0] * 100:.0f} %, "
        f"the first ten {sum(shares[:10]) * 100:.0f} %."
    )


def reading_a_split(bench: Bench, /) -> str:
    """What a total of parts costs on one server."""
    redis = bench.client("reader")
    clear(bench, "counter:{measured*")
    trips = {
        parts: round_trips_of(bench, Counter(redis, "measured", parts=parts, namespace=bench.namespace).total)
        for parts in (1, 16)
    }
    clear(bench, "counter:{measured*")
    return (
        f"The total of 1 part: {trips[1]} round trip with 1 GET. Of 16 parts: {trips[16]} with 16 GETs, here "
        "on one server; in a cluster one to each primary that holds parts."
    )


NUMBERS = Numbers(
    "The numbers to say aloud",
    (
        Fact("A slot is CRC16 of the key, modulo 16,384.", "cluster", check_values),
        Fact(
            "Of a key with a hash tag only the tag is hashed: tagged sub-keys share a slot.",
            "cluster",
            tag_or_not,
        ),
        Fact("A prefix computed from the key's own identity never spreads it.", "cluster", prefix_or_not),
        Fact("How much the hottest keys get under Zipf: exact arithmetic.", "", top_share),
        Fact("A split counter is read by asking every part.", "cluster", reading_a_split),
        Fact(
            "OBJECT FREQ needs an LFU policy. Its counter is 8 bits and logarithmic: with the default factor "
            "it is full after about a million hits, and it decays by one a minute.",
            "eviction, cmd:object-freq",
        ),
        Fact(
            "CLUSTER SLOT-STATS came with Redis 8.2; CPU time and bytes of a slot are kept only with "
            "cluster-slot-stats-enabled.",
            "cmd:cluster-slot-stats",
        ),
        Fact("HOTKEYS came with Redis 8.6: the top keys by CPU time and by bytes.", "cmd:hotkeys"),
        Fact("One MONITOR client can halve what a server executes a second.", "cmd:monitor"),
        Fact(
            "With tracking the server remembers which client read which key, for at most "
            "tracking-table-max-keys keys (a million by default); with BCAST it remembers prefixes only.",
            "tracking, conf",
        ),
        Fact("Replication is asynchronous: a replica may answer with the value before.", "replication"),
    ),
)

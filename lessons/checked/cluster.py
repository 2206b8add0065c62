"""Slots: computed as Redis Cluster computes them, no server needed."""

from __future__ import annotations

from lab.slots import SLOTS, crc16, slot_of
from lessons.checked.ground import Ground, Seen


def known_crc(at: Ground) -> Seen:
    found, slot = crc16(b"123456789"), slot_of("123456789")
    return Seen(f"CRC16 of 123456789 is 0x{found:X}, its slot {slot:,}.", (found, slot) == (0x31C3, 12_739))


def all_slots(at: Ground) -> Seen:
    found = {slot_of(f"key:{number}") for number in range(300_000)}
    return Seen(f"300,000 names fall into {len(found):,} slots.", len(found) == SLOTS == 16_384)


def tag_decides(at: Ground) -> Seen:
    one, other = slot_of("counter:{page1}:0"), slot_of("counter:{page1}:1")
    empty = slot_of("counter:{}:0") != slot_of("counter:{}:1")
    says = f"counter:{{page1}}:0 and :1 lie in {one:,} and {other:,}; with {{}} the whole name counts."
    return Seen(says, one == other == 16_054 and empty)


def suffixes_spread(at: Ground) -> Seen:
    found = [slot_of(f"counter:page1:{part}") for part in range(4)]
    told = ", ".join(f"{slot:,}" for slot in found)
    return Seen(f"counter:page1:0 to 3 lie in {told}.", found == [2_529, 6_592, 10_659, 14_722])


def suffix_of_the_same_id(at: Ground) -> Seen:
    found = {slot_of(f"rate_limit:{user % 10}:{user}") for user in [123] * 1_000}
    told = ", ".join(f"{slot:,}" for slot in found)
    says = f"A thousand requests of user 123 under rate_limit:3:123 fall into slot {told}."
    return Seen(says, found == {12_228})

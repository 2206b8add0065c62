"""Which slot a key has, which node owns the slot, and names that lie where one wants them.

slot = CRC16(key) mod 16,384; of a key with a hash tag, `{...}` with something inside, only the tag is hashed.
"""

from __future__ import annotations

import binascii
import itertools
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from redis import Redis
from redis.crc import key_slot

from lab.errors import LabError

__all__ = ["CHECKS", "SLOTS", "Address", "Shard", "SlotMap", "crc16", "hash_tag", "names_in", "slot_of"]

SLOTS = 16_384
TRIES = 1_000_000
CHECKS = (("123456789", 0x31C3, 12_739), ("", 0, 0))
"""A text, its CRC16 and its slot, as the Redis Cluster specification has them."""

Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Shard:
    """A primary, its replicas, and the ranges of slots that it owns, both ends included."""

    name: str
    primary: Address
    replicas: tuple[Address, ...]
    ranges: tuple[tuple[int, int], ...]

    def owns(self, slot: int) -> bool:
        return any(first <= slot <= last for first, last in self.ranges)


class SlotMap:
    """Who owns which slot, as one node of the cluster said it: "node 1" owns the lowest slots."""

    def __init__(self, shards: Iterable[Shard]) -> None:
        self.shards = tuple(shards)
        self._owners: list[Shard | None] = [None] * SLOTS
        for shard in self.shards:
            for first, last in shard.ranges:
                self._owners[first : last + 1] = [shard] * (last + 1 - first)

    @classmethod
    def read(cls, node: Redis) -> SlotMap:
        """Ask a node. CLUSTER NODES, since CLUSTER SLOTS leaves out a replica that has just been linked."""
        known = node.execute_command("CLUSTER NODES").items()
        own = str(node.get_connection_kwargs().get("host", ""))  # a node alone does not know its own address
        replicas: dict[str, list[Address]] = {}
        for address, facts in known:
            replicas.setdefault(facts["master_id"], []).append(_address(address, own))
        primaries = sorted(
            (_ranges(facts["slots"]), _address(address, own), facts["node_id"])
            for address, facts in known
            if facts["slots"] and "fail" not in facts["flags"].split(",")
        )
        return cls(
            Shard(f"node {number}", address, tuple(sorted(replicas.get(ident, ()))), ranges)
            for number, (ranges, address, ident) in enumerate(primaries, start=1)
        )

    def shard(self, slot: int) -> Shard:
        """The shard that owns a slot; LabError if none does."""
        if (owner := self._owners[slot]) is None:
            raise LabError("cluster", f"No node owns slot {slot:,}: the cluster is not whole.")
        return owner

    def shard_of(self, key: str) -> Shard:
        return self.shard(slot_of(key))

    def names_on(self, shard: Shard, prefix: str, count: int) -> tuple[str, ...]:
        """`count` names `prefix` + number, the first that this shard owns, each in a slot of its own."""
        owned = {slot for first, last in shard.ranges for slot in range(first, last + 1)}
        return names_in(owned, prefix, count)

    def spread(self, prefix: str, each: int) -> tuple[str, ...]:
        """`each` names on every shard, all in different slots: what a split needs that is to share load."""
        return tuple(name for shard in self.shards for name in self.names_on(shard, prefix, each))


def crc16(data: bytes) -> int:
    """CRC16 as Redis computes it (XMODEM): polynomial 0x1021, starting with 0."""
    return binascii.crc_hqx(data, 0)


def slot_of(key: str) -> int:
    """The hash slot of a key, 0 to 16,383."""
    slot: int = key_slot(key.encode())
    return slot


def hash_tag(key: str) -> str | None:
    """What is hashed in the place of the whole key; None if the key has no tag."""
    _, opened, rest = key.partition("{")
    tag, closed, _ = rest.partition("}")
    return tag if opened and closed and tag else None


def names_in(slots: Container[int], prefix: str, count: int = 1) -> tuple[str, ...]:
    """The first `count` of `prefix`0, `prefix`1, ... that lie in `slots`, each in a slot of its own.

    LabError if a million names do not hold that many, which a hash tag in the prefix makes sure of.
    """
    found: dict[int, str] = {}
    for number in itertools.islice(itertools.count(), TRIES):
        if len(found) == count:
            break
        if (slot := slot_of(f"{prefix}{number}")) in slots and slot not in found:
            found[slot] = f"{prefix}{number}"
        if hash_tag(prefix) is not None:
            break
    if len(found) < count:
        raise LabError("no_name", f"Of the names {prefix}0, {prefix}1, ... only {len(found)} lie there.")
    return tuple(found.values())


def _address(text: str, own: str) -> Address:
    host, _, port = text.rpartition(":")
    return host or own, int(port)


def _ranges(told: Iterable[Sequence[str]]) -> tuple[tuple[int, int], ...]:
    """[["0", "5460"], ["7000"]] as pairs."""
    return tuple((int(one[0]), int(one[-1])) for one in told)

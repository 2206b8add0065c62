"""A counter in several parts, each in a slot of its own, that counts an event once."""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from redis.cluster import RedisCluster
from redis.crc import REDIS_CLUSTER_HASH_SLOTS as SLOTS
from redis.crc import key_slot

from patterns.catalogue import lua
from patterns.wire import Client, name, tag, text, whole

__all__ = ["LARGEST_AMOUNT", "MOST_PARTS", "Counter", "Place"]

LARGEST_AMOUNT = 10**15
MOST_PARTS = 64
TRIES = 10_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where one part of a counter lives; `node` is its primary, or None if the client is not of a cluster."""

    key: str
    slot: int
    node: str | None


class Counter:
    """How often something has happened, counted in `parts` keys that lie far apart in a cluster.

    All who use a counter must agree on `parts`. `remember` is how many seconds an event id is known: longer
    than anybody goes on retrying, and not much longer, because each takes room.
    """

    def __init__(
        self, redis: Client, name: str, *, parts: int = 8, namespace: str = "", remember: int = 600
    ) -> None:
        self.redis = redis
        self.remember = whole("remember", remember, 1, 10**9)
        tags = _tags(tag("name", name), whole("parts", parts, 1, MOST_PARTS))
        self.keys = [f"{namespace}counter:{{{one}}}" for one in tags]
        self._count = redis.register_script(lua(__file__, "count"))

    def add(self, amount: int = 1, event_id: str | None = None) -> bool:
        """Count one event; False if it had been counted, perhaps by a first try whose reply was lost.

        With an id the event may be sent again by anybody. Without one it gets its own, which covers what the
        client sends again by itself, but not your calling add() once more.
        """
        amount = whole("amount", amount, -LARGEST_AMOUNT, LARGEST_AMOUNT)
        event = secrets.token_hex(16) if event_id is None else name("event_id", event_id)
        # The id decides the part, not chance: sent again, an event must find its mark, which is in that slot.
        key = self.keys[zlib.crc32(event.encode()) % len(self.keys)]
        outcome = text(self._count(keys=[key, f"{key}:seen:{event}"], args=[amount, self.remember]))
        if outcome == "another amount":
            raise ValueError(f"event {event!r} has been counted with another amount")
        return outcome == "counted"

    def total(self) -> int:
        """The count so far: no event that was counted before you asked is missing.

        It is a sum of parts that were read one after the other, so it may be a total that never was.
        """
        with self.redis.pipeline(transaction=False) as pipeline:
            for key in self.keys:
                pipeline.get(key)
            return sum(int(part or 0) for part in pipeline.execute())

    def places(self) -> list[Place]:
        """Where the parts live now. Look here when one primary is busier than the others."""
        return [Place(key, key_slot(key.encode()), self._node(key)) for key in self.keys]

    def _node(self, key: str) -> str | None:
        return self.redis.get_node_from_key(key).name if isinstance(self.redis, RedisCluster) else None


def _tags(counter: str, parts: int) -> Iterator[str]:
    """A hash tag for each part, the first of its candidates whose slot is in that part of the slots.

    Slots that merely differ could all belong to one primary. Evenly spread ones share the load for as long as
    the primaries have evenly many neighbouring slots, and the choice does not depend on the cluster of today.
    """
    for part in range(parts):
        candidates = (f"{counter}:{part}.{attempt}" for attempt in range(TRIES))
        yield next(one for one in candidates if key_slot(one.encode()) * parts // SLOTS == part)

"""Raw questions to a server: bytes in, bytes out, whatever the client decodes or parses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from redis import Redis
from redis.client import NEVER_DECODE
from redis.cluster import RedisCluster
from redis.crc import key_slot
from redis.exceptions import RedisError

from lab.show import shown

__all__ = ["Asker", "asking", "literally", "names", "text_of"]

_SCAN = 1_000

Asked = Sequence[str | bytes | int]


class Asker:
    """Asks one server, past redis-py's decoding and reply callbacks."""

    def __init__(self, redis: Redis, clustered: bool = False) -> None:
        self._redis = redis
        self._clustered = clustered

    def ask(self, command: Asked) -> Any:
        """The reply to one command; an error reply is raised."""
        (reply,) = self.ask_all([command])
        if isinstance(reply, Exception):
            raise reply
        return reply

    def ask_all(self, commands: Sequence[Asked]) -> list[Any]:
        """The replies to many commands in one round trip; an error reply is a value among them."""
        if not commands:
            return []
        try:
            return self._send(commands)
        except RedisError:
            raise
        except Exception as fault:  # noqa: BLE001  fakeredis raises its own faults instead of replying
            return [fault] if len(commands) == 1 else [self.ask_all([each])[0] for each in commands]

    def _send(self, commands: Sequence[Asked]) -> list[Any]:
        pipeline = self._redis.pipeline(transaction=False)
        for name, *arguments in commands:
            # A name in bytes has no reply callback in redis-py.
            name = name.encode() if isinstance(name, str) else name
            pipeline.execute_command(name, *arguments, **{NEVER_DECODE: True})
        return list(pipeline.execute(raise_on_error=False))

    def batches(self, keys: Sequence[bytes], size: int) -> Iterator[list[bytes]]:
        """Keys that one script may touch together."""
        groups = [list(keys)]
        if self._clustered:
            slots: dict[int, list[bytes]] = {}
            for key in keys:
                slots.setdefault(key_slot(key), []).append(key)
            groups = list(slots.values())
        for group in groups:
            for first in range(0, len(group), size):
                yield group[first : first + size]


def asking(redis: Redis | RedisCluster) -> list[Asker]:
    """Every server that holds keys: one, or the primaries of a cluster."""
    if isinstance(redis, RedisCluster):
        return [Asker(node.redis_connection, clustered=True) for node in redis.get_primaries()]
    return [Asker(redis)]


def names(asker: Asker, match: str) -> list[bytes]:
    """All keys that match, in order of their bytes. SCAN, never KEYS: nobody else has to wait."""
    found: set[bytes] = set()
    cursor: bytes | int = 0
    while True:
        cursor, page = asker.ask(("SCAN", cursor, "MATCH", match, "COUNT", _SCAN))
        found.update(page)
        if int(cursor) == 0:
            return sorted(found)


def literally(text: str) -> str:
    """A glob that matches this text and nothing else."""
    return "".join(f"\\{character}" if character in "*?[]\\^" else character for character in text)


def text_of(raw: object) -> str:
    """A key or a field as text."""
    return shown(raw, 500)

"""A client that loses one reply: the server did what it was told, and the client cannot know."""

from __future__ import annotations

from typing import Any

from redis import ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.connection import UnixDomainSocketConnection
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry

RETRIES = 10  # as many as redis-py makes of its own accord; here without its pauses


def loses_reply(redis: Redis, command: str, retries: int = RETRIES) -> Redis:
    """A client of the same server that never hears of its first `command`, and retries unless told not to."""
    pending = [f"\r\n{command}\r\n".encode()]

    class Lossy(UnixDomainSocketConnection):
        lost = False

        def send_packed_command(self, packed: Any, check_health: bool = True) -> None:
            sent = packed if isinstance(packed, list | tuple) else [packed]
            if pending and pending[0] in b"".join(map(bytes, sent)):
                pending.clear()
                self.lost = True
            super().send_packed_command(packed, check_health)

        def read_response(self, *args: Any, **options: Any) -> Any:
            reply = super().read_response(*args, **options)
            if not self.lost:
                return reply
            self.lost = False
            self.disconnect()
            raise RedisConnectionError("the reply was lost")

    known = redis.connection_pool.connection_kwargs
    return Redis.from_pool(
        ConnectionPool(connection_class=Lossy, **{**known, "retry": Retry(NoBackoff(), retries)})
    )

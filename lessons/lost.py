"""What goes missing between a client and its server, for demos that show what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from redis import Redis

from lab.hold import after_reply

__all__ = ["killed_after_reply", "reply_lost"]


class Killed(Exception):
    """The process is gone, between two of its lines."""


@contextmanager
def killed_after_reply(redis: Redis, nth: int = 1) -> Iterator[Redis]:
    """The block ends for good when the nth reply has come: what it would send after that is never sent."""

    def die() -> None:
        raise Killed

    try:
        with after_reply(redis, die, nth):
            yield redis
    except Killed:
        return


@contextmanager
def reply_lost(redis: Redis) -> Iterator[Redis]:
    """Within the block the first reply is lost, and the command goes out again, as redis-py does by itself.

    redis-py's own connections do this below the command log's client; a bench's clients never retry, so the
    second sending is made here. The server cannot tell the difference.
    """
    send: Callable[..., Any] = redis.execute_command

    def twice(*args: Any, **options: Any) -> Any:
        redis.__dict__.pop("execute_command", None)
        send(*args, **options)
        return send(*args, **options)

    redis.execute_command = twice  # type: ignore[method-assign]
    try:
        yield redis
    finally:
        redis.__dict__.pop("execute_command", None)

"""The commands that faults are tried on: what they claim, whether they may be sent twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from redis import Redis

from lab.ledger import Effect

__all__ = ["COMMANDS", "TAKEN", "Command", "held"]

TAKEN = ":taken"
"""What LMOVE takes from the list KEY lies in the list KEY:taken until its worker is done with it."""
LEASE_MS = 30_000


@dataclass(frozen=True, slots=True)
class Command:
    """One command of an application, on a key and (perhaps) an item."""

    name: str
    sent: str
    """The name on the wire by which its request is known."""
    run: Callable[[Redis, str, str], Any]
    effect: Effect
    idempotent: bool
    """Whether it may be done twice without harm."""
    amount: int = 1


def _both(redis: Redis, key: str, item: str) -> Any:
    with redis.pipeline(transaction=True) as transaction:
        for _ in range(2):
            transaction.incr(key)
        return transaction.execute()


COMMANDS = {
    command.name: command
    for command in (
        Command("INCR", "INCRBY", lambda redis, key, _: redis.incr(key), "count", False),
        Command("MULTI", "EXEC", _both, "count", False, amount=2),
        Command("SET", "SET", lambda redis, key, item: redis.set(key, item), "set", True),
        Command(
            "SET NX",
            "SET",
            lambda redis, key, item: redis.set(key, item, nx=True, px=LEASE_MS),
            "put",
            False,
        ),
        Command("DEL", "DEL", lambda redis, key, _: redis.delete(key), "remove", True),
        Command("SADD", "SADD", lambda redis, key, item: redis.sadd(key, item), "put", True),
        Command("LPUSH", "LPUSH", lambda redis, key, item: redis.lpush(key, item), "push", False),
        Command("RPOP", "RPOP", lambda redis, key, _: redis.rpop(key), "pop", False),
        Command(
            "LMOVE",
            "LMOVE",
            lambda redis, key, _: redis.lmove(key, key + TAKEN, "RIGHT", "LEFT"),
            "look",
            False,
        ),
        Command("GET", "GET", lambda redis, key, _: redis.get(key), "look", True),
    )
}


def held(redis: Redis, key: str) -> str | list[str] | None:
    """What the server holds there: a text, or items; a list together with what was taken from it."""
    kinds = {name: str(redis.type(name)) for name in (key, key + TAKEN)}
    if kinds[key] == "string":
        return str(redis.get(key))
    items: list[str] = []
    for name, kind in kinds.items():
        if kind == "list":
            items += [str(item) for item in redis.lrange(name, 0, -1)]
        elif kind == "set":
            items += sorted(str(item) for item in redis.smembers(name))
    return items or None

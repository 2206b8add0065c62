"""What things cost in bytes, measured on this server."""

from __future__ import annotations

from lab.bench import Bench
from lab.keys import Asker

__all__ = ["per_element", "per_key"]

_BATCH = 500
_KINDS = {
    "ZADD": ("{number}", "{name}"),
    "HSET": ("{name}", "{number}"),
    "SADD": ("{name}",),
    "RPUSH": ("{name}",),
}


def per_element(bench: Bench, command: str, name: str, count: int = 20_000) -> int:
    """Bytes a member of one big key costs: MEMORY USAGE of `count` of them, divided.

    `command` is ZADD, HSET, SADD or RPUSH; `name` makes the names, "player:{0:06d}".
    """
    ask = Asker(bench.quiet())
    shapes = _KINDS[command]
    for first in range(0, count, _BATCH):
        words: list[str] = []
        for number in range(first, min(first + _BATCH, count)):
            words += [shape.format(number=number, name=name.format(number)) for shape in shapes]
        ask.ask((command, "measured", *words))
    return int(ask.ask(("MEMORY", "USAGE", "measured", "SAMPLES", "0"))) // count


def per_key(bench: Bench, command: list[str]) -> int:
    """Bytes of the key that a command makes; the key is its second word."""
    ask = Asker(bench.quiet())
    ask.ask(command)
    return int(ask.ask(("MEMORY", "USAGE", command[1])))

"""A keyspace at one moment, as a value: read with SCAN and pipelines, never with KEYS, never writing."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any

from redis import Redis

from lab.difference import Change, difference
from lab.keys import Asked, Asker, asking, names, text_of
from lab.readers import content
from lab.reading import Content, Gone, Key
from lab.states import KeyState, Snapshot

__all__ = ["Change", "KeyState", "Snapshot", "difference", "read"]

_TRIES = 3
_AT_ONCE = 250
_BYTES_AT_ONCE = 4 * 1024 * 1024
_UNKNOWN = 8 * 1024
_MOST_OF_ONE = 256 * 1024

_Reading = Generator[list[Asked], list[Any], KeyState | None]


def read(
    redis: Redis, match: str = "*", *, max_keys: int = 500, max_elements: int = 100, moved: float = 0.0
) -> Snapshot:
    """The matching keys, values shortened. `moved`: by how many seconds their time was moved on."""
    at = time.time()
    found = sorted(
        ((name, number, asker) for number, asker in enumerate(asking(redis)) for name in names(asker, match)),
        key=lambda each: each[:2],
    )
    homes: dict[Asker, list[bytes]] = {}
    for name, _, asker in found[:max_keys]:
        homes.setdefault(asker, []).append(name)
    states = [state for asker, keys in homes.items() for state in _states(asker, keys, max_elements)]
    # FalkorDB keeps its own statistics in a stream beside each graph: nothing a learner wrote.
    own = {f"telemetry{{{state.key}}}" for state in states if state.type == "graph"}
    states = sorted((state for state in states if state.key not in own), key=lambda state: state.key)
    return Snapshot(tuple(states), at, max(0, len(found) - max_keys), moved)


def _states(asker: Asker, keys: Sequence[bytes], limit: int) -> list[KeyState]:
    """All keys of one server. A key that becomes something else meanwhile is read again."""
    states: list[KeyState] = []
    left: dict[bytes, str] = dict.fromkeys(keys, "")
    for _ in range(_TRIES):
        sizes: dict[bytes, int] = {}
        readings = {name: _key(name, limit, sizes) for name in left}
        left = _side_by_side(asker, readings, sizes, states)
        if not left:
            return states
    return states + [_unreadable(name, why) for name, why in left.items() if why]


def _side_by_side(
    asker: Asker, readings: Mapping[bytes, _Reading], sizes: Mapping[bytes, int], states: list[KeyState]
) -> dict[bytes, str]:
    """Drive all readings, a round trip a round (several, where much comes back); gives back what failed."""
    failed: dict[bytes, str] = {}
    questions = {name: next(reading) for name, reading in readings.items()}
    while questions:
        following: dict[bytes, list[Asked]] = {}
        for batch in _batches(questions, sizes):
            replies = iter(asker.ask_all([command for name in batch for command in questions[name]]))
            for name in batch:
                try:
                    following[name] = readings[name].send([next(replies) for _ in questions[name]])
                except StopIteration as finished:
                    if finished.value is not None:
                        states.append(finished.value)
                except Gone as why:
                    failed[name] = str(why)
        questions = following
    return failed


def _batches(questions: Mapping[bytes, object], sizes: Mapping[bytes, int]) -> Iterator[list[bytes]]:
    """As many keys at once as a server sends back without choking: it cuts off clients with much unread."""
    batch: list[bytes] = []
    size = 0
    for name in questions:
        if batch and (len(batch) >= _AT_ONCE or size >= _BYTES_AT_ONCE):
            yield batch
            batch, size = [], 0
        batch.append(name)
        size += min(sizes.get(name, _UNKNOWN), _MOST_OF_ONE)
    if batch:
        yield batch


def _key(name: bytes, limit: int, sizes: dict[bytes, int]) -> _Reading:
    kind, ttl, deadline, memory = yield [
        ("TYPE", name),
        ("PTTL", name),
        ("PEXPIRETIME", name),
        ("MEMORY", "USAGE", name),
    ]
    if kind == b"none" or ttl == -2:
        return None
    if isinstance(kind, Exception):  # fakeredis cannot tell the type of a JSON document or a vector set
        (documents,) = yield [("JSON.TYPE", name)]
        kind = b"ReJSON-RL" if isinstance(documents, list) and any(documents) else b"vectorset"
    if isinstance(memory, int):
        sizes[name] = memory
    found: Content = yield from content(kind.decode(), Key(name, limit, sizes.get(name)))
    return KeyState(
        key=text_of(name),
        type=found.type,
        ttl_ms=ttl if isinstance(ttl, int) and ttl >= 0 else None,
        size=found.size,
        value=found.value,
        more=found.more,
        digest=found.digest,
        field_ttls=found.field_ttls,
        deadline_ms=deadline if isinstance(deadline, int) and deadline >= 0 else None,
    )


def _unreadable(name: bytes, why: str) -> KeyState:
    return KeyState(text_of(name), "unknown", None, 0, f"cannot be read: {why}", 0, "")

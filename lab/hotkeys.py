"""Finding the hot key, the ways one would in production: each with a ranking and with what it costs.

`prepare` a cluster before the load. `by_frequency` and `by_slot_stats` ask the servers after it,
`by_clients` asks nobody, `by_monitor` and `by_command` watch while it runs.
"""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from redis import Redis
from redis.commands.core import HotkeysMetricsTypes
from redis.exceptions import RedisError, ResponseError

from lab.errors import LabError
from lab.load import Load
from lab.slots import SlotMap, slot_of

__all__ = [
    "TOP", "Finding", "HotKey", "SpaceSaving", "by_clients", "by_command", "by_frequency", "by_monitor",
    "by_slot_stats", "prepare",
]  # fmt: skip

TOP = 5
BATCH = 200  # keys of one SCAN, and of one pipeline of OBJECT FREQ
PATIENCE = 2.0
LOG_FACTOR = 1  # the default, 10, needs minutes of traffic where a lab has a second


@dataclass(frozen=True, slots=True)
class HotKey:
    """A key and how hot it was found, in the unit of the finding. `key` may be a whole slot's: "slot 7"."""

    key: str
    heat: float
    slot: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What one way found, hottest first, and what it cost. `missing` says why it found nothing."""

    way: str
    unit: str
    ranking: tuple[HotKey, ...] = ()
    cost: str = ""
    commands: int = 0
    """Commands it sent to the servers."""
    copied: int = 0
    """Commands that the servers had to copy out to the one who watched."""
    seconds: float = 0.0
    missing: str = ""

    @property
    def top(self) -> str | None:
        return self.ranking[0].key if self.ranking else None


class SpaceSaving:
    """The heaviest of endlessly many names in a table of fixed size (Metwally, Agrawal, El Abbadi, 2005).

    No count is too low, and none is too high by more than all additions divided by `capacity`; so a name
    that had more than that part of all is surely in the table.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._counts: dict[str, int] = {}

    def add(self, name: str, times: int = 1) -> None:
        if name not in self._counts and len(self._counts) == self.capacity:
            least = min(self._counts, key=self._counts.__getitem__)
            times += self._counts.pop(least)  # it may have been here before and been pushed out
        self._counts[name] = self._counts.get(name, 0) + times

    def __len__(self) -> int:
        return len(self._counts)

    def most(self, count: int) -> list[tuple[str, int]]:
        return sorted(self._counts.items(), key=lambda one: (-one[1], one[0]))[:count]


def prepare(slots: SlotMap) -> None:
    """Have every primary keep what is asked for later: LFU counters, and statistics of slots if it can."""
    for _, client in _primaries(slots):
        client.config_set("maxmemory-policy", "allkeys-lfu")
        client.config_set("lfu-log-factor", LOG_FACTOR)
        with contextlib.suppress(ResponseError):  # `by_slot_stats` tells of it
            client.config_set("cluster-slot-stats-enabled", "yes")
        client.config_resetstat()


def by_frequency(slots: SlotMap, top: int = TOP) -> Finding:
    """SCAN all keys and ask OBJECT FREQ of each, as `redis-cli --hotkeys` does. Needs an LFU policy."""
    way, unit, began = "OBJECT FREQ of every key", "on a logarithmic scale to 255", time.perf_counter()
    heat: dict[str, int] = {}
    commands = 0
    for _, client in _primaries(slots):
        cursor = -1
        while cursor:
            cursor, keys = client.scan(max(cursor, 0), count=BATCH)
            with client.pipeline(transaction=False) as pipeline:
                for key in keys:
                    pipeline.object("FREQ", key)
                replies = pipeline.execute(raise_on_error=False)
            commands += 1 + len(keys)
            for key, reply in zip(keys, replies, strict=True):
                if isinstance(reply, ResponseError):
                    return Finding(way, unit, missing=_sentence(reply))
                if reply is not None:  # None: the key has gone since SCAN named it
                    heat[str(key)] = int(reply)
    seconds = time.perf_counter() - began
    cost = f"{commands:,} commands in {seconds * 1000:.0f} ms, more with every key there is"
    return Finding(way, unit, _ranked(heat, top), cost, commands, seconds=seconds)


def by_slot_stats(slots: SlotMap, top: int = TOP) -> Finding:
    """CLUSTER SLOT-STATS by bytes sent, then the keys of the hottest slots. Redis 8.2 and later.

    By bytes, not by CPU-USEC: on a busy machine a command that is interrupted counts as a long one.
    """
    way, unit, began = "CLUSTER SLOT-STATS", "bytes out of the slot", time.perf_counter()
    heat: dict[str, int] = {}
    commands = 0
    for _, client in _primaries(slots):
        try:
            rows = client.execute_command(
                "CLUSTER", "SLOT-STATS", "ORDERBY", "NETWORK-BYTES-OUT", "LIMIT", top, "DESC"
            )
        except ResponseError as error:
            return Finding(way, unit, missing=_sentence(error))
        commands += 1
        for slot, stats in rows:
            sent = int(_mapping(stats).get("network-bytes-out", 0))
            if sent:
                keys = client.cluster("GETKEYSINSLOT", slot, 2)
                commands += 1
                heat[str(keys[0]) if len(keys) == 1 else f"slot {slot}"] = sent
    seconds = time.perf_counter() - began
    cost = f"{commands} commands in {seconds * 1000:.0f} ms, however many keys there are"
    return Finding(way, unit, _ranked(heat, top), cost, commands, seconds=seconds)


def by_clients(load: Load, top: int = TOP, capacity: int = 64) -> Finding:
    """What the clients counted themselves, in a table of `capacity` names: the servers know nothing of it."""
    began, table = time.perf_counter(), SpaceSaving(capacity)
    for key, times in load.keys.items():
        table.add(key, times)
    seconds = time.perf_counter() - began
    cost = f"no command at all, a table of {len(table)} names; each process knows only what it sent"
    return Finding(
        "Counters in the clients", "commands sent", _ranked(dict(table.most(top)), top), cost, seconds=seconds
    )


def by_monitor(slots: SlotMap, run: Callable[[], Load], top: int = TOP) -> tuple[Finding, Load]:
    """MONITOR on every primary while `run` makes the load; also that load, to compare it with others."""
    end, heat, lines = f"monitor-end-{secrets.token_hex(4)}", Counter[str](), Counter[str]()
    began = time.perf_counter()
    with contextlib.ExitStack() as ending:
        watchers = []
        for name, client in _primaries(slots):
            # Not `client` itself: it goes when the loop does, and this one is the watcher's alone.
            watched = ending.enter_context(client.__class__(**_address_of(client)).monitor())
            watcher = threading.Thread(target=_listen, args=(watched, end, name, heat, lines), daemon=True)
            watcher.start()
            watchers.append(watcher)
        try:
            load = run()
        finally:
            with contextlib.suppress(RedisError, OSError):  # stopped: the servers are gone, and so is MONITOR
                for _, client in _primaries(slots):
                    client.echo(end)
            for watcher in watchers:
                watcher.join(PATIENCE)
    seconds, copied = time.perf_counter() - began, sum(lines.values())
    cost = f"{copied:,} lines copied out for {load.operations:,} operations: every command, twice on its way"
    finding = Finding(
        "MONITOR", "commands seen", _ranked(heat, top), cost, len(watchers), copied, seconds=seconds
    )
    return finding, load


def by_command(slots: SlotMap, run: Callable[[], object], top: int = TOP) -> Finding:
    """HOTKEYS while `run` makes the load: Redis 8.6 and later, elsewhere the server's own words why not."""
    way, unit, began = "HOTKEYS", "bytes in and out", time.perf_counter()
    heat: dict[str, int] = {}
    try:
        for _, client in _primaries(slots):
            client.hotkeys_start([HotkeysMetricsTypes.NET], count=10)
    except ResponseError as error:
        return Finding(way, unit, missing=f"{_sentence(error)} It came with Redis 8.6.")
    run()
    for _, client in _primaries(slots):
        client.hotkeys_stop()
        heat |= hot_keys_in(client.hotkeys_get())
        client.hotkeys_reset()
    seconds = time.perf_counter() - began
    cost = "4 commands to each node and a table of fixed size in it, while it runs"
    return Finding(way, unit, _ranked(heat, top), cost, 4 * len(slots.shards), seconds=seconds)


def hot_keys_in(reply: Any) -> dict[str, int]:
    """The keys by bytes in a reply to HOTKEYS GET, flat as RESP2 or a map as RESP3, in a list or not."""
    if isinstance(reply, (list, tuple)) and len(reply) == 1:
        reply = reply[0]
    found = _mapping(_mapping(reply or ()).get("by-net-bytes", ()))
    return {key: int(heat) for key, heat in found.items()}


def _listen(watched: Any, end: str, node: str, heat: Counter[str], lines: Counter[str]) -> None:
    """Read what MONITOR says until it says the end. Each thread writes its own names: keys have one node."""
    with contextlib.suppress(RedisError, OSError):  # stopped: the server is gone
        while True:
            words = str(watched.next_command()["command"]).split(" ")
            if words[-1] == end:
                return
            lines[node] += 1
            if len(words) > 1 and words[0].upper() in ("GET", "SET", "INCRBY"):
                heat[words[1]] += 1


def _primaries(slots: SlotMap) -> Iterator[tuple[str, Redis]]:
    for shard in slots.shards:
        host, port = shard.primary
        client = Redis(host=host, port=port, socket_timeout=PATIENCE, decode_responses=True)
        try:
            yield shard.name, client
        finally:
            client.close()


def _address_of(client: Redis) -> dict[str, Any]:
    known = client.get_connection_kwargs()
    return {
        "host": known["host"],
        "port": known["port"],
        "socket_timeout": PATIENCE,
        "decode_responses": True,
    }


def _ranked(heat: Mapping[str, float], top: int) -> tuple[HotKey, ...]:
    hottest = sorted(heat.items(), key=lambda one: (-one[1], one[0]))[:top]
    return tuple(
        HotKey(key, value, int(key[5:]) if key.startswith("slot ") else slot_of(key))
        for key, value in hottest
    )


def _mapping(told: Any) -> dict[str, Any]:
    """A map, whether the reply is one already or a flat list of names and values."""
    if isinstance(told, Mapping):
        pairs: Iterable[tuple[Any, Any]] = told.items()
    elif len(told) % 2:
        raise LabError("not_redis", f"Of a list of pairs one is half: {told!r:.80}")
    else:
        pairs = zip(told[::2], told[1::2], strict=True)
    return {name.decode() if isinstance(name, bytes) else str(name): value for name, value in pairs}


def _sentence(error: Exception) -> str:
    said = str(error).partition(", with args")[0].strip()
    return f"The server says: {said}."

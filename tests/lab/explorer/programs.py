"""Random programs: some thirty operations whose arguments and flow depend on earlier replies."""

from __future__ import annotations

import random
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from redis import Redis, ResponseError, WatchError
from redis.exceptions import ConnectionError as Lost

from lab.scenario import Faults

Call = Callable[[], Any]
HOUR = 3_600_000
COMPARE_AND_DELETE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""
COUNT_WITH_TTL = """
local n = redis.call('INCR', KEYS[1])
if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return n
"""
MOVE = "local v = redis.call('RPOP', KEYS[1]) if v then redis.call('SADD', KEYS[2], v) end return v"


@dataclass(frozen=True)
class Operation:
    """One call of redis-py; performed only if the last reply was as `when` wants it."""

    name: str
    key: str
    value: str
    when: str

    def __str__(self) -> str:
        condition = "" if self.when == "always" else f"if last is {self.when}: "
        return f"{condition}{self.name}({self.key}, {self.value})"


def flat(r: Redis, *words: Any) -> Call:
    return lambda: r.execute_command(*words)


CALLS: dict[str, Callable[[Redis, str, str, Any], Call]] = {
    "get": lambda r, k, v, last: flat(r, "GET", k),
    "set": lambda r, k, v, last: flat(r, "SET", k, v),
    "set last": lambda r, k, v, last: flat(r, "SET", k, f"{last}{v}"[-6:]),
    "lock": lambda r, k, v, last: lambda: r.set(k, v, nx=True, px=5 * HOUR),
    "setex": lambda r, k, v, last: flat(r, "SETEX", k, 9 * 3600, v),
    "incr": lambda r, k, v, last: flat(r, "INCR", k),
    "append": lambda r, k, v, last: flat(r, "APPEND", k, v),
    "del": lambda r, k, v, last: flat(r, "DEL", k),
    "getdel": lambda r, k, v, last: flat(r, "GETDEL", k),
    "expire": lambda r, k, v, last: flat(r, "EXPIRE", k, 2 * 3600),
    "persist": lambda r, k, v, last: flat(r, "PERSIST", k),
    "exists": lambda r, k, v, last: flat(r, "EXISTS", k),
    "has ttl": lambda r, k, v, last: lambda: int(r.ttl(k)) > 0,
    "rename": lambda r, k, v, last: flat(r, "RENAME", k, "b" if k == "a" else "a"),
    "hget": lambda r, k, v, last: flat(r, "HGET", k, "f"),
    "hset last": lambda r, k, v, last: flat(r, "HSET", k, "f", f"{last}{v}"[-6:]),
    "hincrby": lambda r, k, v, last: flat(r, "HINCRBY", k, "n", 2),
    "lpush": lambda r, k, v, last: flat(r, "LPUSH", k, v),
    "rpop": lambda r, k, v, last: flat(r, "RPOP", k),
    "lrange": lambda r, k, v, last: flat(r, "LRANGE", k, 0, -1),
    "blpop": lambda r, k, v, last: flat(r, "BLPOP", k, 0),
    "sadd": lambda r, k, v, last: flat(r, "SADD", k, v),
    "srem": lambda r, k, v, last: flat(r, "SREM", k, v),
    "scard": lambda r, k, v, last: flat(r, "SCARD", k),
    "zadd": lambda r, k, v, last: flat(r, "ZADD", k, 1, v),
    "zincrby": lambda r, k, v, last: flat(r, "ZINCRBY", k, 2, v),
    "zrem": lambda r, k, v, last: flat(r, "ZREM", k, v),
    "zrange": lambda r, k, v, last: flat(r, "ZRANGE", k, 0, -1),
    "compare and delete": lambda r, k, v, last: lambda: r.eval(COMPARE_AND_DELETE, 1, k, v),
    "count with ttl": lambda r, k, v, last: lambda: r.eval(COUNT_WITH_TTL, 1, k, 7 * HOUR),
    "move": lambda r, k, v, last: lambda: r.eval(MOVE, 2, "list", "moved"),
    "transaction": lambda r, k, v, last: lambda: r.pipeline().incr("a").set(k, v).get("b").execute(False),
    "xadd": lambda r, k, v, last: lambda: bool(r.xadd("stream", {"v": v})),
    "xreadgroup": lambda r, k, v, last: lambda: entries(r.xreadgroup("group", v, {"stream": ">"}, count=1)),
    "xautoclaim": lambda r, k, v, last: lambda: len(r.xautoclaim("stream", "group", v, HOUR)[1]),
    "xpending": lambda r, k, v, last: lambda: r.xpending("stream", "group")["pending"],
}
KEYS = {
    "list": ("lpush", "rpop", "lrange", "blpop"),
    "set": ("sadd", "srem", "scard"),
    "zset": ("zadd", "zincrby", "zrem", "zrange"),
    "hash": ("hget", "hset last", "hincrby"),
}
HOME = {name: key for key, names in KEYS.items() for name in names}


def entries(reply: Any) -> Any:
    pairs = reply.items() if isinstance(reply, dict) else reply
    return [
        fields["v"] for _, found in pairs for _, fields in (found[0] if isinstance(reply, dict) else found)
    ]


@dataclass(frozen=True)
class Program:
    """Two or three clients and the faults that may strike."""

    clients: tuple[tuple[Operation, ...], ...]
    faults: Faults
    retry: bool

    def __str__(self) -> str:
        told = "\n".join(f"  {n}: " + "; ".join(map(str, client)) for n, client in enumerate(self.clients, 1))
        return f"{told}\n  {self.faults}, retry={self.retry}"


def random_program(chance: random.Random) -> Program:
    """Small enough for a naive search: every step and every schedule costs it real round trips."""
    shape = chance.choice([(1, 1), (2, 1), (2, 2), (2, 2), (3, 2), (1, 1, 1), (2, 1, 1), (3, 3)])
    faults = Faults()
    if sum(shape) < 5 and chance.random() < 0.6:
        which = chance.choice(["crashes", "lost_replies", "lost_requests", "time_jumps", "time_jumps"])
        faults = Faults(**{which: 1})
        if sum(shape) < 4 and chance.random() < 0.4:
            other = chance.choice(["crashes", "lost_replies", "time_jumps"])
            faults = Faults(**{which: 1, other: 2 if other == which else 1})
    watch = chance.random() < 0.15 and sum(shape) < 4
    clients = tuple(
        tuple(_operation(chance, number) for _ in range(size)) for number, size in enumerate(shape)
    )
    if watch:
        first = (Operation("watch", chance.choice("ab"), "w", "always"), *clients[0][1:2])
        clients = (first, *clients[1:])
    retry = not watch and chance.random() < 0.4
    # A wait for ever outlasts the socket timeout of a client that retries: refused.
    waits = any(one.name == "blpop" for client in clients for one in client)
    return Program(clients, faults, retry and not waits)


def _operation(chance: random.Random, client: int) -> Operation:
    name = chance.choice(list(CALLS))
    key = HOME.get(name, chance.choice("ab"))
    if chance.random() < 0.08:
        key = chance.choice([*KEYS, "a", "stream"])
    when = chance.choice(["always"] * 4 + ["truthy", "falsy"])
    return Operation(name, key, chance.choice("xy") + str(client), when)


def seed(r: Redis) -> None:
    """Something of every kind is there."""
    pipe = r.pipeline(transaction=False)
    pipe.set("a", 5).rpush("list", "one").zadd("zset", {"x0": 3}).set("old", 1, px=3 * HOUR)
    pipe.xadd("stream", {"v": "first"}).xgroup_create("stream", "group", 0)
    pipe.execute()


def interpret(operations: tuple[Operation, ...], r: Redis) -> Generator[Call, Any, list[Any]]:
    """Yields what the client wants to do next, is sent the reply; returns everything it has seen."""
    seen: list[Any] = []
    last: Any = None
    for one in operations:
        if (one.when == "truthy" and not last) or (one.when == "falsy" and last):
            continue
        try:
            if one.name == "watch":
                pipe = r.pipeline()
                yield lambda pipe=pipe, key=one.key: pipe.watch(key)
                last = yield lambda pipe=pipe, key=one.key: pipe.get(key)
                last = yield lambda pipe=pipe, key=one.key, last=last: commit(pipe, key, last)
            else:
                last = yield CALLS[one.name](r, one.key, one.value, last)
        except ResponseError as error:
            last = f"error {str(error).split()[0]}"
        except (WatchError, Lost):
            return [*seen, "lost"]
        if isinstance(last, (set, frozenset)):
            last = sorted(last)
        seen.append(tell(last))
    return seen


def tell(reply: Any) -> Any:
    if isinstance(reply, list):
        return [tell(one) for one in reply]
    if isinstance(reply, Exception):
        return "error"
    return reply


def commit(pipe: Any, key: str, last: Any) -> Any:
    pipe.multi()
    pipe.set(key, f"{last}w"[-6:])
    return pipe.execute()


CONTENT = """
local found, keys = {}, redis.call('KEYS', '*')
table.sort(keys)
for _, key in ipairs(keys) do
  local kind, value = redis.call('TYPE', key).ok
  if kind == 'string' then value = redis.call('GET', key)
  elseif kind == 'list' then value = redis.call('LRANGE', key, 0, -1)
  elseif kind == 'set' then value = redis.call('SMEMBERS', key) table.sort(value)
  elseif kind == 'zset' then value = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
  elseif kind == 'hash' then value = redis.call('HGETALL', key)
  elseif kind == 'stream' then
    value = {}
    for _, entry in ipairs(redis.call('XRANGE', key, '-', '+')) do value[#value + 1] = entry[2] end
  end
  found[#found + 1] = {key, value, redis.call('PTTL', key) > 0 and 1 or 0}
end
return found
"""


def content(r: Redis) -> Any:
    """The keyspace without the ids and times that differ from run to run."""
    return r.eval(CONTENT, 0)

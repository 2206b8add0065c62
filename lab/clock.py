"""Time as a parameter: a clock that can be set forward, and a keyspace whose deadlines follow it."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass

from redis import Redis

from lab.keys import asking, names, text_of

__all__ = ["Clock", "FastForward", "fast_forward"]

_BATCH = 200

# The whole batch at once: nobody sees half of the keys moved. PTTL and PEXPIRE see the same frozen time.
_SCRIPT = """\
-- fast_forward(keys=[key...], args=[ms]) -> [number of keys moved, what passed its deadline...]
local ms, moved, gone = tonumber(ARGV[1]), 0, {}
local function fields_of(key)
  local touched = false
  local fields = redis.call('HKEYS', key)
  for first = 1, #fields, 500 do
    local some = {unpack(fields, first, math.min(first + 499, #fields))}
    local left = redis.pcall('HPTTL', key, 'FIELDS', #some, unpack(some))
    if type(left) ~= 'table' or left.err then return false end
    for i, ttl in ipairs(left) do
      if ttl >= 0 then
        touched = true
        if ttl <= ms then
          redis.call('HDEL', key, some[i])
          gone[#gone + 1] = {key, some[i]}
        else
          redis.call('HPEXPIRE', key, string.format('%.0f', ttl - ms), 'FIELDS', 1, some[i])
        end
      end
    end
  end
  return touched
end
for _, key in ipairs(KEYS) do
  local ttl = redis.call('PTTL', key)
  if ttl >= 0 and ttl <= ms then
    redis.call('DEL', key)
    gone[#gone + 1] = {key}
    moved = moved + 1
  else
    local touched = ttl >= 0
    if touched then redis.call('PEXPIRE', key, string.format('%.0f', ttl - ms)) end
    if redis.call('TYPE', key)['ok'] == 'hash' then touched = fields_of(key) or touched end
    if touched then moved = moved + 1 end
  end
end
return {moved, gone}
"""


class Clock:
    """Unix seconds that a lesson may set forward; give it to patterns as their `now`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._offset = 0.0

    def __call__(self) -> float:
        return time.time() + self._offset

    @property
    def offset(self) -> float:
        """How far this clock is ahead of the machine's."""
        return self._offset

    def advance(self, seconds: float) -> None:
        """Move this clock on. Time never goes back: ValueError."""
        _check(seconds)
        with self._lock:
            self._offset += seconds

    def reset(self) -> None:
        """Show the machine's time again."""
        with self._lock:
            self._offset = 0.0


@dataclass(frozen=True, slots=True)
class FastForward:
    """What happened when time moved on. A field that expired is listed as 'key field'."""

    seconds: float
    expired: tuple[str, ...]
    moved: int


def fast_forward(redis: Redis, seconds: float, match: str = "*") -> FastForward:
    """Bring every deadline of the matching keys nearer; what passes its deadline is deleted, as Redis would.

    Deadlines of keys and of hash fields move. What a stream remembers about idle consumers does not.
    """
    _check(seconds)
    milliseconds = f"{seconds * 1000:.0f}"
    expired: list[str] = []
    moved = 0
    for node in asking(redis):
        for batch in node.batches(names(node, match), _BATCH):
            count, gone = node.ask(("EVAL", _SCRIPT, len(batch), *batch, milliseconds))
            moved += count
            expired.extend(" ".join(map(text_of, what)) for what in gone)
    return FastForward(seconds, tuple(sorted(expired)), moved)


def _check(seconds: float) -> None:
    if not math.isfinite(seconds) or seconds < 0:
        raise ValueError(f"Time moves forward by a number of seconds, zero or more; {seconds!r} is not one.")

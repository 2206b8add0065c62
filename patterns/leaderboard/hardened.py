"""A leaderboard that counts an event once, ranks ties by who was there first and shows no torn page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from patterns.catalogue import lua
from patterns.leaderboard.entry import ALL_TIME, Entry, Period
from patterns.wire import Client, name, tag, text, whole

__all__ = ["LARGEST_TOTAL", "Leaderboard"]

# A score is a double, which holds whole numbers exactly up to 2^53. Its upper 27 bits are the points; its
# lower 26 bits count down the places at that total. The first player to reach 40 gets 40 * 2^26 + 2^26 - 1,
# the next one less: more points is a higher score, an earlier arrival too, and Redis sorts by both at once.
# Places count arrivals, not seconds: neither a clock that steps back nor a rebuild from the log of events
# changes who was first. Two players share a place only after 2^26 arrivals at one total.
PLACES = 2**26
LARGEST_TOTAL = 2**27 - 1

REFUSED = {
    "another event": "event {event!r} has been counted for another player or other points",
    "below zero": "{player} has {total:,} points; {points:+,} would leave less than none",
    "too large": f"{{player}} has {{total:,}} points; {{points:+,}} would pass {LARGEST_TOTAL:,}",
}


class Leaderboard:
    """Who has the most points, kept in a sorted set.

    `period` gives each day or week a board of its own. `remember` is how many seconds an event id is known:
    longer than anybody goes on retrying.
    """

    def __init__(
        self,
        redis: Client,
        board: str = "weekly",
        *,
        namespace: str = "",
        period: Period = ALL_TIME,
        remember: int = 86_400,
    ) -> None:
        self.redis = redis
        self.period = period
        self.remember = whole("remember", remember, 1, 10**9)
        self.base = f"{namespace}leaderboard:{{{tag('board', board)}}}"
        self.key = self._board(period)
        self._add_points = redis.register_script(lua(__file__, "add_points"))
        self._around = redis.register_script(lua(__file__, "around"))
        self._best_of = redis.register_script(lua(__file__, "best_of"))

    def add_points(self, player: str, points: int, event_id: str) -> int:
        """Add points for one event and return the player's new total; the same event again adds nothing.

        Points may be negative, a total may not. Whatever is refused with a ValueError has written nothing.
        """
        name("player", player)
        name("event_id", event_id)
        whole("points", points, -LARGEST_TOTAL, LARGEST_TOTAL)
        event = f"{points} {player}"
        outcome, total = self._add_points(
            keys=[self.key, f"{self.key}:seen:{event_id}"],
            args=[player, points, event, PLACES, LARGEST_TOTAL, self.period.keep or "", self.remember],
        )
        if refused := REFUSED.get(text(outcome)):
            raise ValueError(refused.format(player=player, points=points, event=event_id, total=total))
        return int(total)

    def score(self, player: str) -> int | None:
        """The player's total, or None for a stranger."""
        score = self.redis.zscore(self.key, name("player", player))
        return None if score is None else int(score) // PLACES

    def rank(self, player: str) -> int | None:
        """The player's place (0 is best), or None for a stranger."""
        return cast("int | None", self.redis.zrevrank(self.key, name("player", player)))

    def top(self, count: int = 10) -> list[Entry]:
        """The best players, best first."""
        whole("count", count, 1, 1_000)
        # By score, because for a range by rank redis-py still writes ZREVRANGE, deprecated since Redis 6.2.
        page = self.redis.zrange(
            self.key, "+inf", "-inf", byscore=True, desc=True, offset=0, num=count, withscores=True
        )
        return _entries(page)

    def around(self, player: str, radius: int = 2) -> list[Entry]:
        """The player with up to `radius` neighbours on each side; nothing for a stranger."""
        name("player", player)
        whole("radius", radius, 0, 500)
        page = self._around(keys=[self.key], args=[player, radius])
        return [] if page is None else _entries(_pairs(page[1:]), first=page[0])

    def best_of(self, periods: Sequence[Period], count: int = 10) -> list[Entry]:
        """Each player's best total over several periods, best first; of equal ones, in no certain order.

        This merges whole boards on the server's one thread: ask seldom, and keep the answer.
        """
        whole("the number of periods", len(periods), 1, 100)
        whole("count", count, 1, 1_000)
        boards = [self._board(period) for period in periods]
        return _entries(_pairs(self._best_of(keys=[f"{self.base}::scratch", *boards], args=[count])))

    def remove(self, player: str) -> bool:
        """Take a player off the board; say whether they were on it. Events already counted stay counted."""
        return bool(self.redis.zrem(self.key, name("player", player)))

    def _board(self, period: Period) -> str:
        return f"{self.base}:{period.name}" if period.name else self.base


def _pairs(flat: list[Any]) -> list[tuple[Any, Any]]:
    return list(zip(flat[::2], flat[1::2], strict=True))


def _entries(page: Any, first: int = 0) -> list[Entry]:
    return [Entry(text(player), int(score) // PLACES, first + i) for i, (player, score) in enumerate(page)]

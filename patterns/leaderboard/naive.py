"""The leaderboard most of us write first: read the total, add to it, write it back."""

from __future__ import annotations

from typing import Any, cast

from redis import Redis

from patterns.leaderboard.entry import Entry
from patterns.wire import name, tag, text, whole

__all__ = ["NaiveLeaderboard"]

LARGEST_TOTAL = 2**53


class NaiveLeaderboard:
    """Who has the most points, kept in a sorted set."""

    def __init__(self, redis: Redis, board: str = "weekly", *, namespace: str = "") -> None:
        self.redis = redis
        self.key = f"{namespace}leaderboard:{{{tag('board', board)}}}"

    def add_points(self, player: str, points: int, event_id: str) -> int:
        """Add points for one event and return the player's new total."""
        name("player", player)
        name("event_id", event_id)
        whole("points", points, -LARGEST_TOTAL, LARGEST_TOTAL)
        # Bug on purpose (double points): nobody asks whether this event has been counted already.
        total = int(self.redis.zscore(self.key, player) or 0) + points
        whole(f"the new total of {player}", total, 0, LARGEST_TOTAL)
        # Bug on purpose (lost update): by now the player may have more than we added to.
        self.redis.zadd(self.key, {player: total})
        return total

    def score(self, player: str) -> int | None:
        """The player's total, or None for a stranger."""
        score = self.redis.zscore(self.key, name("player", player))
        return None if score is None else int(score)

    def rank(self, player: str) -> int | None:
        """The player's place (0 is best), or None for a stranger."""
        return cast("int | None", self.redis.zrevrank(self.key, name("player", player)))

    def top(self, count: int = 10) -> list[Entry]:
        """The best players, best first."""
        # Bug on purpose (unfair tie): Redis orders equal totals by name, the last of the alphabet first.
        return self._page(0, whole("count", count, 1, 1_000) - 1)

    def around(self, player: str, radius: int = 2) -> list[Entry]:
        """The player with up to `radius` neighbours on each side; nothing for a stranger."""
        whole("radius", radius, 0, 500)
        rank = self.rank(player)
        # Bug on purpose (torn page): the ranking may move now, and the page be about somebody else.
        return [] if rank is None else self._page(max(0, rank - radius), rank + radius)

    def _page(self, first: int, last: int) -> list[Entry]:
        page: Any = self.redis.zrevrange(self.key, first, last, withscores=True)
        return [Entry(text(player), int(points), first + i) for i, (player, points) in enumerate(page)]

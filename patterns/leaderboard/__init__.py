"""A leaderboard on which every event counts once and the first to reach a total stands above the next.

Guarantee  An event counts exactly once while its id is remembered, however often it is sent and whoever
           else is writing. Ranks are strict: equal totals are ordered by who reached them first. A page
           around a player is one moment of the ranking, and the player is on it.
Breaks     When the total is read, added to in the client and written back: an update is lost. When an event
           that timed out is sent again: it counts twice. When rank and page are two commands: the page is
           torn. When ties are left to Redis: the later name in the alphabet wins.
Keys       - leaderboard:{board}, a sorted set of player -> points * 2^26 + place. No TTL: it is the ranking
             of all time, and no longer than the list of players.
           - leaderboard:{board}:{period}, the same for a day or a week, gone `keep` seconds after its
             last point.
           - leaderboard:{board}:seen:{event}, a string of points and player, gone after `remember` seconds
             (of a period's board: leaderboard:{board}:{period}:seen:{event}).
Cost       One round trip for every method; the first call of a script on a server takes two more to load it.
           O(log N), plus the length of a page; best_of is O(N log N). About 110 bytes for a player and 160
           for an event of the last `remember` seconds. A total is at most 134,217,727.
Cluster    The tag {board} keeps a board in one slot, so on one primary; a board that is too hot for one is
           split by player and merged on read. When the primary dies, the points of the last moments go, and
           their event marks with them: events that are sent again are counted again, rightly. Events that
           were acknowledged and are never sent again are lost. So the board is a view: keep the events
           elsewhere and rebuild it from them, in their order, under another name: while the marks of this
           one live, its events do not count again, also where the board itself is gone.
"""

from __future__ import annotations

from patterns.catalogue import Anomaly, Pattern
from patterns.leaderboard.entry import ALL_TIME, Entry, Period, daily, weekly
from patterns.leaderboard.hardened import LARGEST_TOTAL, Leaderboard
from patterns.leaderboard.naive import NaiveLeaderboard

__all__ = [
    "ALL_TIME", "LARGEST_TOTAL", "PATTERN", "Entry", "Leaderboard", "NaiveLeaderboard", "Period",
    "daily", "weekly",
]  # fmt: skip

PATTERN = Pattern(
    title="Leaderboard",
    naive=NaiveLeaderboard,
    hardened=Leaderboard,
    anomalies=(
        Anomaly("lost update", "Two events read the same total, and only the later write survives."),
        Anomaly("double points", "The reply is lost, the event is sent again, and it counts twice."),
        Anomaly("torn page", "The ranking moves between rank and range, and the player is not on the page."),
        Anomaly("unfair tie", "Equal totals are ordered by name and not by who was there first."),
    ),
)

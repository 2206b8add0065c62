"""A lesson in front of a room: `?present=leaderboard&scene=3`."""

from __future__ import annotations

from ui import present

present.draw()

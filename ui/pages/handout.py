"""A lesson to print: `?handout=leaderboard`."""

from __future__ import annotations

from ui import handout

handout.draw()

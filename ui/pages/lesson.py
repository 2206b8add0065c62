"""A lesson, one step at a time: `?lesson=leaderboard&step=2`."""

from __future__ import annotations

from ui import lesson

lesson.draw()

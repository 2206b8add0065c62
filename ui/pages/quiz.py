"""The quiz: `?quiz=leaderboard`, `?page=quiz&topic=races&level=3`, `?quiz=leaderboard&attempt=...`."""

from __future__ import annotations

from ui import quiz

quiz.draw()

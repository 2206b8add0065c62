"""The speaker's window: `?notes=leaderboard&room=1` follows the presenting window."""

from __future__ import annotations

from ui import notes

notes.draw()

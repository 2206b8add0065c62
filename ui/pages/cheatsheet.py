"""The cheat sheet: `?page=cheatsheet`."""

from __future__ import annotations

from ui import cheatsheet

cheatsheet.draw()

"""The facts: `?page=facts`."""

from __future__ import annotations

from ui import facts

facts.draw()

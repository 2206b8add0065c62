"""Home: what this is in one glance, and the path through the twenty."""

from __future__ import annotations

from ui import home

home.draw()

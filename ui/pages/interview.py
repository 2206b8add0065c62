"""The mock interview: `?page=interview`, `?page=interview&sitting=...`, `?page=interview&drill=...`."""

from __future__ import annotations

from ui import interview

interview.draw()

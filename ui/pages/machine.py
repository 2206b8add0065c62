"""This machine: which Redis runs here, what it can do, and why it cannot do the rest."""

from __future__ import annotations

from ui import machine

machine.draw()

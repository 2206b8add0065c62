"""The race lab: `?race=distributed_lock&n=1&v=naive&at=1.2.t`."""

from __future__ import annotations

from ui.race import draw

draw()

"""What a learner has done, what is due, and what is theirs to take away."""

from __future__ import annotations

from ui import me

me.draw()

"""Every interleaving, crash and lost reply of real redis-py code, explored on a real Redis.

A client is a function of the replies it has got, the server a function of its keyspace and a command. Both
are memoised, and their product is a graph: no schedule is ever run, all of them are counted.
"""

from __future__ import annotations

from lab.explorer.isolated import Isolated
from lab.explorer.schedule import Moment, Schedule
from lab.explorer.search import explore, replay
from lab.explorer.verdict import Verdict
from lab.explorer.walk import Choice, Standing, Walk

__all__ = ["Choice", "Isolated", "Moment", "Schedule", "Standing", "Verdict", "Walk", "explore", "replay"]

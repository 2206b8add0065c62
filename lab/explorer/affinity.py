"""Where the explorer and its server run: on one core. A wake-up across cores costs more than a command.

Both only ask; a system that has no such calls, or forbids them, runs on as it is.
"""

from __future__ import annotations

import contextlib
import os
import sys

__all__ = ["beside", "one_core"]


def one_core() -> None:
    """Keep this process, which does nothing but explore, to one of its cores; another process to another."""
    if sys.platform == "linux":
        cores = sorted(os.sched_getaffinity(0))
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, {cores[os.getpid() % len(cores)]})


def beside(pid: int) -> None:
    """Let a server run where this process does, and wait until this process does.

    As a batch process it does not break in at the first of several commands that are sent to it one by one.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.sched_setaffinity(pid, os.sched_getaffinity(0))
            os.sched_setscheduler(pid, os.SCHED_BATCH, os.sched_param(0))

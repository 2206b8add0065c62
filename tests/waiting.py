"""Waiting for what another process does: a condition and a deadline, never a fixed pause."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

__all__ = ["is_running", "wait_until"]

_never = threading.Event()


def wait_until(
    condition: Callable[[], object],
    what: str = "",
    *,
    seconds: float = 10.0,
    pause: Callable[[float], object] = _never.wait,
    now: Callable[[], float] = time.monotonic,
) -> None:
    """Return as soon as the condition holds; fail with its name if it does not hold in time."""
    deadline = now() + seconds
    while not condition():
        assert now() < deadline, f"not within {seconds:g} s: {what or condition}"
        pause(0.005)


def is_running(pid: int) -> bool:
    """Whether a process is there. One that has ended but not been waited for is not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:  # it ended just now, or this is macOS
        return os.name == "posix" and not os.path.isdir("/proc/self")

"""A client that computes or waits without end is stopped, where Python lets us: in the main thread."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Iterator
from types import FrameType
from typing import Any

from lab.explorer.run import Interrupted, current_run

__all__ = ["watchdog"]

_TICK = 0.1
_WAIT = 1.0
_IDLE = 0.02
"""A client that waits uses less of the processor than this; on a busy machine a loop still gets more."""


@contextlib.contextmanager
def watchdog(seconds: float) -> Iterator[None]:
    """Refuse a client that between two commands uses the processor for this long, or waits for a second."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGALRM"):
        yield
        return
    import resource  # where there are alarms, there is this

    def worked() -> float:
        """The thread's time on the processor. `time.thread_time` would be the client's own."""
        used = resource.getrusage(resource.RUSAGE_THREAD if hasattr(resource, "RUSAGE_THREAD") else 0)
        return used.ru_utime + used.ru_stime

    seen: list[Any] = [None, 0, 0, 0.0]  # the run, how often it had been resumed, ticks since, its time then

    def tick(number: int, frame: FrameType | None) -> None:
        run = current_run()
        if run is None or seen[:2] != [run, run.resumed]:
            seen[:] = [run, run.resumed if run else 0, 0, worked()]
            return
        seen[2] += 1
        used, passed = worked() - seen[3], seen[2] * _TICK
        place = f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame else "an unknown line"
        if used >= seconds:
            run.refuse(f"computes for {seconds:g} s without sending a command (an endless loop?) at {place}")
        if passed >= _WAIT and used < passed * _IDLE:
            run.refuse(f"waits for something outside Redis (a lock that another client holds?) at {place}")

    def pressed(number: int, frame: FrameType | None) -> None:
        raise Interrupted

    stops = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if stops:
        signal.signal(signal.SIGINT, pressed)
    before = signal.signal(signal.SIGALRM, tick)
    # Whoever waits for an alarm of his own gets it afterwards.
    started, (left, interval) = time.monotonic(), signal.setitimer(signal.ITIMER_REAL, _TICK, _TICK)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if left:
            signal.setitimer(signal.ITIMER_REAL, max(0.001, left - (time.monotonic() - started)), interval)
        if stops:
            signal.signal(signal.SIGINT, signal.default_int_handler)

"""A fault ends clean: at its end, and when it is stopped in the middle."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from lab.errors import LabError
from lab.faults import durability, limits, memory, network, process, reply
from lab.faults.stage import Aside
from lab.guardian import guardian
from lab.workshop import Progress, Stopped, Workshop
from tests.waiting import wait_until

FAULTS: dict[str, Callable[[Workshop], object]] = {
    "killed": partial(process.killed, policy="redis-py's defaults"),
    "killed and back": partial(process.killed_and_back, policy="redis-py's defaults", back_after=30),
    "hung": partial(process.hung, timeout=30),
    "slow": partial(process.slow, seconds=30, timeout=30),
    "paused": partial(process.paused, timeout=30),
    "loading": partial(process.loading, policy="redis-py's defaults"),
    "half open": partial(network.half_open, timeout=30),
    "latency": partial(network.latency, reads=1_000, timeout=30),
    "slow drain": partial(network.slow_drain, per_second=1, timeout=30),
    "reply": partial(reply.reply_lost, command="INCR"),
    "memory": memory.evicted,
    "script": limits.busy_script,
    "restart": partial(durability.restarted, writes=100_000),
}


def folders() -> set[Path]:
    return {path for path in guardian().folder.iterdir() if path.name[0] in "sdp"}


@pytest.mark.parametrize("name", FAULTS)
def test_stopped_in_the_middle_it_leaves_nothing(name: str) -> None:
    before, threads = folders(), set(threading.enumerate())
    middle = threading.Event()

    def report(progress: Progress) -> None:
        if progress.share > 0:
            middle.set()

    workshop = Workshop(report)
    stopped: list[BaseException | None] = []

    def run() -> None:
        try:
            with workshop:
                FAULTS[name](workshop)
        except BaseException as error:  # noqa: BLE001  it is what the test asks for
            stopped.append(error)
        else:
            stopped.append(None)

    running = threading.Thread(target=run, daemon=True)
    running.start()
    assert middle.wait(20)
    workshop.stop()
    running.join(20)
    assert not running.is_alive()
    # Quick ones may have ended before they were stopped.
    assert isinstance(stopped[0], Stopped | None), stopped[0]
    wait_until(lambda: folders() == before, "no folder, no process, no socket")
    wait_until(lambda: set(threading.enumerate()) <= threads, "no thread")


def test_what_happens_aside_is_raised_where_it_is_waited_for() -> None:
    with pytest.raises(ZeroDivisionError):
        Aside(lambda: 1 / 0).join()
    never = threading.Event()
    waiting = Aside(lambda: never.wait(20))
    with pytest.raises(LabError, match="still waiting"):
        waiting.join(0.01)
    never.set()
    waiting.join()

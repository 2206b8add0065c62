from __future__ import annotations

import threading

import pytest

from lab.within import Late, within


def test_what_the_work_returns_or_raises_comes_back() -> None:
    assert within(30, lambda: 7, "seven") == 7

    def leaves() -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit, match="3"):
        within(30, leaves, "leaves")


def test_work_that_does_not_end_is_given_up_and_its_thread_named() -> None:
    free = threading.Event()
    with pytest.raises(Late, match=r"not done after 0\.01 seconds") as late:
        within(0.01, free.wait, "waits")
    assert late.value.thread.name == "waits"
    free.set()
    late.value.thread.join()

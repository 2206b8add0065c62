"""Greenlets carry one run after the other, and nothing of one reaches the next."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextvars import ContextVar

import pytest
from greenlet import GreenletExit, getcurrent, greenlet
from redis import Redis

from lab.explorer.run import Asked, Finished, Interrupted, Run, greenlets_kept
from lab.explorer.search import explore
from lab.scenario import Bounds, Scenario

MARK: ContextVar[str] = ContextVar("MARK", default="unmarked")


@pytest.fixture
def kept() -> Iterator[None]:
    with greenlets_kept():
        yield


def in_two_steps(run: Run) -> greenlet:
    run.ask(Asked("write"))
    return getcurrent()


def carried(run: Run) -> greenlet:
    """The greenlet of a run that is brought to its end."""
    run.resume()
    finished = run.resume([1])
    assert isinstance(finished, Finished)
    assert isinstance(finished.value, greenlet)
    return finished.value


def test_a_greenlet_carries_the_next_run_while_they_are_kept_and_none_after_that() -> None:
    with greenlets_kept():
        first, second = (carried(Run(in_two_steps, "seed")) for _ in range(2))
        assert first is second
        assert not first.dead
    assert first.dead
    assert carried(Run(in_two_steps, "seed")).dead


def test_a_context_within_another_keeps_them_for_the_outer_one() -> None:
    with greenlets_kept():
        with greenlets_kept():
            first = carried(Run(in_two_steps, "seed"))
        assert carried(Run(in_two_steps, "seed")) is first


@pytest.mark.usefixtures("kept")
def test_runs_that_are_under_way_at_once_have_greenlets_of_their_own() -> None:
    runs = [Run(in_two_steps, "seed") for _ in range(3)]
    for run in runs:
        run.resume()
    ended = [run.resume([1]) for run in runs]
    assert len({id(one.value) for one in ended if isinstance(one, Finished)}) == 3


@pytest.mark.usefixtures("kept")
def test_a_killed_run_gives_its_greenlet_on() -> None:
    run = Run(in_two_steps, "seed")
    run.resume()
    run.kill()
    assert not carried(Run(in_two_steps, "seed")).dead


@pytest.mark.usefixtures("kept")
def test_what_a_run_puts_into_its_context_stays_there() -> None:
    def work(run: Run) -> str:
        before = MARK.get()
        MARK.set("marked")
        run.ask(Asked("write"))
        return f"{before}, {MARK.get()}"

    for _ in range(2):
        run = Run(work, "seed")
        run.resume()
        assert run.resume([1]) == Finished("unmarked, marked")
    assert MARK.get() == "unmarked"


@pytest.mark.usefixtures("kept")
def test_an_exception_that_a_run_was_handling_is_none_of_the_next_ones() -> None:
    def work(run: Run) -> None:
        try:
            raise ValueError("the first")
        except ValueError:
            run.ask(Asked("write"))
            raise

    def another(run: Run) -> None:
        raise KeyError("the second")

    first = Run(work, "seed")
    first.resume()
    first.resume([1])
    second = Run(another, "seed")
    finished = second.resume()
    assert isinstance(finished, Finished)
    assert finished.error is not None
    assert finished.error.__context__ is None


@pytest.mark.usefixtures("kept")
def test_a_greenlet_that_ctrl_c_has_ended_carries_nothing_any_more() -> None:
    def interrupted(run: Run) -> None:
        raise Interrupted

    waiting = carried(Run(in_two_steps, "seed"))
    waiting.throw(GreenletExit)  # as if it came where the greenlet waits for its next run
    assert carried(Run(in_two_steps, "seed")) is not waiting
    with pytest.raises(Interrupted):
        Run(interrupted, "seed").resume()
    assert not carried(Run(in_two_steps, "seed")).dead


def test_each_thread_keeps_its_own() -> None:
    found: list[greenlet] = []

    def elsewhere() -> None:
        with greenlets_kept():
            found.append(carried(Run(in_two_steps, "seed")))

    with greenlets_kept():
        here = carried(Run(in_two_steps, "seed"))
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
        assert found != [here]
        assert carried(Run(in_two_steps, "seed")) is here


def test_an_exploration_leaves_no_greenlet_that_waits_for_a_run() -> None:
    def client(redis: Redis) -> None:
        redis.incr("n")

    gc.collect()
    before = sum(isinstance(one, greenlet) and not one.dead for one in gc.get_objects())
    verdict = explore(Scenario({"A": client, "B": client}), bounds=Bounds(seconds=60))
    assert verdict.status == "proved"
    del verdict
    gc.collect()
    assert sum(isinstance(one, greenlet) and not one.dead for one in gc.get_objects()) <= before

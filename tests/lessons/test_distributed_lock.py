"""What the lock lesson shows, pinned: stale writes and stolen releases, counted."""

from __future__ import annotations

import pytest

from lab.bench import Bench
from lessons.distributed_lock import by_hand, live, trouble
from lessons.inputs import parse_all
from lessons.model import Run, Shown
from lessons.pictures import Timeline


def count(shown: Shown, label: str) -> object:
    return next(one.value for one in shown.counts if one.label == label)


def story(bench: Bench, step: Run) -> list[str]:
    """The step's buttons, pressed in order."""
    told = []
    for action in step.actions:
        told.append(action.demo(bench, **parse_all(action.inputs, {})).says)
    return told


@pytest.mark.parametrize("workers", [2, 6, 12])
def test_the_naive_resource_takes_every_late_write(bench: Bench, workers: int) -> None:
    shown = trouble.naive_burst(bench, workers=workers, ttl_ms=5_000)
    assert count(shown, "Stale writes taken") == workers - 1
    assert count(shown, "Writes refused") == 0
    assert count(shown, "Stolen releases") == 1
    assert count(shown, "Believed that they held it, at one moment") == workers


@pytest.mark.parametrize("workers", [2, 6, 12])
def test_the_hardened_resource_takes_none(bench: Bench, workers: int) -> None:
    shown = trouble.hardened_burst(bench, workers=workers, ttl_ms=5_000)
    assert count(shown, "Stale writes taken") == 0
    assert count(shown, "Writes refused") == workers - 1
    assert count(shown, "Stolen releases") == 0
    assert count(shown, "Believed that they held it, at one moment") == workers, "no lock prevents that"
    assert isinstance(shown.picture, Timeline)
    assert len(shown.picture.lanes) == workers


def test_the_naive_night_step_by_step(bench: Bench) -> None:
    assert story(bench, by_hand.BY_HAND) == [
        "A holds the lock for 5,000 ms and begins to work.",
        "A slept. Redis has dropped the lock, and A does not know.",
        "B holds the lock while A still works.",
        "The resource holds the report of B.",
        "A was told yes: it has prolonged the lock of B. Two holders go on.",
        "A wrote over 'the report of B': stale writer. Nobody was told.",
        "A has freed the lock of B: stolen release.",
        "C holds the lock while B still works.",
    ]


def test_the_hardened_night_step_by_step(bench: Bench) -> None:
    assert story(bench, by_hand.BY_HAND_HARDENED) == [
        "A holds the lock for 5,000 ms and begins to work.",
        "A slept. Redis has dropped the lock, and A does not know.",
        "B holds the lock while A still works.",
        "The resource holds the report of B.",
        "Refused: the token in Redis is not A's. Now A knows.",
        "Refused: fence 1 is too old. The resource still holds 'the report of B'.",
        "Refused: it is not A's lock. Its holder is not disturbed.",
        "C gets nothing: the lock is taken.",
    ]


def test_a_night_can_begin_again(bench: Bench) -> None:
    assert story(bench, by_hand.BY_HAND) == story(bench, by_hand.BY_HAND)


def test_steps_out_of_order_are_told_kindly(bench: Bench) -> None:
    told = [action.demo(bench).says for action in by_hand.BY_HAND.actions[3:7] if not action.inputs]
    assert all("Go through the buttons in order." in says for says in told)


def test_without_a_pause_the_same_buttons_do_no_harm(bench: Bench) -> None:
    begin, _, take, _, renew, write, release, _ = (action.demo for action in by_hand.BY_HAND.actions)
    assert begin(bench, ttl_ms=5_000).tone == "good"
    assert take(bench).says == "B gets nothing: the lock is taken."
    assert renew(bench).says == "A has its full time again."
    assert write(bench).says == "The resource holds the report of A."
    assert release(bench).says == "A gave the lock back."


def test_the_live_lock_tells_of_every_turn(bench: Bench) -> None:
    assert live.write(bench, who="ann", value="x").tone == "warn"
    assert live.acquire(bench, who="ann", name="job", ttl_ms=5_000).tone == "good"
    assert "ben gets nothing: job is taken" in live.acquire(bench, who="ben", name="job", ttl_ms=5_000).says
    bench.fast_forward(6)
    assert "nobody with a higher fence has written yet" in live.write(bench, who="ann", value="late").says
    assert live.acquire(bench, who="ben", name="job", ttl_ms=5_000).says.endswith(
        "The fence is 2: higher than any holder's before."
    )
    assert (
        live.write(bench, who="ben", value="mine").says == "The resource took 'mine' from ben under fence 2."
    )
    assert "The resource refused ann" in live.write(bench, who="ann", value="later").says
    assert "no longer holds it" in live.renew(bench, who="ann").says
    assert "No other holder was disturbed" in live.release(bench, who="ann").says
    assert live.release(bench, who="ben").says == "ben gave job back."
    assert "already" in live.release(bench, who="ben").says


def test_the_timeline_shows_when_a_holder_only_believes(bench: Bench) -> None:
    live.acquire(bench, who="ann", name="job", ttl_ms=2_000)
    bench.fast_forward(5)
    drawn = live.picture(bench)
    assert isinstance(drawn, Timeline)
    (lane,) = drawn.lanes
    assert [span.label for span in lane.spans] == ["lease, fence 1", "believes it holds"]
    assert lane.spans[0].end == pytest.approx(2.0, abs=0.1)
    assert lane.spans[1].end is None


def test_renewal_outlives_the_lease(bench: Bench) -> None:
    shown = live.keep_alive(bench, ttl_ms=1_500, work_ms=2_500)
    assert shown.tone == "good"
    assert "never lost" in shown.says
    assert int(str(count(shown, "Renewals"))) >= 3


def test_a_lease_that_is_lost_stops_the_work_and_says_so(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "works", lambda *_: True)
    shown = live.keep_alive(bench, ttl_ms=5_000, work_ms=10_000)
    assert shown.tone == "warn"
    assert "of 10,000 ms: her lease of 5,000 ms, renewed once, was lost." in shown.says


def test_a_reset_forgets_the_story(bench: Bench) -> None:
    live.acquire(bench, who="ann", name="job", ttl_ms=2_000)
    bench.reset()
    assert live.picture(bench).text == "Leases and their holders: nothing yet."

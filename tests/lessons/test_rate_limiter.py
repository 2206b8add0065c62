"""What the rate limiter lesson shows, pinned: how many too many the fixed window lets in."""

from __future__ import annotations

import pytest

from lab.bench import Bench
from lessons.model import Shown
from lessons.pictures import Series, Timeline
from lessons.rate_limiter import live, trouble
from patterns.rate_limiter import NaiveRateLimiter, RateLimiter
from tests.lessons.standing import StandingClock


def count(shown: Shown, label: str) -> object:
    return next(one.value for one in shown.counts if one.label == label)


@pytest.mark.parametrize(("clients", "limit"), [(2, 1), (20, 5), (50, 49)])
def test_the_naive_limiter_lets_everybody_in_who_looked_in_time(
    bench: Bench, clients: int, limit: int
) -> None:
    shown = trouble.naive_burst(bench, clients=clients, limit=limit)
    assert count(shown, "Admitted") == clients
    assert count(shown, "Over the limit") == clients - limit
    assert isinstance(shown.picture, Timeline)
    assert len(shown.picture.lanes) == min(clients, 12)


@pytest.mark.parametrize(("clients", "limit"), [(2, 1), (20, 5), (50, 49), (3, 50)])
def test_the_hardened_limiter_keeps_to_its_limit(bench: Bench, clients: int, limit: int) -> None:
    shown = trouble.hardened_burst(bench, clients=clients, limit=limit)
    assert count(shown, "Admitted") == min(clients, limit)
    assert shown.tone == "good"
    assert isinstance(shown.picture, Timeline)
    told = [mark.label for lane in shown.picture.lanes for mark in lane.marks]
    assert set(told) <= {"admitted", "refused"}


def test_a_crowd_that_is_smaller_than_the_limit_breaks_nothing(bench: Bench) -> None:
    assert trouble.naive_burst(bench, clients=3, limit=5).tone == "good"


def test_each_story_by_hand_names_its_fault(bench: Bench) -> None:
    naive = NaiveRateLimiter
    assert trouble.last_place(naive, bench, 5).says == (
        "One place of 5 was left, two servers asked, and 2 were admitted: over-admission."
    )
    assert trouble.two_bursts(naive, bench, 20).says == (
        "Within three seconds ann got 19 and then 20: 39 requests under a limit of 20: double burst."
    )
    assert trouble.hammer(naive, bench, 5).tone == "good"


def test_the_hardened_limiter_passes_the_same_stories(bench: Bench) -> None:
    hardened = RateLimiter
    assert trouble.last_place(hardened, bench, 5).says == (
        "One place of 5 was left, two servers asked, and 1 was admitted."
    )
    assert trouble.two_bursts(hardened, bench, 20).says == (
        "Within three seconds ann got 19 and then 1: 20 requests under a limit of 20."
    )
    assert count(trouble.hammer(hardened, bench, 5), "Refused meanwhile") == 50


@pytest.mark.parametrize("algorithm", ["log", "counter"])
def test_a_burst_is_cut_at_the_limit(bench: Bench, algorithm: str) -> None:
    shown = live.send(bench, client="ann", number=14, limit=10, window_s=60, algorithm=algorithm)
    assert shown.says.startswith("14 requests: 10 admitted, 4 refused. The next place is free in ")
    assert (count(shown, "Admitted"), count(shown, "Refused")) == (10, 4)
    assert "10 admitted" in live.picture(bench).text
    past, coming = live.picture(bench).lines
    assert max(point.y for point in past.points) == 10
    assert (coming.points[0].y, coming.points[-1].y) == (10, 0), "in a window's time all of them have left it"


def test_a_burst_below_the_limit_says_what_is_left(bench: Bench) -> None:
    shown = live.send(bench, client="ann", number=3, limit=10, window_s=60, algorithm="log")
    assert shown.says == "3 requests: 3 admitted, 0 refused. 7 more would be admitted now."


def test_an_answer_shows_its_header_fields(bench: Bench) -> None:
    bench.clock = StandingClock()
    first = live.answer(bench, client="ann", limit=1, window_s=60, algorithm="log")
    assert first.says.startswith("The answer is 200. ")
    assert count(first, "RateLimit") == '"login";r=0;t=60'
    second = live.answer(bench, client="ann", limit=1, window_s=60, algorithm="log")
    assert second.says.startswith("The answer is 429. ")
    assert count(second, "Retry-After") == "60"


@pytest.mark.parametrize("algorithm", ["log", "counter"])
def test_who_comes_back_when_told_to_is_admitted(bench: Bench, algorithm: str) -> None:
    for _ in range(3):
        shown = live.come_back(bench, client="ann", limit=7, window_s=60, algorithm=algorithm)
        assert shown.says.endswith("ann did, and was admitted.")


def test_a_counter_forgets_evenly_and_a_log_all_at_once(bench: Bench) -> None:
    shown = live.both(bench, limit=100, window_s=60, after=15)
    assert (count(shown, "Log admits"), count(shown, "Counter admits")) == (0, 25)
    assert isinstance(shown.picture, Series)
    ends = {
        line.name: (max(point.y for point in line.points), line.points[-1].y) for line in shown.picture.lines
    }
    assert ends == {"log": (100, 0), "counter": (100, 25)}
    assert live.both(bench, limit=10, window_s=1, after=900).tone == "good"


def test_a_window_that_ends_before_anybody_is_refused_is_told(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = live.ask

    def slowly(*given: object) -> object:
        bench.fast_forward(1)
        return ask(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(live, "ask", slowly)
    shown = live.come_back(bench, client="ann", limit=3, window_s=1, algorithm="log")
    assert shown.says.startswith("ann was never refused: the window of 1 second slid on")

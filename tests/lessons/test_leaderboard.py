"""What the leaderboard lesson shows, pinned: how many points the naive board loses, and the hardened none."""

from __future__ import annotations

import pytest

from lab.bench import Bench
from lessons.leaderboard import live, trouble
from lessons.model import Shown
from lessons.pictures import Ranking, Timeline
from patterns.leaderboard import Leaderboard, NaiveLeaderboard


def count(shown: Shown, label: str) -> object:
    return next(one.value for one in shown.counts if one.label == label)


@pytest.mark.parametrize(("clients", "points"), [(2, 1), (20, 10), (50, 7)])
def test_the_naive_board_keeps_the_points_of_one_client(bench: Bench, clients: int, points: int) -> None:
    shown = trouble.naive_burst(bench, clients=clients, points=points, player="dara")
    assert count(shown, "Earned") == clients * points
    assert count(shown, "On the board") == points
    assert count(shown, "Lost") == (clients - 1) * points
    assert isinstance(shown.picture, Timeline)
    assert len(shown.picture.lanes) == min(clients, 12)


@pytest.mark.parametrize(("clients", "points"), [(2, 1), (20, 10), (50, 7)])
def test_the_hardened_board_loses_nothing(bench: Bench, clients: int, points: int) -> None:
    shown = trouble.hardened_burst(bench, clients=clients, points=points, player="dara")
    assert count(shown, "Lost") == 0
    assert count(shown, "On the board") == clients * points
    assert count(shown, "Different totals that clients were told") == clients


def test_a_crowd_can_come_again(bench: Bench) -> None:
    for _ in range(2):
        assert count(trouble.naive_burst(bench, clients=5, points=3, player="dara"), "Lost") == 12
        assert count(trouble.hardened_burst(bench, clients=5, points=3, player="dara"), "Lost") == 0


def test_each_step_by_hand_names_its_fault(bench: Bench) -> None:
    naive = NaiveLeaderboard
    assert trouble.interleaved(naive, bench, 10, 30).says == (
        "dara earned 10 + 30 and has 10. 30 points of server 2 are gone: lost update."
    )
    assert "double points" in trouble.retried(naive, bench, 25).says
    assert "unfair tie" in trouble.tied(naive, bench, "ana", "zoe").says
    assert "swap the two" in trouble.tied(naive, bench, "zoe", "ana").says
    assert "torn page" in trouble.torn(naive, bench).says


def test_the_hardened_board_passes_the_same_steps(bench: Bench) -> None:
    hardened = Leaderboard
    assert trouble.interleaved(hardened, bench, 10, 30).says == (
        "dara earned 10 + 30 and has 40. Neither event is lost."
    )
    assert trouble.retried(hardened, bench, 25).tone == "good"
    assert trouble.tied(hardened, bench, "ana", "zoe").tone == "good"
    assert trouble.tied(hardened, bench, "zoe", "ana").tone == "good"
    assert trouble.torn(hardened, bench).tone == "good"


def test_a_tie_with_oneself_is_refused_kindly(bench: Bench) -> None:
    assert trouble.tied(Leaderboard, bench, "ana", "ana").tone == "warn"


def test_an_event_counts_once_however_often_it_is_sent(bench: Bench) -> None:
    first = live.send_again(bench, player="dara", points=20, event="game-77")
    second = live.send_again(bench, player="dara", points=20, event="game-77")
    assert first.says == "game-77 is counted: dara has 20 points. Send it again."
    assert second.says == "game-77 was counted before. dara stays at 20 points."
    assert second.tone == "warn"
    live.leave(bench, player="dara")
    third = live.send_again(bench, player="dara", points=20, event="game-77")
    assert third.says == "game-77 was counted before. dara was taken off since, and stays off."


def test_an_event_id_of_somebody_else_is_refused_with_a_sentence(bench: Bench) -> None:
    live.send_again(bench, player="dara", points=20, event="game-77")
    failure = bench.run(live.send_again, player="bo", points=20, event="game-77").failure
    assert failure is not None
    assert "game-77" in failure.says


def test_filling_the_board_twice_adds_nothing(bench: Bench) -> None:
    assert live.fill(bench).says == "Eight events were sent, and 535 points were added."
    assert "nothing was added" in live.fill(bench).says
    assert isinstance(live.picture(bench), Ranking)


def test_the_first_to_reach_a_total_stays_above(bench: Bench) -> None:
    live.fill(bench)
    shown = live.tie(bench, player="hana", rival="ana")
    assert shown.says == "Both have 120 points. ana is rank 1 and hana rank 2: ana reached this total first."
    assert live.tie(bench, player="hana", rival="nobody").tone == "warn"
    assert live.tie(bench, player="ana", rival="bo").tone == "warn"
    assert live.tie(bench, player="ana", rival="ana").says == (
        "ana has 120 points: name a rival who is ahead."
    )


def test_a_board_of_a_day_goes_after_a_week(bench: Bench) -> None:
    live.today(bench, player="dara", points=20)
    day = [state.key for state in bench.snapshot().keys if state.type == "zset"]
    assert len(day) == 1
    assert day[0] in bench.fast_forward(8 * 86_400).expired


def test_a_stranger_is_no_failure(bench: Bench) -> None:
    assert live.around(bench, player="nobody", radius=2).says == "nobody is not on the board."
    assert live.leave(bench, player="nobody").tone == "warn"

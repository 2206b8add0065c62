"""Numbers as people read them; bars that can be compared."""

from __future__ import annotations

import pytest

from lessons.pictures import Ranking, RankRow
from ui.charts import ranking
from ui.charts.counts import number


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"), (1234567, "1,234,567"), (-5, "-5"), (12.0, "12"), (0.123456, "0.123"), (99.96, "100"),
        (123.456, "123.5"), (1e-7, "1e-07"), (float("inf"), "inf"), ("6 %", "6 %"),
    ],
)  # fmt: skip
def test_numbers(value: int | float | str, shown: str) -> None:
    assert number(value) == shown


def rows(*points: float) -> tuple[RankRow, ...]:
    return tuple(RankRow(f"player {rank}", point, rank) for rank, point in enumerate(points))


def test_bars_begin_at_zero_and_ranks_at_one() -> None:
    data = ranking.data(Ranking("Board", rows(100, 50), highlight=frozenset({"player 1"})))
    assert [(row["rank"], row["share"], row["marked"]) for row in data["rows"]] == [
        (1, 1.0, False),
        (2, 0.5, True),
    ]
    assert data["text"] == "Board: 1. player 0 100 points, 2. player 1 50 points."


def test_negative_scores_still_have_bars_in_order() -> None:
    shares = [row["share"] for row in ranking.data(Ranking("Board", rows(10, -10)))["rows"]]
    assert shares == [1.0, 0.0]


@pytest.mark.parametrize("points", [(), (0,), (0, 0)])
def test_nothing_to_divide_by_is_no_problem(points: tuple[float, ...]) -> None:
    assert len(ranking.data(Ranking("Board", rows(*points)))["rows"]) == len(points)

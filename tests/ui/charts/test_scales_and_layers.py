"""Round ticks, rows of points made short, and graphs in layers."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.pictures import Point
from ui.charts.layers import layout
from ui.charts.scales import axis, thin, ticks


@given(st.floats(-1e9, 1e9), st.floats(1e-3, 1e9))
def test_ticks_lie_within_and_are_evenly_spaced(low: float, span: float) -> None:
    found = ticks(low, low + span)
    slack = max(span, abs(low)) * 1e-6
    assert 1 <= len(found) <= 7
    assert all(low - slack <= at <= low + span + slack for at in found)
    steps = [after - before for before, after in itertools.pairwise(found)]
    assert all(abs(step - steps[0]) <= slack for step in steps)


@pytest.mark.parametrize(
    ("high", "unit", "last"),
    [
        (30.0, "s", "30"),
        (0.5, "ms", "500"),
        (3_600.0, "min", "60"),
        (86_400.0, "h", "20"),
        (864_000.0, "d", "10"),
    ],
)
def test_seconds_are_shown_in_the_unit_that_fits(high: float, unit: str, last: str) -> None:
    found, shown = axis(0, high, "s")
    assert (shown, found[-1][1]) == (unit, last)
    assert all(0 <= at <= high * 1.000001 for at, _ in found)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=2_000))
def test_a_thinned_line_keeps_its_ends_its_extremes_and_its_order(values: list[float]) -> None:
    points = [Point(at, value) for at, value in enumerate(values)]
    kept = thin(points, 50)
    assert len(kept) <= 50
    assert (kept[0], kept[-1]) == (points[0], points[-1])
    assert min(kept, key=lambda point: point.y).y == min(values)
    assert max(kept, key=lambda point: point.y).y == max(values)
    assert [point.x for point in kept] == sorted({point.x for point in kept})


def test_a_chain_is_a_layer_a_node() -> None:
    found = layout(["c", "a", "b"], [("a", "b"), ("b", "c")])
    assert found.spots == {"a": (0, 0), "b": (1, 0), "c": (2, 0)}
    assert (found.layers, found.breadth) == (3, 1)


def test_a_circle_is_broken_at_the_edge_that_leads_back() -> None:
    found = layout(["a", "b", "c"], [("a", "b"), ("b", "c"), ("c", "a"), ("b", "b")])
    assert [found.spots[name][0] for name in "abc"] == [0, 1, 2]
    back = found.routes["c", "a"]
    assert [layer for layer, _ in back] == [2, 1, 0], "the way back passes beside the layer between"
    assert back[1] != found.spots["b"]
    assert ("b", "b") not in found.routes


def test_edges_are_uncrossed_where_that_is_possible() -> None:
    found = layout(["a", "b", "x", "y"], [("a", "y"), ("b", "x")])
    assert (found.spots["a"][1] < found.spots["b"][1]) == (found.spots["y"][1] < found.spots["x"][1])


def test_nothing_can_be_laid_out() -> None:
    assert layout([], []).layers == 0
    assert layout(["a"], []).spots == {"a": (0, 0)}


NAMES = "abcdefgh"
EDGES = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=20)


@given(EDGES)
def test_any_graph_has_a_place_for_everything(edges: list[tuple[str, str]]) -> None:
    found = layout(NAMES, edges)
    assert found == layout(NAMES, edges), "the same graph, the same picture"
    rows: dict[int, list[float]] = {}
    for layer, at in found.spots.values():
        assert 0 <= at <= found.breadth - 1 + 1e-6
        rows.setdefault(layer, []).append(at)
    for row in rows.values():
        assert all(after - before >= 0.998 for before, after in itertools.pairwise(sorted(row)))
    for source, target in edges:
        if source != target:
            route = found.routes[source, target]
            assert (route[0], route[-1]) == (found.spots[source], found.spots[target])
            assert all(abs(one[0] - next_[0]) == 1 for one, next_ in itertools.pairwise(route))

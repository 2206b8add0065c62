"""Lanes, tracks, and round times below them."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.pictures import Lane, Mark, Span, Timeline
from ui.charts.timeline import MOST_WITH_LABELS, data, ticks, tracks
from ui.theme import actor_styles

SPANS = st.builds(
    lambda start, length: Span(start, None if length is None else start + length, "held"),
    st.floats(0, 100),
    st.none() | st.floats(0, 50),
)


@given(st.lists(SPANS, max_size=30))
def test_no_two_spans_of_a_track_overlap_and_none_is_lost(spans: list[Span]) -> None:
    found = tracks(spans)
    assert sorted(map(repr, itertools.chain(*found))) == sorted(map(repr, spans))
    for track in found:
        for one, following in itertools.pairwise(track):
            assert one.end is not None
            assert one.end <= following.start


@pytest.mark.parametrize(
    ("total", "labels"),
    [
        (2.0, ["0 s", "0.5 s", "1 s", "1.5 s", "2 s"]),
        (0.15, ["0 ms", "25 ms", "50 ms", "75 ms", "100 ms", "125 ms", "150 ms"]),
        (2_250, ["0 min", "10 min", "20 min", "30 min"]),
        (28_800, ["0 h", "2 h", "4 h", "6 h", "8 h"]),
        (0.0005, ["0 µs", "100 µs", "200 µs", "300 µs", "400 µs", "500 µs"]),
    ],
)
def test_ticks_are_round(total: float, labels: list[str]) -> None:
    assert [label for _, label in ticks(total)] == labels


@given(st.floats(1e-6, 1e6))
def test_there_are_always_a_few_ticks_and_all_are_within(total: float) -> None:
    found = ticks(total)
    assert 3 <= len(found) <= 8
    assert all(0 <= at <= total * (1 + 1e-9) for at, _ in found)


def test_what_still_lasts_ends_with_the_picture() -> None:
    picture = Timeline(
        "Leases", (Lane("Ann", (Span(0.5, None, "holds", "good"),), (Mark(3.0, "late", "bad"),)),), 2.0
    )
    drawn = data(picture)
    assert drawn["seconds"] == 3.0  # a mark beyond the end makes room for itself
    (span,) = drawn["lanes"][0]["tracks"][0]
    assert (span["end"], span["open"]) == (3.0, True)
    assert [one["word"] for one in drawn["legend"]] == ["Good", "Damage"]


def test_actors_look_as_they_do_in_the_command_log() -> None:
    styles = actor_styles(["database", "Ben"])
    drawn = data(Timeline("", (Lane("Ben"), Lane("database")), 1.0), styles)
    assert [lane["actor"] for lane in drawn["lanes"]] == [styles["Ben"].data(), styles["database"].data()]


def test_where_marks_have_no_labels_the_legend_names_what_happened() -> None:
    first = Lane("0", marks=(Mark(1.0, "first", "good"),))
    others = tuple(Lane(str(number), marks=(Mark(1.0, "seen"),)) for number in range(1, MOST_WITH_LABELS))
    few = data(Timeline("Few", (first, *others), 1.0))
    assert (few["bare"], [one["word"] for one in few["legend"]]) == (False, ["Good"])
    many = data(Timeline("Many", (first, *others, Lane("more", marks=(Mark(1.0, "seen"),))), 1.0))
    assert many["bare"]
    assert many["legend"] == [
        {"tone": "plain", "word": "seen", "tick": True},
        {"tone": "good", "word": "first (good)", "tick": False},
    ]


def test_a_legend_does_not_list_what_is_different_in_every_mark() -> None:
    lanes = tuple(Lane(str(number), marks=(Mark(1.0, f"job {number}", "warn"),)) for number in range(12))
    assert [one["word"] for one in data(Timeline("Jobs", lanes, 1.0))["legend"]] == ["Careful"]
    held = (Lane("lease", (Span(0.0, 1.0, "held", "good"),)), *lanes[:1], *lanes[:1] * 10)
    assert [one["word"] for one in data(Timeline("Held", held, 1.0))["legend"]] == ["Good", "Careful"]


def test_an_empty_picture_can_be_drawn() -> None:
    assert data(Timeline("Nothing", (), 0.0))["lanes"] == []

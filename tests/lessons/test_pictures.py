"""Every picture says in words what it shows."""

from __future__ import annotations

import pytest

from lessons.pictures import (
    ABSENT,
    SLOTS,
    Bar,
    Bars,
    BitItem,
    Bits,
    Board,
    Card,
    Cell,
    Column,
    Edge,
    GeoMap,
    Lane,
    Limit,
    Line,
    Mark,
    Matrix,
    MatrixRow,
    Network,
    Node,
    Place,
    Point,
    Ranking,
    RankRow,
    Series,
    SlotKey,
    SlotRange,
    Slots,
    Span,
    Table,
    TableRow,
    Timeline,
    Tree,
    changes_between,
)
from lessons.pictures.words import amount, unit_of


def test_a_ranking_in_words() -> None:
    rows = (RankRow("ann", 1_234, 0), RankRow("ben", 7, 1))
    assert Ranking("Board", rows).text == "Board: 1. ann 1234 points, 2. ben 7 points."
    assert Ranking("Board", ()).text == "Board: empty."


def test_a_map_in_words() -> None:
    places = (Place("driver 01", 38.7, -9.1, "free", note="120 m"), Place("driver 02", 38.8, -9.1, "taken"))
    assert GeoMap("Near you", 38.7223, -9.1393, 1_500, places).text == (
        "Near you: 1,500 m around you (38.7223, -9.1393). driver 01 (free, 120 m), driver 02 (taken)."
    )
    assert GeoMap("Near you", 0, 0, 10, ()).text.endswith("Nobody.")


def test_a_timeline_in_words_comes_in_the_order_of_time() -> None:
    lane = Lane("ann", (Span(0, 2, "lease"), Span(3, None, "lease")), (Mark(1, "writes"),))
    assert Timeline("Locks", (lane, Lane("ben")), 5).text == (
        "Locks: ann: lease from 0.000 s to 2.000 s; writes at 1.000 s; lease since 3.000 s. ben: nothing."
    )
    assert Timeline("Locks", (), 0).text == "Locks: nothing yet."


def test_a_series_in_words_names_its_band_its_limits_and_its_marks() -> None:
    estimate = Line("estimate", (Point(0, 0), Point(1000, 1010.5, 992, 1029)), tone="good")
    picture = Series(
        "Visitors", (estimate, Line("truth", ())), "visitors", x="ids", x_unit="ids",
        limits=(Limit(2000, "capacity"),), marks=(Mark(500, "refused", "bad"),), note="One day",
    )  # fmt: skip
    assert picture.text == (
        "Visitors: estimate (good): 0 visitors at 0 ids; "
        "1,010.5 visitors at 1,000 ids (between 992 and 1,029). truth: nothing yet. "
        "Limits: capacity at 2,000 visitors. Marked: refused at 500 ids (damage). One day."
    )


def test_a_long_line_is_told_by_its_ends_and_its_extremes() -> None:
    points = tuple(Point(at, (at - 50) ** 2) for at in range(100))
    assert Series("Level", (Line("level", points),), "B").text == (
        "Level: level: 100 points, first 2,500 B at 0 s, lowest 0 B at 50 s, highest 2,500 B at 0 s, "
        "last 2,401 B at 99 s."
    )
    assert Series("Level", ()).text == "Level: nothing yet."


def test_bars_in_words_come_with_their_share_under_their_group() -> None:
    bars = (Bar("a", 25, group="server 1"), Bar("b", 75, "bad", "hot", group="server 1"), Bar("c", 0))
    assert Bars("Writes", bars, "writes", total=100, limit=50, limit_label="fair share").text == (
        "Writes: server 1: a 25 writes (25 %); b 75 writes (damage, 75 %, hot). c 0 writes (0 %). "
        "fair share: 50 writes."
    )
    assert Bars("Writes", ()).text == "Writes: nothing yet."


def test_a_board_in_words_goes_column_by_column() -> None:
    columns = (
        Column("pending", (Card("1-0", ("order 7",), "warn", "idle 12 s"),), note="worker 1", more=3),
        Column("done"),
    )
    assert Board("Stream", columns).text == (
        "Stream: pending (worker 1): 1-0, order 7 (careful, idle 12 s); 3 more. done: empty."
    )
    assert Board("Stream", ()).text == "Stream: nothing yet."


def test_a_matrix_in_words_goes_row_by_row() -> None:
    rows = (MatrixRow("Ann", (Cell("got", "good"), Cell("missed", "bad", "asleep"))),)
    assert Matrix("Messages", ("m1", "m2"), rows).text == (
        "Messages: Ann: m1: got (good); m2: missed (damage, asleep)."
    )
    assert Matrix("Messages", ("m1",), ()).text == "Messages: nothing yet."
    with pytest.raises(ValueError, match="'Ann' has 2 cells for 1 columns"):
        Matrix("Messages", ("m1",), rows)


def test_a_tree_in_words_lists_every_leaf_and_every_change() -> None:
    before = {"name": "shoe", "sizes": [41, 42], "old": True}
    after = {"name": "shoe", "sizes": [41, 43, 44], "tags": {}, "a b": None}
    changes = changes_between(before, after)
    assert [(one.path, one.before, one.after) for one in changes] == [
        ("$.sizes[1]", "42", "43"),
        ("$.sizes[2]", ABSENT, "44"),
        ("$.old", "true", ABSENT),
        ("$.tags", ABSENT, "{}"),
        ('$["a b"]', ABSENT, "null"),
    ]
    assert Tree("Document", after, changes[:1]).text == (
        'Document: $.name is "shoe"; $.sizes[0] is 41; $.sizes[1] is 43; $.sizes[2] is 44; $.tags is {}; '
        '$["a b"] is null. Changed: $.sizes[1] from 42 to 43 (good).'
    )
    assert Tree("Document", None).text == "Document: no document."


def test_nothing_has_changed_in_an_equal_document_but_1_is_not_true() -> None:
    assert changes_between({"a": [1, {"b": 2}]}, {"a": [1, {"b": 2}]}) == ()
    assert [one.path for one in changes_between({"a": 1}, {"a": True})] == ["$.a"]
    assert [one.path for one in changes_between({"a": []}, {"a": {}})] == ["$.a"]


def test_a_network_in_words_names_nodes_edges_path_and_where_it_is() -> None:
    nodes = (Node("py", "Python", "known", "good"), Node("web"))
    picture = Network("Skills", nodes, (Edge("py", "web", "needs"),), ("py", "web"), "web")
    assert picture.text == (
        "Skills: Python (good, known); web. Edges: Python to web (needs). Path: Python, then web. Now: web."
    )
    assert picture.on_path == {("py", "web")}
    assert Network("Skills", ()).text == "Skills: nothing yet."
    for bad in ({"edges": (Edge("py", "go"),)}, {"path": ("go",)}, {"current": "go"}):
        with pytest.raises(ValueError, match="not among the nodes: go"):
            Network("Skills", nodes, **bad)


def test_bits_in_words_say_which_positions_are_set() -> None:
    picture = Bits("Filter", 64, frozenset({3, 9}), (BitItem("ann", (3, 40), "never seen", "good"),))
    assert picture.text == (
        "Filter: 2 of 64 bits are set. ann hashes to 3 set, 40 not set (good, never seen)."
    )
    with pytest.raises(ValueError, match="no bits"):
        Bits("Filter", 8, frozenset({8}))


def test_slots_in_words_say_who_serves_and_where_keys_lie() -> None:
    ranges = (SlotRange(0, 8191, "A", 12), SlotRange(8192, SLOTS - 1, "B", tone="bad", note="hot"))
    picture = Slots("Counter", ranges, (SlotKey("likes:1", 9000, 5, "good"),), "writes")
    assert picture.text == (
        "Counter: A serves 0 to 8,191 (12 writes); B serves 8,192 to 16,383 (damage, hot). "
        "Keys: likes:1 in slot 9,000 on B (good, 5 writes)."
    )
    assert Slots("Counter").text == "Counter: one server, no slots are shared out. No keys."
    with pytest.raises(ValueError, match="slots 0 to 16,383"):
        Slots("Counter", keys=(SlotKey("x", SLOTS),))


def test_a_table_in_words_goes_row_by_row() -> None:
    rows = (TableRow(("1", "booked"), "good"), TableRow(("2", "booked again"), "bad"))
    assert Table("Ledger", ("id", "what"), rows).text == (
        "Ledger: id 1, what booked (good); id 2, what booked again (damage)."
    )
    assert Table("Ledger", ("id",)).text == "Ledger: empty."
    with pytest.raises(ValueError, match="2 cells for 1 columns"):
        Table("Ledger", ("id",), rows)


def test_amounts_are_read_by_people() -> None:
    assert [amount(value) for value in (1234567, 0.12345, 0.0000123, 1e-9, 12.0, 12345.678, -3)] == [
        "1,234,567", "0.123", "0.000012", "0", "12", "12,345.7", "-3",
    ]  # fmt: skip


def test_a_unit_goes_with_its_value() -> None:
    said = [
        (1, "entries"),
        (1, "requests"),
        (2, "requests"),
        (1, "ms"),
        (1, "of 5"),
        (1.0, "s"),
        (1, "series"),
    ]
    assert [unit_of(*one) for one in said] == ["entry", "request", "requests", "ms", "of 5", "s", "series"]
    assert amount(1, "events") == "1 event"


def test_a_place_in_a_series_is_told_as_exactly_as_it_is_drawn() -> None:
    points = tuple(Point(x, 1) for x in (1.67e-06, 1.0011, 61.23456))
    assert (
        Series("Admitted", (Line("ann", points),)).text == "Admitted: ann: 1 at 0 s; 1 at 1 s; 1 at 61.2 s."
    )

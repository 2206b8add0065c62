"""Every kind of picture as data: positions, bounds, and what is said of what is not drawn."""

from __future__ import annotations

import json

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
    Limit,
    Line,
    Mark,
    Matrix,
    MatrixRow,
    Network,
    Node,
    PathChange,
    Point,
    Series,
    SlotKey,
    SlotRange,
    Slots,
    Table,
    TableRow,
    Tree,
    changes_between,
)
from tests.ui import gallery
from ui.charts import bars, bits, board, matrix, network, series, slots, table, tree
from ui.charts.tones import legend, not_drawn

DRAWN = {
    "series": series,
    "bars": bars,
    "board": board,
    "matrix": matrix,
    "tree": tree,
    "network": network,
    "bits": bits,
    "slots": slots,
    "table": table,
}


@pytest.mark.parametrize("kind", DRAWN)
@pytest.mark.parametrize("moved", [False, True])
def test_the_gallery_is_plain_data_with_its_text(kind: str, moved: bool) -> None:
    for picture in gallery.KINDS[kind](moved):
        data = DRAWN[kind].data(picture)
        json.dumps(data, allow_nan=False)
        assert (data["title"], data["text"]) == (picture.title, picture.text)
        assert picture.text.endswith(".")


def test_the_legend_names_each_sign_once_and_plain_none() -> None:
    assert legend(["bad", "plain", "good", "bad"]) == [
        {"tone": "good", "word": "Good"},
        {"tone": "bad", "word": "Damage"},
    ]
    assert (not_drawn(0, "row"), not_drawn(1, "row"), not_drawn(1_200, "key")) == (
        "",
        "1 more row is not drawn.",
        "1,200 more keys are not drawn.",
    )


def test_a_series_holds_zero_its_limits_its_bands_and_its_marks() -> None:
    line = Line("level", (Point(2, 5, 4, 6), Point(4, 7, 6, 9)))
    data = series.data(
        Series("S", (line,), limits=(Limit(20, "cap"),), marks=(Mark(6, "end"), Mark(1, "start")))
    )
    assert (data["x"]["from"], data["x"]["to"]) == (1, 6)
    assert data["y"]["from"] == 0
    assert data["y"]["to"] > 20
    assert data["lines"][0]["band"] == [[2, 4, 6], [4, 6, 9]]
    assert [mark["label"] for mark in data["marks"]] == ["start", "end"]
    assert all(1 <= tick["at"] <= 6 for tick in data["x"]["ticks"])


def test_a_series_reaches_below_zero_where_its_band_does() -> None:
    data = series.data(Series("S", (Line("error", (Point(0, 0, -1, 1), Point(9, 0.5, -1, 1))),), "%"))
    assert data["y"]["from"] < -1


def test_an_empty_series_can_be_drawn_and_says_so() -> None:
    assert series.data(Series("S", ()))["empty"] is True
    assert series.data(Series("S", (Line("one", (Point(0, 0),)),)))["empty"] is False


def test_bars_of_a_series_have_room_at_both_ends() -> None:
    data = series.data(Series("S", (Line("n", (Point(0, 1), Point(1, 2), Point(3, 2)), "bars"),)))
    assert (data["gap"], data["x"]["from"], data["x"]["to"]) == (1, -0.5, 3.5)


def test_what_a_series_leaves_out_is_said() -> None:
    lines = tuple(Line(str(at), tuple(Point(x, x) for x in range(1_000))) for at in range(8))
    data = series.data(Series("S", lines, marks=tuple(Mark(at, "m") for at in range(30))))
    assert data["out"] == "2 more lines are not drawn. 6 more marks are not drawn."
    assert data["lines"][0]["thinned"] == "400 of 1,000 points"


def test_bars_are_parts_of_the_longest_or_of_the_limit() -> None:
    pair = (Bar("a", 5), Bar("b", 10))
    assert [bar["length"] for bar in bars.data(Bars("B", pair))["bars"]] == [0.5, 1]
    limited = bars.data(Bars("B", pair, limit=20, total=1_000_000))
    assert ([bar["length"] for bar in limited["bars"]], limited["limit"]["at"]) == ([0.25, 0.5], 1)
    assert [bar["share"] for bar in limited["bars"]] == ["<1 %", "<1 %"]
    assert bars.data(Bars("B", (Bar("none", 0),)))["bars"][0]["length"] == 0
    assert bars.data(Bars("B", (Bar("x", 1),) * 42))["out"] == "2 more bars are not drawn."


def test_a_board_counts_what_it_does_not_draw() -> None:
    cards = tuple(Card(f"job {at}", key=f"id {at}") for at in range(10))
    (column,) = board.data(Board("B", (Column("due", cards, more=90),)))["columns"]
    assert (column["count"], column["more"], len(column["cards"])) == (100, "and 92 more", board.MOST_CARDS)
    assert column["cards"][0]["key"] == "id 0"
    (column,) = board.data(Board("B", (Column("due", (Card("mail"),)),)))["columns"]
    assert (column["count"], column["more"], column["cards"][0]["key"]) == (1, "", "mail")


def test_a_matrix_leaves_out_rows_and_columns_aloud() -> None:
    rows = tuple(MatrixRow(f"r{at}", (Cell("x"),) * 18) for at in range(25))
    data = matrix.data(Matrix("M", tuple(f"c{at}" for at in range(18)), rows))
    assert data["out"] == "1 more row is not drawn. 2 more columns are not drawn."
    assert {len(row["cells"]) for row in data["rows"]} == {len(data["columns"])} == {matrix.MOST_COLUMNS}


def test_a_table_sets_numbers_to_the_right() -> None:
    rows = (TableRow(("a", "1,200", "3 ms", "")), TableRow(("b", "-4.5", "soon", "")))
    data = table.data(Table("T", ("name", "n", "t", "nothing"), rows))
    assert [column["number"] for column in data["columns"]] == [False, True, False, False]
    assert table.data(Table("T", ("a",), (TableRow(("x",)),) * 61))["out"] == "1 more row is not drawn."


def test_a_tree_marks_changed_new_and_removed_lines_in_their_place() -> None:
    before = {"a": {"x": 1, "y": 2}, "b": [1]}
    after = {"a": {"x": 5}, "b": [1, {"c": 3}]}
    lines = tree.data(Tree("T", after, changes_between(before, after)))["lines"]
    assert [(line["path"], line["depth"]) for line in lines] == [
        ("$", 0),
        ("$.a", 1),
        ("$.a.x", 2),
        ("$.a.y", 2),
        ("$.b", 1),
        ("$.b[0]", 2),
        ("$.b[1]", 2),
        ("$.b[1].c", 3),
    ]
    shown = {line["path"]: line for line in lines}
    assert (shown["$.a.x"]["before"], shown["$.a.x"]["value"]) == ("1", "5")
    assert (shown["$.a.y"]["gone"], shown["$.b[1]"]["added"], shown["$.a"]["changed"]) == (True, True, False)


def test_names_that_hold_dots_and_brackets_keep_their_depth() -> None:
    document = {"a.b[0]": {"c": 1}}
    lines = tree.data(Tree("T", document, (PathChange('$["a.b[0]"].d', "1", ABSENT),)))["lines"]
    assert [(line["depth"], line["name"]) for line in lines] == [
        (0, "$"),
        (1, '["a.b[0]"]'),
        (2, "c"),
        (2, "d"),
    ]


def test_a_large_tree_keeps_what_changed_and_its_parents() -> None:
    document = {"items": [{"id": at, "name": "x"} for at in range(100)]}
    data = tree.data(Tree("T", document, (PathChange("$.items[77].name", '"y"', '"x"'),)))
    shown = {line["path"] for line in data["lines"] if "path" in line}
    assert {"$", "$.items", "$.items[77]", "$.items[77].id", "$.items[77].name", "$.items[78]"} <= shown
    gaps = [line["gap"] for line in data["lines"] if "gap" in line]
    assert sum(gaps) + len(shown) == 302
    assert data["out"] == f"{sum(gaps)} more lines are not drawn."


def test_a_network_numbers_its_path_and_bends_edges_that_would_lie_on_each_other() -> None:
    nodes = (Node("a"), Node("b"), Node("c"))
    edges = (Edge("a", "b"), Edge("b", "a"), Edge("b", "c"), Edge("c", "c"))
    data = network.data(Network("N", nodes, edges, ("a", "b"), "b"))
    assert [(node["step"], node["current"]) for node in data["nodes"]] == [(1, False), (2, True), (0, False)]
    assert [(edge["bow"], edge["marked"], edge["loop"]) for edge in data["edges"]] == [
        (1, True, False),
        (1, False, False),
        (0, False, False),
        (0, False, True),
    ]


def test_edges_of_nodes_that_are_not_drawn_are_not_drawn() -> None:
    nodes = tuple(Node(str(at)) for at in range(45))
    data = network.data(Network("N", nodes, (Edge("0", "44"), Edge("0", "1")), ("0", "44")))
    assert (data["out"], len(data["edges"])) == ("5 more nodes are not drawn.", 1)


def test_a_small_array_has_a_square_a_bit_and_a_large_one_shares() -> None:
    small = bits.data(Bits("B", 8, frozenset({1}), (BitItem("ann", (1, 5)),)))
    assert (small["squares"], small["scale"]) == ([0, 1, 0, 0, 0, 0, 0, 0], "")
    assert small["items"][0]["hits"] == [
        {"at": 1, "square": 1, "set": True},
        {"at": 5, "square": 5, "set": False},
    ]
    large = bits.data(Bits("B", 1_500, frozenset(range(4)), (BitItem("ann", (1_499,)),)))
    assert (large["per"], len(large["squares"]), large["squares"][:3]) == (3, 500, [1, 0.333, 0])
    assert large["items"][0]["hits"][0]["square"] == 499
    assert large["says"].endswith("(0.3 %)")


def test_the_last_square_is_filled_by_the_bits_that_it_has() -> None:
    data = bits.data(Bits("B", 1_025, frozenset({1_023, 1_024}), ()))
    assert (data["per"], len(data["squares"]), data["squares"][-1]) == (3, 342, 1)


def test_slots_know_their_node_and_keys_come_in_order() -> None:
    ranges = (SlotRange(8_000, SLOTS - 1, "B", 10), SlotRange(0, 7_999, "A", 40))
    data = slots.data(Slots("S", ranges, (SlotKey("z", 9_000), SlotKey("a", 7_999)), "writes"))
    assert [(one["node"], one["share"]) for one in data["ranges"]] == [("A", 1), ("B", 0.25)]
    assert [(key["name"], key["node"]) for key in data["keys"]] == [("a", "A"), ("z", "B")]
    crowd = slots.data(Slots("S", keys=tuple(SlotKey(str(at), at) for at in range(70))))
    assert crowd["out"] == "6 more keys are not drawn."


def test_a_slot_has_one_label_that_counts_its_keys() -> None:
    keys = (
        SlotKey("b:{x}", 11_885, 2),
        SlotKey("a:{x}", 11_885, 3, "warn"),
        SlotKey("b:{x}", 11_885, 2),
        SlotKey("c", 7),
    )
    data = slots.data(Slots("S", keys=keys, unit="writes"))
    assert [key["name"] for key in data["keys"]] == ["c", "b:{x}", "a:{x}"]
    assert [pin["label"] for pin in data["pins"]] == ["c", "2 keys in 11,885: 5 writes"]
    assert [pin["tone"] for pin in data["pins"]] == ["plain", "warn"]
    assert data["pins"][1]["says"] == "slot 11,885: b:{x}, a:{x}"
    assert data["text"].count("b:{x}") == 1

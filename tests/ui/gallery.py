"""Every kind of picture on one page, for eyes and the browser's tests: `streamlit run tests/ui/gallery.py`.

No page of the app leads here. `?moved=1` shows the same pictures after something has happened; `?kind=board`
shows one kind. The numbers are samples.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # `streamlit run` puts only this folder there

import streamlit as st

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
    PathChange,
    Picture,
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


def series(moved: bool) -> list[Picture]:
    level = [10.0]
    for _ in range(60):
        level.append(max(0.0, min(10.0, level[-1] + 0.5 - (1.2 if moved else 0.9))))
    counted = [1_000 * step for step in range(1, 21)]
    off = [math.sin(step * 1.7) * 0.55 for step in range(1, 21)]
    return [
        Series(
            "Tokens in the bucket",
            (
                Line(
                    "bucket of ann",
                    tuple(Point(at * 0.5, value) for at, value in enumerate(level)),
                    "steps",
                    note="refills 1 a second",
                ),
            ),
            "tokens",
            limits=(Limit(10, "capacity"), Limit(1, "a request costs", "plain")),
            marks=(
                Mark(11.5, "refused", "bad"),
                Mark(12.5, "refused", "bad"),
                Mark(21, "let through", "good"),
            ),
            note="Refused requests take nothing.",
        ),
        Series(
            "How far the estimate is from the truth",
            (
                Line(
                    "error of PFCOUNT",
                    tuple(Point(x, y, -0.81, 0.81) for x, y in zip(counted, off, strict=True)),
                    note="band: one standard error, 0.81 %",
                ),
                Line(
                    "sum of the shards",
                    tuple(Point(x, y * 1.6 + 0.4) for x, y in zip(counted, off, strict=True)),
                    "dots",
                    "warn",
                ),
            ),
            "%",
            x="distinct visitors",
            x_unit="visitors",
        ),
        Series(
            "Requests a second",
            (
                Line(
                    "admitted",
                    tuple(Point(at, value) for at, value in enumerate((80, 100, 100, 100, 95, 60))),
                    "bars",
                    "good",
                ),
                Line(
                    "refused",
                    tuple(Point(at, value) for at, value in enumerate((0, 40, 130, 90, 0, 0))),
                    "bars",
                    "bad",
                ),
            ),
            "requests",
            limits=(Limit(100, "limit"),),
        ),
        Series(
            "Raw samples and their averages",
            (
                Line(
                    "raw",
                    tuple(
                        Point(at * 30, 20 + 6 * math.sin(at / 50) + math.sin(at * 3)) for at in range(2_880)
                    ),
                    "area",
                ),
                Line(
                    "average of an hour",
                    tuple(Point(at * 3_600, 20 + 6 * math.sin(at * 2.4)) for at in range(24)),
                    "line",
                ),
            ),
            "°C",
        ),
        Series("Nothing measured yet", ()),
    ]


def bars(moved: bool) -> list[Picture]:
    return [
        Bars(
            "Commands by server",
            (
                Bar("server 1", 51_230 if moved else 4_100, "bad", "holds likes:{post 7}", "one key"),
                Bar("server 2", 310, group="one key"),
                Bar("server 3", 290, group="one key"),
                Bar("server 1", 17_400, group="32 sub-keys"),
                Bar("server 2", 17_210, "good", group="32 sub-keys"),
                Bar("server 3", 16_950, group="32 sub-keys"),
            ),
            "commands",
            total=103_390,
            limit=20_000,
            limit_label="what one core did",
        ),
    ]


def board(moved: bool) -> list[Picture]:
    job = Card("mail to ann", ("run at 09:00",), "plain", "attempt 1")
    held = Card("mail to ann", ("worker 2",), "warn", "lease 12 s")
    return [
        Board(
            "Jobs",
            (
                Column("due", () if moved else (job, Card("report 7", ("run at 09:05",)))),
                Column(
                    "in flight",
                    (held,) if moved else (Card("report 6", ("worker 1",), "bad", "lease ran out"),),
                ),
                Column(
                    "done",
                    (Card("report 5", (), "good"), *([Card("report 7", (), "good")] if moved else [])),
                    more=41,
                ),
            ),
            note="A job leaves the in-flight set only with its worker's token.",
        ),
        Board(
            "Stream orders, group billing",
            (
                Column(
                    "not read yet",
                    tuple(Card(f"{at}-0", (f"order {at}",)) for at in range(1, 4)),
                    "in the stream",
                ),
                Column(
                    "worker-1",
                    (
                        Card("1718-0", ("order 41",), "warn", "idle 48 s"),
                        Card("1719-0", ("order 42",), "bad", "delivered 3x"),
                    ),
                ),
                Column("worker-2", ()),
                Column(
                    "acknowledged", tuple(Card(f"17{at}-0", (), "good") for at in range(10, 30)), more=1_200
                ),
                Column(
                    "dead letters",
                    (Card("1702-0", ("order 25", "no such customer"), "bad", "delivered 5x"),),
                    tone="warn",
                ),
            ),
        ),
    ]


def matrix(moved: bool) -> list[Picture]:
    got, missed, twice = Cell("got", "good"), Cell("missed", "bad"), Cell("2x", "warn", "caught up")
    dense = tuple(
        MatrixRow(f"subscriber {row}", tuple(got if (row * at) % 5 else missed for at in range(1, 15)))
        for row in range(1, 5)
    )
    return [
        Matrix(
            "Who received what",
            ("m1", "m2", "m3"),
            (
                MatrixRow("Ann", (got, got, got)),
                MatrixRow("Ben", (got, got if moved else missed, missed), "away for m2"),
                MatrixRow("Cid", (Cell(""), twice, got)),
            ),
            "subscriber / message",
            "A dash: not subscribed yet.",
        ),
        Matrix("Fourteen messages", tuple(f"m{at}" for at in range(1, 15)), dense),
        Matrix(
            "Which measure stops which failure",
            ("crash before EXPIRE", "two clients at once", "lost reply", "failover"),
            (
                MatrixRow(
                    "INCR, then EXPIRE",
                    (
                        Cell("no", "bad", "blocked for ever"),
                        Cell("yes", "good"),
                        Cell("no", "bad"),
                        Cell("no", "warn"),
                    ),
                ),
                MatrixRow(
                    "one script",
                    (
                        Cell("yes", "good"),
                        Cell("yes", "good"),
                        Cell("counts twice", "warn"),
                        Cell("no", "warn", "limit starts anew"),
                    ),
                ),
            ),
        ),
    ]


def tree(moved: bool) -> list[Picture]:
    before = {
        "sku": "shoe-7",
        "price": {"amount": 59.9, "currency": "EUR"},
        "stock": [{"size": 41, "left": 3}, {"size": 42, "left": 1}],
        "draft": True,
    }
    after = {**before, "stock": [{"size": 41, "left": 3}, {"size": 42, "left": 0}], "tags": ["sale"]}
    del after["draft"]
    lost = PathChange("$.price.amount", "49.9", "59.9", "bad", "Ben's price is lost")
    big = {"items": [{"id": at, "name": f"item {at}"} for at in range(60)]}
    return [
        Tree("product:7", after, (*changes_between(before, after), lost)),
        Tree(
            "A cart of sixty items",
            big,
            (
                PathChange("$.items[58].name", '"thing"', '"item 58"'),
                PathChange("$.gone", "1", ABSENT, "warn"),
            ),
        ),
        Tree("Nothing stored", None),
    ]


def network(moved: bool) -> list[Picture]:
    skills = ("Networks", "Linux", "Python", "SQL", "Redis", "Web APIs", "Caching", "Queues", "System design")
    needs = (
        ("Networks", "Web APIs"),
        ("Linux", "Redis"),
        ("Python", "Web APIs"),
        ("Python", "Redis"),
        ("SQL", "Caching"),
        ("Redis", "Caching"),
        ("Redis", "Queues"),
        ("Web APIs", "Caching"),
        ("Caching", "System design"),
        ("Queues", "System design"),
        ("Linux", "System design"),
    )
    return [
        Network(
            "Skills and what they open",
            tuple(
                Node(
                    name,
                    state="known" if name in ("Python", "Linux") else "",
                    tone="good" if name in ("Python", "Linux") else "plain",
                )
                for name in skills
            ),
            tuple(Edge(*pair) for pair in needs),
            ("Python", "Redis", "Queues", "System design"),
        ),
        Network(
            "The record of an idempotency key",
            (
                Node("absent"),
                Node("in progress", state="lease 30 s", tone="warn"),
                Node("done", state="kept 24 h", tone="good"),
                Node("failed", tone="bad"),
            ),
            (
                Edge("absent", "in progress", "first request"),
                Edge("in progress", "done", "answer stored", "good"),
                Edge("in progress", "in progress", "409: come back"),
                Edge("in progress", "absent", "lease ran out", "warn"),
                Edge("in progress", "failed", "error stored", "bad"),
                Edge("done", "done", "replayed"),
                Edge("done", "absent", "24 h later"),
            ),
            current="done" if moved else "in progress",
        ),
        Network(
            "A crowd",
            tuple(Node(f"node {at}") for at in range(45)),
            tuple(Edge(f"node {at // 3}", f"node {at}") for at in range(1, 45)),
        ),
    ]


def bits(moved: bool) -> list[Picture]:
    ann, ben, cid = (3, 17, 40, 55), (9, 17, 30, 61), (3, 30, 44, 55)
    return [
        Bits(
            "Sixty-four bits, four hashes",
            64,
            frozenset((*ann, *ben)),
            (
                BitItem("ann@example.org", ann, "added", "good"),
                BitItem("ben@example.org", ben, "added", "good"),
                BitItem(
                    "cid@example.org",
                    cid,
                    "one bit is not set: certainly never added",
                    "plain" if not moved else "warn",
                ),
            ),
        ),
        Bits(
            "A filter for 1,000 names at 1 %",
            9_585,
            frozenset((at * at * 7 + at * 31) % 9_585 for at in range(4_200)),
            (BitItem("dora", (37, 901, 3_004, 5_555, 7_810, 8_000, 9_111), "may be there", "warn"),),
        ),
    ]


def slots(moved: bool) -> list[Picture]:
    shards = tuple(
        SlotRange(at * 5_461, min(at * 5_461 + 5_460, SLOTS - 1), f"server {at + 1}", load, tone)
        for at, (load, tone) in enumerate(((52_000, "bad"), (900, "plain"), (1_100, "plain")))
    )
    keys = tuple(SlotKey(f"likes:7:{at}", (at * 5_003 + 811) % SLOTS, 30 + at) for at in range(8))
    return [
        Slots(
            "A hot key and its server",
            shards,
            (SlotKey("likes:{7}", 2_711, 51_000, "bad"), SlotKey("likes:{9}", 9_120, 20)),
            "commands",
        ),
        Slots(
            "Eight sub-keys", tuple(SlotRange(one.first, one.last, one.node) for one in shards), keys, "likes"
        ),
        Slots(
            "One server",
            keys=tuple(SlotKey(f"user:{at}", at * 271 % SLOTS) for at in range(70 if moved else 30)),
        ),
    ]


def table(moved: bool) -> list[Picture]:
    return [
        Table(
            "Ledger",
            ("payment", "account", "amount", "booked by"),
            (
                TableRow(("p-1", "ann", "12.50", "worker 1")),
                TableRow(("p-2", "ben", "1,300.00", "worker 2"), "good"),
                TableRow(("p-2", "ben", "1,300.00", "worker 1"), "bad"),
                *([TableRow(("p-3", "cid", "7.00", "worker 1"), "warn")] if moved else []),
            ),
            "Every row is one effect outside of Redis.",
        ),
        *(  # twice, as naive beside hardened
            Table(
                "Wide",
                tuple(f"a column {at}" for at in range(9)),
                tuple(TableRow(tuple(f"cell {row}.{at}" for at in range(9))) for row in range(3)),
            )
            for _ in range(2)
        ),
        Table("Empty", ("payment", "account")),
    ]


def known(moved: bool) -> list[Picture]:
    return [
        Ranking("Board", (RankRow("Ann", 120, 0), RankRow("Ben", 90, 1))),
        Timeline(
            "Leases",
            (
                Lane("Ann", (Span(0, 2, "holds", "good"),), (Mark(1, "writes"),)),
                Lane("Ben", (Span(1.5, None, "holds", "bad"),)),
            ),
            3,
        ),
        GeoMap("Near", 38.7223, -9.1393, 1_500, (Place("driver 1", 38.724, -9.14, "free", "good"),)),
    ]


KINDS = {
    "series": series,
    "bars": bars,
    "board": board,
    "matrix": matrix,
    "tree": tree,
    "network": network,
    "bits": bits,
    "slots": slots,
    "table": table,
    "known": known,
}


def page() -> None:
    from ui.components.pictures import draw_picture
    from ui.components.top import draw_top

    st.set_page_config("Gallery", layout="wide")
    draw_top("gallery", "no Redis", "", warns=False, home=lambda: None, machine=lambda: None, me=lambda: None)
    st.title("Gallery")
    moved = st.toggle("Moved", value="moved" in st.query_params)
    only = st.query_params.get("kind", "")
    for name, kind in KINDS.items():
        if only in ("", name):
            st.header(name.capitalize())
            for number, picture in enumerate(kind(moved)):
                draw_picture(picture, f"{name}-{number}")


if __name__ == "__main__":
    page()

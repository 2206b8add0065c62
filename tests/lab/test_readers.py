"""Readers driven by hand: the replies of servers and modules that are not at hand everywhere."""

from __future__ import annotations

from typing import Any

import pytest
from redis.exceptions import ResponseError

from lab.readers import content
from lab.reading import Content, Gone, Key


def drive(kind: str, *replies: list[Any], memory: int | None = None) -> Content:
    """What the reader makes of these replies, one list for each round trip."""
    reading = content(kind, Key(b"k", 100, memory))
    asked = next(reading)
    for reply in replies:
        assert len(asked) == len(reply)
        try:
            asked = reading.send(reply)
        except StopIteration as finished:
            return finished.value
    raise AssertionError(f"it asks further: {asked}")


@pytest.mark.parametrize(
    "about",
    [{b"totalSamples": 2, b"labels": {}}, [b"totalSamples", 2, b"labels", []]],
    ids=["RESP3", "RESP2"],
)
def test_a_time_series(about: object) -> None:
    found = drive("TSDB-TYPE", [about, [[2_000, b"3.5"], [1_000, 2.0]]])
    assert (found.type, found.size, found.more) == ("timeseries", 2, 0)
    assert found.value == (("1000", "2"), ("2000", "3.5"))


def counted(nodes: int, edges: int) -> list[Any]:
    """What a graph answers to how many nodes and edges it has."""
    return [[[b"count"], [[number]], [b"took 1 ms"]] for number in (nodes, edges)]


def test_a_graph() -> None:
    nodes = [[0, b"[Skill]", 2, b"{}"], [1, b"[Skill]", 2, b"{}"]]
    found = drive("graphdata", counted(2, 0), [[[], nodes, [b"took 1 ms"]], [[], [], []]])
    assert (found.type, found.size, found.value) == ("graph", 2, (("nodes", "2"), ("edges", "0")))
    same = drive("graphdata", counted(2, 0), [[[], nodes[::-1], [b"took 2 ms"]], [[], [], []]])
    other = drive("graphdata", counted(2, 0), [[[], nodes, []], [[], [[0, b"OPENS", 1, 2, b"{}"]], []]])
    assert found.digest == same.digest != other.digest


def test_a_graph_too_large_to_be_read_is_told_by_its_numbers() -> None:
    found, more = drive("graphdata", counted(1_500, 501)), drive("graphdata", counted(1_500, 502))
    assert found.value == (("nodes", "1500"), ("edges", "501"))
    assert found.digest != more.digest


def test_a_graph_of_a_module_without_json_is_told_by_its_numbers() -> None:
    unknown = ResponseError("Unknown function 'toJSON'")
    found = drive("graphdata", counted(3, 2), [unknown, unknown])
    assert (found.size, found.digest) == (3, drive("graphdata", counted(3, 2), [unknown, unknown]).digest)


def test_a_bloom_filter() -> None:
    found = drive("MBbloom--", [{b"Capacity": 100, b"Number of items inserted": 7}], [b"checksum"])
    assert (found.type, found.size) == ("bloom", 7)
    assert ("Capacity", "100") in found.value


def test_a_type_that_nobody_knows() -> None:
    found = drive("my-module", [b"my-module"], [ResponseError("NOPERM no scripts")], [b"dump"], memory=99)
    assert (found.type, found.size, found.value) == ("my-module", 99, ())


def test_a_document_too_large_to_be_sent() -> None:
    found = drive("ReJSON-RL", [b"checksum"], memory=3_000_000)
    assert (found.type, found.value) == ("json", "a document of about 3,000,000 bytes")
    same = drive("ReJSON-RL", [b"checksum"], memory=3_000_000)
    other = drive("ReJSON-RL", [b"other"], memory=3_000_000)
    assert found.digest == same.digest != other.digest


@pytest.mark.parametrize(
    ("count", "says"),
    [
        ((5).to_bytes(8, "little"), "counted 5"),
        (b"\0" * 7 + b"\x80", "count not known until the next PFCOUNT"),
    ],
)
@pytest.mark.parametrize(("encoding", "kind"), [(0, "dense"), (1, "sparse")])
def test_the_header_of_a_hyperloglog(count: bytes, says: str, encoding: int, kind: str) -> None:
    raw = b"HYLL" + bytes([encoding]) + b"\0\0\0" + count
    found = drive("string", [len(raw), raw])
    assert (found.type, found.value) == ("hyperloglog", f"{kind}, {says}")


def test_a_string_that_only_begins_like_one() -> None:
    assert drive("string", [4, b"HYLL"]).type == "string"


@pytest.mark.parametrize(
    ("kind", "replies"),
    [
        ("hash", [0, [b"0", []], ResponseError("no such key")]),
        ("set", [0, [b"0", []]]),
        ("ReJSON-RL", [None]),
        ("MBbloom--", [None]),
        ("list", [ResponseError("WRONGTYPE"), ResponseError("WRONGTYPE")]),
    ],
)
def test_what_vanished_meanwhile_is_told_apart(kind: str, replies: list[Any]) -> None:
    with pytest.raises(Gone):
        drive(kind, replies)

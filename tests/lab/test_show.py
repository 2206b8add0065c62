"""Any value becomes short, safe text."""

from __future__ import annotations

import tracemalloc

import pytest
from redis.exceptions import ResponseError

from lab.show import binary_text, error_text, shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("ann", "ann"),
        ("naïve café 世界 🏆", "naïve café 世界 🏆"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        (b"caf\xc3\xa9", "café"),
        (b"\xff\x00abc", "\\xff\\x00abc"),
        ("two\nlines\tand \x1b[31mred", "two\\nlines\\tand \\x1b[31mred"),
        ("right\u202eleft", "right\\u202eleft"),
        ("half \ud800 pair", "half \\ud800 pair"),
        ("", '""'),
        (b"", '""'),
        (None, "(nil)"),
        (True, "true"),
        (7, "7"),
        (10.0, "10"),
        (2.5, "2.5"),
        (float("inf"), "inf"),
        ([], "[]"),
        (["ann", 10.0, None], "[ann, 10, (nil)]"),
        (["two words", "", 'a"b'], '["two words", "", "a\\"b"]'),
        ({"a": 1, b"b": [2]}, "{a: 1, b: [2]}"),
        ({"b", "a"}, "{a, b}"),
        ((b"x", b"\x00"), "[x, \\x00]"),
        ([ResponseError("WRONGTYPE no")], "[(error) WRONGTYPE no]"),
    ],
)
def test_a_value_is_shown_as_people_read_it(value: object, text: str) -> None:
    assert shown(value) == text


def test_long_text_is_cut_and_says_how_long_it_was() -> None:
    assert shown("x" * 12_345) == "x" * 200 + "… (12,345 bytes)"
    assert shown("é" * 500, 10) == "é" * 10 + "… (500 characters)"
    assert shown(b"\x00" * 500, 8) == "\\x00\\x00… (500 bytes)"


def test_text_of_exactly_the_limit_is_not_cut() -> None:
    assert shown("x" * 200) == "x" * 200
    assert shown(b"x" * 200) == "x" * 200


def test_a_character_cut_in_half_does_not_make_text_binary() -> None:
    raw = ("é" * 1_000).encode()
    assert binary_text(raw[:101], len(raw), 10) == "é" * 10 + "… (2,000 bytes)"


def test_a_long_list_says_how_many_items_are_left_out() -> None:
    text = shown(list(range(1_000)), 20)
    assert text == "[0, 1, 2, 3, 4, 5, … 994 more]"


def test_deep_nesting_ends() -> None:
    value: list[object] = []
    for _ in range(5_000):
        value = [value]
    assert shown(value) == "[[[[[[[… 1 more]]]]]]]"


@pytest.mark.parametrize(
    "value",
    [
        b"x" * 50_000_000,
        "x" * 50_000_000,
        memoryview(b"\xff" * 50_000_000),
        [b"x" * 50_000_000],
        1 << 400_000,
    ],
    ids=["bytes", "text", "view", "in a list", "number"],
)
def test_a_huge_value_is_not_copied(value: object) -> None:
    tracemalloc.start()
    try:
        assert len(shown(value)) < 1_000
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()


def test_a_huge_collection_is_not_walked() -> None:
    class Counting(list[int]):
        asked = 0

        def __iter__(self):
            for item in range(10_000_000):
                Counting.asked += 1
                yield item

        def __len__(self) -> int:
            return 10_000_000

    assert shown(Counting()).endswith("more]")
    assert Counting.asked < 500


def test_the_code_that_redis_py_takes_off_an_error_is_put_back() -> None:
    assert error_text(ResponseError("no such key", status_code="ERR")) == "ERR no such key"
    assert error_text(ResponseError("WRONGTYPE wrong kind")) == "WRONGTYPE wrong kind"
    assert error_text(KeyError()) == "KeyError"

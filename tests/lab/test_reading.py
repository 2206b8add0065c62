"""Questions that bring back little, and digests."""

from __future__ import annotations

import pytest
from redis.exceptions import ResponseError

from lab.reading import Gone, Key, digest_of, pairs_of, rows_of, sure, text_of


@pytest.mark.parametrize(
    "reply",
    [{b"a": 1, b"b": 2}, [b"a", 1, b"b", 2], [[b"a", 1], [b"b", 2]], [(b"a", 1), (b"b", 2)]],
    ids=["RESP3", "RESP2", "nested", "tuples"],
)
def test_pairs_are_pairs_in_every_protocol(reply: object) -> None:
    assert pairs_of(reply) == [(b"a", 1), (b"b", 2)]
    assert rows_of(pairs_of(reply)) == (("a", "1"), ("b", "2"))


def test_nothing_has_no_pairs() -> None:
    assert pairs_of([]) == pairs_of({}) == pairs_of(None) == []


def test_a_digest_tells_parts_apart() -> None:
    digests = [digest_of(parts) for parts in ([b"ab", b"c"], [b"a", b"bc"], [b"abc"], [b"abc", b""], [])]
    assert len(set(digests)) == 5
    assert digest_of([b"ab", b"c"]) == digests[0]
    assert digest_of([("ann", 1.5)]) != digest_of([("ann", 1.25)])


def test_of_a_large_value_fewer_elements_are_asked_for_and_only_their_beginnings() -> None:
    small, large = Key(b"k", 100, 5_000), Key(b"k", 100, 20_000_000)
    assert (small.large, small.some(10)) == (False, 100)
    assert small.get("LRANGE", 0, 99) == ("LRANGE", b"k", 0, 99)
    assert (large.large, large.heavy, large.some(20)) == (True, True, 1)
    assert large.some(100_000) == 100
    assert large.get("LRANGE", 0, 99)[0] == "EVAL"
    assert large.get("LRANGE", 0, 99)[2:] == (1, b"k", "LRANGE", 0, 99)
    assert not Key(b"k", 100).large


def test_what_was_cut_by_the_server_is_shown_with_its_full_size() -> None:
    ((short, long),) = sure([[b"v", [b"\0long", b"x" * 1_024, 2_000_000]]])
    assert text_of(short) == "v"
    assert text_of(long) == "x" * 200 + "… (2,000,000 bytes)"


def test_an_error_among_the_replies_ends_the_reading() -> None:
    with pytest.raises(Gone, match=r"^$"):
        sure([1, ResponseError("WRONGTYPE wrong kind of value")])
    with pytest.raises(Gone, match="NOPERM"):
        sure([1, ResponseError("NOPERM no permissions")])

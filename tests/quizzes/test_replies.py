"""What stands behind an arrow, and what a learner may type for it."""

from __future__ import annotations

from typing import Any

import pytest

from quizzes.replies import BadExpectation, agrees, plain, shown, understood


@pytest.mark.parametrize(
    ("expected", "reply"),
    [
        ("nil", None), ("OK", b"OK"), ("42", 42), ("42", b"42"), ("42", 42.0), ("0.5", 0.5), ("1", True),
        ('"two words"', b"two words"), ("[ana, 40, bo, nil]", [b"ana", 40, [b"bo", None]]),
        ("[ana, 40]", {b"ana": 40}), ("[]", []), ("{b, a}", [b"a", b"b"]),
        ("error WRONGTYPE", ValueError("WRONGTYPE x")),
        ("error", ValueError("ERR")), ("any", None), ("100..112", 104), ("100..112", b"112"), ("not 3", 4),
        ("not nil", 0), ('[a, "b, c"]', [b"a", b"b, c"]),
    ],
)  # fmt: skip
def test_a_reply_is_as_expected(expected: str, reply: Any) -> None:
    assert agrees(expected, plain(reply))


@pytest.mark.parametrize(
    ("expected", "reply"),
    [
        ("nil", b"nil"), ("nil", 0), ("OK", ValueError("OK")), ("42", 43), ("[a, b]", [b"b", b"a"]),
        ("[a]", b"a"), ("a", [b"a"]), ("any", ValueError("ERR")), ("error MOVED", ValueError("ASK 1")),
        ("100..112", 99), ("100..112", b"many"), ("not 3", 3), ("{a, b}", [b"a"]), ("[a, b]", [b"a"]),
    ],
)  # fmt: skip
def test_a_reply_is_not_as_expected(expected: str, reply: Any) -> None:
    assert not agrees(expected, plain(reply))


@pytest.mark.parametrize("expected", ["", "   ", '"open', "[a, b", "{a"])
def test_what_cannot_be_read_is_refused(expected: str) -> None:
    with pytest.raises(BadExpectation):
        agrees(expected, "x")


@pytest.mark.parametrize(
    ("expected", "typed"),
    [
        ("nil", "(nil)"), ("nil", "NULL"), ("-1", "(integer) -1"), ("OK", "ok"), ("OK", '"OK"'),
        ("[carol, bob]", "carol bob"), ("[carol, bob]", '1) "carol" 2) "bob"'),
        ("[carol, bob]", "[Carol,bob]"),
        ("error", "(error) WRONGTYPE"), ("1..5000", "2000"), ("{a, b}", "b a"), ("[]", "(empty array)"),
    ],
)  # fmt: skip
def test_what_a_learner_types_is_understood(expected: str, typed: str) -> None:
    assert understood(expected, typed)


@pytest.mark.parametrize(
    ("expected", "typed"),
    [
        ("nil", "0"),
        ("-1", "1"),
        ("[carol, bob]", "bob carol"),
        ("error", "OK"),
        ("1..5000", "0"),
        ("[a]", ""),
    ],
)
def test_another_answer_is_not(expected: str, typed: str) -> None:
    assert not understood(expected, typed)


def test_a_reply_is_shown_as_one_would_write_it() -> None:
    assert shown(plain([b"a", None, b"two words"])) == '[a, nil, "two words"]'

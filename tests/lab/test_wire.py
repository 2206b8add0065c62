"""The commands in what a client writes."""

from __future__ import annotations

import hashlib
import itertools
import tracemalloc

import hiredis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis.connection import PythonRespSerializer

from lab.wire import KEPT, Argument, Large, WireError, Words, commands_in


def packed(*commands: tuple[object, ...]) -> bytes:
    return b"".join(hiredis.pack_command(command) for command in commands)


def head(argument: Argument) -> bytes:
    return argument.head if isinstance(argument, Large) else argument


def size(argument: Argument) -> int:
    return argument.size if isinstance(argument, Large) else len(argument)


def test_a_single_command() -> None:
    assert commands_in([packed(("SET", "k", "v"))]) == [Words([b"SET", b"k", b"v"])]


def test_a_pipeline_is_many_commands_in_one_piece() -> None:
    found = commands_in([packed(("SET", "k", ""), ("GET", "k"), ("PING",))])
    assert found == [Words([b"SET", b"k", b""]), Words([b"GET", b"k"]), Words([b"PING"])]


def test_an_argument_may_hold_what_looks_like_protocol() -> None:
    trick = b"*1\r\n$4\r\nPING\r\n"
    assert commands_in([packed(("SET", "k", trick))]) == [Words([b"SET", b"k", trick])]


def test_commands_typed_by_hand() -> None:
    assert commands_in([b"PING\r\nSET k v\n\r\n"]) == [Words([b"PING"]), Words([b"SET", b"k", b"v"])]


def test_nothing_is_no_command() -> None:
    assert commands_in([]) == commands_in([b""]) == commands_in([b"", b""]) == commands_in([b"*0\r\n"]) == []


@given(
    st.lists(st.lists(st.binary(max_size=1_500), min_size=1, max_size=5), min_size=1, max_size=4),
    st.lists(st.integers(0, 8_000), max_size=6),
)
@settings(max_examples=200, deadline=None)
def test_any_commands_cut_anywhere_are_found_again(commands: list[list[bytes]], cuts: list[int]) -> None:
    commands = [[b"ECHO", *arguments] for arguments in commands]
    raw = packed(*map(tuple, commands))
    places = [0, *sorted(min(cut, len(raw)) for cut in cuts), len(raw)]
    pieces = [raw[first:last] for first, last in itertools.pairwise(places)]
    kinds = [memoryview(piece) if index % 2 else piece for index, piece in enumerate(pieces)]
    for chunks in ([raw], pieces, kinds):
        found = commands_in(chunks)
        assert [[head(argument) for argument in words.arguments] for words in found] == [
            [argument[:KEPT] for argument in arguments] for arguments in commands
        ]
        assert [[size(argument) for argument in words.arguments] for words in found] == [
            [len(argument) for argument in arguments] for arguments in commands
        ]


def test_what_redis_py_packs_without_hiredis_is_understood() -> None:
    pack = PythonRespSerializer(
        6_000, lambda value: value if isinstance(value, bytes | memoryview) else str(value).encode()
    )
    chunks = pack.pack("SET", "k", memoryview(b"x" * 20_000))
    assert len(chunks) > 1
    (words,) = commands_in(chunks)
    assert words.arguments == [b"SET", b"k", Large(b"x" * KEPT, 20_000)]


def test_many_arguments_are_counted_not_kept() -> None:
    (words,) = commands_in([packed(("MSET", *map(str, range(1_000))))])
    assert len(words.arguments) + words.more == 1_001
    assert len(words.arguments) < 100


@pytest.mark.parametrize("before", [("EVAL",), ("eval_ro",), ("SCRIPT", "LOAD"), ("script", "load")])
def test_the_sha_of_a_long_script_is_of_the_whole_script(before: tuple[str, ...]) -> None:
    script = b"return 1 -- " + b"x" * 10_000
    raw = packed((*before, script, "0"))
    for chunks in ([raw], [raw[:3_000], raw[3_000:]]):
        (words,) = commands_in(chunks)
        assert words.arguments[len(before)] == Large(
            script[:KEPT], len(script), hashlib.sha1(script).hexdigest()
        )


def test_a_huge_argument_is_not_copied() -> None:
    chunks = [packed(("SET", "k", b"x" * 50_000_000))]
    tracemalloc.start()
    try:
        (words,) = commands_in(chunks)
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()
    assert words.arguments[2] == Large(b"x" * KEPT, 50_000_000)


@pytest.mark.parametrize(
    "raw",
    [
        b"*2\r\n$3\r\nGET\r\n",
        b"*2\r\n$3\r\nGET\r\n$9\r\nk\r\n",
        b"*1\r\n$3\r\nGETX\r\n",
        b"*x\r\nPING\r\n",
        b"*1\r\n:3\r\n",
        b"*1\r\n$-1\r\n",
        b"*1\r\n$4\r\nPI",
        b"no end of line",
        b"\xff" * 200_000,
    ],
)
def test_bytes_that_are_no_commands_are_told_apart(raw: bytes) -> None:
    with pytest.raises(WireError):
        commands_in([raw])
    with pytest.raises(WireError):
        commands_in([raw[:5], memoryview(raw[5:])])

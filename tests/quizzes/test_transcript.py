"""Transcripts are read line by line, and run on a real server."""

from __future__ import annotations

import pytest

from lab.bench import Bench
from quizzes.running import run_text
from quizzes.transcript import BadTranscript, read, written


def test_a_transcript_is_read() -> None:
    lines = read('# seed\nSET a "two words"\n\nAnn: GET a -> "two words"\n+ 5 min\n')
    assert [line.words for line in lines] == [("SET", "a", "two words"), ("GET", "a"), ()]
    assert [line.client for line in lines][:2] == ["app", "Ann"]
    assert lines[1].expected == '"two words"'
    assert lines[2].seconds == 300
    assert written(lines) == 'SET a "two words"\nAnn: GET a\n+ 5 min'


def test_an_arrow_in_quotation_marks_is_text() -> None:
    (line,) = read('SET a "b -> c" -> OK')
    assert line.words == ("SET", "a", "b -> c")
    assert line.expected == "OK"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("GET 'a", "line 1 (GET 'a): a quotation mark"),
        ("SET a 1\nGET a ->", "line 2 (GET a ->): Nothing stands behind"),
        ("+ 5 weeks", "a number and ms, s"),
        ("FLUSHALL", "cannot be used in a question"),
        ("Ann: blpop a 0", "BLPOP cannot be used"),
        ("-> 1", "there is no command"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(text: str, says: str) -> None:
    with pytest.raises(BadTranscript) as error:
        read(text)
    assert says in str(error.value)


def test_every_line_is_run_and_the_first_wrong_one_is_told(bench: Bench) -> None:
    ran = run_text(bench, "SET a 1 -> OK\nINCR a -> 3\nGET a -> 2")
    assert not ran.fine
    assert ran.wrong is not None
    assert ran.wrong.says == "INCR a replied 2, not 3"
    assert ran.last == "2"


def test_each_client_has_a_connection_of_its_own_and_time_moves(bench: Bench) -> None:
    text = "Ann: WATCH a\nBen: SET a 1\nAnn: MULTI\nAnn: SET a 2\nAnn: EXEC -> nil\nGET a -> 1"
    assert run_text(bench, text).fine
    assert run_text(bench, "SET a 1 PX 5000\n+ 4 s\nPTTL a -> 1..1000\n+ 1 s\nGET a -> nil").fine


def test_a_transaction_left_open_does_not_reach_the_next_transcript(bench: Bench) -> None:
    assert run_text(bench, "Ann: MULTI -> OK\nAnn: SET a 1 -> QUEUED").fine
    assert run_text(bench, "Ann: GET a -> nil").fine


def test_an_error_is_wrong_unless_it_is_expected(bench: Bench) -> None:
    assert not run_text(bench, "SET a 1\nLPUSH a 2").fine
    assert run_text(bench, "SET a 1\nLPUSH a 2 -> error WRONGTYPE").fine

"""Exceptions as sentences for people."""

from __future__ import annotations

import pytest
from redis import Redis, exceptions
from redis.connection import DefaultParser

from lab.failures import failure_of


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        ("WRONGTYPE Operation against a key", "ResponseError", "another type of value"),
        ("OOM command not allowed when used memory > 'maxmemory'.", "OutOfMemoryError", "out of memory"),
        ("READONLY You can't write against a read only replica.", "ReadOnlyError", "replica"),
        ("NOAUTH Authentication required.", "AuthenticationError", "password"),
        ("WRONGPASS invalid username-password pair", "AuthenticationError", "refused this user"),
        ("NOPERM this user has no permissions", "NoPermissionError", "this user has no permissions"),
        ("BUSY Redis is busy running a script.", "ResponseError", "SCRIPT KILL"),
        ("LOADING Redis is loading the dataset", "BusyLoadingError", "still loading"),
        ("CROSSSLOT Keys in request don't hash", "ClusterCrossSlotError", "{hash tag}"),
        ("NOSCRIPT No matching script.", "NoScriptError", "does not know this script"),
        ("MISCONF Redis is configured to save", "ResponseError", "disk"),
        ("NOREPLICAS Not enough good replicas", "ResponseError", "replicas"),
        ("ERR unknown command 'FT.SEARCH'", "ResponseError", "does not know the command"),
        (
            "ERR value is not an integer",
            "ResponseError",
            "Redis refused the command: value is not an integer.",
        ),
        ("ERR max number of clients reached", "ConnectionError", "maxclients"),
        ("ERR bad {braces} in a message", "ResponseError", "bad {braces} in a message"),
        ("NOPERM no {key} for you", "NoPermissionError", "no {key} for you"),
    ],
)
def test_what_a_server_says(reply: str, kind: str, words: str) -> None:
    failure = failure_of(DefaultParser.parse_error(reply))
    assert failure.kind == kind
    assert words in failure.says
    assert failure.says.endswith(".")


def test_an_error_within_a_pipeline(any_redis) -> None:
    any_redis.set("k", "text")
    with pytest.raises(exceptions.ResponseError) as raised:
        any_redis.pipeline().lpush("k", "x").execute()
    assert "another type of value" in failure_of(raised.value).says


def test_a_server_that_is_not_there() -> None:
    for client in (Redis(unix_socket_path="/nowhere/r.sock"), Redis(port=1, socket_timeout=1)):
        client.connection_pool.connection_kwargs["retry"] = None
        with pytest.raises(exceptions.ConnectionError) as raised:
            client.ping()
        assert failure_of(raised.value).says.startswith("No server answers there")
        client.close()


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (ValueError("Points are above zero; -5 is not."), "Points are above zero; -5 is not."),
        (ValueError("no full stop"), "no full stop."),
        (KeyError("ann"), "KeyError: 'ann'."),
        (ZeroDivisionError("division by zero"), "ZeroDivisionError: division by zero."),
        (RuntimeError(), "RuntimeError: RuntimeError."),
        (exceptions.TimeoutError("Timeout reading from socket"), "No answer came in time"),
        (exceptions.ConnectionError("Connection closed by server."), "The connection to the server broke"),
        (exceptions.WatchError("Watched variable changed."), "A watched key changed before EXEC"),
        (exceptions.MaxConnectionsError("Too many connections"), "Every connection of the pool is in use"),
        (exceptions.DataError("Invalid input of type: 'NoneType'"), "redis-py refused: Invalid input"),
        (
            UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
            "A value in this reply is not text",
        ),
        (TimeoutError("still running after 60 seconds"), "It took too long: still running"),
    ],
)
def test_what_else_may_go_wrong(error: Exception, says: str) -> None:
    failure = failure_of(error)
    assert failure.says.startswith(says)
    assert failure.kind == type(error).__name__


def test_an_error_that_brings_its_own_sentence() -> None:
    class Told(Exception):
        says = "The server wants a password, and REDIS_URL has none."

    assert failure_of(Told("technical")).says == Told.says


def test_an_endless_message_is_cut() -> None:
    assert len(failure_of(ValueError("x" * 100_000)).says) < 400

"""What the log tells of a command: long values cut, bytes made readable, passwords hidden, its source."""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.exceptions import AuthenticationError

from lab.trace import TraceLog, traced_pool


def test_a_reply_that_is_no_text_does_not_shift_the_following_ones(traced, log) -> None:
    client = traced()
    client.set("k", b"\xff\x00abc")
    with pytest.raises(UnicodeDecodeError):
        client.get("k")
    client.strlen("k")
    assert log.commands()[0].text == "SET k \\xff\\x00abc"
    assert log.commands()[1].error.startswith("UnicodeDecodeError")
    assert log.commands()[2].reply == "5"


def test_binary_replies_are_shown_safely(traced, log) -> None:
    client = traced(decode_responses=False)
    client.set("k", b"\xff\x00abc")
    assert client.get("k") == b"\xff\x00abc"
    assert log.commands()[1].reply == "\\xff\\x00abc"


def test_a_huge_value_is_shown_by_its_beginning(traced, log) -> None:
    client = traced(decode_responses=False)
    value = b"x" * 5_000_000
    client.set("k", value)
    assert client.get("k") == value
    sent, received = log.commands()
    assert sent.args[1] == "x" * 200 + "… (5,000,000 bytes)"
    assert received.reply == "x" * 300 + "… (5,000,000 bytes)"


def test_a_huge_value_is_not_kept_in_memory(traced, log, redis) -> None:
    client = traced(decode_responses=False)
    client.set("k", b"x" * 5_000_000)
    client.get("k")
    tracemalloc.start()
    try:
        client.get("k")
        gc.collect()
        kept, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 1_000_000
    plain = Redis(unix_socket_path=redis.connection_pool.connection_kwargs["path"])
    tracemalloc.start()
    try:
        plain.get("k")
        untraced = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        plain.close()
    assert peak < untraced + 1_000_000


def test_arguments_without_end_are_counted(traced, log) -> None:
    traced().sadd("s", *range(10_000))
    (command,) = log.commands()
    assert len(command.args) < 100
    assert command.args[-1].endswith("more arguments")


def test_passwords_stay_hidden(traced, log) -> None:
    with pytest.raises(AuthenticationError):
        traced().execute_command("AUTH", "someone", "secret")
    assert log.commands()[0].text == "AUTH (hidden)"


def test_unreadable_bytes_are_shown_and_change_nothing(traced, log) -> None:
    client = traced()
    connection = client.connection_pool.get_connection()
    with contextlib.suppress(Exception):  # which one depends on the server
        connection.send_packed_command([b"\xff\xfenonsense"])
        connection.send_packed_command([b"\r\n"])
        connection.read_response()
    assert log.commands()[0].name == "(unreadable)"
    assert log.commands()[0].args == ("\\xff\\xfenonsense",)
    client.connection_pool.release(connection)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one pattern and one lesson."""
    for folder, body in {
        "patterns/counter/hardened.py": (
            "class Counter:\n"
            "    def __init__(self, redis):\n"
            "        self.redis = redis\n"
            "    def add(self):\n"
            "        return self.redis.incr(\n"
            "            'n',\n"
            "        )\n"
        ),
        "lessons/counter/lesson.py": (
            "def demo(redis, counter):\n"
            "    redis.set('n', 5)\n"
            "    counter.add()\n"
            "    return [redis.get(key) for key in ['n']]\n"
        ),
    }.items():
        path = tmp_path / folder
        path.parent.mkdir(parents=True)
        path.write_text(body)
    return tmp_path


def load(path: Path) -> Any:
    specification = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_the_line_that_sent_a_command_is_the_innermost_of_the_pattern_else_of_the_lesson(
    project: Path, spec
) -> None:
    log = TraceLog(root=project)
    client = Redis(connection_pool=traced_pool(spec.kwargs, spec.connection_class, log, "app"))
    counter = load(project / "patterns/counter/hardened.py").Counter(client)
    load(project / "lessons/counter/lesson.py").demo(client, counter)
    client.ping()
    client.connection_pool.close()
    sources = [command.source for command in log.commands()]
    assert [(source.path, source.line, source.function) for source in sources[:2]] == [
        ("lessons/counter/lesson.py", 2, "demo"),
        ("patterns/counter/hardened.py", 5, "Counter.add"),
    ]
    assert (sources[2].path, sources[2].line) == ("lessons/counter/lesson.py", 4)
    assert sources[3] is None

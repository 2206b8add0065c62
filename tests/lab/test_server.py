"""Private servers: real processes within their limits."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import ConnectionError, OutOfMemoryError, RedisError, ResponseError

from lab import chain
from lab.errors import LabError
from lab.server import DATABASES, PrivateServer, start_private_server, start_server
from tests.waiting import is_running, wait_until


@pytest.fixture
def server() -> Iterator[PrivateServer]:
    with start_private_server() as it:
        yield it


@pytest.fixture
def client(server: PrivateServer) -> Iterator[Redis]:
    it = server.spec().client(decode_responses=True)
    yield it
    it.close()


def test_a_private_server_answers_on_its_socket_with_its_modules(
    server: PrivateServer, client: Redis
) -> None:
    assert client.ping()
    assert server.alive()
    assert server.answers()
    assert client.info("server")["process_id"] == server.pid
    loaded = {module["name"] for module in client.info("modules")["modules"]}
    assert {module.name for module in server.candidate.loaded} <= loaded


def test_its_socket_and_folder_are_for_its_user_alone(server: PrivateServer) -> None:
    assert os.stat(server.folder).st_mode & 0o777 == 0o700
    assert os.stat(server.socket).st_mode & 0o777 == 0o700


def test_nothing_of_it_is_left_after_the_block() -> None:
    with start_private_server() as server:
        assert os.path.exists(server.socket)
    assert not is_running(server.pid)
    assert not os.path.exists(server.folder)
    assert not server.alive()
    assert server.how_it_ended() == "signal 9"


def test_every_lesson_can_have_a_database_of_its_own(server: PrivateServer, client: Redis) -> None:
    client.set("here", "first")
    last = server.spec(db=DATABASES - 1).client(decode_responses=True)
    assert last.get("here") is None
    last.close()


def test_its_limits_are_set(client: Redis) -> None:
    config = client.config_get()
    assert config["maxmemory"] == str(64 << 20)
    assert config["maxmemory-policy"] == "noeviction"
    assert config["maxclients"] == "256"
    assert config["proto-max-bulk-len"] == str(8 << 20)
    assert config["busy-reply-threshold"] == "500"
    assert config["save"] == ""
    assert config["appendonly"] == "no"
    assert config["port"] == "0"
    assert config["enable-module-command"] == "no"


def test_a_learner_cannot_fill_the_machine(client: Redis) -> None:
    filling = client.pipeline(transaction=False)
    for number in range(100):
        filling.set(f"big:{number}", "x" * (1 << 20))
    replies = filling.execute(raise_on_error=False)
    assert replies[0] is True
    assert isinstance(replies[-1], OutOfMemoryError)
    with pytest.raises(ResponseError, match="exceeds maximum allowed size"):
        client.setrange("huge", 512 << 20, "x")
    assert client.delete("big:1") == 1


def test_on_linux_a_learners_server_is_the_first_to_go_when_memory_runs_out(server: PrivateServer) -> None:
    score = Path(f"/proc/{server.pid}/oom_score_adj")
    assert sys.platform != "linux" or score.read_text() == "900\n"


def test_a_killed_server_is_not_alive(server: PrivateServer, client: Redis) -> None:
    os.kill(server.pid, signal.SIGKILL)
    wait_until(lambda: not server.alive())
    assert server.how_it_ended() == "signal 9"
    assert not server.answers(0.1)
    with pytest.raises(ConnectionError):
        client.ping()


def test_a_server_that_hangs_is_alive_but_does_not_answer(server: PrivateServer) -> None:
    server.signal(signal.SIGSTOP)
    assert server.alive()
    assert not server.answers(0.1)
    server.signal(signal.SIGCONT)
    assert server.answers()


def test_a_server_busy_with_a_script_does_not_answer_until_it_is_done(
    server: PrivateServer, client: Redis
) -> None:
    client.config_set("busy-reply-threshold", 10)
    loop = server.spec().client(socket_timeout=1.0)
    with pytest.raises(RedisError):
        loop.eval("while true do end", 0)
    assert not server.answers(0.3)
    client.script_kill()
    assert server.answers()
    loop.close()


def test_where_no_program_works_there_is_no_private_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEYSPACE_SERVER", "fakeredis")
    assert start_server() is None
    with pytest.raises(LabError, match="python -m lab doctor"), start_private_server():
        pass


def test_a_program_that_passed_its_trial_but_does_not_start_makes_room_for_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    good = chain.find_server()
    assert good is not None
    bad = chain.Candidate("bad", "bad 1.0", "/no/such/server", "embedded", usable=True)
    monkeypatch.setattr(chain, "candidates", lambda: iter([bad, good]))
    server = start_server()
    assert server is not None
    assert server.candidate is good
    server.kill()
    monkeypatch.setattr(chain, "candidates", lambda: iter([bad]))
    with pytest.raises(LabError, match="No such file or directory"):
        start_server()

"""Lost replies, servers that are gone, threads and closed clients: the log says what became of a command."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import Any

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError, TimeoutError
from redis.retry import Retry

from lab.trace import traced_pool
from tests.lab.conftest import names, told

TWO_RETRIES = Retry(NoBackoff(), 2)


def losing_replies(connection_class: type, how_many: int) -> type:
    """A connection on which the server's reply is lost so many times."""

    class Losing(connection_class):  # type: ignore[misc, valid-type]
        left = how_many

        def read_response(self, *args: Any, **kwargs: Any) -> Any:
            reply = super().read_response(*args, **kwargs)
            if reply == "lost":
                raise AssertionError
            if type(self).left and isinstance(reply, int):
                type(self).left -= 1
                self.disconnect()
                raise ConnectionError("Connection closed by server.")
            return reply

    return Losing


def test_each_retry_of_redis_py_is_a_command_of_its_own(traced, log, spec, any_redis) -> None:
    client = traced(connection_class=losing_replies(spec.connection_class, 2), retry=TWO_RETRIES)
    assert client.incr("n") == 3
    lost = "ConnectionError: Connection closed by server."
    assert told(log) == [("INCRBY n 1", lost), ("INCRBY n 1", lost), ("INCRBY n 1", "3")]
    assert log.round_trips() == 3


def test_a_pipeline_that_loses_its_connection_is_lost_as_a_whole(traced, log, spec) -> None:
    client = traced(connection_class=losing_replies(spec.connection_class, 1))
    with client.pipeline(transaction=False) as pipe:
        pipe.set("a", "1").incr("a").incr("a").get("a")
        with pytest.raises(ConnectionError):
            pipe.execute()
    errors = [command.error for command in log.commands()]
    assert errors == [None, *["ConnectionError: Connection closed by server."] * 3]
    assert client.get("a") == "3"
    assert log.commands()[-1].reply == "3"


def test_a_transaction_that_loses_its_connection_is_lost_as_a_whole(traced, log, spec) -> None:
    class Cut(spec.connection_class):  # type: ignore[misc, name-defined]
        def read_response(self, *args: Any, **kwargs: Any) -> Any:
            reply = super().read_response(*args, **kwargs)
            if isinstance(reply, list):
                self.disconnect()
                raise ConnectionError("Connection reset by peer")
            return reply

    with traced(connection_class=Cut).pipeline() as pipe:
        pipe.set("a", "1").incr("a")
        with pytest.raises(ConnectionError):
            pipe.execute()
    lost = "ConnectionError: Connection reset by peer"
    assert [command.error for command in log.commands()] == [None, lost, lost, lost]


def test_a_time_out_is_shown_and_retried_as_redis_py_does(redis, log) -> None:
    pool = redis.connection_pool
    settings = {
        "path": pool.connection_kwargs["path"],
        "socket_timeout": 0.5,
        "retry": Retry(NoBackoff(), 1),
    }
    client = Redis(connection_pool=traced_pool(settings, pool.connection_class, log, "app"))
    with pytest.raises(TimeoutError):
        client.blpop(["queue"], timeout=0)
    assert names(log) == ["BLPOP", "BLPOP"]
    assert all(command.error.startswith("TimeoutError: Timeout reading") for command in log.commands())
    assert all(command.seconds > 0.4 for command in log.commands())
    client.connection_pool.close()


def test_a_server_that_is_gone_answers_nothing(log) -> None:
    from redis.connection import UnixDomainSocketConnection

    client = Redis(connection_pool=traced_pool({"path": "/nowhere"}, UnixDomainSocketConnection, log, "app"))
    with pytest.raises(ConnectionError):
        client.get("k")
    assert log.commands() == ()  # it was never sent


def test_a_connection_that_the_server_killed(redis, log) -> None:
    pool = redis.connection_pool
    settings = {"path": pool.connection_kwargs["path"]}
    client = Redis(connection_pool=traced_pool(settings, pool.connection_class, log, "app"))
    with client.client() as own:
        redis.client_kill_filter(_id=own.client_id())
        with pytest.raises(ConnectionError):
            own.set("k", "1")
    assert log.commands()[-1].error is not None
    assert log.commands()[-1].error.startswith("ConnectionError")
    client.connection_pool.close()


def test_many_threads_lose_no_command_and_mix_up_no_reply(traced, log) -> None:
    clients = {f"actor-{number}": traced(f"actor-{number}") for number in range(8)}

    def work(actor: str) -> None:
        for number in range(100):
            assert clients[actor].echo(f"{actor}:{number}") == f"{actor}:{number}"

    threads = [threading.Thread(target=work, args=(actor,)) for actor in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = log.commands()
    assert len(found) == 800
    assert log.round_trips() == 800
    assert [command.seq for command in found] == list(range(800))
    assert all(command.reply == command.args[0] for command in found)
    assert all(command.args[0].startswith(f"{command.actor}:") for command in found)


def test_threads_that_share_a_client(traced, log) -> None:
    client = traced()
    threads = [
        threading.Thread(target=lambda: [client.incr("n") for _ in range(100)], name=str(number))
        for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(int(command.reply) for command in log.commands()) == list(range(1, 801))


def test_a_closed_client_leaves_nothing_behind(traced, log) -> None:
    client = traced()
    client.ping()
    connection = weakref.ref(client.connection_pool.get_connection())
    client.connection_pool.release(connection())
    client.connection_pool.close()
    client.connection_pool.reset()
    gc.collect()
    assert connection() is None


def test_a_command_whose_reply_nobody_read_is_closed_with_the_connection(traced, log) -> None:
    client = traced()
    connection = client.connection_pool.get_connection()
    connection.send_command("GET", "k")
    connection.disconnect()
    client.connection_pool.release(connection)
    assert log.commands()[0].error == (
        "ConnectionError: the client closed the connection before the reply came"
    )

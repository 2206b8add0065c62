"""The proxy loses exactly what it was told to lose, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from lab.errors import LabError
from lab.proxy import Proxy
from lab.server import PrivateServer
from tests.waiting import wait_until

SHORT = 1.0  # seconds


@pytest.fixture
def proxy(redis_server: PrivateServer, redis: Redis) -> Iterator[Proxy]:
    with Proxy(redis_server.socket) as proxy:
        yield proxy


@pytest.fixture
def client(proxy: Proxy) -> Iterator[Redis]:
    """Through the proxy: text replies, no retries."""
    client = proxy.spec().client(decode_responses=True)
    yield client
    client.close()


@pytest.fixture
def hasty(proxy: Proxy) -> Iterator[Redis]:
    """Through the proxy, with a short time-out."""
    client = proxy.spec().client(decode_responses=True, socket_timeout=SHORT)
    client.ping()  # the handshake is over
    yield client
    client.close()


def test_everything_passes_and_large_values_too(client: Redis) -> None:
    large = "x" * 3_000_000
    client.set("large", large)
    assert client.get("large") == large
    with client.pipeline(transaction=False) as pipeline:
        for number in range(2_000):
            pipeline.rpush("list", number)
        pipeline.execute()
    assert client.llen("list") == 2_000


def test_the_reply_of_a_chosen_request_is_lost_and_the_request_is_not(
    proxy: Proxy, client: Redis, redis: Redis
) -> None:
    client.incr("other")
    proxy.drop_reply("INCRBY", nth=2)
    assert client.incr("count") == 1
    with pytest.raises(RedisConnectionError):
        client.incr("count")
    assert proxy.fired()
    assert redis.get("count") == "2"
    assert client.incr("count") == 3


def test_a_lost_reply_may_also_be_silence(proxy: Proxy, hasty: Redis, redis: Redis) -> None:
    proxy.drop_reply("LPUSH", then="hang")
    with pytest.raises(RedisTimeoutError):
        hasty.lpush("jobs", "one")
    assert proxy.fired()
    assert redis.lrange("jobs", 0, -1) == ["one"]


def test_a_lost_request_never_reaches_the_server(proxy: Proxy, client: Redis, redis: Redis) -> None:
    proxy.drop_request("INCRBY")
    with pytest.raises(RedisConnectionError):
        client.incr("count")
    assert proxy.fired()
    assert redis.get("count") is None


def test_a_name_matches_the_command_and_not_a_value_that_reads_like_it(
    proxy: Proxy, client: Redis, redis: Redis
) -> None:
    proxy.drop_reply("INCRBY")
    client.set("name", "INCRBY")
    client.incrbyfloat("count", 5)
    client.get("name")
    assert not proxy.fired(0)
    with pytest.raises(RedisConnectionError):
        client.incr("count")
    assert redis.get("count") == "6"


def test_a_pattern_matches_what_is_on_the_wire(proxy: Proxy, client: Redis, redis: Redis) -> None:
    proxy.drop_reply(re.compile(rb"\r\nlock\r\n.*\r\nNX\r\n", re.DOTALL))
    client.set("lock", "ann")
    with pytest.raises(RedisConnectionError):
        client.set("lock2", "ann") and client.set("lock", "ann", nx=True)


def test_a_request_that_comes_in_two_pieces_is_known(proxy: Proxy, redis: Redis) -> None:
    assert isinstance(proxy.address, str)
    proxy.drop_request("INCRBY")
    with socket.socket(socket.AF_UNIX) as door:
        door.settimeout(5)
        door.connect(proxy.address)
        door.sendall(b"*1\r\n$4\r\nPING\r\n*3\r\n$6\r\nIN")
        assert door.recv(100) == b"+PONG\r\n"
        door.sendall(b"CRBY\r\n$5\r\ncount\r\n$1\r\n1\r\n")
        assert proxy.fired()
        assert door.recv(100) == b""
    assert redis.get("count") is None


def test_a_reset_cuts_all_and_a_new_connection_is_welcome(proxy: Proxy, client: Redis) -> None:
    with client.pubsub() as pubsub:
        pubsub.subscribe("news")
        pubsub.get_message(timeout=1)
        proxy.reset()
        with pytest.raises(RedisConnectionError):
            pubsub.get_message(timeout=5)
    assert client.ping()


def test_a_reset_on_a_request_hands_it_on(proxy: Proxy, client: Redis, redis: Redis) -> None:
    proxy.reset_on("INCRBY")
    with pytest.raises(RedisConnectionError):
        client.incr("count")
    wait_until(lambda: redis.get("count") == "1", "the request arrives all the same")


def test_refused_until_it_is_healed(proxy: Proxy, client: Redis) -> None:
    client.ping()
    proxy.refuse()
    for _ in range(2):
        with pytest.raises(RedisConnectionError):
            client.ping()
    proxy.heal()
    assert client.ping()


def test_a_half_open_line_times_out_and_delivers_when_it_is_healed(
    proxy: Proxy, hasty: Redis, redis: Redis
) -> None:
    proxy.hang()
    with pytest.raises(RedisTimeoutError):
        hasty.incr("count")
    assert redis.get("count") is None
    proxy.heal()
    wait_until(lambda: redis.get("count") == "1", "what was held arrives")


@pytest.mark.parametrize("direction", ["to_server", "to_client"])
def test_a_partition_may_hold_one_direction_only(
    direction: str, proxy: Proxy, hasty: Redis, redis: Redis
) -> None:
    proxy.partition(**{direction: True})
    with pytest.raises(RedisTimeoutError):
        hasty.incr("count")
    if direction == "to_client":
        wait_until(lambda: redis.get("count") == "1", "requests still reach the server")
    else:
        assert redis.get("count") is None


def test_latency_longer_than_the_time_out(proxy: Proxy, hasty: Redis) -> None:
    hasty.set("large", "x" * 100_000)
    proxy.latency(10 * SHORT, jitter=0.01)
    with pytest.raises(RedisTimeoutError):
        hasty.get("large")
    proxy.heal()
    assert hasty.strlen("large") == 100_000


def test_a_slow_drain_delivers_all_of_it(proxy: Proxy, client: Redis) -> None:
    client.set("large", "x" * 50_000)
    proxy.slow_drain(500_000)
    assert client.get("large") == "x" * 50_000


def test_it_stands_before_a_port_as_well(redis_server: PrivateServer, redis: Redis) -> None:
    with Proxy(redis_server.socket) as near, socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
        taken = threading.Thread(target=_answer_one, args=(door,), daemon=True)
        taken.start()
        with Proxy(("127.0.0.1", port)) as proxy:
            assert isinstance(proxy.address, tuple)
            with socket.create_connection(proxy.address, timeout=5) as client:
                client.sendall(b"hello")
                assert client.recv(10) == b"HELLO"
                proxy.reset()
                with pytest.raises(ConnectionResetError):
                    client.recv(10)
            with proxy.spec().client() as unused:
                assert unused.connection_pool.connection_kwargs["port"] == proxy.address[1]
        taken.join(5)
        assert near.connections == 0


def _answer_one(door: socket.socket) -> None:
    client, _ = door.accept()
    with client:
        client.sendall(client.recv(10).upper())
        with contextlib.suppress(ConnectionResetError):
            client.recv(10)


def test_a_server_that_is_gone_refuses_at_the_first_request() -> None:
    with Proxy("/nowhere/at/all.sock") as proxy, proxy.spec().client() as client:
        with pytest.raises(RedisConnectionError):
            client.ping()
        wait_until(lambda: proxy.connections == 0)


def test_stopped_it_leaves_no_thread_no_socket_and_says_so(redis_server: PrivateServer) -> None:
    proxy = Proxy(redis_server.socket).start()
    assert isinstance(proxy.address, str)
    with proxy.spec().client() as client:
        client.ping()
        assert proxy.connections == 1
        proxy.hang()
        proxy.stop()
        proxy.stop()
        with pytest.raises(RedisConnectionError):
            client.ping()
    assert not Path(proxy.address).exists()
    assert not [thread for thread in threading.enumerate() if thread.name == "proxy"]
    with pytest.raises(LabError, match="stopped"):
        proxy.heal()


def test_whoever_is_let_in_at_the_moment_of_the_stop_is_cut_off_too(redis_server: PrivateServer) -> None:
    for _ in range(40):
        proxy = Proxy(redis_server.socket).start()
        assert isinstance(proxy.address, str)
        clients = [socket.socket(socket.AF_UNIX) for _ in range(8)]
        for client in clients:
            client.settimeout(20)
            client.connect(proxy.address)
        proxy.stop()
        for client in clients:
            with client, contextlib.suppress(ConnectionError):
                assert client.recv(1) == b""

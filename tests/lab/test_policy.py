"""Each policy sends again exactly what it says, and none outlives its workshop."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from lab import policy
from lab.policy import POLICIES, Clients
from lab.proxy import Proxy
from lab.workshop import Stopped, Workshop


@pytest.fixture
def workshop() -> Iterator[Workshop]:
    with Workshop() as workshop:
        yield workshop


def test_what_is_called_redis_py_s_defaults_is_what_redis_py_does_by_itself() -> None:
    pool = Redis().connection_pool
    made = pool.connection_class(**pool.connection_kwargs)
    assert made.socket_timeout == made.socket_connect_timeout == policy.DEFAULT_TIMEOUT
    assert made.retry.get_retries() == policy.DEFAULT_RETRIES
    assert vars(made.retry._backoff) == {"_base": policy.DEFAULT_BASE, "_cap": policy.DEFAULT_CAP}


@pytest.mark.parametrize(("name", "idempotent", "sent"), [
    ("none", False, 1), ("none", True, 1),
    ("redis-py's defaults", False, 2), ("redis-py's defaults", True, 2),
    ("sound", False, 1), ("sound", True, 2),
])  # fmt: skip
def test_what_is_sent_again_after_a_lost_reply(
    name: policy.Policy, idempotent: bool, sent: int, workshop: Workshop
) -> None:
    server = workshop.server()
    proxy = workshop.enter(Proxy(server.socket))
    clients = Clients(workshop, proxy.spec(), name, timeout=5)
    proxy.drop_reply("INCRBY")
    client = clients.of(idempotent=idempotent)
    if sent == 1:
        with pytest.raises(RedisConnectionError):
            client.incr("count")
    else:
        assert client.incr("count") == 2
    assert proxy.fired()
    with server.spec().client() as observer:
        assert observer.get("count") == str(sent).encode()


def test_every_policy_has_a_time_out(workshop: Workshop) -> None:
    proxy = workshop.enter(Proxy(workshop.server().socket))
    proxy.hang()
    for name in ("none", "sound"):
        with pytest.raises(RedisTimeoutError):
            Clients(workshop, proxy.spec(), name, timeout=0.05).of(idempotent=False).ping()


def test_retries_end_when_the_workshop_is_stopped(workshop: Workshop) -> None:
    server = workshop.server()
    proxy = workshop.enter(Proxy(server.socket))
    client = Clients(workshop, proxy.spec(), "redis-py's defaults", timeout=0.2).of(idempotent=False)
    client.ping()
    proxy.hang()
    ended: list[type[BaseException]] = []

    def ask() -> None:
        try:
            client.ping()
        except BaseException as error:  # noqa: BLE001  it is what the test asks for
            ended.append(type(error))

    asking = threading.Thread(target=ask)
    asking.start()
    workshop.stop()
    asking.join(10)
    assert ended == [Stopped]
    assert server.process.ended is not None


def test_there_are_three() -> None:
    assert POLICIES == ("none", "redis-py's defaults", "sound")

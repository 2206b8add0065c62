"""Everything that can be wrong with REDIS_URL, each against a server that really fails that way."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from redis.connection import Connection, SSLConnection, UnixDomainSocketConnection

from lab import address as module
from lab.address import check, read_url
from lab.errors import LabError
from lab.server import PrivateServer
from tests.doubles import (
    AUTHORITY,
    CERTIFICATES,
    bulk,
    closed_port,
    pretender,
    redis_over_tcp,
    speaks,
    tls_front,
)

SECRET = "s3cret"


def what_is_wrong(url: str) -> LabError:
    with pytest.raises(LabError) as caught:
        check(read_url(url))
    error = caught.value
    assert SECRET not in error.says
    assert error.says.endswith(".")
    assert "\n" not in error.says
    return error


@pytest.mark.parametrize(
    ("url", "connection_class", "where", "kwargs"),
    [
        ("redis://example.org", Connection, "example.org:6379", {"host": "example.org"}),
        (
            "redis://ann:p%40ss@10.0.0.1:7000/3",
            Connection,
            "10.0.0.1:7000",
            {"username": "ann", "password": "p@ss", "db": 3},
        ),
        (
            "rediss://:pw@h:1?ssl_ca_certs=/ca.pem&ssl_check_hostname=false&socket_timeout=5",
            SSLConnection,
            "h:1",
            {"ssl_ca_certs": "/ca.pem", "ssl_check_hostname": False, "socket_timeout": 5.0},
        ),
        (
            "unix:///run/redis.sock?db=2",
            UnixDomainSocketConnection,
            "/run/redis.sock",
            {"path": "/run/redis.sock", "db": 2},
        ),
        ("redis://[::1]:6380", Connection, "[::1]:6380", {"host": "::1"}),
        ("REDIS://example.org", Connection, "example.org:6379", {"host": "example.org"}),
        ("  redis://example.org/0\n", Connection, "example.org:6379", {"db": 0}),
    ],
)
def test_a_good_url_is_read(url: str, connection_class: type, where: str, kwargs: dict[str, object]) -> None:
    found = read_url(url)
    assert found.spec.connection_class is connection_class
    assert found.where == where
    assert found.spec.kwargs.items() >= kwargs.items()
    assert found.spec.kwargs["socket_connect_timeout"] == 2.0


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("localhost:6379", "REDIS_URL is no address; it must look like redis://"),
        (f"ann:{SECRET}@localhost", "REDIS_URL is no address"),
        (f"ann:{SECRET}://localhost", "REDIS_URL is no address"),
        ("http://localhost:6379", "REDIS_URL begins with http://; it must look like redis://"),
        ("redis://localhost:port", "its host, port or an option is malformed"),
        (f"redis://ann:{SECRET}/more@localhost", "percent-encoded"),
        ("redis://localhost:99999", "malformed"),
        ("redis://[::1", "malformed"),
        ("redis://localhost:0", "malformed"),
        ("redis://local%0Ahost", "malformed"),
        ("redis://localhost/99999999999999999999", "must end with the number of a database"),
        ("redis://localhost/zero", "must end with the number of a database"),
        ("redis://localhost?socket_timeout=soon", "malformed"),
        ("redis://localhost?socket_timeout=0", "socket_timeout must be between 0 and 3600 seconds."),
        ("redis://localhost?socket_connect_timeout=-1", "socket_connect_timeout must be between"),
        ("redis://localhost?socket_timeout=nan", "socket_timeout must be between"),
        ("redis://localhost?protocol=9", "an option that redis-py refuses: protocol must be either 2 or 3."),
        ("rediss://localhost?ssl_cert_reqs=maybe", "an option that redis-py refuses: Invalid SSL"),
        (f"redis://localhost?pass={SECRET}", "an option that has no meaning here: 'pass'"),
        ("redis://localhost?ssl_ca_certs=/ca.pem", "an option that has no meaning here: 'ssl_ca_certs'"),
        ("redis://localhost?retry_on_timeout=yes", "no meaning here: 'retry_on_timeout'"),
        ("unix://", "it must look like unix:///path/to/redis.sock"),
    ],
)
def test_a_bad_url_is_told_without_its_password(url: str, says: str) -> None:
    error = what_is_wrong(url)
    assert error.kind == "bad_url"
    assert says in error.says


def test_a_cluster_is_refused_in_a_sentence() -> None:
    error = what_is_wrong("redis+cluster://localhost:7000")
    assert error.kind == "cluster"
    assert "give the address of a single server" in error.says


def test_a_server_that_will_do_says_what_it_is(redis_server: PrivateServer) -> None:
    found = check(read_url(f"unix://{redis_server.socket}"))
    assert (found.kind, found.mode, found.role) == (redis_server.candidate.kind, "standalone", "master")
    assert found.version == redis_server.candidate.version


def test_a_closed_port() -> None:
    port = closed_port()
    error = what_is_wrong(f"redis://:{SECRET}@127.0.0.1:{port}")
    assert error.kind == "refused"
    assert error.says == f"Nothing listens at 127.0.0.1:{port}: the connection was refused."


def test_a_host_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lab.address.PATIENCE", 60.0)  # a look-up whose packet is lost takes ten seconds
    error = what_is_wrong(f"redis://:{SECRET}@no-such-host.invalid:6379")
    assert error.kind == "host"
    assert "no-such-host.invalid:6379, cannot be found" in error.says


def test_a_host_whose_name_is_too_long_to_be_looked_up() -> None:
    error = what_is_wrong(f"redis://{'a' * 64}.org")
    assert (error.kind, "cannot be found" in error.says) == ("host", True)


def test_an_error_of_the_server_ends_with_one_full_stop(redis_server: PrivateServer) -> None:
    error = what_is_wrong(f"unix://{redis_server.socket}?client_name=a%20b")
    assert error.kind == "unusable"
    assert not error.says.endswith("..")


def test_a_file_of_authorities_without_a_certificate() -> None:
    with pretender(lambda connection: None) as port:
        error = what_is_wrong(f"rediss://127.0.0.1:{port}?ssl_ca_certs={__file__}")
    assert error.kind == "tls"
    assert error.says.endswith("the file of ssl_ca_certs holds no certificate.")


def test_a_socket_that_does_not_exist(tmp_path: Path) -> None:
    error = what_is_wrong(f"unix://{tmp_path}/redis.sock")
    assert error.kind == "refused"
    assert error.says == f"There is no socket at {tmp_path}/redis.sock."


def test_passwords() -> None:
    with redis_over_tcp(requirepass=SECRET) as server:
        error = what_is_wrong(f"redis://{server.where}")
        assert (error.kind, "wants a password, and REDIS_URL has none" in error.says) == ("auth", True)
        error = what_is_wrong(f"redis://:wrong@{server.where}")
        assert (error.kind, "refused the password" in error.says) == ("auth", True)
        error = what_is_wrong(f"redis://nobody:{SECRET}@{server.where}")
        assert error.kind == "auth"
        assert check(read_url(f"redis://:{SECRET}@{server.where}")).role == "master"
        assert check(read_url(f"redis://default:{SECRET}@{server.where}")).role == "master"


def test_a_user_who_may_do_nothing() -> None:
    with redis_over_tcp(user=f"ann on >{SECRET} ~* -@all +hello") as server:
        error = what_is_wrong(f"redis://ann:{SECRET}@{server.where}")
    assert error.kind == "permission"
    assert "may not do what Keyspace needs" in error.says


def test_a_database_that_does_not_exist() -> None:
    with redis_over_tcp(databases="2") as server:
        error = what_is_wrong(f"redis://{server.where}/2")
    assert (error.kind, "no database of the number" in error.says) == ("bad_url", True)


def old_redis(words: list[str]) -> str:
    """Redis 6.2 as far as a client sees it when it connects."""
    if words[0] == "HELLO":
        return "%2\r\n" + bulk("version") + bulk("6.2.14") + bulk("proto") + ":3\r\n"
    return (
        bulk("redis_version:6.2.14\r\nredis_mode:standalone\r\nrole:master\r\n")
        if words[0] == "INFO"
        else "+OK\r\n"
    )


@pytest.mark.parametrize(
    ("answers", "kind", "says"),
    [
        (old_redis, "too_old", "runs Redis 6.2.14; Keyspace needs 7.0 or newer."),
        (lambda words: f"-ERR unknown command `{words[0]}`\r\n", "too_old", "runs a Redis older than 6"),
        (lambda words: "-LOADING Redis is loading\r\n", "loading", "is still loading its data"),
        (lambda words: "-ERR max number of clients reached\r\n", "full", "as many clients as it allows"),
        (lambda words: "-DENIED Redis is protected\r\n", "permission", "is in protected mode"),
        (lambda words: "-OOPS something odd\r\n", "unusable", "answered with an error: OOPS something odd."),
    ],
)
def test_a_server_that_refuses(answers: Callable[[list[str]], str], kind: str, says: str) -> None:
    with pretender(speaks(answers)) as port:
        error = what_is_wrong(f"redis://127.0.0.1:{port}")
    assert error.kind == kind
    assert says in error.says


@pytest.mark.parametrize(
    ("info", "kind", "says"),
    [
        ("redis_version:7.2.0\r\nredis_mode:sentinel", "not_redis", "is a Sentinel"),
        ("redis_version:7.2.0\r\nredis_mode:cluster\r\nrole:master", "cluster", "is a node of a cluster"),
        ("redis_version:7.2.0\r\nrole:slave", "read_only", "is a read-only replica"),
        ("redis_version:7.2.0\r\nrole:master\r\nloading:1", "loading", "is still loading"),
        ("hello:world", "too_old", "Redis of an unknown version"),
    ],
)
def test_a_server_of_the_wrong_sort(info: str, kind: str, says: str) -> None:
    def answers(words: list[str]) -> str:
        return bulk(info) if words[0] == "INFO" else old_redis(words)

    with pretender(speaks(answers)) as port:
        error = what_is_wrong(f"redis://127.0.0.1:{port}")
    assert error.kind == kind
    assert says in error.says


def test_a_real_replica_is_refused() -> None:
    with redis_over_tcp(replicaof="127.0.0.1 1") as server:
        assert what_is_wrong(f"redis://{server.where}").kind == "read_only"


@pytest.mark.parametrize(
    "reply",
    [b"HTTP/1.1 400 Bad Request\r\n\r\n", bytes(range(256)) * 8, b""],
    ids=["web", "garbage", "goodbye"],
)
def test_a_service_that_is_not_redis(reply: bytes) -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(1024)
        connection.sendall(reply)

    with pretender(serve) as port:
        error = what_is_wrong(f"redis://127.0.0.1:{port}")
    assert error.kind == "not_redis"
    assert error.says.endswith("it may be another service, or wants TLS (rediss://).")


def test_a_server_that_hangs() -> None:
    silence = threading.Event()
    with pretender(lambda connection: silence.wait(5) or None) as port:
        error = what_is_wrong(f"redis://127.0.0.1:{port}?socket_timeout=0.1")
        assert (error.kind, error.says) == ("timeout", f"127.0.0.1:{port} did not answer within 0.1 seconds.")
        error = what_is_wrong(f"rediss://127.0.0.1:{port}?socket_timeout=0.1&socket_connect_timeout=0.1")
        assert (error.kind, "if it does not speak TLS, use redis://" in error.says) == ("timeout", True)
        silence.set()


def test_a_server_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.3)
    over = threading.Event()

    def drip(connection: socket.socket) -> None:
        connection.recv(1024)
        connection.sendall(b"$100000\r\n")
        while not over.wait(0.05):
            connection.sendall(b"x")

    with pretender(drip) as port:
        assert what_is_wrong(f"redis://127.0.0.1:{port}").kind == "timeout"
        over.set()


def test_tls_with_a_certificate_in_the_url() -> None:
    with redis_over_tcp(requirepass=SECRET) as server, tls_front(server.port) as port:
        url = f"rediss://:{SECRET}@localhost:{port}?ssl_ca_certs={AUTHORITY}"
        assert check(read_url(url)).role == "master"
        assert what_is_wrong(f"rediss://:wrong@localhost:{port}?ssl_ca_certs={AUTHORITY}").kind == "auth"
        error = what_is_wrong(f"rediss://:{SECRET}@localhost:{port}")
        assert error.kind == "tls"
        assert "?ssl_ca_certs=/path/ca.pem" in error.says
        assert check(read_url(f"rediss://:{SECRET}@localhost:{port}?ssl_cert_reqs=none")).role == "master"
        error = what_is_wrong(f"redis://:{SECRET}@localhost:{port}")
        assert (error.kind, "wants TLS (rediss://)" in error.says) == ("not_redis", True)
        error = what_is_wrong(f"rediss://localhost:{port}?ssl_ca_certs=/no/such.pem")
        assert (error.kind, "does not exist" in error.says) == ("tls", True)


def test_tls_with_a_certificate_of_the_client() -> None:
    with redis_over_tcp() as server, tls_front(server.port, wants_certificate=True) as port:
        url = f"rediss://localhost:{port}?ssl_ca_certs={AUTHORITY}"
        mine = f"&ssl_certfile={CERTIFICATES}/server.pem&ssl_keyfile={CERTIFICATES}/server.key"
        assert check(read_url(url + mine)).role == "master"
        error = what_is_wrong(url)
        assert error.kind == "tls"
        assert "ssl_certfile" in error.says


def test_tls_with_a_server_that_has_none() -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(1024)
        connection.sendall(b"-ERR unknown command\r\n")

    with pretender(serve) as port:
        error = what_is_wrong(f"rediss://127.0.0.1:{port}")
    assert (error.kind, "then use redis://" in error.says) == ("tls", True)

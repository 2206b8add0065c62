"""A server with a port, and waiting with a deadline."""

from __future__ import annotations

import pytest

from lab.errors import LabError
from lab.topology import free_port, start_tcp, wait_until
from lab.topology import tcp as module


def test_a_server_has_a_port_its_settings_and_an_end() -> None:
    server = start_tcp({"appendonly": "yes"})
    try:
        with server.client() as client:
            assert client.config_get("appendonly") == {"appendonly": "yes"}
            assert client.info("server")["tcp_port"] == server.port
    finally:
        server.kill()
    assert server.process.ended is not None


def test_a_port_that_was_taken_in_the_meantime_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first = start_tcp()
    ports = iter([first.port, free_port()])
    monkeypatch.setattr(module, "free_port", lambda: next(ports))
    second = start_tcp()
    assert second.port != first.port
    for server in (first, second):
        server.kill()


def test_a_setting_that_no_server_has_is_told_with_the_servers_own_words() -> None:
    with pytest.raises(LabError, match="ended as it started"):
        start_tcp({"no-such-setting": "1"})


def test_what_never_comes_true_is_an_error_that_says_what() -> None:
    with pytest.raises(LabError, match=r"^The moon did not rise within 0 seconds\.$"):
        wait_until(lambda: False, "The moon did not rise", patience=0)


def test_whoever_stops_it_stops_the_waiting() -> None:
    def stopped() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        wait_until(lambda: False, "nothing", check=stopped)

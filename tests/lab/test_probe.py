"""Looking at a server: what INFO says, which commands there are, what a trial shows."""

from __future__ import annotations

import pytest
from redis import Redis
from redis.exceptions import NoPermissionError, ResponseError

from lab import probe
from lab.backend import ConnectionSpec
from lab.backends import fake_server
from lab.probe import ask, capabilities, commands_known, identify
from lab.server import PrivateServer
from tests.doubles import bulk, pretender, redis_over_tcp, speaks


def test_replies_come_back_in_order_and_errors_are_values(raw_redis: Redis) -> None:
    replies = ask(raw_redis, [("SET", "a", "1"), ("LPUSH", "a", "x"), ("GET", "a")])
    assert replies[0] == b"OK"
    assert isinstance(replies[1], ResponseError)
    assert replies[2] == b"1"


def test_what_info_says(redis: Redis, redis_server: PrivateServer) -> None:
    found = identify(redis)
    assert found.version == redis_server.candidate.version
    assert found.modules == tuple(sorted(found.modules))
    assert not found.loading


def test_valkey_is_known_by_its_own_version() -> None:
    info = "redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:9.1.2\r\nserver_mode:standalone\r\n"

    def answers(words: list[str]) -> str:
        if words[0] == "HELLO":
            return "%1\r\n" + bulk("proto") + ":3\r\n"
        return bulk(info + "# Modules\r\nmodule:name=search,ver=1\r\nmodule:name=bf,ver=2\r\n")

    with pretender(speaks(answers)) as port:
        client = Redis(host="127.0.0.1", port=port, socket_timeout=2)
        found = identify(client)
        client.close()
    assert (found.kind, found.version, found.modules) == ("valkey", "9.1.2", ("bf", "search"))


def test_commands_and_sub_commands_are_known_by_name(redis: Redis) -> None:
    assert commands_known(redis, ["get", "memory|usage", "no.such", "client|nonsense"]) == {
        "get",
        "memory|usage",
    }


def test_on_fakeredis_too() -> None:
    client = fake_server().client()
    assert commands_known(client, ["get", "ft.search"]) == {"get"}


def test_the_trials_leave_nothing_behind(redis: Redis, redis_server: PrivateServer) -> None:
    users, functions = redis.acl_list(), redis.function_list()
    capabilities(redis_server.spec(), server="embedded", namespace="ks:ann:")
    assert redis.dbsize() == 0
    assert redis.acl_list() == users
    assert redis.function_list() == functions


def test_the_trials_stay_within_the_namespace() -> None:
    with redis_over_tcp(user="ann on >pw ~ks:ann:* &* +@all") as server:
        spec = ConnectionSpec(
            probe_connection(),
            {"host": "127.0.0.1", "port": server.port, "username": "ann", "password": "pw"},
        )
        found = {one.name: one for one in capabilities(spec, server="REDIS_URL", namespace="ks:ann:")}
    assert found["hyperloglog"].available
    assert found["memory_usage"].available


def probe_connection() -> type:
    from redis.connection import Connection

    return Connection


def test_what_an_acl_forbids_is_told_by_name() -> None:
    with redis_over_tcp(user="ann on >pw ~* &* +@all -config -eval") as server:
        spec = ConnectionSpec(
            probe_connection(),
            {"host": "127.0.0.1", "port": server.port, "username": "ann", "password": "pw"},
        )
        found = {one.name: one for one in capabilities(spec, server="REDIS_URL")}
    assert found["wait"].available
    for name, command in (("config", "CONFIG GET"), ("scripts", "EVAL")):
        assert not found[name].available
        assert f"may not call {command}; its ACL would have to allow it." in found[name].reason


def test_what_is_off_is_not_even_tried(redis: Redis, redis_server: PrivateServer) -> None:
    redis.config_resetstat()
    found = {
        one.name: one
        for one in capabilities(redis_server.spec(), server="-", off={"functions": "Off.", "config": "Off."})
    }
    assert found["functions"].reason == found["config"].reason == "Off."
    assert not any(
        name.startswith(("cmdstat_function", "cmdstat_fcall")) for name in redis.info("commandstats")
    )


def test_an_odd_answer_is_not_a_capability() -> None:
    (trial,) = [one for one in probe.TRIALS if one.name == "hash_field_ttl"]
    assert probe._why_not(trial, [], [1, [-2]], "-") == "HEXPIRE answered something unexpected."
    assert probe._why_not(trial, ["hexpire"], [1, NoPermissionError("no")], "-").startswith("The user")
    assert probe._why_not(trial, [], [1, ResponseError("OOM no")], "-") == "HEXPIRE was refused: OOM no"


@pytest.mark.parametrize("trial", probe.TRIALS, ids=lambda trial: trial.name)
def test_every_trial_names_its_commands_as_command_info_does(trial: probe.Trial) -> None:
    for words in trial.commands:
        assert probe._head(words) == probe._head(words).lower()
    assert trial.missing.endswith(".")

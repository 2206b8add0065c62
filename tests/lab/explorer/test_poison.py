"""One exploration that breaks off leaves nothing behind for the next."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from redis import Redis, WatchError

from lab.explorer import Verdict, explore
from lab.explorer.backend import BrokenOff
from lab.explorer.commands import unblocked
from lab.explorer.servers import backend_named
from lab.scenario import Scenario


def verdict_of(client: Any, **options: Any) -> Verdict:
    return explore(Scenario({"A": client}, **options))


def stored(r: Redis, results: Any) -> str | None:
    return None if r.get("x") == "1" else "nothing was stored"


def the_next_is_clean() -> bool:
    return verdict_of(lambda r: r.set("x", 1), invariant=stored).status == "proved"


@pytest.mark.parametrize(
    "commands", [["MULTI"], ["EXEC"], ["MULTI", "SET a 1"], ["SET a 1", "MULTI", "SET a 2", "EXEC"]]
)
def test_a_transaction_in_parts_is_refused_and_leaves_no_connection_in_multi(commands: list[str]) -> None:
    def client(r: Redis) -> None:
        pipe = r.pipeline(transaction=False)
        for command in commands:
            pipe.execute_command(*command.split())
        pipe.execute()

    verdict = verdict_of(client)
    assert (verdict.status, "r.pipeline()" in verdict.says) == ("unsupported", True), verdict.says
    assert the_next_is_clean()


def test_a_value_that_the_server_does_not_take_is_refused_by_name() -> None:
    verdict = verdict_of(lambda r: r.set("big", "x" * 9_000_000))
    assert verdict.status == "unsupported"
    assert "A sends SET big xxx" in verdict.says
    assert "closed the connection" in verdict.says
    assert the_next_is_clean()


def test_a_connection_that_the_server_closed_meanwhile_is_opened_again() -> None:
    link = backend_named("redis").link()
    assert link.ask([(b"CLIENT", b"KILL", b"TYPE", b"normal", b"SKIPME", b"yes")])[0] >= 1
    link.close()
    assert the_next_is_clean()


def test_a_server_that_has_died_is_followed_by_another() -> None:
    backend = backend_named("redis")
    link = backend.link()
    with contextlib.suppress(BrokenOff):
        link.ask([(b"SHUTDOWN", b"NOSAVE")])
    link.close()
    died = verdict_of(lambda r: r.get("x"))
    assert (died.status, "closed the connection" in died.says) == ("unsupported", True)
    assert the_next_is_clean()
    assert backend_named("redis") is not backend


def test_a_wait_inside_a_transaction_does_not_wait_because_another_client_watches() -> None:
    def waits_nowhere(r: Redis) -> Any:
        pipe = r.pipeline()
        pipe.blpop(["q"], 0)
        pipe.set("x", 1)
        return pipe.execute()

    def watcher(r: Redis) -> str:
        with r.pipeline() as pipe:
            pipe.watch("x")
            pipe.multi()
            pipe.set("mine", 1)
            try:
                pipe.execute()
            except WatchError:
                return "refused"
            return "done"

    seen = set()

    def keep(r: Redis, results: Any) -> None:
        seen.add((str(results["A"]), results["B"]))

    verdict = explore(Scenario({"A": waits_nowhere, "B": watcher}, invariant=keep))
    assert (verdict.status, verdict.schedules) == ("proved", 3), verdict.says
    assert seen == {("[None, True]", "done"), ("[None, True]", "refused")}


@pytest.mark.parametrize(
    ("waits", "twin"),
    [
        ("BLPOP a b 0", "LMPOP 2 a b LEFT"),
        ("BRPOP a 0", "LMPOP 1 a RIGHT"),
        ("BLMOVE a b LEFT RIGHT 0", "LMOVE a b LEFT RIGHT"),
        ("BRPOPLPUSH a b 0", "RPOPLPUSH a b"),
        ("BLMPOP 0 1 a LEFT COUNT 2", "LMPOP 1 a LEFT COUNT 2"),
        ("BZPOPMIN z 0", "ZMPOP 1 z MIN"),
        ("BZPOPMAX z 0", "ZMPOP 1 z MAX"),
        ("BZMPOP 0 1 z MIN", "ZMPOP 1 z MIN"),
        ("XREADGROUP GROUP g c BLOCK 0 STREAMS s >", "XREADGROUP GROUP g c STREAMS s >"),
        ("SET a 1", "SET a 1"),
    ],
)
def test_a_command_that_waits_has_a_twin_that_does_not(waits: str, twin: str) -> None:
    assert unblocked(tuple(waits.encode().split())) == tuple(twin.encode().split())

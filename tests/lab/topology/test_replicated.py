"""A primary with replicas and sentinels: formed, up to date, watched, failed over, gone."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from redis import Redis
from redis.exceptions import ReadOnlyError, RedisError

from lab.errors import LabError
from lab.guardian import guardian
from lab.topology import MASTER, Replicated, replicated, start_independent, start_replicated, tcp
from lab.workshop import Stopped
from tests.waiting import wait_until


@pytest.fixture(scope="module")
def pair() -> Iterator[Replicated]:
    with start_replicated(2) as servers:
        yield servers


def test_the_replicas_hold_what_the_primary_was_told_and_take_no_write(pair: Replicated) -> None:
    with pair.primary.client() as primary:
        primary.set("order:1", "paid")
        assert primary.wait(2, 10_000) == 2
    for replica in pair.replicas:
        with replica.client() as client:
            assert client.get("order:1") == "paid"
            with pytest.raises(ReadOnlyError):
                client.set("order:1", "open")


def test_a_promoted_replica_takes_writes_and_an_old_primary_drops_its_own() -> None:
    with start_replicated() as servers:
        new = servers.promote()
        with servers.primary.client() as old_primary, new.client() as new_primary:
            assert old_primary.set("only here", 1)
            assert new_primary.set("only there", 1)
            servers.demote(servers.primary, new)
            assert old_primary.keys() == ["only there"]


def test_a_proxy_stands_between_the_primary_and_each_replica_and_ends_with_them() -> None:
    with start_replicated(2, proxied=True) as servers:
        held, open_one = servers.proxies
        for proxy, replica in zip(servers.proxies, servers.replicas, strict=True):
            with replica.client() as client:
                assert client.info("replication")["master_port"] == proxy.address[1]
        held.partition(to_client=True)
        with servers.primary.client() as primary:
            primary.set("order:1", "paid")
            assert primary.wait(1, 10_000) == 1
        with servers.replicas[0].client() as behind, servers.replicas[1].client() as ahead:
            assert (behind.get("order:1"), ahead.get("order:1")) == (None, "paid")
    with pytest.raises(LabError):
        open_one.heal()


def test_sentinels_find_a_new_primary_when_the_old_one_is_killed() -> None:
    with start_replicated(sentinels=1, down_after_ms=300) as servers:
        sentinel = servers.sentinel(socket_timeout=5.0)
        assert sentinel.discover_master(MASTER) == (tcp.HOST, servers.primary.port)
        servers.primary.kill()
        found: list[int] = []

        def moved() -> bool:
            with contextlib.suppress(RedisError):
                found[:] = [sentinel.discover_master(MASTER)[1]]
            return found == [servers.replica.port]

        wait_until(moved, "the sentinel names the replica", seconds=60)
        with servers.replica.client() as client:
            assert client.set("order:2", "paid")
        for one in sentinel.sentinels:
            one.close()


def test_three_sentinels_know_each_other() -> None:
    with start_replicated(sentinels=3, down_after_ms=5_000) as servers:
        for one in servers.sentinels:
            with one.client() as client:
                master = client.sentinel_master(MASTER)
                assert (master["num-other-sentinels"], master["quorum"]) == (2, 2)


def test_nothing_is_left_of_servers_sentinels_and_their_files() -> None:
    with start_replicated(sentinels=1, down_after_ms=5_000) as servers:
        processes = [one.process for one in (servers.primary, *servers.replicas, *servers.sentinels)]
        assert list(guardian().folder.glob("sentinel-*"))
    assert all(process.ended is not None and not process.folder.exists() for process in processes)
    assert not list(guardian().folder.glob("sentinel-*"))


def test_replicas_that_never_get_up_to_date_are_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "PATIENCE", 0.0)
    monkeypatch.setattr(replicated, "_online", lambda primary: -1)
    with pytest.raises(LabError, match="did not get up to date within"), start_replicated():
        pass


def test_stopped_while_the_sentinels_look_for_each_other_everything_ends() -> None:
    before = set(guardian().folder.glob("s*"))

    def check() -> None:
        if len(list(guardian().folder.glob("sentinel-*"))) == 3:
            raise Stopped

    with pytest.raises(Stopped), start_replicated(sentinels=3, down_after_ms=5_000, check=check):
        pass
    assert set(guardian().folder.glob("s*")) == before


def test_five_strangers_know_nothing_of_each_other() -> None:
    with start_independent(5) as servers:
        clients: list[Redis] = [server.client() for server in servers]
        for number, client in enumerate(clients):
            client.set("name", number)
        assert [client.get("name") for client in clients] == list("01234")
        assert {client.info("replication")["connected_slaves"] for client in clients} == {0}
        for client in clients:
            client.close()
    assert all(server.process.ended is not None for server in servers)

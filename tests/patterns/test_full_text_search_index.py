"""The index of the module is made once, rebuilt behind readers, and complete when it is searched."""

from __future__ import annotations

import math

import pytest
from redis import Redis
from redis.exceptions import ResponseError

from lab.chain import find_servers
from lab.topology import start_cluster
from patterns.full_text_search import IndexBusy, Search
from tests.patterns import full_text_search as shared
from tests.patterns.bench import Meanwhile, keyspace, together
from tests.patterns.full_text_search import BASE, MODULE, Any_Search, everywhere, ids, library

client = shared.client
search = shared.search


@everywhere(*MODULE)
def test_documents_from_before_the_index_are_found(search: Any_Search, client: Redis) -> None:
    for number in range(300):
        client.hset(f"{BASE}:doc:{number}", mapping={"title": f"tea {number}", "body": "", "tags": ""})
    assert search.find("tea").total == 300


@everywhere(*MODULE)
def test_many_clients_make_the_first_index_together(version: type[Search], client: Redis) -> None:
    version(client, "docs").put("a", "tea", "")
    assert [ids(found) for found in together(*[lambda: version(client, "docs").find("tea")] * 6)] == [
        ["a"]
    ] * 6


@everywhere(*MODULE)
def test_nobody_searches_an_index_that_is_still_reading(version: type[Search], client: Redis) -> None:
    version(client, "docs").put("a", "tea", "")
    other = []

    class Reading:
        """The server, and another client that comes at the moment in which the index is being read."""

        def execute_command(self, *words: object) -> object:
            reply = client.execute_command(*words)
            if words[0] != "FT.INFO" or other:
                return reply
            other.append("")
            with pytest.raises(ResponseError, match=r"(?i)no such index"):
                client.execute_command("FT.SEARCH", BASE, "tea")
            other[0] = ids(version(client, "docs").find("tea"))  # finds the index made, and waits for it
            return reply

    assert ids(version(Reading(), "docs").find("tea")) == ["a"]
    assert other == [["a"]]
    existing = version(client, "docs")
    client.execute_command("FT.ALIASDEL", BASE)
    other.clear()
    existing.redis = Reading()  # an index that another client made, and has not read yet
    assert ids(existing.find("tea")) == ["a"]
    assert other == [["a"]]


@everywhere(*MODULE)
def test_a_rebuilt_index_takes_the_place_of_the_old_one(search: Search, client: Redis) -> None:
    library(search)
    search.find("locks")
    assert search.rebuild() == f"{BASE}:v2"
    assert ids(search.find("locks")) == ["locks", "caches"]
    assert [
        index.decode() if isinstance(index, bytes) else index for index in client.execute_command("FT._LIST")
    ] == [f"{BASE}:v2"]
    assert len(keyspace(client)) == 3, "the documents stay"


def test_two_rebuilds_at_once_do_not_build_one_index(redis: Redis) -> None:
    mine, other = Search(redis, "docs"), Search(redis, "docs")
    mine.rebuild()
    slow = Search(Meanwhile(redis, "execute_command", other.rebuild), "docs")
    with pytest.raises(IndexBusy, match="another client is building"):
        slow.rebuild()
    assert [text for text in redis.execute_command("FT._LIST") if text.startswith(BASE)] == [f"{BASE}:v2"]


def test_an_index_that_is_not_ready_in_time_says_so(redis: Redis) -> None:
    class Slow:
        def execute_command(self, *words: object) -> object:
            reply = redis.execute_command(*words)
            return reply | {"indexing": 1} if words[0] == "FT.INFO" else reply

    clock = iter(range(100))
    slow = Search(Slow(), "docs", patience=3, now=lambda: next(clock), sleep=lambda _: None)
    with pytest.raises(IndexBusy, match="is still reading documents after 3 s"):
        slow.find("tea")


@pytest.mark.parametrize("patience", [math.nan, math.inf, -1])
def test_a_wait_without_an_end_is_refused_at_once(patience: float, nowhere: Redis) -> None:
    with pytest.raises(ValueError, match="patience must be"):
        Search(nowhere, "docs", patience=patience)


def test_another_database_than_the_first_is_refused() -> None:
    """In database 3 the module of Redis 8.2 makes no index, and a search is one of database 0."""
    with pytest.raises(ValueError, match="database 0 only"):
        Search(Redis(db=3), "docs")
    assert Search(Redis(db=0), "docs").base == BASE


def test_a_search_is_not_cut_short(redis: Redis) -> None:
    search = Search(redis, "docs")
    with redis.pipeline(transaction=False) as pipeline:
        for number in range(20_000):
            pipeline.hset(f"{BASE}:doc:{number}", mapping={"title": "tea cup", "body": "", "tags": ""})
        pipeline.execute()
    search.find("tea")
    redis.execute_command("FT.CONFIG", "SET", "TIMEOUT", 1)
    try:
        assert search.find("tea cup").total == 20_000
    finally:
        redis.execute_command("FT.CONFIG", "SET", "TIMEOUT", 500)


def test_a_first_search_that_meets_a_rebuild_finds_what_there_is(redis: Redis) -> None:
    Search(redis, "docs").put("a", "tea", "")

    class Rebuilt:
        """The server, on which another client rebuilds while this one waits for the first index."""

        def __init__(self) -> None:
            self.left = ["FT.INFO"]

        def execute_command(self, *words: object, **options: object) -> object:
            if words[0] in self.left:
                self.left.remove(words[0])
                assert Search(redis, "docs").rebuild() == f"{BASE}:v2"
            return redis.execute_command(*words, **options)

    assert ids(Search(Rebuilt(), "docs").find("tea")) == ["a"]
    assert redis.execute_command("FT._LIST") == [f"{BASE}:v2"]


@pytest.mark.parametrize("moment", ["FT.INFO", "FT.ALIASUPDATE", "FT.DROPINDEX"])
def test_of_two_rebuilds_the_later_one_serves(moment: str, redis: Redis) -> None:
    Search(redis, "docs").put("a", "tea", "")
    Search(redis, "docs").rebuild()

    class Meets:
        """The server, on which another client rebuilds, whole, before this one's command of that name."""

        met = False

        def execute_command(self, *words: object, **options: object) -> object:
            if words[0] == moment and not self.met:
                self.met = True
                assert Search(redis, "docs").rebuild() == f"{BASE}:v3"
            return redis.execute_command(*words, **options)

    with pytest.raises(IndexBusy, match="another client is building"):
        Search(Meets(), "docs").rebuild()
    assert redis.execute_command("FT._LIST") == [f"{BASE}:v3"]
    assert ids(Search(redis, "docs").find("tea")) == ["a"]


def test_a_cluster_whose_nodes_have_the_module_is_searched_and_rebuilt() -> None:
    loaded = {module.name: module for server in find_servers() if server.usable for module in server.loaded}
    with start_cluster(options={"loadmodule": loaded["search"].path}) as nodes, nodes.client() as client:
        for index in ("docs", "blog"):  # in slots of two nodes
            search = Search(client, index)
            search.put("a", "tea", "")
            assert ids(search.find("tea")) == ["a"]
            assert [search.rebuild(), search.rebuild()] == [
                f"search:{{{index}}}:v2",
                f"search:{{{index}}}:v3",
            ]
            assert ids(search.find("tea")) == ["a"]
        homes = {client.get_node_from_key(f"search:{{{index}}}").name for index in ("docs", "blog")}
        assert len(homes) == 2

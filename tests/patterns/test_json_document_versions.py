"""No change is lost and none counts twice, and one that was made for an older version is refused."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from patterns.json_document import NEW, Conflict, CoreDocuments, Documents, DoesNotFit, NoDocument
from patterns.json_document.document import LARGEST_NUMBER, append, increment, replace
from tests.patterns.bench import SLOW_OR_SHARED, Meanwhile, lost_reply, together
from tests.patterns.json_document import KEPT, PROFILE, Kept
from tests.patterns.lossy import loses_reply

EVERYWHERE = pytest.mark.parametrize(
    ("version", "where"),
    [
        (Documents, "redis"),
        (Documents, "raw_redis"),
        (Documents, "fake"),
        (CoreDocuments, "redis"),
        (CoreDocuments, "raw_redis"),
        (CoreDocuments, "fake"),
        (CoreDocuments, "cluster_redis"),
    ],
)
"""The two that keep the promise, each wherever it can run: the module is not in the cluster."""


@pytest.fixture
def kept(version: Kept, where: str, request: pytest.FixtureRequest) -> Callable[..., Documents]:
    """Makes clients of one keyspace."""
    client = request.getfixturevalue(where)
    return lambda **options: version(client, **options)


def test_the_core_version_meets_the_same_change_and_tries_again(redis: Redis) -> None:
    documents = CoreDocuments(redis)
    documents.save("ann", {"visits": 1, "name": "Ann"})
    pauses: list[float] = []
    meanwhile = Meanwhile(redis, "hmget", lambda: documents.set_path("ann", ["name"], "Anna"))
    slow = CoreDocuments(meanwhile, sleep=pauses.append, random=lambda: 1.0)
    assert slow.increment("ann", ["visits"]) == 2
    assert documents.load("ann") == {"visits": 2, "name": "Anna"}
    assert pauses == [0.001]


@KEPT
def test_no_change_is_lost_between_threads(version: Kept, redis: Redis) -> None:
    documents = version(redis, attempts=1_000)
    documents.save("ann", {"n": 0, "log": [], "total": 0})

    def count(document: dict[str, Any]) -> dict[str, Any]:
        return document | {"total": document["total"] + 1}

    def work(who: int) -> None:
        for turn in range(10):
            documents.increment("ann", ["n"])
            documents.append("ann", ["log"], f"{who} {turn}")
            documents.set_path("ann", [f"by {who}"], turn)
            documents.update("ann", count)

    assert together(*(lambda who=who: work(who) for who in range(4))) == [None] * 4
    found = documents.load("ann")
    assert (found["n"], len(set(found["log"])), found["total"]) == (40, 40, 40)
    assert [found[f"by {who}"] for who in range(4)] == [9] * 4


@EVERYWHERE
def test_every_change_makes_a_new_version(kept: Callable[..., Documents]) -> None:
    documents = kept()
    versions = [documents.save("ann", PROFILE)]
    for change in (
        lambda: documents.increment("ann", ["stats", "visits"]),
        lambda: documents.append("ann", ["tags"], 1),
        lambda: documents.set_path("ann", ["name"], "A"),
        lambda: documents.save("ann", PROFILE),
    ):
        change()
        versions.append(documents.read("ann").version)
    assert len(set(versions)) == 5


@EVERYWHERE
def test_a_change_to_a_version_that_is_gone_is_refused(kept: Callable[..., Documents]) -> None:
    documents = kept()
    old = documents.save("ann", PROFILE)
    documents.increment("ann", ["stats", "visits"], version=old)
    before = documents.read("ann")
    for change in (
        lambda: documents.save("ann", {}, version=old),
        lambda: documents.increment("ann", ["stats", "visits"], version=old),
        lambda: documents.append("ann", ["tags"], 1, version=old),
        lambda: documents.set_path("ann", ["name"], "A", version=old),
        lambda: documents.save("ann", {}, version=NEW),
    ):
        with pytest.raises(Conflict, match="document 'ann' does not have the version"):
            change()
    assert documents.read("ann") == before


@EVERYWHERE
def test_a_document_is_made_once(kept: Callable[..., Documents]) -> None:
    documents = kept()
    documents.save("ann", {"by": "the first"}, version=NEW)
    with pytest.raises(Conflict):
        documents.save("ann", {"by": "the second"}, version=NEW)
    assert documents.load("ann") == {"by": "the first"}


@EVERYWHERE
def test_a_document_that_was_deleted_and_made_again_is_another(kept: Callable[..., Documents]) -> None:
    documents = kept()
    old = documents.save("ann", {"n": 1})
    documents.delete("ann")
    with pytest.raises(Conflict):
        documents.save("ann", {"n": 2}, version=old)
    documents.save("ann", {"n": 1})
    with pytest.raises(Conflict):
        documents.save("ann", {"n": 2}, version=old)
    assert documents.load("ann") == {"n": 1}


@EVERYWHERE
def test_a_rule_about_the_whole_document_holds(kept: Callable[..., Documents]) -> None:
    documents, other = kept(), kept()
    documents.save("ann", {"left": 1, "right": 0})
    calls = []

    def move(document: dict[str, int]) -> dict[str, int]:
        calls.append(dict(document))
        if len(calls) == 1:
            other.save("ann", {"left": 0, "right": 1})
        return {"left": 0, "right": document["right"] + document["left"]}

    assert documents.update("ann", move) == {"left": 0, "right": 1}
    assert calls == [{"left": 1, "right": 0}, {"left": 0, "right": 1}]


@EVERYWHERE
def test_an_update_gives_up_in_the_end(kept: Callable[..., Documents]) -> None:
    pauses: list[float] = []
    documents, other = kept(attempts=8, sleep=pauses.append, random=lambda: 1.0), kept()
    documents.save("ann", {"n": 0})

    def change(document: dict[str, int]) -> dict[str, int]:
        other.increment("ann", ["n"])
        return {"n": -1}

    with pytest.raises(Conflict, match="changed by others 8 times in a row"):
        documents.update("ann", change)
    assert documents.load("ann") == {"n": 8}
    assert pauses == [0.001, 0.002, 0.004, 0.008, 0.016, 0.02, 0.02, 0.02]


@EVERYWHERE
def test_an_update_of_nothing_and_an_update_that_fails_write_nothing(kept: Callable[..., Documents]) -> None:
    documents = kept()
    with pytest.raises(NoDocument):
        documents.update("ann", lambda document: document)
    before = documents.save("ann", {"n": 1})
    with pytest.raises(ZeroDivisionError):
        documents.update("ann", lambda document: document | {"n": 1 // 0})
    with pytest.raises(ValueError, match="a document cannot hold set"):
        documents.update("ann", lambda document: document | {"n": {1}})
    assert documents.read("ann").version == before


@KEPT
def test_a_change_that_the_client_sends_again_by_itself_counts_once(version: Kept, redis: Redis) -> None:
    documents = version(redis)
    documents.save("ann", {"n": 1, "log": []})
    documents.increment("ann", ["n"])
    assert version(loses_reply(redis, "EVALSHA")).increment("ann", ["n"]) == 3
    assert version(loses_reply(redis, "EVALSHA")).append("ann", ["log"], "x") == 1
    version(loses_reply(redis, "EVALSHA")).save("ann", {"n": 5}, version=documents.read("ann").version)
    assert documents.load("ann") == {"n": 5}


@KEPT
def test_a_change_with_its_version_does_not_count_twice(version: Kept, redis: Redis) -> None:
    documents = version(redis)
    base = documents.save("ann", {"n": 1})
    nth = 1 if version is Documents else 2
    with pytest.raises(DoesNotFit):
        documents.increment("ann", ["load the script"])
    with lost_reply(redis, nth), pytest.raises(RedisConnectionError):
        documents.increment("ann", ["n"], version=base)
    with pytest.raises(Conflict):
        documents.increment("ann", ["n"], version=base)
    assert documents.load("ann") == {"n": 2}


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-LARGEST_NUMBER, LARGEST_NUMBER)
    | st.integers(-99_999, 99_999).map(lambda eighths: eighths / 8)
    | st.text(max_size=8)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(["a", "b", "c'"])
CHANGES = st.lists(
    st.tuples(st.just("increment"), KEYS, st.integers(-99, 99))
    | st.tuples(st.just("append"), KEYS, VALUES)
    | st.tuples(st.just("set_path"), KEYS, VALUES),
    max_size=8,
)
PLAIN = {"increment": increment, "append": append, "set_path": replace}


def outcome(change: Callable[..., Any], *args: Any) -> Any:
    """What a change answers, or that it does not fit."""
    try:
        return change(*args)
    except DoesNotFit:
        return "does not fit"


@settings(max_examples=40, deadline=None, suppress_health_check=SLOW_OR_SHARED)
@given(start=st.dictionaries(KEYS, VALUES, max_size=4), changes=CHANGES)
def test_any_changes_give_what_they_give_to_a_plain_document(
    redis: Redis, start: dict[str, Any], changes: list[tuple[str, str, Any]]
) -> None:
    model = copy.deepcopy(start)
    stores = [Documents(redis), CoreDocuments(redis, namespace="core:")]
    for store in stores:
        store.save("x", start)
    for how, key, value in changes:
        expected = outcome(PLAIN[how], model, (key,), copy.deepcopy(value))
        answers = [outcome(getattr(store, how), "x", [key], value) for store in stores]
        assert answers == [expected] * 2
    assert [store.load("x") for store in stores] == [model, model]

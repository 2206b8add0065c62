"""One contract for the three kinds of document, how the naive one goes wrong, what a change costs."""

from __future__ import annotations

import json
import math

import pytest
from redis import Redis
from redis.exceptions import ResponseError

from patterns.json_document import CoreDocuments, Documents, DoesNotFit, NaiveDocuments, NoDocument
from patterns.json_document.document import LARGEST_NUMBER
from tests.patterns.bench import Meanwhile, keyspace, round_trips
from tests.patterns.json_document import KEPT, KEY, PROFILE, Kept

ALL = pytest.mark.parametrize("version", [NaiveDocuments, Documents, CoreDocuments])
Version = type[NaiveDocuments] | type[Documents] | type[CoreDocuments]


# The contract


def test_the_real_server_has_the_module(redis: Redis) -> None:
    assert "ReJSON" in {module["name"] for module in redis.module_list()}


@ALL
def test_what_is_saved_is_loaded(version: Version, client: Redis) -> None:
    documents = version(client)
    documents.save("ann", PROFILE)
    assert documents.load("ann") == PROFILE
    documents.save("ann", [])
    assert documents.load("ann") == []
    assert documents.load("zoe") is None


@ALL
def test_increments_add_up(version: Version, client: Redis) -> None:
    documents = version(client)
    documents.save("ann", PROFILE)
    assert documents.increment("ann", ["stats", "visits"]) == 2
    assert documents.increment("ann", ["stats", "visits"], -5) == -3
    assert documents.increment("ann", ["stats", "score"], 0.25) == 1.75
    assert documents.load("ann") == PROFILE | {"stats": {"visits": -3, "score": 1.75}}


@ALL
def test_appends_stay_in_order(version: Version, client: Redis) -> None:
    documents = version(client)
    documents.save("ann", PROFILE)
    assert documents.append("ann", ["tags"], {"deep": [None, True]}) == 2
    assert documents.append("ann", ["empty"], "first") == 1
    assert documents.load("ann") == PROFILE | {"tags": ["a", {"deep": [None, True]}], "empty": ["first"]}


@ALL
def test_a_leaf_is_set_and_its_neighbours_stay(version: Version, client: Redis) -> None:
    documents = version(client)
    documents.save("ann", PROFILE)
    documents.set_path("ann", ["stats", "visits"], "many")
    documents.set_path("ann", ["stats", "new"], {})
    documents.set_path("ann", ["tags", 0], None)
    stats = {"visits": "many", "score": 1.5, "new": {}}
    assert documents.load("ann") == PROFILE | {"stats": stats, "tags": [None]}


@ALL
@pytest.mark.parametrize("path", [["no"], ["stats", "no"], ["no", "way"], ["tags", 1], ["name", "x"], [0]])
def test_a_place_that_is_not_there_is_not_made(
    path: list[str | int], version: Version, client: Redis
) -> None:
    documents = version(client)
    documents.save("ann", PROFILE)
    for change in (documents.increment, lambda *where: documents.append(*where, "x")):
        with pytest.raises(DoesNotFit):
            change("ann", path)
    if path[-1] != "no":
        with pytest.raises(DoesNotFit):
            documents.set_path("ann", path, "x")
    assert documents.load("ann") == PROFILE


@ALL
def test_a_change_of_the_wrong_kind_is_refused(version: Version, client: Redis) -> None:
    documents = version(client)
    documents.save("ann", PROFILE | {"yes": True, "large": LARGEST_NUMBER})
    for change in (
        lambda: documents.increment("ann", ["name"]),
        lambda: documents.increment("ann", ["yes"]),
        lambda: documents.increment("ann", ["large"]),
        lambda: documents.append("ann", ["stats"], 1),
        lambda: documents.set_path("ann", ["tags", "x"], 1),
        lambda: documents.set_path("ann", ["stats", 0], 1),
    ):
        with pytest.raises(DoesNotFit):
            change()
    assert documents.load("ann") == PROFILE | {"yes": True, "large": LARGEST_NUMBER}


@ALL
def test_what_does_not_exist_cannot_be_changed(version: Version, client: Redis) -> None:
    documents = version(client)
    for change in (
        lambda: documents.increment("ann", ["n"]),
        lambda: documents.append("ann", ["n"], 1),
        lambda: documents.set_path("ann", ["n"], 1),
    ):
        with pytest.raises(NoDocument, match="there is no document 'ann'"):
            change()
    assert documents.load("ann") is None


@ALL
def test_a_deleted_document_is_gone(version: Version, client: Redis) -> None:
    documents = version(client)
    documents.save("ann", PROFILE)
    assert (documents.delete("ann"), documents.delete("ann")) == (True, False)
    assert documents.load("ann") is None


@ALL
def test_keys_of_a_document_are_no_syntax(version: Version, client: Redis) -> None:
    documents = version(client)
    for key in ("a'b", "a]b", "a.b", "$", "*", "..", "Žofie 🎉", "a b", "@", "?(@.a)"):
        documents.save("ann", {key: 1, "other": 1})
        assert documents.increment("ann", [key]) == 2
        documents.set_path("ann", [key], "x")
        assert documents.load("ann") == {key: "x", "other": 1}


@ALL
def test_documents_and_namespaces_do_not_mix(version: Version, client: Redis) -> None:
    version(client).save("ann", {"n": 1})
    version(client, namespace="other:").save("ann", {"n": 2})
    assert version(client).load("ben") is None
    assert (version(client).load("ann"), version(client, namespace="other:").load("ann")) == (
        {"n": 1},
        {"n": 2},
    )


@pytest.mark.parametrize(
    ("version", "kind"), [(NaiveDocuments, "string"), (Documents, "ReJSON-RL"), (CoreDocuments, "hash")]
)
def test_the_keys_left_behind_are_those_of_the_card(version: Version, kind: str, redis: Redis) -> None:
    documents = version(redis, keep=60)
    documents.save("ann", PROFILE)
    assert keyspace(redis) == {KEY: (kind, 60)}


@ALL
def test_every_change_keeps_the_document_for_longer(version: Version, client: Redis) -> None:
    documents = version(client, keep=600)
    documents.save("ann", PROFILE)
    for change in (
        lambda: documents.save("ann", PROFILE),
        lambda: documents.increment("ann", ["stats", "visits"]),
        lambda: documents.append("ann", ["tags"], 1),
        lambda: documents.set_path("ann", ["name"], "A"),
    ):
        client.expire(KEY, 5)
        change()
        assert client.ttl(KEY) > 500


@ALL
@pytest.mark.parametrize(
    ("value", "says"),
    [
        (1, "a document is an object or a list, not 1"),
        (None, "a document is an object or a list, not None"),
        ({"a": math.nan}, "a document cannot hold nan"),
        ({"a": b"x"}, "a document cannot hold bytes"),
        ({"a": 2**53}, "a number must be between"),
        ({"a": (1,)}, "a document cannot hold tuple"),
        ({1: 1}, "a key must be text, not int"),
        ({"a": "\ud800"}, "a text holds characters that UTF-8 cannot carry"),
        ({"a": "x" * 1_000_000}, "a document must have at most 1,000,000 bytes, not 1,000,008"),
        (json.loads("[" * 40 + "]" * 40), "a document must not be deeper than 32 levels"),
    ],
)
def test_what_is_no_document_never_leaves(version: Version, value: object, says: str, nowhere: Redis) -> None:
    with pytest.raises(ValueError, match=says):
        version(nowhere).save("ann", value)


@ALL
@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("stats", "a path is a list of keys and positions, not 'stats'"),
        ([], "the number of steps must be between 1 and 32, not 0"),
        (["a"] * 33, "the number of steps must be between 1 and 32, not 33"),
        ([-1], "a position must be between 0"),
        ([True], "a position must be a whole number, not True"),
        ([1.0], "a position must be a whole number, not 1.0"),
        (["\ud800"], "a key holds characters that UTF-8 cannot carry"),
        (['a"b'], "cannot stand in a path"),
        (["a\\b"], "cannot stand in a path"),
        ([""], "a key must not be empty"),
        ([" a"], "cannot stand in a path"),
        (["a\nb"], "cannot stand in a path"),
    ],
)
def test_a_bad_path_never_leaves(version: Version, path: list[str], says: str, nowhere: Redis) -> None:
    documents = version(nowhere)
    for change in (
        lambda: documents.increment("ann", path),
        lambda: documents.append("ann", path, 1),
        lambda: documents.set_path("ann", path, 1),
    ):
        with pytest.raises(ValueError, match=says):
            change()


@ALL
def test_a_bad_amount_value_or_id_never_leaves(version: Version, nowhere: Redis) -> None:
    documents = version(nowhere)
    for by in (math.nan, math.inf, "1", None, True, 2**53):
        with pytest.raises(ValueError, match="by must be"):
            documents.increment("ann", ["n"], by)
    for change in (documents.append, documents.set_path):
        with pytest.raises(ValueError, match="a document cannot hold set"):
            change("ann", ["n"], {1})
    with pytest.raises(ValueError, match="id must not contain braces: 'a}b'"):
        documents.load("a}b")
    with pytest.raises(ValueError, match="keep must be between 1"):
        version(nowhere, keep=0)


@ALL
def test_a_key_of_another_type_is_reported_and_kept(version: Version, redis: Redis) -> None:
    redis.rpush(KEY, "mine")
    documents = version(redis)
    for ask in (lambda: documents.load("ann"), lambda: documents.increment("ann", ["n"])):
        with pytest.raises(ResponseError, match=r"WRONGTYPE|wrong Redis type"):
            ask()
    assert redis.lrange(KEY, 0, -1) == ["mine"]


@KEPT
def test_a_save_over_a_key_of_another_type_is_refused(version: Kept, redis: Redis) -> None:
    redis.rpush(KEY, "mine")
    with pytest.raises(ResponseError, match=r"WRONGTYPE|wrong Redis type"):
        version(redis).save("ann", {})
    assert redis.lrange(KEY, 0, -1) == ["mine"]


# How the naive one goes wrong


def test_naive_lost_update_of_one_leaf(redis: Redis) -> None:
    documents = NaiveDocuments(redis)
    documents.save("ann", {"visits": 1})
    slow = NaiveDocuments(Meanwhile(redis, "get", lambda: documents.increment("ann", ["visits"])))
    assert slow.increment("ann", ["visits"]) == 2
    assert documents.load("ann") == {"visits": 2}  # and not 3


def test_naive_lost_update_of_another_leaf(redis: Redis) -> None:
    documents = NaiveDocuments(redis)
    documents.save("ann", {"visits": 1, "name": "Ann"})
    slow = NaiveDocuments(Meanwhile(redis, "get", lambda: documents.set_path("ann", ["name"], "Anna")))
    slow.increment("ann", ["visits"])
    assert documents.load("ann") == {"visits": 2, "name": "Ann"}  # and not Anna


# Cost


def test_round_trips_are_those_of_the_card(redis: Redis) -> None:
    def change(document: dict[str, int]) -> dict[str, int]:
        return document

    for version, of_a_change in ((Documents, 1), (CoreDocuments, 2)):
        documents = version(redis)
        documents.save("ann", PROFILE)
        documents.increment("ann", ["stats", "visits"])
        for expected, ask in (
            (1, lambda documents=documents: documents.save("ann", PROFILE)),
            (1, lambda documents=documents: documents.load("ann")),
            (of_a_change, lambda documents=documents: documents.increment("ann", ["stats", "visits"])),
            (of_a_change, lambda documents=documents: documents.append("ann", ["tags"], 1)),
            (of_a_change, lambda documents=documents: documents.set_path("ann", ["name"], "A")),
            (2, lambda documents=documents: documents.update("ann", change)),
            (1, lambda documents=documents: documents.delete("ann")),
        ):
            with round_trips(redis) as count:
                ask()
            assert count.number == expected

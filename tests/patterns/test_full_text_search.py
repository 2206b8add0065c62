"""One contract for three ways to search, how the naive one goes wrong, what the other two promise."""

from __future__ import annotations

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis
from redis.exceptions import ResponseError

from patterns.full_text_search import CoreSearch, NaiveSearch, Search
from patterns.full_text_search.document import Found, snippet, words
from tests.patterns import full_text_search as shared
from tests.patterns.bench import Meanwhile, keyspace, round_trips, together
from tests.patterns.full_text_search import BASE, CORE, MODULE, NAIVE, Any_Search, everywhere, ids, library

client = shared.client
search = shared.search

ALL = everywhere(*NAIVE, *MODULE, *CORE)
KEPT = everywhere(*MODULE, *CORE)


# The contract


@ALL
def test_a_document_is_found_by_its_words_in_any_case(search: Any_Search) -> None:
    library(search)
    assert ids(search.find("STAMPEDE")) == ["caches"]
    assert ids(search.find("expires")) == ["locks"]
    assert ids(search.find("brûlée")) == ["cafe"]
    assert ids(search.find("tea_time")) == ["cafe"]


@ALL
def test_case_and_marks_of_every_alphabet_are_known(search: Any_Search) -> None:
    search.put("menu", "ÄPFEL Žofie", "ČESKO “quoted” word—dash it’s Σοφία")
    for word in ("äpfel", "Äpfel", "ŽOFIE", "česko", "quoted", "word", "dash", "it", "ΣΟΦΊΑ"):
        assert ids(search.find(word)) == ["menu"], word
    assert ids(search.find("äpfel dash")) == ["menu"]


@ALL
def test_a_word_in_the_title_counts_more_than_one_in_the_body(search: Any_Search) -> None:
    library(search)
    found = search.find("locks")
    assert (found.total, ids(found)) == (2, ["locks", "caches"])
    assert found.hits[0].score > found.hits[1].score


@ALL
def test_every_word_of_the_query_must_be_there(search: Any_Search) -> None:
    library(search)
    assert ids(search.find("redis stampede")) == ["caches"]
    assert search.find("redis nothing") == Found(0, ())
    assert search.find("lock") == Found(0, ()), "words are found whole: no stemming"


@ALL
def test_a_tag_narrows_the_search(search: Any_Search) -> None:
    library(search)
    assert ids(search.find("locks", tag="safety")) == ["locks"]
    assert ids(search.find("crème", tag="food & drink")) == ["cafe"]
    assert search.find("locks", tag="food & drink") == Found(0, ())
    assert search.find("locks", tag="nobody") == Found(0, ())


@ALL
def test_a_page_at_a_time(search: Any_Search) -> None:
    library(search)
    first, second = search.find("locks", count=1), search.find("locks", count=1, offset=1)
    assert (first.total, second.total) == (2, 2)
    assert ids(first) + ids(second) == ["locks", "caches"]
    assert ids(search.find("locks", offset=2)) == []


@ALL
def test_a_hit_shows_where_the_words_stand(search: Any_Search) -> None:
    library(search)
    (hit,) = search.find("redis stampede").hits
    assert hit.title == "Caches"
    assert "[stampede]" in hit.snippet
    assert "[redis]" in hit.snippet


@ALL
def test_a_replaced_document_is_found_by_its_new_words_only(search: Any_Search) -> None:
    library(search)
    search.put("locks", "Queues", "Streams with consumer groups.", ["queues"])
    assert ids(search.find("queues")) == ["locks"]
    assert ids(search.find("locks")) == ["caches"]
    assert search.find("expires") == Found(0, ())
    assert ids(search.find("streams", tag="queues")) == ["locks"]


@ALL
def test_a_deleted_document_is_not_found(search: Any_Search) -> None:
    library(search)
    assert (search.delete("locks"), search.delete("locks")) == (True, False)
    assert ids(search.find("redis")) == ["caches"]


@ALL
def test_indexes_and_namespaces_do_not_mix(version: type[Any_Search], client: Redis) -> None:
    version(client, "docs").put("a", "tea", "")
    version(client, "docs", namespace="other:").put("b", "tea", "")
    assert ids(version(client, "docs").find("tea")) == ["a"]
    assert ids(version(client, "docs", namespace="other:").find("tea")) == ["b"]
    assert ids(version(client, "blog").find("tea")) == []


@ALL
@pytest.mark.parametrize(
    "typed", ["locks)", "@title:{locks}", '"locks"', "locks | (", "~locks*", "$w0 locks"]
)
def test_what_is_typed_is_never_part_of_a_query_language(search: Any_Search, typed: str) -> None:
    library(search)
    wanted = words(typed)
    assert ids(search.find(typed)) == ids(search.find(" ".join(wanted)))


@pytest.mark.parametrize("version", [NaiveSearch, Search, CoreSearch])
def test_bad_input_never_leaves(version: type[Any_Search], nowhere: Redis) -> None:
    search = version(nowhere, "docs")
    for ask, says in (
        (lambda: search.put("", "t", "b"), "doc_id must not be empty"),
        (lambda: search.put("a", None, "b"), "title must be text, not NoneType"),
        (lambda: search.put("a", "t", b"b"), "body must be text, not bytes"),
        (lambda: search.put("a", "x" * 1_001, ""), "title must have at most 1,000 characters, not 1,001"),
        (lambda: search.put("a", "t", "x" * 100_001), "body must have at most 100,000 characters"),
        (lambda: search.put("a", "t", "b", ["a,b"]), "tag must not contain commas"),
        (
            lambda: search.put("a", "t", "b", [str(i) for i in range(33)]),
            "number of tags must be between 0 and 32",
        ),
        (lambda: search.delete(""), "doc_id must not be empty"),
        (lambda: search.find("!?"), "query must hold a word to look for"),
        (
            lambda: search.find(" ".join(f"w{i}" for i in range(17))),
            "words in a query must be between 1 and 16",
        ),
        (lambda: search.find("tea", count=0), "count must be between 1 and 100, not 0"),
        (lambda: search.find("tea", offset=-1), "offset must be between 0 and 10,000, not -1"),
        (lambda: search.find("tea", tag=""), "tag must not be empty"),
        (lambda: version(nowhere, "{docs}"), "index must not contain braces"),
    ):
        with pytest.raises(ValueError, match=says):
            ask()


@ALL
def test_a_key_of_another_type_is_reported_and_kept(search: Any_Search, client: Redis) -> None:
    client.set(f"{BASE}:doc:a", "mine")
    with pytest.raises(ResponseError, match="WRONGTYPE"):
        search.put("a", "tea", "")
    assert keyspace(client) == {f"{BASE}:doc:a": ("string", None)}


@everywhere(*NAIVE, (CoreSearch, "redis"), (CoreSearch, "fake"), (Search, "redis"))
def test_nothing_is_left_of_a_deleted_document(search: Any_Search, client: Redis) -> None:
    library(search)
    for doc_id in ("locks", "caches", "cafe"):
        search.delete(doc_id)
    assert keyspace(client) == {}


@pytest.mark.parametrize(
    ("version", "where", "left"),
    [
        (Search, "redis", {f"{BASE}:doc:a"}),
        (CoreSearch, "redis", {f"{BASE}:doc:a", f"{BASE}:docs", f"{BASE}:word:tea", f"{BASE}:tag:hot"}),
    ],
)
def test_the_keys_left_behind_are_those_of_the_card(
    search: Any_Search, client: Redis, left: set[str]
) -> None:
    search.put("a", "Tea", "", ["hot"])
    assert {key: ttl for key, (_, ttl) in keyspace(client).items()} == dict.fromkeys(left)


# How the naive one goes wrong


def test_naive_ghost_hit(redis: Redis) -> None:
    library(NaiveSearch(redis, "docs"))
    crash = NaiveSearch(Meanwhile(redis, "delete", _crash), "docs")
    with pytest.raises(ZeroDivisionError):
        crash.delete("locks")
    assert ids(NaiveSearch(redis, "docs").find("locks")) == ["caches", "locks"]  # and not caches alone


def test_naive_missing_document(redis: Redis) -> None:
    crash = NaiveSearch(Meanwhile(redis, "hset", _crash), "docs")
    with pytest.raises(ZeroDivisionError):
        crash.put("tea", "Tea", "")
    assert redis.exists(f"{BASE}:doc:tea")
    assert NaiveSearch(redis, "docs").find("tea") == Found(0, ())  # and not the document


def _crash() -> None:
    raise ZeroDivisionError


# What the other two promise


@KEPT
def test_at_every_moment_a_document_has_the_words_it_is_found_by(
    version: type[Any_Search], search: Any_Search, client: Redis
) -> None:
    search.put("a", "old", "")
    search.find("old")
    stop, seen = threading.Event(), []

    def look() -> None:
        while not stop.is_set():
            for word in ("old", "new"):
                seen.extend((word, hit.title) for hit in version(client, "docs").find(word).hits)

    def change() -> None:
        for _ in range(5_000):  # until the other has looked often enough, however busy the machine is
            for title in ("new", "old"):
                search.put("a", title, "")
            if len(seen) >= 20:
                break
        stop.set()

    assert together(look, change) == [None, None]
    assert len(seen) >= 20
    assert {word for word, title in seen if word != title} == set()


@everywhere(*CORE[:1], *CORE[2:3])
def test_a_word_that_all_documents_have_is_refused_alone(search: CoreSearch, client: Redis) -> None:
    search.put("a", "the tea", "")
    client.zadd(f"{BASE}:word:the", {f"doc {number}": 1 for number in range(10_001)})
    with pytest.raises(ValueError, match="every word of 'the' is too common; add a rarer one"):
        search.find("the")
    assert ids(search.find("the tea")) == ["a"]


@everywhere((Search, "redis"), (CoreSearch, "redis"))
def test_every_method_takes_one_round_trip(search: Any_Search, client: Redis) -> None:
    library(search)
    search.find("locks")
    for method in (
        lambda: search.put("locks", "Locks", "New words.", ["redis"]),
        lambda: search.find("locks", tag="redis"),
        lambda: search.delete("locks"),
    ):
        with round_trips(client) as count:
            method()
        assert count.number == 1


def test_a_snippet_is_cut_around_the_first_word_found() -> None:
    body = "x" * 100 + " tea " + "y" * 100
    assert snippet(body, ["tea"]) == "… " + "x" * 59 + " [tea] " + "y" * 56 + " …"
    assert snippet("nothing of the kind", ["tea"]) == "nothing of the kind"


TEXT = st.text(st.sampled_from("abA _-.,'()é\n\r\t\v\\\x00\x7f"), max_size=30)


@everywhere((Search, "redis"), (CoreSearch, "fake"))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents=st.dictionaries(st.sampled_from("xyz"), TEXT, min_size=1), again=TEXT, query=TEXT)
def test_every_document_that_has_every_word_is_found(
    search: Any_Search, client: Redis, documents: dict[str, str], again: str, query: str
) -> None:
    client.delete(*client.keys() or ["nothing"])
    for doc_id, body in documents.items():
        search.put(doc_id, "", again)
        search.put(doc_id, "", body)
    wanted = set(words(query))
    if wanted:
        expected = {doc_id for doc_id, body in documents.items() if wanted <= set(words(body))}
        found = set(ids(search.find(query)))
        assert expected <= found
        # What a backslash glues together the module finds as one word, too: a\\b by "ab".
        glued = [doc_id for doc_id, body in documents.items() if "\\" in body]
        assert found - set(glued if isinstance(search, Search) else ()) <= expected


@KEPT
@pytest.mark.parametrize("word", ["é" * 64, "中" * 43, "𝒜" * 64, "x" * 65, "a" + "é" * 64])
def test_the_longest_words_are_found(word: str, search: Any_Search) -> None:
    search.put("a", word, "")
    assert ids(search.find(word)) == ["a"]


@KEPT
@pytest.mark.parametrize("tag", [" hot", "hot ", "\thot", "h\0t"])
def test_a_tag_that_the_module_would_trim_is_refused(tag: str, search: Any_Search) -> None:
    with pytest.raises(ValueError, match="must not begin or end with a blank"):
        search.put("a", "tea", "", [tag])

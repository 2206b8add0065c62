"""Documents: a leaf changed, words looked for. Each with the server's module and without it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

from benchmarks._contest import Batch, Contest, Contestant, Peer, repeat
from benchmarks._place import Place

PRODUCT = {
    "name": "shoe",
    "price": 4_990,
    "stock": {"berlin": 12, "paris": 3},
    "tags": ["red", "leather", "new"],
}
ARTICLES = 300
WORDS = 400


def increment(kind: str) -> Callable[[Place], Batch]:
    def start(place: Place) -> Batch:
        from patterns import json_document

        documents = getattr(json_document, kind)(place.client())
        documents.save("shoe", PRODUCT)
        return repeat(lambda: documents.increment("shoe", ["stock", "berlin"]))

    return start


def json_numincrby(place: Place) -> Batch:
    redis = place.client()
    redis.execute_command("JSON.SET", "floor", "$", json.dumps(PRODUCT))
    return repeat(lambda: redis.execute_command("JSON.NUMINCRBY", "floor", "$.stock.berlin", 1))


def get_and_set(place: Place) -> Batch:
    redis = place.client()
    redis.set("floor", json.dumps(PRODUCT))

    def once() -> object:
        document = json.loads(redis.get("floor"))
        document["stock"]["berlin"] += 1
        return redis.set("floor", json.dumps(document))

    return repeat(once)


def pottery_dict(place: Place) -> Batch:
    from pottery import RedisDict

    document = RedisDict(redis=place.client(), key="pottery")
    document.update(PRODUCT)

    def once() -> object:
        stock = document["stock"]
        document["stock"] = stock | {"berlin": stock["berlin"] + 1}
        return True

    return repeat(once)


def articles() -> list[tuple[str, str, str]]:
    """Id, title and body. Some words are in many, most in few, as in any language."""
    draw = random.Random(7)

    def text(length: int) -> str:
        return " ".join(f"word{int(WORDS * draw.random() ** 2)}" for _ in range(length))

    return [(str(number), text(4), text(40)) for number in range(ARTICLES)]


QUERY = "word1 word3"


def find(kind: str) -> Callable[[Place], Batch]:
    def start(place: Place) -> Batch:
        from patterns import full_text_search

        index = getattr(full_text_search, kind)(place.client(), "ours")
        for article in articles():
            index.put(*article)
        return repeat(lambda: index.find(QUERY).hits)

    return start


def ft_search(place: Place) -> Batch:
    redis = place.client()
    fields = ["title", "TEXT", "NOSTEM", "WEIGHT", 3, "body", "TEXT", "NOSTEM"]
    options = ["ON", "HASH", "PREFIX", 1, "floor:", "STOPWORDS", 0]
    redis.execute_command("FT.CREATE", "floor", *options, "SCHEMA", *fields)
    for id_, title, body in articles():
        redis.hset(f"floor:{id_}", mapping={"title": title, "body": body})
    return repeat(lambda: redis.execute_command("FT.SEARCH", "floor", QUERY, "LIMIT", 0, 10, "DIALECT", 2))


def word_sets(place: Place) -> Batch:
    redis = place.client()
    for id_, title, body in articles():
        redis.hset(f"floor:{id_}", mapping={"title": title, "body": body})
        for word in set(f"{title} {body}".split()):
            redis.sadd(f"floor:word:{word}", id_)
    sets = [f"floor:word:{word}" for word in QUERY.split()]

    def once() -> object:
        found = sorted(redis.sinter(sets))[:10]
        with redis.pipeline(transaction=False) as pipeline:
            for id_ in found:
                pipeline.hgetall(f"floor:{id_}")
            return pipeline.execute()

    return repeat(once)


def put(place: Place) -> Batch:
    from patterns.full_text_search import CoreSearch

    index = CoreSearch(place.client(), "ours")
    ((_, title, body), *_) = articles()

    def once() -> object:
        index.put(place.new(), title, body)
        return True

    return repeat(once)


def put_in_sets(place: Place) -> Batch:
    redis = place.client()
    ((_, title, body), *_) = articles()

    def once() -> object:
        id_ = place.new()
        with redis.pipeline(transaction=False) as pipeline:
            pipeline.hset(f"floor:{id_}", mapping={"title": title, "body": body})
            for word in set(f"{title} {body}".split()):
                pipeline.sadd(f"floor:word:{word}", id_)
            return pipeline.execute()

    return repeat(once)


def walrus_index(place: Place) -> Any:
    from walrus import Database

    return place.client(Database, decode_responses=False).Index("walrus")


def walrus_find(place: Place) -> Batch:
    index = walrus_index(place)
    for id_, title, body in articles():
        index.add(id_, f"{title} {body}")
    return repeat(lambda: index.search(QUERY)[:10])


def walrus_put(place: Place) -> Batch:
    index = walrus_index(place)
    ((_, title, body), *_) = articles()

    def once() -> object:
        index.add(place.new(), f"{title} {body}")
        return True

    return repeat(once)


LEAF = "Each change is one step; every state has a version, which a change may insist on; gone in time."
WHOLE = "Of two changes that start from the same document, the later undoes the first."
FOUND = "Found by every word it has now and by no other; what is typed is never obeyed."
TORN = "A crash between two commands leaves a document that is found by old words, or not at all."
WALRUS = Peer(
    "walrus Index",
    f"{TORN} Words are stemmed; a query may have AND and OR.",
    walrus_find,
    "walrus",
    "weaker",
)

CONTESTS = (
    Contest(
        "json_document",
        "add to a number in a document",
        Contestant("JSON.NUMINCRBY", "Each change is one step. No version, no TTL.", json_numincrby),
        Contestant("Documents", LEAF, increment("Documents")),
        needs="json",
    ),
    Contest(
        "json_document",
        "add to a number in a document, without the module",
        Contestant("GET, SET", WHOLE, get_and_set),
        Contestant("CoreDocuments", LEAF, increment("CoreDocuments")),
        (
            Peer(
                "pottery RedisDict",
                f"For each key at the top: {WHOLE}",
                pottery_dict,
                "pottery",
                "weaker",
                "It reads and writes one key of the document, unguarded, where ours compares versions over "
                "the whole.",
            ),
        ),
    ),
    Contest(
        "full_text_search",
        "find two words",
        Contestant(
            "FT.SEARCH",
            "Of what is typed, each bracket is an error and each star finds everything.",
            ft_search,
        ),
        Contestant("Search", f"{FOUND} With snippets.", find("Search")),
        needs="search",
    ),
    Contest(
        "full_text_search",
        "find two words, without the module",
        Contestant("SINTER, pipeline of HGETALL", f"{TORN} No ranking.", word_sets),
        Contestant("CoreSearch", f"{FOUND} Ranked, with snippets.", find("CoreSearch")),
        (WALRUS,),
    ),
    Contest(
        "full_text_search",
        "add a document of 44 words, without the module",
        Contestant("one pipeline of SADD", TORN, put_in_sets),
        Contestant("CoreSearch", FOUND, put),
        (Peer(WALRUS.name, WALRUS.guarantee, walrus_put, "walrus", "weaker"),),
    ),
)

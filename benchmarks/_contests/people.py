"""What people do: have a session, send a request again, post and read, ride."""

from __future__ import annotations

import itertools
import json
import secrets
from dataclasses import replace
from functools import partial
from typing import Any

from benchmarks._contest import Batch, Contest, Contestant, Peer, repeat
from benchmarks._place import Place

SESSION = {"theme": "dark", "language": "en", "cart": "17", "csrf": "3b1f0c7a9d5e4f21"}
FOLLOWERS = 20
POSTS = 20
DRIVERS = 500
MIDDLE = (52.52, 13.40)


def session_floor(place: Place, *, write: bool) -> Batch:
    redis, key = place.client(), f"floor:{secrets.token_urlsafe(32)}"
    redis.set(key, json.dumps(SESSION), ex=1_800)

    def read() -> object:
        return json.loads(redis.get(key))

    def change() -> object:
        session = json.loads(redis.get(key))
        session["theme"] = "light"
        return redis.set(key, json.dumps(session), ex=1_800)

    return repeat(change if write else read)


def session(place: Place, *, write: bool) -> Batch:
    from patterns.session_store import Sessions

    sessions = Sessions(place.client())
    id_ = sessions.create("ann", SESSION)
    return repeat(
        (lambda: sessions.update(id_, {"theme": "light"})) if write else (lambda: sessions.get(id_))
    )


def flask_session(place: Place, *, write: bool) -> Batch:
    from datetime import timedelta

    from flask import Flask
    from flask_session.redis import RedisSessionInterface

    store = RedisSessionInterface(Flask("bench"), client=place.client(decode_responses=False))
    key, life = f"session:{secrets.token_urlsafe(32)}", timedelta(seconds=1_800)
    store._upsert_session(life, store.session_class(SESSION), key)

    def read() -> object:
        return store._retrieve_session_data(key)

    def change() -> object:
        session = store.session_class(store._retrieve_session_data(key))
        session["theme"] = "light"
        store._upsert_session(life, session, key)
        return True

    return repeat(change if write else read)


def request_floor(place: Place, *, again: bool) -> Batch:
    redis = place.client()

    def once() -> object:
        key = "floor" if again else f"floor:{place.new()}"
        if redis.set(key, "", nx=True, ex=86_400):
            return redis.set(key, "201 paid", ex=86_400)
        return redis.get(key)

    return repeat(once)


def request(place: Place, *, again: bool) -> Batch:
    from patterns.idempotency_key import Idempotency, Response

    requests = Idempotency(place.client(), "ann:pay")
    return repeat(
        lambda: requests.run("key" if again else place.new(), "pay 10", lambda: Response(201, "paid"))
    )


def powertools(place: Place, *, again: bool) -> Batch:
    import os

    os.environ.setdefault("AWS_LAMBDA_FUNCTION_NAME", "bench")
    from aws_lambda_powertools.utilities.idempotency import IdempotencyConfig, idempotent_function
    from aws_lambda_powertools.utilities.idempotency.persistence.redis import RedisCachePersistenceLayer

    class Context:
        def get_remaining_time_in_millis(self) -> int:
            return 30_000

    layer = RedisCachePersistenceLayer(client=place.client())
    # Not with payload_validation_jmespath: on Redis, 3.37 does not keep the hash and refuses every replay.
    config = IdempotencyConfig(event_key_jmespath="key")
    config.register_lambda_context(Context())

    @idempotent_function(data_keyword_argument="request", persistence_store=layer, config=config)
    def pay(request: dict[str, Any]) -> dict[str, Any]:
        return {"status": 201, "body": "paid"}

    return repeat(lambda: pay(request={"key": "key" if again else place.new(), "amount": 10}))


def post_floor(place: Place) -> Batch:
    redis = place.client()

    def once() -> object:
        post_id = place.new()
        with redis.pipeline(transaction=False) as pipeline:
            pipeline.hset(f"floor:post:{post_id}", mapping={"author": "ann", "text": "hello"})
            for reader in range(FOLLOWERS):
                pipeline.zadd(f"floor:{reader}", {post_id: int(post_id)})
                pipeline.zremrangebyrank(f"floor:{reader}", 0, -801)
            return pipeline.execute()

    return repeat(once)


def post(place: Place) -> Batch:
    from patterns.social_timeline import Timelines

    timelines = Timelines(place.client())
    for reader in range(FOLLOWERS):
        timelines.follow(f"reader-{reader}", "ann")
    clock = itertools.count(1_700_000_000)
    return repeat(lambda: timelines.post("ann", place.new(), "hello", next(clock)) == FOLLOWERS)


def page_floor(place: Place) -> Batch:
    redis = place.client()
    for number in range(100):
        redis.hset(f"floor:post:{number}", mapping={"author": "ann", "text": "hello"})
        redis.zadd("floor", {str(number): number})

    def once() -> object:
        ids = redis.zrange("floor", 0, POSTS - 1, desc=True)
        with redis.pipeline(transaction=False) as pipeline:
            for post_id in ids:
                pipeline.hgetall(f"floor:post:{post_id}")
            return pipeline.execute()

    return repeat(once)


def page(place: Place) -> Batch:
    from patterns.social_timeline import Timelines

    timelines = Timelines(place.client())
    for author in range(20):
        timelines.follow("bob", f"author-{author}")
    for number in range(100):
        timelines.post(f"author-{number % 20}", f"post-{number}", "hello", 1_700_000_000 + number)
    return repeat(lambda: len(timelines.timeline("bob", POSTS)) == POSTS)


def drivers() -> list[tuple[str, float, float]]:
    """A square of drivers, some 70 m apart."""
    north, east = MIDDLE
    return [(f"driver-{n}", north + n // 25 / 1_600, east + n % 25 / 1_000) for n in range(DRIVERS)]


def report_floor(place: Place) -> Batch:
    redis, each = place.client(), itertools.cycle(drivers())

    def once() -> object:
        driver, north, east = next(each)
        redis.geoadd("floor", (east, north, driver))
        return True

    return repeat(once)


def report(place: Place) -> Batch:
    from patterns.geo_search import Drivers

    city, each = Drivers(place.client(), "berlin"), itertools.cycle(drivers())
    return repeat(lambda: city.report(*next(each)) is None)


def nearby_floor(place: Place) -> Batch:
    redis = place.client()
    redis.geoadd("floor", [word for driver, north, east in drivers() for word in (east, north, driver)])
    where: dict[str, Any] = {"latitude": MIDDLE[0], "longitude": MIDDLE[1], "radius": 500, "unit": "m"}
    return repeat(
        lambda: redis.geosearch("floor", **where, sort="ASC", count=10, withdist=True, withcoord=True)
    )


def city_of(place: Place) -> Any:
    from patterns.geo_search import Drivers

    city = Drivers(place.client(), "berlin", fresh=3_600)
    for driver in drivers():
        city.report(*driver)
    return city


def nearby(place: Place) -> Batch:
    city = city_of(place)
    return repeat(lambda: city.nearby(*MIDDLE, 500))


def assign_floor(place: Place) -> Batch:
    redis = place.client()
    redis.geoadd("floor", [word for driver, north, east in drivers() for word in (east, north, driver)])
    where: dict[str, Any] = {"latitude": MIDDLE[0], "longitude": MIDDLE[1], "radius": 500, "unit": "m"}

    def once() -> object:
        (driver,) = redis.geosearch("floor", **where, sort="ASC", count=1)
        redis.zrem("floor", driver)
        return redis.geoadd("floor", (MIDDLE[1], MIDDLE[0], driver))

    return repeat(once)


def assign(place: Place) -> Batch:
    city = city_of(place)

    def once() -> object:
        rider = place.new()
        driver = city.assign(rider, *MIDDLE, 500)
        return city.release(driver, rider)

    return repeat(once)


def pair(
    slug: str, option: str, jobs: dict[bool, str], floor: Contestant, ours: Contestant, peer: Peer
) -> list[Contest]:
    """Two contests of the same contestants, which are told by `option` which one it is."""

    def told(one: Any, value: bool) -> Any:
        return replace(one, start=partial(one.start, **{option: value}))

    return [Contest(slug, jobs[v], told(floor, v), told(ours, v), (told(peer, v),)) for v in jobs]


CONTESTS = (
    *pair(
        "session_store",
        "write",
        {False: "read a session", True: "change one field of a session"},
        Contestant(
            "GET, SET EX of JSON",
            "Signing out does not last: a late write brings it back. The last writer wins whole.",
            session_floor,
        ),
        Contestant(
            "Sessions",
            "Signing out is final; fields do not overwrite each other; an end whatever happens.",
            session,
        ),
        Peer(
            "Flask-Session (its store alone)",
            "As the floor: the last writer wins whole, and a late write revives.",
            flask_session,
            "Flask-Session",
            "weaker",
            "It is the floor with msgpack; ours also looks whether the user has signed out, and at the "
            "clock.",
        ),
    ),
    *pair(
        "idempotency_key",
        "again",
        {False: "a new request", True: "a request sent again"},
        Contestant(
            "SET NX, SET; GET",
            "A crash locks the client out; nothing tells one request from another.",
            request_floor,
        ),
        Contestant(
            "Idempotency",
            "Done once and answered every time; a crash frees the key; another request under the key is "
            "refused; the effect comes with the answer.",
            request,
        ),
        Peer(
            "Powertools for AWS Lambda",
            "Answered every time; a crash frees the key. Another request under the key gets the first one's "
            "answer; work that outlasts its lease counts twice. No effect in the step.",
            powertools,
            "aws-lambda-powertools",
            "weaker",
        ),
    ),
    Contest(
        "social_timeline",
        f"post to {FOLLOWERS} followers",
        Contestant(
            "one pipeline of ZADD",
            "A crash half-way leaves the rest without it; sent again, it is there twice.",
            post_floor,
        ),
        Contestant(
            "Timelines", "Reaches everybody once, whoever takes it up again; trimmed and gone in time.", post
        ),
    ),
    Contest(
        "social_timeline",
        f"a page of {POSTS} posts",
        Contestant(
            "ZRANGE REV, pipeline of HGETALL",
            "Pages by offset shift; the deleted and unfollowed stay.",
            page_floor,
        ),
        Contestant(
            "Timelines", "No post twice, none of the deleted or unfollowed; celebrities are fetched.", page
        ),
    ),
    Contest(
        "geo_search",
        "report a position",
        Contestant("GEOADD", "Positions have no age.", report_floor),
        Contestant("Drivers", "Whoever has not reported lately is not offered.", report),
    ),
    Contest(
        "geo_search",
        "the ten nearest",
        Contestant("GEOSEARCH", "Ghost drivers are among them.", nearby_floor),
        Contestant("Drivers", "Only who reported lately.", nearby),
    ),
    Contest(
        "geo_search",
        "give the nearest driver to a rider, and release",
        Contestant(
            "GEOSEARCH, ZREM, GEOADD",
            "Two riders can be given one driver; a crash loses the driver.",
            assign_floor,
        ),
        Contestant(
            "Drivers",
            "One driver for one rider; a claim ends by itself; asking again gives the same.",
            assign,
        ),
    ),
)

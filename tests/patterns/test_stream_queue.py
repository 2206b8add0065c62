"""One contract for both queues, how the naive one goes wrong, what the hardened one costs."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import pytest
from redis import Redis
from redis.exceptions import ResponseError

from patterns.stream_queue import Message, NaiveQueue, Queue
from tests.patterns.bench import Died, keyspace, round_trips
from tests.patterns.stream_queue import KEY, SHOE, STOCK, Worker, sell

Make = Callable[..., NaiveQueue | Queue]


@pytest.fixture(
    params=[
        pytest.param((version, client), id=f"{version.__name__}-{client}")
        for version, clients in (
            (NaiveQueue, ("redis", "raw_redis", "fake")),
            (Queue, ("redis", "raw_redis", "fake", "cluster_redis")),
        )
        for client in clients
    ]
)
def make(request: pytest.FixtureRequest) -> Make:
    """Either queue, wherever it must run."""
    version, client = request.param
    return partial(version, request.getfixturevalue(client))


@pytest.fixture
def queue(make: Make) -> NaiveQueue | Queue:
    return make("orders")


# The contract


def test_messages_are_handed_out_once_in_order(queue: Queue) -> None:
    bodies = [{"number": str(number)} for number in range(5)]
    ids = [queue.publish(body) for body in bodies]
    worker = Worker()
    assert queue.handle("ann", worker) == 5
    assert queue.handle("ann", worker) == queue.handle("ben", worker) == 0
    assert worker.seen == [Message(id_, body, 1) for id_, body in zip(ids, bodies, strict=True)]


def test_workers_share_the_messages(queue: Queue) -> None:
    for number in range(4):
        queue.publish({"number": str(number)})
    ann, ben = Worker(), Worker()
    assert (queue.handle("ann", ann, 3), queue.handle("ben", ben, 3)) == (3, 1)
    assert [body["number"] for body in ann.bodies + ben.bodies] == ["0", "1", "2", "3"]


def test_what_was_published_before_the_first_worker_came_is_handed_out(make: Make) -> None:
    make("orders").publish(SHOE)
    worker = Worker()
    assert make("orders", "late starters").handle("ann", worker) == 1
    assert worker.bodies == [SHOE]


def test_an_empty_queue_has_nothing(queue: Queue) -> None:
    assert (queue.length(), queue.pending()) == (0, 0)
    assert queue.handle("ann", Worker()) == 0
    assert queue.handle("ann", Worker(), block_ms=1) == 0


def test_a_body_may_hold_any_text(queue: Queue) -> None:
    body = {"name of a field": "", "of": "Žofie 🎉", "body:of": "a b\n{c}", "deliveries": "0"}
    queue.publish(body)
    worker = Worker()
    queue.handle("ann", worker)
    assert worker.bodies == [body]


def test_queues_groups_and_namespaces_do_not_mix(make: Make) -> None:
    groups = (make("orders"), make("orders", "auditors"))
    assert [queue.pending() for queue in groups] == [0, 0]  # both groups are there
    make("orders").publish(SHOE)
    make("orders", namespace="other:").publish({"sku": "hat"})
    for queue in groups:
        worker = Worker()
        assert queue.handle("ann", worker) == 1
        assert worker.bodies == [SHOE]
    assert make("returns").handle("ann", Worker()) == 0
    assert make("orders", namespace="other:").handle("ann", Worker()) == 1


def test_a_message_is_pending_while_it_is_worked_on(queue: Queue) -> None:
    queue.publish(SHOE)
    found: list[tuple[int, int]] = []
    queue.handle("ann", lambda message: found.append((queue.pending(), queue.length())))
    assert found == [(1, 1)]


def test_what_the_work_raises_is_heard(queue: Queue) -> None:
    queue.publish(SHOE)
    with pytest.raises(LookupError, match="no such shoe"):
        queue.handle("ann", Worker(fails=1))
    assert queue.pending() == 1


def test_what_the_work_returns_besides_an_effect_is_ignored(queue: Queue) -> None:
    queue.publish(SHOE)
    assert queue.handle("ann", lambda message: 42) == 1


def test_an_effect_is_carried_out(make: Make) -> None:
    queue = make("orders")
    queue.publish(SHOE)
    assert queue.handle("ann", sell) == 1
    assert int(make.args[0].hget(STOCK, "shoe")) == -1


def test_the_keys_left_behind_are_those_of_the_card(make: Make) -> None:
    queue = make("orders")
    queue.publish(SHOE)
    queue.handle("ann", Worker())
    assert keyspace(make.args[0]) == {KEY: ("stream", None)}


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, "the number of fields in body must be between 1 and 64, not 0"),
        ({str(number): "" for number in range(65)}, "between 1 and 64, not 65"),
        ({"": "x"}, "a field of body must not be empty"),
        ({b"sku": "shoe"}, "a field of body must be text, not bytes"),
        ({"sku": b"shoe"}, r"body\['sku'\] must be text, not bytes"),
        ({"sku": None}, r"body\['sku'\] must be text, not NoneType"),
        ({"sku": "\ud800"}, r"body\['sku'\] holds characters that UTF-8 cannot carry"),
        ({"sku": "é" * 32_767}, "bytes in body must be between 1 and 65,536, not 65,537"),
        ("shoe", "body must be a mapping of text to text, not str"),
        (None, "body must be a mapping of text to text, not NoneType"),
    ],
)
@pytest.mark.parametrize("version", [NaiveQueue, Queue])
def test_a_bad_body_never_leaves(
    version: type[Queue], body: dict[str, str], says: str, nowhere: Redis
) -> None:
    with pytest.raises(ValueError, match=says):
        version(nowhere, "orders").publish(body)


@pytest.mark.parametrize("version", [NaiveQueue, Queue])
def test_a_bad_name_or_number_never_leaves(version: type[Queue], nowhere: Redis) -> None:
    queue = version(nowhere, "orders")
    for bad, says in (
        (lambda: version(nowhere, "a}b"), "name must not contain braces"),
        (lambda: version(nowhere, "orders", ""), "group must not be empty"),
        (lambda: queue.handle("", Worker()), "consumer must not be empty"),
        (lambda: queue.handle("ann", Worker(), 0), "count must be between 1 and 1,000, not 0"),
        (lambda: queue.handle("ann", Worker(), 1.0), "count must be a whole number"),
        (lambda: queue.handle("ann", Worker(), block_ms=0), "block_ms must be between 1 and 60,000, not 0"),
        (lambda: queue.handle("ann", Worker(), block_ms=math.nan), "block_ms must be a whole number"),
    ):
        with pytest.raises(ValueError, match=says):
            bad()


def test_a_key_of_another_type_is_reported_and_kept(make: Make) -> None:
    redis, queue = make.args[0], make("orders")
    redis.set(KEY, "mine")
    for ask in (lambda: queue.publish(SHOE), queue.length):
        with pytest.raises(ResponseError, match="WRONGTYPE"):
            ask()
    assert keyspace(redis) == {KEY: ("string", None)}


@pytest.mark.parametrize("version", [NaiveQueue, Queue])
def test_a_worker_of_a_key_of_another_type_is_told(version: type[Queue], redis: Redis) -> None:
    redis.set(KEY, "mine")  # only here, because fakeredis answers this with an AttributeError
    queue = version(redis, "orders")
    for ask in (lambda: queue.handle("ann", Worker()), queue.pending):
        with pytest.raises(ResponseError, match="WRONGTYPE"):
            ask()


# How the naive one goes wrong


def test_naive_stuck_entry(redis: Redis) -> None:
    queue = NaiveQueue(redis, "orders")
    queue.publish(SHOE)
    with pytest.raises(Died):
        queue.handle("ann", Worker(dies=1))
    for consumer in ("ann", "ben"):
        assert queue.handle(consumer, Worker()) == 0  # and nobody ever gets it
    queue.publish({"sku": "hat"})
    queue.handle("ben", Worker())
    assert queue.pending() == 2  # and the hat, which is done, looks no different


def test_naive_unbounded_stream(redis: Redis) -> None:
    queue = NaiveQueue(redis, "orders")
    for number in range(200):
        queue.publish({"number": str(number)})
        queue.handle("ann", Worker())
    assert (queue.length(), queue.pending()) == (200, 200)


# Cost


def test_the_round_trips_are_those_of_the_card(redis: Redis) -> None:
    queue = Queue(redis, "orders")
    for _ in range(3):
        queue.publish(SHOE)
    queue.handle("ann", Worker(), 1)
    with pytest.raises(Died):
        queue.handle("ann", Worker(dies=1))
    queue.reclaim("ann", 60_000, Worker())
    queue.heartbeat("ann", Message("1-0", {}, 1))
    for expected, call in (
        (1, lambda: queue.publish(SHOE, event_id="e1")),
        (2 * 2 + 1, lambda: queue.handle("ann", sell)),
        (2, lambda: queue.reclaim("ann", 0, sell)),
        (1, lambda: queue.reclaim("ann", 0, sell)),
        (1, lambda: queue.heartbeat("ann", Message("1-0", {}, 1))),
        (1, queue.pending),
        (1, queue.length),
        (1, queue.dead_letters),
    ):
        with round_trips(redis) as count:
            call()
        assert count.number == expected


@pytest.mark.parametrize("legacy_responses", [True, False])
@pytest.mark.parametrize("protocol", [None, 2, 3])
@pytest.mark.parametrize("decode_responses", [True, False])
@pytest.mark.parametrize("version", [NaiveQueue, Queue])
def test_a_message_is_read_in_every_form_in_which_redis_py_gives_it(
    version: type[Queue],
    legacy_responses: bool,
    protocol: int | None,
    decode_responses: bool,
    redis: Redis,
) -> None:
    client = Redis(
        unix_socket_path=redis.connection_pool.connection_kwargs["path"],
        decode_responses=decode_responses,
        protocol=protocol,
        legacy_responses=legacy_responses,
    )
    queue, worker = version(client, "orders"), Worker()
    assert queue.handle("ann", worker) == 0
    queue.publish(SHOE)
    queue.publish({"sku": "hat"})
    assert queue.handle("ann", worker) == 2
    assert [message.body for message in worker.seen] == [SHOE, {"sku": "hat"}]
    client.close()

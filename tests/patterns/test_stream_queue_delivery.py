"""Every message ends once, with its effect and in every group, and every event is published once."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis
from redis.exceptions import ConnectionError, ResponseError

from patterns.stream_queue import Effect, Message, NaiveQueue, Queue, QueueFull
from tests.patterns.bench import Died, eventually, keyspace, lost_reply, together
from tests.patterns.stream_queue import KEY, SHOE, STOCK, Worker, sell

# Every message ends once


def test_a_finished_message_leaves_the_stream(anywhere: Redis) -> None:
    queue = Queue(anywhere, "orders")
    for number in range(200):
        queue.publish({"number": str(number)})
        queue.handle("ann", Worker())
    assert (queue.length(), queue.pending()) == (0, 0)


def test_an_effect_happens_with_the_end_of_its_message(anywhere: Redis) -> None:
    queue = Queue(anywhere, "orders")
    anywhere.hset(STOCK, "shoe", 10)
    queue.publish(SHOE)
    assert queue.handle("ann", sell) == 1
    assert int(anywhere.hget(STOCK, "shoe")) == 9
    assert keyspace(anywhere) == {KEY: ("stream", None), STOCK: ("hash", None)}


@pytest.mark.parametrize("nth", [1, 2], ids=["read", "finish"])
def test_a_lost_reply_costs_no_message_and_doubles_no_effect(nth: int, client: Redis) -> None:
    queue = Queue(client, "orders")
    queue.handle("ann", sell)  # the group is there
    queue.publish(SHOE)
    queue.reclaim("ann", 60_000, sell)
    queue._finish(keys=[KEY], args=["workers", "0-1", "done"])  # the server knows the script
    with pytest.raises(ConnectionError), lost_reply(client, nth):
        queue.handle("ann", sell)
    assert queue.reclaim("ben", 0, sell) == (1 if nth == 1 else 0)
    assert int(client.hget(STOCK, "shoe")) == -1
    assert (queue.length(), queue.pending()) == (0, 0)


def test_an_effect_that_fails_leaves_the_message(anywhere: Redis) -> None:
    queue = Queue(anywhere, "orders")
    anywhere.set(STOCK, "no hash")
    queue.publish(SHOE)
    with pytest.raises(ResponseError, match="WRONGTYPE"):
        queue.handle("ann", sell)
    assert (queue.length(), queue.pending()) == (1, 1)
    anywhere.delete(STOCK)
    assert queue.reclaim("ann", 0, sell) == 1
    assert int(anywhere.hget(STOCK, "shoe")) == -1


def test_an_effect_in_another_slot_is_refused_on_every_server(anywhere: Redis) -> None:
    queue = Queue(anywhere, "orders")
    queue.publish(SHOE)
    with pytest.raises(
        ValueError, match=r"stock lies in another slot than queue:\{orders\}: give it the same"
    ):
        queue.handle("ann", lambda message: Effect("HINCRBY", "stock", ("shoe", -1)))
    assert queue.pending() == 1


def test_many_threads_finish_every_message_once(anywhere: Redis) -> None:
    queue = Queue(anywhere, "orders")
    for number in range(40):
        queue.publish({"sku": str(number)})
    counts = together(*(partial(queue.handle, f"worker {i}", sell, 40) for i in range(8)))
    assert sum(counts) == 40
    assert {int(sold) for sold in anywhere.hvals(STOCK)} == {-1}


@pytest.mark.parametrize("slow", ["workers", "auditors"])
def test_a_message_stays_until_every_group_has_finished_it(slow: str, anywhere: Redis) -> None:
    groups = {group: Queue(anywhere, "orders", group) for group in ("workers", "auditors")}
    for queue in groups.values():
        queue.handle("ann", Worker())
    queue = groups.pop(slow)
    (other,) = groups.values()
    lengths: list[int] = []
    for _ in range(2):
        queue.publish(SHOE)
    other.handle("ann", Worker(), 1)
    lengths.append(queue.length())  # the slow group has not read the first
    queue.handle("ben", Worker(), 1)
    queue.handle("ben", lambda message: other.handle("ann", Worker()) and lengths.append(queue.length()))
    assert lengths == [2, 1]  # and now it has read the second and not finished it
    assert queue.length() == 0


def test_groups_are_compared_by_time_and_then_by_number(anywhere: Redis) -> None:
    for id_ in ("9-9", "10-2", "10-10"):
        anywhere.xadd(KEY, SHOE, id=id_)
    ann, ben = Queue(anywhere, "orders"), Queue(anywhere, "orders", "auditors")
    ben.handle("ben", Worker(), 1)
    for unread in (2, 2, 2):
        ann.handle("ann", Worker(), 1)
        assert ann.length() == unread
    ben.handle("ben", Worker(), 1)
    assert ann.length() == 1


def test_two_first_workers_make_one_group(client: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    queue, create = Queue(client, "orders"), client.xgroup_create
    queue.publish(SHOE)

    def too_late(*args: object, **options: object) -> None:
        for _ in range(2):
            create(*args, **options)

    monkeypatch.setattr(client, "xgroup_create", too_late)
    assert queue.handle("ann", Worker()) == 1


@pytest.mark.parametrize("version", [NaiveQueue, Queue])
def test_a_waiting_worker_gets_the_message_that_comes(version: type[Queue], redis: Redis) -> None:
    queue = version(redis, "orders")

    def publish() -> None:
        assert eventually(lambda: redis.info("clients")["blocked_clients"] == 1)
        queue.publish(SHOE)

    ended, published = together(partial(queue.handle, "ann", Worker(), 1, block_ms=4_000), publish)
    assert (ended, published) == (1, None)


# Publishing


def test_an_event_is_published_once(anywhere: Redis) -> None:
    queue = Queue(anywhere, "orders", remember=60)
    first = queue.publish(SHOE, event_id="order 1")
    assert queue.publish(SHOE, event_id="order 1") == first
    assert queue.publish(SHOE, event_id="order 2") != first
    assert queue.publish(SHOE) not in (first, "")
    assert queue.length() == 3
    marker = f"{KEY}:seen:order 1"
    assert keyspace(anywhere)[marker] == ("string", 60)
    anywhere.delete(marker)  # the minute is over
    assert queue.publish(SHOE, event_id="order 1") != first


def test_an_event_is_published_once_though_its_reply_was_lost_and_its_message_is_done(client: Redis) -> None:
    queue = Queue(client, "orders")
    queue.publish(SHOE)
    with pytest.raises(ConnectionError), lost_reply(client):
        queue.publish(SHOE, event_id="order 1")
    assert queue.handle("ann", Worker()) == 2
    queue.publish(SHOE, event_id="order 1")
    assert queue.length() == 0


def test_a_full_queue_refuses_and_writes_nothing(anywhere: Redis) -> None:
    queue = Queue(anywhere, "orders", limit=2)
    for number in range(2):
        queue.publish(SHOE, event_id=str(number))
    before = keyspace(anywhere)
    with pytest.raises(QueueFull, match=r"queue:\{orders\} holds 2 unfinished messages, which is its limit"):
        queue.publish(SHOE, event_id="2")
    assert keyspace(anywhere) == before
    queue.publish(SHOE, event_id="1")  # is there already, so it needs no room
    queue.handle("ann", Worker(), 1)
    queue.publish(SHOE, event_id="2")


def test_publishers_together_do_not_pass_the_limit(redis: Redis) -> None:
    queue = Queue(redis, "orders", limit=10)
    outcomes = together(*[partial(queue.publish, SHOE)] * 16)
    assert Counter(type(outcome) for outcome in outcomes) == {str: 10, QueueFull: 6}


def test_more_bad_input_never_leaves(nowhere: Redis) -> None:
    queue = Queue(nowhere, "orders")
    for bad, says in (
        (lambda: queue.publish(SHOE, event_id=""), "event_id must not be empty"),
        (lambda: queue.reclaim("ann", -1, Worker()), "min_idle_ms must be between 0"),
        (lambda: queue.reclaim("ann", 0, Worker(), 0), "count must be between"),
        (lambda: queue.reclaim("", 0, Worker()), "consumer must not be empty"),
        (lambda: queue.heartbeat("", Message("1-0", {}, 1)), "consumer must not be empty"),
        (lambda: queue.dead_letters(0), "count must be between"),
        (lambda: Queue(nowhere, "orders", limit=0), "limit must be between"),
        (lambda: Queue(nowhere, "orders", most_deliveries=0), "most_deliveries must be between"),
        (lambda: Queue(nowhere, "orders", letters=0), "letters must be between"),
        (lambda: Queue(nowhere, "orders", remember=0), "remember must be between"),
    ):
        with pytest.raises(ValueError, match=says):
            bad()


# Whatever happens


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(["publish", "handle", "die", "fail", "lose", "reclaim", "race"]), max_size=30)
)
def test_every_message_ends_exactly_once_whatever_happens(redis: Redis, story: list[str]) -> None:
    redis.flushall()
    queue, published = Queue(redis, "orders", most_deliveries=3), 0

    def overtaken(message: Message) -> Effect:
        queue.reclaim("ben", 0, sell, 1)
        return sell(message)

    for event in story:
        try:
            match event:
                case "publish":
                    published += 1
                    queue.publish({"sku": str(published)})
                case "handle":
                    queue.handle("ann", sell, 2)
                case "die":
                    queue.handle("ann", Worker(dies=1))
                case "fail":
                    queue.reclaim("ann", 0, Worker(fails=1))
                case "lose":
                    with lost_reply(redis, 2):
                        queue.handle("ann", sell)
                case "reclaim":
                    queue.reclaim("ben", 0, sell, 2)
                case "race":
                    queue.handle("ann", overtaken)
        except (Died, LookupError, ConnectionError):
            pass
    queue.handle("ann", sell, 100)
    while queue.pending():
        queue.reclaim("ann", 0, sell)
    sold = {sku: -int(count) for sku, count in redis.hgetall(STOCK).items()}
    buried = Counter(letter.body["sku"] for letter in queue.dead_letters())
    assert set(sold.values()) | set(buried.values()) <= {1}
    assert Counter(sold) + buried == Counter(str(number) for number in range(1, published + 1))
    assert queue.length() == 0

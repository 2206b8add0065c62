"""A worker dies, hangs or is overtaken: others take its messages, and what nobody can finish is buried."""

from __future__ import annotations

import pytest
from redis import Redis

from patterns.stream_queue import Effect, Message, Queue
from tests.patterns.bench import Died, keyspace
from tests.patterns.stream_queue import DEAD, KEY, SHOE, STOCK, Worker, sell

# What a worker left behind


def test_what_a_dead_worker_held_is_reclaimed(anywhere: Redis) -> None:
    queue = Queue(anywhere, "orders")
    ids = [queue.publish(body) for body in (SHOE, {"sku": "hat"})]
    with pytest.raises(Died):
        queue.handle("ann", Worker(dies=1))
    ben = Worker()
    assert queue.handle("ben", ben) == 1  # what ann had not begun is free for others
    assert queue.reclaim("ben", 0, ben) == 1
    assert ben.seen == [Message(ids[1], {"sku": "hat"}, 1), Message(ids[0], SHOE, 2)]
    assert (queue.length(), queue.pending(), queue.reclaim("ben", 0, ben)) == (0, 0, 0)


def test_what_is_worked_on_is_left_alone(anywhere: Redis) -> None:
    queue, ben = Queue(anywhere, "orders"), Worker()
    queue.publish(SHOE)
    assert queue.handle("ann", lambda message: queue.reclaim("ben", 60_000, ben)) == 1
    assert ben.seen == []


def test_a_silent_worker_is_found_behind_many_busy_ones(anywhere: Redis) -> None:
    queue = Queue(anywhere, "orders")
    ids = [queue.publish({"number": str(number)}) for number in range(45)]
    for _ in ids:
        with pytest.raises(Died):
            queue.handle("ann", Worker(dies=1))
    anywhere.xclaim(KEY, "workers", "ann", 0, [ids[44]], idle=60_000, justid=True)
    ben = Worker()
    assert queue.reclaim("ben", 30_000, ben) == 1
    assert [message.id for message in ben.seen] == [ids[44]]


def test_reclaiming_takes_no_more_than_told_and_none_twice(anywhere: Redis) -> None:
    queue = Queue(anywhere, "orders")
    for number in range(5):
        queue.publish({"number": str(number)})
        with pytest.raises(Died):
            queue.handle("ann", Worker(dies=1))
    ben = Worker()
    assert (queue.reclaim("ben", 0, ben, 2), queue.reclaim("ben", 0, ben)) == (2, 3)
    assert [body["number"] for body in ben.bodies] == ["0", "1", "2", "3", "4"]


def test_a_worker_who_is_overtaken_adds_no_second_effect(anywhere: Redis) -> None:
    queue, counts = Queue(anywhere, "orders"), []
    queue.publish(SHOE)

    def slow(message: Message) -> Effect:
        counts.append(queue.reclaim("ben", 0, sell))
        return sell(message)

    assert queue.handle("ann", slow) == 0
    assert counts == [1]
    assert int(anywhere.hget(STOCK, "shoe")) == -1


def test_the_overtaken_may_end_the_message_first(anywhere: Redis) -> None:
    queue = Queue(anywhere, "orders")
    queue.publish(SHOE)
    held: list[Message] = []
    with pytest.raises(Died):
        queue.handle("ann", lambda message: held.append(message) or Worker(dies=1)(message))
    assert queue.reclaim("ben", 0, lambda message: queue.reclaim("cleo", 0, sell) and sell(message)) == 0
    assert int(anywhere.hget(STOCK, "shoe")) == -1


def test_a_group_that_was_lost_is_made_again(anywhere: Redis) -> None:
    queue, worker = Queue(anywhere, "orders"), Worker()
    queue.publish(SHOE)
    anywhere.xgroup_create(KEY, "workers")
    anywhere.xgroup_destroy(KEY, "workers")
    assert queue.reclaim("ann", 0, worker) == 0
    assert queue.handle("ann", worker) == 1


# Poison


def test_a_message_that_is_never_finished_is_buried_whole(anywhere: Redis) -> None:
    queue, poison = Queue(anywhere, "orders", most_deliveries=3), Worker(fails=99)
    body = {"of": "body", "deliveries": "99", "body:": "x"}
    id_ = queue.publish(body)
    with pytest.raises(LookupError):
        queue.handle("ann", poison)
    for _try in range(2):
        with pytest.raises(LookupError):
            queue.reclaim("ann", 0, poison)
    assert (queue.reclaim("ann", 0, poison), len(poison.seen)) == (0, 3)
    assert queue.dead_letters() == [Message(id_, body, 4)]
    assert (queue.length(), queue.pending()) == (0, 0)
    assert keyspace(anywhere) == {KEY: ("stream", None), DEAD: ("stream", None)}


def test_burying_one_leaves_the_next(anywhere: Redis) -> None:
    queue = Queue(anywhere, "orders", most_deliveries=1)
    for sku in ("poison", "shoe"):
        queue.publish({"sku": sku})
    with pytest.raises(Died):
        queue.handle("ann", Worker(dies=1))
    queue.handle("ann", Worker())
    worker = Worker()
    assert queue.reclaim("ben", 0, worker) == 0
    assert [letter.body["sku"] for letter in queue.dead_letters()] == ["poison"]
    assert worker.seen == []


def test_a_message_that_kills_its_worker_spoils_no_other(anywhere: Redis) -> None:
    queue = Queue(anywhere, "orders", most_deliveries=2)
    for sku in ("poison", "shoe", "hat"):
        queue.publish({"sku": sku})
    done: list[str] = []

    def work(message: Message) -> None:
        if message.body["sku"] == "poison":
            raise Died
        done.append(message.body["sku"])

    with pytest.raises(Died):
        queue.handle("ann", work)
    with pytest.raises(Died):
        queue.reclaim("ben", 0, work)
    queue.handle("dora", work)
    queue.reclaim("dora", 0, work)
    assert done == ["shoe", "hat"]
    assert [letter.body["sku"] for letter in queue.dead_letters()] == ["poison"]


def test_bytes_that_are_no_text_are_buried_unread(client: Redis) -> None:
    queue = Queue(client, "orders", most_deliveries=2)
    client.xadd(KEY, {"sku": b"\xff\xfe"})
    queue.publish(SHOE)
    worker = Worker()
    with pytest.raises(UnicodeDecodeError):
        queue.handle("ann", worker)
    with pytest.raises(UnicodeDecodeError):
        queue.reclaim("ann", 0, worker)
    assert queue.reclaim("ann", 0, worker) == 0
    assert queue.handle("ann", worker) == 1
    assert (worker.bodies, queue.length(), client.xlen(DEAD)) == ([SHOE], 0, 1)


def test_a_message_that_somebody_deleted_is_pending_no_more(anywhere: Redis) -> None:
    queue = Queue(anywhere, "orders")
    anywhere.xdel(KEY, queue.publish(SHOE))
    queue.publish(SHOE)
    with pytest.raises(Died):
        queue.handle("ann", lambda message: anywhere.xdel(KEY, message.id) and Worker(dies=1)(message))
    assert (queue.reclaim("ben", 0, Worker()), queue.pending()) == (0, 0)


def test_only_the_newest_letters_are_kept(redis: Redis) -> None:
    queue = Queue(redis, "orders", most_deliveries=1, letters=50)
    for number in range(400):
        queue.publish({"number": str(number)})
        with pytest.raises(Died):
            queue.handle("ann", Worker(dies=1))
        queue.reclaim("ann", 0, Worker())
    kept = [int(letter.body["number"]) for letter in queue.dead_letters(1_000)]
    assert kept == list(range(400 - len(kept), 400))
    assert 50 <= len(kept) <= 250  # whole blocks only
    assert [letter.body["number"] for letter in queue.dead_letters(1)] == [str(kept[0])]


# Heartbeats


def test_a_heartbeat_keeps_a_slow_worker_from_being_overtaken(anywhere: Redis) -> None:
    queue, ben = Queue(anywhere, "orders"), Worker()
    queue.publish(SHOE)

    def slow(message: Message) -> Effect:
        anywhere.xclaim(KEY, "workers", "ann", 0, [message.id], idle=60_000, justid=True)  # a minute passes
        assert queue.heartbeat("ann", message) is True
        assert queue.reclaim("ben", 30_000, ben) == 0
        return sell(message)

    assert queue.handle("ann", slow) == 1
    assert ben.seen == []


def test_a_heartbeat_does_not_take_a_message_back(anywhere: Redis) -> None:
    queue = Queue(anywhere, "orders")
    queue.publish(SHOE)
    beats: list[bool] = []

    def overtaken(message: Message) -> None:
        def faster(same: Message) -> None:
            beats.extend((queue.heartbeat("ann", same), queue.heartbeat("ben", same)))

        queue.reclaim("ben", 0, faster)
        beats.append(queue.heartbeat("ann", message))

    queue.handle("ann", overtaken)
    assert beats == [False, True, False]


def test_heartbeats_do_not_count_as_deliveries(anywhere: Redis) -> None:
    queue, ben = Queue(anywhere, "orders", most_deliveries=2), Worker()
    queue.publish(SHOE)
    with pytest.raises(Died):
        queue.handle("ann", lambda m: [queue.heartbeat("ann", m) for _ in range(9)] and Worker(dies=1)(m))
    assert queue.reclaim("ben", 0, ben) == 1
    assert [message.deliveries for message in ben.seen] == [2]

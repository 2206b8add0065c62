"""One contract for both carts, how the naive one goes wrong, what the hardened one promises."""

from __future__ import annotations

from typing import Any

import fakeredis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis import Redis
from redis.cluster import RedisCluster
from redis.exceptions import OutOfMemoryError, ResponseError

from patterns.shopping_cart import MOST_LINES, MOST_PIECES, Cart, NaiveCart
from tests.patterns.bench import Meanwhile, full, keyspace, round_trips, together

BOTH = pytest.mark.parametrize("version", [NaiveCart, Cart])
KEY = "cart:{ann}"
DAY = 86_400
Version = type[NaiveCart] | type[Cart]
Anywhere = Redis | RedisCluster


# The contract


@BOTH
def test_pieces_add_up_and_can_be_taken(version: Version, anywhere: Anywhere) -> None:
    cart = version(anywhere, "ann")
    assert cart.add("tea", 2, "r1") == 2
    assert cart.add("tea", 3, "r2") == 5
    assert cart.take("tea", 1, "r3") == 4
    assert cart.items() == {"tea": 4}


@BOTH
def test_nobody_takes_more_than_there_is(version: Version, client: Redis) -> None:
    cart = version(client, "ann")
    cart.add("tea", 2, "r1")
    assert cart.take("tea", 5, "r2") == 0
    assert cart.take("milk", 1, "r3") == 0
    assert cart.items() == {}


@BOTH
def test_a_line_holds_999_pieces_at_most(version: Version, client: Redis) -> None:
    cart = version(client, "ann")
    cart.add("tea", MOST_PIECES, "r1")
    assert cart.add("tea", 1, "r2") == MOST_PIECES


def test_lines_go_one_by_one_or_all_at_once(client: Redis) -> None:
    cart = Cart(client, "ann")
    for product in ("tea", "milk", "oats"):
        cart.add(product, 1, product)
    assert (cart.remove("milk"), cart.remove("milk")) == (True, False)
    assert cart.items() == {"oats": 1, "tea": 1}
    assert (cart.clear(), cart.clear()) == (True, False)
    assert cart.items() == {}


@BOTH
def test_a_guest_joins_a_user(version: Version, anywhere: Anywhere) -> None:
    guest, user = version(anywhere, "guest-7"), version(anywhere, "ann")
    guest.add("tea", 2, "g1")
    guest.add("milk", 1, "g2")
    user.add("tea", 3, "r1")
    assert user.merge("guest-7") == 2
    assert user.items() == {"milk": 1, "tea": 5}
    assert guest.items() == {}
    assert user.merge("guest-7") == 0


@BOTH
def test_carts_and_namespaces_do_not_mix(version: Version, client: Redis) -> None:
    version(client, "ann").add("tea", 1, "r1")
    version(client, "ann", namespace="other:").add("tea", 2, "r1")
    assert version(client, "ben").items() == {}
    assert version(client, "ann").items() == {"tea": 1}
    assert version(client, "ann", namespace="other:").items() == {"tea": 2}


@pytest.mark.parametrize(
    ("version", "left"),
    [
        (NaiveCart, {KEY: ("hash", 30 * DAY)}),
        (Cart, {KEY: ("hash", 30 * DAY), f"{KEY}:did:r1": ("hash", 3_600)}),
    ],
)
def test_the_keys_left_behind_are_those_of_the_card(version: Version, left: object, client: Redis) -> None:
    version(client, "ann").add("tea", 1, "r1")
    assert keyspace(client) == left


@BOTH
@pytest.mark.parametrize("quantity", [0, -1, 1.5, float("nan"), "2", None, True, MOST_PIECES + 1])
def test_a_bad_quantity_never_leaves(version: Version, quantity: int, nowhere: Redis) -> None:
    cart = version(nowhere, "ann")
    for change in (cart.add, cart.take):
        with pytest.raises(ValueError, match="quantity must be"):
            change("tea", quantity, "r1")


@BOTH
def test_a_bad_name_never_leaves(version: Version, nowhere: Redis) -> None:
    cart = version(nowhere, "ann")
    with pytest.raises(ValueError, match="sku must not be empty"):
        cart.add("", 1, "r1")
    with pytest.raises(ValueError, match="sku must be text, not bytes"):
        cart.add(b"tea", 1, "r1")
    with pytest.raises(ValueError, match="request_id must not be empty"):
        cart.take("tea", 1, "")
    with pytest.raises(ValueError, match="owner must not contain braces"):
        version(nowhere, "{ann}")


@BOTH
def test_a_key_of_another_type_is_reported_and_kept(version: Version, client: Redis) -> None:
    client.set(KEY, "mine")
    client.set("cart:{guest-7}", "mine")
    cart = version(client, "ann")
    for ask in (lambda: cart.add("tea", 1, "r1"), cart.items, lambda: cart.merge("guest-7")):
        with pytest.raises(ResponseError, match="WRONGTYPE"):
            ask()
    assert keyspace(client) == {KEY: ("string", None), "cart:{guest-7}": ("string", None)}


# How the naive one goes wrong


def test_naive_lost_quantity(redis: Redis) -> None:
    phone = NaiveCart(redis, "ann")
    laptop = NaiveCart(Meanwhile(redis, "hget", lambda: phone.add("tea", 3, "r1")), "ann")
    assert laptop.add("tea", 1, "r2") == 1
    assert phone.items() == {"tea": 1}  # and not 4


def test_naive_negative_quantity(redis: Redis) -> None:
    phone = NaiveCart(redis, "ann")
    phone.add("tea", 1, "r1")

    def take_without_cleaning() -> None:
        redis.hincrby(KEY, "tea", -1)

    laptop = NaiveCart(Meanwhile(redis, "hget", take_without_cleaning), "ann")
    assert laptop.take("tea", 1, "r2") == -1
    assert phone.items() == {"tea": -1}


def test_naive_doubled_merge(redis: Redis) -> None:
    guest, user = NaiveCart(redis, "guest-7"), NaiveCart(redis, "ann")
    guest.add("tea", 2, "g1")
    crash = NaiveCart(Meanwhile(redis, "hincrby", _crash), "ann")
    with pytest.raises(ZeroDivisionError):
        crash.merge("guest-7")
    user.merge("guest-7")
    assert user.items() == {"tea": 4}  # and not 2


def _crash() -> None:
    raise ZeroDivisionError


# What the hardened one promises


def test_no_piece_is_lost_between_threads(redis: Redis) -> None:
    cart = Cart(redis, "ann")
    together(*(lambda i=i: [cart.add("tea", 1, f"{i}-{j}") for j in range(20)] for i in range(8)))
    assert cart.items() == {"tea": 160}


def test_two_takers_of_the_last_piece_leave_nothing_below_zero(redis: Redis) -> None:
    cart = Cart(redis, "ann")
    cart.add("tea", 1, "r0")
    assert together(*(lambda i=i: cart.take("tea", 1, f"r{i + 1}") for i in range(8))) == [0] * 8
    assert cart.items() == {}


def test_a_request_counts_once_and_answers_the_same(anywhere: Anywhere) -> None:
    cart = Cart(anywhere, "ann")
    assert cart.add("tea", 2, "r1") == 2
    assert cart.add("tea", 5, "r2") == 7
    assert cart.add("tea", 2, "r1") == 2
    assert cart.items() == {"tea": 7}


@pytest.mark.parametrize(("product", "quantity"), [("milk", 2), ("tea", 3)])
def test_a_request_id_cannot_be_used_for_something_else(product: str, quantity: int, client: Redis) -> None:
    cart = Cart(client, "ann")
    cart.add("tea", 2, "r1")
    with pytest.raises(ValueError, match="request 'r1' has been used for another change"):
        cart.add(product, quantity, "r1")
    with pytest.raises(ValueError, match="request 'r1' has been used for another change"):
        cart.take("tea", 2, "r1")
    assert cart.items() == {"tea": 2}


def test_a_full_cart_takes_no_new_line_but_more_of_an_old_one(client: Redis) -> None:
    cart = Cart(client, "ann")
    client.hset(KEY, mapping={f"product {i}": 1 for i in range(MOST_LINES)})
    before = keyspace(client)
    with pytest.raises(ValueError, match="the cart of ann has 200 lines; tea would be one more"):
        cart.add("tea", 1, "r1")
    assert keyspace(client) == before
    assert cart.add("product 7", 1, "r2") == 2
    cart.remove("product 0")
    assert cart.add("tea", 1, "r1") == 1


def test_a_change_starts_the_time_again(client: Redis) -> None:
    cart = Cart(client, "ann", keep=100)
    cart.add("tea", 2, "r1")
    client.expire(KEY, 50)
    cart.take("tea", 1, "r2")
    assert keyspace(client)[KEY] == ("hash", 100)
    cart.add("milk", 1, "r3")
    client.expire(KEY, 50)
    cart.remove("tea")
    assert keyspace(client)[KEY] == ("hash", 100)


@pytest.mark.parametrize("how", ["remove", "clear"])
def test_what_is_put_in_since_stays_when_the_client_sends_again(how: str, anywhere: Anywhere) -> None:
    cart = Cart(anywhere, "ann")
    cart.add("tea", 2, "r1")
    drop = cart._drop

    def twice(**sent: Any) -> object:
        drop(**sent)
        Cart(anywhere, "ann").add("tea", 1, "r2")  # another tab, while the reply is lost
        return drop(**sent)

    cart._drop = twice
    assert cart.remove("tea") if how == "remove" else cart.clear()
    assert cart.items() == {"tea": 1}


def test_a_line_is_removed_once_for_an_id(anywhere: Anywhere) -> None:
    cart = Cart(anywhere, "ann")
    cart.add("tea", 2, "r1")
    assert cart.remove("tea", "r2") is True
    cart.add("tea", 1, "r3")
    assert (cart.remove("tea", "r2"), cart.items()) == (True, {"tea": 1})
    with pytest.raises(ValueError, match="'r2' has been used for another change"):
        cart.clear("r2")
    with pytest.raises(ValueError, match="request_id must not be empty"):
        cart.clear("")
    assert (cart.clear("r4"), cart.clear("r5"), cart.clear("r4")) == (True, False, True)


@pytest.mark.parametrize("stops_after", ["_leave", "_arrive", "_forget"])
def test_a_merge_that_stops_anywhere_can_be_repeated(stops_after: str, anywhere: Anywhere) -> None:
    guest, user = Cart(anywhere, "guest-7"), Cart(anywhere, "ann")
    guest.add("tea", 2, "g1")
    user.add("tea", 3, "r1")
    stopped = Cart(anywhere, "ann")
    step = getattr(stopped, stops_after)

    def step_and_stop(**arguments: object) -> object:
        step(**arguments)
        raise ZeroDivisionError

    setattr(stopped, stops_after, step_and_stop)
    with pytest.raises(ZeroDivisionError):
        stopped.merge("guest-7")
    guest.add("milk", 1, "g2")
    user.merge("guest-7")
    user.merge("guest-7")
    assert user.items() == {"milk": 1, "tea": 5}
    assert guest.items() == {}


def test_many_logins_at_once_merge_once(redis: Redis) -> None:
    Cart(redis, "guest-7").add("tea", 2, "g1")
    together(*[lambda: Cart(redis, "ann").merge("guest-7")] * 8)
    assert Cart(redis, "ann").items() == {"tea": 2}


def test_lines_on_their_way_to_one_user_are_not_given_to_another(client: Redis) -> None:
    Cart(client, "guest-7").add("tea", 2, "g1")
    stopped = Cart(client, "ann")
    stopped._arrive = lambda **_: _crash()  # type: ignore[assignment,return-value]
    with pytest.raises(ZeroDivisionError):
        stopped.merge("guest-7")
    assert Cart(client, "ben").merge("guest-7") == 0
    assert Cart(client, "ann").merge("guest-7") == 1


def test_a_late_forget_leaves_the_next_merge_alone(client: Redis) -> None:
    Cart(client, "guest-7").add("tea", 2, "g1")
    user = Cart(client, "ann")
    forget, late = user._forget, []
    user._forget = lambda **arguments: late.append(arguments)  # type: ignore[assignment]
    user.merge("guest-7")  # its last step is on its way
    Cart(client, "ann").merge("guest-7")  # repeated, and done
    Cart(client, "guest-7").add("milk", 1, "g2")
    stopped = Cart(client, "ann")
    stopped._arrive = lambda **_: _crash()  # type: ignore[assignment,return-value]
    with pytest.raises(ZeroDivisionError):
        stopped.merge("guest-7")
    assert forget(**late[0]) == 0
    assert Cart(client, "ann").merge("guest-7") == 1
    assert Cart(client, "ann").items() == {"milk": 1, "tea": 2}


def test_a_merge_keeps_the_bounds_of_the_cart(client: Redis) -> None:
    client.hset(KEY, mapping={f"product {i}": MOST_PIECES for i in range(MOST_LINES - 1)})
    guest = Cart(client, "guest-7")
    for product in ("product 3", "milk", "tea"):
        guest.add(product, 5, product)
    user = Cart(client, "ann")
    assert user.merge("guest-7") == 2
    assert len(user.items()) == MOST_LINES
    assert user.items()["product 3"] == MOST_PIECES


def test_the_mark_of_a_merge_outlives_the_lines_on_their_way(client: Redis) -> None:
    Cart(client, "guest-7", keep=100).add("tea", 2, "g1")
    stopped = Cart(client, "ann", keep=100)
    stopped._forget = lambda **_: None  # type: ignore[assignment]
    stopped.merge("guest-7")
    left = {key: ttl for key, (_, ttl) in keyspace(client).items()}
    mark = next(key for key in left if key.startswith(f"{KEY}:did:"))
    assert left["cart:{guest-7}:leaving"] == left["cart:{guest-7}:merge"] == 100
    assert left[mark] == 200


def test_a_guest_keeps_the_lines_that_a_full_redis_does_not_take(redis: Redis) -> None:
    user, guest = Cart(redis, "ann"), Cart(redis, "guest-7")
    guest.add("tea", 1, "r1")
    with full(redis), pytest.raises(OutOfMemoryError):
        user.merge("guest-7")
    assert guest.items() == {"tea": 1}
    assert (user.merge("guest-7"), user.items()) == (1, {"tea": 1})


def test_a_cart_is_not_merged_into_itself(nowhere: Redis) -> None:
    with pytest.raises(ValueError, match="ann cannot be merged into itself"):
        Cart(nowhere, "ann").merge("ann")


def test_round_trips_are_those_of_the_card(redis: Redis) -> None:
    cart, guest = Cart(redis, "ann"), Cart(redis, "guest-7")
    guest.add("tea", 1, "g1")
    cart.merge("guest-7")
    guest.add("tea", 1, "g2")
    for method, trips in (
        (lambda: cart.add("tea", 1, "r1"), 1),
        (lambda: cart.take("tea", 1, "r2"), 1),
        (cart.items, 1),
        (lambda: cart.remove("tea"), 1),
        (cart.clear, 1),
        (lambda: cart.merge("guest-7"), 3),
    ):
        with round_trips(redis) as count:
            method()
        assert count.number == trips


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["add", "take"]), st.sampled_from(["tea", "milk"]), st.integers(1, MOST_PIECES)
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(changes=CHANGES, repeated=st.integers(1, 3))
def test_whatever_is_asked_and_however_often_a_line_stays_in_its_bounds(
    changes: list[tuple[str, str, int]], repeated: int
) -> None:
    cart = Cart(fakeredis.FakeRedis(), "ann")
    wanted: dict[str, int] = {}
    for number, (kind, product, quantity) in enumerate(changes):
        by = quantity if kind == "add" else -quantity
        wanted[product] = max(0, min(wanted.get(product, 0) + by, MOST_PIECES))
        for _ in range(repeated):
            assert getattr(cart, kind)(product, quantity, f"r{number}") == wanted[product]
    assert cart.items() == {product: quantity for product, quantity in wanted.items() if quantity}

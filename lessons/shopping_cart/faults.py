"""Faults against the cart: a login that loses a reply at each of its commands, and a primary that dies."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from redis import Redis

from lessons.breaking import RETRIES, Lossy, Pair
from lessons.crew import insist
from lessons.inputs import Integer
from lessons.model import Count, Experiment, Fault, Shown, Trial
from lessons.pictures import Table, TableRow, Tone
from lessons.staging import plural
from patterns.shopping_cart import Cart, NaiveCart

if TYPE_CHECKING:
    from lab.workshop import Workshop

AnyCart = NaiveCart | Cart
Make = Callable[[Redis, str], AnyCart]

TEA = "tea"
BASKET = {"milk": 1, TEA: 2}
"""What each guest has put in before signing in."""

PLACES = {
    NaiveCart: (("HGETALL", 1), ("HINCRBY", 1), ("HINCRBY", 2), ("DEL", 1)),
    Cart: (("EVALSHA", 1), ("EVALSHA", 2), ("EVALSHA", 3)),
}
"""Every command of a merge of two lines, as name and how manieth of that name."""
COMMANDS = ("HGETALL", "HINCRBY for milk", "HINCRBY for tea", "DEL")
STEPS = ("the lines leave", "the lines arrive", "the guest's are forgotten")

GUESTS = Integer("guests", "Guests who sign in", 8, 1, 40, help="Each has one milk and two teas.")
CHANGES = Integer("changes", "Pieces put in", 6, 1, 50, help="Each is a request with an id of its own.")
UNHEARD = Integer("unheard", "Pieces that the replica never hears of", 3, 0, 50)


def merge_reply_lost(
    workshop: Workshop, version: type[NaiveCart] | type[Cart], retries: int, *, guests: int
) -> Shown:
    """Each login loses one reply, each at another of its commands; then it is repeated."""
    workshop.progress(0.1, "A server, and a proxy that loses replies")
    lossy = Lossy(workshop, "shopping_cart")
    client, rows, doubled, missing = lossy.client(retries), [], 0, 0
    for number in range(guests):
        workshop.progress(0.2 + 0.7 * number / guests, f"Guest {number + 1} of {guests} signs in")
        guest, owner = f"guest-{number + 1}", f"user-{number + 1}"
        for product, pieces in BASKET.items():
            version(lossy.direct, guest).add(product, pieces, f"put {product}")
        place = number % len(PLACES[version])
        lossy.proxy.drop_reply(*PLACES[version][place])
        insist(lambda who=owner, whose=guest: version(client, who).merge(whose))  # type: ignore[misc]
        held = version(lossy.direct, owner).items()
        more = sum(max(0, held.get(product, 0) - pieces) for product, pieces in BASKET.items())
        fewer = sum(max(0, pieces - held.get(product, 0)) for product, pieces in BASKET.items())
        doubled, missing = doubled + more, missing + fewer
        lost = STEPS[place] if version is Cart else COMMANDS[place]
        inside = ", ".join(f"{pieces} {product}" for product, pieces in sorted(held.items()))
        rows.append(TableRow((guest, lost, inside), "bad" if more or fewer else "good"))
    tone: Tone = "bad" if doubled or missing else "good"
    verdict = f"{plural(doubled, 'piece')} too many, {missing} too few" if doubled or missing else "all right"
    each = "the" if guests == 1 else "each"
    return Shown(
        f"{plural(guests, 'guest')} signed in, and {each} login lost one reply and was repeated: {verdict}"
        + (": doubled merge." if doubled else "."),
        tone,
        (
            Count("Too many", doubled, "pieces", "bad" if doubled else "good"),
            Count("Too few", missing, "pieces", "bad" if missing else "good"),
        ),
        Table("Each login", ("Guest", "Reply lost", "In the user's cart"), tuple(rows)),
    )


class Database:
    """The shop's database, which Redis cannot lose: every change in its order, under its request's id."""

    def __init__(self) -> None:
        self.changes: list[tuple[str, int]] = []

    def note(self, request: str, pieces: int) -> None:
        self.changes.append((request, pieces))

    def replay(self, cart: AnyCart) -> None:
        for request, pieces in self.changes:
            cart.add(TEA, pieces, request)


def failover(workshop: Workshop, make: Make, *, changes: int, unheard: int, replay: bool) -> Shown:
    """ann fills her cart; the primary dies before its replica has heard of the last pieces."""
    unheard = min(unheard, changes)
    workshop.progress(0.1, "A primary and its replica")
    pair, database, told = Pair(workshop, "shopping_cart"), Database(), 0
    cart = make(pair.primary, "ann")
    for number in range(changes):
        if number == changes - unheard:
            pair.caught_up()
            workshop.progress(0.5, "The replica hears no more, and ann goes on")
            pair.stall()
        database.note(f"press-{number + 1}", 1)
        told = cart.add(TEA, 1, f"press-{number + 1}")
    if not unheard:
        pair.caught_up()
    workshop.progress(0.7, "The primary dies, the replica takes over")
    cart = make(pair.fail_over(), "ann")
    left = cart.items().get(TEA, 0)
    if replay:
        workshop.progress(0.9, "The database tells the cart every request again")
        database.replay(cart)
    held = cart.items().get(TEA, 0)
    wrong = held - told
    tone: Tone = "bad" if wrong else "good"
    rows = (
        TableRow(("Told to ann before", f"{told}")),
        TableRow(("Left after the failover", f"{left}"), "good" if left == told else "warn"),
        TableRow(("In the cart in the end", f"{held}"), tone),
    )
    verdict = f"{abs(wrong)} too {'many' if wrong > 0 else 'few'}" if wrong else "all that she was told"
    again = " and every request was sent again" if replay else ""
    return Shown(
        f"ann was told of {plural(told, 'piece')}. The primary died{again}. She has {held}: {verdict}.",
        tone,
        (Count("Told", told, "pieces"), Count("In the cart", held, "pieces", tone)),
        Table("Pieces of tea", ("When", "Pieces"), rows),
    )


def naive_client_repeats(workshop: Workshop, /, *, guests: int) -> Shown:
    return merge_reply_lost(workshop, NaiveCart, RETRIES, guests=guests)


def naive_caller_repeats(workshop: Workshop, /, *, guests: int) -> Shown:
    return merge_reply_lost(workshop, NaiveCart, 0, guests=guests)


def hardened_repeated(workshop: Workshop, /, *, guests: int) -> Shown:
    return merge_reply_lost(workshop, Cart, 0, guests=guests)


def hardened_alone(workshop: Workshop, /, *, changes: int, unheard: int) -> Shown:
    return failover(workshop, Cart, changes=changes, unheard=unheard, replay=False)


def naive_replayed(workshop: Workshop, /, *, changes: int, unheard: int) -> Shown:
    return failover(workshop, NaiveCart, changes=changes, unheard=unheard, replay=True)


def hardened_replayed(workshop: Workshop, /, *, changes: int, unheard: int) -> Shown:
    return failover(workshop, Cart, changes=changes, unheard=unheard, replay=True)


FAULTS = (
    Experiment(
        "A login loses a reply",
        watch="Watch for which lost replies double a line, and which are harmless.",
        trials=(
            Trial("Naive, the client repeats the command", naive_client_repeats, "bad", (NaiveCart.merge,)),
            Trial("Naive, the caller repeats the login", naive_caller_repeats, "bad", (NaiveCart.merge,)),
            Trial("Hardened, the caller repeats the login", hardened_repeated, "good", (Cart.merge,)),
        ),
        inputs=(GUESTS,),
        seconds=0.5,
    ),
    Experiment(
        "The primary dies with pieces on it",
        watch="Watch for pieces that ann was told of, and for what a replay does to those that survived.",
        trials=(
            Trial("Hardened, Redis alone", hardened_alone, "bad", (Cart.add,)),
            Trial("Naive, replayed from the database", naive_replayed, "bad", (NaiveCart.add,)),
            Trial("Hardened, replayed from the database", hardened_replayed, "good", (Cart.add,)),
        ),
        inputs=(CHANGES, UNHEARD),
        seconds=1.0,
    ),
)

FAULT = Fault("A login repeated, a primary lost", FAULTS)

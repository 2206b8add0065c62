"""The live cart: change it, send a change again, fill a guest's cart and sign in."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from lessons.inputs import Integer, Text
from lessons.model import Action, Count, Run, Shown
from lessons.pictures import Board, Card, Column, Picture
from lessons.staging import load_scripts, plural
from patterns.shopping_cart import Cart
from patterns.shopping_cart.line import MOST_PIECES

if TYPE_CHECKING:
    from lab.bench import Bench

USER, GUEST = "ann", "guest-7"
DAY = 86_400
PRODUCT = Text("product", "Product", "tea")
PIECES = Integer("quantity", "Pieces", 2, 1, 999)


def cart(bench: Bench, owner: str = USER, *, seen: bool = True) -> Cart:
    load_scripts(bench, "shopping_cart")
    redis = bench.client("web server") if seen else bench.quiet()
    return Cart(redis, owner, namespace=bench.namespace)


def pieces_of(bench: Bench, product: str) -> int:
    """How many of a product Ann has, unseen."""
    return cart(bench, seen=False).items().get(product, 0)


def pieces_in(bench: Bench, owner: str) -> int:
    """How many pieces of anything are in a cart, unseen."""
    return sum(cart(bench, owner, seen=False).items().values())


def picture(bench: Bench) -> Picture:
    """A column a cart. At sign-in the lines of the guest's go over to Ann's."""
    carts = {owner: cart(bench, owner, seen=False).items() for owner in (USER, GUEST)}
    names = {USER: "Ann, signed in", GUEST: "The guest’s device"}
    columns = []
    for owner, lines in carts.items():
        shared = {product for product in lines if all(product in held for held in carts.values())}
        cards = tuple(
            Card(
                product,
                (plural(pieces, "piece"),),
                key=f"{owner} {product}" if product in shared else product,
            )
            for product, pieces in sorted(lines.items())
        )
        pieces = plural(sum(lines.values()), "piece")
        columns.append(Column(names[owner], cards, f"{owner}, {pieces}"))
    return Board("The carts", tuple(columns))


def shown(bench: Bench, says: str, *counts: Count, good: bool = True) -> Shown:
    return Shown(says, "good" if good else "warn", counts, picture(bench))


def add(bench: Bench, /, *, product: str, quantity: int) -> Shown:
    """A press on the button, under an id that the page made for it."""
    had = pieces_of(bench, product)
    now = cart(bench).add(product, quantity, f"press-{secrets.token_hex(4)}")
    bound = f" A line holds {MOST_PIECES} at most, so not all {quantity} fitted."
    return shown(
        bench,
        f"{plural(now - had, 'piece')} of {product} added: {now} now."
        + (bound if now - had < quantity else ""),
        Count(product, now, "pieces"),
        good=now - had == quantity,
    )


def take(bench: Bench, /, *, product: str, quantity: int) -> Shown:
    """Take out more than there is: the floor is zero."""
    had = pieces_of(bench, product)
    left = cart(bench).take(product, quantity, f"press-{secrets.token_hex(4)}")
    if not had:
        return shown(
            bench, f"There was no {product} to take out.", Count(product, left, "pieces"), good=False
        )
    floor = f" {quantity} were asked for: the floor is zero."
    return shown(
        bench,
        f"{plural(had - left, 'piece')} of {product} taken out: {left} left."
        + (floor if had < quantity else ""),
        Count(product, left, "pieces"),
    )


def send(bench: Bench, /, *, request: str, product: str, quantity: int) -> Shown:
    """One request by its id. Press twice, as a phone in a tunnel does."""
    before = pieces_of(bench, product)
    known = bench.quiet().exists(f"{cart(bench, seen=False).key}:did:{request}")
    answer = cart(bench).add(product, quantity, request)
    changed = pieces_of(bench, product) != before
    if known:
        says = f"{request} answered {answer}, as before, and nothing changed."
    elif changed:
        says = f"{request} answered {answer}. Send it again."
    else:
        says = f"{request} answered {answer}: a line holds no more, so nothing changed."
    return shown(bench, says, Count("Answer", answer, "pieces"), good=changed)


def browse(bench: Bench, /, *, product: str, quantity: int) -> Shown:
    """A visitor who has not signed in has a cart as well."""
    now = cart(bench, GUEST).add(product, quantity, f"press-{secrets.token_hex(4)}")
    return shown(bench, f"The guest has {plural(now, 'piece')} of {product}.")


def sign_in(bench: Bench, /) -> Shown:
    """The guest turns out to be Ann. Press twice: a login that is retried merges nothing again."""
    brought, had = pieces_in(bench, GUEST), pieces_in(bench, USER)
    added = cart(bench).merge(GUEST)
    if not brought:
        return shown(bench, "The guest's cart is empty: nothing to merge.", good=False)
    over = had + brought - pieces_in(bench, USER)
    bound = f" {plural(over, 'piece')} did not fit: a line holds {MOST_PIECES} at most." if over else ""
    return shown(
        bench,
        f"{plural(added, 'line')} of the guest went over to Ann.{bound} Press again.",
        good=not over,
    )


LIVE = Run(
    "Fill it, and sign in",
    (
        Action("Add", add, (PRODUCT, PIECES), (Cart.add,)),
        Action("Take out", take, (PRODUCT, PIECES), (Cart.take,)),
        Action(
            "Send a request by its id",
            send,
            (
                Text("request", "Request id", "req-1", "Press twice. The id decides, not the press."),
                PRODUCT,
                PIECES,
            ),
            (Cart.add,),
        ),
        Action("Browse as a guest", browse, (PRODUCT, PIECES), (Cart.add,)),
        Action("Sign in", sign_in, (), (Cart.merge,)),
    ),
    picture,
    fast_forward=(3_660, 30 * DAY),
)

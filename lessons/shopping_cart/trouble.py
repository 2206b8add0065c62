"""Tabs that read before they write, and a login that stops halfway, under both versions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lab.hold import Gate, after_reply
from lessons.inputs import Input, Integer
from lessons.lost import killed_after_reply
from lessons.model import Action, Burst, Count, Run, Shown
from lessons.pictures import Tone
from lessons.staging import clear, lanes_of, load_scripts, plural, timeline_of, values
from patterns.shopping_cart import Cart, NaiveCart

if TYPE_CHECKING:
    from redis import Redis

    from lab.bench import Bench
    from lab.trace import Command

Version = type[NaiveCart] | type[Cart]
TEA = "tea"

TABS: tuple[Input, ...] = (
    Integer(
        "tabs", "Tabs and devices", 12, 2, 50, help="Each is a real thread with a connection of its own."
    ),
)


def on(bench: Bench, version: Version, redis: Redis, owner: str) -> NaiveCart | Cart:
    return version(redis, owner, namespace=bench.namespace)


def fresh(bench: Bench, version: Version, name: str) -> str:
    """The owner of an empty cart of this version; the server knows the scripts."""
    owner = f"{name}-{'naive' if version is NaiveCart else 'hardened'}"
    clear(bench, f"cart:{{{owner}}}*", f"cart:{{{owner}-guest}}*")
    load_scripts(bench, "shopping_cart")
    return owner


def in_words(command: Command) -> tuple[str, Tone] | None:
    """A command of either version in two words."""
    match command.name:
        case "HGET":
            return f"reads {'nothing' if command.reply == '(nil)' else command.reply}", "plain"
        case "HSET":
            return f"writes {command.args[-1]}", "warn"
        case "EVALSHA":
            return f"has {command.reply}", "good"
    return None


def burst(version: Version, bench: Bench, *, tabs: int) -> Shown:
    """Every tab adds one piece; each is held with its first reply in hand until all have theirs."""
    owner, begin, gate = fresh(bench, version, "rush"), bench.log.mark(), Gate(tabs)

    def job(tab: int) -> Callable[[Redis], int]:
        def press(redis: Redis) -> int:
            with gate.holds(redis):
                return on(bench, version, redis, owner).add(TEA, 1, f"press-{tab}")

        return press

    values(bench.together({f"tab {tab + 1:02}": job(tab) for tab in range(tabs)}))
    pieces = on(bench, version, bench.quiet(), owner).items().get(TEA, 0)
    lost = tabs - pieces
    return Shown(
        f"{plural(tabs, 'tab')} added one piece each, and the cart has {pieces}"
        + (f", {lost} too few: lost quantity." if lost else "."),
        "bad" if lost else "good",
        (
            Count("Added", tabs, "pieces"),
            Count("In the cart", pieces, "pieces", "bad" if lost else "good"),
            Count("Lost", lost, "pieces", "bad" if lost else "good"),
        ),
        timeline_of("What each tab did", lanes_of(bench.log.since(begin).commands, in_words)),
    )


def naive_burst(bench: Bench, /, *, tabs: int) -> Shown:
    return burst(NaiveCart, bench, tabs=tabs)


def hardened_burst(bench: Bench, /, *, tabs: int) -> Shown:
    return burst(Cart, bench, tabs=tabs)


BURST = Burst(
    "Many tabs press at once",
    naive=Action("Naive: everyone adds one", naive_burst, TABS, (NaiveCart.add,)),
    hardened=Action("Hardened: everyone adds one", hardened_burst, TABS, (Cart.add,)),
)


class Steps:
    """Three small stories for one version. Each begins with an empty cart."""

    def __init__(self, version: Version) -> None:
        self.version = version

    def carts(self, bench: Bench, name: str) -> tuple[str, NaiveCart | Cart, NaiveCart | Cart, Redis]:
        """The owner, the cart in two tabs, and the first tab's client."""
        owner, first = fresh(bench, self.version, name), bench.client("phone")
        laptop = on(bench, self.version, bench.client("laptop"), owner)
        return owner, on(bench, self.version, first, owner), laptop, first

    def told(self, bench: Bench, owner: str, story: str, right: int, anomaly: str) -> Shown:
        pieces = on(bench, self.version, bench.quiet(), owner).items().get(TEA, 0)
        wrong = pieces != right
        return Shown(
            f"{story} The cart has {pieces}" + (f" and should have {right}: {anomaly}." if wrong else "."),
            "bad" if wrong else "good",
            (
                Count("In the cart", pieces, "pieces", "bad" if wrong else "good"),
                Count("Should be", right, "pieces"),
            ),
        )

    def adding(self, bench: Bench, /, *, quantity: int) -> Shown:
        """The laptop does its whole job between the phone's first reply and its next line."""
        owner, phone, laptop, first = self.carts(bench, "adding")
        with after_reply(first, lambda: laptop.add(TEA, quantity, "laptop-1")):
            phone.add(TEA, 1, "phone-1")
        story = f"The phone adds 1, the laptop {quantity} in between."
        return self.told(bench, owner, story, 1 + quantity, "lost quantity")

    def taking(self, bench: Bench, /) -> Shown:
        """One piece, and two tabs that have both seen it."""
        owner, phone, laptop, first = self.carts(bench, "taking")
        on(bench, self.version, bench.quiet(), owner).add(TEA, 1, "seed")
        with after_reply(first, lambda: laptop.take(TEA, 1, "laptop-1")):
            left = phone.take(TEA, 1, "phone-1")
        story = f"Both take the last piece; the phone is told {left}."
        return self.told(bench, owner, story, 0, "negative quantity")

    def merging(self, bench: Bench, /, *, quantity: int) -> Shown:
        """The first server dies on its way through the merge; the login is retried on another."""
        owner, phone, laptop, first = self.carts(bench, "merging")
        guest = f"{owner}-guest"
        on(bench, self.version, bench.quiet(), guest).add(TEA, quantity, "guest-1")
        with killed_after_reply(first, 2):
            phone.merge(guest)
        laptop.merge(guest)
        story = f"A guest with {plural(quantity, 'piece')} signs in, the server dies, the login is retried."
        return self.told(bench, owner, story, quantity, "doubled merge")

    def step(self, heading: str) -> Run:
        quantity = Integer("quantity", "Pieces", 3, 1, 400)
        return Run(
            heading,
            (
                Action("Two tabs add", self.adding, (quantity,), (self.version.add,)),
                Action("Two tabs take the last piece", self.taking, (), (self.version.take,)),
                Action("The login dies and is retried", self.merging, (quantity,), (self.version.merge,)),
            ),
        )


BY_HAND = Steps(NaiveCart).step("Break it, one step at a time")
BY_HAND_HARDENED = Steps(Cart).step("The same stories, hardened")

"""What runs in this lesson. The words are in lesson.md, the pattern's code in shop.py, its race in races.py.

A demo is a plain function of a bench and of what the learner typed; it talks to a real Redis and returns one
sentence, built from what happened, and perhaps numbers. Take it apart and put your own code in its place.
The files of a lesson import each other with a dot.

    bench.client("shop")   a client whose commands the page shows, under this name
    bench.quiet()          a client whose commands it does not show: for seeding and for looking
    bench.together({...})  functions of a client by name, all at the same moment, each in its own thread
"""

from __future__ import annotations

from collections.abc import Callable

from redis import Redis

from lab.bench import Bench
from lessons.inputs import Integer
from lessons.model import Action, Ask, Burst, Check, Count, Lesson, Prove, Read, Run, Shown

from .shop import KEY, buy_hardened, buy_naive

# Name, label, what stands there at first, least, most. lessons.inputs has Text, Real, Choice and Toggle too.
PAIRS = Integer("pairs", "Pairs in stock", 3, 0, 1_000)
CUSTOMERS = Integer("customers", "Customers", 12, 2, 40)


def put(bench: Bench, /, *, pairs: int) -> Shown:
    bench.client("shop").set(KEY, pairs)
    return Shown(f"{pairs} pairs are in stock.", "good")


def sell(bench: Bench, /) -> Shown:
    sold = buy_hardened(bench.client("customer"))
    left = int(bench.quiet().get(KEY) or 0)
    return Shown(
        f"{'One pair was sold' if sold else 'Nothing was sold'}, {left} are left.", "good" if sold else "warn"
    )


def everybody(bench: Bench, buy: Callable[[Redis], bool], customers: int, pairs: int) -> Shown:
    bench.quiet().set(KEY, pairs)
    results = bench.together({f"customer {number}": buy for number in range(1, customers + 1)})
    sold = sum(result is True for result in results.values())
    over = max(sold - pairs, 0)
    return Shown(
        f"{customers} customers, {pairs} pairs: {sold} were sold"
        + (f", {over} too many: oversold." if over else "."),
        "bad" if over else "good",
        (Count("Sold", sold, "pairs"), Count("Too many", over, "pairs", "bad" if over else "good")),
    )


def naive_burst(bench: Bench, /, *, customers: int, pairs: int) -> Shown:
    return everybody(bench, buy_naive, customers, pairs)


def hardened_burst(bench: Bench, /, *, customers: int, pairs: int) -> Shown:
    return everybody(bench, buy_hardened, customers, pairs)


LESSON = Lesson(
    title="Stock counter",
    promise="Sell the last pair once, however many want it.",
    minutes=10,
    steps=(
        Read("The last pair of shoes"),
        Run(
            "Sell, and watch the stock",
            (
                Action("Put pairs in stock", put, (PAIRS,)),
                Action("Sell one", sell, (), (buy_hardened,)),
            ),
        ),
        Burst(
            "Everybody buys at once",
            naive=Action("Naive: everybody buys", naive_burst, (CUSTOMERS, PAIRS), (buy_naive,)),
            hardened=Action("Hardened: everybody buys", hardened_burst, (CUSTOMERS, PAIRS), (buy_hardened,)),
        ),
        Prove("Every order there is"),
        Check("Check yourself"),
        Ask("What they ask next"),
    ),
)

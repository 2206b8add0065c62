"""Two buyers, one seat, held in the worst moment: every way to close the gap, live."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from lessons.inputs import Input, Integer
from lessons.lost import reply_lost
from lessons.model import Action, Burst, Count, Run, Shown
from lessons.races.seats import Sale
from lessons.staging import clear, lanes_of, load_scripts, plural, timeline_of, values
from patterns.distributed_lock import Lock, Resource

if TYPE_CHECKING:
    from redis import Redis

    from lab.bench import Bench
    from lab.trace import Command
    from lessons.pictures import Tone

Way = Callable[..., bool]
PATIENCE = 5.0
SHOWN = ("GET", "SET", "RPUSH", "LMOVE", "EVALSHA", "EVAL", "WATCH", "EXEC")

BUYERS: tuple[Input, ...] = (
    Integer("buyers", "Buyers", 8, 2, 20, help="Each is a real thread with a connection of its own."),
    Integer("seats", "Seats", 3, 1, 20),
)


class Meeting:
    """Where every buyer waits once, between reading and writing, until all have read."""

    def __init__(self, buyers: int) -> None:
        self._barrier = threading.Barrier(buyers)

    def once(self) -> Callable[[], None]:
        """For one buyer: waits the first time it is called."""
        waited = False

        def between() -> None:
            nonlocal waited
            if not waited:
                waited = True
                try:
                    self._barrier.wait(PATIENCE)
                except threading.BrokenBarrierError:
                    return  # somebody never came; nobody waits for ever

        return between


def sell(bench: Bench, way: Way, buyers: int, seats: int) -> Shown:
    """So many buyers want a seat at the same moment, each held between reading and writing."""
    sale = Sale(bench.quiet(), namespace=bench.namespace)
    sale.open(seats)
    begin, meeting = bench.log.mark(), Meeting(buyers)

    def job(name: str) -> Callable[[Redis], bool]:
        return lambda redis: way(Sale(redis, namespace=bench.namespace), name, meeting.once())

    names = [f"buyer {number + 1:02}" for number in range(buyers)]
    told = values(bench.together({name: job(name) for name in names}))
    happy = sum(told.values())
    over = max(0, happy - seats)
    return Shown(
        f"{plural(happy, 'buyer was', 'buyers were')} told that they have a seat; there "
        f"{'was' if seats == 1 else 'were'} {seats}." + (f" Oversold by {over}." if over else ""),
        "bad" if over else "good",
        (
            Count("Seats", seats),
            Count("Told “yours”", happy, "buyers", "bad" if over else "good"),
            Count("Oversold", over, "seats", "bad" if over else "good"),
        ),
        timeline_of("Who did what when", lanes_of(bench.log.since(begin).commands, in_words)),
    )


def in_words(command: Command) -> tuple[str, Tone] | None:
    if command.error or command.name not in SHOWN:
        return None
    return f"{command.name} → {command.reply}", "warn" if command.name == "GET" else "plain"


def look_then_take(bench: Bench, /) -> Shown:
    """Read, decide, write."""
    return sell(bench, Sale.look_then_take, 2, 1)


def multi_alone(bench: Bench, /) -> Shown:
    """MULTI around the writes."""
    return sell(bench, Sale.multi_alone, 2, 1)


def one_command(bench: Bench, /) -> Shown:
    """One command."""
    return sell(bench, Sale.one_command, 2, 1)


def one_script(bench: Bench, /) -> Shown:
    """One script."""
    return sell(bench, Sale.one_script, 2, 1)


def watch(bench: Bench, /) -> Shown:
    """WATCH, and begin again."""
    return sell(bench, Sale.watch, 2, 1)


def compare_and_set(bench: Bench, /) -> Shown:
    """Compare and set, and begin again."""
    return sell(bench, Sale.compare_and_set, 2, 1)


def ask_again(bench: Bench, known: bool) -> Shown:
    """A buyer wants one seat; the first reply is lost and the client sends the command again."""
    quiet = Sale(bench.quiet(), namespace=bench.namespace)
    quiet.open(4)
    redis = bench.client("buyer")
    sale = Sale(redis, namespace=bench.namespace)
    with reply_lost(redis):
        got = sale.once("Ann", "order 1") if known else sale.one_script("Ann")
    sold = len(quiet.buyers())
    return Shown(
        f"Ann wanted one seat and was told {'“yours”' if got else '“sold out”'}. "
        f"She has {plural(sold, 'seat')}.",
        "bad" if sold > 1 else "good",
        (Count("Seats sold to Ann", sold, "", "bad" if sold > 1 else "good"),),
    )


def without_order_id(bench: Bench, /) -> Shown:
    """A script is atomic; sent twice it runs twice."""
    return ask_again(bench, known=False)


def with_order_id(bench: Bench, /) -> Shown:
    """The script knows the order."""
    return ask_again(bench, known=True)


def fence(bench: Bench, /) -> Shown:
    """Ann has a lock, sleeps through her lease, and writes after Ben: the resource refuses."""
    clear(bench, "lock:{desk}*", "resource:{desk}*")
    load_scripts(bench, "distributed_lock")
    ann, ben = (Lock(bench.client(who), "desk", namespace=bench.namespace) for who in ("Ann", "Ben"))
    first = ann.acquire()
    bench.fast_forward(ann.ttl_ms / 1_000)
    second = ben.acquire()
    assert first is not None
    assert second is not None
    anns, bens = (Resource(bench.client(who), "desk", namespace=bench.namespace) for who in ("Ann", "Ben"))
    bens.write("seating plan of Ben", second)
    taken = anns.write("seating plan of Ann", first)
    holds = Resource(bench.quiet(), "desk", namespace=bench.namespace).read()
    return Shown(
        f"Ben wrote with fence {second.fence}. Ann came back with fence {first.fence}: "
        f"{'taken' if taken else 'refused'}. The resource holds the {holds}.",
        "bad" if taken else "good",
        (Count("Late writes taken", int(taken), "", "bad" if taken else "good"),),
    )


LIVE = Run(
    "Two ways that lose, six that hold",
    (
        Action("Look, then take", look_then_take, shows=(Sale.look_then_take,)),
        Action("MULTI around the writes", multi_alone, shows=(Sale.multi_alone,)),
        Action("One command", one_command, shows=(Sale.one_command,)),
        Action("One script", one_script, shows=(Sale.one_script,)),
        Action("WATCH", watch, shows=(Sale.watch,)),
        Action("Compare and set", compare_and_set, shows=(Sale.compare_and_set,)),
        Action("Lost reply, no order id", without_order_id, shows=(Sale.one_script,)),
        Action("Lost reply, order id", with_order_id, shows=(Sale.once,)),
        Action("A fence for who is late", fence, shows=(Resource.write,)),
    ),
)


def naive_crowd(bench: Bench, /, *, buyers: int, seats: int) -> Shown:
    return sell(bench, Sale.look_then_take, buyers, seats)


def hardened_crowd(bench: Bench, /, *, buyers: int, seats: int) -> Shown:
    return sell(bench, Sale.one_script, buyers, seats)


BURST = Burst(
    "Eight buyers, three seats",
    naive=Action("Look, then take", naive_crowd, BUYERS, (Sale.look_then_take,)),
    hardened=Action("One script", hardened_crowd, BUYERS, (Sale.one_script,)),
)

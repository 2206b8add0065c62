"""What MULTI gives and what it does not, each shown by running it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from redis.exceptions import ResponseError

from lessons.model import Action, Count, Fact, Numbers, Run, Shown
from lessons.races.seats import Sale
from lessons.staging import clear, plural

if TYPE_CHECKING:
    from lab.bench import Bench

ROUNDS = 20


def _key(bench: Bench, name: str) -> str:
    return f"{bench.namespace}{name}:{{multi}}"


def _texts(replies: Iterable[object]) -> list[str]:
    return [str(reply) for reply in replies]


def alone(bench: Bench, /) -> Shown:
    """Between MULTI and EXEC, somebody else reads: commands are queued, nothing has happened yet."""
    clear(bench, "left:{multi}", "sold:{multi}")
    left, sold = _key(bench, "left"), _key(bench, "sold")
    ann, ben = bench.client("Ann"), bench.client("Ben")
    bench.quiet().mset({left: 1, sold: 0})
    # A pipeline of redis-py would keep the commands back until EXEC, and Ben would have come before MULTI.
    with ann.client() as one:
        one.execute_command("MULTI")
        queued = str(one.execute_command("DECR", left))
        one.execute_command("INCR", sold)
        before = _texts(ben.mget(left, sold))
        one.execute_command("EXEC")
    after = _texts(ben.mget(left, sold))
    whole = (queued, before, after) == ("QUEUED", ["1", "0"], ["0", "1"])
    return Shown(
        f"Ann's DECR and INCR were queued, and Ben saw {before[0]} left and {before[1]} sold; after EXEC "
        f"{after[0]} and {after[1]}. He never saw one change without the other.",
        "good" if whole else "bad",
    )


def no_reply_inside(bench: Bench, /) -> Shown:
    """What a queued GET returns: nothing to decide on."""
    clear(bench, "left:{multi}")
    left = _key(bench, "left")
    ann = bench.client("Ann")
    bench.quiet().set(left, 1)
    with ann.client() as one:
        one.execute_command("MULTI")
        told = str(one.execute_command("GET", left))
        replies = _texts(one.execute_command("EXEC"))
    return Shown(
        f"Inside the transaction GET answered {told}: no value to decide on. The value {replies[0]} came "
        "with EXEC, when all was over; the log shows it beside its GET.",
        "bad" if told == "1" else "warn",
    )


def no_rollback(bench: Bench, /) -> Shown:
    """One of three commands fails while running: the other two stay."""
    clear(bench, "left:{multi}", "name:{multi}", "sold:{multi}")
    left, name, sold = _key(bench, "left"), _key(bench, "name"), _key(bench, "sold")
    quiet = bench.quiet()
    quiet.mset({left: 1, name: "Ann", sold: 0})
    error = ""
    with bench.client("Ann").pipeline(transaction=True) as three:
        three.decr(left)
        three.incr(name)
        three.incr(sold)
        try:
            three.execute()
        except ResponseError as caught:
            error = str(caught)
    now = _texts(quiet.mget(left, sold))
    undone = now == ["1", "0"]
    return Shown(
        f"The second command failed ({error.rpartition('caused error: ')[2]}). The others stayed: "
        f"{now[0]} left, {now[1]} sold. There is no rollback.",
        "good" if undone else "warn",
        (Count("Writes that stayed", 0 if undone else 2, "", "warn"),),
    )


def refused_whole(bench: Bench, /) -> Shown:
    """A command that Redis cannot even queue: EXEC executes nothing."""
    clear(bench, "left:{multi}")
    left = _key(bench, "left")
    quiet = bench.quiet()
    quiet.set(left, 1)
    error = ""
    with bench.client("Ann").pipeline(transaction=True) as two:
        two.decr(left)
        two.execute_command("DECR")
        try:
            two.execute()
        except ResponseError as caught:
            error = str(caught)
    (now,) = _texts([quiet.get(left)])
    return Shown(
        f"A command without its key could not be queued, and EXEC was refused: {now} left, nothing happened."
        if now == "1"
        else f"EXEC ran although a command could not be queued: {now} left ({error}).",
        "good" if now == "1" else "bad",
    )


MULTI = Run(
    "What MULTI gives, and what it does not",
    (
        Action("Read in between", alone),
        Action("Read inside", no_reply_inside),
        Action("One command fails", no_rollback),
        Action("One command cannot be queued", refused_whole),
    ),
)


def round_trips(bench: Bench) -> str:
    """Round trips for one seat, nobody in the way."""
    told = []
    for name, way in (
        ("script", Sale.one_script),
        ("compare and set", Sale.compare_and_set),
        ("WATCH", Sale.watch),
    ):
        sale = Sale(bench.client("buyer"), namespace=bench.namespace)
        Sale(bench.quiet(), namespace=bench.namespace).open(ROUNDS + 1)
        way(sale, "Ann")  # the server knows the script now
        mark = bench.log.mark()
        for number in range(ROUNDS):
            way(sale, f"buyer {number}")
        told.append(f"{name} {plural(bench.log.since(mark).round_trips / ROUNDS, 'round trip')}")
    return ", ".join(told)


NUMBERS = Numbers(
    "The numbers to say aloud",
    (
        Fact("What one sale costs when nobody is in the way", "", round_trips),
        Fact("A script runs alone: nothing else is executed until it returns", "scripting"),
        Fact("EXEC after a failed WATCH executes nothing and returns a null reply", "tx"),
        Fact("Redis does not roll back a transaction in which a command fails", "tx"),
        Fact("From Redis 8.4 on, SET key value IFEQ old is compare-and-set in one command", "cmd:set"),
    ),
)

"""Faults against the idempotency key: a crash after the charge, and a failover that forgets the claim."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from redis import Redis
from redis.exceptions import RedisError

from lessons.breaking import Lossy, Pair
from lessons.idempotency_key.bank import Bank, Ledger
from lessons.idempotency_key.live import Gone
from lessons.inputs import Integer
from lessons.model import Count, Experiment, Fault, Shown, Trial
from lessons.pictures import Table, TableRow, Tone
from lessons.staging import plural
from patterns.idempotency_key import (
    Claim,
    Idempotency,
    InProgress,
    LeaseLost,
    NaiveIdempotency,
    Response,
    Work,
    fingerprint_of,
)

if TYPE_CHECKING:
    from lab.workshop import Workshop

Kind = type[NaiveIdempotency] | type[Idempotency]
Make = Callable[[], Bank | Ledger]
Run = Callable[[NaiveIdempotency | Idempotency, str, Work], Response]

NOON, LEASE_MS, DAY_MS = 1_700_000_000.0, 30_000, 86_400_000

PAYMENTS = Integer("payments", "Payments", 6, 1, 30, help="Each has a key, and is sent again until answered.")
CRASHES = Integer("crashes", "Servers that die", 2, 0, 30)
HEARD = Integer("heard", "Payments that the replica knows", 2, 1, 20)
UNHEARD = Integer("unheard", "Payments that it never hears of", 2, 0, 20)


class Clock:
    """The time of an experiment, which moves when it is told to: a lease takes no time to run out."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now

    def pass_the_lease(self) -> None:
        self.now += 2 * LEASE_MS / 1_000


def on(redis: Redis, kind: Kind, clock: Clock) -> NaiveIdempotency | Idempotency:
    """The naive key is good for a day: it has one time, and stands for the answer as well."""
    if kind is Idempotency:
        return Idempotency(redis, "mia", LEASE_MS, now=clock)
    return NaiveIdempotency(redis, "mia", DAY_MS)


def print_of(key: str) -> str:
    return fingerprint_of("POST", "/pay", key)


def as_meant(ours: NaiveIdempotency | Idempotency, key: str, work: Work) -> Response:
    """Do the work, then record the answer."""
    return ours.run(key, print_of(key), work)


def answer_first(ours: NaiveIdempotency | Idempotency, key: str, work: Work) -> Response:
    """The cure that suggests itself: record the answer, then do the work, so that nothing happens twice."""
    assert isinstance(ours, Idempotency)
    claim = ours.begin(key, print_of(key))
    if isinstance(claim, Claim):
        ours.complete(claim, Response(201, "paid"))
        return work()
    return claim


def heard(run: Run, ours: NaiveIdempotency | Idempotency, key: str, work: Work) -> str:
    """What the client hears."""
    try:
        response = run(ours, key, work)
    except (InProgress, LeaseLost):
        return "409"
    return f"{response.status} replayed" if response.replayed else str(response.status)


def crash(workshop: Workshop, kind: Kind, make: Make, run: Run, *, payments: int, crashes: int) -> Shown:
    """Some servers die between the charge and its record, or between the record and the charge."""
    workshop.progress(0.1, "A server for the keys, and a bank")
    redis, clock, bank = Lossy(workshop, "idempotency_key").direct, Clock(), make()
    ours = on(redis, kind, clock)
    keys = [f"pay {number:02}" for number in range(1, payments + 1)]
    rows = []
    for place, key in enumerate(keys):
        workshop.progress(0.2 + 0.7 * place / payments, f"{key} of {payments}")
        work = partial(bank.charge, key)
        dies = place < crashes
        with contextlib.suppress(Gone):
            heard(run, ours, key, partial(_die, work, charges=run is as_meant) if dies else work)
        told = [heard(run, ours, key, work)]
        if told[0] == "409":
            clock.pass_the_lease()
            told.append(heard(run, ours, key, work))
        rows.append((key, "died" if dies else "answered", ", then ".join(told)))
    dead = min(crashes, payments)
    what = (
        f"{plural(dead, 'server') if dead else 'No server'} died with a payment, and every client asked again"
    )
    return ledger(what, rows, bank.charged(redis))


def _die(work: Work, *, charges: bool) -> Response:
    """The process ends: no handler of it runs any more."""
    if charges:
        work()
    raise Gone


def failover(workshop: Workshop, kind: Kind, make: Make, *, heard_of: int, unheard: int) -> Shown:
    """The primary dies with answers that its replica has not, and while one payment is being worked on."""
    workshop.progress(0.1, "A primary and its replica")
    pair, clock, bank = Pair(workshop, "idempotency_key"), Clock(), make()
    before = on(pair.primary, kind, clock)
    known = [f"pay {number:02}" for number in range(1, heard_of + 1)]
    unknown = [f"pay {number:02}" for number in range(heard_of + 1, heard_of + unheard + 1)]
    at_work = f"pay {heard_of + unheard + 1:02}"
    for key in known:
        as_meant(before, key, partial(bank.charge, key))
    pair.caught_up()
    workshop.progress(0.5, "The replica hears no more; payments go on")
    pair.stall()
    for key in unknown:
        as_meant(before, key, partial(bank.charge, key))
    promoted: list[Redis] = []
    rows = []

    def work() -> Response:
        """While it works, the primary dies, and every client sends its payment again."""
        workshop.progress(0.7, "The primary dies, the replica takes over, everybody asks again")
        promoted.append(pair.fail_over())
        after = on(promoted[0], kind, clock)
        for key in (*known, *unknown, at_work):
            told = heard(as_meant, after, key, partial(bank.charge, key))
            where = "replica knew" if key in known else "at work" if key == at_work else "primary only"
            rows.append((key, where, told))
        return bank.charge(at_work)

    with contextlib.suppress(RedisError):  # the first server cannot record anything: its primary is dead
        as_meant(before, at_work, work)
    return ledger("The primary died, and every client asked again", rows, bank.charged(promoted[0]))


def ledger(what: str, rows: list[tuple[str, str, str]], charged: dict[str, int]) -> Shown:
    """How often each payment was made, and what its client knows."""
    times = {key: charged.get(key, 0) for key, _, _ in rows}
    twice = sum(count > 1 for count in times.values())
    never = sum(count == 0 for count in times.values())
    untold = sum(told.endswith("409") for _, _, told in rows)
    faults = [f"{plural(twice, 'was', 'were')} charged twice"] * bool(twice)
    faults += [f"{plural(never, 'was', 'were')} never charged"] * bool(never)
    faults += [f"{plural(untold, 'client')} asked again and got no answer"] * bool(untold)
    tone: Tone = "bad" if faults else "good"
    return Shown(
        f"{what}. Of {plural(len(rows), 'payment')}, "
        f"{' and '.join(faults) if faults else 'each was charged once, and its client told so'}.",
        tone,
        (
            _count("Charged twice", twice),
            _count("Never charged", never),
            _count("Asked again, no answer", untold),
        ),
        Table(
            "Each payment",
            ("Payment", "At first", "Asked again, heard", "Charged"),
            tuple(
                TableRow(
                    (key, first, told, f"{times[key]}x"),
                    "good" if times[key] == 1 and not told.endswith("409") else "bad",
                )
                for key, first, told in rows
            ),
        ),
    )


def _count(label: str, value: int) -> Count:
    return Count(label, value, "payments", "bad" if value else "good")


def crashed(kind: Kind, make: Make, run: Run, workshop: Workshop, /, *, payments: int, crashes: int) -> Shown:
    return crash(workshop, kind, make, run, payments=payments, crashes=crashes)


def failed_over(kind: Kind, make: Make, workshop: Workshop, /, *, heard: int, unheard: int) -> Shown:
    return failover(workshop, kind, make, heard_of=heard, unheard=unheard)


KEYLESS, KNOWING = partial(Bank, False), partial(Bank, True)

FAULTS = (
    Experiment(
        "A crash beside the charge",
        watch="Watch for a payment that was made and not recorded, and for one recorded and not made.",
        trials=(
            Trial(
                "Naive: charged, then dead", partial(crashed, NaiveIdempotency, KEYLESS, as_meant), "bad",
                (NaiveIdempotency.run,),
            ),
            Trial(
                "Hardened, and the bank knows no keys", partial(crashed, Idempotency, KEYLESS, as_meant),
                "bad", (Idempotency.run, Bank.charge),
            ),
            Trial(
                "Turned round: recorded, then charged", partial(crashed, Idempotency, KEYLESS, answer_first),
                "bad", (answer_first,),
            ),
            Trial(
                "Hardened, and the bank knows the key", partial(crashed, Idempotency, KNOWING, as_meant),
                "good", (Idempotency.run, Bank.charge),
            ),
        ),
        inputs=(PAYMENTS, CRASHES),
        seconds=1.0,
    ),
    Experiment(
        "The claim is lost in a failover",
        watch="Watch for the payments that only the dead primary knew, and for where the money is.",
        trials=(
            Trial(
                "Naive, and the bank knows no keys", partial(failed_over, NaiveIdempotency, KEYLESS), "bad",
                (NaiveIdempotency.run,),
            ),
            Trial(
                "Hardened, and the bank knows no keys", partial(failed_over, Idempotency, KEYLESS), "bad",
                (Idempotency.run, Bank.charge),
            ),
            Trial(
                "Hardened, and the money is in this Redis", partial(failed_over, Idempotency, Ledger), "good",
                (Ledger.charge, Idempotency.complete),
            ),
            Trial(
                "Hardened, and the bank knows the key", partial(failed_over, Idempotency, KNOWING), "good",
                (Idempotency.run, Bank.charge),
            ),
        ),
        inputs=(HEARD, UNHEARD),
        seconds=1.0,
    ),
)  # fmt: skip

FAULT = Fault("A crash after the charge, a lost claim", FAULTS)

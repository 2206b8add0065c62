"""The fault that matters for sessions: a failover that undoes a sign-out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from redis import Redis

from lessons.breaking import Pair
from lessons.inputs import Integer
from lessons.model import Count, Experiment, Fault, Shown, Trial
from lessons.pictures import Table, TableRow, Tone
from lessons.staging import plural
from patterns.session_store import NaiveSessions, Sessions

if TYPE_CHECKING:
    from lab.workshop import Workshop

USER = "ann"
DEVICES = Integer("devices", "Devices", 3, 1, 12, help="Each is signed in; then ann signs out everywhere.")

Store = NaiveSessions | Sessions
Make = Callable[[Redis], Store]


class Accounts:
    """The database of users, which Redis cannot lose: a version that grows at every sign-out everywhere."""

    def __init__(self) -> None:
        self._versions: dict[str, int] = {}

    def version(self, user: str) -> str:
        return str(self._versions.get(user, 1))

    def sign_out_everywhere(self, user: str) -> None:
        self._versions[user] = self._versions.get(user, 1) + 1


def failover(workshop: Workshop, make: Make, *, devices: int, durable: bool = False) -> Shown:
    """ann signs out everywhere; the primary dies before its replica has heard of it."""
    workshop.progress(0.1, "A primary and its replica")
    pair, accounts = Pair(workshop, "session_store"), Accounts()
    store = make(pair.primary)
    ids = [store.create(USER, {"version": accounts.version(USER)}) for _ in range(devices)]
    pair.caught_up()
    workshop.progress(0.5, "The replica hears no more, and ann signs out everywhere")
    pair.stall()
    accounts.sign_out_everywhere(USER)
    told = sum(store.destroy(one) for one in ids)
    workshop.progress(0.7, "The primary dies, the replica takes over")
    store = make(pair.fail_over())
    rows, back = [], 0
    for number, one in enumerate(ids, 1):
        session = store.get(one)
        found = session is not None
        let_in = session is not None and (not durable or session["version"] == accounts.version(USER))
        back += let_in
        answer = "let in" if let_in else "in Redis, and turned away" if found else "turned away"
        rows.append(TableRow((f"device {number}", "ended", answer), "bad" if let_in else "good"))
    tone: Tone = "bad" if back else "good"
    checked = " Every request compares the version of the user in the database." if durable else ""
    again = plural(back, "device is", "devices are") if back else "no device is"
    return Shown(
        f"{plural(told, 'sign-out was', 'sign-outs were')} acknowledged. After the failover "
        f"{again} signed in again.{checked}",
        tone,
        (Count("Signed out and back", back, "devices", tone),),
        Table("Each device", ("Device", "Before", "After the failover"), tuple(rows)),
    )


def naive_failover(workshop: Workshop, /, *, devices: int) -> Shown:
    return failover(workshop, NaiveSessions, devices=devices)


def hardened_failover(workshop: Workshop, /, *, devices: int) -> Shown:
    return failover(workshop, Sessions, devices=devices)


def durable_failover(workshop: Workshop, /, *, devices: int) -> Shown:
    return failover(workshop, Sessions, devices=devices, durable=True)


FAULTS = (
    Experiment(
        "A failover undoes the sign-out",
        watch="Watch for a sign-out that was acknowledged, and for who is let in afterwards.",
        trials=(
            Trial("Naive", naive_failover, "bad", (NaiveSessions.destroy,)),
            Trial("Hardened, Redis alone", hardened_failover, "bad", (Sessions.destroy,)),
            Trial(
                "Hardened, and the user's version is in the database",
                durable_failover,
                "good",
                (Accounts.sign_out_everywhere, Sessions.destroy),
            ),
        ),
        inputs=(DEVICES,),
        seconds=1.0,
    ),
)

FAULT = Fault("Signed out, and back", FAULTS)

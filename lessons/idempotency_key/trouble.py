"""Clients locked out, unanswered or charged twice, in a crowd and one step at a time; and hardened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.hold import Gate
from lessons.idempotency_key.live import Gone
from lessons.inputs import Input, Integer
from lessons.model import Action, Burst, Count, Run, Shown
from lessons.pictures import Tone
from lessons.staging import clear, lanes_of, load_scripts, plural, timeline_of, times, values
from patterns.idempotency_key import (
    Effect,
    Idempotency,
    InProgress,
    LeaseLost,
    Mismatch,
    NaiveIdempotency,
    Response,
    Work,
    fingerprint_of,
)

if TYPE_CHECKING:
    from redis import Redis

    from lab.bench import Bench
    from lab.trace import Command

Version = type[NaiveIdempotency] | type[Idempotency]
NAIVE_MS = 3_600_000
"""The naive key has one TTL for two things: how long the work may take, how long a repeat is known."""
LEASE_MS = 30_000
PRICE = 25

CROWD: tuple[Input, ...] = (
    Integer("copies", "Times sent", 12, 2, 40, help="Each arrives at a server of its own, a real thread."),
    Integer("rounds", "Each asks again", 3, 1, 5, "times"),
)


def on(bench: Bench, version: Version, redis: Redis, stage: str) -> NaiveIdempotency | Idempotency:
    if version is Idempotency:
        return Idempotency(redis, stage, LEASE_MS, namespace=bench.namespace, now=bench.clock)
    return version(redis, stage, NAIVE_MS, namespace=bench.namespace)


def fresh(bench: Bench, version: Version, name: str) -> str:
    """An unused scope of this version; the server knows the scripts."""
    stage = f"{name}-{'naive' if version is NaiveIdempotency else 'hardened'}"
    clear(bench, f"idempotency:{{{stage}}}*", f"charged:{{{stage}}}")
    load_scripts(bench, "idempotency_key")
    return stage


def charge(bench: Bench, stage: str) -> Work:
    """Charge the card, in the step that records the answer."""
    effect = Effect("INCRBY", f"{bench.namespace}charged:{{{stage}}}", (PRICE,))
    return lambda: Response(201, "paid", effect)


def charged(bench: Bench, stage: str) -> int:
    """How often the card was charged."""
    return int(bench.quiet().get(f"{bench.namespace}charged:{{{stage}}}") or 0) // PRICE


def answer(one: NaiveIdempotency | Idempotency, work: Work, amount: int = PRICE) -> str:
    """What the client hears."""
    try:
        response = one.run("pay-77", fingerprint_of("POST", "/pay", str(amount)), work)
    except (InProgress, LeaseLost):
        return "409"
    except Mismatch:
        return "422"
    return f"{response.status} replayed" if response.replayed else str(response.status)


def burst(version: Version, bench: Bench, *, copies: int, rounds: int) -> Shown:
    """One payment, sent many times at once; who is turned away asks again, as told."""
    stage, gate, begin = fresh(bench, version, "storm"), Gate(copies), bench.log.mark()

    def at_once(redis: Redis) -> str:
        with gate.holds(redis):
            return again(redis)

    def again(redis: Redis) -> str:
        return answer(on(bench, version, redis, stage), charge(bench, stage))

    names = [f"server {number + 1:02}" for number in range(copies)]
    heard = values(bench.together(dict.fromkeys(names, at_once)))
    for _ in range(rounds):
        refused = [name for name in names if heard[name] == "409"]
        heard |= values(bench.together(dict.fromkeys(refused, again)))
    know = sum(one != "409" for one in heard.values())
    payments = charged(bench, stage)
    return Shown(
        f"One payment, sent {times(copies)} at once: charged {times(payments)}. "
        f"{know} of {copies} heard that it is paid"
        + (
            "."
            if know == copies
            else f", {copies - know} asked {times(rounds)} more and never did: no answer."
        ),
        "good" if know == copies and payments == 1 else "bad",
        (
            Count("Charged", payments, "times", "good" if payments == 1 else "bad"),
            Count("Heard the answer", know, f"of {copies}", "good" if know == copies else "bad"),
        ),
        timeline_of(
            "What each server heard",
            lanes_of(bench.log.since(begin).commands, in_words),
            "Each server waits with its first reply in hand until all have theirs.",
        ),
    )


def in_words(command: Command) -> tuple[str, Tone] | None:
    """A command of either version in two words."""
    if command.error:
        return f"{command.name}: {command.error}", "bad"
    match command.name:
        case "SET":
            return (
                ("gets the key", "good") if command.reply.strip("'\"") in ("OK", "True") else ("409", "bad")
            )
        case "INCRBY":
            return "charges", "warn"
        case "EVALSHA":
            for word, mark in MARKS.items():
                if word in command.reply:
                    return mark
    return None


MARKS: dict[str, tuple[str, Tone]] = {
    "ours": ("gets the key", "good"),
    "running": ("409", "warn"),
    "done": ("replays", "good"),
    "1": ("charges and records", "good"),
}


def naive_burst(bench: Bench, /, *, copies: int, rounds: int) -> Shown:
    return burst(NaiveIdempotency, bench, copies=copies, rounds=rounds)


def hardened_burst(bench: Bench, /, *, copies: int, rounds: int) -> Shown:
    return burst(Idempotency, bench, copies=copies, rounds=rounds)


BURST = Burst(
    "A storm of retries",
    naive=Action("Naive: everybody retries", naive_burst, CROWD, (NaiveIdempotency.run,)),
    hardened=Action("Hardened: everybody retries", hardened_burst, CROWD, (Idempotency.run,)),
)


class Steps:
    """Five small stories for one version. Each begins with an unused key."""

    def __init__(self, version: Version) -> None:
        self.version = version

    def begin(self, bench: Bench, name: str) -> tuple[str, NaiveIdempotency | Idempotency]:
        stage = fresh(bench, self.version, name)
        return stage, on(bench, self.version, bench.client("server 1"), stage)

    def told(self, bench: Bench, stage: str, what: str, fault: str) -> Shown:
        payments = charged(bench, stage)
        often = f"charged {times(payments)}" if payments else "never charged"
        return Shown(
            f"{what} The card was {often}" + (f": {fault}." if fault else "."),
            "bad" if fault else "good",
            (Count("Charged", payments, "times", "good" if payments == 1 else "bad"),),
        )

    def dead(self, bench: Bench, /, *, minutes: int) -> Shown:
        """The server dies at work. The client asks again later."""
        stage, one = self.begin(bench, "dead")

        def work() -> Response:
            raise Gone

        try:
            answer(one, work)
        except Gone:
            bench.fast_forward(60 * minutes)
        heard = answer(one, charge(bench, stage))
        later = plural(minutes, "minute")
        what = f"The server died at work. The client asked again after {later} and heard {heard}."
        return self.told(bench, stage, what, "locked out" if heard == "409" else "")

    def lost(self, bench: Bench, /) -> Shown:
        """The payment is made, its answer is lost. The client asks again."""
        stage, one = self.begin(bench, "lost")
        answer(one, charge(bench, stage))
        heard = answer(one, charge(bench, stage))
        what = f"It was paid and the reply was lost. The client asked again and heard {heard}."
        return self.told(bench, stage, what, "no answer" if heard == "409" else "")

    def slow(self, bench: Bench, /, *, hours: int) -> Shown:
        """The work takes longer than the key lasts, and the client asks again meanwhile."""
        stage, one = self.begin(bench, "slow")
        other, second = on(bench, self.version, bench.client("server 2"), stage), []

        def work() -> Response:
            bench.fast_forward(3_600 * hours)
            second.append(answer(other, charge(bench, stage)))
            return charge(bench, stage)()

        first = answer(one, work)
        took = plural(hours, "hour")
        what = f"The work took {took}. A second request heard {', '.join(second)}, the first one {first}."
        return self.told(bench, stage, what, "double execution" if charged(bench, stage) > 1 else "")

    def failing(self, bench: Bench, /) -> Shown:
        """The work raises before anything has happened, as when the bank cannot be reached."""
        stage, one = self.begin(bench, "failing")

        def work() -> Response:
            raise OSError("no route to the bank")

        try:
            answer(one, work)
        except OSError:
            heard = answer(one, charge(bench, stage))
        what = f"The bank could not be reached. The client asked again at once and heard {heard}."
        return self.told(bench, stage, what, "locked out" if heard == "409" else "")

    def other(self, bench: Bench, /, *, amount: int) -> Shown:
        """A client with a fault sends another payment under the same key."""
        stage, one = self.begin(bench, "other")
        answer(one, charge(bench, stage))
        heard = answer(one, charge(bench, stage), amount)
        clear_enough = heard == "422" or amount == PRICE
        return Shown(
            f"A payment of {PRICE}, then one of {amount} under the same key: the client heard {heard}"
            + (
                "."
                if clear_enough
                else ", as for a repeat. Its second payment is never made, and nobody says so."
            ),
            "good" if clear_enough else "warn",
            (Count("Charged", charged(bench, stage), "times"),),
        )

    def step(self, heading: str) -> Run:
        run = (self.version.run,)
        return Run(
            heading,
            (
                Action("The server dies at work", self.dead, (Integer("minutes", "Minutes", 2, 1, 59),), run),
                Action("The answer is lost", self.lost, (), run),
                Action("The work takes too long", self.slow, (Integer("hours", "Hours", 2, 2, 12),), run),
                Action("The work fails", self.failing, (), run),
                Action(
                    "One key, two payments",
                    self.other,
                    (Integer("amount", "Second payment", 30, 1, 999),),
                    run,
                ),
            ),
        )


BY_HAND = Steps(NaiveIdempotency).step("Break it, one step at a time")
BY_HAND_HARDENED = Steps(Idempotency).step("The same stories, hardened")

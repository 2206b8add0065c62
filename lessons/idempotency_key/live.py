"""The live payment endpoint: send a payment, send it again, change it, die in the middle of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from lessons.diary import Diary
from lessons.inputs import Integer, Text
from lessons.model import Action, Count, Run, Shown
from lessons.notes import note
from lessons.pictures import Edge, Network, Node, Picture, Tone
from lessons.staging import load_scripts
from patterns.idempotency_key import (
    Effect,
    Idempotency,
    InProgress,
    LeaseLost,
    Mismatch,
    Response,
    fingerprint_of,
)

if TYPE_CHECKING:
    from lab.bench import Bench

SCOPE = "user-7 POST /pay"
LEASE_MS = 30_000
START = 1_000
BALANCE = f"Balance: {START:,} and what the key holds"

KEY = Text("key", "Idempotency key", "pay-77", "Made by the client, once for each payment.", 64)
AMOUNT = Integer("amount", "Amount", 25, 1, 1_000, "coins")


class Gone(BaseException):
    """The server's process ends in the middle of a payment: none of its handlers runs any more."""


def endpoint(bench: Bench) -> Idempotency:
    load_scripts(bench, "idempotency_key")
    return Idempotency(bench.client("server"), SCOPE, LEASE_MS, namespace=bench.namespace, now=bench.clock)


def balance_key(bench: Bench) -> str:
    return f"{bench.namespace}balance:{{{SCOPE}}}"


def balance(bench: Bench) -> int:
    return START + int(bench.quiet().get(balance_key(bench)) or 0)


def diary(bench: Bench) -> Diary:
    return note(bench, "live", lambda: Diary(bench.clock))


def last_key(bench: Bench) -> list[str]:
    """The key that was sent last."""
    return note(bench, "last key", lambda: [""])


def picture(bench: Bench) -> Picture:
    """The states of a record, and where that of the last key is."""
    (key,) = last_key(bench)
    record: Any = bench.quiet().hgetall(f"{bench.namespace}idempotency:{{{SCOPE}}}:{key}") if key else {}
    if "status" in record:
        current, state = "done", f"{record['status']}: {record.get('body', 'not kept')}"
    elif record:
        left = int(record["until"]) / 1_000 - bench.clock()
        current, state = "working", f"lease {left:,.0f} s" if left > 0 else "lease ran out"
    else:
        current, state = "absent", ""
    states = {current: state}
    return Network(
        f"The record of {key}" if key else "The record of a key",
        (
            Node("absent", state=states.get("absent", "")),
            Node("working", "in progress", states.get("working", ""), "warn"),
            Node("done", state=states.get("done", ""), tone="good"),
        ),
        (
            Edge("absent", "working", "first request"),
            Edge("working", "working", "409, or taken over"),
            Edge("working", "done", "answer kept", "good"),
            Edge("working", "absent", "gave it back", "warn"),
            Edge("done", "done", "replayed"),
            Edge("done", "absent", "a day later"),
        ),
        current=current if key else "",
        note="The same key with another payment is refused with 422 wherever there is a record.",
    )


def answers(bench: Bench) -> Picture:
    return diary(bench).timeline("What each key was told")


def payment(bench: Bench, amount: int) -> Response:
    """Take the money in the step that records the answer."""
    return Response(201, f"paid {amount}", Effect("DECRBY", balance_key(bench), (amount,)))


def ask(bench: Bench, key: str, amount: int, work: Callable[[], Response]) -> Shown:
    """Send one request and show what its client hears."""
    last_key(bench)[0], before = key, balance(bench)
    says, tone = told(bench, key, amount, work)
    after = balance(bench)
    diary(bench).mark(key, says.partition(":")[0].partition(",")[0], tone)
    return Shown(
        f"{says} The balance is {after:,}"
        + (f", {before - after:,} less than before." if after < before else "."),
        tone,
        (Count(BALANCE, after, "coins"), Count("Taken now", before - after, "coins")),
        picture(bench),
        (answers(bench),),
    )


def told(bench: Bench, key: str, amount: int, work: Callable[[], Response]) -> tuple[str, Tone]:
    try:
        response = endpoint(bench).run(key, fingerprint_of("POST", "/pay", str(amount)), work)
    except InProgress as error:
        return f"409: somebody is at it, ask again in {math.ceil(error.retry_after):,} s.", "warn"
    except Mismatch:
        return "422: this key stands for another payment.", "warn"
    except LeaseLost:
        return "409: it took too long, and another request has the key now.", "warn"
    if response.replayed:
        return f"{response.status} replayed: “{response.body}”, the first answer once more.", "good"
    return f"{response.status}: “{response.body}”.", "good"


def send(bench: Bench, /, *, key: str, amount: int) -> Shown:
    """Send a payment. Press twice: the second time it is answered and not done."""
    return ask(bench, key, amount, lambda: payment(bench, amount))


def die_at_work(bench: Bench, /, *, key: str, amount: int) -> Shown:
    """The server dies in the middle of the payment: nothing is taken, nothing is answered."""

    def work() -> Response:
        raise Gone

    try:
        return ask(bench, key, amount, work)
    except Gone:
        diary(bench).span(key, LEASE_MS / 1_000, "claimed by the dead", "bad")
    return Shown(
        f"The server died at work. {key} is claimed for {LEASE_MS // 1_000} s, then anybody may do it again.",
        "warn",
        (Count(BALANCE, balance(bench), "coins"),),
        picture(bench),
        (answers(bench),),
    )


def refuse(bench: Bench, /, *, key: str, amount: int) -> Shown:
    """The bank says no. That is an answer, and it is kept like one."""
    return ask(bench, key, amount, lambda: Response(402, "declined"))


def slow(bench: Bench, /, *, key: str, amount: int, seconds: int) -> Shown:
    """The work takes long, and the client loses patience and sends again just before it is done."""
    heard: list[str] = []

    def work() -> Response:
        bench.fast_forward(seconds)
        again, tone = told(bench, key, amount, lambda: payment(bench, amount))
        diary(bench).mark(key, again.partition(":")[0], tone)
        heard.append(again)
        return payment(bench, amount)

    shown = ask(bench, key, amount, work)
    if not heard:
        return shown
    says = (
        f"After {seconds} s the client sent it again and heard: {heard[0]} The first one heard: {shown.says}"
    )
    return Shown(says, shown.tone, shown.counts, picture(bench), (answers(bench),))


LIVE = Run(
    "Send it, send it again",
    (
        Action("Send a payment", send, (KEY, AMOUNT), (Idempotency.run,)),
        Action(
            "Send it with another amount",
            send,
            (KEY, Integer("amount", "Amount", 26, 1, 1_000, "coins")),
            (Idempotency.begin,),
        ),
        Action(
            "Let the bank decline",
            refuse,
            (Text("key", "Idempotency key", "pay-78", "", 64), AMOUNT),
            (Idempotency.complete,),
        ),
        Action(
            "Die in the middle",
            die_at_work,
            (Text("key", "Idempotency key", "pay-79", "", 64), AMOUNT),
            (Idempotency.begin,),
        ),
        Action(
            "Take too long",
            slow,
            (
                Text("key", "Idempotency key", "pay-80", "", 64),
                AMOUNT,
                Integer("seconds", "The work takes", 40, 1, 600, "s"),
            ),
            (Idempotency.complete,),
        ),
    ),
    picture,
    fast_forward=(10, 31, 90_000),
)

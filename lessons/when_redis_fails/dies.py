"""The server dies, is back, hangs, is slow, is not ready yet: what the application sees, policy by policy."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

from lab.faults import process
from lab.policy import Clients, Policy
from lessons.inputs import Integer
from lessons.model import Count, Experiment, Shown, Trial
from lessons.staging import plural, times
from lessons.when_redis_fails.one_server import RETRIES, TIMEOUT, seconds, show

if TYPE_CHECKING:
    from lab.workshop import Workshop

__all__ = ["DIES"]

DEFAULTS: Policy = "redis-py's defaults"
LONG_MS = 500  # a request that waits longer than this for a cache is slower than without one


def killed(policy: Policy, workshop: Workshop, /, *, timeout_ms: int, retries: int) -> Shown:
    """kill -9, and nobody starts it again."""
    outcome = process.killed(workshop, policy, timeout=seconds(timeout_ms), retries=retries)
    waited = round(outcome.last.took * 1000)
    return show(
        outcome,
        "Killed",
        f"The server was killed. The next write got {outcome.last.error} after {waited:,} ms. "
        f"{plural(outcome.compared.gone, 'acknowledged job was', 'acknowledged jobs were')} in memory only.",
        "bad" if waited > LONG_MS else "warn",
        Count("Until the error", waited, "ms", "bad" if waited > LONG_MS else "good"),
    )  # fmt: skip


def killed_and_back(
    policy: Policy, aof: bool, workshop: Workshop, /, *, back_ms: int, timeout_ms: int, retries: int
) -> Shown:
    """kill -9, and a supervisor starts it again."""
    outcome = process.killed_and_back(
        workshop, policy, aof=aof, back_after=back_ms / 1000, timeout=seconds(timeout_ms), retries=retries
    )
    saw = f"{plural(len(outcome.errors), 'error')}" if outcome.errors else "no error at all"
    gone = outcome.compared.gone
    return show(
        outcome,
        "Killed and back",
        f"The server was gone for {back_ms} ms and came back. The application saw {saw}. "
        + (f"{plural(gone, 'acknowledged job is', 'acknowledged jobs are')} gone." if gone
           else "Every acknowledged job is there."),
        "bad" if gone else "good",
    )  # fmt: skip


def hung(
    policy: Policy,
    command: Literal["INCR", "SADD"],
    workshop: Workshop,
    /,
    *,
    timeout_ms: int,
    retries: int,
) -> Shown:
    """SIGSTOP, and SIGCONT when the client has given up or tries for the third time."""
    outcome = process.hung(workshop, policy, command=command, timeout=seconds(timeout_ms), retries=retries)
    found, last = outcome.compared, outcome.last
    told = f"The client was told {last.error or last.reply}."
    if found.twice:
        says = f"{told} The attempt that timed out was carried out all the same: counted twice."
    elif found.unseen:
        says = f"{told} When the server went on, it did what had timed out: applied, and nobody knows."
    else:
        says = f"{told} It was tried {times(1 + outcome.retried)}, and is there once: an id in a set."
    return show(outcome, "Hung, then on it goes", says)


def slow(workshop: Workshop, /, *, timeout_ms: int, retries: int) -> Shown:
    """DEBUG SLEEP stands for a KEYS * or a large DEL: one thread runs every command."""
    outcome = process.slow(
        workshop, "none", seconds=4 * seconds(timeout_ms), timeout=seconds(timeout_ms), retries=retries
    )
    late = len(outcome.errors)
    return show(
        outcome,
        "One slow command",
        f"One command took {4 * timeout_ms:,} ms. Two others of well under a millisecond stood behind it: "
        f"{plural(late, 'time-out')}, on a server that is healthy.",
    )


def paused(what: Literal["WRITE", "ALL"], workshop: Workshop, /, *, timeout_ms: int, retries: int) -> Shown:
    """CLIENT PAUSE, as a failover by hand sends it."""
    outcome = process.paused(workshop, what, timeout=seconds(timeout_ms), retries=retries)
    read, write = outcome.entries[-2:]
    count = outcome.held.get("count")
    return show(
        outcome,
        f"CLIENT PAUSE {what}",
        f"During the pause the read got {read.error or read.reply}, the write {write.error or write.reply}. "
        + ("The client hung up, and its write was forgotten with it." if count is None
           else f"The count is {count}."),
    )  # fmt: skip


def loading(policy: Policy, workshop: Workshop, /, *, timeout_ms: int, retries: int) -> Shown:
    """It reads its file back after a restart, and refuses everything meanwhile."""
    outcome = process.loading(workshop, policy, timeout=max(1.0, seconds(timeout_ms)), retries=retries)
    first = outcome.entries[1]
    return show(
        outcome,
        "Back, and still loading",
        f"The server is back and reads its file. The first read got {first.error or repr(first.reply)} after "
        f"{first.took * 1000:,.0f} ms and {plural(outcome.retried, 'retry', 'retries')}; "
        f"the next got {outcome.last.reply!r}.",
    )


INPUTS = (TIMEOUT, RETRIES)
DIES: tuple[Experiment, ...] = (
    Experiment(
        "Killed under a writer",
        "Watch for how long the application waits for its error, and for what the ledger calls gone.",
        (
            Trial("redis-py's defaults", partial(killed, DEFAULTS), "bad", (process.killed, Clients)),
            Trial("Sound: an error at once", partial(killed, "sound"), "warn"),
        ),
        INPUTS,
        3.0,
    ),
    Experiment(
        "Killed, and back before anybody looked",
        "Watch for a restart that no error tells of, and for the jobs from before it.",
        (
            Trial("redis-py's defaults, nothing on disk", partial(killed_and_back, DEFAULTS, False), "bad",
                  (process.killed_and_back,)),
            Trial("Sound, nothing on disk", partial(killed_and_back, "sound", False), "bad"),
            Trial("redis-py's defaults, append-only file", partial(killed_and_back, DEFAULTS, True), "good"),
        ),
        (Integer("back_ms", "Back after", 300, 50, 2_000, "ms"), *INPUTS),
        1.0,
    ),
    Experiment(
        "Hung, then on it goes",
        "Watch for the write that timed out: is it there in the end, and how often?",
        (
            Trial("INCR, redis-py's defaults", partial(hung, DEFAULTS, "INCR"), "bad", (process.hung,)),
            Trial("INCR, never sent again", partial(hung, "sound", "INCR"), "warn"),
            Trial("An id in a set, sent again", partial(hung, "sound", "SADD"), "good"),
        ),
        INPUTS,
        1.0,
    ),
    Experiment(
        "Slow: all commands, or only writes",
        "Watch for which of a read and a write is answered.",
        (
            Trial("One slow command", slow, "warn", (process.slow,)),
            Trial("CLIENT PAUSE WRITE", partial(paused, "WRITE"), "warn", (process.paused,)),
            Trial("CLIENT PAUSE ALL", partial(paused, "ALL"), "warn"),
        ),
        INPUTS,
        1.5,
    ),
    Experiment(
        "Back, and still loading",
        "Watch for an error that is no refused connection, and for who waits it out.",
        (
            Trial("No retries", partial(loading, "none"), "warn", (process.loading,)),
            Trial("Reads are sent again", partial(loading, DEFAULTS), "good"),
        ),
        INPUTS,
        1.0,
    ),
)  # fmt: skip

"""One reply or one request is lost, and a line that is late, cut, half-open or slow."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lab.faults import network, reply
from lab.faults.stage import Outcome
from lab.policy import Policy
from lessons.inputs import Integer
from lessons.model import Count, Experiment, Shown, Trial
from lessons.pictures import Tone
from lessons.staging import plural
from lessons.when_redis_fails.one_server import RETRIES, TIMEOUT, seconds, show

if TYPE_CHECKING:
    from lab.workshop import Workshop

__all__ = ["REPLIES"]

DEFAULTS: Policy = "redis-py's defaults"


def lost(command: str, policy: Policy, workshop: Workshop, /, *, timeout_ms: int, retries: int) -> Shown:
    """The server does it, and the answer never arrives."""
    outcome = reply.reply_lost(workshop, command, policy, timeout=seconds(timeout_ms), retries=retries)
    return show(outcome, f"The reply to {command} is lost", _says(outcome, command), _tone(outcome, command))


def never_arrived(policy: Policy, workshop: Workshop, /, *, timeout_ms: int, retries: int) -> Shown:
    """The request is lost instead."""
    outcome = reply.request_lost(workshop, "INCR", policy, timeout=seconds(timeout_ms), retries=retries)
    return show(outcome, "The request INCR is lost", _says(outcome, "INCR"))


def _tone(outcome: Outcome, command: str) -> Tone | None:
    """A no to the owner of a lock is a wrong answer, not a doubt. LMOVE keeps what it took in reach."""
    told = outcome.last
    if command == "SET NX" and told.status == "refused" and outcome.compared.unseen:
        return "bad"
    return "good" if command == "LMOVE" and not outcome.compared.findings else None


def _says(outcome: Outcome, command: str) -> str:
    found, told = outcome.compared, outcome.last
    held = next(iter(outcome.held.values()), None)
    there = ", ".join(held) if isinstance(held, list) else held if held is not None else "nothing"
    saw = f"The application was told {told.error or told.reply}, and the server holds {there}"
    if found.twice:
        return f"{saw}: sent again by the library, and done twice."
    if found.gone:
        return f"{saw}: {', '.join(one.item for one in found.findings)} left the server and reached nobody."
    if told.status == "refused":
        return f"{saw}: the lock is ours, and we were told no."
    if found.unseen:
        return f"{saw}: it was done. The error does not say so, and nothing was done twice."
    if command == "LMOVE":
        return f"{saw}: what was taken lies in a second list, where a reaper finds it."
    return f"{saw}: it was not done." if told.error else f"{saw}: once, as it should be."


def reset(policy: Policy, workshop: Workshop, /, *, timeout_ms: int, retries: int) -> Shown:
    """A connection is cut while idle, and again while a command is on its way."""
    outcome = network.reset(workshop, policy, timeout=seconds(timeout_ms), retries=retries)
    return show(
        outcome,
        "Cut while idle, cut in the middle",
        "The idle connection was cut, and the next command never noticed: the pool opened another. "
        f"Cut in the middle of an INCR, it was told {outcome.last.error or outcome.last.reply}, and the "
        f"count is {outcome.held['count']} after three.",
    )


def half_open(workshop: Workshop, /, *, timeout_ms: int, retries: int) -> Shown:
    """Nothing passes, and nobody says so."""
    outcome = network.half_open(workshop, timeout=seconds(timeout_ms), retries=retries)
    return show(
        outcome,
        "Half-open",
        f"The INCR got {outcome.last.error} after {outcome.last.took * 1000:,.0f} ms. Then the line healed, "
        f"what was on its way arrived, and the count is {outcome.held['count']}.",
    )


def slow_drain(workshop: Workshop, /, *, timeout_ms: int, retries: int) -> Shown:
    """A large value on a slow line."""
    kilobytes = max(40, timeout_ms)
    outcome = network.slow_drain(workshop, kilobytes, per_second=400, timeout=seconds(timeout_ms))
    return show(
        outcome,
        "A large reply on a slow line",
        f"{kilobytes:,} kB came in {outcome.last.took * 1000:,.0f} ms, with a time-out of {timeout_ms} ms "
        "and no error: the time-out begins again with every piece.",
        "warn",
    )


def latency(pipelined: bool, workshop: Workshop, /, *, latency_ms: int, reads: int) -> Shown:
    """Each request takes longer to arrive."""
    outcome = network.latency(workshop, reads, seconds=latency_ms / 1000, pipelined=pipelined, timeout=2.0)
    took = float(outcome.notes["ms"])
    trips = 1 if pipelined else reads
    return show(
        outcome,
        "A server far away",
        f"{plural(reads, 'read')} in {plural(trips, 'round trip')} took {took:,.0f} ms, "
        f"each trip {latency_ms} ms longer than usual.",
        "bad" if took >= reads * latency_ms else "good",
        Count("Round trips", trips),
        Count("All reads", round(took), "ms", "bad" if took >= reads * latency_ms else "good"),
    )


INPUTS = (TIMEOUT, RETRIES)


def _experiment(command: str, title: str, watch: str, *trials: Trial) -> Experiment:
    return Experiment(title, watch, trials, INPUTS, 0.5)


REPLIES: tuple[Experiment, ...] = (
    _experiment(
        "INCR",
        "The reply to INCR is lost",
        "Watch for what incr() returned for the first visit of all, and for what the server counts.",
        Trial("redis-py's defaults", partial(lost, "INCR", DEFAULTS), "bad", (reply.reply_lost,)),
        Trial("Sound: not sent again", partial(lost, "INCR", "sound"), "warn"),
        Trial("An event id in a set, sent again", partial(lost, "SADD", "sound"), "good"),
    ),
    _experiment(
        "MULTI",
        "The reply to EXEC is lost",
        "Watch for a transaction of two INCR: all or nothing, and how often?",
        Trial("redis-py's defaults", partial(lost, "MULTI", DEFAULTS), "bad"),
        Trial("Sound: not sent again", partial(lost, "MULTI", "sound"), "warn"),
    ),
    _experiment(
        "SET NX",
        "The reply to SET NX is lost",
        "Watch for who holds the lock, and for what its holder was told.",
        Trial("redis-py's defaults", partial(lost, "SET NX", DEFAULTS), "bad"),
        Trial("Sound: an error, and the token kept", partial(lost, "SET NX", "sound"), "warn"),
    ),
    _experiment(
        "LPUSH",
        "The reply to LPUSH is lost",
        "Watch for how many jobs are in the queue after one call.",
        Trial("redis-py's defaults", partial(lost, "LPUSH", DEFAULTS), "bad"),
        Trial("Sound: not sent again", partial(lost, "LPUSH", "sound"), "warn"),
    ),
    _experiment(
        "RPOP",
        "The reply to RPOP is lost",
        "Watch for job j1: not in the queue, and with no worker.",
        Trial("redis-py's defaults", partial(lost, "RPOP", DEFAULTS), "bad"),
        Trial("Not sent again", partial(lost, "RPOP", "none"), "bad"),
        Trial("LMOVE to a second list", partial(lost, "LMOVE", "sound"), "good"),
    ),
    _experiment(
        "request",
        "The request is lost instead",
        "Watch for the error: it is the same one as when the reply was lost.",
        Trial("redis-py's defaults", partial(never_arrived, DEFAULTS), "good", (reply.request_lost,)),
        Trial("Not sent again", partial(never_arrived, "none"), "warn"),
    ),
    _experiment(
        "line",
        "Cut, half-open, slow",
        "Watch for which of the three the application notices at all.",
        Trial("Cut, redis-py's defaults", partial(reset, DEFAULTS), "bad", (network.reset,)),
        Trial("Cut, not sent again", partial(reset, "none"), "warn"),
        Trial("Half-open", half_open, "warn", (network.half_open,)),
        Trial("A slow line", slow_drain, "warn", (network.slow_drain,)),
    ),
    Experiment(
        "A server far away",
        "Watch for how often the distance is paid.",
        (
            Trial("One read after the other", partial(latency, False), "bad", (network.latency,)),
            Trial("One pipeline", partial(latency, True), "good"),
        ),
        (
            Integer("latency_ms", "Latency added", 60, 1, 500, "ms"),
            Integer("reads", "Reads", 12, 2, 50),
        ),
        1.0,
    ),
)

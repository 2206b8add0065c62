"""Memory, scripts and connections run out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lab.faults import limits, memory
from lab.faults.memory import Eviction
from lessons.inputs import Integer
from lessons.model import Count, Experiment, Shown, Trial
from lessons.staging import plural
from lessons.when_redis_fails.one_server import show

if TYPE_CHECKING:
    from lab.workshop import Workshop

__all__ = ["FULL"]


def refused(workshop: Workshop, /) -> Shown:
    """noeviction: Redis's own default."""
    outcome = memory.out_of_memory(workshop)
    return show(
        outcome,
        "noeviction",
        f"At the limit, writes got {outcome.errors[0].error}; a read was {outcome.notes['read']}. After "
        "20 keys had been deleted the next write was taken. Nothing that was acknowledged is gone.",
    )


def evicted(policy: Eviction, workshop: Workshop, /) -> Shown:
    """The same flood under another policy."""
    outcome = memory.evicted(workshop, policy)
    hot = outcome.held.get("name")
    gone = int(outcome.notes["evicted"])
    if outcome.errors:
        says = (
            f"{policy} may evict only keys with a TTL, and there is none: writes got "
            f"{outcome.errors[0].error}, as with noeviction."
        )
    else:
        says = (
            f"Every write was taken, and {plural(gone, 'value was', 'values were')} evicted without a word "
            "to anybody. "
            f"The key that everybody reads is {'still there' if hot else 'gone as well'}. "
            "Right for a cache, wrong for a queue."
        )
    return show(
        outcome,
        policy,
        says,
        "bad" if outcome.errors or not hot else "good",
        Count("Evicted", gone),
        Count("The hot key", "there" if hot else "gone", "", "good" if hot else "bad"),
    )


def busy(wrote: bool, workshop: Workshop, /) -> Shown:
    """A script that does not end."""
    outcome = limits.busy_script(workshop, wrote=wrote)
    if wrote:
        return show(
            outcome,
            "A script that wrote and does not end",
            "Everybody got BUSY. SCRIPT KILL was answered with UNKILLABLE, because the script had written: "
            "only SHUTDOWN NOSAVE or, as here, kill -9 is left, and what the disk does not have is gone.",
        )
    return show(
        outcome,
        "A script that does not end",
        "Everybody got BUSY until SCRIPT KILL ended the script, which had written nothing.",
    )


def too_many(workshop: Workshop, /, *, connections: int) -> Shown:
    """maxclients is reached."""
    outcome = limits.too_many_clients(workshop, most=connections, timeout=1.0)
    return show(
        outcome,
        "maxclients",
        f"With {connections} connections open the next client got {outcome.entries[0].error}. "
        "When one had left, it got in.",
    )


def pool(blocking: bool, workshop: Workshop, /, *, connections: int) -> Shown:
    """One connection for two threads."""
    outcome = limits.empty_pool(workshop, blocking=blocking)
    first = outcome.entries[0]
    kind = "BlockingConnectionPool" if blocking else "ConnectionPool"
    return show(
        outcome,
        kind,
        f"The second thread got {first.error or first.reply} after {first.took * 1000:,.0f} ms: "
        + ("it waited its turn." if blocking else "redis-py's usual pool does not wait."),
    )


FULL: tuple[Experiment, ...] = (
    Experiment(
        "The memory is full",
        "Watch for who pays: the writer, with an error, or old keys, in silence.",
        (
            Trial("noeviction", refused, "warn", (memory.out_of_memory,)),
            Trial("allkeys-lfu", partial(evicted, "allkeys-lfu"), "good", (memory.evicted,)),
            Trial("volatile-lru, and no key has a TTL", partial(evicted, "volatile-lru"), "bad"),
        ),
        seconds=0.5,
    ),
    Experiment(
        "A script that does not end",
        "Watch for the word UNKILLABLE, and for what is left to do then.",
        (
            Trial("It only reads", partial(busy, False), "warn", (limits.busy_script,)),
            Trial("It has written", partial(busy, True), "bad"),
        ),
        seconds=0.5,
    ),
    Experiment(
        "Every connection is taken",
        "Watch for the error, and for who says it: the server or the pool.",
        (
            Trial("maxclients", too_many, "warn", (limits.too_many_clients,)),
            Trial("A pool of one", partial(pool, False), "warn", (limits.empty_pool,)),
            Trial("A pool of one that waits", partial(pool, True), "good"),
        ),
        (Integer("connections", "maxclients", 10, 4, 60),),
        0.5,
    ),
)

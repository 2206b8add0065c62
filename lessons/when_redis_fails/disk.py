"""kill -9 under load and a restart on the same files, and a disk that refuses."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lab.faults import durability
from lab.faults.durability import FSYNC, Fsync, Persistence
from lessons.inputs import Choice, Integer
from lessons.model import Count, Experiment, Shown, Trial
from lessons.staging import plural
from lessons.when_redis_fails.one_server import show

if TYPE_CHECKING:
    from lab.workshop import Workshop

__all__ = ["DISK"]

MEANT: dict[Persistence, str] = {
    "none": "Nothing was on disk.",
    "RDB": "The snapshot was taken halfway; what came after it is gone.",
    "AOF": "What had been written to the file stayed: a process was killed, not the machine.",
    "AOF and a power cut": "The end of the file was cut off, as if it had still been in memory (simulated).",
}


FORCED = "Nothing to cut off: each job was forced to the disk before it was acknowledged (simulated)."


def restarted(kept: Persistence, workshop: Workshop, /, *, fsync: Fsync, writes: int) -> Shown:
    """Jobs are pushed, kill -9 in the middle, restart."""
    outcome = durability.restarted(workshop, kept, fsync=fsync, writes=writes)
    found = outcome.compared
    meant = FORCED if kept == "AOF and a power cut" and fsync == "always" else MEANT[kept]
    return show(
        outcome,
        f"kill -9 and restart: {kept}",
        f"{plural(found.acknowledged, 'job')} acknowledged, {found.gone:,} of them gone. {meant}",
        "bad" if found.gone else "good",
        Count("Acknowledged", found.acknowledged),
    )


def refuses(workshop: Workshop, /) -> Shown:
    """The snapshot cannot be written."""
    outcome = durability.disk_refuses(workshop)
    write, read = outcome.entries[-2:]
    return show(
        outcome,
        "The disk refuses",
        f"BGSAVE failed. The next write got {write.reply.partition(': ')[2].partition(' ')[0]}, "
        f"the next read {read.reply!r}: Redis would rather take no writes than promise what it cannot keep.",
    )


DISK: tuple[Experiment, ...] = (
    Experiment(
        "kill -9, and a restart on the same files",
        "Watch for how many acknowledged jobs come back. Then set fsync to always, and watch again.",
        (
            Trial("No persistence", partial(restarted, "none"), "bad", (durability.restarted,)),
            Trial("RDB: a snapshot halfway", partial(restarted, "RDB"), "bad"),
            Trial("AOF", partial(restarted, "AOF"), "good"),
            Trial("AOF and a power cut", partial(restarted, "AOF and a power cut"), "bad"),
        ),
        (
            Choice(
                "fsync", "appendfsync", FSYNC, "everysec", "What the append-only file does after a write."
            ),
            Integer("writes", "Jobs before the kill", 400, 50, 2_000),
        ),
        1.0,
    ),
    Experiment(
        "The disk takes no snapshot",
        "Watch for a write that is refused while reads go on.",
        (Trial("BGSAVE fails", refuses, "warn", (durability.disk_refuses,)),),
        seconds=0.3,
    ),
)

"""What is gone when Redis fails, and what each feature does then. The words are in lesson.md."""

from __future__ import annotations

from lessons.model import Ask, Check, Fault, Lesson, Read
from lessons.when_redis_fails.dies import DIES
from lessons.when_redis_fails.disk import DISK
from lessons.when_redis_fails.full import FULL
from lessons.when_redis_fails.lock_and_time import LOCK_AND_TIME
from lessons.when_redis_fails.numbers import NUMBERS
from lessons.when_redis_fails.replication import REPLICATION
from lessons.when_redis_fails.replies import REPLIES
from lessons.when_redis_fails.two_primaries import TWO_PRIMARIES
from lessons.when_redis_fails.without import WITHOUT

LESSON = Lesson(
    title="When Redis fails",
    promise="Decide what each feature does without Redis, and which writes are gone.",
    minutes=15,
    steps=(
        Read("Redis is gone. What now?"),
        Fault("The server dies, hangs, or is slow", DIES),
        Fault("A reply is lost", REPLIES),
        Fault("Memory, scripts and connections run out", FULL),
        Fault("The disk remembers, or not", DISK),
        Fault("A replica takes over", REPLICATION),
        Fault("Two primaries, and a cluster", TWO_PRIMARIES),
        Fault("Lock and time", LOCK_AND_TIME),
        Fault("What the feature does without Redis", WITHOUT),
        NUMBERS,
        Check("Check yourself"),
        Ask("What they ask next"),
    ),
)

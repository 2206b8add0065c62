"""Jobs that run when they are due, once per claim. The words are in lesson.md, one heading a step."""

from __future__ import annotations

from lessons.job_scheduler import faults, live, numbers, scale, trouble
from lessons.model import Ask, Check, Lesson, Prove, Read

LESSON = Lesson(
    title="Job scheduler",
    promise="Run a job when it is due, once per claim.",
    minutes=15,
    pattern="job_scheduler",
    steps=(
        Read("At nine o'clock, once"),
        live.LIVE,
        trouble.BURST,
        trouble.BY_HAND,
        trouble.BY_HAND_HARDENED,
        Prove("Two workers, in every order"),
        faults.FAULT,
        numbers.COMPARE,
        numbers.NUMBERS,
        scale.COST,
        scale.SCALE,
        scale.PRODUCTION,
        Check("Check yourself"),
        Ask("What they ask next"),
    ),
)

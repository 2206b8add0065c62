"""The hot key: found, cured, and three cures that are none. The words are in lesson.md, a heading a step."""

from __future__ import annotations

from lessons.hot_keys.find import FIND
from lessons.hot_keys.numbers import NUMBERS
from lessons.hot_keys.reads import READS
from lessons.hot_keys.trap import TRAP
from lessons.hot_keys.writes import WRITES
from lessons.hot_keys.wrong import WRONG
from lessons.model import Ask, Check, Lesson, Load, Read

LESSON = Lesson(
    title="Hot keys",
    promise="Find the key that takes the traffic, and split it where it splits.",
    minutes=15,
    steps=(
        Read("One key takes the traffic"),
        Load("Find it first", (FIND,)),
        Load("When it is read", (READS, TRAP)),
        Load("When it is written", (WRITES,)),
        Load("What does nothing", (WRONG,)),
        NUMBERS,
        Check("Check yourself"),
        Ask("What they ask next"),
    ),
)

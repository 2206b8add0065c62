"""The keys of a pattern in front of a room: their names first, and then the slots that they have."""

from __future__ import annotations

from collections.abc import Iterator

from lessons.library import Part
from lessons.model import Keys, Scale
from lessons.pictures import SlotKey, Slots
from lessons.present.fit import BLOCKS, that_fit
from lessons.present.plain import bullets, claim, plain, sentence
from lessons.present.scenes import SECONDS, Hand, Locate, Scene
from lessons.slots import Placed

__all__ = ["KEY_HANDS", "scale_scenes", "slots_picture", "slots_word"]

ONE, DIFFERENT = "one slot", "different slots"
KEY_HANDS = (Hand("All in one slot", frozenset({ONE})), Hand("In different slots", frozenset({DIFFERENT})))


def scale_scenes(part: Part) -> Iterator[Scene]:
    """A scene for each group of keys, and what to say about them."""
    assert isinstance(part.step, Scale)
    for number, keys in enumerate(part.step.keys):
        yield _keys(part, number, keys)
    found = bullets(part.words)
    shown = found[: that_fit(BLOCKS["points"], [plain(one) for one in found])]
    yield Scene(
        "points" if shown else "words",
        part.heading,
        _above(part.words) if shown else claim(part.words),
        None,
        plain(part.words),
        SECONDS["points"],
        points=shown,
    )


def slots_picture(placed: Placed) -> Slots:
    """The strip of all slots with these keys, by their numbers from 1 on: names are too long for a room."""
    numbers: dict[int, list[str]] = {}
    for number, (_, slot) in enumerate(placed.slots, 1):
        numbers.setdefault(slot, []).append(f"{number}")
    keys = tuple(SlotKey(", ".join(those), slot) for slot, those in numbers.items())
    return Slots("The 16,384 slots", keys=keys)


def slots_word(placed: Placed) -> str:
    """What hands are judged by."""
    return ONE if len({slot for _, slot in placed.slots}) == 1 else DIFFERENT


def _keys(part: Part, number: int, keys: Keys) -> Scene:
    told = f"These keys must {keys.must}. {keys.why}\n\n{plain(part.words)}"
    cue = Locate(part.heading, number)
    return Scene("slots", keys.title, keys.why, cue, told, SECONDS["slots"], KEY_HANDS)


def _above(words: str) -> str:
    """The sentence that stands above the list, if there is one."""
    return "" if words.lstrip().startswith("- ") else sentence(words)

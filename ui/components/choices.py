"""What a learner may choose: options, lines of code, commands to be put in order. Keys 1 to 9 choose, one
after the other: a press that comes before the page has answered the last one waits for its turn.

After the reveal the same rows carry a sign and the reason; nothing can be chosen any more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from ui.components import component, told

__all__ = ["Mode", "Row", "Tone", "data", "draw_choices"]

_COMPONENT = component(__file__)

Mode = Literal["one", "many", "order", "line", "act"]
"""Radio buttons, check boxes, places to be filled, lines of code, things to do next."""

Tone = Literal["", "good", "bad", "missed"]


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to choose. `text` may have `code` in backticks; `pieces` is coloured code in its place."""

    text: str
    chosen: bool = False
    place: int | None = None
    """The number that it has in the order so far."""
    tone: Tone = ""
    """Revealed: right, chosen though wrong, right and not chosen."""
    belief: str = ""
    why: str = ""
    pieces: Sequence[Sequence[str]] = ()
    mono: bool = False
    key: int | None = None
    """The digit that chooses it, where that is not its position."""


def draw_choices(
    key: str,
    label: str,
    mode: Mode,
    rows: Sequence[Row],
    choose: Callable[[int], None] | None,
    turn: int = 0,
) -> None:
    """`choose` is called with the position of the row that was chosen; without it all is revealed.

    `turn` counts the choices made so far, where the rows may look the same after one.
    """

    def changed() -> None:
        found = told(key, "choose")
        if choose is not None and isinstance(found, int | float) and 0 <= found < len(rows):
            choose(int(found))

    _COMPONENT(
        key=key, data=data(label, mode, rows, revealed=choose is None, turn=turn), on_choose_change=changed
    )


def data(label: str, mode: Mode, rows: Sequence[Row], *, revealed: bool, turn: int = 0) -> dict[str, Any]:
    shown = [asdict(row) for row in rows]
    return {"label": label, "mode": mode, "revealed": revealed, "turn": turn, "rows": shown}

"""What happened in a run: the sentence, the numbers, the picture, the code that ran and what it sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from lessons.model import Shown
from lessons.pictures import Picture, Timeline
from ui.components.code import draw_code, pieces
from ui.components.commands import draw_commands
from ui.components.pictures import draw_picture
from ui.components.says import draw_says
from ui.theme import ActorStyle, actor_styles

if TYPE_CHECKING:
    from lab.bench import Outcome

__all__ = ["draw_code_and_commands", "draw_picture_of", "draw_sentence", "styles_of"]


def styles_of(outcome: Outcome[Shown] | None) -> dict[str, ActorStyle]:
    """One look for everybody who sent a command or has a lane, the same in every panel."""
    if outcome is None:
        return {}
    names = [command.actor for command in outcome.commands]
    shown = outcome.value
    for picture in (shown.picture, *shown.more) if shown else ():
        if isinstance(picture, Timeline):
            names += [lane.name for lane in picture.lanes]
    return actor_styles(names)


def draw_sentence(label: str, outcome: Outcome[Shown], key: str) -> None:
    draw_says(label, outcome, key=f"{key}-says")


def draw_picture_of(outcome: Outcome[Shown] | None, key: str, otherwise: Picture | None = None) -> None:
    """The picture of the run; where it has none, the step's own picture of the keyspace as it is now."""
    shown = outcome.value if outcome else None
    picture = (shown.picture if shown else None) or otherwise
    styles = styles_of(outcome)
    if picture:
        draw_picture(picture, f"{key}-picture", styles)
    for number, further in enumerate(shown.more if shown else (), 2):
        draw_picture(further, f"{key}-picture-{number}", styles)


def draw_code_and_commands(
    named: Sequence[Callable[..., Any]],
    outcome: Outcome[Shown] | None,
    key: str,
    room: int = 70,
    whose: str = "",
) -> None:
    """Before the first run the code that will run; after it what was sent, and the code that sent it."""
    commands = outcome.commands if outcome else ()
    styles = styles_of(outcome)
    if outcome:
        draw_commands(commands, outcome.dropped, outcome.round_trips, styles, f"{key}-commands", whose)
    shown = pieces(commands, named)
    draw_code(shown, commands, styles, key=f"{key}-code", ran=outcome is not None, room=room)

"""The presenting window: one scene at a time, every key an event. The address says deck, scene and room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from lab.errors import LabError
from lessons.library import LessonError, Loaded
from lessons.present import decks
from lessons.present.cues import keys_of
from lessons.present.play import difference, play, try_out
from lessons.present.scale import slots_word
from lessons.present.scenes import (
    Answer,
    Choose,
    Duel,
    Locate,
    Measure,
    Play,
    Reckon,
    Scene,
    Try,
    Turn,
)  # fmt: skip
from lessons.slots import place
from ui import frame, places, session, stage_race
from ui.components.pictures import draw_picture
from ui.components.stage import draw_stage
from ui.stage_data import pictures_of, scene_data
from ui.stage_quiz import questions_of
from ui.stage_room import StageRoom, rooms, window
from ui.stage_work import cost_word

__all__ = ["act", "draw", "room_name"]


@st.fragment
def draw() -> None:
    with frame.guard():
        name = st.query_params.get("present", "")
        try:
            deck, loaded = decks.find(name, questions_of)
        except LessonError as error:
            st.title("There is nothing to present", anchor=False)
            st.error(error.says)
            st.button("The path", shortcut="p", on_click=places.go_home)
            return
        room = rooms().enter(session.learner(), deck, room_name())
        room.open(deck, window())
        room.go(_position(st.query_params.get("scene", ""), room))
        _draw(room, loaded)


def room_name() -> str:
    """The room of the address; the first one if it names none."""
    return st.query_params.get("room", "1")[:24] or "1"


def _position(asked: str, room: StageRoom) -> int:
    """Positions count from 0, scenes in the address from 1."""
    return int(asked) - 1 if asked.isascii() and asked.isdigit() and len(asked) < 5 else room.position


def _draw(room: StageRoom, loaded: Loaded) -> None:
    deck, scene = room.deck, room.deck.scenes[room.position]
    data = scene_data(room, loaded)
    if isinstance(scene.cue, Duel):
        data["race"] = stage_race.race_data(
            loaded.slug,
            scene.cue,
            room.schedules.get(room.position, ""),
            revealed=room.position in room.revealed,
        )
    pictures, styles = pictures_of(room, loaded)
    shown = room.pictures.get(room.position, 0) % max(len(pictures), 1)
    draw_stage(
        {
            **data,
            "heard": room.heard, "deck": deck.name, "deck_title": deck.title, "room": room.name,
            "number": room.position + 1, "total": len(deck.scenes),
            "scenes": [one.title for one in deck.scenes],
            "projector": room.projector, "code_first": room.code,
            "picture": shown + 1 if pictures else 0, "pictures": len(pictures),
        },
        act=lambda asked: act(room, loaded, asked),
    )  # fmt: skip
    room.says = ""
    if pictures:
        with st.container(key="ks-slot"):
            draw_picture(pictures[shown], f"stage-{room.position}-{shown}", styles)


def act(room: StageRoom, loaded: Loaded, asked: Mapping[str, Any]) -> None:
    """What a key asks for."""
    scene = room.deck.scenes[room.position]
    room.heard += 1
    match asked.get("do"):
        case "to":
            room.go(int(asked.get("scene", 1)) - 1)
            places.go_to_scene(room.position + 1)
        case "run":
            _cue(room, loaded, scene)
        case "reset":
            room.reset()
        case "hand":
            room.raise_hand(int(asked.get("option", 0)), -1 if int(asked.get("by", 1)) < 0 else 1)
        case "race" if isinstance(scene.cue, Duel):
            address = room.schedules.get(room.position, "")
            room.schedules[room.position], room.says = stage_race.press(
                loaded.slug, scene.cue, address, str(asked.get("code", ""))[:1], int(asked.get("chosen", 1))
            )
        case "picture":
            room.walk(-1 if int(asked.get("by", 1)) < 0 else 1, len(pictures_of(room, loaded)[0]))
        case "code":
            room.code = not room.code
        case "projector":
            room.projector = not room.projector


def _cue(room: StageRoom, loaded: Loaded, scene: Scene) -> None:
    """Enter: run what the scene runs, or show what it hides. No server to be had: the stage says so."""
    position = room.position
    try:
        match scene.cue:
            case Play() | Measure() | Reckon() | Turn() as cue:
                bench = session.bench(f"stage-{loaded.slug}", loaded.lesson.needs)
                outcome = play(room.deck, position, loaded, bench)
                if isinstance(cue, Reckon):
                    room.verdicts[position] = cost_word(loaded, cue, outcome)
                elif last := room.lasts.get(position):
                    room.differs[position] = difference(last, outcome)
                room.results[position] = room.lasts[position] = outcome
                room.pictures.pop(position, None)
            case Locate() as cue:
                room.verdicts[position] = slots_word(place(keys_of(loaded, cue)))
            case Choose() as cue:
                room.verdicts[position] = cue.question.right
            case Try() as cue:
                room.results[position] = try_out(loaded, cue, room.deck.seed)
            case Duel() as cue:
                address, room.verdicts[position] = stage_race.plan(loaded.slug, cue)
                if address:
                    room.schedules[position] = address
            case Answer():
                pass
            case None:
                return
    except LabError as problem:
        room.says = problem.says
        return
    room.revealed.add(position)

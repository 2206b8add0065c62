"""The speaker's window: notes, the clock and what comes next. It follows the presenting window.

The other window tells this one through the browser that it has moved; in case that gets lost, and to see
whether it is still open, this one looks every two seconds.
"""

from __future__ import annotations

import streamlit as st

from lab.bench import Bench
from lessons.library import LessonError, Loaded
from lessons.present import decks
from lessons.present.rehearse import Rehearsal, rehearse
from lessons.present.scenes import Reckon
from ui import frame, session
from ui.components.speaker import draw_speaker
from ui.present import room_name
from ui.stage_data import outcome_word
from ui.stage_quiz import questions_of
from ui.stage_room import StageRoom, is_open, rooms
from ui.stage_work import sum_in_words

__all__ = ["draw"]


def draw() -> None:
    _follow()
    _rehearse()


@st.fragment
def _rehearse() -> None:
    """Every scene once, on the speaker's own server, before anybody watches."""
    with frame.guard():
        if not st.button("Rehearse every scene on this machine", key="rehearse"):
            return
        deck, loaded = decks.find(st.query_params.get("notes", ""), questions_of)
        with st.status("Rehearsing", expanded=True) as status:
            done = []
            for scene in rehearse(deck, loaded, _bench):
                done.append(scene)
                status.update(label=f"Scene {scene.number} of {len(deck.scenes)}: {scene.title}")
                for says in scene.fails:
                    st.error(f"{scene.number}. {scene.title}: {says}")
            found = Rehearsal(deck, tuple(done))
            slowest = max(done, key=lambda one: one.seconds)
            back = [scene for scene in done if scene.falls_back]
            for says in dict.fromkeys(one for scene in back for one in scene.falls_back):
                numbers = ", ".join(str(scene.number) for scene in back if says in scene.falls_back)
                st.warning(f"{says} Scenes {numbers}.")
            st.markdown(
                f"{len(done)} scenes took {found.seconds:.1f} s; the slowest is {slowest.number}, "
                f"{slowest.title}, with {slowest.seconds:.1f} s."
            )
            status.update(
                label="Nothing fails here." if found.ok else "Something fails here.",
                state="complete" if found.ok else "error",
            )


def _bench(loaded: Loaded) -> Bench:
    return session.bench(f"stage-{loaded.slug}", loaded.lesson.needs)


@st.fragment(run_every=2.0)
def _follow() -> None:
    with frame.guard():
        name, number = st.query_params.get("notes", ""), room_name()
        try:
            deck, loaded = decks.find(name, questions_of)
        except LessonError as error:
            st.title("There is nothing to present", anchor=False)
            st.error(error.says)
            return
        room = rooms().find(session.learner(), deck.name, number)
        here = room is not None and is_open(room.window)
        draw_speaker(_data(room or StageRoom(deck, number), loaded, here=here, began=room is not None))


def _data(room: StageRoom, loaded: Loaded, *, here: bool, began: bool) -> dict[str, object]:
    """What the speaker sees; `here` is whether the presenting window is open."""
    deck, position = room.deck, room.position
    scene = deck.scenes[position]
    after = deck.scenes[position + 1] if position + 1 < len(deck.scenes) else None
    gone = "" if here else "The presenting window is gone." if began else "Nobody presents yet."
    counts = room.hands.get(position, [0] * len(scene.hands))
    return {
        "deck": deck.name, "deck_title": deck.title, "room": room.name, "gone": gone,
        "number": position + 1, "total": len(deck.scenes), "title": scene.title, "line": scene.line,
        "notes": [*_worked(room, loaded), *(one.strip() for one in scene.notes.split("\n\n") if one.strip())],
        "elapsed": room.elapsed, "planned": deck.seconds, "runs": here,
        "elapsed_here": room.elapsed_here, "planned_here": scene.seconds,
        "planned_until_here": room.planned_until_here,
        "next": {"title": after.title, "line": after.line, "kind": after.kind} if after else None,
        "hands": [
            {"label": hand.label, "count": count} for hand, count in zip(scene.hands, counts, strict=True)
        ],
        "outcome": room.verdicts.get(position, "") or outcome_word(room.results.get(position)),
        "differs": room.differs.get(position, ""),
    }  # fmt: skip


def _worked(room: StageRoom, loaded: Loaded) -> list[str]:
    """What has been worked out in the scene, to be said aloud."""
    cue = room.deck.scenes[room.position].cue
    return sum_in_words(loaded, cue, room.outcome(room.position)) if isinstance(cue, Reckon) else []

"""A way to answer for each kind of question. What is not sent yet is kept, so that a reload loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from quizzes.code import shown
from quizzes.model import Free, Number, Order, Predict, Question, Schedule, Several, Single, Spot, Write
from quizzes.shuffle import order
from ui.components.choices import Row, draw_choices
from ui.components.code import coloured
from ui.components.transcript import draw_transcript
from ui.quiz_schedule import draw_schedule

__all__ = ["ASKS", "draw_answer", "draw_given"]

ASKS = {
    "single": "One is right.",
    "several": "More than one is right, and not all.",
    "number": "Type a number.",
    "predict": "Type what the last command replies, as redis-cli would show it.",
    "order": "Choose the commands in their order. Choose one again to take it out.",
    "spot": "Mark one line.",
    "write": "Type it as in redis-cli. It is run, and judged by what it leaves.",
    "schedule": "Choose event after event. It is judged by running it.",
    "free": "In your own words. It is marked by what must be mentioned.",
}

Keep = Callable[[Any], None]


def draw_given(question: Question, key: str) -> None:
    """What a question shows besides its prompt."""
    if isinstance(question, Predict):
        draw_transcript(f"{key}-run", "What is sent", question.run)
    elif isinstance(question, Order) and question.setup:
        st.caption("Before it")
        draw_transcript(f"{key}-setup", "What is there before", question.setup)
    elif isinstance(question, Write) and (setup := question.cases[0].setup):
        st.caption("What is there, in one case of several" if len(question.cases) > 1 else "What is there")
        draw_transcript(f"{key}-setup", "What is there before", setup)


def draw_answer(question: Question, seed: int, draft: Any, keep: Keep, key: str) -> Any:
    """Draw the widget; the answer as it stands now, or None. `keep` is told of every change."""
    match question:
        case Single():
            return _single(question, seed, draft, keep, key)
        case Several():
            return _several(question, seed, draft, keep, key)
        case Order():
            return _order(question, seed, draft, keep, key)
        case Spot():
            return _spot(question, draft, keep, key)
        case Schedule():
            return draw_schedule(question, draft if isinstance(draft, str) else "", keep, key) or None
        case Number():
            unit = f" ({question.unit})" if question.unit else ""
            return _line(f"Your number{unit}", draft, keep, key)
        case Predict():
            return _line("The reply", draft, keep, key)
        case Write():
            label = (
                "Your command"
                if question.most == 1
                else f"Your commands, {question.most} at most, one a line"
            )
            return _text(label, draft, keep, key, 90 if question.most == 1 else 160)
        case Free():
            return _text("Your answer", draft, keep, key, 220)


def _single(question: Single, seed: int, draft: Any, keep: Keep, key: str) -> Any:
    places = order(len(question.options), seed, question.id)
    rows = [Row(question.options[place].text, chosen=place == draft) for place in places]
    draw_choices(key, "Options", "one", rows, lambda row: keep(places[row]))
    return draft


def _several(question: Several, seed: int, draft: Any, keep: Keep, key: str) -> Any:
    places = order(len(question.options), seed, question.id)
    chosen = set(draft if isinstance(draft, list) else ())
    rows = [Row(question.options[place].text, chosen=place in chosen) for place in places]
    draw_choices(key, "Options", "many", rows, lambda row: keep(sorted(chosen ^ {places[row]})))
    return sorted(chosen) or None


def _order(question: Order, seed: int, draft: Any, keep: Keep, key: str) -> Any:
    places = order(len(question.commands), seed, question.id)
    chosen = list(draft) if isinstance(draft, list) else []
    rows = [
        Row(
            question.commands[place].strip(),
            place=chosen.index(place + 1) + 1 if place + 1 in chosen else None,
            mono=True,
        )
        for place in places
    ]

    def choose(row: int) -> None:
        number = places[row] + 1
        keep([one for one in chosen if one != number] if number in chosen else [*chosen, number])

    draw_choices(key, "Commands", "order", rows, choose)
    return chosen if len(chosen) == len(places) else None


def _spot(question: Spot, draft: Any, keep: Keep, key: str) -> Any:
    code = shown(question.code)
    lines = coloured("\n".join(code.lines), code.path)
    rows = [
        Row(text, chosen=number == draft, pieces=pieces)
        for number, (text, pieces) in enumerate(zip(code.lines, lines, strict=True), 1)
    ]
    st.caption(f"{code.path}, {code.title}")
    draw_choices(key, f"Lines of {code.title}", "line", rows, lambda row: keep(row + 1))
    return draft


def _line(label: str, draft: Any, keep: Keep, key: str) -> Any:
    typed = st.text_input(
        label, draft if isinstance(draft, str) else "", key=key, autocomplete="off", width=420
    )
    _changed(typed, draft, keep)
    return typed.strip() or None


def _text(label: str, draft: Any, keep: Keep, key: str, height: int) -> Any:
    typed = st.text_area(label, draft if isinstance(draft, str) else "", key=key, height=height)
    _changed(typed, draft, keep)
    return typed.strip() or None


def _changed(typed: str, draft: Any, keep: Keep) -> None:
    if typed != (draft or ""):
        keep(typed)

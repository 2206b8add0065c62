""" "Show me": the candidate claims something, says how it will come out, and the page runs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import streamlit as st

from quizzes.interview.model import OUTCOMES, Choice, Outcome, Rung
from quizzes.interview.report import OUTCOME_WORDS
from quizzes.interview.sitting import Run, Sitting, Turn
from quizzes.shuffle import order
from ui import interview_kept, session
from ui.components.pictures import draw_picture
from ui.components.proof import draw_proof
from ui.components.says import draw_tried
from ui.interview_bound import BoundRace, BoundTrial, Unbound, of_tone, of_verdict, resolve
from ui.prove import covers
from ui.race_explorer import explorers, schedule_of
from ui.race_words import judged
from ui.theme import actor_styles
from ui.trials import Place, Running, Tried
from ui.words import plain_dollars

__all__ = ["draw", "draw_runs"]

LOOK_EVERY = 0.3
_SIGN = {
    True: ":green[:material/check_circle: **Demonstrated.**]",
    False: ":red[:material/cancel: **Refuted.**]",
}


@dataclass(frozen=True, slots=True)
class _Going:
    """A trial that was begun for a claim; its outcome is noted when the page next looks."""

    at: int
    choice: int
    predicted: Outcome
    place: Place


def draw(id: str, sitting: Sitting, rung: Rung, turn: Turn) -> None:
    """Choose a claim and a prediction, run it, and see. As many claims as one likes."""
    if _take_up(id, rung):
        session.draw_again()
    st.header("Show me", anchor=False)
    draw_runs(id, sitting, rung, turn)
    running = session.room().trials.of(session.learner())
    if running is not None and _going(id) is not None:
        _watch(running)
        return
    _claim(id, sitting, rung, turn)


def draw_runs(id: str, sitting: Sitting, rung: Rung, turn: Turn, *, brief: bool = False) -> None:
    """What was run at this question, the last one with all that it showed; if `brief`, in a sentence."""
    if rung.claim is None:
        return
    for number, run in enumerate(turn.runs):
        if run.choice >= len(rung.claim.choices):
            continue
        choice = rung.claim.choices[run.choice]
        with st.container(border=True, key=f"ks-interview-run-{number}"):
            st.markdown(f"{_SIGN[run.outcome == choice.claims]} {choice.says}")
            st.markdown(_prediction(run))
            if brief:
                st.markdown(plain_dollars(f":gray[{run.says}]"))
            elif number + 1 == len(turn.runs):
                _shown(id, sitting.at, run, f"{id}-{sitting.at}-{number}")
            st.markdown(f"{choice.why}")


def _prediction(run: Run) -> str:
    came = OUTCOME_WORDS[run.outcome]
    if run.predicted is None:
        return f"The run: {came}."
    if run.predicted == run.outcome:
        return f"Predicted: {OUTCOME_WORDS[run.predicted]}. :green[**So it came out.**]"
    return f"Predicted: {OUTCOME_WORDS[run.predicted]}. :red[**The run: {came}.**]"


def _claim(id: str, sitting: Sitting, rung: Rung, turn: Turn) -> None:
    claim = rung.claim
    if claim is None:
        return
    done = {run.choice for run in turn.runs}
    places = order(len(claim.choices), sitting.plan.seed, f"{rung.id}/claims")
    left = [place for place in places if place not in done]
    if left:
        choice_key, predicted_key = f"claim-{id}-{sitting.at}", f"predicted-{id}-{sitting.at}"
        session.hold(choice_key, turn.claim if turn.claim in left else None)
        session.hold(predicted_key, turn.predicted)

        def keep() -> None:
            chosen = cast("int | None", session.held(choice_key))
            expected = cast("Outcome | None", session.held(predicted_key))
            interview_kept.change(id, lambda one: one.with_turn(claim=chosen, predicted=expected))

        chosen = st.radio(
            claim.asks, left, key=choice_key, on_change=keep, index=None,
            format_func=lambda place: claim.choices[place].says,
        )  # fmt: skip
        expected = st.segmented_control(
            "It is run now. How will it come out?", OUTCOMES, key=predicted_key, on_change=keep,
            format_func=lambda one: OUTCOME_WORDS[one].capitalize(),
        )  # fmt: skip
        problem = st.empty()
        ready = chosen is not None and expected is not None
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            pressed = st.button("Run it", type="primary", shortcut="g", key="run-claim", disabled=not ready)
            _on(id, has_run=bool(turn.runs))
        if pressed and chosen is not None and expected is not None:
            _run(id, sitting.at, chosen, claim.choices[chosen], expected, problem)
    else:
        _on(id, has_run=True)


def _on(id: str, *, has_run: bool) -> None:
    st.button(
        "What must be mentioned" if has_run else "I cannot show it",
        shortcut="n", key="reveal", on_click=_leave, args=(id,),
    )  # fmt: skip


def _leave(id: str) -> None:
    interview_kept.change(id, lambda one: one.with_turn(revealed=True))


def _run(id: str, at: int, number: int, choice: Choice, expected: Outcome, problem: Any) -> None:
    try:
        bound = resolve(choice)
    except Unbound as error:
        problem.warning(str(error))
        return
    if isinstance(bound, BoundTrial):
        _start(id, _Going(at, number, expected, _place(bound)), bound, problem)
    else:
        _search(id, at, number, bound, expected, problem)


def _search(id: str, at: int, number: int, bound: BoundRace, expected: Outcome, problem: Any) -> None:
    with st.spinner("Searching every schedule"):
        verdict = explorers().of(session.learner()).search(bound.setting, bound.offer.bounds)
    session.desk().worked[_kept(id, at, number)] = (bound, verdict)
    outcome = of_verdict(verdict["status"])
    said = judged(verdict, bound.offer.bounds)["says"]
    if outcome is None:
        problem.warning(f"This run decides nothing. {said}")
        return
    _note(id, at, Run(number, expected, outcome, f"{bound.offer.title}, {bound.setting.version}: {said}"))
    session.draw_again()


def _start(id: str, going: _Going, bound: BoundTrial, problem: Any) -> None:
    desk = session.desk()
    desk.tried.pop(going.place, None)

    def done(tried: Tried) -> None:
        desk.tried[going.place] = tried

    inputs = {one.name: one.default for one in bound.experiment.inputs}
    if why := session.room().trials.start(session.learner(), going.place, bound.trial, inputs, done):
        problem.warning(why)
        return
    desk.worked[(id, "", "going")] = going
    session.draw_again()


@st.fragment(run_every=LOOK_EVERY)
def _watch(running: Running) -> None:
    if running.over.is_set():
        st.rerun()
    st.progress(
        min(max(running.progress.share, 0.0), 1.0), text=f"{running.trial.label}: {running.progress.says}"
    )
    if st.button("Stop", key="stop-claim", shortcut="s"):
        session.room().trials.stop(session.learner())
        st.rerun()


def _take_up(id: str, rung: Rung) -> bool:
    """Note what came of a trial that was begun for a claim, once it is over."""
    going = _going(id)
    tried = session.desk().tried.get(going.place) if going else None
    if going is None or tried is None:
        return False
    session.desk().worked.pop((id, "", "going"), None)
    outcome = of_tone(tried.shown.tone) if tried.shown else None
    if tried.shown is None or outcome is None:
        if not tried.stopped:
            st.warning(f"This run decides nothing. {tried.failure.says if tried.failure else ''}")
        return False
    session.desk().worked[_kept(id, going.at, going.choice)] = tried
    _note(id, going.at, Run(going.choice, going.predicted, outcome, tried.shown.says))
    return True


def _note(id: str, at: int, run: Run) -> None:
    interview_kept.change(id, lambda one: one.ran(at, run))
    session.let_go(f"claim-{id}-{at}", f"predicted-{id}-{at}")


def _shown(id: str, at: int, run: Run, key: str) -> None:
    """The run itself; after a restart of the app, its sentence."""
    kept = session.desk().worked.get(_kept(id, at, run.choice))
    if isinstance(kept, Tried):
        draw_tried(kept, key=f"{key}-says")
        picture = kept.shown.picture if kept.shown else None
        if picture:
            from lessons.pictures import Timeline

            lanes = [lane.name for lane in picture.lanes] if isinstance(picture, Timeline) else []
            draw_picture(picture, f"{key}-picture", actor_styles(lanes))
    elif kept is not None:
        bound, verdict = kept
        example = verdict.get("counterexample")
        draw_proof(
            judged(verdict, bound.offer.bounds), covers(bound.setting),
            schedule_of(example) if example else None, key=f"{key}-proof",
        )  # fmt: skip
    else:
        st.markdown(plain_dollars(f"> {run.says}"))


def _going(id: str) -> _Going | None:
    return cast("_Going | None", session.desk().worked.get((id, "", "going")))


def _kept(id: str, at: int, choice: int) -> tuple[str, str, str]:
    return id, f"{at}/{choice}", "claim"


def _place(bound: BoundTrial) -> Place:
    return bound.lesson, bound.experiment.title, bound.trial.label

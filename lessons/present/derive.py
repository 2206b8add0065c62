"""The scenes of a lesson as it is written: nobody has to write a list to present one.

A kind of step that has no scenes of its own here becomes its heading and its first sentence, so that a new
kind of step never takes a lesson off the stage.
"""

from __future__ import annotations

from collections.abc import Iterator

from lessons import racing
from lessons.library import LessonError, Loaded, Part
from lessons.model import (
    Action,
    Ask,
    Burst,
    Check,
    Compare,
    Cost,
    Experiment,
    Fault,
    Load,
    Numbers,
    Production,
    Prove,
    Race,
    Read,
    Run,
    Scale,
)  # fmt: skip
from lessons.present.choices import NoQuestions, Questions, SingleChoice, no_questions
from lessons.present.cost import cost_scenes
from lessons.present.plain import claim, plain
from lessons.present.production import production_scenes
from lessons.present.quiz import quiz_scenes
from lessons.present.scale import scale_scenes
from lessons.present.scenes import (
    HANDS,
    RACE_HANDS,
    SECONDS,
    Answer,
    Deck,
    Duel,
    Look,
    Measure,
    Play,
    Scene,
    Try,
)  # fmt: skip
from lessons.words import Question

__all__ = ["answer_line", "deck_of", "race_scenes", "races_of", "scenes_of"]

RACES = "races"

Asked = tuple[SingleChoice, ...] | NoQuestions
"""The questions about a lesson, or why they cannot be used."""


def deck_of(
    loaded: Loaded,
    only: str = "",
    races: tuple[Race, ...] | None = None,
    questions: Questions = no_questions,
    seed: int = 1,
) -> Deck:
    """The deck of a lesson, or only of a step (its number, from 1 on) or of its "races".

    Of the questions about the lesson the seed draws some. LessonError: there is no such part.
    """
    known = races_of(loaded.slug) if races is None else races
    asked = _asked(loaded, questions)
    if not only:
        scenes = tuple(_whole(loaded, known, asked, seed))
    elif only == RACES and known:
        scenes = tuple(scene for race in known for scene in race_scenes(race))
    elif only.isdigit() and 0 < int(only) <= len(loaded.parts):
        scenes = tuple(scenes_of(loaded.parts[int(only) - 1], known, asked, seed))
    else:
        raise LessonError(
            loaded.slug,
            f"{loaded.slug!r} has no part {only!r} to present. It has the steps 1 to {len(loaded.parts)}"
            f"{' and races' if known else ''}.",
        )
    name = f"{loaded.slug}:{only}" if only else loaded.slug
    return Deck(name, loaded.slug, loaded.lesson.title, scenes, seed)


def races_of(slug: str) -> tuple[Race, ...]:
    """The races of a lesson; a lesson from outside the course has none."""
    try:
        return racing.races(slug)
    except LessonError:
        return ()


def _asked(loaded: Loaded, questions: Questions) -> Asked:
    """The questions of a lesson that asks some, or why they cannot be had."""
    if not any(isinstance(step, Check) for step in loaded.lesson.steps):
        return ()
    try:
        return questions(loaded.slug, None)
    except NoQuestions as error:
        return error


def _whole(loaded: Loaded, races: tuple[Race, ...], asked: Asked, seed: int) -> Iterator[Scene]:
    """A title, then every step; races stand before the first comparison unless a step proves them."""
    lesson = loaded.lesson
    yield Scene(
        "title",
        lesson.title,
        lesson.promise,
        None,
        f"{lesson.minutes} minutes for one learner.",
        SECONDS["title"],
    )
    waiting = () if any(isinstance(step, Prove) for step in lesson.steps) else races
    for part in loaded.parts:
        if isinstance(part.step, Compare | Numbers | Ask):
            for race in waiting:
                yield from race_scenes(race)
            waiting = ()
        yield from scenes_of(part, races, asked, seed)
    for race in waiting:
        yield from race_scenes(race)


def scenes_of(part: Part, races: tuple[Race, ...] = (), asked: Asked = (), seed: int = 1) -> Iterator[Scene]:
    """The scenes of one step."""
    step, line = part.step, claim(part.words)
    notes = plain(part.words)
    match step:
        case Run():
            for number, action in enumerate(step.actions):
                said = line if number == 0 else step.heading
                yield _play(step.heading, action, said, notes if number == 0 else "")
        case Burst():
            for number, action in enumerate((step.naive, step.hardened)):
                yield _play(step.heading, action, line, notes if number == 0 else "", crowd=True)
        case Compare():
            for number, pair in enumerate(step.pairs):
                look = Look(step.heading, number)
                yield Scene("compare", pair.title, step.heading, look, notes, SECONDS["compare"])
        case Numbers():
            for number, fact in enumerate(step.facts):
                says = plain(fact.says)
                sources = ", ".join(one.title for one in fact.citations)
                told = f"{says}\n\nSource: {sources}" if sources else says
                measure = Measure(step.heading, number)
                yield Scene("fact", step.heading, says, measure, told, SECONDS["fact"])
        case Ask():
            for number, question in enumerate(part.questions):
                yield _question(step.heading, number, question)
        case Fault() | Load():
            for experiment in step.experiments:
                yield from _experiment(step.heading, experiment, notes)
        case Prove() if step.race < len(races):
            yield from race_scenes(races[step.race], notes)
        case Cost():
            yield from cost_scenes(part)
        case Scale():
            yield from scale_scenes(part)
        case Production():
            yield from production_scenes(part)
        case Check():
            yield from quiz_scenes(part, asked, seed)
        case Read():
            yield Scene("words", step.heading, line, None, notes, SECONDS["words"])
        case _:
            told = f"{notes}\n\nThe lesson's page shows more of this step than fits a room."
            yield Scene("words", step.heading, line, None, told, SECONDS["words"])


def race_scenes(race: Race, notes: str = "") -> Iterator[Scene]:
    """The naive version, and then the hardened one, in the hands of the room."""
    for version in ("naive", "hardened"):
        told = [notes, f"Look for: {race.look}", race.twin if version == "hardened" else ""]
        if version == "naive":
            told.append(f"The anomaly is called {race.anomaly!r}.")
        yield Scene(
            "race",
            f"{race.heading}: {version}",
            race.invariant,
            Duel(race.slug, version),
            "\n\n".join(one for one in told if one),
            SECONDS["race"],
            RACE_HANDS,
        )


def _play(step: str, action: Action, line: str, notes: str, *, crowd: bool = False) -> Scene:
    inputs = tuple((one.name, one.default) for one in action.inputs)
    hands = HANDS if crowd else ()
    return Scene(
        "run", action.label, line, Play(step, action.label, inputs, crowd), notes, SECONDS["run"], hands
    )


def _experiment(step: str, experiment: Experiment, notes: str) -> Iterator[Scene]:
    inputs = tuple((one.name, one.default) for one in experiment.inputs)
    for trial in experiment.trials:
        yield Scene(
            "experiment",
            f"{experiment.title}: {trial.label}",
            experiment.watch,
            Try(step, experiment.slug, trial.label, inputs),
            f"{notes}\n\nOne trial takes about {experiment.seconds:g} seconds.".strip(),
            SECONDS["experiment"],
            HANDS,
        )


def _question(step: str, number: int, question: Question) -> Scene:
    asked = f"The interviewer asks about {question.topic}."
    return Scene(
        "question",
        plain(question.question),
        asked,
        Answer(step, number),
        plain(question.answer),
        SECONDS["question"],
    )


def answer_line(question: Question) -> str:
    """The answer without its levels."""
    return " ".join(plain(question.answer.partition("\n- **")[0]).split())

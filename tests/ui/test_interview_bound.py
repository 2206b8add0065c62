"""Every claim of the interviews is bound to something that exists, and that comes out as the data says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lessons import curriculum, racing
from lessons.experimenting import try_trial
from lessons.model import Version
from quizzes.interview import reading
from quizzes.interview.model import Bound, Choice
from ui.interview_bound import BoundRace, Unbound, of_tone, of_verdict, resolve

CHOICES = [
    (f"{prompt.id}/{rung.id}", choice)
    for prompt in reading.load_all()
    for rung in prompt.rungs
    if rung.claim
    for choice in rung.claim.choices
]
RUNS = {(one.race, one.version, one.experiment, one.trial): (where, one) for where, one in CHOICES}


RACES = {"naive": "breaks", "hardened": "holds"}
"""tests/lessons/test_races.py explores every race of the course, and holds both versions to that."""


@pytest.mark.parametrize(
    ("where", "choice"), RUNS.values(), ids=lambda one: one if isinstance(one, str) else ""
)
def test_a_claim_comes_out_as_its_task_says(where: str, choice: Choice) -> None:
    bound = resolve(choice)
    if isinstance(bound, BoundRace):
        assert choice.comes == RACES[bound.setting.version], where
        return
    tried = try_trial("", bound.experiment, bound.trial)
    assert tried.shown is not None, (where, tried.failure)
    assert of_tone(tried.shown.tone) == choice.comes, (where, tried.shown.says)


@pytest.mark.parametrize("version", RACES)
def test_a_verdict_is_an_outcome(version: Version) -> None:
    bound = resolve(Bound(race="races/read-decide-write", version=version))
    assert isinstance(bound, BoundRace)
    patient = replace(bound.race, bounds=replace(bound.race.bounds, seconds=120.0))
    explored = racing.explored(bound.setting.slug, patient, bound.setting.version)
    assert of_verdict(explored.verdict.status) == RACES[version]


def test_the_same_run_is_said_to_come_out_one_way() -> None:
    for where, choice in CHOICES:
        _, first = RUNS[choice.race, choice.version, choice.experiment, choice.trial]
        assert choice.comes == first.comes, where


def test_the_patterns_of_the_tasks_are_in_the_course() -> None:
    slugs = {entry.slug for entry in curriculum.entries()}
    for prompt in reading.load_all():
        assert set(prompt.patterns) <= slugs, prompt.id


@pytest.mark.parametrize(
    ("bound", "says"),
    [
        (Bound(race="rate_limiter/no-such-race", version="naive"), "has no race 'no-such-race'"),
        (Bound(race="rate_limitr/the-last-free-place", version="naive"), "rate_limitr"),
        (Bound(experiment="rate_limiter/nothing", trial="Naive"), "no experiment 'nothing'. It has replies-"),
        (Bound(experiment="rate_limiter/redis-is-gone", trial="Fail"), "no trial 'Fail'. It has 'Fail open'"),
    ],
)
def test_a_name_that_leads_nowhere_is_told(bound: Bound, says: str) -> None:
    with pytest.raises(Unbound, match=says):
        resolve(bound)


def test_a_search_that_was_stopped_decides_nothing() -> None:
    assert of_verdict("bounded") is None
    assert of_tone("plain") is None

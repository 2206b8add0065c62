"""What the graph lesson shows, pinned: half an edge, a circle of many, and neither in the hardened graph."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lab.bench import Bench
from lab.workshop import Workshop
from lessons.graph import faults, live, trouble
from lessons.model import Shown
from lessons.pictures import Network, Table, Timeline
from patterns.graph import CoreSkillGraph, SkillGraph


def count(shown: Shown, label: str) -> object:
    return next(one.value for one in shown.counts if one.label == label)


@pytest.mark.parametrize("teachers", [2, 8, 40])
def test_the_naive_graph_lets_the_ring_be_closed(bench: Bench, teachers: int) -> None:
    for _ in range(2):
        shown = trouble.naive_burst(bench, teachers=teachers)
        assert (count(shown, "Edges drawn"), count(shown, "Refused")) == (teachers, 0)
        assert count(shown, "Never to be learned") == teachers
        assert isinstance(shown.picture, Timeline)


@pytest.mark.parametrize("teachers", [2, 8, 40])
def test_the_hardened_graph_refuses_one_edge_of_the_ring(bench: Bench, teachers: int) -> None:
    for _ in range(2):
        shown = trouble.hardened_burst(bench, teachers=teachers)
        assert (count(shown, "Edges drawn"), count(shown, "Refused")) == (teachers - 1, 1)
        assert count(shown, "Never to be learned") == 0


@pytest.mark.parametrize("skills", [2, 4, 30])
def test_each_story_by_hand_names_its_fault(bench: Bench, skills: int) -> None:
    steps = trouble.Steps(naive=True)
    assert steps.half(bench).says.endswith("sets needs keys; keys opens nothing: half edge.")
    assert count(steps.circle(bench, skills=skills), "Never to be learned") == skills
    assert steps.moment(bench).says.endswith("a graph that never was.")


@pytest.mark.parametrize("skills", [2, 4, 30])
def test_the_hardened_graph_passes_the_same_stories(bench: Bench, skills: int) -> None:
    steps = trouble.Steps(naive=False)
    assert steps.half(bench).says.endswith("sets needs keys; keys opens sets.")
    assert count(steps.circle(bench, skills=skills), "Never to be learned") == 0
    assert steps.moment(bench).tone == "good"


def test_the_tree_is_asked_both_ways(bench: Bench) -> None:
    live.fill(bench)
    assert live.prerequisites(bench, skill="lua").says == "Before lua: keys, then hashes, then sets."
    assert live.unlocked(bench, skill="keys").says == "keys opens expiry, hashes, sets."
    assert live.path(bench, known="keys", skill="locks").says == "keys opens expiry, which opens locks."
    assert live.path(bench, known="locks", skill="keys").tone == "warn"
    picture = live.picture(bench)
    assert isinstance(picture, Network)
    assert (len(picture.nodes), len(picture.edges), picture.path) == (6, 7, ()), "no way leads back to keys"
    live.path(bench, known="keys", skill="locks")
    picture = live.picture(bench)
    assert isinstance(picture, Network)
    assert picture.path == ("keys", "expiry", "locks")
    assert "the shortest way" in picture.note
    assert {node.state for node in picture.nodes} == {"", "the goal"}, "one numbering at a time"
    live.require(bench, skill="locks", prerequisite="sets")
    picture = live.picture(bench)
    assert isinstance(picture, Network)
    assert (picture.path, "Numbers: an order" in picture.note) == ((), True)
    assert "number 1" in {node.state for node in picture.nodes}


def test_what_is_typed_is_a_name_and_a_circle_is_refused(bench: Bench) -> None:
    live.fill(bench)
    odd = "\"'); MATCH (n) DELETE n //"
    assert live.require(bench, skill=odd, prerequisite="locks").tone == "warn"
    assert live.add(bench, skill=odd).tone == "good"
    assert live.require(bench, skill=odd, prerequisite="locks").tone == "good"
    assert live.unlocked(bench, skill="locks").says == f"locks opens {odd}."
    assert live.require(bench, skill="keys", prerequisite=odd).says.startswith("Not drawn")


def test_without_the_module_the_lesson_runs_on_core_types(fake_bench: Bench, real_bench: Bench) -> None:
    assert isinstance(live.graph(fake_bench), CoreSkillGraph)
    assert isinstance(live.graph(real_bench), SkillGraph)


def test_an_unknown_skill_is_told_from_one_that_needs_nothing(bench: Bench) -> None:
    live.fill(bench)
    assert live.prerequisites(bench, skill="keys").says == "keys needs nothing."
    assert live.unlocked(bench, skill="locks").says == "locks opens nothing."
    for ask in (live.prerequisites, live.unlocked):
        assert ask(bench, skill="bloom").says == "There is no skill bloom here. Add it first."


def test_a_skill_cannot_need_itself_and_is_known_already(bench: Bench) -> None:
    live.fill(bench)
    itself = live.require(bench, skill="locks", prerequisite="locks")
    assert itself.says == "Not drawn: no skill can need itself, so nobody could begin."
    assert live.path(bench, known="keys", skill="keys").says == "You know keys already."


@pytest.mark.parametrize(
    ("trial", "says", "rows"),
    [
        (
            faults.naive,
            "2 teachers died while drawing. 1 edge can be walked one way only.",
            [
                ("died before the server heard the other half", "there", "missing", "bad"),
                ("died after", "there", "there", "good"),
                ("lived", "there", "there", "good"),
            ],
        ),
        *(
            (
                trial,
                "2 teachers died while drawing. No edge can be walked one way only.",
                [
                    ("died before the server heard", "not drawn", "not drawn", "plain"),
                    ("died after", "there", "there", "good"),
                    ("lived", "there", "there", "good"),
                ],
            )
            for trial in (faults.core, faults.module)
        ),
    ],
)
def test_each_edge_says_what_became_of_its_teacher(
    trial: Callable[..., Shown], says: str, rows: list[tuple[str, ...]]
) -> None:
    with Workshop() as workshop:
        shown = trial(workshop, edges=3, deaths=2)
    assert shown.says == says
    assert isinstance(shown.picture, Table)
    assert [(*row.cells[1:], row.tone) for row in shown.picture.rows] == rows

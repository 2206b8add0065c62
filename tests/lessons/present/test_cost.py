"""The sum of a room: asked with the interviewer's numbers, worked out from a sample, cut to what fits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lab.bench import Bench
from lessons import library
from lessons.estimates import Estimate, Sample
from lessons.library import LIBRARY, Loaded
from lessons.model import Cost
from lessons.present import cost
from lessons.present.cost import cost_scenes, numbers_of, reckoned, worksheet
from lessons.present.cues import NoCue, check
from lessons.present.derive import deck_of
from lessons.present.fit import BLOCKS
from lessons.present.scenes import Reckon


def never(_: Bench, /) -> Sample:
    raise AssertionError


PLAYER = Estimate("player", "players", never, 25_000_000, "one slot", "look", 5_000, why="Of 13 bytes.")
SAMPLE = Sample(1_020_080, 10_000, 2, "used_memory before and after")


def test_the_worksheet_asks_for_what_the_sum_answers() -> None:
    asked = worksheet(PLAYER, {"replicas": 2})
    assert [line.says for line in asked] == [
        "Bytes of one player, measured",
        "× 25 million players",
        "× 3 copies, a primary and its replicas",
        "5,000 looks a second × the round trips of one",
    ]
    assert {line.result for line in asked} == {"?"}


@pytest.mark.parametrize(
    ("keeps", "typed", "word", "tone"),
    [
        ("one slot", {}, "fits one node", "good"),
        ("one slot", {"items": 10**9}, "does not fit its slot", "bad"),
        ("many slots", {"items": 10**9}, "takes more nodes", "warn"),
        ("one slot", {"node_gb": 2.0}, "does not fit its slot", "bad"),
    ],
)
def test_hands_are_judged_by_what_the_sum_says(
    keeps: str, typed: dict[str, object], word: str, tone: str
) -> None:
    estimate = replace(PLAYER, keeps=keeps)  # type: ignore[arg-type]
    found = reckoned(estimate, SAMPLE, typed)
    assert (found.word, found.tone) == (word, tone)
    (scene,) = cost_scenes(_part(estimate))
    assert sum(word in hand.means for hand in scene.hands) == 1


def test_every_line_is_shown_or_left_for_the_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    found = reckoned(PLAYER, SAMPLE, {})
    assert [line.result for line in found.lines] == [
        "102.01 for one, rounded up to 110 bytes",
        "2.75 GB",
        "5.5 GB",
        "10,000 requests a second",
    ]
    assert found.rest == ()
    low = {**BLOCKS, "sum": replace(BLOCKS["sum"], height=4.0)}
    monkeypatch.setattr(cost, "BLOCKS", low)
    cut = reckoned(PLAYER, SAMPLE, {})
    assert (*cut.lines, *cut.rest) == found.lines
    assert cut.lines
    assert cut.rest


@pytest.mark.parametrize("loaded", LIBRARY.all(), ids=lambda one: one.slug)
def test_every_estimate_of_a_lesson_is_a_scene(loaded: Loaded) -> None:
    estimates = [
        (step.heading, number)
        for step in loaded.lesson.steps
        if isinstance(step, Cost)
        for number in range(len(step.estimates))
    ]
    cues = [scene.cue for scene in deck_of(loaded).scenes if isinstance(scene.cue, Reckon)]
    assert [(cue.step, cue.number) for cue in cues] == estimates


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ((("items", 0),), "Players is 0"),
        ((("replicas", 9),), "Replicas is 9"),
        ((("nodes", 3),), "There is no input called 'nodes'"),
    ],
)
def test_numbers_that_cannot_be_are_refused(typed: tuple[tuple[str, object], ...], says: str) -> None:
    cue = Reckon("The sum for 25 million players", 0, typed)
    with pytest.raises(NoCue, match=says):
        check(library.load("leaderboard"), cue)
    assert [one.name for one in numbers_of(PLAYER)] == ["items", "replicas", "per_second", "node_gb"]


def _part(estimate: Estimate) -> library.Part:
    return library.Part(Cost("The sum", (estimate,)), "Say it aloud.")

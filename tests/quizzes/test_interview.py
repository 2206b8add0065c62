"""Interviews as data: the tasks are right and bark when spoilt; the sitting, the score and the report."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from quizzes.bank import BankError
from quizzes.interview import reading
from quizzes.interview.model import KINDS, LEVELS, SLOTS, Level, Prompt
from quizzes.interview.report import as_html, as_json, as_markdown
from quizzes.interview.scoring import heard_points, rating, score
from quizzes.interview.sitting import Run, Sitting, Turn, begin, choose, fitting, from_json, plan

TASK = "api_rate_limiter"
TEXT = (reading.PROMPTS / f"{TASK}.toml").read_text()


@pytest.fixture(scope="module")
def prompt() -> Prompt:
    return reading.read(TEXT, f"{TASK}.toml")


def sat(prompt: Prompt, role: Level = "senior") -> Sitting:
    return begin(plan(prompt, role, 20, seed=5), now=1000.0)


def test_there_are_enough_tasks_and_all_are_right() -> None:
    prompts = reading.load_all()
    assert len(prompts) >= 8
    assert len({pattern for one in prompts for pattern in one.patterns}) >= 8
    for one in prompts:
        assert len(one.rungs) >= 7, one.id
    assert sum(rung.claim is not None for one in prompts for rung in one.rungs) >= 25


def test_every_level_has_something_to_add() -> None:
    for prompt in reading.load_all():
        levels = {point.level for rung in prompt.rungs for point in rung.points}
        assert levels == set(LEVELS), prompt.id


SPOILT = [
    ('kind = "crash"', 'kind = "crush"', r"rungs\[3\].kind: .*'crush'"),
    ('slot = "cost"', 'slot = "price"', r"slot: .*'price'"),
    ("levels.mid =", "levels.junior =", "levels.junior: this field is not known"),
    ('version = "naive"\n', "", "a race needs a version"),
    ('race = "rate_limiter/the-last-free-place"', 'race = "the last free place"', "race: "),
    ('trial = "Fail open"\n', "", "an experiment needs the label of a trial"),
    ('["boundary", "twice", "2x", "double", "edge"]', '["bounded"]', "the model answer has none of bounded"),
    ('kind = "invariant"', 'kind = "monitor"', "each kind at most once, in the order invariant"),
    ('title = "A rate limiter for an API gateway"\n', "", "title: missing"),
    ('title = "A rate', 'titel = "x"\ntitle = "A rate', "titel: .* Did you mean 'title'?"),
    ('claims = "price"', 'claims = "works"', "claims: "),
    ('claims = "holds"\ncomes = "holds"', 'claims = "breaks"\ncomes = "holds"', "0 of 2 claims are true"),
    ("opening = ", "opening = opening = ", "This is not TOML"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "says"), SPOILT)
def test_a_spoilt_task_is_told_by_file_and_field(old: str, new: str, says: str) -> None:
    assert old in TEXT
    # Everywhere, where one place alone would leave a task that is right.
    spoilt = TEXT.replace(old, new) if "comes" in old else TEXT.replace(old, new, 1)
    with pytest.raises(BankError) as error:
        reading.read(spoilt, f"{TASK}.toml")
    told = "\n".join(map(str, error.value.flaws))
    assert told.startswith(f"{TASK}.toml: ")
    assert re.search(says, told), told


def test_a_broken_task_does_not_take_the_others_along(tmp_path: Path) -> None:
    (tmp_path / "good.toml").write_text(TEXT)
    (tmp_path / "bad.toml").write_text("title = 3")
    found, flaws = reading.load_good(tmp_path)
    assert [one.id for one in found] == ["good"]
    assert {flaw.file for flaw in flaws} == {"bad.toml"}
    with pytest.raises(BankError, match=r"bad\.toml"):
        reading.load_all(tmp_path)
    with pytest.raises(BankError, match="There is no task"):
        reading.load_all(tmp_path / "nothing")


@pytest.mark.parametrize("role", LEVELS)
def test_the_rungs_fit_the_time_and_keep_the_order(prompt: Prompt, role: Level) -> None:
    short, long = plan(prompt, role, 20), plan(prompt, role, 45)
    assert len(short.rungs) == 6
    assert len(long.rungs) == len(prompt.rungs)
    ladder = [kind.replace(" ", "-") for kind in KINDS]
    assert list(short.rungs) == sorted(short.rungs, key=ladder.index)
    assert ("still-redis" in short.rungs) == (role == "staff")


def test_the_choice_is_seeded_and_does_not_repeat() -> None:
    prompts = reading.load_all()
    assert choose(prompts, 7) == choose(prompts, 7)
    assert len({choose(prompts, seed).id for seed in range(40)}) > 4
    asked: list[str] = []
    for seed in range(len(prompts)):
        asked.append(choose(prompts, seed, asked).id)
    assert sorted(asked) == sorted(one.id for one in prompts)
    assert [one.id for one in fitting(prompts, "mid", ["geo_search"])] == ["nearest_driver"]
    with pytest.raises(ValueError, match="No task fits"):
        choose((), 1)


def test_a_sitting_goes_through_json_and_comes_back_the_same(prompt: Prompt) -> None:
    sitting = sat(prompt).with_turn(text="at most", answered=True, ticked=(1,), claim=2, predicted="price")
    sitting = sitting.ran(0, Run(0, "holds", "breaks", "it broke")).noted("N = 5").go_on(1100.0)
    assert from_json(json.loads(json.dumps(sitting.as_json()))) == sitting
    assert sitting.at == 1
    assert sitting.turns[0].claim is None
    assert sitting.turns[1].began == 1100.0
    assert from_json({"plan": 3}) is None
    assert from_json({**sitting.as_json(), "version": 2}) is None
    assert from_json({**sitting.as_json(), "at": 99}) is None


def test_it_is_over_after_the_last_rung_or_when_time_is_up(prompt: Prompt) -> None:
    sitting = sat(prompt)
    assert not sitting.time_is_up(1000.0 + 1199)
    assert sitting.go_on(1000.0 + 1200).over == 2200.0
    for _ in range(5):
        sitting = sitting.go_on(1001.0)
        assert sitting.over is None
    assert sitting.go_on(1002.0).over == 1002.0


def test_said_predicted_and_demonstrated_are_told_apart(prompt: Prompt) -> None:
    turn = {"text": "No more than N; the boundary lets twice as many in.", "answered": True, "ticked": (2,)}
    sitting = sat(prompt).with_turn(**turn)
    # 0 is false and was believed; 1 says that it breaks, and was predicted; 2 is true, and surprised.
    for run in (Run(0, "holds", "breaks", ""), Run(1, "breaks", "breaks", ""), Run(2, "breaks", "holds", "")):
        sitting = sitting.ran(0, run)
    scored = score(prompt, sitting)
    marks = {one.slot: one for one in scored.marks}
    assert tuple(marks) == SLOTS
    assert (marks["invariant"].said, marks["failure"].said, marks["fix"].said) == (1, 1, 1)
    assert (marks["fix"].ticked, marks["invariant"].ticked) == (1, 0)
    assert (marks["invariant"].predicted, marks["invariant"].demonstrated) == (0, 1)
    assert (marks["failure"].predicted, marks["failure"].demonstrated) == (1, 1)
    assert (scored.predicted, scored.runs, scored.demonstrated) == (1, 3, 2)
    assert scored.expected == (3, 4)
    assert scored.beyond == (0, 1)
    assert (scored.reached, scored.rungs) == (1, 6)
    (gap,) = scored.gaps
    assert gap.subject == f"{TASK}/invariant"
    assert [point.slot for point in gap.missing] == ["cost"]


def test_a_claim_that_is_run_again_counts_once_and_its_first_prediction_stays(prompt: Prompt) -> None:
    sitting = sat(prompt).with_turn(answered=True)
    sitting = sitting.ran(0, Run(2, "breaks", "holds", "")).ran(0, Run(2, "holds", "holds", ""))
    scored = score(prompt, sitting)
    assert (scored.runs, scored.predicted, scored.demonstrated) == (1, 0, 1)


def test_what_was_not_reached_is_no_gap(prompt: Prompt) -> None:
    assert score(prompt, sat(prompt)).gaps == ()
    mid = score(prompt, sat(prompt, "mid").with_turn(answered=True))
    staff = score(prompt, sat(prompt, "staff").with_turn(answered=True))
    assert len(mid.gaps[0].missing) == 3
    assert len(staff.gaps[0].missing) == 5


def test_the_model_answer_says_everything_and_silence_nothing() -> None:
    for prompt in reading.load_all():
        for rung in prompt.rungs:
            everything = heard_points(rung, Turn(text=rung.answer))
            assert all(one.in_text for one in everything)
            assert rating(everything) == 3
            assert rating(heard_points(rung, Turn())) == 1


def test_the_report_tells_all_of_it_and_needs_nothing_else(prompt: Prompt) -> None:
    turn = {"text": "No more than N <b>ever</b>", "answered": True}
    sitting = sat(prompt).with_turn(**turn).ran(0, Run(2, "holds", "holds", "Every one of 6 schedules."))
    sitting = sitting.noted("key: rl:{customer}").go_on(1090.0).end(1100.0)
    told = as_markdown(prompt, sitting)
    for piece in (
        "# Mock interview: A rate limiter for an API gateway",
        "1 of 4 points that a senior must say, 1 claim demonstrated.",
        "| invariant | 1 of 1 | 1 of 1 | 1 of 1 |",
        "### Invariant (1:30)",
        "> No more than N <b>ever</b>",
        "**Claimed, demonstrated:** A sliding window",
        "Predicted: it holds. The run: it holds. Every one of 6 schedules.",
        "heard · invariant (mid)",
        "missing · cost (senior)",
        "Not answered.",
        "> key: rl:{customer}",
    ):
        assert piece in told
    page = as_html(prompt, sitting)
    assert page.startswith("<!doctype html>")
    assert "&lt;b&gt;ever" in page
    assert "<b>ever" not in page
    assert not re.search(r"https?:|<script|<link|src=", page)
    assert page.count("<ul>") == page.count("</ul>")
    kept = as_json(prompt, sitting)
    assert kept["demonstrated"] == [1, 1]
    assert json.loads(json.dumps(kept)) == kept

"""Every button of every lesson works: in order, alone, twice; on Redis, shared or not, and on fakeredis."""

from __future__ import annotations

import pytest

from lab.bench import Bench
from lessons import code
from lessons.inputs import parse_all
from lessons.library import LIBRARY, Loaded
from lessons.measure import told
from lessons.model import Burst, Compare, Numbers, Run
from lessons.runner import Ran, actions_of, as_json, run_lesson

LESSONS = tuple(loaded for loaded in LIBRARY.all() if loaded.lesson.pattern)  # chapters have no buttons
lessons = pytest.mark.parametrize("loaded", LESSONS, ids=lambda loaded: loaded.slug)


def live(loaded: Loaded) -> Run:
    """The console in which the learner plays with the hardened version."""
    return next(step for step in loaded.lesson.steps if isinstance(step, Run))


def twins(loaded: Loaded) -> list[Run]:
    """The two runs by hand, naive and then hardened, with the same buttons; empty where there are none."""
    runs = [step for step in loaded.lesson.steps if isinstance(step, Run) and step is not live(loaded)]
    labels = [[action.label for action in run.actions] for run in runs]
    return runs if len(runs) == 2 and labels[0] == labels[1] else []


def can_run(loaded: Loaded, bench: Bench) -> bool:
    """Whether this server has what the lesson needs. Every lesson runs on the embedded one."""
    can = all(bench.backend.can(need) for need in loaded.lesson.needs)
    assert can or bench.backend.kind == "fakeredis", f"{loaded.slug} does not run on {bench.backend.title}"
    return can


def by_hand() -> list[Loaded]:
    return [loaded for loaded in LESSONS if twins(loaded)]


def drawn() -> list[Loaded]:
    return [loaded for loaded in LESSONS if live(loaded).picture]


@lessons
def test_every_action_and_fact_works_in_order(loaded: Loaded, bench: Bench) -> None:
    if not can_run(loaded, bench):
        return
    ran = list(run_lesson(loaded, bench))
    assert [(one.heading, one.outcome.failure) for one in ran if not one.ok] == []
    actions = [one for one in ran if isinstance(one, Ran)]
    assert actions
    for one in actions:
        shown = one.outcome.value
        assert shown is not None
        assert shown.says.endswith((".", "?")), shown.says
        assert one.outcome.dropped == 0
        drawn = [shown.picture.text if shown.picture else one.picture, *(more.text for more in shown.more)]
        assert as_json(one)["pictures"] == [text for text in drawn if text]
        assert all(text.endswith(".") for text in (*drawn, one.picture) if text)


@lessons
def test_a_run_is_plain_data(loaded: Loaded, real_bench: Bench) -> None:
    for one in run_lesson(loaded, real_bench):
        data = as_json(one)
        assert data["ok"] is True
        for command in data.get("commands", []):
            assert command["actor"]
            assert command["source"]["path"].startswith(("patterns/", "lessons/")), command
            assert command["ms"] >= 0


@lessons
def test_every_action_works_alone_and_twice(loaded: Loaded, real_bench: Bench) -> None:
    for step in loaded.lesson.steps:
        for action in actions_of(step):
            real_bench.reset()
            for _ in range(2):
                outcome = real_bench.run(action.demo, **parse_all(action.inputs, {}))
                assert outcome.failure is None, (step.heading, action.label, outcome.failure)


@pytest.mark.parametrize("loaded", drawn(), ids=lambda loaded: loaded.slug)
def test_every_live_step_can_be_drawn_before_anything_ran(loaded: Loaded, bench: Bench) -> None:
    if not can_run(loaded, bench):
        return
    for step in loaded.lesson.steps:
        if isinstance(step, Run) and step.picture:
            outcome = bench.run(step.picture)
            assert outcome.failure is None
            assert outcome.value is not None
            assert outcome.value.text.endswith(".")
            assert outcome.commands == (), "what is only looked at must be looked at unseen"


@lessons
def test_time_can_be_moved_on_between_any_two_actions(loaded: Loaded, real_bench: Bench) -> None:
    for step in loaded.lesson.steps:
        if not isinstance(step, Run):
            continue
        real_bench.reset()
        for action in step.actions:
            outcome = real_bench.run(action.demo, **parse_all(action.inputs, {}))
            assert outcome.failure is None, (step.heading, action.label, outcome.failure)
            real_bench.fast_forward(max(step.fast_forward, default=60))
            if step.picture:
                assert real_bench.run(step.picture).failure is None


@lessons
def test_nothing_is_written_outside_the_learners_own_keys(loaded: Loaded, shared_bench: Bench) -> None:
    quiet = shared_bench.quiet()
    quiet.set("somebody else's", "value")
    for one in run_lesson(loaded, shared_bench):
        foreign = [key for key in quiet.scan_iter() if not key.startswith(shared_bench.namespace)]
        assert foreign == ["somebody else's"], one.heading
    assert list(quiet.scan_iter(f"{shared_bench.namespace}*")) == []
    quiet.delete("somebody else's")


@lessons
def test_the_naive_version_is_seen_to_break_and_no_crowd_breaks_the_hardened(
    loaded: Loaded, bench: Bench
) -> None:
    if not can_run(loaded, bench):
        return
    broken = 0
    for step in loaded.lesson.steps:
        if step is live(loaded):
            continue
        shown = [bench.run(one.demo, **parse_all(one.inputs, {})).value for one in actions_of(step)]
        broken += sum(one is not None and one.tone == "bad" for one in shown)
        if isinstance(step, Burst):
            naive, hardened = shown
            assert naive is not None
            assert naive.tone == "bad", naive.says
            assert hardened is not None
            assert hardened.tone == "good", hardened.says
            assert step.naive.inputs == step.hardened.inputs, "both get the same crowd"
    assert broken, "nothing in this lesson shows the naive version breaking"


@pytest.mark.parametrize("loaded", by_hand(), ids=lambda loaded: loaded.slug)
def test_by_hand_only_the_naive_version_breaks(loaded: Loaded, bench: Bench) -> None:
    if not can_run(loaded, bench):
        return
    naive, hardened = (
        [bench.run(one.demo, **parse_all(one.inputs, {})).value for one in step.actions]
        for step in twins(loaded)
    )
    assert any(shown is not None and shown.tone == "bad" for shown in naive)
    assert not any(shown is None or shown.tone == "bad" for shown in hardened)


def test_the_first_four_lessons_have_a_picture_and_can_be_played_by_hand() -> None:
    four = {"cache_aside", "distributed_lock", "leaderboard", "geo_search"}
    assert four <= {loaded.slug for loaded in drawn()}
    assert four <= {loaded.slug for loaded in by_hand()}


@lessons
def test_facts_are_measured_on_a_real_server_and_excused_elsewhere(
    loaded: Loaded, real_bench: Bench, fake_bench: Bench
) -> None:
    facts = [fact for step in loaded.lesson.steps if isinstance(step, Numbers) for fact in step.facts]
    measures = [fact.measure for fact in facts if fact.measure]
    assert measures
    for measure in measures:
        here = real_bench.run(measure)
        assert here.failure is None
        assert here.value is not None
        # Only what needs the time series module may be excused, and only where that cannot be loaded.
        assert told(here.value).here or (
            "time series module" in here.value and not real_bench.backend.can("timeseries")
        ), here.value
        assert real_bench.snapshot().keys == (), "a measurement leaves nothing behind"
        if not can_run(loaded, fake_bench):
            continue
        there = fake_bench.run(measure)
        assert there.failure is None
        assert there.value
        assert here.value.endswith("."), here.value


@lessons
def test_the_code_that_is_shown_exists(loaded: Loaded) -> None:
    for step in loaded.lesson.steps:
        shown = [one for action in actions_of(step) for one in action.shows]
        if isinstance(step, Compare):
            shown += [one for pair in step.pairs for one in (pair.naive, pair.hardened)]
        for one in shown:
            assert code.source_of(one).path.startswith("patterns/"), one

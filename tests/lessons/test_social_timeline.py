"""What the timeline lesson shows, pinned: who lacks a post, who has it twice, and what a celebrity costs."""

from __future__ import annotations

import pytest

from lab.bench import Bench
from lab.workshop import Workshop
from lessons.model import Experiment, Shown, Trial
from lessons.pictures import Board, Ranking, Timeline
from lessons.social_timeline import celebrity, faults, live, numbers, trouble
from patterns.social_timeline import NaiveTimelines, Timelines


def count(shown: Shown, label: str) -> object:
    return next(one.value for one in shown.counts if one.label == label)


@pytest.mark.parametrize(("posters", "readers"), [(1, 2), (6, 20), (3, 7)])
def test_a_naive_retry_gives_the_first_half_a_copy(bench: Bench, posters: int, readers: int) -> None:
    shown = trouble.naive_burst(bench, posters=posters, readers=readers)
    assert count(shown, "Missing after the crash") == posters * (readers - readers // 2)
    assert count(shown, "Missing after the retry") == 0
    assert count(shown, "There twice") == posters * (readers // 2)
    assert isinstance(shown.picture, Timeline)


@pytest.mark.parametrize(("posters", "readers"), [(1, 2), (6, 20), (3, 7)])
def test_a_hardened_retry_goes_on(bench: Bench, posters: int, readers: int) -> None:
    shown = trouble.hardened_burst(bench, posters=posters, readers=readers)
    assert count(shown, "Missing after the crash") == posters * (readers - readers // 2)
    assert (count(shown, "Missing after the retry"), count(shown, "There twice")) == (0, 0)
    assert isinstance(shown.picture, Timeline)
    assert {mark.label for lane in shown.picture.lanes for mark in lane.marks} == {"pushes"}


def test_each_story_by_hand_names_its_fault(bench: Bench) -> None:
    steps = trouble.Steps(NaiveTimelines)
    half = steps.half(bench, readers=10)
    assert half.says.endswith("A worker found no open fan-out. 5 of 10 never see the post: half fan-out.")
    again = steps.again(bench, times=3)
    assert again.says == "One post, sent 3 times. ben has it 3 times: duplicate post."
    assert isinstance(again.picture, Ranking)
    assert [row.name for row in again.picture.rows] == ["post-1", "post-1, copy 2", "post-1, copy 3"]
    assert steps.order(bench, late=5).says.endswith("ben sees the older one on top.")
    assert steps.celebrity(bench, readers=50).says.startswith(
        "One post for 50 followers took 101 commands; 50 of"
    )


def test_the_hardened_timelines_pass_the_same_stories(bench: Bench) -> None:
    steps = trouble.Steps(Timelines)
    assert steps.half(bench, readers=11).says.endswith(
        "A worker found 1 open fan-out. Everybody has the post."
    )
    assert steps.again(bench, times=3).says == "One post, sent 3 times. ben has it once."
    assert steps.order(bench, late=5).says.endswith("ben sees the newer one on top.")
    assert steps.celebrity(bench, readers=50).says.startswith(
        "One post for 50 followers took 4 commands; 50 of"
    )


def test_a_post_is_pushed_or_fetched(bench: Bench) -> None:
    live.fill(bench)
    pushed = live.post(bench, author="ada", text="hello")
    assert (count(pushed, "Pushed to"), count(pushed, "Round trips")) == (4, 5)
    fetched = live.post(bench, author="star", text="hello all")
    assert fetched.says.startswith("star is a celebrity: nothing was pushed")
    shown = live.read(bench, reader="dora", count=20)
    assert (count(shown, "Posts"), count(shown, "Round trips")) == (2, 4)
    assert isinstance(shown.picture, Board)
    dora = next(column for column in shown.picture.columns if column.title == "dora")
    assert [(card.lines[0], card.badge) for card in dora.cards] == [
        ("hello all", "fetched"),
        ("hello", "pushed"),
    ]


def test_a_post_by_its_id_is_there_once_and_can_be_taken_back(bench: Bench) -> None:
    live.fill(bench)
    assert live.post_again(bench, author="bob", post_id="p").says == "p was pushed to 2 timelines."
    assert live.post_again(bench, author="bob", post_id="p").says == (
        "p was stored before: nothing is new, and nobody is reached again."
    )
    assert live.picture(bench).text.count("bob p") == 2, "once for each of two followers"
    assert live.take_back(bench, author="bob", post_id="p").tone == "good"
    assert "ann: empty." in live.picture(bench).text
    assert live.take_back(bench, author="bob", post_id="p").says == "bob has no post p."
    assert live.post_again(bench, author="bob", post_id="p").says == (
        "p was taken back before: sent again, it stays away."
    )
    alone = live.post_again(bench, author="zoe", post_id="p")
    assert alone.says == "p is stored. Nobody follows zoe, so it was pushed to nobody."


def test_what_was_pushed_before_its_author_became_a_celebrity_is_drawn_as_pushed(bench: Bench) -> None:
    live.fill(bench)
    live.post(bench, author="ada", text="early")
    for reader in ("eve", "finn"):
        live.connect(bench, reader=reader, author="ada", follows=True)
    assert "ada has 6" in live.fill(bench).says
    assert live.post(bench, author="ada", text="late").says.startswith("ada is a celebrity")
    drawn = live.read(bench, reader="ann", count=20).picture
    assert isinstance(drawn, Board)
    ann = next(column for column in drawn.columns if column.title == "ann")
    assert {card.lines[0]: card.badge for card in ann.cards} == {"early": "pushed", "late": "fetched"}


def test_an_empty_timeline_says_why(bench: Bench) -> None:
    live.fill(bench)
    assert live.read(bench, reader="ann", count=20).says == (
        "The timeline is empty: nobody whom ann follows has a post to show."
    )
    assert live.read(bench, reader="zoe", count=20).says == "The timeline is empty: zoe follows nobody."


def test_who_leaves_sees_nothing_of_the_author(bench: Bench) -> None:
    live.fill(bench)
    live.post(bench, author="ada", text="hello")
    assert (
        live.connect(bench, reader="ann", author="ada", follows=False).says
        == "ann does not follow ada any more."
    )
    assert live.connect(bench, reader="ann", author="ada", follows=False).tone == "warn"
    assert live.read(bench, reader="ann", count=20).tone == "warn"
    live.connect(bench, reader="ann", author="ada", follows=True)
    assert count(live.read(bench, reader="ann", count=20), "Posts") == 1


def test_after_a_month_only_who_follows_whom_is_left(bench: Bench) -> None:
    live.fill(bench)
    live.post(bench, author="ada", text="hello")
    bench.fast_forward(31 * 86_400)
    assert live.read(bench, reader="ann", count=20).tone == "warn"
    assert {state.key.removeprefix(bench.namespace).partition(":")[0] for state in bench.snapshot().keys} == {
        "followers", "following",
    }  # fmt: skip


def test_the_numbers_are_what_redis_says(bench: Bench) -> None:
    assert numbers.trimmed(bench) == "LTRIM 0 1000 leaves 1,001."
    assert numbers.twice(bench) == "Pushed twice: 2 in the list, 1 in the sorted set."
    assert numbers.round_trips(bench) == (
        "Naive: 41 for a post to twenty followers, 1 for a page. "
        "Hardened: 5 for a post to twenty followers, 4 for a page."
    )


@pytest.mark.parametrize(
    ("experiment", "trial"),
    [(one, trial) for one in (*faults.FAULTS, celebrity.CELEBRITY) for trial in one.trials],
    ids=lambda one: one.slug if isinstance(one, Experiment) else one.label,
)
def test_each_fault_and_load_comes_out_as_it_says(experiment: Experiment, trial: Trial) -> None:
    with Workshop() as workshop:
        shown = trial.run(workshop, **{one.name: one.default for one in experiment.inputs})
    assert shown.tone == trial.expect, shown.says


def test_the_damage_is_what_the_crash_left() -> None:
    with Workshop() as workshop:
        shown = faults.crash(workshop, NaiveTimelines, False, readers=9, reached=2)
    assert count(shown, "Missing in the end") == 7
    with Workshop() as workshop:
        shown = faults.crash(workshop, NaiveTimelines, True, readers=9, reached=2)
    assert (count(shown, "Missing in the end"), count(shown, "Copies too many")) == (0, 2)


def test_every_lost_reply_is_a_copy_in_the_naive_version_only() -> None:
    for kind, copies in ((NaiveTimelines, 6), (Timelines, 0)):
        with Workshop() as workshop:
            shown = faults.replies_lost(workshop, kind, readers=6, lost=6)
        assert count(shown, "Copies too many") == copies


def test_a_failover_takes_what_the_replica_never_heard_and_nothing_else() -> None:
    for unseen, missing in ((0, 0), (3, 9)):
        with Workshop() as workshop:
            shown = faults.failover(workshop, Timelines, False, posts=3, unseen=unseen)
        assert count(shown, "Missing in the end") == missing


def test_no_reply_lost_is_not_told_as_one() -> None:
    with Workshop() as workshop:
        none = faults.replies_lost(workshop, NaiveTimelines, readers=3, lost=0)
        one = faults.replies_lost(workshop, NaiveTimelines, readers=3, lost=1)
    assert none.says.startswith("No reply was lost, and nothing was repeated: 0 deliveries missing")
    assert one.says.startswith("1 reply to a push was lost, and the client repeated it by itself: ")

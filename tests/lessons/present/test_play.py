"""A scene starts from the same state each time: the same commands, whatever ran before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from lab.backends import private_backend
from lab.bench import Bench
from lab.server import PrivateServer
from lessons import library
from lessons.present.cues import NoCue, check
from lessons.present.derive import deck_of
from lessons.present.moments import from_now
from lessons.present.play import difference, play, try_out
from lessons.present.scenes import Answer, Duel, Look, Measure, Play, Try


@pytest.fixture
def bench(redis_server: PrivateServer) -> Iterator[Bench]:
    made = Bench(private_backend(redis_server), redis_server.spec())
    yield made
    made.reset()
    made.close()


CLOCKED = ("Work longer than the lease",)
"""How often a lease is renewed meanwhile is up to the real clock, and to what else the machine does."""


@pytest.mark.parametrize("slug", ["leaderboard", "session_store", "distributed_lock", "shopping_cart"])
def test_a_run_sends_the_same_commands_twice(bench: Bench, slug: str) -> None:
    loaded = library.load(slug)
    deck = deck_of(loaded, "2")
    for position, scene in enumerate(deck.scenes):
        if scene.title in CLOCKED:
            continue
        first = play(deck, position, loaded, bench)
        bench.quiet().set("rubbish", "left over")
        second = play(deck, position, loaded, bench)
        assert first.failure is None
        assert first.commands
        assert difference(first, second) == ""


def test_another_seed_draws_other_ids(bench: Bench) -> None:
    loaded = library.load("leaderboard")
    deck = deck_of(loaded, "2")
    one, two = play(deck, 1, loaded, bench), play(replace(deck, seed=2), 1, loaded, bench)
    assert "command 1 was EVALSHA" in difference(one, two)


def test_a_scene_that_is_jumped_to_finds_what_the_earlier_ones_left(bench: Bench) -> None:
    loaded = library.load("leaderboard")
    deck = deck_of(loaded, "2")
    outcome = play(deck, 4, loaded, bench)
    assert outcome.failure is None
    assert outcome.before.keys


def test_moments_are_told_from_the_start_of_the_run() -> None:
    start = 1_800_000_000.0
    assert from_now("EX 1800000600 at 1800000000123.5", start) == "EX now+600s at now"
    assert from_now("1800000000000000 1799999990", start) == "now now-10s"
    assert from_now("XACK q 1800000000123-7", start) == "XACK q now-n"
    assert from_now("4611686018427387904 1234567890 abc1800000000", start) == (
        "4611686018427387904 1234567890 abc1800000000"
    )


@pytest.mark.parametrize(
    ("cue", "says"),
    [
        (Play("Nowhere", "Score"), "there is no step called 'Nowhere'"),
        (Play("Score, and watch the ranking move", "Jump"), "There is: Let eight players score"),
        (Play("Score, and watch the ranking move", "Score", (("points", -1e9),)), "Points is"),
        (Duel("tag", "naive"), "there is no race of the lesson 'leaderboard' called 'tag'"),
        (Measure("Naive beside hardened", 0), "has no fact 1; it has 0"),
        (Look("Naive beside hardened", 99), "has no pair 100"),
        (Answer("What they ask next", 99), "has no question 100"),
        (Try("Naive beside hardened", "storm", "Naive"), "There is: none"),
    ],
)
def test_a_cue_that_names_nothing_is_told(
    cue: Play | Duel | Measure | Look | Answer | Try, says: str
) -> None:
    with pytest.raises(NoCue, match=says.replace("(", r"\(")):
        check(library.load("leaderboard"), cue)


def test_a_trial_is_run_on_servers_of_its_own() -> None:
    loaded = library.load("leaderboard")
    scene = next(one for one in deck_of(loaded).scenes if isinstance(one.cue, Try))
    assert isinstance(scene.cue, Try)
    tried = try_out(loaded, scene.cue, 1)
    assert tried.failure is None
    assert tried.shown

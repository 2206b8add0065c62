"""Every pattern has races: its naive version breaks with the named anomaly, its hardened one is proved."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from lab.explorer import Isolated, explore
from lab.scenario import Bounds, Faults
from lessons import __main__ as command_line
from lessons import racing
from lessons.library import LessonError
from lessons.model import Race, Version
from patterns import catalogue

PATTERNS = catalogue.patterns()
ALL = [(slug, race) for slug in racing.slugs() for race in racing.races(slug)]
each_race = pytest.mark.parametrize(("slug", "race"), ALL, ids=[f"{slug}-{race.slug}" for slug, race in ALL])
each_version = pytest.mark.parametrize("version", ["naive", "hardened"])


def patient(race: Race) -> Race:
    """The same race on a machine that may be busy: what is proved does not depend on how long it takes."""
    return replace(race, bounds=replace(race.bounds, seconds=90.0))


@pytest.mark.parametrize("slug", PATTERNS)
def test_every_pattern_has_races_with_names_of_their_own(slug: str) -> None:
    names = [race.slug for race in racing.races(slug)]
    assert names
    assert len(set(names)) == len(names)


@each_version
@each_race
def test_the_naive_version_breaks_with_its_anomaly_and_the_hardened_one_is_proved(
    slug: str, race: Race, version: Version
) -> None:
    explored = racing.explored(slug, patient(race), version)
    assert explored.ok, explored.verdict.says


@each_version
@pytest.mark.parametrize("slug", PATTERNS)
def test_fakeredis_gives_the_same_verdict(slug: str, version: Version) -> None:
    explored = racing.explored(slug, patient(racing.races(slug)[0]), version, "fakeredis")
    assert explored.ok, explored.verdict.says


@each_race
def test_however_far_the_faults_are_turned_the_hardened_version_is_not_violated(
    slug: str, race: Race
) -> None:
    most = {name: getattr(race.most_faults, name) for name in racing.COUNTED}
    bounds = Bounds(steps_per_client=60, states=5_000, seconds=1)
    verdict = explore(racing.build(race, "hardened", faults=most), bounds=bounds, validate=5)
    assert verdict.status in ("proved", "bounded"), verdict.says


@each_race
def test_a_race_names_an_anomaly_of_its_pattern_and_begins_within_its_limits(slug: str, race: Race) -> None:
    if slug in PATTERNS:  # a chapter across the patterns names its own
        assert race.anomaly in {one.name for one in PATTERNS[slug].anomalies}
    assert race.clients <= race.most_clients
    for name in racing.COUNTED:
        assert getattr(race.faults, name) <= getattr(race.most_faults, name)


@each_race
def test_the_words_of_a_race_are_short(slug: str, race: Race) -> None:
    assert len(race.heading) <= 60
    assert not race.heading.endswith(".")
    assert len(race.invariant) <= 110
    for text in (race.invariant, race.look, race.beyond, race.twin):
        assert not text or text.endswith((".", ".)"))


@each_race
def test_the_code_of_every_client_can_be_shown(slug: str, race: Race) -> None:
    for client in racing.build(race, "naive").clients.values():
        function = client.func if isinstance(client, partial) else client
        assert "<" not in function.__qualname__
        assert function.__doc__
        assert function.__module__ == f"lessons.{slug}.races"
    for method in (*race.naive, *race.hardened):
        assert Path(inspect.getfile(method)).parent.name == slug


def test_the_lock_holds_in_more_than_a_hundred_thousand_schedules() -> None:
    race = racing.named("distributed_lock", "a-holder-who-is-late-lets-go")
    assert race.clients == 3
    assert race.faults == Faults(crashes=1, lost_replies=1, time_jumps=2)
    verdict = racing.explored("distributed_lock", race, "hardened").verdict
    assert verdict.status == "proved"
    assert verdict.schedules > 100_000


def test_what_is_set_too_far_is_said() -> None:
    race = racing.named("leaderboard", "two-events-one-player")
    with pytest.raises(ValueError, match="2 to 4 clients, not 5"):
        racing.build(race, "naive", 5)
    with pytest.raises(ValueError, match="crashes can be 0 to 2 in this race, not 3"):
        racing.build(race, "naive", faults={"crashes": 3})
    with pytest.raises(ValueError, match="no fault 'fires'"):
        racing.build(race, "naive", faults={"fires": 1})
    with pytest.raises(ValueError, match="naive or hardened"):
        racing.build(race, "best")  # type: ignore[arg-type]


def test_a_race_or_lesson_that_does_not_exist_is_named() -> None:
    with pytest.raises(LessonError, match=r"has no race 'chess'\. It has two-events-one-player"):
        racing.named("leaderboard", "chess")
    with pytest.raises(LessonError, match="Did you mean 'leaderboard'"):
        racing.races("leaderbord")


def test_the_learners_settings_reach_the_scenario() -> None:
    scenario = racing.scenario("leaderboard", "two-events-one-player", "hardened", 3, {"crashes": 2})
    assert list(scenario.clients) == ["Ann", "Ben", "Cid"]
    assert scenario.faults.crashes == 2


@pytest.fixture(scope="module")
def isolated() -> Iterator[Isolated]:
    found = Isolated()
    yield found
    found.close()


PATIENT = Bounds(seconds=60)  # this machine may be busy
NAMES = {"slug": "leaderboard", "race": "two-events-one-player", "version": "naive"}


def test_another_process_builds_the_same_race_by_its_names(isolated: Isolated) -> None:
    verdict = isolated.explore("lessons.racing:scenario", arguments=NAMES, bounds=PATIENT)
    assert verdict["status"] == "violated"
    assert verdict["counterexample"]["wrong"].startswith("lost update: ")


def test_a_pattern_that_the_learner_has_mended_is_proved(isolated: Isolated) -> None:
    text = Path(inspect.getfile(PATTERNS["leaderboard"].naive)).read_text(encoding="utf-8")
    write = "self.redis.zadd(self.key, {player: total})"
    assert write in text
    mended = text.replace(write, "total = int(self.redis.zincrby(self.key, points, player))")
    verdict = isolated.explore(
        "lessons.racing:scenario",
        arguments=NAMES,
        replace={"patterns.leaderboard.naive": mended},
        bounds=PATIENT,
    )
    assert verdict["status"] == "proved", verdict["says"]


def race_on_the_command_line(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = command_line.main(["race", *arguments])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_the_command_line_prints_the_story(capsys: pytest.CaptureFixture[str]) -> None:
    status, printed, _ = race_on_the_command_line(capsys, "distributed_lock")
    assert status == 0
    assert "stolen release: Ann released the lock that Ben holds" in printed
    assert "206,148 schedules, 0 violating" in printed


def test_the_command_line_prints_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    status, printed, _ = race_on_the_command_line(capsys, "leaderboard", "--json")
    document: Any = json.loads(printed)
    assert (status, document["ok"]) == (0, True)
    naive, hardened, *_ = document["races"]
    assert (naive["status"], naive["expected"], hardened["status"]) == ("violated", "lost update", "proved")
    for one in document["races"]:
        assert {"schedules", "violating_schedules", "states", "commands_sent", "seconds"} <= set(one)
    assert naive["counterexample"]["story"].endswith("dara has 10 points")


def test_the_command_line_fails_when_a_race_is_not_as_it_should_be(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    race = racing.named("leaderboard", "two-events-one-player")
    monkeypatch.setattr(racing, "races", lambda slug: (replace(race, anomaly="torn page"),))
    status, printed, _ = race_on_the_command_line(capsys, "leaderboard")
    assert status == 1
    assert "violated, expected violated with 'torn page': NOT as it should be" in printed


def test_the_command_line_names_what_it_does_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, said = race_on_the_command_line(capsys, "leaderbord")
    assert (status, said) == (2, "There is no lesson called 'leaderbord'. Did you mean 'leaderboard'?\n")
    status, _, said = race_on_the_command_line(capsys, "hot_keys")
    assert (status, said) == (2, "The lesson 'hot_keys' has no race.\n")

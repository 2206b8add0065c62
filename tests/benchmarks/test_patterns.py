"""The pattern benchmark: who takes part, and that what it says of a contest is right. Nothing is timed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from benchmarks import patterns as benchmark
from benchmarks._contest import Contest, Contestant, Figure, Peer, measure, range_of_median, repeat
from benchmarks._contests import contests
from benchmarks._place import NotDone, Place, start_server
from benchmarks._table import render
from lab.backend import Backend
from patterns.catalogue import patterns

ROOT = Path(__file__).parents[2]
ALL = contests()


def label(contest: Contest) -> str:
    return f"{contest.slug}: {contest.job}"


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[int, Backend]]:
    with start_server() as found:
        yield found


@pytest.fixture
def place(server: tuple[int, Backend]) -> Iterator[Place]:
    made = Place(server[0])
    yield made
    made.close()


def pings(count: int):
    """A contestant that sends so many PINGs."""

    def start(place: Place):
        redis = place.client()
        return repeat(lambda: all([redis.ping() for _ in range(count)]))

    return start


def toy(*, floor: int, ours: int, peer: int) -> Contest:
    return Contest(
        "toy",
        "ping",
        Contestant("raw", "None.", pings(floor)),
        Contestant("ours", "All.", pings(ours)),
        (Peer("theirs", "Some.", pings(peer), "redis", "weaker", "It pings less."),),
    )


def test_every_pattern_takes_part():
    missing = set(patterns()) - {contest.slug for contest in ALL}
    assert not missing, f"give {', '.join(sorted(missing))} a contest in benchmarks/_contests"
    assert {contest.slug for contest in ALL} <= set(patterns())


def test_a_pattern_that_needs_a_module_takes_part_without_it_too():
    held = {contest.slug for contest in ALL if not contest.needs}
    for pattern in patterns().values():
        assert pattern.slug in held or pattern.core is None


@pytest.mark.parametrize("contest", ALL, ids=label)
def test_a_contest_is_well_formed(contest: Contest):
    names = [one.name for one in contest.all]
    assert len(set(names)) == len(names)
    for one in contest.all:
        assert one.guarantee.endswith("."), one.name
    needed = [patterns()[contest.slug].needs]
    assert contest.needs in ("", *needed[0])


def test_no_two_contests_have_one_name():
    assert len({label(contest) for contest in ALL}) == len(ALL)


def test_every_peer_is_pinned():
    lines = (ROOT / "requirements.txt").read_text() + (ROOT / "requirements-bench.txt").read_text()
    pinned = set(re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==", lines, re.MULTILINE))
    assert {peer.package for contest in ALL for peer in contest.peers} <= pinned


@pytest.mark.parametrize("contest", ALL, ids=label)
def test_floor_and_ours_do_their_job(contest: Contest, place: Place, server: tuple[int, Backend]):
    if contest.needs and not server[1].can(contest.needs):
        assert server[1].why_not(contest.needs)
        return
    for one in (contest.floor, contest.ours):
        one.start(place)(3)


def test_ours_is_several_times_as_fast_as_a_peer_that_does_more(place: Place):
    floor, ours, peer = measure(toy(floor=1, ours=20, peer=400), place, rounds=3, seconds=0.002)
    assert [floor.role, ours.role, peer.role] == ["floor", "ours", "peer"]
    assert floor.ratio < 1 < peer.ratio
    assert ours.ratio == 1
    assert floor.per_second > ours.per_second > peer.per_second


def test_trips_and_commands_are_what_the_server_saw(place: Place):
    def pipeline(place: Place):
        redis = place.client()
        return repeat(lambda: redis.pipeline(transaction=False).set("a", 1).get("a").get("b").execute())

    contest = Contest(
        "toy", "read", Contestant("two", "None.", pings(2)), Contestant("three", "None.", pipeline)
    )
    two, three = measure(contest, place, rounds=3, seconds=0.002)
    assert (two.round_trips, two.commands) == (2, 2)
    assert (three.round_trips, three.commands) == (1, 3)


def test_a_job_that_is_not_done_is_no_speed(place: Place):
    with pytest.raises(NotDone):
        repeat(lambda: False)(1)

    async def nothing() -> None:
        return None

    with pytest.raises(NotDone):
        place.repeat(nothing)(1)


def test_an_asynchronous_batch_waits_for_every_job(place: Place):
    done = []

    async def job() -> bool:
        done.append(1)
        return True

    place.repeat(job)(3)
    assert len(done) == 3


def test_a_place_leaves_nothing_behind(server: tuple[int, Backend]):
    place = Place(server[0])
    place.client().set("a", 1)
    place.close()
    again = Place(server[0])
    assert again.client().dbsize() == 0
    again.close()


def test_the_range_of_a_median_is_that_of_the_coins():
    # The table in every statistics book: for 45 values the 16th and the 30th, for ten the 2nd and the 9th.
    assert range_of_median(range(1, 46)) == (16, 30)
    assert range_of_median(range(1, 11)) == (2, 9)
    assert range_of_median([3.0, 1.0]) == (1.0, 3.0)
    assert range_of_median([2.0]) == (2.0, 2.0)


def row(role: str, ratio: float, **more: object) -> dict[str, object]:
    figure = Figure("toy", "ping", role, role, 1_000, ratio, ratio, ratio, 1, 1, 50, 10, "Some.", **more)  # type: ignore[arg-type]
    return asdict(figure) | {"server": "Redis", "client": "Python", "cpus": 2, "rounds": 3}


def test_the_table_says_why_a_weaker_peer_is_faster():
    rows = [row("floor", 0.5), row("ours", 1), row("peer", 0.8, than_ours="weaker", why="It does less.")]
    text = render(rows)
    assert "ahead of 0, level with 0 and behind 1." in text
    assert "toy, ping: behind peer (0.80x). It does less." in text
    assert "ahead of 1, level with 0 and behind 0." in render([*rows[:2], row("peer", 1.2, than_ours="same")])


def test_a_contest_that_could_not_be_held_says_so():
    held = row("ours", 1)
    text = render([held, {"slug": "graph", "job": "walk", "not_held": "The FalkorDB module has it."}])
    assert "### graph: walk\n\nNot held here. The FalkorDB module has it." in text


def test_the_rows_of_a_run_are_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setattr(benchmark, "contests", lambda: [toy(floor=1, ours=1, peer=1)])
    rows = json.loads(json.dumps(benchmark.run(rounds=1)))
    assert [row["name"] for row in rows] == ["raw", "ours", "theirs"]
    assert "theirs" in benchmark.table(rows)
    assert "toy: ping" in capsys.readouterr().err


def test_a_pattern_without_a_contest_cannot_be_asked_for():
    with pytest.raises(SystemExit, match="no contest for leaderbord"):
        benchmark.run(only=["leaderbord"])

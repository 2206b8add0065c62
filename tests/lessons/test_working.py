"""Sums, slots and dials: what is said follows from what was measured, on every kind of server."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lab.bench import Bench
from lessons.dial import VERSIONS, Dial, Way, nearest_version, try_way
from lessons.estimates import Estimate, Sample, arithmetic, count, rounded, size
from lessons.library import LIBRARY
from lessons.model import Cost, Keys, Production, Scale
from lessons.slots import place
from lessons.working import Dialled, Estimated, Laid, work

STEPS = [
    (loaded.slug, step)
    for loaded in LIBRARY.all()
    for step in loaded.lesson.steps
    if isinstance(step, Cost | Scale | Production)
]


def weighs(bench: Bench, /) -> Sample:
    return Sample(1_036, 10, 1, "a scale")


def estimate(**changes: object) -> Estimate:
    usual = {"item": "player", "items": "players", "measure": weighs, "default": 25_000_000}
    more = {"keeps": "one slot", "operation": "event", "per_second": 3_000}
    return Estimate(**{**usual, **more, **changes})  # type: ignore[arg-type]


def test_every_line_of_a_sum_follows_from_the_one_before_it() -> None:
    worked = arithmetic(estimate(), Sample(1_036, 10, 2, "a scale"))
    assert [line.result for line in worked.lines] == [
        "about 110 bytes for one", "2.75 GB", "5.5 GB", "6,000 requests a second",
    ]  # fmt: skip
    assert worked.lines[1].says == "110 bytes × 25 million players"
    assert worked.lines[2].says == "2.75 GB × 2 copies (1 primary + 1 replica)"
    assert (worked.nodes, worked.fits) == (1, True)


def test_one_item_that_was_measured_is_one_in_words_too() -> None:
    for items, says in ((1, "110 bytes measured for 1 player"), (2, "110 bytes measured for 2 players")):
        worked = arithmetic(estimate(), Sample(110, items, 2, "a scale"))
        assert worked.lines[0].says == f"{says} (a scale)"


def test_one_slot_that_is_too_large_is_not_helped_by_nodes() -> None:
    worked = arithmetic(estimate(), Sample(1_000, 10, 1, "a scale"), 10**9)
    assert not worked.fits
    assert "more nodes do not help" in worked.means
    assert "at least 7 slots" in worked.means


def test_many_slots_spread_over_as_many_primaries_as_it_takes() -> None:
    worked = arithmetic(estimate(keeps="many slots"), Sample(1_000, 10, 1, "a scale"), 10**9, replicas=2)
    assert worked.fits
    assert "7 primaries" in worked.means
    assert "21 nodes in all" in worked.means


def test_numbers_are_rounded_up_and_said_as_people_say_them() -> None:
    assert [rounded(one) for one in (0, 4, 48, 99.4, 100, 103.6, 12_304)] == [0, 4, 48, 100, 100, 110, 13_000]
    assert [size(one) for one in (812, 2_400, 2.275e9, 1.2e15)] == [
        "812 bytes",
        "2.4 KB",
        "2.27 GB",
        "1,200 TB",
    ]
    assert [count(one) for one in (3_000, 259_200_000, 2 * 10**9)] == ["3,000", "259.2 million", "2 billion"]


@pytest.mark.parametrize(
    ("slug", "step"), STEPS, ids=lambda one: one if isinstance(one, str) else one.heading
)
def test_every_sum_slot_and_dial_of_the_course_works(slug: str, step: object, bench: Bench) -> None:
    assert isinstance(step, Cost | Scale | Production)
    if not all(bench.backend.can(need) for need in LIBRARY.load(slug).lesson.needs):
        assert bench.backend.kind == "fakeredis"
        return
    found = list(work(step, bench))
    assert found
    for one in found:
        assert one.ok, one.as_json()
        if isinstance(one, Estimated) and bench.backend.kind == "redis":
            assert one.worked is not None
            assert one.outcome.value is not None
            assert one.outcome.value.each > 0
            assert one.outcome.value.round_trips >= 1
        if isinstance(one, Dialled) and one.here and bench.backend.kind == "redis":
            assert one.outcome.value is not None
            needs = one.outcome.value.way.needs
            assert one.outcome.value.works == (not needs or bench.backend.can(needs)), one.says
    assert bench.quiet().dbsize() == 0 or bench.backend.shared, "a sum clears away what it stored"


def test_a_server_that_cannot_tell_its_memory_says_so(fake_bench: Bench) -> None:
    cost = next(step for slug, step in STEPS if slug == "leaderboard" and isinstance(step, Cost))
    (first, *_) = work(cost, fake_bench)
    assert isinstance(first, Estimated)
    assert first.worked is None
    assert first.outcome.value is not None
    assert first.outcome.value.missing.startswith("Not measurable here")


def test_keys_that_do_not_meet_are_told_of() -> None:
    apart = Keys("Two", "meet", lambda redis: ["a", "b"], "One script.")
    assert not place(apart).holds
    assert "CROSSSLOT" in place(apart).says
    together = Keys("Two", "spread", lambda redis: ["{a}1", "{a}2"], "Load.")
    assert not place(together).holds
    assert not Laid("Keys", place(together)).ok


def test_a_dial_recommends_the_last_way_that_exists() -> None:
    old = Way("6.2", "Old", "Works.", "cmd:get", call=("GET", "{key}"))
    new = Way("8.4", "New", "Works too.", "cmd:delex", call=("DELEX", "{key}"))
    dial = Dial("A job", (old, new))
    assert [dial.at(version).title for version in VERSIONS] == ["Old"] * 5 + ["New"] * 3


@pytest.mark.parametrize("since", [("7.0",), ("6.2", "8.4", "8.0"), ()])
def test_a_dial_begins_with_the_first_version_and_goes_up(since: tuple[str, ...]) -> None:
    ways = tuple(Way(one, "Way", "Works.", "cmd:get", call=("GET", "{key}")) for one in since)
    with pytest.raises(ValueError, match=r"its ways begin with 6\.2"):
        Dial("A job", ways)


def test_a_command_that_the_server_should_know_and_does_not_is_a_failure(real_bench: Bench) -> None:
    invented = Way("6.2", "Invented", "Nobody has it.", "cmd:get", call=("NOSUCHCOMMAND", "{key}"))
    tried = try_way(real_bench, way=invented)
    assert not tried.works
    assert not tried.ok
    assert tried.says.endswith("does not know NOSUCHCOMMAND.")
    later = Way("8.8", "Later", "Not yet.", "cmd:get", call=("NOSUCHCOMMAND", "{key}"))
    assert try_way(real_bench, way=later).ok
    assert try_way(real_bench, way=replace(invented, needs="slot_stats")).ok


def test_a_call_is_made_on_a_key_that_is_seeded_and_cleared(real_bench: Bench) -> None:
    way = Way("6.2", "GET", "Reads.", "cmd:get", call=("GET", "{key}"), seed=(("SET", "{key}", "42"),))
    tried = try_way(real_bench, way=way)
    assert tried.works
    assert tried.says.endswith("it answers '42'.")
    assert real_bench.quiet().dbsize() == 0
    assert way.command == "GET key"


def test_a_command_is_shown_as_redis_cli_takes_it() -> None:
    call = ("EVAL", "return 'a' .. \"b\"", "0", "{key}", "89 euros", "", "\\d", ">")
    way = Way("6.2", "EVAL", "Runs.", "cmd:get", call=call)
    assert way.command == 'EVAL "return \'a\' .. \\"b\\"" 0 key "89 euros" "" "\\\\d" >'


def test_the_servers_own_reply_is_told_and_not_what_redis_py_makes_of_it(real_bench: Bench) -> None:
    call = ("SET", "{key}", "mine", "NX", "GET")
    taken = Way("7.0", "SET NX GET", "Asks.", "cmd:set", call=call, seed=(("SET", "{key}", "hers"),))
    assert try_way(real_bench, way=taken).says.endswith("it answers 'hers'.")
    assert try_way(real_bench, way=replace(taken, seed=())).says.endswith("it answers nil.")


def test_a_refusal_is_told_in_the_servers_words(real_bench: Bench) -> None:
    way = Way("6.2", "GET", "Reads.", "cmd:get", call=("GET", "{key}", "too many"))
    tried = try_way(real_bench, way=way)
    assert not tried.ok
    assert "wrong number of arguments" in tried.says


def test_the_servers_version_is_the_mark_that_it_has_reached(real_bench: Bench, fake_bench: Bench) -> None:
    assert nearest_version(real_bench.backend) in VERSIONS
    assert nearest_version(fake_bench.backend) in VERSIONS

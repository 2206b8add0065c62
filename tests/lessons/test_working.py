"""Sums, slots and dials: what is said follows from what was measured, on every kind of server."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.backends import private_backend
from lab.bench import Bench
from lab.server import start_private_server
from lessons.dial import VERSIONS, Dial, Way, nearest_version, try_way
from lessons.estimates import Estimate, Sample, arithmetic, count, many, percent, rounded, size
from lessons.library import LIBRARY
from lessons.measure import NotHere, told
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
        "103.6 for one, rounded up to 110 bytes", "2.75 GB", "5.5 GB", "6,000 requests a second",
    ]  # fmt: skip
    assert worked.lines[1].says == "110 bytes × 25 million players"
    assert worked.lines[2].says == "2.75 GB × 2 copies (1 primary + 1 replica)"
    assert (worked.nodes, worked.fits) == (1, True)


@pytest.mark.parametrize(
    ("stored", "items", "default", "results"),
    [
        (
            573_248, 5_000, 864_000_000,
            ("114.65 for one, rounded up to 120 bytes", "103.68 GB, rounded up to 104 GB", "208 GB"),
        ),
        (1_311_976, 1, 100, ("rounded up to 1,400,000 bytes", "140 MB", "280 MB")),
        (110, 1, 100, ("110 bytes for one", "11 KB", "22 KB")),
        (4, 4, 1, ("1 byte for one", "1 byte", "2 bytes")),
        (99, 1, 10_070_000, ("99 bytes for one", "996.93 MB, rounded up to 997 MB", "1.994 GB")),
    ],
)  # fmt: skip
def test_who_says_a_sum_aloud_can_check_it(
    stored: int, items: int, default: int, results: tuple[str, ...]
) -> None:
    worked = arithmetic(estimate(default=default), Sample(stored, items, 1, "a scale"))
    assert tuple(line.result for line in worked.lines[:3]) == results
    for line, following in itertools.pairwise(worked.lines[:3]):
        shown = line.result.removesuffix(" for one").rpartition("rounded up to ")[2]
        assert following.says.startswith(f"{shown} × ")


@given(st.integers(1, 10**9), st.integers(1, 10**4), st.integers(1, 10**9), st.integers(0, 5))
def test_nothing_is_rounded_in_silence(stored: int, items: int, default: int, replicas: int) -> None:
    sample = Sample(stored, items, 1, "a scale")
    each, one, all_copies = arithmetic(estimate(default=default), sample, replicas=replicas).lines[:3]
    assert ("rounded up" in each.result) == (rounded(sample.each) != sample.each)
    assert rounded(sample.each) >= sample.each
    exact = rounded(sample.each) * default
    assert ("rounded up" in one.result) == (rounded(exact, 3) != exact)
    assert exact <= rounded(exact, 3) <= exact * 1.01
    number, unit = one.result.rpartition("rounded up to ")[2].split()
    product, unit_of_all = all_copies.result.split()
    assert as_bytes(product, unit_of_all) == pytest.approx(as_bytes(number, unit) * (1 + replicas), rel=1e-9)


def as_bytes(number: str, unit: str) -> float:
    units = {"byte": 1.0, "bytes": 1.0, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12}
    return float(number.replace(",", "")) * units[unit]


def test_operations_are_told_in_their_plural() -> None:
    words = ("search", "query", "day", "event", "post", "box", "address")
    assert [many(one) for one in words] == [
        "searches", "queries", "days", "events", "posts", "boxes", "addresses",
    ]  # fmt: skip
    says = [
        arithmetic(estimate(operation="search"), Sample(110, 1, trips, "a scale"), per_second=rate).lines[3]
        for rate, trips in ((2_000, 1), (1, 2), (1, 1))
    ]
    assert [f"{line.says} = {line.result}" for line in says] == [
        "2,000 searches a second × 1 round trip = 2,000 requests a second",
        "1 search a second × 2 round trips = 2 requests a second",
        "1 search a second × 1 round trip = 1 request a second",
    ]


def test_a_percentage_has_no_zeros_at_its_end_and_does_not_break() -> None:
    found = [percent(0.01, 2), percent(0.001, 2), percent(0.0001, 2), percent(0.5), percent(1.0, 1)]
    assert found == ["1\u00a0%", "0.1\u00a0%", "0.01\u00a0%", "50\u00a0%", "100\u00a0%"]


def test_what_cannot_be_measured_here_is_not_called_measured_here() -> None:
    assert (told("5 bytes.").label, told("5 bytes.").says) == ("Measured here", "5 bytes.")
    elsewhere = told(NotHere("there is no module. Where there is, it was 3."))
    assert (elsewhere.here, elsewhere.label) == (False, "Not measured here")
    assert elsewhere.says == "There is no module. Where there is, it was 3."


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
        "2.275 GB",
        "1,200 TB",
    ]
    numbers = (3_000, 259_200_000, 2 * 10**9, 1_234_567)
    assert [count(one) for one in numbers] == ["3,000", "259.2 million", "2 billion", "1.234567 million"]


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


def test_the_first_sum_on_a_server_measures_what_later_ones_do() -> None:
    with start_private_server() as server:
        bench = Bench(private_backend(server), server.spec())
        tracks = bench.quiet().config_get("latency-tracking")
        cost = next(step for slug, step in STEPS if slug == "job_scheduler" and isinstance(step, Cost))
        found = []
        for _ in range(2):
            first = next(one for one in work(cost, bench) if isinstance(one, Estimated))
            assert first.outcome.value is not None
            found.append(first.outcome.value.each)
        assert found[0] == pytest.approx(found[1], rel=0.1)
        assert bench.quiet().config_get("latency-tracking") == tracks
        bench.close()


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

"""The table of contents names every lesson once and knows what was meant."""

from __future__ import annotations

from lessons import curriculum


def test_the_course_has_twenty_patterns_and_three_chapters_across_them() -> None:
    slugs = [one.slug for one in curriculum.entries()]
    assert len(slugs) == len(set(slugs)) == 23
    assert slugs[-3:] == ["when_redis_fails", "races", "hot_keys"]


def test_every_entry_promises_something_in_one_line() -> None:
    for one in curriculum.entries():
        assert one.title
        assert one.promise.endswith(".")
        assert len(one.promise) <= 90, one.slug


def test_an_entry_is_found_by_its_slug() -> None:
    found = curriculum.entry("leaderboard")
    assert found is not None
    assert found.title == "Leaderboard"
    assert curriculum.entry("nothing") is None


def test_the_nearest_name_survives_a_slip_a_dash_and_half_a_name() -> None:
    assert curriculum.nearest("leaderbord") == "leaderboard"
    assert curriculum.nearest("Geo-Search") == "geo_search"
    assert curriculum.nearest("lock") == "distributed_lock"
    assert curriculum.nearest("xyzzy") is None

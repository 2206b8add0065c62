"""What the session store lesson shows, pinned: who is back after signing out, and who is not."""

from __future__ import annotations

import pytest

from lab.bench import Bench
from lessons.model import Shown
from lessons.pictures import Timeline
from lessons.session_store import live, trouble
from patterns.session_store import NaiveSessions, Sessions


def count(shown: Shown, label: str) -> object:
    return next(one.value for one in shown.counts if one.label == label)


@pytest.mark.parametrize("tabs", [1, 12, 50])
def test_the_naive_session_is_back_without_a_ttl(bench: Bench, tabs: int) -> None:
    shown = trouble.naive_burst(bench, tabs=tabs)
    assert count(shown, "Sessions after signing out") == 1
    assert count(shown, "Sessions without a TTL") == 1
    assert "It holds what 1 tab saved" in shown.says
    assert isinstance(shown.picture, Timeline)
    assert shown.picture.lanes[0].name == "ann"


@pytest.mark.parametrize("tabs", [1, 12, 50])
def test_the_hardened_session_stays_gone(bench: Bench, tabs: int) -> None:
    shown = trouble.hardened_burst(bench, tabs=tabs)
    assert count(shown, "Sessions after signing out") == 0
    assert count(shown, "Sessions without a TTL") == 0
    assert shown.says.endswith("Her session is gone and stays gone.")


def test_each_story_by_hand_names_its_fault(bench: Bench) -> None:
    steps = trouble.Steps(NaiveSessions)
    assert steps.revive(bench).says.endswith("She is signed in again: revived session.")
    assert steps.lose(bench, first="3 shoes", second="dark").says == (
        "Tab 1 saved a basket of 3 shoes, tab 2 the theme dark. "
        "The session has basket 3 shoes and theme light: lost update."
    )
    hidden = steps.lose(bench, first="3 shoes", second="light")
    assert hidden.tone == "warn"
    assert hidden.says.endswith("theme light, as before tab 2: its lost update does not show.")
    assert steps.forget(bench, hours=9).says.endswith("9 hours later she is still signed in: dropped TTL.")


def test_the_hardened_store_passes_the_same_stories(bench: Bench) -> None:
    steps = trouble.Steps(Sessions)
    assert steps.revive(bench).says.endswith("She is signed out, and stays so.")
    assert steps.lose(bench, first="3 shoes", second="dark").says.endswith("basket 3 shoes and theme dark.")
    assert steps.forget(bench, hours=1).says.endswith("1 hour later she is signed out.")


def test_a_session_is_used_and_ended(bench: Bench) -> None:
    live.sign_in(bench, user="ann", device="laptop")
    assert live.open_page(bench, device="laptop").says == (
        "The session holds user_id ann, device laptop. Nothing was written."
    )
    live.save(bench, device="laptop", name="theme", value="dark")
    assert "theme dark" in live.open_page(bench, device="laptop").says
    assert live.sign_out(bench, device="laptop").says == "ann is signed out on the laptop."
    assert live.sign_out(bench, device="laptop").tone == "warn"
    for late in (
        live.open_page(bench, device="laptop"),
        live.save(bench, device="laptop", name="theme", value="light"),
    ):
        assert late.says.startswith("No such session: the laptop has to sign in again.")
    assert bench.snapshot().keys == ()


def test_a_page_in_the_second_half_puts_the_end_off(bench: Bench) -> None:
    live.sign_in(bench, user="ann", device="laptop")
    bench.fast_forward(600)
    assert live.open_page(bench, device="laptop").says.endswith("Nothing was written.")
    bench.fast_forward(600)
    assert live.open_page(bench, device="laptop").says.endswith("its end is put off.")
    bench.fast_forward(1_500)
    assert "The session holds" in live.open_page(bench, device="laptop").says


def test_a_save_says_whether_it_has_put_the_end_off(bench: Bench) -> None:
    live.sign_in(bench, user="ann", device="laptop")
    early = live.save(bench, device="laptop", name="theme", value="dark")
    assert early.says == "theme is dark now. The end of the session is where it was."
    bench.fast_forward(1_200)
    late = live.save(bench, device="laptop", name="theme", value="light")
    assert late.says.endswith("its end is put off.")
    assert "saves theme, end put off" in live.picture(bench).text


def test_a_session_ends_by_itself(bench: Bench) -> None:
    live.sign_in(bench, user="ann", device="laptop")
    bench.fast_forward(1_801)
    assert live.devices(bench, user="ann").says == "ann is signed in nowhere."
    assert live.open_page(bench, device="laptop").tone == "warn"


def test_signing_out_everywhere_ends_every_device(bench: Bench) -> None:
    for device in ("laptop", "phone"):
        live.sign_in(bench, user="ann", device=device)
    live.sign_in(bench, user="ben", device="desk")
    assert live.devices(bench, user="ann").says == "ann is signed in: laptop, phone."
    assert live.everywhere(bench, user="ann").says.startswith("2 sessions of ann ended.")
    assert live.devices(bench, user="ann").says == "ann is signed in nowhere."
    assert live.everywhere(bench, user="ann").says == ("ann was signed in nowhere: there was nothing to end.")
    assert live.open_page(bench, device="phone").tone == "warn"
    assert live.open_page(bench, device="desk").tone == "good"


def test_signing_in_twice_on_a_device_leaves_the_older_session_on_the_list(bench: Bench) -> None:
    assert "replaced" not in live.sign_in(bench, user="ann", device="laptop").says
    assert live.sign_in(bench, user="ann", device="laptop").says.endswith(
        "It replaced the older cookie there, whose session goes on until it ends."
    )
    assert live.devices(bench, user="ann").says == "ann is signed in: laptop, and 1 older."
    live.sign_in(bench, user="ben", device="laptop")
    assert live.devices(bench, user="ann").says == (
        "ann has 2 sessions, of which no device here has the cookie any more."
    )


def test_a_device_that_nobody_has_used_is_no_failure(bench: Bench) -> None:
    for shown in (
        live.open_page(bench, device="watch"),
        live.save(bench, device="watch", name="a", value="b"),
        live.sign_out(bench, device="watch"),
    ):
        assert shown.says == "Nobody has signed in on the watch yet. Begin with the first button."


def test_the_picture_shows_until_when(bench: Bench) -> None:
    live.sign_in(bench, user="ann", device="laptop")
    assert live.picture(bench).text.startswith(
        "Who is signed in where: laptop: 8 h at the latest since 0.000 s;"
    )
    assert "; ann signed in from 0.000 s to 1800." in live.picture(bench).text

"""The ways a person goes through, in a real browser."""

from __future__ import annotations

import itertools
import os
import re
import signal
import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lessons import curriculum, library
from lessons.model import Scale
from tests.e2e.conftest import App, Enter, at_rest, started
from tests.waiting import wait_until

WRITTEN = [entry for entry in curriculum.entries() if not entry.planned]


def run(page: Page) -> None:
    """Press the button that runs the chosen action, and wait for what it says."""
    at_rest(page)
    before = page.locator(".ks-says").count() and page.locator(".ks-says .small").first.inner_text()
    page.locator("[data-testid=stBaseButton-primaryFormSubmit]").first.click()
    page.wait_for_selector(".ks-says")
    wait_until(lambda: not before or page.locator(".ks-says .small").first.inner_text() != before, seconds=60)
    at_rest(page)


def test_from_home_into_a_lesson_run_it_and_see_the_ranking_change(enter: Enter) -> None:
    page = enter().page()
    expect(page.get_by_role("heading", name="Rehearse Redis for the interview.")).to_be_visible()
    page.locator('.ks-path a[href="?lesson=leaderboard"]').click()
    expect(page.get_by_role("heading", name="Leaderboard", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(r"/\?lesson=leaderboard&step=1$"))
    at_rest(page)
    page.get_by_role("button", name=re.compile("^Next: Score")).click()
    expect(page.locator(".ks-ranking")).to_contain_text("Nobody has a score yet.")
    run(page)
    names = page.locator(".ks-ranking tbody .name")
    expect(names.first).to_have_text("ana")
    page.keyboard.press("2")
    page.get_by_role("textbox", name="Player").fill("hana")
    page.get_by_role("spinbutton", name="Points").fill("500")
    page.keyboard.press("Enter")
    expect(names.first).to_have_text("hana")
    expect(page.locator(".ks-ranking")).to_contain_text("up 7")
    expect(page.locator(".ks-commands")).to_contain_text("EVALSHA")
    expect(page.locator(".ks-ranking")).to_have_count(1)
    assert page.locator("[data-testid=stException]").count() == 0


def test_a_ttl_falls_in_the_browser_without_a_rerun(enter: Enter) -> None:
    page = enter().page("/?lesson=distributed_lock&step=2")
    page.get_by_role("spinbutton", name="Lease").fill("20000")
    page.keyboard.press("Tab")
    run(page)
    left = page.locator(".ks-keyspace .left").first
    frames: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda _: frames.append("")))
    first = left.inner_text()
    wait_until(lambda: left.inner_text() != first, "the time left falls", seconds=60)
    expect(left).to_have_text("expired")
    assert frames == []
    assert page.locator("[data-testid=stStatusWidget]").count() == 0


def test_a_killed_server_is_told_and_the_next_run_works(enter: Enter, tmp_path: Path) -> None:
    with started(tmp_path) as app:
        page = enter(address=app.address).page("/?lesson=leaderboard&step=2")
        run(page)
        (server,) = app.servers()
        os.kill(server, signal.SIGKILL)
        page.locator("[data-testid=stBaseButton-primaryFormSubmit]").first.click()
        expect(page.get_by_text("was started again; its keys are gone")).to_be_visible()
        expect(page.locator(".ks-says")).to_contain_text("Eight events were sent, and 535 points were added.")
        expect(page.locator(".ks-ranking tbody tr")).to_have_count(8)
        page.close()


def test_a_reload_finds_everything_again(enter: Enter) -> None:
    page = enter().page("/?lesson=leaderboard&step=2")
    run(page)
    page.keyboard.press("2")
    page.get_by_role("textbox", name="Player").fill("zoe")
    page.keyboard.press("Enter")
    expect(page.locator(".ks-ranking")).to_contain_text("zoe")
    page.reload()
    expect(page.locator(".ks-ranking")).to_contain_text("zoe")
    expect(page.locator(".ks-says")).to_contain_text("zoe has 20 points now")
    expect(page.locator(".ks-head .done")).to_have_count(1)
    assert page.get_by_text("its keys are gone").count() == 0


def test_two_learners_do_not_see_each_other(enter: Enter) -> None:
    one = enter().page("/?lesson=leaderboard&step=2")
    run(one)
    other = enter().page("/?lesson=leaderboard&step=2")
    expect(other.locator(".ks-keyspace")).to_contain_text("there is no key at the moment.")
    expect(other.locator(".ks-ranking")).to_contain_text("Nobody has a score yet.")


@pytest.mark.parametrize("slug", [entry.slug for entry in WRITTEN])
def test_every_lesson_opens_by_its_address_and_walks_to_its_end(enter: Enter, slug: str) -> None:
    page = enter().page(f"/?lesson={slug}")
    headings = library.load(slug).headings
    for here, following in itertools.pairwise(headings):
        expect(page.get_by_role("heading", name=here, exact=True)).to_be_visible()
        expect(page.get_by_role("button", name=f"Next: {following}")).to_be_visible()
        page.keyboard.press("n")
    expect(page.get_by_role("button", name="Finish the lesson")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"/\?lesson={slug}&step={len(headings)}$"))
    assert page.locator("[data-testid=stAlert]").count() == 0
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="Rehearse Redis for the interview.")).to_be_visible()


def test_an_unknown_lesson_offers_the_nearest(enter: Enter) -> None:
    page = enter().page("/?lesson=leaderbord")
    expect(page.get_by_text("Did you mean 'leaderboard'?")).to_be_visible()
    page.get_by_role("button", name="Open Leaderboard").click()
    expect(page.get_by_role("heading", name="Leaderboard", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(r"/\?lesson=leaderboard&step=1$"))


def test_back_goes_where_one_was(enter: Enter) -> None:
    page = enter().page()
    page.locator('.ks-path a[href="?lesson=geo_search"]').click()
    page.wait_for_selector(".ks-head")
    at_rest(page)
    page.keyboard.press("n")
    expect(page.locator(".ks-head li:nth-child(2)")).to_have_class(re.compile("here"))
    page.go_back()
    expect(page.locator(".ks-head li:nth-child(1)")).to_have_class(re.compile("here"))
    page.go_back()
    expect(page.get_by_role("heading", name="Rehearse Redis for the interview.")).to_be_visible()


def test_who_types_into_a_part_of_the_page_and_goes_on_arrives(enter: Enter) -> None:
    """The field and the button tell the app in one breath; Streamlit would draw the field's part only."""
    parts = library.load("leaderboard").parts
    step = next(number for number, part in enumerate(parts, 1) if isinstance(part.step, Scale))
    for link in (True, False):
        watched = enter()
        watched.forgiven += ("Multiple different fragmentIds detected",)
        page = watched.page(f"/?lesson=leaderboard&step={step}")
        page.get_by_label("A key of your own").fill("user:{42}")
        if link:
            page.locator(".ks-top .name").click()
            expect(page.get_by_role("heading", name="Rehearse Redis for the interview.")).to_be_visible()
        else:
            page.get_by_role("button", name="Next:").click()
            expect(page.get_by_role("heading", name=parts[step].heading, exact=True)).to_be_visible()


def test_a_bad_input_is_told_beside_its_field(enter: Enter) -> None:
    page = enter().page("/?lesson=leaderboard&step=3")
    clients = page.get_by_role("spinbutton", name="Clients")
    clients.fill("5000")
    page.get_by_role("button", name=re.compile("^Naive: everyone")).click()
    expect(page.get_by_text("Clients is 5000. It must lie between 2 and 50.")).to_be_visible()
    expect(clients).to_have_value("5000")
    assert page.locator(".ks-says").count() == 0


def test_a_source_line_of_the_log_is_shown_in_the_code(enter: Enter) -> None:
    page = enter().page("/?lesson=leaderboard&step=2")
    run(page)
    page.locator(".ks-commands .source").first.click()
    expect(page.locator(".ks-code .pointed")).to_have_class(re.compile("active"))


SHARES = """(texts) => {
  const width = (one) => one.getBoundingClientRect().width
  return texts.filter((one) => one.checkVisibility()).map((one) => width(one) / width(one.closest('.scroll')))
}"""
"""How much of its panel each line of code may use."""


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 800)])
def test_the_code_keeps_its_width_where_many_ran_a_line(enter: Enter, width: int, height: int) -> None:
    """On a phone, and on a desktop where naive and hardened share the page."""
    page = enter(width=width, height=height).page("/?lesson=leaderboard&step=3")
    for version in ("Naive", "Hardened"):
        page.get_by_role("button", name=re.compile(f"^{version}: everyone")).click()
        page.locator(".ks-says").nth(int(version == "Hardened")).wait_for()
        at_rest(page)
    page.locator(".ks-code .marks", has_text="clients").first.wait_for()
    shares = page.locator(".ks-code .text").evaluate_all(SHARES)
    assert shares
    assert min(shares) > 0.8


BELOW = """() => {
  const page = document.querySelector('[data-testid=stMain]')
  const shown = document.querySelector('.stMainBlockContainer').getBoundingClientRect().bottom
  return page.scrollHeight - page.scrollTop - (shown - page.getBoundingClientRect().top)
}"""
"""How far one can scroll below what the page shows."""


@pytest.mark.parametrize("width", [390, 1280])
def test_a_page_ends_where_its_content_does(enter: Enter, width: int) -> None:
    """A log of sixty commands scrolls in its box, and what it says to screen readers only stays in there."""
    page = enter(width=width).page("/?lesson=unique_visitors&step=4")
    run(page)
    assert page.locator(".ks-commands .ks-spoken").count() > 60
    assert page.evaluate(BELOW) < 200


def test_a_crowd_is_filtered_by_client(enter: Enter) -> None:
    page = enter().page("/?lesson=leaderboard&step=3")
    page.get_by_role("button", name=re.compile("^Naive: everyone")).click()
    log = page.locator(".ks-commands").first
    expect(log).to_contain_text("40 commands in 40 round trips")
    log.locator("select").select_option("client 07")
    expect(log.locator("tbody tr")).to_have_count(2)


def test_the_machine_is_a_click_away_from_every_page(enter: Enter) -> None:
    page = enter().page("/?lesson=leaderboard")
    page.get_by_role("link", name=re.compile(r"Redis 8\.2\.\d+ · a server of your own")).click()
    expect(page.get_by_role("heading", name="This machine")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/\?page=machine$"))
    page.reload()
    expect(page.get_by_role("heading", name="This machine")).to_be_visible()


def test_an_unusable_redis_url_offers_the_embedded_server(enter: Enter, tmp_path: Path) -> None:
    with started(tmp_path, REDIS_URL="redis://127.0.0.1:1") as app:
        page = enter(address=app.address).page("/?lesson=leaderboard&step=2")
        expect(page.get_by_text("127.0.0.1:1")).to_be_visible()
        page.get_by_role("button", name="Use the embedded server instead").click()
        expect(page.locator(".ks-top")).to_contain_text("a server of your own")
        run(page)
        expect(page.locator(".ks-ranking tbody tr")).to_have_count(8)
        page.close()
        assert "Traceback" not in app.log.read_text()


def test_simulated_redis_is_labelled_on_every_page(enter: Enter, tmp_path: Path) -> None:
    with started(tmp_path, KEYSPACE_SERVER="fakeredis") as app:
        page = enter(address=app.address).page("/?lesson=leaderboard&step=2")
        expect(page.locator(".ks-top")).to_contain_text("Simulated")
        run(page)
        expect(page.locator(".ks-says")).to_contain_text("535 points")
        page.close()


def test_what_is_done_is_kept_in_the_data_folder(enter: Enter, app: App) -> None:
    page = enter().page("/?lesson=leaderboard&step=2")
    run(page)
    learner = next(one["value"] for one in page.context.cookies() if one["name"] == "keyspace_learner")
    with sqlite3.connect(app.data / "progress.sqlite3") as file:
        rows = file.execute("SELECT lesson, step FROM done WHERE learner = ?", (learner,)).fetchall()
    file.close()
    assert rows == [("leaderboard", "Score, and watch the ranking move")]

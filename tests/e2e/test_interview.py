"""A question of an interview by keyboard, with a run on the spot, a reload and the report; and on a phone."""

from __future__ import annotations

import contextlib
import sqlite3

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import App, Enter, at_rest
from tests.e2e.test_access import violations
from tests.waiting import wait_until


def begin(page: Page) -> None:
    page.wait_for_selector("[class*=st-key-begin] button")
    at_rest(page)
    page.keyboard.press("g")
    page.wait_for_selector("textarea[aria-label='Your answer']")
    at_rest(page)


def press(page: Page, key: str, then: str) -> None:
    """A shortcut, and what appears because of it."""
    at_rest(page)
    page.keyboard.press(key)
    page.wait_for_selector(then)


def kept(app: App) -> str:
    """What the store holds of the interviews of everybody."""
    with contextlib.closing(sqlite3.connect(app.data / "progress.sqlite3")) as file:
        return str(file.execute("SELECT transcript FROM interview").fetchall())


def test_a_claim_is_run_on_the_spot(enter: Enter, app: App) -> None:
    page = enter(reduced_motion="reduce").page("/?page=interview&seed=1")
    assert violations(page) == set()
    begin(page)
    answer = page.get_by_label("Your answer")
    answer.fill("At most so many, in one script.")
    answer.blur()
    wait_until(lambda: "At most so many, in one script." in kept(app), "the answer is kept", seconds=60)
    page.reload()
    expect(page.get_by_label("Your answer")).to_have_value("At most so many, in one script.")
    assert violations(page) == set()
    # Up to the first question that has something to show.
    press(page, "g", "[class*=st-key-reveal] button, [class*=st-key-next] button")
    while page.locator("[class*=st-key-reveal] button").count() == 0:
        press(page, "n", "textarea[aria-label='Your answer']")
        press(page, "g", "[class*=st-key-reveal] button, [class*=st-key-next] button")
    page.locator("[class*=st-key-claim-] label").nth(1).click()
    at_rest(page)
    page.locator("[class*=st-key-predicted-] button").first.click()
    run = page.locator("[class*=st-key-run-claim] button")
    expect(run).to_be_enabled()
    assert violations(page) == set()
    press(page, "g", "[class*=st-key-ks-interview-run-0]")
    expect(page.locator("[class*=st-key-ks-interview-run-0]")).to_contain_text("Predicted: it holds.")
    assert violations(page) == set()
    press(page, "n", "[class*=st-key-next] button")
    assert violations(page) == set()
    page.locator("[class*=st-key-end] button").click()
    page.wait_for_selector("[class*=st-key-as-html] button")
    assert violations(page) == set()
    with page.expect_download() as saved:
        page.locator("[class*=st-key-as-html] button").click()
    assert saved.value.suggested_filename.endswith(".html")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_interview_fits_a_phone(enter: Enter, scheme: str) -> None:
    page = enter(width=390, height=844, scheme=scheme, reduced_motion="reduce").page("/?page=interview")
    begin(page)
    assert violations(page) == set()
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("node => node.scrollWidth <= node.clientWidth")

"""Servers are broken from the page: killed under a writer, loaded, stopped halfway, left alone."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.conftest import A_RUN_MS, App, Enter
from tests.e2e.test_access import violations
from tests.waiting import wait_until

FAILS, HOT = "/?lesson=when_redis_fails", "/?lesson=hot_keys"


def chosen(page: Page, experiment: str) -> None:
    page.get_by_role("radio", name=experiment).or_(page.get_by_role("button", name=experiment)).first.click()


def test_a_server_is_killed_under_a_writer_and_the_ledger_shows_what_is_gone(enter: Enter) -> None:
    page = enter().page(f"{FAILS}&step=2")
    page.get_by_role("button", name="Sound: an error at once").click()
    expect(page.locator(".ks-says")).to_contain_text("The server was killed.", timeout=A_RUN_MS)
    expect(page.locator(".ks-table")).to_contain_text("gone")
    assert violations(page) == set()
    fields = page.locator(".st-key-ks-controls input[type=number]")
    expect(fields.first).not_to_have_value("")
    page.close()


def test_the_wrong_remedies_of_a_hot_key_do_nothing(enter: Enter) -> None:
    page = enter().page(f"{HOT}&step=5")
    page.locator(".st-key-ks-controls").get_by_test_id("stBaseButton-primaryFormSubmit").first.click()
    expect(page.locator(".ks-says").first).to_be_visible(timeout=A_RUN_MS)
    expect(page.locator(".ks-says").first.locator(".band")).to_contain_text("Damage")
    page.close()


def test_a_run_is_stopped_at_once_and_nothing_of_it_stays(enter: Enter, app: App) -> None:
    page = enter().page(f"{HOT}&step=2")
    page.wait_for_selector(".st-key-ks-controls")
    before = set(app.servers())
    page.get_by_test_id("stBaseButton-primaryFormSubmit").first.click()
    wait_until(lambda: set(app.servers()) - before, "the experiment's servers run", seconds=60)
    page.locator("[class*=st-key-stop-] button").click()  # Streamlit may show a Stop of its own beside it
    expect(page.get_by_text("All that it had started is gone.")).to_be_visible()
    wait_until(lambda: not set(app.servers()) - before, "the experiment's servers are gone", seconds=60)
    page.close()


def test_whoever_closes_the_tab_halfway_leaves_nothing_running(enter: Enter, app: App) -> None:
    learner = enter()
    page = learner.page(f"{HOT}&step=2")
    page.wait_for_selector(".st-key-ks-controls")
    before = set(app.servers())
    page.get_by_test_id("stBaseButton-primaryFormSubmit").first.click()
    wait_until(lambda: set(app.servers()) - before, "the experiment's servers run", seconds=60)
    page.close()
    wait_until(lambda: not set(app.servers()) - before, "the experiment's servers are gone", seconds=120)

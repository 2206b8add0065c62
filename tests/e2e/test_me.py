"""The learner's page in a browser, the day after: the queue, the map, an export taken to a second profile."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from memory.store import Store
from memory.values import Answer
from quizzes import bank
from tests.e2e.conftest import App, Enter, Watched, at_rest, started
from tests.e2e.test_access import violations

LEARNER = "0123456789abcdef01234567"
SLUG = sorted(bank.slugs())[0]
WRONG, RIGHT = bank.load(SLUG).questions[:2]


@pytest.fixture(scope="module")
def tomorrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app as it will be in a day, with what was answered today."""
    folder = tmp_path_factory.mktemp("tomorrow")
    store = Store(folder)
    for question, right in ((WRONG, False), (RIGHT, True)):
        about = (question.id, SLUG, question.topic, question.kind, question.level)
        answer = Answer("today", *about, "a", right, float(right), 95, 5.0, time.time())
        store.attempts.record(LEARNER, answer)
    store.profiles.rename(LEARNER, "Ann")
    store.close()
    with started(folder, KEYSPACE_DAYS_AHEAD="1", DATABASE_URL="") as app:
        yield app


def come(entered: Watched, learner: str = LEARNER) -> Page:
    entered.context.add_cookies([{"name": "keyspace_learner", "value": learner, "url": entered.address}])
    page = entered.page("/?page=me")
    page.wait_for_selector(".ks-topics table")
    return page


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_everybody_can_use_it(enter: Enter, tomorrow: App, width: int, scheme: str) -> None:
    page = come(enter(width=width, scheme=scheme, reduced_motion="reduce", address=tomorrow.address))
    assert violations(page) == set()
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width


def test_the_queue_of_the_next_day_leads_into_a_quiz(enter: Enter, tomorrow: App) -> None:
    page = come(enter(address=tomorrow.address))
    expect(page.locator("h1")).to_contain_text("Ann’s progress")
    cell = page.locator(f'.ks-topics a[href*="{SLUG}"]', has_text="weak")
    expect(cell).to_have_count(1)
    expect(cell).to_contain_text("0 of 1" if WRONG.topic != RIGHT.topic else "1 of 2")
    page.get_by_role("button", name="Review 1 now").click()
    page.wait_for_url("**attempt=*")
    page.reload()
    page.wait_for_url("**attempt=*")


def test_a_cell_leads_to_its_questions(enter: Enter, tomorrow: App) -> None:
    page = come(enter(address=tomorrow.address))
    page.locator(f'.ks-topics a[href*="{SLUG}"]', has_text="weak").click()
    page.wait_for_url(f"**quiz={SLUG}*")
    expect(page.get_by_role("button", name="Begin")).to_be_visible()


def test_an_export_is_taken_to_a_second_profile(enter: Enter, tomorrow: App, tmp_path: Path) -> None:
    page = come(enter(address=tomorrow.address))
    with page.expect_download() as download:
        page.get_by_role("button", name="Take it away").click()
    file = tmp_path / "mine.json"
    download.value.save_as(file)
    document = json.loads(file.read_text())
    assert {one["question"] for one in document["answers"]} == {WRONG.id, RIGHT.id}

    page.get_by_role("button", name="Somebody else learns here too").click()
    page.get_by_label("Their name").fill("Ben")
    at_rest(page)
    page.get_by_role("button", name="Add the profile").click()
    expect(page.locator("h1")).to_contain_text("Ben’s progress")
    at_rest(page)
    expect(page.locator(".ks-topics")).not_to_contain_text("0 of 1")
    page.get_by_role("button", name="Bring some along").click()
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("mine.json")).to_be_visible()
    at_rest(page)
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("Added what was new")).to_be_visible()
    expect(page.get_by_role("button", name="Review 1 now")).to_be_visible()
    expect(page.locator("h1")).to_contain_text("Ben’s progress")

    page.reload()  # the browser has kept who is learning
    expect(page.locator("h1")).to_contain_text("Ben’s progress")

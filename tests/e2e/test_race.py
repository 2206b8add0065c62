"""The learner is the scheduler: by keyboard alone, in two browsers, on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Enter
from tests.e2e.test_access import violations


def lab(enter: Enter, query: str, **options: object) -> Page:
    page = enter(**options).page(f"/?race={query}")
    page.wait_for_selector(".ks-stepper .stage")
    return page


def test_the_lock_is_broken_by_keyboard_and_the_link_opens_the_same_run(enter: Enter) -> None:
    page = lab(enter, "distributed_lock")
    for key in page_keys(page):
        page.keyboard.press(key)
    expect(page.locator(".ks-stepper .story")).to_contain_text("stolen release")
    story = page.locator(".ks-stepper .story").inner_text()
    other = enter().page(page.url.removeprefix(enter().address))
    expect(other.locator(".ks-stepper .story")).to_have_text(re.compile("stolen release"))
    assert other.locator(".ks-stepper .story").inner_text() == story
    moments = page.locator(".ks-stepper .moment").count()
    page.keyboard.press("u")
    expect(page.locator(".ks-stepper .moment")).to_have_count(moments - 1)
    expect(page.locator(".ks-stepper .story")).to_have_count(0)


def page_keys(page: Page) -> str:
    """The events of the shortest counterexample, as keys."""
    page.emulate_media(reduced_motion="reduce")
    page.keyboard.press("b")
    page.wait_for_selector(".ks-stepper .story")
    found = page.url.split("at=")[1].split("&")[0].replace(".", "")
    page.keyboard.press("0")
    expect(page.locator(".ks-stepper .moment")).to_have_count(1)
    return found


def test_break_it_for_me_steps_through_the_counterexample(enter: Enter) -> None:
    page = lab(enter, "leaderboard")
    page.get_by_role("button", name="Break it for me").click()
    expect(page.locator(".ks-stepper .moment")).to_have_count(3)
    expect(page.locator(".ks-stepper .story")).to_contain_text("lost update")


def test_the_hardened_version_is_proved(enter: Enter) -> None:
    page = lab(enter, "leaderboard&v=hardened")
    page.keyboard.press("p")
    expect(page.locator(".ks-stepper .proof .word")).to_have_text("proved")
    page.keyboard.press("u")
    expect(page.locator(".ks-stepper .told")).to_contain_text("nothing to undo")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_lab_is_accessible_and_fits_a_phone(enter: Enter, scheme: str) -> None:
    page = lab(
        enter,
        "leaderboard&at=1.2.2.1&show=proof",
        scheme=scheme,
        width=390,
        height=844,
        reduced_motion="reduce",
    )
    assert violations(page) == set()
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390


def test_ones_own_fix_is_proved_in_the_browser(enter: Enter) -> None:
    page = lab(enter, "distributed_counter&v=own")
    editor = page.locator(".ks-editor")
    expect(editor.locator(".told")).to_contain_text("Violated.")
    area = editor.locator("textarea")
    script = "if redis.call('SET', KEYS[2], 1, 'NX') then redis.call('INCRBY', KEYS[1], ARGV[1]) end"
    fixed = f'self.redis.eval("{script}", 2, self.key, f"{{self.key}}:{{event_id}}", amount)'
    area.fill(area.input_value().replace("self.redis.incrby(self.key, amount)", fixed))
    area.press("Control+Enter")
    expect(editor.locator(".told")).to_contain_text("Proved.")
    area.fill(area.input_value().replace(fixed, "while True: pass"))
    editor.get_by_role("button", name="Use this code").click()
    expect(editor.locator(".told")).to_contain_text("Not explorable.")
    longer = area.input_value() + "# " + "long " * 4000
    area.fill(longer)
    area.press("Control+Enter")
    expect(editor.locator(".told")).to_contain_text("at most 20,000 can be searched. Nothing was run")
    assert area.input_value() == longer
    page.close()

"""A page while it comes in: it has its style from the start, and what is drawn late finds its room kept."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.conftest import Enter, at_rest


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_what_comes_late_hardly_moves_what_is_there(enter: Enter, width: int, height: int) -> None:
    watched = enter(width=width, height=height)
    held: list[Route] = []  # the code of every component of ours
    watched.context.route("**/BidiComponent*.js", lambda route: held.append(route))
    page = watched.context.new_page()
    watched.listen(page)
    page.goto(f"{watched.address}/?lesson=leaderboard&step=1")
    words = page.locator(".st-key-ks-read")
    words.wait_for()
    expect(page.locator("[data-testid=stApp]")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.locator(".st-key-top")).to_have_css("position", "fixed")
    assert held, "no component was held back: this shows nothing"
    before = words.bounding_box()
    for route in held:
        route.continue_()
    page.wait_for_selector(".ks-head")
    at_rest(page)
    after = words.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(after["y"] - before["y"]) < 40
    assert after["width"] == before["width"]

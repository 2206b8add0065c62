"""A quiz of ten with every kind, by keyboard, with a reload in the middle, and open to everybody."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Enter, at_rest
from tests.e2e.test_access import violations
from ui.quiz_answers import ASKS

TYPED = {
    "predict": "carol bob alice",
    "number": "104",
    "write": "ZADD board GT 55 ana",
    "free": "exactly once, twice, a script, failover, 2.5 GB",
}


def begin(page: Page) -> None:
    page.wait_for_selector("[class*=st-key-begin] button")
    at_rest(page)
    page.keyboard.press("g")


def kind_of(page: Page) -> str:
    page.wait_for_selector("[class*=st-key-sure-90]")
    at_rest(page)  # what was asked before leaves last, with fields of its own
    said = page.locator("[data-testid=stCaptionContainer]").all_inner_texts()
    return next(kind for kind, asks in ASKS.items() if asks in said)


def answer(page: Page, kind: str) -> None:
    """By keyboard where there is something to choose."""
    if kind in TYPED:
        field = page.locator(".st-key-ks-quiz").locator("textarea, input[type=text]").first
        field.fill(TYPED[kind])
        field.blur()
        return
    if kind == "schedule":
        page.keyboard.type("1212")  # in one breath: each waits for its turn
        lines = [re.compile(rf"\b{number}\. {who}") for number, who in enumerate(["Ann", "Ben"] * 2, 1)]
        for line in lines:
            expect(page.locator("[data-testid=stCode]").first).to_contain_text(line)
        return
    page.keyboard.type("1234" if kind == "order" else "2")
    chosen = (
        [f"[aria-label$='place {key}']" for key in "1234"] if kind == "order" else ["[aria-checked=true]"]
    )
    for one in chosen:
        page.wait_for_selector(f".ks-choices button{one}")


def test_ten_questions_of_every_kind_with_a_reload(enter: Enter) -> None:
    page = enter(reduced_motion="reduce").page("/?quiz=leaderboard&seed=7")
    begin(page)
    kinds = []
    for number in range(1, 11):
        expect(page.locator("h1")).to_have_text(f"Question {number} of 10")
        kind = kind_of(page)
        kinds.append(kind)
        answer(page, kind)
        if number == 3:  # a choice that was not sent yet is still there
            assert kind == "single"
            order = page.locator(".ks-choices button").all_inner_texts()
            page.reload()
            expect(page.locator(".ks-choices [aria-checked=true]")).to_have_count(1)
            assert page.locator(".ks-choices button").all_inner_texts() == order
            assert violations(page) == set()
        page.keyboard.press("d")
        page.wait_for_selector("[data-testid=stAlert]")
        expect(page.locator("[data-testid=stAlert]")).to_contain_text("You were 90 % sure.")
        if number == 3:
            at_rest(page)  # the button that runs it is drawn last
            page.keyboard.press("g")
            expect(page.locator(".ks-transcript .server")).to_contain_text("Redis")
            assert violations(page) == set()
            page.reload()
            expect(page.locator("[data-testid=stAlert]")).to_contain_text("You were 90 % sure.")
            at_rest(page)
        page.wait_for_selector("[class*=st-key-next] button")
        page.keyboard.press("n")
    assert set(kinds) == set(ASKS)
    expect(page.locator("h1")).to_have_text(re.compile(r"\d of 10 right"))
    expect(page.locator(".st-key-ks-quiz")).to_contain_text(
        re.compile(r"You were 90 % sure, and \d+ % right")
    )
    assert violations(page) == set()


def test_an_order_and_how_sure_are_typed_in_one_breath(enter: Enter) -> None:
    page = enter(reduced_motion="reduce").page("/?quiz=leaderboard&kind=order")
    begin(page)
    assert kind_of(page) == "order"
    page.keyboard.type("1234d")
    expect(page.locator("[data-testid=stAlert]")).to_contain_text("You were 90 % sure.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_quiz_fits_a_phone(enter: Enter, scheme: str) -> None:
    page = enter(width=390, height=844, scheme=scheme, reduced_motion="reduce").page(
        "/?quiz=leaderboard&kind=spot"
    )
    assert violations(page) == set()
    begin(page)
    answer(page, kind_of(page))
    page.keyboard.press("f")
    page.wait_for_selector("[data-testid=stAlert]")
    assert violations(page) == set()
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("node => node.scrollWidth <= node.clientWidth")


def test_presses_go_on_where_what_may_come_next_stays_the_same(enter: Enter) -> None:
    """Time passes, and everybody may do just what they might have done before."""
    page = enter(reduced_motion="reduce").page("/?quiz=idempotency_key&kind=schedule")
    begin(page)
    page.get_by_text("Time passes").wait_for()
    jump = page.locator(".ks-choices button", has_text="Time passes").get_attribute("aria-keyshortcuts")
    page.keyboard.type(f"{jump}1")
    for line in (re.compile(r"\b1\. "), re.compile(r"\b2\. Ann")):
        expect(page.locator("[data-testid=stCode]").first).to_contain_text(line)

"""Everybody can use it: rules of accessibility, keyboard, narrow screens, no motion."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from lessons import curriculum, library
from tests.e2e.conftest import A_RUN_MS, Enter, at_rest

WRITTEN = [entry.slug for entry in curriculum.entries() if not entry.planned]
LESSONS = [f"/?lesson={slug}&step=2" for slug in WRITTEN]
PLACES = ["/", "/?page=machine", "/?lesson=unknown"]
PICTURES = [f"/?lesson={slug}&step=2" for slug in ("leaderboard", "geo_search", "cache_aside")]
"""A ranking, a map, a timeline."""


STREAMLITS_OWN = ("stSkipToContent",)
"""What a bare Streamlit page breaks itself: its link to skip to the content lies outside every landmark."""


def violations(page: Page) -> set[str]:
    """The rules that axe finds broken, with the elements that break them, once the page is at rest."""
    at_rest(page)
    found = Axe().run(page).response["violations"]
    nodes = {f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]}
    return {node for node in nodes if not any(own in node for own in STREAMLITS_OWN)}


def run_first(page: Page) -> None:
    at_rest(page)
    page.locator("[data-testid=stBaseButton-primaryFormSubmit]").first.click()
    page.wait_for_selector(".ks-says, .ks-sums", timeout=A_RUN_MS)


@pytest.mark.parametrize(
    ("path", "scheme"),
    [(path, "light") for path in PLACES + LESSONS] + [(path, "dark") for path in PLACES + PICTURES],
)
def test_axe_finds_nothing(enter: Enter, path: str, scheme: str) -> None:
    page = enter(scheme=scheme, reduced_motion="reduce").page(path)
    if "step=2" in path:
        page.wait_for_selector(".ks-keyspace, .st-key-ks-experiment")
        run_first(page)
    assert violations(page) == set()


@pytest.mark.parametrize("step", range(1, len(library.load("leaderboard").parts) + 1))
def test_axe_finds_nothing_in_any_kind_of_step(enter: Enter, step: int) -> None:
    page = enter(reduced_motion="reduce").page(f"/?lesson=leaderboard&step={step}")
    page.wait_for_selector(".ks-head")
    if page.locator("[data-testid=stBaseButton-primaryFormSubmit]").count():
        run_first(page)
    assert violations(page) == set()


@pytest.mark.parametrize("path", PLACES + PICTURES)
def test_a_phone_never_scrolls_sideways(enter: Enter, path: str) -> None:
    page = enter(width=390, height=844).page(path)
    if "step=2" in path:
        run_first(page)
    wide = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert wide <= 390


def test_the_keyboard_alone_chooses_sets_and_runs(enter: Enter) -> None:
    page = enter().page("/?lesson=leaderboard&step=2")
    page.wait_for_selector(".ks-keyspace")
    page.keyboard.press("g")
    expect(page.locator(".ks-says")).to_contain_text("Eight events")
    page.keyboard.press("5")
    expect(page.locator(".ks-picker [aria-pressed=true]")).to_contain_text("Look around a player")
    page.keyboard.press("g")
    expect(page.locator(".ks-says")).to_contain_text("One script read rank and page")


def test_what_is_pressed_before_the_page_has_answered_counts(enter: Enter) -> None:
    """Who is quick chooses and runs in one breath, and the page, drawn in haste, stays whole."""
    page = enter().page("/?lesson=leaderboard&step=2")
    page.wait_for_selector(".ks-keyspace")
    for gap in (0, 3, 5, 8, 20, 40) * 2:  # ms: while the page is told of the choice, and while it is drawn
        at_rest(page)
        page.keyboard.press("1")
        expect(page.locator(".ks-picker [aria-pressed=true]")).to_contain_text("Let eight players score")
        at_rest(page)
        page.keyboard.press("g")
        expect(page.locator(".ks-says")).to_contain_text("Eight events")
        at_rest(page)
        page.keyboard.press("5")
        page.wait_for_timeout(gap)
        page.keyboard.press("g")
        expect(page.locator(".ks-says")).to_contain_text("One script read rank and page")


def test_digits_typed_into_a_field_choose_nothing(enter: Enter) -> None:
    page = enter().page("/?lesson=leaderboard&step=2")
    page.wait_for_selector(".ks-keyspace")
    page.keyboard.press("2")
    field = page.get_by_role("spinbutton", name="Points")
    field.fill("")
    field.press_sequentially("3141")
    expect(field).to_have_value("3141")
    expect(page.locator(".ks-picker [aria-pressed=true]")).to_contain_text(re.compile(r"^2\s*Score$"))


def test_focus_is_visible(enter: Enter) -> None:
    page = enter().page()
    page.wait_for_selector(".ks-path a")
    page.locator(".ks-path a").first.focus()
    page.keyboard.press("Tab")
    outline = page.evaluate(
        """() => { let one = document.activeElement
          while (one.shadowRoot?.activeElement) one = one.shadowRoot.activeElement
          return getComputedStyle(one).outlineStyle + getComputedStyle(one).outlineWidth }"""
    )
    assert outline == "solid3px"


def test_with_reduced_motion_rows_do_not_glide(enter: Enter) -> None:
    page = enter(reduced_motion="reduce").page("/?lesson=leaderboard&step=2")
    run_first(page)
    page.keyboard.press("2")
    page.get_by_role("textbox", name="Player").fill("hana")
    page.keyboard.press("Enter")
    expect(page.locator(".ks-says")).to_contain_text("hana has 30 points now")
    moving = page.evaluate(
        "document.getAnimations().filter(one => one.playState === 'running' "
        "&& one.effect.target?.closest?.('.ks')).length"
    )
    assert moving == 0


def test_fonts_come_from_here(enter: Enter) -> None:
    page = enter().page()
    loaded = page.evaluate(
        "document.fonts.ready.then(all => [...all].filter(f => f.status === 'loaded').map(f => f.family))"
    )
    assert {"Atkinson Hyperlegible Next", "JetBrains Mono"} <= {family.strip('"') for family in loaded}
    assert (Path(__file__).parents[2] / "static/fonts/OFL-jetbrains-mono.txt").is_file()

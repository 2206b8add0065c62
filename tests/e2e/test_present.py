"""In front of a room: ten scenes by keyboard alone, the speaker's window, nothing below the fold."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from lessons.present import decks
from lessons.present.fit import PLACES, lines_of
from tests.e2e.conftest import Enter, Watched
from tests.e2e.test_access import violations

SIZES = ((1920, 1080), (1280, 720))

OVERFLOWS = """() => {
  const found = []
  const stage = document.querySelector(".ks-stage")
  const page = document.scrollingElement
  const bottom = (one) => one.getBoundingClientRect().bottom
  if (page.scrollHeight > innerHeight || page.scrollWidth > innerWidth) found.push("the page scrolls")
  const parts = "header > *, .body > *, footer, .fits, .row:not([hidden]), .left-out:not([hidden])"
  for (const one of stage.querySelectorAll(parts)) {
    const box = one.getBoundingClientRect()
    if (!box.height || one.classList.contains("ks-spoken")) continue
    if (box.bottom > innerHeight + 1 || box.right > innerWidth + 1 || box.top < -1 || box.left < -1)
      found.push("off the window: " + one.className)
    const home = one.closest(".fits")
    if (home && home !== one && box.bottom > bottom(home) + 1)
      found.push("cut by its panel: " + one.textContent.slice(0, 50))
  }
  for (const one of stage.querySelectorAll(".cut")) found.push("cut: " + one.textContent.slice(0, 50))
  const end = stage.querySelector("footer").getBoundingClientRect().top + 1
  if ([...stage.querySelectorAll(".body > :not(.ks-spoken)")].some((one) => bottom(one) > end))
    found.push("the body lies over the foot")
  return found
}"""
"""What is below the fold, cut off or laid over something else."""

SMALLEST = """() => Math.min(...[...document.querySelectorAll(".ks-stage *")]
  .filter((one) => one.getClientRects().length && !one.closest("svg, .ks-spoken"))
  .filter((one) => [...one.childNodes].some((kid) => kid.nodeType === 3 && kid.textContent.trim()))
  .map((one) => parseFloat(getComputedStyle(one).fontSize)))"""
"""The smallest type on the stage, in pixels."""

PICTURE = """() => {
  const slot = document.querySelector(".st-key-ks-slot")
  const bottom = (one) => one.getBoundingClientRect().bottom
  const within = (what) => [...slot.querySelectorAll("*")].flatMap((one) =>
    one.shadowRoot ? [...one.shadowRoot.querySelectorAll(what)] : [])
  const zoom = (one) => {
    const above = one.parentElement || one.getRootNode().host
    return (parseFloat(one.style.zoom) || 1) * (above ? zoom(above) : 1)
  }
  if (!slot || !within(".ks").length) return { cut: Infinity, smallest: 0 }
  const letters = within("svg text, td, th").filter((one) => one.textContent && !one.closest(".ks-badge"))
  return {
    cut: Math.max(...within(".ks").map(bottom)) - bottom(slot),
    smallest: Math.min(...letters.map((one) => parseFloat(getComputedStyle(one).fontSize) * zoom(one))),
  }
}"""
"""How much of the picture is below its place, and its smallest type, in pixels."""

CUT = f"({PICTURE})().cut <= 1"

LINES = """([text, ems]) => {
  const line = document.createElement("p")
  const style = { position: "fixed", width: ems + "em", fontSize: "1.3rem", lineHeight: "1.3", margin: 0 }
  Object.assign(line.style, style)
  document.querySelector(".ks-stage header").append(line)
  line.textContent = text
  const lines = Math.round(line.offsetHeight / (1.3 * parseFloat(getComputedStyle(line).fontSize)))
  line.remove()
  return lines
}"""

LOG = """() => [...document.querySelectorAll(".ks-stage .log-panel .row")].map((one) => one.textContent)"""


def opened(watched: Watched, query: str) -> Page:
    page = watched.context.new_page()
    watched.listen(page)
    page.goto(f"{watched.address}/?{query}")
    page.wait_for_selector("h1")
    return page


def at(page: Page, number: int) -> None:
    expect(page.locator(".ks-stage .progress")).to_have_text(re.compile(rf"^{number} / "))


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_ten_scenes_by_keyboard_alone_fit_and_are_large(enter: Enter, width: int, height: int) -> None:
    watched = enter(width=width, height=height)
    page = opened(watched, "present=leaderboard")
    keys = [
        "ArrowRight",
        "PageDown",
        " ",
        "ArrowRight",
        "PageDown",
        " ",
        "ArrowRight",
        "PageDown",
        "ArrowRight",
    ]
    deck, _ = decks.find("leaderboard")
    small: list[float] = []
    for number in range(1, 11):
        at(page, number)
        if deck.scenes[number - 1].kind == "run":
            assert page.evaluate(OVERFLOWS) == []
            page.keyboard.press("Enter")
            page.wait_for_selector(".ks-stage .result")
        page.evaluate("document.fonts.ready")
        assert page.evaluate(OVERFLOWS) == [], number
        small.append(page.evaluate(SMALLEST))
        if number < 10:
            page.keyboard.press(keys[number - 1])
    page.keyboard.press("PageUp")
    at(page, 9)
    assert min(small) >= 28.0 * height / 1080 - 0.5


def to_first(page: Page, kind: str, name: str = "leaderboard") -> None:
    """Jump to the first scene of that kind, as the speaker would."""
    number = next(at for at, one in enumerate(decks.find(name)[0].scenes, 1) if one.kind == kind)
    page.keyboard.type(f"g{number}")
    page.keyboard.press("Enter")
    at(page, number)


@pytest.mark.parametrize(("width", "height", "scheme"), [(*SIZES[0], "light"), (*SIZES[1], "dark")])
def test_what_is_said_beside_the_runs_fits_and_is_large(
    enter: Enter, width: int, height: int, scheme: str
) -> None:
    floor = 28.0 * height / 1080 - 0.5
    page = opened(enter(width=width, height=height, scheme=scheme), "present=leaderboard")
    for kind in ("cost", "slots", "points", "version", "choice"):
        to_first(page, kind)
        for shown in ("before", "after"):
            page.evaluate("document.fonts.ready")
            assert page.evaluate(OVERFLOWS) == [], (kind, shown)
            assert page.evaluate(SMALLEST) >= floor, (kind, shown)
            if kind != "points" and shown == "before":
                page.keyboard.press("Enter")
                page.wait_for_selector(".ks-stage .result, .ks-stage .out")
        if kind == "slots":
            page.wait_for_function(f"{CUT} && ({PICTURE})().smallest >= {floor}")
        assert violations(page) == set(), kind


def test_a_question_of_the_quiz_counts_a_hand_for_each_option(enter: Enter) -> None:
    page = opened(enter(width=1280, height=720), "present=leaderboard")
    to_first(page, "choice")
    page.keyboard.type("addd")
    page.keyboard.press("Shift+D")
    page.keyboard.press("Shift+B")
    counts = page.locator(".ks-stage .choice .count")
    expect(counts).to_have_text(["1", "0", "0", "2"])
    page.keyboard.press("Enter")
    expect(page.locator(".ks-stage .choice .why")).to_have_count(4)
    expect(page.locator(".ks-stage .choice .right")).to_have_count(1)
    assert page.evaluate(OVERFLOWS) == []
    page.keyboard.press("p")
    expect(page.locator(".ks-stage")).to_have_class(re.compile("projector"))
    assert violations(page) == set()
    page.keyboard.press("r")
    expect(counts).to_have_text(["0", "0", "0", "0"])


def test_a_key_walks_to_the_further_pictures_of_a_run(enter: Enter) -> None:
    page = opened(enter(width=1280, height=720), "present=job_scheduler:2")
    page.keyboard.press("Enter")
    page.wait_for_selector(".ks-stage .result")
    foot = page.locator(".ks-stage footer")
    expect(foot).to_contain_text("picture 1 of 2")
    for key, number in (("m", 2), ("m", 1), ("Shift+M", 2)):
        page.keyboard.press(key)
        expect(foot).to_contain_text(f"picture {number} of 2")
        expect(page.locator(".ks-stage .result")).to_have_count(2 - number)
        page.wait_for_function(CUT)
        assert page.evaluate(OVERFLOWS) == []


def test_the_notes_follow_and_say_when_the_presenting_window_is_gone(enter: Enter) -> None:
    watched = enter(width=1280, height=720)
    page = opened(watched, "present=leaderboard&room=a")
    notes = opened(watched, "notes=leaderboard&room=a")
    expect(notes.locator(".ks-speaker h1")).to_have_text("Leaderboard")
    page.keyboard.press("ArrowRight")
    expect(notes.locator(".ks-speaker h1")).to_have_text("Ten million players, one ranking")
    expect(notes.locator(".ks-speaker .coming")).to_contain_text("Let eight players score")
    notes.keyboard.press("ArrowRight")
    at(page, 3)
    expect(notes.locator(".ks-speaker h1")).to_have_text("Let eight players score")
    expect(notes.locator(".ks-speaker .gone")).to_have_count(0)
    assert violations(notes) == set()
    page.close()
    expect(notes.locator(".ks-speaker .gone")).to_contain_text("The presenting window is gone")


def test_a_reset_gives_the_same_log_and_hands_are_counted_by_keys(enter: Enter) -> None:
    page = opened(enter(width=1280, height=720), "present=leaderboard&scene=4")
    logs: list[Any] = []
    for _ in range(2):
        page.keyboard.press("Enter")
        page.wait_for_selector(".ks-stage .log-panel .row")
        logs.append(page.evaluate(LOG))
        page.keyboard.press("r")
        expect(page.locator(".ks-stage .result")).to_have_count(0)
    assert logs[0] == logs[1]
    assert logs[0]
    page.keyboard.type("g10")
    page.keyboard.press("Enter")
    at(page, 10)
    page.keyboard.type("aabb")
    page.keyboard.press("Shift+B")
    counts = page.locator(".ks-stage .hand b")
    expect(counts.nth(0)).to_have_text("2")
    expect(counts.nth(1)).to_have_text("1")
    page.keyboard.press("Enter")
    page.wait_for_selector(".ks-stage .result.bad")
    expect(page.locator(".ks-stage .hand").nth(1)).to_have_class(re.compile("right"))
    page.keyboard.press("p")
    expect(page.locator(".ks-stage")).to_have_class(re.compile("projector"))
    assert violations(page) == set()


def test_a_race_is_played_by_shouts_and_the_verdict_revealed(enter: Enter) -> None:
    page = opened(enter(width=1280, height=720), "present=leaderboard:races")
    page.wait_for_selector(".ks-stage .client")
    page.keyboard.type("1212")
    expect(page.locator(".ks-stage .moment")).to_have_count(4)
    expect(page.locator(".ks-stage .wrong")).to_contain_text("lost update")
    page.keyboard.press("u")
    expect(page.locator(".ks-stage .moment")).to_have_count(3)
    assert page.evaluate(OVERFLOWS) == []
    page.keyboard.press("r")
    expect(page.locator(".ks-stage .moment")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator(".ks-stage .verdict")).to_contain_text("violated")
    assert page.evaluate(OVERFLOWS) == []
    page.keyboard.press("ArrowRight")
    at(page, 2)
    page.keyboard.press("Enter")
    expect(page.locator(".ks-stage .verdict")).to_contain_text("proved")
    assert page.evaluate(OVERFLOWS) == []


def test_the_estimate_of_what_fits_is_never_below_what_the_browser_needs(enter: Enter) -> None:
    page = opened(enter(width=1280, height=720), "present=leaderboard&scene=2")
    scenes = [scene for name in ("leaderboard", "cache_aside") for scene in decks.find(name)[0].scenes]
    width = PLACES["line"].width
    page.evaluate("document.fonts.ready")
    for text in sorted({scene.line for scene in scenes}, key=len)[-25:]:
        assert page.evaluate(LINES, [text, width]) <= lines_of(text, width), text

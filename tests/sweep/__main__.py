"""Every button of every step of a lesson is pressed in a real browser: `python -m tests.sweep SLUG|all`.

Prints what went wrong, a line each, and exits 1 if anything did: an exception, an error on the page, a
console message, a request that leaves the machine, a rule of accessibility broken in the light or the dark
theme. `--shots FOLDER` keeps a picture of each step as it stands afterwards, one of each theme, for eyes;
`--width 390` is a phone. A lesson takes a few minutes; `./check` walks through all lessons and presses
everything in one.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, WebSocket
from playwright.sync_api import Error as PlaywrightError

from lessons import curriculum, library
from tests.e2e.conftest import A_RUN_MS, AT_REST, App, Watched, app_and_browser
from tests.e2e.test_access import violations

__all__ = ["Swept", "sweep"]

ERRORS = "[data-testid=stException], [data-testid=stAlertContentError]"
LOOKS = 60  # of 50 ms each, until the server answers a press; after that it has not heard of it
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
MOST = 60
"""Buttons pressed in one step."""
WIPES = ("Start over", "Time +")
LEADS_AWAY = ("Answer the questions", "Answer its questions", "Choose the order", "Stop", "I know this")
BUTTONS = """() => {
  const found = []
  const look = root => root.querySelectorAll('*').forEach(one => {
    if (one.shadowRoot) look(one.shadowRoot)
    if (!one.matches('button, summary')) return
    if (one.closest('.st-key-ks-way-on, .ks-head, .ks-top, [data-testid=stHeader], [data-testid=stToolbar], '
      + '[data-testid=stElementToolbar], [data-testid=stNumberInputContainer], .modebar')) return
    if (one.disabled || !one.checkVisibility() || one.matches('tbody tr:nth-child(n+3) button')) return
    const name = (one.getAttribute('aria-label') || one.innerText || '').trim().replace(/\\s+/g, ' ')
    const kind = one.closest('.ks-picker') ? 'picks' : one.matches('summary') ? 'opens' : 'acts'
    found.push([kind, name])
  })
  look(document.querySelector('[data-testid=stMain]'))
  return found
}"""
PRESS = """([kind, name, nth]) => {
  let left = nth
  const look = root => {
    for (const one of root.querySelectorAll('*')) {
      if (one.shadowRoot && look(one.shadowRoot)) return true
      if (!one.matches('button, summary')) continue
      const said = (one.getAttribute('aria-label') || one.innerText || '').trim().replace(/\\s+/g, ' ')
      if (said !== name || one.disabled || !one.checkVisibility()) continue
      if (left-- > 0) continue
      one.scrollIntoView({block: 'center'})
      one.click()
      return true
    }
    return false
  }
  return look(document.querySelector('[data-testid=stMain]'))
}"""
IDLE = f"""() => ({AT_REST})() && !document.querySelector('[class*=st-key-stop-] button')
  && !document.querySelector('[data-testid=stSpinner]')"""


@dataclass
class Swept:
    """What one step came to."""

    slug: str
    step: int
    pressed: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)


class Heard:
    """How much the app's server has said to a page: a click takes a moment to reach it."""

    def __init__(self, watched: Watched) -> None:
        self.frames = 0
        watched.context.on("page", lambda page: page.on("websocket", self._listen))

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._count)

    def _count(self, _: object) -> None:
        self.frames += 1

    def then_at_rest(self, page: Page, before: int) -> None:
        """Wait until it has answered, if it answers at all, and nothing runs any more."""
        for _ in range(LOOKS):
            if self.frames > before:
                break
            page.wait_for_timeout(50)
        page.wait_for_timeout(100)
        page.wait_for_function(IDLE, timeout=A_RUN_MS)


def press_all(page: Page, swept: Swept, heard: Heard) -> None:
    """Everything that can be pressed, also what appears because of it; each of a name and place once."""
    here = page.url
    done: set[tuple[str, str, int]] = set()
    while swept.pressed < MOST:
        seen: dict[tuple[str, str], int] = {}
        left: list[tuple[str, str, int]] = []
        for kind, name in page.evaluate(BUTTONS):
            nth = seen[(kind, name)] = seen.get((kind, name), -1) + 1
            if (kind, name, nth) not in done and not any(one in name for one in LEADS_AWAY):
                left.append((kind, name, nth))
        if not left:
            return
        todo = next((one for one in left if one[1].startswith(WIPES)), left[0])  # nothing to see after these
        done.add(todo)
        swept.pressed += 1
        before = heard.frames
        page.evaluate(PRESS, [*todo])
        heard.then_at_rest(page, -1 if todo[0] == "opens" else before)  # nobody else hears of what only opens
        if todo[0] == "picks":  # another action: the form's own button runs it
            submit = page.locator("[data-testid=stBaseButton-primaryFormSubmit]")
            if submit.count():
                before = heard.frames
                submit.first.click()
                heard.then_at_rest(page, before)
        for text in page.locator(ERRORS).all_inner_texts():
            swept.wrong.append(f"after {todo[1]!r}: {text[:200]}")
        if page.url != here:
            swept.wrong.append(f"{todo[1]!r} leads to {page.url}")
            page.goto(here)
            heard.then_at_rest(page, 0)


def sweep(watched: Watched, slug: str, shots: Path | None = None) -> Iterator[Swept]:
    """Step by step."""
    heard = Heard(watched)
    for step in range(1, len(library.load(slug).parts) + 1):
        swept, began = Swept(slug, step), time.monotonic()
        page = watched.page(f"/?lesson={slug}&step={step}")
        try:
            heard.then_at_rest(page, 0)
            press_all(page, swept, heard)
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                page.wait_for_timeout(200)
                heard.then_at_rest(page, -1)
                swept.wrong += [f"{scheme}: {one}" for one in sorted(violations(page))]
                if shots:
                    shoot(page, shots / f"{slug}-{step:02}-{scheme}.png")
        except (PlaywrightError, AssertionError) as error:
            swept.wrong.append(f"{type(error).__name__}: {str(error)[:300]}")
        page.close()
        swept.wrong += watched.faults
        watched.faults.clear()
        swept.seconds = time.monotonic() - began
        yield swept


def shoot(page: Page, file: Path) -> None:
    """The whole page, however long."""
    size = page.viewport_size or {"width": 1280, "height": 800}
    tall = int(page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight"))
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], min(tall + 40, 6000))})
    page.wait_for_timeout(300)
    page.screenshot(path=str(file))
    page.set_viewport_size(size)


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.sweep", description=__doc__)
    asked.add_argument("slugs", nargs="+", metavar="SLUG|all")
    asked.add_argument("--width", type=int, default=1280)
    asked.add_argument("--shots", type=Path, metavar="FOLDER")
    options = asked.parse_args()
    slugs = [entry.slug for entry in curriculum.entries()] if options.slugs == ["all"] else options.slugs
    if options.shots:
        options.shots.mkdir(parents=True, exist_ok=True)
    wrong = 0
    with app_and_browser() as (app, browser):
        for slug in slugs:
            for one in sweep(entered(browser, app, options), slug, options.shots):
                print(f"{one.slug} {one.step:2}  {one.pressed:3} pressed  {one.seconds:6.1f} s", flush=True)
                for fault in one.wrong:
                    print(f"    {fault}", flush=True)
                wrong += len(one.wrong)
    print(f"{wrong} wrong")
    return 1 if wrong else 0


def entered(browser: Browser, app: App, options: argparse.Namespace) -> Watched:
    """A new learner."""
    context = browser.new_context(
        viewport={"width": options.width, "height": 800}, color_scheme="light", reduced_motion="reduce"
    )
    return Watched(context, app.address)


if __name__ == "__main__":
    sys.exit(main())

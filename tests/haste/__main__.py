"""Pages under a learner in haste: keys, clicks and texts at random, faster than the app answers.

    python -m tests.haste                         # a page of each kind, 20 seconds each
    python -m tests.haste --seed 7 '?race=graph'  # the same presses again; timing differs, as in life

Prints what went wrong, and exits 1 if anything did: a console error, an exception of the browser or of the
app, an error on the page, a page that never comes to rest. `./check` pins what this has found.
"""

from __future__ import annotations

import argparse
import random
import sys
import time

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page

from tests.e2e.conftest import A_RUN_MS, AT_REST, App, Watched, app_and_browser
from ui.frame import OUR_FAULT

__all__ = ["hurry"]

PAGES = (
    "", "?lesson=leaderboard&step=2", "?lesson=cache_aside&step=3", "?lesson=hot_keys&step=4",
    "?lesson=when_redis_fails&step=2", "?lesson=geo_search&step=5", "?race=distributed_lock",
    "?race=distributed_counter&v=own", "?quiz=leaderboard", "?page=quiz", "?page=interview&seed=1",
    "?page=me", "?page=facts", "?page=cheatsheet", "?page=machine", "?present=leaderboard",
    "?present=cache_aside:races",
)  # fmt: skip
KEYS = (
    *"123456789gnpbulrqxdfsaimhtv0", "Enter", "Escape", "Tab", " ",
    "ArrowRight", "ArrowLeft", "ArrowDown", "PageDown",
)  # fmt: skip
TEXTS = ("7", "-1", "abc", "", "999999999", "3.5", "user:{42}", "é")
PAUSES_MS = (0, 0, 2, 5, 10, 30, 80)
A_PRESS_MS = 700
PRESSABLE = "button:visible, summary:visible, [role=tab]:visible, [role=radio]:visible"
SPARED = ("elete", "Print")
"""Nobody deletes their data in haste, and no printer stands here."""
HANDLED = ("Multiple different fragmentIds detected",)
"""A warning of Streamlit's own: two parts of a page told it something at once; `frame.guard` draws both."""


def hurry(page: Page, chance: random.Random, seconds: float) -> list[str]:
    """Press whatever is there for so long; what was pressed, in order."""
    done: list[str] = []
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        try:
            done.append(_press(page, chance))
        except PlaywrightError:
            done.append("(gone meanwhile)")
        page.wait_for_timeout(chance.choice(PAUSES_MS))
    return done


def _press(page: Page, chance: random.Random) -> str:
    """One key, one click or one text."""
    what = chance.random()
    if what < 0.6:
        key: str = chance.choice(KEYS)
        page.keyboard.press(key)
        return key
    if what < 0.93:
        found = page.locator(PRESSABLE).all()
        if not found:
            return "(nothing to click)"
        one = chance.choice(found)
        name = " ".join((one.text_content(timeout=A_PRESS_MS) or "").split())[:40]
        if not any(word in name for word in SPARED):
            one.click(timeout=A_PRESS_MS, no_wait_after=True)
        return f"[{name}]"
    fields = page.locator("input:visible, textarea:visible").all()
    text = chance.choice(TEXTS)
    if fields:
        chance.choice(fields).fill(text, timeout=A_PRESS_MS)
    return repr(text)


def wrong_with(page: Page, watched: Watched, app: App, heard: int) -> list[str]:
    """What is wrong once it is quiet again; the app's log counts from byte `heard`."""
    wrong = list(watched.faults)
    try:
        page.wait_for_function(AT_REST, timeout=A_RUN_MS)
    except PlaywrightError:
        wrong.append("the page never comes to rest")
    if page.get_by_text(OUR_FAULT[:40]).count() or page.get_by_test_id("stException").count():
        wrong.append("the page says that something in Keyspace itself went wrong")
    log = app.log.read_bytes()[heard:].decode(errors="replace")
    if "Traceback" in log:
        wrong.append(f"the app's log: {log[log.index('Traceback') :][:3000]}")
    return wrong


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.haste", description=__doc__)
    asked.add_argument("pages", nargs="*", metavar="?QUERY", default=list(PAGES))
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--seconds", type=float, default=20.0, help="for each page")
    options = asked.parse_args()
    count = 0
    with app_and_browser() as (app, browser):
        for query in options.pages:
            context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
            watched = Watched(context, app.address)
            watched.forgiven += HANDLED
            heard = app.log.stat().st_size
            page = context.new_page()
            watched.listen(page)
            page.goto(f"{app.address}/{query}")
            page.wait_for_selector("h1")
            pressed = hurry(page, random.Random(f"{options.seed}/{query}"), options.seconds)
            wrong = wrong_with(page, watched, app, heard)
            print(f"{query or 'home':40} {len(pressed):4} pressed  {len(wrong)} wrong", flush=True)
            for fault in wrong:
                print(f"    {fault}", flush=True)
            if wrong:
                print(f"    last pressed: {' '.join(pressed[-30:])}", flush=True)
            count += len(wrong)
            context.close()
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())

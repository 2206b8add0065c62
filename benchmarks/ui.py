"""How fast a page is, beside `streamlit hello` and beside pages that do nothing, in one run in one browser.

Every figure is taken in the browser: from the click, or from the start of the navigation, to the frame in
which what was asked for is there. The three apps take turns, round after round; what counts is the ratio.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
ROUNDS = 10
PAGES = 20
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")

FLOOR_APP = """
import streamlit as st
page = st.navigation([st.Page(f"pages/page_{number}.py", title=f"Page {number}") for number in range(PAGES)])
page.run()
"""
FLOOR_PAGE = """
import streamlit as st
st.title("Page NUMBER")
@st.fragment
def lines():
    count = st.session_state.get("count", 0)
    if st.button("Run"):
        count += 1
        st.session_state["count"] = count
    st.write(f"Run number {count}")
    for line in range(50):
        st.text(f"Page NUMBER, line {line} of run {count}")
lines()
"""

TOOLS = """
window.bench = {
  all(selector, root = document) {
    const found = [...root.querySelectorAll(selector)]
    for (const host of root.querySelectorAll("*"))
      if (host.shadowRoot) found.push(...this.all(selector, host.shadowRoot))
    return found
  },
  text(selector, which) { return this.all(selector).at(which)?.textContent },
  until(done) {
    const end = performance.now() + 20000
    return new Promise((resolve, reject) => {
      const look = () =>
        done() ? resolve(performance.now()) : performance.now() > end ? reject() : requestAnimationFrame(look)
      look()
    })
  },
  async click(button, watched, which) {
    const before = this.text(watched, which)
    const target = this.all(button)[0]
    const start = performance.now()
    target.click()
    return (await this.until(() => this.text(watched, which) !== before)) - start
  },
}
"""


def run() -> list[dict[str, Any]]:
    """Rows: what, in which app, median and spread in milliseconds, the ratio, and what it should be."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ours = stack.enter_context(_started(ROOT / "app.py", ROOT, folder))
        floor = stack.enter_context(_started(_floor(folder), folder / "floor", folder))
        hello = stack.enter_context(_started(None, folder, folder))
        chromium = stack.enter_context(sync_playwright()).chromium
        browser = chromium.launch(executable_path=_browser(), args=list(FLAGS))
        stack.callback(browser.close)
        pages = {}
        addresses = {"keyspace": f"{ours}/?lesson=leaderboard&step=2", "floor": floor, "hello": hello}
        for name in addresses:
            pages[name] = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
            pages[name].add_init_script(TOOLS)
        taken: dict[tuple[str, str], list[float]] = {}
        for _ in range(ROUNDS):
            for name, address in addresses.items():
                pages[name].goto(address)
                pages[name].wait_for_selector("h1")
                _rest(pages[name])
            for (what, app), milliseconds in _round(pages, ours).items():
                taken.setdefault((what, app), []).append(milliseconds)
    return _rows(taken)


def table(rows: list[dict[str, Any]]) -> str:
    """The rows as text."""
    lines = [f"{'what':<34} {'app':<9} {'median ms':>9} {'middle half':>13}  {'ratio':>5}  goal"]
    for row in rows:
        goal = f"<= {row['goal']:g} x {row['against']}" if row["goal"] else ""
        ratio = f"{row['ratio']:.2f}" if row["ratio"] else ""
        lines.append(
            f"{row['what']:<34} {row['app']:<9} {row['median']:>9.0f} "
            f"{row['low']:>6.0f}-{row['high']:<6.0f}  {ratio:>5}  {goal}"
        )
    return "\n".join(lines)


def _round(pages: dict[str, Page], ours: str) -> dict[tuple[str, str], float]:
    """Each way once in each app, the apps in turn. Complete is a page when the last thing on it is there."""
    keyspace, floor, hello = pages["keyspace"], pages["floor"], pages["hello"]
    first_words, way_on = ".stMainBlockContainer [data-testid=stMarkdown] p", ".st-key-next button"
    last_line, link = "[data-testid=stText]", "[data-testid=stSidebarNavLink]"
    found = {
        ("reload", "hello"): _reload(hello, "h1"),
        ("reload", "floor"): _reload(floor, "h1"),
        ("reload", "keyspace"): _reload(keyspace, "h1"),
    }
    keyspace.wait_for_selector(way_on)
    keyspace.keyboard.press("2")  # Score: its sentence is another one each time
    keyspace.get_by_role("spinbutton", name="Points").wait_for()
    _rest(hello, floor, keyspace)
    found["run", "floor"] = _click(floor, "[data-testid=stBaseButton-secondary]", last_line)
    found["run", "keyspace"] = _click(
        keyspace, "[data-testid=stBaseButton-primaryFormSubmit]", ".ks-says .sentence"
    )
    _rest(floor, keyspace)
    found["page switch", "hello"] = _click(hello, f"{link}[href$=plotting_demo]", "h1")
    found["page switch", "floor"] = _click(floor, f"{link}[href$=page_1]", "h1")
    found["page switch", "keyspace"] = _click(keyspace, ".ks-head li:nth-child(3) a", first_words, first=True)
    _rest(floor, keyspace)
    found["page switch, complete", "floor"] = _click(floor, f"{link}[href$=page_2]", last_line)
    found["page switch, complete", "keyspace"] = _click(keyspace, ".ks-head li:nth-child(2) a", way_on)
    _rest(floor, keyspace)
    keyspace.goto(f"{ours}/")
    keyspace.wait_for_selector(".ks-path a")
    _rest(keyspace)
    found["home to lesson", "keyspace"] = _click(keyspace, ".ks-path a[href*=leaderboard]", "h1")
    return found


def _click(page: Page, target: str, watched: str, *, first: bool = False) -> float:
    """From the click to the frame in which the text of the last (or first) such element is another."""
    arguments = [target, watched, 0 if first else -1]
    return float(page.evaluate("(given) => window.bench.click(...given)", arguments))


def _rest(*pages: Page) -> None:
    for page in pages:
        page.wait_for_timeout(300)


def _reload(page: Page, sign: str) -> float:
    """From the start of the navigation to the frame in which the sign is there."""
    page.reload(wait_until="commit")
    page.wait_for_function("window.bench !== undefined")
    return float(page.evaluate("(sign) => window.bench.until(() => window.bench.all(sign).length)", sign))


def _rows(taken: dict[tuple[str, str], list[float]]) -> list[dict[str, Any]]:
    goals = {
        ("reload", "keyspace"): (1.3, "hello", "reload"),
        ("page switch", "keyspace"): (1.2, "floor", "page switch"),
        ("page switch, complete", "keyspace"): (1.2, "floor", "page switch, complete"),
        ("run", "keyspace"): (1.2, "floor", "run"),
        ("home to lesson", "keyspace"): (0.0, "floor", "page switch"),
    }
    rows = []
    for (what, app), values in sorted(taken.items()):
        goal, against, same = goals.get((what, app), (0.0, "", ""))
        ratios = (
            [one / other for one, other in zip(values, taken[same, against], strict=True)] if against else []
        )
        low, _, high = statistics.quantiles(values, n=4)
        rows.append(
            {
                "what": what,
                "app": app,
                "median": statistics.median(values),
                "low": low,
                "high": high,
                "ratio": statistics.median(ratios) if ratios else 0.0,
                "goal": goal,
                "against": against,
            }
        )
    return rows


def _floor(folder: Path) -> Path:
    (folder / "floor/pages").mkdir(parents=True)
    for number in range(PAGES):
        (folder / f"floor/pages/page_{number}.py").write_text(FLOOR_PAGE.replace("NUMBER", str(number)))
    app = folder / "floor/app.py"
    app.write_text(FLOOR_APP.replace("PAGES", str(PAGES)))
    return app


@contextlib.contextmanager
def _started(app: Path | None, where: Path, data: Path) -> Iterator[str]:
    """An app on a free port; without a path `streamlit hello`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    what = ["run", str(app)] if app else ["hello"]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", *what, f"--server.port={port}", "--server.headless=true",
         "--browser.gatherUsageStats=false", "--server.fileWatcherType=none"],
        cwd=where,
        env={**os.environ, "KEYSPACE_DATA": str(data)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                break
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.05)
        yield address
    finally:
        process.terminate()
        process.wait()


def _browser() -> str:
    program = os.environ.get("KEYSPACE_BROWSER") or shutil.which("chromium") or shutil.which("google-chrome")
    if not program:
        raise SystemExit("No Chromium was found; set KEYSPACE_BROWSER to one.")
    return program

"""The app as a person meets it: a process of its own, a real Chromium, and an eye on what goes wrong."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
)  # fmt: skip
PATIENCE_MS = 45_000
"""How long a test waits for what must come. On a machine that is busy with other tests a page takes long."""
A_RUN_MS = 180_000
"""How long for an experiment to end, which starts servers of its own and loads them."""
expect.set_options(timeout=PATIENCE_MS)
STREAMLITS_OWN = (
    "was preloaded using link preload but not used",  # its index.html preloads a font that we replace
    "Gather usage stats",
    "GL Driver Message",
)

AT_REST = """() => {
  const app = document.querySelector('[data-testid=stApp]');
  const parts = [...document.querySelectorAll('[data-testid^=stBidiComponent]')];
  const coming = parts.some((part) => part.shadowRoot && !part.shadowRoot.childElementCount);
  const places = [...parts, ...document.querySelectorAll('button')].map((one) => one.getBoundingClientRect());
  const shape = places.map((one) => `${one.top} ${one.height}`).join();
  const now = performance.now();
  if (shape !== window.shapeAtRest) [window.shapeAtRest, window.atRestSince] = [shape, now];
  const running = app.getAttribute('data-test-script-state') !== 'notRunning';
  const changing = running || coming || document.querySelector('[data-stale=true], [data-testid=stSkeleton]');
  return !changing && now - window.atRestSince > 300;
}"""


SHOWN = """() => {
  const state = document.querySelector('[data-testid=stApp]')?.getAttribute('data-test-script-state');
  const stale = document.querySelectorAll('[data-stale=true]').length;
  const holds = document.activeElement?.outerHTML.slice(0, 160);
  const typed = [...document.querySelectorAll('input, textarea')].map((one) => JSON.stringify(one.value));
  const main = document.querySelector('[data-testid=stMain]') || document.body;
  const shown = main.innerText.replace(/\\n+/g, '\\n').slice(0, 3000);
  return `script ${state}, ${stale} stale, focus on ${holds}, typed ${typed}\\n${shown}`;
}"""


def at_rest(page: Page) -> None:
    """Wait until the page is drawn, and nothing on it moves any more.

    While a script runs, Streamlit shows a Stop button of its own, and what is about to leave stands faded
    beside what replaces it. Components and what Streamlit has to fetch the code of come after that, and push
    what is below them out of the way.
    """
    page.wait_for_function(AT_REST)


OPENED: pytest.StashKey[list[Watched]] = pytest.StashKey()
"""The browser contexts of a test."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that fails tells what its pages showed at that moment."""
    report = yield
    if call.when == "call" and report.failed:
        for one in item.stash.get(OPENED, []):
            report.sections += [("What the page showed", told(page)) for page in one.context.pages]
            report.sections += [("What went wrong meanwhile", fault) for fault in one.faults]
    return report


def told(page: Page) -> str:
    """What a person would see there, and what Streamlit is doing."""
    try:
        return f"{page.url}\n{page.evaluate(SHOWN)}"
    except PlaywrightError as error:
        return f"{page.url}\nno answer: {error.message}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.e2e)


@dataclass
class App:
    """A running app."""

    process: subprocess.Popen[bytes]
    address: str
    data: Path
    log: Path

    def servers(self) -> list[int]:
        """The Redis processes below this app."""
        listed = subprocess.run(["ps", "-eo", "pid=,ppid=,comm="], capture_output=True, text=True, check=True)
        rows = [line.split(None, 2) for line in listed.stdout.splitlines()]
        family = {self.process.pid}
        found = set(family)
        while found:
            found = {int(pid) for pid, parent, _ in rows if int(parent) in family} - family
            family |= found
        return [int(pid) for pid, _, name in rows if int(pid) in family and "redis-server" in name]


@contextmanager
def started(folder: Path, script: str = "app.py", **environment: str) -> Iterator[App]:
    """`streamlit run app.py`, or another script, on a free port, until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / "app.log"
    unset = {"REDIS_URL": "", "DATABASE_URL": ""}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", script, f"--server.port={port}",
             "--server.address=127.0.0.1", "--server.headless=true"],
            cwd=ROOT,
            env={**os.environ, "KEYSPACE_DATA": str(folder), **unset, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
    app = App(process, f"http://127.0.0.1:{port}", folder, log)
    try:
        wait_until(lambda: _answers(app), f"the app answers; its log: {log.read_text()[-2000:]}", seconds=90)
        yield app
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(app: App) -> bool:
    assert app.process.poll() is None, f"the app ended: {app.log.read_text()[-2000:]}"
    try:
        with urllib.request.urlopen(f"{app.address}/_stcore/health", timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """One app for the tests that do it no harm."""
    with started(tmp_path_factory.mktemp("app")) as running:
        yield running


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started_playwright:
        yield started_playwright


def launched(playwright: Playwright) -> Browser:
    """The machine's own Chromium. None is a failure, never a skip."""
    program = os.environ.get("KEYSPACE_BROWSER") or shutil.which("chromium") or shutil.which("google-chrome")
    assert program, "no Chromium was found; ./check installs one, or set KEYSPACE_BROWSER"
    return playwright.chromium.launch(executable_path=program, args=list(FLAGS))


@contextmanager
def app_and_browser() -> Iterator[tuple[App, Browser]]:
    """For a tool: an app of its own, with an empty data folder, and a browser, until the block ends."""
    with (
        tempfile.TemporaryDirectory() as folder,
        started(Path(folder)) as running,
        sync_playwright() as started_playwright,
        launched(started_playwright) as opened,
    ):
        yield running, opened


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with launched(playwright) as running:
        yield running


@dataclass
class Watched:
    """A browser context that remembers everything that must not happen."""

    context: BrowserContext
    address: str
    faults: list[str] = field(default_factory=list)
    forgiven: tuple[str, ...] = STREAMLITS_OWN

    def page(self, path: str = "/") -> Page:
        """A new tab at this path, with the page drawn."""
        page = self.context.new_page()
        self.listen(page)
        page.goto(self.address + path)
        page.wait_for_selector(".ks-top a")
        page.wait_for_selector("h1")
        at_rest(page)  # what is still being drawn moves away under the pointer
        return page

    def listen(self, page: Page) -> None:
        """Remember what this page must not do, and wait for long for what it must."""
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", lambda message: self._says(message.type, message.text))
        page.on("pageerror", lambda error: self.faults.append(f"uncaught: {error}"))
        page.on("request", lambda request: self._asks(request.url))

    def _says(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not any(one in text for one in self.forgiven):
            self.faults.append(f"{kind}: {text}")

    def _asks(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1":
            self.faults.append(f"a request leaves the machine: {url}")


Enter = Callable[..., Watched]


@pytest.fixture
def enter(browser: Browser, app: App, request: pytest.FixtureRequest) -> Iterator[Enter]:
    """A new learner: `enter()`, `enter(width=390, scheme="dark")`. What goes wrong fails the test."""
    opened: list[Watched] = []
    request.node.stash[OPENED] = opened

    def make(
        width: int = 1280, height: int = 800, scheme: str = "light", address: str = "", **options: object
    ) -> Watched:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            **options,  # type: ignore[arg-type]
        )
        opened.append(Watched(context, address or app.address))
        return opened[-1]

    yield make
    faults = [fault for one in opened for fault in one.faults]
    for one in opened:
        one.context.close()
    assert faults == []

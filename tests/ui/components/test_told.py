"""What a component tells reaches its callback, unless the component is gone when it arrives."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def test_a_component_that_is_gone_has_told_nothing() -> None:
    def script() -> None:
        import streamlit as st

        from ui.components import told

        st.text(repr(told("editor", "run")))

    page = AppTest.from_function(script).run()
    assert not page.exception
    assert page.text[0].value == "None"

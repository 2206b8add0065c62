"""The router: page config, the page that the address asks for, run. Everything else is in `ui`."""

from __future__ import annotations

import streamlit as st

from ui import frame, places

st.set_page_config(page_title=places.title(), page_icon="static/mark.svg", layout="wide")
# One path for all pages: going from one to another is one run, and no address but `/` is given out.
page = st.Page(places.asked(), title="Keyspace", url_path="keyspace", default=True)
frame.around(st.navigation([page], position="hidden"))

"""What is kept of a learner is theirs: to take away, to bring along, to have deleted."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from ui import session, who

__all__ = ["draw"]

_DONE, _FAILED = "me-data-done", "me-data-failed"


def draw(learner: str) -> None:
    if good := session.let_go(_DONE):
        st.success(str(good))
    if bad := session.let_go(_FAILED):
        st.error(str(bad))
    store = session.room().store
    where = f"in {_code(store.database.name)}" if who.is_own_machine() else "by whoever serves this page"
    st.markdown(f":gray[It is kept {where}, and nowhere else.]")
    day = datetime.fromtimestamp(store.now(), UTC).date().isoformat()
    with st.container(horizontal=True, gap="medium", key="ks-me-data"):
        st.download_button(
            "Take it away", data=lambda: _document(learner), file_name=f"keyspace-{day}.json",
            mime="application/json", key="me-export", on_click="ignore",
            help="One JSON file: steps, answers, reviews, interviews.",
        )  # fmt: skip
        with st.popover("Bring some along", width="content"):
            st.markdown("What is in the file is added to this profile. Nothing is taken away.")
            st.file_uploader("A file that was taken away", type="json", key="me-file", max_upload_size=20)
            st.button("Add it", key="me-import", type="primary", on_click=_take_in, args=(learner,))
        with st.popover("Delete it", width="content"):
            st.markdown(
                "Steps, answers, reviews, interviews and the name of this profile. There is no way back."
            )
            st.button("Delete everything about me", key="me-delete", on_click=_delete, args=(learner,))


def _document(learner: str) -> str:
    from memory.carry import export

    return export(session.room().store, learner)


def _take_in(learner: str) -> None:
    from memory.carry import CarryError, take_in

    content = _bytes()
    if content is None:
        session.put(_FAILED, "Choose a file first.")
        return
    try:
        rows = take_in(session.room().store, learner, content.decode("utf-8"))
    except UnicodeDecodeError:
        session.put(_FAILED, "The file is no text in UTF-8, so it is no export of Keyspace.")
    except CarryError as error:
        session.put(_FAILED, f"Nothing was added. {error}")
    else:
        session.put(_DONE, f"Added what was new in {rows:,} entries.")
        session.let_go("me-interview", "me-rename-name")


def _bytes() -> bytes | None:
    """What is in the chosen file; None for no file."""
    file = session.held("me-file")
    return file.getvalue() if isinstance(file, UploadedFile) else None


def _delete(learner: str) -> None:
    session.room().store.forget(learner)
    session.let_go("me-interview", "me-profile", "me-rename-name")
    session.put(_DONE, "Everything about you is deleted.")


def _code(text: str) -> str:
    return f"`{text.replace('`', '')}`"

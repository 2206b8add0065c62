"""How an interview went: the rubric, strengths, gaps as cards, the transcript, and all of it to take away."""

from __future__ import annotations

import streamlit as st

from quizzes.interview.model import Prompt
from quizzes.interview.report import HOW_IT_COUNTS, as_html, as_markdown, headline, lines_of_marks
from quizzes.interview.scoring import score
from quizzes.interview.sitting import Sitting
from ui import places
from ui.words import WIDTH, as_typed, plain_dollars

__all__ = ["draw", "line_of_transcript"]


def draw(id: str, prompt: Prompt, sitting: Sitting) -> None:
    scored = score(prompt, sitting)
    said, of = scored.expected
    st.title(f"{said} of {of} points said" if of else "Nothing was answered", anchor=False)
    st.header(f":gray[{prompt.title}: {sitting.plan.minutes} minutes, as {scored.role}]", anchor=False)
    st.markdown(f"{headline(scored)}. {scored.reached} of {scored.rungs} questions answered.")
    st.markdown(
        "\n".join(
            ["| Rubric | Said | Predicted | Demonstrated |", "|---|--:|--:|--:|"]
            + [f"| {' | '.join(line)} |" for line in lines_of_marks(scored.marks)]
        )
    )
    st.caption(HOW_IT_COUNTS)
    st.subheader("Strengths", anchor=False)
    st.markdown("\n".join(f"- {one}" for one in scored.strengths) or "None that could be counted.")
    st.subheader("Gaps", anchor=False)
    if scored.gaps:
        st.markdown("Each is a card now: it comes back as a sixty-second drill.")
    else:
        st.markdown("None in what was answered.")
    for gap in scored.gaps:
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            st.markdown(
                f"**{gap.kind.capitalize()}.** {' '.join(point.says for point in gap.missing)}",
                width=WIDTH,
            )
            st.button("Drill", key=f"drill-{gap.rung}", on_click=places.go_to_drill, args=(gap.subject,))
    markdown = as_markdown(prompt, sitting)
    with st.container(horizontal=True, gap="medium"):
        name = f"interview-{prompt.id.replace('_', '-')}"
        st.download_button(
            "Report as Markdown", markdown, file_name=f"{name}.md", mime="text/markdown", key="as-markdown"
        )
        st.download_button(
            "Report to print (HTML)", as_html(prompt, sitting), file_name=f"{name}.html", mime="text/html",
            key="as-html",
        )  # fmt: skip
        st.button("Another interview", shortcut="n", key="another", on_click=places.go_to_interview)
    with st.expander("The transcript"):
        transcript = markdown.partition("## Transcript")[2].strip()
        st.markdown("\n".join(line_of_transcript(one) for one in transcript.splitlines()))


def line_of_transcript(line: str) -> str:
    """A line of the transcript; what the candidate wrote is a quotation, and its marks mean nothing."""
    if line.startswith(">"):
        return f"> {as_typed(line[2:])}"
    return plain_dollars(f"#{line}" if line.startswith("### ") else line)

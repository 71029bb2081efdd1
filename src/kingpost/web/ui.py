"""The page: its frame and its pages. Streamlit runs this file for each visitor."""

from pathlib import Path

import streamlit as st

from kingpost.web.client import ApiError
from kingpost.web.markdown import plain

HERE = Path(__file__).parent
ICON = str(HERE / "kingpost.svg")
WORDMARK = str(HERE / "wordmark.svg")


def frame() -> None:
    """Title, logo and navigation, then the page chosen."""
    st.set_page_config(page_title="Kingpost", page_icon=ICON, layout="centered")
    st.logo(WORDMARK, size="large", icon_image=ICON)
    page = st.navigation(
        [
            st.Page("pages/ask.py", title="Ask", icon=":material/chat:", default=True),
            st.Page("pages/reviews.py", title="Reviews", icon=":material/fact_check:"),
            st.Page("pages/bank.py", title="Question bank", icon=":material/quiz:"),
            st.Page("pages/decisions.py", title="Decisions", icon=":material/alt_route:"),
            st.Page("pages/documents.py", title="Documents", icon=":material/folder_open:"),
            st.Page("pages/ingest_report.py", title="Ingest reports", icon=":material/receipt_long:"),
        ]
    )
    try:
        page.run()
    except ApiError as problem:
        st.error(f"{plain(problem.message)}  \n{plain(problem.next)}")


if __name__ == "__main__":
    frame()

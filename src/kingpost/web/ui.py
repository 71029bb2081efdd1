"""The page: its frame and its three pages. Streamlit runs this file for each visitor."""

from pathlib import Path

import streamlit as st

LOGO = Path(__file__).parent / "kingpost.svg"


def frame() -> None:
    """Title, logo and navigation, then the page chosen."""
    st.set_page_config(page_title="Kingpost", page_icon=str(LOGO), layout="centered")
    st.logo(str(LOGO), size="large")
    st.navigation(
        [
            st.Page("pages/ask.py", title="Ask", icon=":material/chat:", default=True),
            st.Page("pages/reviews.py", title="Reviews", icon=":material/fact_check:"),
            st.Page("pages/documents.py", title="Documents", icon=":material/folder_open:"),
        ]
    ).run()


if __name__ == "__main__":
    frame()

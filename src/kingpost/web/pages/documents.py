"""Page: the documents that answers come from, and what is to be known of each."""

from typing import Any

import streamlit as st

from kingpost.web.client import Client
from kingpost.web.markdown import link, one_line, plain

SHOWN = 200


def show() -> None:
    """A table of documents with links into the viewer, and their warnings."""
    api = Client(st.secrets["api"])
    st.title("Documents")
    documents = api.get("/documents")
    if not documents:
        st.markdown("No documents yet. Read some with `kingpost ingest PATH`.")
        return
    words = st.text_input("Filter by name or title", key="filter").casefold()
    matching = [
        view for view in documents if words in f"{view['document']['name']} {view['document']['title']}".casefold()
    ]
    st.caption(f"{len(matching)} of {len(documents)} documents")
    rows = ["| Document | Revision | Status | Pages | Passages | Read |", "| --- | --- | --- | ---: | ---: | --- |"]
    st.markdown("\n".join(rows + [_row(view) for view in matching[:SHOWN]]))
    if len(matching) > SHOWN:
        st.caption(f"The first {SHOWN} are shown: filter for the others.")
    _warnings(matching)


def _row(view: dict[str, Any]) -> str:
    document, revision = view["document"], view["revision"]
    colour = "orange" if document["status"] == "superseded" else "green"
    cells = [
        f"{link(document['title'] or document['name'], view['view'])} :small[:gray[{one_line(document['name'])}]]",
        one_line(document["mark"]) or "–",
        f":{colour}-badge[{document['status']}]",
        str(revision["pages"] or "–"),
        str(revision["chunks"]),
        revision["indexed_at"][:10].replace("-", "\N{NON-BREAKING HYPHEN}"),
    ]
    return f"| {' | '.join(cells)} |"


def _warnings(views: list[dict[str, Any]]) -> None:
    warned = [view for view in views if view["revision"]["warnings"]]
    if not warned:
        return
    st.header("Warnings")
    for view in warned[:SHOWN]:
        st.markdown(f"**{one_line(view['document']['name'])}**")
        for warning in view["revision"]["warnings"]:
            st.markdown(f"- {plain(warning)}")


if __name__ in ("__main__", "__page__"):
    show()

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
    names = {view["document"]["id"]: view["document"]["name"] for view in documents}
    rows = [
        "| Document | Number | Revision | Status | In force from | Pages | Passages | Read |",
        "| --- | --- | --- | --- | --- | ---: | ---: | --- |",
    ]
    st.markdown("\n".join(rows + [_row(view, names) for view in matching[:SHOWN]]))
    if len(matching) > SHOWN:
        st.caption(f"The first {SHOWN} are shown: filter for the others.")
    _warnings(matching)


def _row(view: dict[str, Any], names: dict[str, str]) -> str:
    document, revision = view["document"], view["revision"]
    read = f"{view['view']}?blocks=1"
    cells = [
        f"{link(document['title'] or document['name'], view['view'])} :small[:gray[{one_line(document['name'])}]]"
        f" :small[{link('what was read', read)}]",
        one_line(document["number"]) or "–",
        one_line(document["mark"]) or "–",
        _status(document, names),
        _unbroken(document["effective_date"]) or "–",
        str(revision["pages"] or "–"),
        str(revision["chunks"]),
        _unbroken(revision["indexed_at"][:10]),
    ]
    return f"| {' | '.join(cells)} |"


def _status(document: dict[str, Any], names: dict[str, str]) -> str:
    """A badge, and by what the document is superseded, repeated or contradicted."""
    colour = "green" if document["status"] == "current" else "orange"
    shown = [f":{colour}-badge[{document['status']}]"]
    if document["duplicate_of"]:
        shown.append(f":gray-badge[duplicate] :small[of {one_line(names.get(document['duplicate_of'], ''))}]")
    elif document["status"] == "superseded" and document["superseded_by"] in names:
        shown.append(f":small[by {one_line(names[document['superseded_by']])}]")
    if document["conflicts"]:
        others = ", ".join(one_line(names.get(id, id)) for id in document["conflicts"])
        shown.append(f":red-badge[conflict] :small[with {others}]")
    return " ".join(shown)


def _unbroken(day: str) -> str:
    return day.replace("-", "\N{NON-BREAKING HYPHEN}")


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

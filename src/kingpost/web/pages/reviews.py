"""Page: the experts' queue. Approve as proposed or edited, or reject."""

from typing import Any

import streamlit as st

from kingpost.web.client import ApiError, Client, segment
from kingpost.web.markdown import link, plain
from kingpost.web.pages.places import changed, mismatched, place_in_words
from kingpost.web.pages.turn import badges

KINDS = {
    "feedback": ("blue", "Feedback"),
    "request": ("violet", "Asked of the experts"),
    "stale": ("orange", "Evidence has changed"),
    "expired": ("orange", "Validity is over"),
    "mismatch": ("red", "The fine-tuned model says something else"),
}


def show() -> None:
    """All open reviews, oldest first."""
    api = Client(st.secrets["api"])
    st.title("Reviews")
    told = st.session_state.pop("decided", "")
    if told:
        st.success(told)
    reviews = sorted(api.get("/reviews"), key=lambda review: review["created_at"])
    if not reviews:
        st.markdown(
            "Nothing waits for a decision. Feedback with a correction and questions sent to the experts appear here,"
            " and known questions whose evidence has changed, whose validity has ended, or to which the fine-tuned"
            " model says something else."
        )
    for review in reviews:
        with st.container(border=True):
            _review(api, review)


def _review(api: Client, review: dict[str, Any]) -> None:
    colour, kind = KINDS[review["kind"]]
    severity = f" :red-badge[{review['severity']}]" if review["severity"] == "major" else ""
    st.markdown(f":{colour}-badge[{kind}]{severity} :gray[{plain(review['created_at'][:16].replace('T', ' '))}]")
    st.markdown(f"**{plain(review['question'])}**")
    if review["comment"]:
        st.caption(plain(review["comment"]))
    if review["valid_until"]:
        st.caption(f"It was valid until {plain(review['valid_until'])}.")
    for change in review["changes"]:
        st.markdown(changed(change))
    if review["mismatch"]:
        st.markdown(mismatched(review["mismatch"], review["times"]))
    if review["turn"]:
        _answered(api, review["turn"])
    with st.form(f"decide-{review['id']}", border=False):
        answer = st.text_area(
            "Approved answer", value=review["proposed_answer"], key=f"answer-{review['id']}", height=90
        )
        known = review["kind"] in ("stale", "expired", "mismatch")
        comment = st.text_input(f"Comment (when {'retiring' if known else 'rejecting'})", key=f"why-{review['id']}")
        approve, reject, _ = st.columns([1, 1, 3])
        if approve.form_submit_button("Approve", type="primary", width="stretch"):
            # Only an answer that the expert has worded is sent: the proposed one must still stand in the documents.
            worded = {} if answer.strip() == review["proposed_answer"].strip() else {"answer": answer}
            _decide(api, f"/reviews/{segment(review['id'])}/approve", "Approved: it answers from now on.", **worded)
        if reject.form_submit_button("Retire" if known else "Reject", width="stretch"):
            told = "Retired: it is kept, and never served again." if known else "Rejected."
            _decide(api, f"/reviews/{segment(review['id'])}/reject", told, comment=comment)


def _decide(api: Client, path: str, told: str, **body: str) -> None:
    try:
        api.post(path, **body)
    except ApiError as problem:
        st.error(f"{plain(problem.message)}  \n{plain(problem.next)}")
        return
    st.session_state["decided"] = told
    st.rerun()


@st.fragment
def _answered(api: Client, turn: str) -> None:
    shown = st.expander("What was answered", key=f"answered-{turn}", on_change="rerun")
    if not shown.open:
        return
    with shown:
        turns = api.get(f"/conversations/{segment(turn.rpartition('.')[0])}")
        for answer in (kept["answer"] for kept in turns if kept["turn"] == turn):
            _show_answer(answer)


def _show_answer(answer: dict[str, Any]) -> None:
    st.markdown(plain(answer["answer"]))
    st.markdown(badges(answer))
    for citation in answer["citations"]:
        words = f"{citation['title'] or citation['name']}, {place_in_words(citation['location'])}"
        st.markdown(f"- {link(words, citation['view'])}")


if __name__ in ("__main__", "__page__"):
    show()

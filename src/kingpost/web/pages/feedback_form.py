"""The feedback form below an answer, in a fragment of its own so that it never disturbs one being streamed."""

from typing import Any

import streamlit as st

from kingpost.web.client import ApiError, Client
from kingpost.web.markdown import plain

RATINGS = {5: "Strongly agree", 4: "Agree", 3: "Neither", 2: "Disagree", 1: "Strongly disagree"}
WRONG = {
    "answer": "The answer",
    "reference": "A reference",
    "incomplete": "Something is missing",
    "other": "Something else",
}
SEVERITIES = {"none": "None", "minor": "Minor", "major": "Major"}


@st.fragment
def feedback_form(api: Client, turn: str, given: list[dict[str, Any]]) -> None:
    """Shows what was said of the turn, and takes one more opinion a visit."""
    sent = st.session_state.get(f"feedback-sent-{turn}", False)
    ratings = [RATINGS[feedback["rating"]].lower() for feedback in given if feedback["rating"]]
    label = f"Feedback ({', '.join(ratings)})" if ratings else "Feedback"
    with st.expander(label, key=f"feedback-{turn}", icon=":material/rate_review:"):
        if sent:
            st.success("Thank you. Your feedback is kept with this answer.")
            return
        with st.form(f"feedback-form-{turn}", border=False):
            _form(api, turn)


def _form(api: Client, turn: str) -> None:
    rating = st.radio(
        "The answer is right",
        list(RATINGS),
        format_func=RATINGS.__getitem__,
        index=None,
        horizontal=True,
        key=f"rating-{turn}",
    )
    wrong = st.pills(
        "What was wrong",
        list(WRONG),
        format_func=WRONG.__getitem__,
        selection_mode="multi",
        default=None,
        key=f"wrong-{turn}",
    )
    severity = st.radio(
        "How bad is it", list(SEVERITIES), format_func=SEVERITIES.__getitem__, horizontal=True, key=f"severity-{turn}"
    )
    correct = st.text_area("The correct answer", key=f"correct-{turn}", height=80)
    comment = st.text_input("Comment", key=f"comment-{turn}")
    if st.form_submit_button("Send feedback", type="primary"):
        try:
            api.post(
                "/feedback",
                turn=turn,
                rating=rating or 0,
                wrong=list(wrong or []),
                severity=severity,
                correct_answer=correct,
                comment=comment,
            )
        except ApiError as problem:
            st.error(f"{plain(problem.message)}  \n{plain(problem.next)}")
            return
        st.session_state[f"feedback-sent-{turn}"] = True
        st.rerun(scope="fragment")

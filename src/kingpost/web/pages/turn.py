"""One turn on the page: answer, confidence, route, references with their passages, and what can be done next."""

from pathlib import Path
from typing import Any

import streamlit as st

from kingpost.web.client import ApiError, Client
from kingpost.web.markdown import link, one_line, plain
from kingpost.web.pages.feedback_form import feedback_form
from kingpost.web.pages.places import place_in_words
from kingpost.web.pages.why import why_this_answer

ROUTES = {
    "approved": ("green", "Approved answer"),
    "fine_tuned": ("violet", "Fine-tuned model"),
    "rag": ("blue", "From the documents"),
    "abstain": ("orange", "Not answered"),
}
ASKED_BACK = ("blue", "One question back")
BANDS = {"high": "green", "medium": "yellow", "low": "orange"}
READERS = {"extractive": "quoted as it stands", "generative": "worded by the model, checked"}
EXCERPT_PIXELS = 280
ASKER = ":material/person:"
KINGPOST = str(Path(__file__).parent.parent / "kingpost.svg")
Turn = dict[str, Any]


def show_question(answer: dict[str, Any]) -> None:
    """The question, and how it was understood where that differs."""
    with st.chat_message("user", avatar=ASKER):
        st.markdown(plain(answer["question"]))
        if answer["standalone"] != answer["question"]:
            st.caption(f"Understood as: {plain(answer['standalone'])}")


def show_turn(api: Client, turn: Turn, *, latest: bool) -> None:
    """The answer with everything it stands on."""
    answer = turn["answer"]
    with st.chat_message("assistant", avatar=KINGPOST):
        st.markdown(plain(answer["answer"]))
        st.markdown(badges(answer))
        known = answer["validation"]["nearest"]
        if answer["route"] in ("approved", "fine_tuned") and known:
            st.caption(f"Taken for the known question: “{plain(known)}”")
        if latest:
            _alternatives(answer)
            _did_you_mean(answer)
        if answer["citations"]:
            st.caption("References")
        for number, citation in enumerate(answer["citations"], start=1):
            _reference(number, citation, key=f"{turn['turn']}-{number}")
        if answer["route"] == "abstain" and not answer["alternatives"]:
            _ask_an_expert(api, turn["turn"])
        _details(answer)
        why_this_answer(api, turn["turn"])
        feedback_form(api, turn["turn"], turn["feedback"])


def badges(answer: dict[str, Any]) -> str:
    """Confidence, route and reader as coloured badges."""
    colour, words = ASKED_BACK if answer["alternatives"] else ROUTES[answer["route"]]
    shown = [f":{colour}-badge[{words}]"]
    if answer["route"] != "abstain":
        percent = round(100 * answer["confidence"])
        shown.insert(0, f":{BANDS[answer['band']]}-badge[{answer['band'].capitalize()} confidence · {percent} %]")
    if answer["reader"] in READERS:
        shown.append(f":gray-badge[{READERS[answer['reader']]}]")
    return " ".join(shown)


@st.fragment
def _reference(number: int, citation: dict[str, Any], key: str) -> None:
    words = f"{citation['title'] or citation['name']}, {place_in_words(citation['location'])}"
    status = citation.get("status", "current")
    badge = "" if status == "current" else f" :orange-badge[{status}]"
    st.markdown(f"**{number}** {link(words, citation['view'])}{badge}  \n:gray[“{one_line(citation['quote'], 280)}”]")
    shown = st.expander("Show the passage", key=f"passage-{key}", on_change="rerun")
    if shown.open:
        with shown:
            st.iframe(f"{citation['view']}&excerpt=true", height=EXCERPT_PIXELS, alt=f"The passage in {words}")


def _alternatives(answer: dict[str, Any]) -> None:
    """Each is asked in the same conversation, where it completes the question before."""
    for choice in answer["alternatives"]:
        if st.button(one_line(choice), key=f"choice-{answer['turn']}-{choice}", icon=":material/arrow_forward:"):
            st.session_state["question"] = choice
            st.rerun()


def _did_you_mean(answer: dict[str, Any]) -> None:
    near = answer["validation"]["near"] if answer["route"] in ("rag", "abstain") else []
    if near:
        st.caption("Did you mean one of these known questions?")
    for question in near[:3]:
        if st.button(
            one_line(question), key=f"near-{answer['turn']}-{question}", icon=":material/subdirectory_arrow_right:"
        ):
            st.session_state["question"] = question
            st.rerun()


@st.fragment
def _ask_an_expert(api: Client, turn: str) -> None:
    if st.session_state.get(f"requested-{turn}"):
        st.success("Sent to the experts. Their answer serves as soon as it is approved.")
    elif st.button("Ask an expert", key=f"request-{turn}", icon=":material/person_raised_hand:"):
        try:
            api.post("/reviews", turn=turn)
        except ApiError as problem:
            st.error(f"{plain(problem.message)}  \n{plain(problem.next)}")
            return
        st.session_state[f"requested-{turn}"] = True
        st.rerun(scope="fragment")


def _details(answer: dict[str, Any]) -> None:
    with st.expander("Reasons and timings", key=f"details-{answer['turn']}"):
        for reason in answer["reasons"]:
            st.markdown(f"- {plain(reason)}")
        validation = answer["validation"]
        if validation["nearest"]:
            verdict = f"Nearest known question: “{plain(validation['nearest'])}”, {validation['verdict']}"
            st.markdown(f"{verdict} ({plain(validation['why'] or validation['stage'])})")
        timings = " · ".join(f"{name} {value:.0f} ms" for name, value in answer["timings_ms"].items())
        st.caption(
            plain(" · ".join(part for part in (timings, answer["model"] or "", f"turn {answer['turn']}") if part))
        )

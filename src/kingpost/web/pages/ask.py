"""Page: ask a question, watch it being answered, and come back to earlier conversations."""

import time
from typing import Any

import streamlit as st

from kingpost.web.client import ApiError, Client, segment
from kingpost.web.markdown import one_line, plain
from kingpost.web.pages.turn import ASKER, KINGPOST, Turn, show_question, show_turn

SHOWN_TURNS = 20
SHOWN_CONVERSATIONS = 25
UPDATE_SECONDS = 0.09
"""Between two updates of a streamed answer: Streamlit gets slower than linear with more."""


def show() -> None:
    """The conversation named in the address, and the answer under way if there is one."""
    api = Client(st.secrets["api"])
    conversation = st.query_params.get("conversation", "")
    job = st.query_params.get("job", "")
    _sidebar(api, conversation)
    turns = _turns(api, conversation)
    if not turns and not job:
        _welcome(api)
    _show_turns(api, turns)
    question = st.chat_input("Ask a question about your documents", submit_mode="disable", max_chars=8000)
    question = question or st.session_state.pop("question", None)
    if question:
        _start(api, question, conversation)
    elif job:
        _tail(api, job)


def _welcome(api: Client) -> None:
    st.title("Ask your documents")
    documents = len(api.get("/documents"))
    if documents:
        st.markdown("Every answer names the place it stands on. Where the documents do not tell, Kingpost says so.")
        st.caption(f"{documents} documents are here.")
    else:
        st.info("No documents yet. Read some with `kingpost ingest PATH`; no restart is needed.")


def _sidebar(api: Client, conversation: str) -> None:
    with st.sidebar:
        if st.button("New conversation", icon=":material/add:", width="stretch"):
            st.query_params.clear()
            st.rerun()
        for earlier in api.get("/conversations")[:SHOWN_CONVERSATIONS]:
            here = earlier["id"] == conversation
            label = one_line(earlier["title"], 32)
            if st.button(label, key=f"open-{earlier['id']}", type="tertiary", disabled=here):
                st.query_params.from_dict({"conversation": earlier["id"]})
                st.rerun()


def _turns(api: Client, conversation: str) -> list[Turn]:
    if not conversation:
        return []
    try:
        turns: list[Turn] = api.get(f"/conversations/{segment(conversation)}")
    except ApiError as problem:
        st.info(plain(problem.message))
        return []
    return turns


def _show_turns(api: Client, turns: list[Turn]) -> None:
    earlier = len(turns) - SHOWN_TURNS
    if earlier > 0 and not st.toggle(f"Show {earlier} earlier questions"):
        turns = turns[earlier:]
    for turn in turns:
        show_question(turn["answer"])
        show_turn(api, turn, latest=turn is turns[-1])


def _start(api: Client, question: str, conversation: str) -> None:
    try:
        started = api.post("/jobs", question=question, conversation=conversation)
    except ApiError as problem:
        st.error(f"{plain(problem.message)}  \n{plain(problem.next)}")
        return
    st.query_params["job"] = started["id"]
    st.rerun()


def _tail(api: Client, job: str) -> None:
    """Follow the job's record, at the pace the page can show. A reload comes back here and loses nothing."""
    try:
        seen = api.get(f"/jobs/{segment(job)}")
    except ApiError:
        del st.query_params["job"]
        st.rerun()
    with st.chat_message("user", avatar=ASKER):
        st.markdown(plain(seen["question"]))
    with st.chat_message("assistant", avatar=KINGPOST):
        status, body = st.empty(), st.empty()
        text, position = "", 0
        status.markdown(":gray[Reading your question …]")
        while True:
            for event in seen["events"]:
                text = _after(event, text)
                if event["kind"] == "status":
                    status.markdown(f":gray[{one_line(event['text'])} …]")
            body.markdown(plain(text))
            if seen["state"] != "running":
                break
            position = seen["next"]
            time.sleep(UPDATE_SECONDS)
            seen = api.get(f"/jobs/{segment(job)}", since=position)
    _finish(seen)


def _after(event: dict[str, str], text: str) -> str:
    if event["kind"] == "token":
        return text + event["text"]
    return event["text"] if event["kind"] == "replace" else text


def _finish(seen: dict[str, Any]) -> None:
    """Leave the job: its turn now stands in the conversation."""
    if seen["state"] == "done":
        st.query_params.from_dict({"conversation": seen["answer"]["turn"].rpartition(".")[0]})
        st.rerun()
    st.error(f"{plain(seen['error']['message'])}  \n{plain(seen['error']['next'])}")
    del st.query_params["job"]


if __name__ in ("__main__", "__page__"):
    show()

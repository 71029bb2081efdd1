"""Page: the question bank. What is known, what contradicts itself, how far it reaches, and the way in and out."""

from functools import partial
from typing import Any

import streamlit as st

from kingpost.web.client import ApiError, Client, segment
from kingpost.web.markdown import link, one_line, plain
from kingpost.web.pages.places import changed, place_in_words

SHOWN = 50
STATES = {"current": "green", "stale": "orange", "expired": "orange", "upcoming": "blue", "retired": "gray"}
FORMS = {"xlsx": "XLSX", "csv": "CSV", "jsonl": "JSONL"}


def show() -> None:
    """Four views of the bank."""
    api = Client(st.secrets["api"])
    st.title("Question bank")
    told = st.session_state.pop("told", "")
    if told:
        st.success(told)
    views = {"Questions": _questions, "Problems": _problems, "Coverage": _coverage, "Import and export": _files}
    chosen = st.segmented_control("View", list(views), default="Questions", key="view", label_visibility="collapsed")
    views[chosen or "Questions"](api)


def _questions(api: Client) -> None:
    pairs = api.get("/bank", retired="true")
    counts = {state: sum(pair["state"] == state for pair in pairs) for state in STATES}
    present = [state for state in STATES if counts[state]]
    if not present:
        st.markdown("No known questions yet. Import some, approve answers in Reviews, or `kingpost questions add`.")
        return
    usual = [state for state in present if state != "retired"]
    states = st.pills(
        "State",
        present,
        selection_mode="multi",
        default=usual,
        format_func=lambda state: f"{state} ({counts[state]})",
        key="states",
    )
    words = st.text_input("Filter by words", key="words").casefold()
    matching = [pair for pair in pairs if pair["state"] in states and words in _text(pair)]
    st.caption(f"{len(matching)} of {len(pairs)} known questions")
    for pair in matching[:SHOWN]:
        with st.container(border=True):
            _pair(api, pair)
    if len(matching) > SHOWN:
        st.caption(f"The first {SHOWN} are shown: filter for the others.")


def _text(pair: dict[str, Any]) -> str:
    return " ".join([pair["question"], *pair["phrasings"], pair["answer"]]).casefold()


def _pair(api: Client, pair: dict[str, Any]) -> None:
    approver = f":gray-badge[approved by {one_line(pair['approved_by'])}]" if pair["approved_by"] else ""
    groups = "" if pair["groups"] == ["everyone"] else f":violet-badge[for {one_line(', '.join(pair['groups']))}]"
    st.markdown(f":{STATES[pair['state']]}-badge[{pair['state']}] {approver} {groups} {_validity(pair)}")
    st.markdown(f"**{plain(pair['question'])}**  \n{plain(pair['answer'])}")
    if pair["phrasings"]:
        st.caption("  \n".join(f"also: {one_line(text)}" for text in pair["phrasings"]))
    if not pair["evidence"]:
        st.caption("No evidence found in the documents: nothing will tell when this answer is out of date.")
    for evidence in pair["evidence"]:
        place = f"{evidence['name']}, {place_in_words(evidence['location'])}"
        address = f"/view/{segment(evidence['document_id'])}"
        st.caption(f"{link(place, address)}: {one_line(evidence['quote'])}")
    for change in pair["changes"]:
        st.markdown(changed(change))
    if pair["state"] != "retired" and st.button("Retire", key=f"retire-{pair['id']}"):
        api.post(f"/bank/{segment(pair['id'])}/retire")
        st.session_state["told"] = "Retired: it is kept, and never served again."
        st.rerun()


def _validity(pair: dict[str, Any]) -> str:
    if not pair["valid_from"] and not pair["valid_until"]:
        return ""
    since = f" from {plain(pair['valid_from'])}" if pair["valid_from"] else ""
    until = f" until {plain(pair['valid_until'])}" if pair["valid_until"] else ""
    return f":gray-badge[valid{since}{until}]"


def _problems(api: Client) -> None:
    st.caption("Questions that ask the same in whatever words, with one answer or with two that contradict each other.")
    if st.button("Look for them", type="primary"):
        with st.spinner("Comparing the questions"):
            st.session_state["problems"] = api.work_out("/bank/problems")
    problems = st.session_state.get("problems")
    if problems is None:
        return
    if not problems:
        st.success("No question stands twice.")
    for problem in problems[:SHOWN]:
        with st.container(border=True):
            _problem(api, problem)
    if len(problems) > SHOWN:
        st.caption(f"{len(problems) - SHOWN} more: `kingpost questions check` shows them all.")


def _problem(api: Client, problem: dict[str, Any]) -> None:
    colour = "red" if problem["kind"] == "contradiction" else "orange"
    st.markdown(f":{colour}-badge[{problem['kind']}] :small[{one_line(problem['why'], 300)}]")
    sides = zip(st.columns(2), problem["pair_ids"], problem["questions"], problem["answers"], strict=True)
    for column, id, question, answer in sides:
        column.markdown(f"**{plain(question)}**  \n{plain(answer)}")
        if column.button("Retire this one", key=f"retire-{'-'.join(problem['pair_ids'])}-{id}"):
            api.post(f"/bank/{segment(id)}/retire")
            left = [other for other in st.session_state["problems"] if id not in other["pair_ids"]]
            st.session_state["problems"] = left
            st.rerun()


def _coverage(api: Client) -> None:
    coverage = api.work_out("/bank/coverage")
    if not coverage["documents"]:
        st.markdown("No documents yet. Read some with `kingpost ingest PATH`.")
        return
    chunks = sum(document["chunks"] for document in coverage["documents"])
    covered = sum(document["covered"] for document in coverage["documents"])
    st.caption(f"{covered} of {chunks} passages have known questions. The largest gaps come first.")
    name = st.selectbox("Document", ["all", *(document["name"] for document in coverage["documents"])], key="document")
    st.header("Parts" if name != "all" else "Documents")
    parts = [part for part in coverage["parts"] if part["name"] == name] if name != "all" else coverage["documents"]
    for part in parts[:SHOWN]:
        st.progress(part["covered"] / part["chunks"] if part["chunks"] else 0.0, text=_bar(part))
    if len(parts) > SHOWN:
        st.caption(f"{len(parts) - SHOWN} more: `kingpost questions coverage` shows them all.")


def _bar(part: dict[str, Any]) -> str:
    stale = f", :orange[{part['stale']} stale]" if part["stale"] else ""
    counts = f"{part['covered']} of {part['chunks']} passages, {part['questions']} questions{stale}"
    kind = "" if part["kind"] == "document" else f" :gray[{part['kind']}]"
    return f"{one_line(part['part'])}{kind} :small[{counts}]"


def _files(api: Client) -> None:
    st.header("Export")
    for column, (form, label) in zip(st.columns(len(FORMS) + 2), FORMS.items(), strict=False):
        column.download_button(label, partial(api.fetch, "/bank/export", form=form), file_name=f"question-bank.{form}")
    st.header("Import")
    st.caption("Columns question and answer, or instruction and response; also paraphrases, document, groups, validity")
    file = st.file_uploader("Pairs", type=list(FORMS), key="file")
    approved = st.checkbox("I approve those that name no approver", key="approved")
    if file is not None and st.button("Import", type="primary"):
        with st.spinner("Looking for the evidence of each"):
            _imported(api, file.name, file.getvalue(), approved="true" if approved else "false")


def _imported(api: Client, name: str, content: bytes, *, approved: str) -> None:
    try:
        report = api.send("/bank/import", content, name=name, approved=approved)
    except ApiError as problem:
        st.error(f"{plain(problem.message)}  \n{plain(problem.next)}")
        return
    left_out = len(report["problems"])
    st.success(f"{report['added']} added, {report['updated']} updated, {left_out} lines left out.")
    if report["without_evidence"]:
        st.info(f"{report['without_evidence']} stand nowhere in the documents: they have no reference.")
    lines = [_left_out(problem) for problem in report["problems"]]
    lines += [
        f"- {w['kind']}: {' / '.join(one_line(question) for question in w['questions'])}: {one_line(w['why'], 300)}"
        for w in report["warnings"]
    ]
    st.markdown("\n".join(lines[:SHOWN]))


def _left_out(problem: dict[str, Any]) -> str:
    where, reason, next = (plain(problem[name]) for name in ("cell", "reason", "next"))
    return f"- {where or 'line ' + str(problem['line'])}: {reason}" + (f" – {next}" if next else "")


if __name__ in ("__main__", "__page__"):
    show()

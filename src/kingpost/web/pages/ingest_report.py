"""Page: what ingest runs did, which files failed and why, and where text may be missing."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from kingpost.web.client import Client, segment
from kingpost.web.markdown import link, one_line, plain

SHOWN = 100
STATES = (("indexed", "Indexed"), ("unchanged", "Unchanged"), ("failed", "Failed"), ("removed", "Removed"))


def show() -> None:
    """The newest run, or the one chosen."""
    api = Client(st.secrets["api"])
    st.title("Ingest reports")
    runs = api.get("/reports")
    if not runs:
        st.markdown("No report yet. Read documents with `kingpost ingest PATH`.")
        return
    names = {run["id"]: _name(run) for run in runs}
    chosen = st.selectbox("Run", list(names), format_func=names.__getitem__, key="run")
    view = api.get(f"/reports/{segment(chosen)}")
    _figures(view["overview"])
    _failed(view["findings"]["failed"])
    _low_coverage(view["findings"]["low_coverage"])
    _warnings(view["findings"]["warned"])
    _slowest(view["findings"]["slowest"])
    _notes(view["report"])


def _name(run: dict[str, Any]) -> str:
    moment = run["begun_at"][:16].replace("T", " ")
    counts = ", ".join(f"{run['counts'][state]} {state}" for state, _ in STATES if run["counts"].get(state))
    return f"{moment} UTC · {counts or 'no files'}" + (" · stopped" if run["stopped"] else "")


def _figures(run: dict[str, Any]) -> None:
    for column, (state, label) in zip(st.columns(len(STATES)), STATES, strict=True):
        column.metric(label, run["counts"].get(state, 0))
    speed = f"{run['pages']} pages in {run['seconds']:.0f} s · {run['pages_per_second']} a second"
    st.caption(f"{speed} · {run['chunks']} passages · {run['coverage']:.0%} of the words read")
    if run["reasons"]:
        st.markdown(" ".join(f":red-badge[{count} {one_line(name)}]" for name, count in run["reasons"].items()))
    if count := run["stale_questions"]:
        need = "question needs" if count == 1 else "questions need"
        st.info(f"{count} known {need} a new look since this run: what they stood on has changed. See Reviews.")
    if run["stopped"]:
        st.warning("The run was stopped before its end. Run the same command again to go on.")


def _failed(files: Sequence[dict[str, Any]]) -> None:
    if not files:
        return
    st.header("Failed")
    for file in files[:SHOWN]:
        st.markdown(f":red-badge[{one_line(file['reason'])}] **{one_line(file['name'])}**  \n{plain(file['hint'])}")
    _more(files)


def _low_coverage(files: Sequence[dict[str, Any]]) -> None:
    if not files:
        return
    st.header("Text may be missing")
    st.caption("Less than 90 % of the words that the plainest reader finds stand in what was read. Look at it.")
    rows = [f"| {_opened(file)} | {file['coverage']:.0%} | {file['pages'] or '–'} |" for file in files[:SHOWN]]
    st.markdown("\n".join(["| Document | Words read | Pages |", "| --- | ---: | ---: |", *rows]))
    _more(files)


def _warnings(files: Sequence[dict[str, Any]]) -> None:
    if not files:
        return
    st.header("Warnings")
    for file in files[:SHOWN]:
        told = "\n".join(f"- {plain(warning)}" for warning in file["warnings"])
        st.markdown(f"{_opened(file)}\n{told}")
    _more(files)


def _slowest(files: Sequence[dict[str, Any]]) -> None:
    if not files:
        return
    st.header("Slowest")
    rows = [
        f"| {_opened(file)} | {file['seconds']:.1f} s | {file['pages'] or '–'} | {file['chunks']} |" for file in files
    ]
    st.markdown("\n".join(["| File | Reading took | Pages | Passages |", "| --- | ---: | ---: | ---: |", *rows]))


def _notes(report: dict[str, Any]) -> None:
    conflicts = [f"same number, and nothing tells which is later: {', '.join(names)}" for names in report["conflicts"]]
    notes = [*conflicts, *report["notes"]]
    if notes:
        st.header("Notes")
        st.markdown("\n".join(f"- {plain(note)}" for note in notes))


def _opened(file: dict[str, Any]) -> str:
    """The name, as a link to what was read of it."""
    name = one_line(file["name"])
    return link(file["name"], f"/view/{file['document_id']}?blocks=1") if file["document_id"] else name


def _more(files: Sequence[Any]) -> None:
    if len(files) > SHOWN:
        st.caption(f"{len(files) - SHOWN} more: `kingpost documents report` shows them all.")


if __name__ in ("__main__", "__page__"):
    show()

"""All that produced one answer, for a person who wants to check it: how it was understood, compared, read and timed."""

from typing import Any

import streamlit as st

from kingpost.web.client import ApiError, Client, segment
from kingpost.web.markdown import link, one_line, plain
from kingpost.web.pages.places import place_in_words

SHOWN_CONSIDERED = 5
NAMED = {
    "kingpost": "Kingpost",
    "prompt": "prompt",
    "model": "model",
    "model_sha256": "its file",
    "live_model": "live version",
    "adapter_sha256": "its adapter",
    "embeddings": "embedding model",
    "validation": "question validation",
    "index": "index",
    "settings": "settings",
    "calibrator": "calibrator",
}
"""Versions that are shown, in this order; digests are shown by their first letters."""
DIGEST_LETTERS = 12


@st.fragment
def why_this_answer(api: Client, turn_id: str) -> None:
    """An expander that fetches the turn's record when it is opened."""
    shown = st.expander("Why this answer", key=f"why-{turn_id}", on_change="rerun")
    if not shown.open:
        return
    conversation, _, number = turn_id.rpartition(".")
    with shown:
        try:
            turn = api.get(f"/conversations/{segment(conversation)}/turns/{segment(number)}")
        except ApiError as problem:
            st.error(f"{plain(problem.message)}  \n{plain(problem.next)}")
            return
        for part in (understood(turn), considered(turn), passages(turn), versions(turn)):
            if part:
                st.markdown(part)


def understood(turn: dict[str, Any]) -> str:
    """The question as it was understood, and how it was asked."""
    answer, asked = turn["answer"], turn["record"]["asked"]
    lines = [f"**Question as understood:** {one_line(answer['standalone'], 400)}"]
    if asked is None:
        return "  \n".join([*lines, "What it was made with was not kept."])
    told = {
        "route": asked["route"],
        "reader": asked["reader"],
        "as of": asked["as_of"],
        "documents": ", ".join(asked["documents"]),
        "superseded revisions": "searched too" if asked["include_superseded"] else "",
    }
    how = ", ".join(f"{name} {value}" for name, value in told.items() if value)
    unknown = ", ".join(turn["record"]["unknown"])
    lines += [f"**Asked with:** {plain(how)}"] if how else []
    lines += [f"**Stands in no document:** {plain(unknown)}"] if unknown else []
    return "  \n".join(lines)


def considered(turn: dict[str, Any]) -> str:
    """The decision of question validation, and the known questions it compared, each with its verdict and why."""
    found, validation = turn["record"]["considered"], turn["answer"]["validation"]
    decided = f"**Known question?** {validation['verdict']}, at stage {validation['stage']}: {plain(validation['why'])}"
    lines = [decided, *_bound(validation)]
    if not found:
        return "  \n".join(lines)
    shown = [
        f"- {one_line(one['question'], 160)}: **{one['verdict']}** ({one_line(one['why'], 160)})"
        for one in found[:SHOWN_CONSIDERED]
    ]
    more = len(found) - SHOWN_CONSIDERED
    rest = [f"- {more} more"] if more > 0 else []
    return "  \n".join(lines) + "\n\n" + "\n".join(["**Known questions considered**", "", *shown, *rest])


def _bound(validation: dict[str, Any]) -> list[str]:
    """The verifier's score and what it was measured by, where it was asked."""
    if validation.get("score") is None:
        return []
    source, why = plain(validation["threshold_source"] or ""), plain(validation["threshold_why"] or "")
    measured = (
        f"**Verifier:** {validation['score']:.2f}, the same from {validation['threshold']:.2f} on ({source}: {why})"
    )
    said = validation.get("mismatch")
    return [measured, *([f"**The model said:** {one_line(said, 300)}"] if said else [])]


def passages(turn: dict[str, Any]) -> str:
    """Passages that were read, best first, with score, revision and how each was found."""
    read = turn["record"]["passages"]
    if not read:
        return ""
    lines = [f"{rank}. {_passage(one)}" for rank, one in enumerate(read, start=1)]
    searched = turn["record"]["searched"]
    return "\n".join([f"**Passages read**, of {searched} document{'s' * (searched != 1)} searched", "", *lines])


def _passage(read: dict[str, Any]) -> str:
    where = link(f"{read['name']}, {place_in_words(read['location'])}", read["view"])
    revision = plain(read["mark"] or read["revision"][:DIGEST_LETTERS])
    legs = plain(", ".join(f"{leg} {rank}" for leg, rank in read["legs"].items()))
    return " · ".join(part for part in (where, f"revision {revision}", f"score {read['score']:.2f}", legs) if part)


def versions(turn: dict[str, Any]) -> str:
    """What it was made with, and how long each step took."""
    known = turn["record"]["versions"]
    told = [
        f"{NAMED[name]} {plain(known[name][:DIGEST_LETTERS] if name.endswith('sha256') else known[name])}"
        for name in NAMED
        if known.get(name)
    ]
    timings = [f"{plain(name)} {value:.0f} ms" for name, value in turn["answer"]["timings_ms"].items()]
    asked = f"**Asked:** {plain(turn['asked_at'])}, turn {plain(turn['turn'])}"
    return "  \n".join(
        [
            *([f"**Made with:** {' · '.join(told)}"] if told else []),
            f"**Time:** {' · '.join(timings)}",
            asked,
        ]
    )

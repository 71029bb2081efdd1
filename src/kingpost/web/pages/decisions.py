"""Page: the log of route decisions. Which way questions went, by which stage, and why; each leads to its turn."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import streamlit as st

from kingpost.web.client import Client, segment
from kingpost.web.markdown import link, one_line, plain
from kingpost.web.pages.turn import ROUTES

SHOWN = 25
USUAL_DAYS = 30
VERDICTS = ("same", "different", "stale", "none")
STAGES = ("exact", "candidates", "slots", "verifier", "evidence", "asked")
ANY = "any"


def show() -> None:
    """A filter, counts over time, and the decisions page by page."""
    api = Client(st.secrets["api"])
    st.title("Decisions")
    st.caption("Whether a question was taken for a known one, at which stage that was decided, and why.")
    wanted = _filter()
    counts = api.get("/decisions/counts", **wanted)
    total = sum(count["count"] for count in counts)
    if not total:
        st.markdown("No decision like that. Every question that is asked leaves one.")
        return
    _charts(counts)
    _rows(api, wanted, total)


def _filter() -> dict[str, str]:
    """What the request asks for; a change of it starts at the first page."""
    today = datetime.now(UTC).date()
    since, route, verdict, stage = st.columns(4)
    first = since.date_input("Since", today - timedelta(days=USUAL_DAYS), key="since", on_change=_start)
    chosen = {
        "route": route.selectbox("Route", [ANY, *ROUTES], key="route", on_change=_start),
        "verdict": verdict.selectbox("Verdict", [ANY, *VERDICTS], key="verdict", on_change=_start),
        "stage": stage.selectbox("Stage", [ANY, *STAGES], key="stage", on_change=_start),
    }
    picked = {name: str(value) for name, value in chosen.items() if value != ANY}
    return picked | ({"since": first.isoformat()} if isinstance(first, date) else {})


def _charts(counts: list[dict[str, Any]]) -> None:
    """Decisions a day, split by route or by stage."""
    by = st.segmented_control("Split by", ["route", "stage"], default="route", key="split") or "route"
    sums: Counter[tuple[str, str]] = Counter()
    for count in counts:
        sums[count["day"], count[by]] += count["count"]
    ordered = sorted(sums.items())
    table = {
        "day": [day for (day, _), _ in ordered],
        by: [way for (_, way), _ in ordered],
        "decisions": [number for _, number in ordered],
    }
    st.bar_chart(table, x="day", y="decisions", color=by, height=220)
    totals: Counter[str] = Counter()
    for (_, way), number in sums.items():
        totals[way] += number
    st.caption(" · ".join(f"{way} {number}" for way, number in totals.most_common()))


def _rows(api: Client, wanted: dict[str, str], total: int) -> None:
    pages: list[str] = st.session_state.setdefault("decision-pages", [""])
    found = api.get("/decisions", limit=SHOWN, after=pages[-1], **wanted)
    first = SHOWN * (len(pages) - 1) + 1
    st.caption(f"{first} to {first + len(found['decisions']) - 1} of {total}, latest first")
    for decision in found["decisions"]:
        with st.container(border=True):
            st.markdown(decision_in_words(decision))
    later, earlier, _ = st.columns([1, 1, 3])
    if later.button("Later", key="later", disabled=len(pages) == 1, width="stretch"):
        pages.pop()
        st.rerun()
    if earlier.button("Earlier", key="earlier", disabled=not found["next"], width="stretch"):
        pages.append(found["next"])
        st.rerun()


def decision_in_words(decision: dict[str, Any]) -> str:
    """One decision in Markdown: when, who, what, which way, why, and the way to its turn."""
    colour, route = ROUTES[decision["route"]]
    turn = link(f"turn {decision['turn']}", f"/?conversation={segment(decision['turn'].rpartition('.')[0])}")
    when = plain(decision["decided_at"][:16].replace("T", " "))
    lines = [
        f":{colour}-badge[{route}] :gray-badge[{plain(decision['verdict'])} · {plain(decision['stage'])}] "
        f":small[:gray[{when} · {one_line(decision['user'])}] {turn}]",
        f"**{one_line(decision['question'], 300)}**",
    ]
    if decision["standalone"] != decision["question"]:
        lines.append(f":gray[understood as: {one_line(decision['standalone'], 300)}]")
    lines.append(one_line(decision["why"], 300))
    if decision["nearest"]:
        lines.append(f":gray[nearest: {one_line(decision['nearest'], 300)} ({decision['similarity']:.2f})]")
    if decision["threshold"]:
        bound = f"{decision['threshold']:.2f}, {plain(decision['threshold_source'])}"
        lines.append(f":gray[verifier {decision['score']:.2f} (from {bound})]")
    if decision["mismatch"]:
        lines.append(f":orange[the model said: {one_line(decision['mismatch'], 300)}]")
    lines.append(f":small[:gray[{_versions(decision)}]]")
    return "  \n".join(lines)


def _versions(decision: dict[str, Any]) -> str:
    named = ("kingpost", "embeddings", "verifier", "model", "live_model")
    known = decision["versions"]
    return plain(" · ".join(f"{name.replace('_', ' ')} {known[name]}" for name in named if known.get(name)))


def _start() -> None:
    st.session_state["decision-pages"] = [""]


if __name__ in ("__main__", "__page__"):
    show()

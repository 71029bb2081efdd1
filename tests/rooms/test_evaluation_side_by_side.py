"""The ways of asking laid side by side: what each got right, and what each route earns."""

import json
from collections import Counter
from typing import Any

from test_evaluation_report import Page, row, summary

from kingpost.evaluation.report import report_page
from kingpost.evaluation.side_by_side import ROUTED, WAYS, compared, in_turn
from kingpost.evaluation.side_by_side_tables import tables

REFUSED = {"route": "abstain", "right": False, "answer": "The documents do not tell.", "confidence": 1.0}


def asked(id: str, *, routed: dict[str, Any], rag: dict[str, Any], **others: dict[str, Any]) -> dict[str, Any]:
    ways = {"approved": came(**REFUSED), "fine_tuned": came(**REFUSED), "rag": came(**rag)}
    return row(id, **routed) | {"ways": ways | {way: came(**one) for way, one in others.items()}}


def came(**fields: Any) -> dict[str, Any]:
    return {"route": "rag", "right": True, "answer": "x", "confidence": 0.8, "latency_ms": 100.0, "why": ""} | fields


ROWS = [
    asked(
        "won",
        routed={"route": "approved", "right": True, "latency_ms": 10.0},
        rag={"right": False},
        approved={"route": "approved"},
    ),
    asked("lost", routed={"route": "approved", "right": False, "latency_ms": 10.0}, rag={"right": True}),
    asked("same", routed={"route": "rag"}, rag={}),
    asked("unanswerable", routed={"route": "abstain", "answerable": False}, rag=REFUSED | {"right": True}),
]


def test_each_way_is_measured_over_all_questions_it_was_asked() -> None:
    ways = compared(ROWS)["ways"]
    assert list(ways) == ["approved", "fine_tuned", "rag", "routed"]
    shares = ("n", "answered", "right", "wrong", "refused", "right_of_answered")
    assert [ways["approved"][name] for name in shares] == [4, 0.25, 0.25, 0.0, 0.75, 1.0]
    assert [ways["fine_tuned"][name] for name in shares] == [4, 0.0, 0.0, 0.0, 1.0, None]
    assert [ways["rag"][name] for name in shares] == [4, 0.75, 0.5, 0.25, 0.25, round(2 / 3, 6)]
    assert [ways["routed"][name] for name in shares] == [4, 0.75, 0.5, 0.25, 0.25, round(2 / 3, 6)]
    assert ways["rag"]["intervals"]["answered"][0] < 0.75 < ways["rag"]["intervals"]["answered"][1]
    assert ways["rag"]["calibration"]["brier"] > 0
    assert ways["fine_tuned"]["calibration"]["ece_debiased"] is None


def test_where_routing_wins_and_loses_is_named_and_each_route_shows_what_it_earns() -> None:
    block = compared(ROWS)
    assert (block["n"], block["won"], block["lost"], block["p"]) == (4, ["won"], ["lost"], 1.0)
    approved = block["taken"]["approved"]
    assert [approved[name] for name in ("n", "right", "right_by_rag", "won", "lost")] == [2, 1, 1, 1, 1]
    assert (approved["latency_ms"]["p50"], approved["latency_ms_by_rag"]["p50"]) == (10.0, 100.0)
    assert block["taken"]["abstain"]["won"] == 0, "a right refusal both ways"
    assert "fine_tuned" not in block["taken"]
    json.dumps(block, allow_nan=False)


def test_a_run_that_was_asked_one_way_has_nothing_to_lay_side_by_side() -> None:
    assert compared([row("a")]) is None
    assert tables(None, [row("a")]) == []


def test_the_report_shows_the_ways_the_routes_and_the_questions_that_differ() -> None:
    hostile = asked("h", routed={"route": "approved", "question": "<b>zone</b>?"}, rag={"right": False})
    rows = [*ROWS, hostile]
    made = summary(rows)
    html = report_page(made, rows, tables=tables(compared(rows), rows))
    Page(html)
    for said in (
        "Routes side by side",
        "fine-tuned only",
        "What each route earns",
        "Where routing changes the outcome",
    ):
        assert said in html
    assert "<b>zone</b>" not in html


def test_every_way_comes_first_for_a_like_share_of_the_questions() -> None:
    first = Counter(in_turn(f"question {number}")[0][0] for number in range(400))
    assert set(first) == set(WAYS)
    assert min(first.values()) > 60
    assert dict(in_turn("a")) == WAYS
    assert in_turn("a") == in_turn("a")
    assert WAYS[ROUTED] is None

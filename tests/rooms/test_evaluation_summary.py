import json
from pathlib import Path
from typing import Any

import pytest

from kingpost.errors import BadInput, UsageError
from kingpost.evaluation.compare import compare
from kingpost.evaluation.runs import ANSWERS, SUMMARY, Run, read_rows
from kingpost.evaluation.summary import summarise
from kingpost.evaluation.validation import summarise as summarise_matches


def row(id: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": id,
        "question": f"question {id}",
        "answer": "an answer",
        "answers": ["a reference"],
        "type": "text",
        "route": "rag",
        "answerable": True,
        "confidence": 0.8,
        "right": True,
        "measures": {"exact_match": 1.0, "token_f1": 1.0, "number_accuracy": None},
        "retrieval": {"document_recall@1": 1.0, "place_recall@1": None, "mrr": 1.0},
        "citations": [],
        "citations_right": [1, 2],
        "latency_ms": 100.0,
        "features": {},
    } | fields


WRONG = {"right": False, "measures": {"exact_match": 0.0, "token_f1": 0.5, "number_accuracy": 0.0}, "type": "number"}
REFUSED = {"route": "abstain", "retrieval": None, "citations_right": None, "confidence": 0.3}


def test_a_summary_has_each_measure_of_the_contract_over_all_and_per_type() -> None:
    summary = summarise([row("a"), row("b", **WRONG)])
    assert summary["n"] == 2
    assert summary["exact_match"] == 0.5
    assert summary["token_f1"] == 0.75
    assert summary["number_accuracy"] == 0.0
    assert summary["counts"]["number_accuracy"] == 1
    assert summary["retrieval"]["document_recall@1"] == 1.0
    assert summary["retrieval"]["place_recall@1"] is None
    assert summary["citation_precision"] == 0.5
    assert summary["counts"]["citation_precision"] == 4
    assert summary["routes"] == {"rag": 2}
    assert summary["latency_ms"] == {"p50": 100.0, "p95": 100.0, "parts": {}}
    assert summary["types"]["number"]["exact_match"] == 0.0
    assert summary["types"]["number"]["intervals"]["exact_match"][0] == 0.0
    assert {"ece", "brier", "auroc", "risk_coverage"} <= summary["calibration"].keys()
    json.dumps(summary, allow_nan=False)


def test_calibration_has_its_bins_and_an_error_without_chance() -> None:
    summary = summarise([row(str(i), confidence=0.9, right=i % 2 == 0) for i in range(40)])
    assert summary["calibration"]["ece"] == pytest.approx(0.4)
    assert summary["calibration"]["ece_debiased"] == pytest.approx(0.4, abs=1e-3)
    assert summary["calibration"]["bins"] == [
        {"n": 40, "confidence": 0.9, "right": 0.5, "interval": pytest.approx([0.352, 0.648], abs=1e-3)}
    ]
    assert summary["intervals"]["calibration"]["ece_debiased"][0] < 0.4


def test_first_citations_pages_and_numbers_are_counted() -> None:
    pages = {"page@1": False, "page@5": True, "page_or_next@1": True, "page_or_next@5": True}
    numbers = {"count": 3, "uncited": ["7 m"], "calculated": False}
    summary = summarise(
        [
            row("a", cited_first=True, cited_pages=pages, numbers=numbers),
            row("b", cited_first=False, cited_pages={}, numbers=numbers | {"uncited": [], "calculated": True}),
            row("c", cited_first=None, cited_pages={}, numbers=None),
        ]
    )
    assert summary["cited_first"] == 0.5
    assert (summary["cited_page@1"], summary["cited_page_or_next@1"]) == (0.0, 1.0)
    assert summary["counts"]["cited_page"] == 1
    assert summary["uncited_numbers"] == {"uncited": 1, "of": 3, "calculated": {"uncited": 0, "of": 3}}


def searched(id: str, **legs: float) -> dict[str, Any]:
    measured = {name: {"document_recall@1": value, "mrr": value} for name, value in legs.items()}
    return {
        "id": id,
        "question": "q",
        "route": None,
        "type": "",
        "answerable": True,
        "answers": [],
        "retrieval": measured["fused"],
        "legs": measured,
        "latency_ms": 5.0,
    }


def test_a_leg_that_finds_nothing_for_a_question_has_missed_it() -> None:
    summary = summarise([searched("a", exact=1.0, dense=0.0, fused=1.0), searched("b", dense=1.0, fused=1.0)])
    legs = summary["retrieval"]["legs"]
    assert {leg: found["document_recall@1"] for leg, found in legs.items()} == {
        "exact": 0.5,
        "dense": 0.5,
        "fused": 1.0,
    }
    assert legs["exact"]["place_recall@1"] is None
    assert summary["intervals"]["retrieval"]["legs"]["fused"]["document_recall@1"] == pytest.approx(
        [0.342, 1], abs=1e-3
    )
    assert "legs" not in summarise([row("a")])["retrieval"]


def test_time_is_told_by_part() -> None:
    summary = summarise([row("a", timings_ms={"retrieval": 10.0, "reading": 4.0}), row("b", timings_ms={})])
    assert summary["latency_ms"]["parts"]["retrieval"] == {"p50": 10.0, "p95": 10.0, "n": 1}


def test_abstention_is_measured_both_ways() -> None:
    summary = summarise(
        [
            row("a"),
            row("b", right=False, measures={"exact_match": 0.0}, **REFUSED),
            row("c", answerable=False, measures={}, **REFUSED),
            row("d", answerable=False, measures={}, right=False, retrieval=None, citations_right=None),
        ]
    )
    assert summary["abstention"] == {"precision": 0.5, "recall": 0.5, "answerable_refused": 0.5}
    assert summary["intervals"]["abstention"]["precision"] == pytest.approx([0.0945, 0.9055], abs=1e-3)
    assert summary["exact_match"] == 0.5
    assert summary["counts"]["answered"] == 2


def test_a_run_of_retrieval_only_has_no_answer_measures() -> None:
    searched = {
        "id": "a",
        "question": "q",
        "route": None,
        "type": "",
        "answerable": True,
        "answers": [],
        "retrieval": {"document_recall@1": 1.0, "mrr": 1.0},
        "latency_ms": 5.0,
    }
    summary = summarise([searched])
    assert summary["exact_match"] is None
    assert summary["abstention"]["precision"] is None
    assert summary["calibration"]["ece"] is None
    assert summary["retrieval"]["mrr"] == 1.0


def test_an_interrupted_run_keeps_its_rows_and_goes_on(tmp_path: Path) -> None:
    first = Run(tmp_path / "run", identity={"questions": "x"}, rows_name=ANSWERS)
    first.append(row("a"))
    with (tmp_path / "run" / ANSWERS).open("ab") as file:
        file.write(b'{"id": "b", "answ')
    again = Run(tmp_path / "run", identity={"questions": "x"}, rows_name=ANSWERS)
    assert [kept["id"] for kept in again.rows] == ["a"]
    again.append(row("b"))
    assert [kept["id"] for kept in read_rows(tmp_path / "run")] == ["a", "b"]


def test_an_unfinished_run_of_another_kind_is_not_mixed_in(tmp_path: Path) -> None:
    Run(tmp_path, identity={"questions": "x", "profile": "seed"}, rows_name=ANSWERS)
    with pytest.raises(UsageError, match="different: profile"):
        Run(tmp_path, identity={"questions": "x", "profile": "kingpost"}, rows_name=ANSWERS)


def test_a_finished_run_is_measured_anew(tmp_path: Path) -> None:
    run = Run(tmp_path, identity={"questions": "x"}, rows_name=ANSWERS)
    run.append(row("a"))
    run.finish({"n": 1})
    assert json.loads((tmp_path / SUMMARY).read_text()) == {"n": 1}
    assert Run(tmp_path, identity={"questions": "y"}, rows_name=ANSWERS).rows == []
    assert not (tmp_path / SUMMARY).exists()


def test_a_run_cannot_be_written_over_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="is a file"):
        Run(tmp_path / "file", identity={}, rows_name=ANSWERS)


def test_text_that_no_file_can_hold_does_not_stop_a_run(tmp_path: Path) -> None:
    Run(tmp_path, identity={}, rows_name=ANSWERS).append(row("a", answer="lone \ud800 surrogate"))
    assert read_rows(tmp_path)[0]["answer"] == "lone ? surrogate"


def written(directory: Path, *rows: dict[str, Any]) -> Path:
    run = Run(directory, identity={}, rows_name=ANSWERS)
    for one in rows:
        run.append(one)
    return directory


def test_two_runs_are_compared_question_by_question(tmp_path: Path) -> None:
    a = written(tmp_path / "a", row("1"), row("2", **WRONG), row("3"), row("4", **WRONG), row("only-a"))
    b = written(tmp_path / "b", row("4", **WRONG), row("1"), row("2", type="number"), row("3", **WRONG))
    result = compare(a, b)
    assert (result["both_right"], result["won"], result["lost"], result["both_wrong"]) == (1, 1, 1, 1)
    assert (result["n"], result["only_a"], result["only_b"]) == (4, 1, 0)
    assert result["token_f1"]["difference"] == 0.0
    low, high = result["token_f1"]["interval"]
    assert low < 0 < high
    assert [q["outcome"] for q in result["questions"]] == ["lost", "won", "both_wrong", "both_right"]
    assert result["p"] == 1.0
    assert result["types"]["number"]["n"] == 2
    json.dumps(result, allow_nan=False)


def test_runs_without_a_question_in_common_cannot_be_compared(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no question in common"):
        compare(written(tmp_path / "a", row("1")), written(tmp_path / "b", row("2")))
    with pytest.raises(BadInput, match="no rows"):
        compare(tmp_path / "a", tmp_path / "missing")


def match(known: str, matched: str | None, label: int, **fields: Any) -> dict[str, Any]:
    return {
        "id": "m",
        "query": "q",
        "known": known,
        "matched": matched,
        "scored": known,
        "label": label,
        "kind": "kind",
        "stage": "verifier",
        "score": 0.9,
    } | fields


def test_validation_counts_recall_and_false_matches_with_their_own_known_question_only() -> None:
    summary = summarise_matches(
        [
            match("k1", "k1", 1),
            match("k2", "k1", 1),
            match("k3", None, 0, score=0.4),
            match("k4", "k4", 0, kind="number"),
        ]
    )
    assert summary["all"]["positives"] == 2
    assert summary["all"]["recall"] == 0.5
    assert summary["all"]["false_match"] == 0.5
    assert summary["all"]["other_match"] == 1
    assert summary["kinds"]["number"]["false_match"] == 1.0
    assert summary["kinds"]["number"]["recall"] is None
    assert summary["kinds"]["number"]["intervals"]["recall"] is None


def test_what_the_pairs_call_the_same_by_another_pair_counts_apart() -> None:
    rows = [
        match("k1", "k2", 1, query="K2"),
        match("k3", "k1", 1, query="k2"),
        match("k4", "k1", 1, query="q4"),
        match("k5", None, 1, query="q5"),
    ]
    summary = summarise_matches(rows)
    assert (summary["all"]["recall"], summary["all"]["recall_equal"]) == (0.0, 0.5)


def test_the_curve_moves_what_was_weighed_and_nothing_else() -> None:
    rows = [
        match("k1", None, 1, score=0.6),
        match("k2", "k2", 1, stage="exact", score=1.0, scored=None),
        match("k3", None, 0, stage="slots", score=0.0, scored=None),
    ]
    curve = {point["threshold"]: point for point in summarise_matches(rows)["curve"]}
    assert curve[0.5] == {"threshold": 0.5, "recall": 1.0, "false_match": 0.0}
    assert curve[0.7] == {"threshold": 0.7, "recall": 0.5, "false_match": 0.0}

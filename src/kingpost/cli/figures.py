"""How measurements look as text: a line a kind of question, the whole first."""

from collections.abc import Mapping, Sequence
from typing import Any

from kingpost.cli.printing import columns, visible

Block = Mapping[str, Any]

EVALUATED = {
    "n": ("n",),
    "right": ("right",),
    "EM": ("exact_match",),
    "F1": ("token_f1",),
    "numbers": ("number_accuracy",),
    "doc@5": ("retrieval", "document_recall@5"),
    "place@5": ("retrieval", "place_recall@5"),
    "cited": ("citation_precision",),
    "first": ("cited_first",),
    "stands": ("citations_standing",),
    "refused": ("abstention", "recall"),
    "wrongly": ("abstention", "answerable_refused"),
    "ECE": ("calibration", "ece"),
    "p50 ms": ("latency_ms", "p50"),
}
"""Column -> where its figure stands in a block of the summary."""


WAYS = {
    "n": ("n",),
    "answered": ("answered",),
    "right": ("right",),
    "wrong": ("wrong",),
    "refused": ("refused",),
    "right of answered": ("right_of_answered",),
    "ECE": ("calibration", "ece_debiased"),
    "p50 ms": ("latency_ms", "p50"),
}
TAKEN = {
    "n": ("n",),
    "right": ("right",),
    "right by RAG": ("right_by_rag",),
    "won": ("won",),
    "lost": ("lost",),
    "p50 ms": ("latency_ms", "p50"),
    "p50 ms by RAG": ("latency_ms_by_rag", "p50"),
}
"""Columns of the routes side by side."""
COMPARED = {
    "n": ("n",),
    "lost": ("lost",),
    "won": ("won",),
    "both wrong": ("both_wrong",),
    "both right": ("both_right",),
    "right in A": ("right", "a"),
    "right in B": ("right", "b"),
    "p": ("p",),
}
"""Column -> where its figure stands in a block of a comparison."""


def evaluation(summary: Block) -> None:
    """A line for all questions, and one for each type."""
    blocks = [("all", summary), *summary["types"].items()]
    columns(
        ("", *EVALUATED),
        ((name, *(figure(at(block, path)) for path in EVALUATED.values())) for name, block in blocks),
    )
    print("refused: share of unanswerable questions refused; wrongly: share of answerable ones refused")
    print("cited, stands: share of citations that are right, that quote what stands there; first: right document first")
    numbers = summary["uncited_numbers"]
    print(f"numbers in no citation: {numbers['uncited']} of {numbers['of']}")
    if "side_by_side" in summary:
        side_by_side(summary["side_by_side"])


def side_by_side(block: Block) -> None:
    """A line each way of asking, then a line each route taken, and where routing won and lost against RAG alone."""
    print()
    columns(
        ("", *WAYS),
        ((way, *(figure(at(one, path)) for path in WAYS.values())) for way, one in block["ways"].items()),
    )
    print()
    columns(
        ("taken", *TAKEN),
        ((route, *(figure(at(one, path)) for path in TAKEN.values())) for route, one in block["taken"].items()),
    )
    print("won: right as routed, wrong by RAG alone; lost: the other way round")
    for name in ("lost", "won"):
        print(visible(f"{name}: {', '.join(block[name]) or 'none'}"))


def comparison(result: Block) -> None:
    """What B won and lost against A, and the questions: the lost ones first."""
    blocks = [("all", result), *result["types"].items()]
    columns(
        ("", *COMPARED, "difference", "95 %"),
        (
            (name, *(figure(at(block, path)) for path in COMPARED.values()), *_difference(block["right"]))
            for name, block in blocks
        ),
    )
    print("lost: right in A only; won: right in B only; p: McNemar's exact test for such a split by chance")
    for question in result["questions"]:
        if question["outcome"] in ("lost", "won"):
            print(visible(f"{question['outcome']:<5} {question['id']}: {question['question']}"))


def _difference(right: Block) -> tuple[str, str]:
    low, high = right["interval"]
    return f"{right['difference']:+.3f}", f"{low:+.3f} to {high:+.3f}"


def validation(summary: Block) -> None:
    """Recall and false matches, over all, per kind (the worst first) and per set, and those of plain thresholds."""
    blocks = [("all", summary["all"]), *summary["kinds"].items()]
    blocks += [(f"set {name}", block) for name, block in summary["sets"].items()]
    blocks += [(f"cosine from {name}", block["all"]) for name, block in summary["cosine"].items()]
    _validated(blocks)


def bound(result: Block) -> None:
    """What a fitted bound does on known questions held out, and on each kind, the worst first."""
    if "held_out" in result:
        names = {name: f"{name}, from {result[name]['threshold']:.4f}" for name in ("shipped", "chosen")}
        print(f"on known questions held out, for at most {result['maximum_false_match_rate']:.2%} false matches")
        _validated([(names[name], block) for name, block in result["held_out"].items()])
        print(f"\non all {result['questions']}, at the chosen threshold")
        _validated(list(result["kinds"].items()))
        print(result["verdict"])
    else:
        print(f"in force: from {result['threshold']:.4f} on ({result['source']}: {result['why']})")


def refinement(result: Block) -> None:
    """What a refined verifier does on known questions held out beside the one in force, and the bound it has now."""
    if "gate" in result:
        print(f"on known questions held out, for at most {result['maximum_false_match_rate']:.2%} false matches")
        named = [(f"{name}, from {block['threshold']:.4f}", block) for name, block in result["gate"].items()]
        _validated([*named, *result["kinds"].items()])
        print(result["verdict"])
    else:
        origin = "refined here" if result["refined"] else "as it ships"
        print(f"in force: the verifier {origin} ({result['verifier'][:12]})")
    if "bound" in result:
        print("\nthe bound belongs to the verifier and was fitted anew")
        bound(result["bound"])


def _validated(blocks: Sequence[tuple[str, Block]]) -> None:
    measures = ("positives", "recall", "negatives", "false_match")
    columns(("", *measures), ((visible(name), *(figure(block[key]) for key in measures)) for name, block in blocks))


def calibration(result: Block) -> None:
    """How good confidence was before, and is now."""
    measures = list(result["before"])
    rows = [(name, *(figure(result[name][key]) for key in measures)) for name in ("before", "after")]
    columns(("", *measures), rows)
    print(f"fitted on {result['examples']} answers of {result['fitted_on']}, {result['right']} of them right")
    if "verdict" in result:
        print(result["verdict"])


def at(block: Block, path: Sequence[str]) -> Any:
    """The value at a path of keys."""
    value: Any = block
    for key in path:
        value = value[key]
    return value


def figure(value: Any) -> str:
    """A figure as it is read: shares with three digits, large numbers without."""
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.3f}" if abs(value) < 10 else f"{value:.0f}"
    return str(value)

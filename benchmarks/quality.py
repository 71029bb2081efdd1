"""Measures Kingpost beside the seed profile on sets of documents and questions, and prints one table in Markdown.

A set is a folder of the data directory with ``docs/`` and ``qa.jsonl`` (answers), or with ``pairs.jsonl`` (question
validation). Workspaces and runs are kept in ``--out``: what is finished there is not measured again, what was
interrupted goes on.

    python benchmarks/quality.py ntsb_pdf openroad_md sstqa_xlsx:document router/ntsb --data DIR --out measured
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kingpost.app import App
from kingpost.backends.local.workspace import Workspace
from kingpost.documents.sources.folder import FolderSource
from kingpost.evaluation.question_sets import read_pairs, read_questions
from kingpost.evaluation.runs import SUMMARY
from kingpost.settings import FILE_NAME
from kingpost.types.answers import Reader
from kingpost.types.documents import FileState
from kingpost.types.evaluation import RunOptions

ANSWER_COLUMNS = {
    "n": ("n",),
    "exact": ("exact_match",),
    "F1": ("token_f1",),
    "numbers": ("number_accuracy",),
    "right": ("right",),
    "doc@5": ("retrieval", "document_recall@5"),
    "place@1": ("retrieval", "place_recall@1"),
    "place@5": ("retrieval", "place_recall@5"),
    "mrr": ("retrieval", "mrr"),
    "cited": ("citation_precision",),
    "refusals right": ("abstention", "precision"),
    "refused of unanswerable": ("abstention", "recall"),
    "refused of answerable": ("abstention", "answerable_refused"),
    "ECE": ("calibration", "ece"),
    "AUROC": ("calibration", "auroc"),
    "p50 ms": ("latency_ms", "p50"),
}
VALIDATION_COLUMNS = ("positives", "negatives", "recall", "false_match")


def main() -> int:
    arguments = parsed(sys.argv[1:])
    rows: dict[str, dict[str, Any]] = {}
    matches: dict[str, dict[str, Any]] = {}
    for name, scope in arguments.sets:
        folder = arguments.data / name
        measure, kept = (validated, matches) if (folder / "pairs.jsonl").exists() else (evaluated, rows)
        for profile in arguments.profiles:
            kept[f"{name} | {profile}"] = measure(folder, scope, profile, arguments)
    if rows:
        print(answer_table(rows))
    if matches:
        print(validation_table(matches))
    return 0


def parsed(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "sets", nargs="+", type=named_set, help="folders of the data directory; NAME:document asks within documents"
    )
    parser.add_argument("--data", type=Path, default=os.environ.get("KINGPOST_DATA"), help="default: $KINGPOST_DATA")
    parser.add_argument("--out", type=Path, default=Path("measured"), help="keeps workspaces and runs")
    parser.add_argument("--profiles", nargs="+", choices=("kingpost", "seed"), default=["kingpost", "seed"])
    parser.add_argument("--reader", type=Reader, choices=list(Reader), default=Reader.AUTO)
    parser.add_argument("--limit", type=int, help="first rows only")
    parser.add_argument("--retrieval-only", action="store_true", dest="retrieval_only")
    parser.add_argument("--again", action="store_true", help="measure finished runs again")
    arguments = parser.parse_args(given)
    if arguments.data is None or not Path(arguments.data).is_dir():
        parser.error("give the data directory: --data DIR, or KINGPOST_DATA")
    for name, _ in arguments.sets:
        if not any((arguments.data / name / file).exists() for file in ("qa.jsonl", "pairs.jsonl")):
            parser.error(f"{arguments.data / name} has neither qa.jsonl nor pairs.jsonl")
    return arguments


def named_set(given: str) -> tuple[str, str]:
    name, _, scope = given.partition(":")
    if scope not in ("", "document"):
        raise argparse.ArgumentTypeError(f"{given}: only :document may follow the name")
    return name.rstrip("/"), scope or "all"


def evaluated(folder: Path, scope: str, profile: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """The summary of one set under one profile, measured now or kept from before."""
    parts = [profile, *(["retrieval"] if arguments.retrieval_only else []), *scoped(scope, arguments)]
    run = arguments.out / "runs" / folder.name / "-".join(parts)
    if finished(run) and not arguments.again:
        return summary(run)
    with opened(folder, arguments.out) as app:
        options = RunOptions(
            reader=arguments.reader, profile=profile, scope=scope, retrieval_only=arguments.retrieval_only
        )
        questions = read_questions(folder / "qa.jsonl", limit=arguments.limit)
        return app.evaluator.evaluate(questions, options, out=run, on_progress=told(f"{folder.name} {profile}"))


def scoped(scope: str, arguments: argparse.Namespace) -> list[str]:
    """What a run's folder is named by beside its profile."""
    limit = f"first{arguments.limit}" if arguments.limit else ""
    reader = "" if arguments.reader is Reader.AUTO else arguments.reader.value
    return [part for part in (scope if scope != "all" else "", reader, limit) if part]


def validated(folder: Path, _scope: str, profile: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """The summary of one validation set under one profile, measured now or kept from before."""
    run = arguments.out / "runs" / "validation" / folder.name / "-".join([profile, *scoped("all", arguments)])
    if finished(run) and not arguments.again:
        return summary(run)
    with App.open(workspace(arguments.out / "workspaces" / "validation")) as app:
        pairs = read_pairs(folder / "pairs.jsonl", limit=arguments.limit)
        return app.evaluator.validate(pairs, profile=profile, out=run, on_progress=told(f"{folder.name} {profile}"))


def finished(run: Path) -> bool:
    return (run / SUMMARY).exists()


def summary(run: Path) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads((run / SUMMARY).read_text(encoding="utf-8"))
    return kept


def workspace(root: Path) -> Path:
    return root if (root / FILE_NAME).exists() else Workspace.create(root).root


def opened(folder: Path, out: Path) -> App:
    """An app on the set's workspace, its documents ingested (what is there already is not read again)."""
    app = App.open(workspace(out / "workspaces" / folder.name))
    if (folder / "docs").is_dir():
        started = time.perf_counter()
        report = app.ingestor.ingest(FolderSource(folder / "docs"))
        counts = ", ".join(f"{report.count(state)} {state}" for state in FileState if report.count(state))
        say(f"{folder.name}: {counts}, {time.perf_counter() - started:.0f} s")
        for file in report.files:
            if file.state is FileState.FAILED:
                say(f"{folder.name}: {file.name} failed: {file.reason}; {file.hint}")
    return app


def told(title: str) -> Callable[[int, int], None]:
    """Progress on standard error, a line every twenty seconds."""
    started = said = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal said
        if done == total or time.monotonic() - said > 20:
            said = time.monotonic()
            say(f"{title}: {done}/{total}, {said - started:.0f} s")

    return tell


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def answer_table(rows: dict[str, dict[str, Any]]) -> str:
    lines = [f"| set | profile | {' | '.join(ANSWER_COLUMNS)} |", "|---|---|" + "---:|" * len(ANSWER_COLUMNS)]
    for name, measured in rows.items():
        values = [shown(looked_up(measured, path)) for path in ANSWER_COLUMNS.values()]
        lines.append(f"| {name} | {' | '.join(values)} |")
    return "\n".join(lines) + "\n"


def validation_table(rows: dict[str, dict[str, Any]]) -> str:
    header = "| set | profile | positives | negatives | recall | false match | kinds: recall, false match |"
    lines = [header, "|---|---|---:|---:|---:|---:|---|"]
    for name, measured in rows.items():
        values = [shown(measured["all"][column]) for column in VALIDATION_COLUMNS]
        kinds = "; ".join(
            f"{kind} {shown(part['recall'])}, {shown(part['false_match'])}" for kind, part in measured["kinds"].items()
        )
        lines.append(f"| {name} | {' | '.join(values)} | {kinds} |")
    return "\n".join(lines) + "\n"


def looked_up(measured: dict[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = measured
    for key in path:
        value = value[key]
    return value


def shown(value: float | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else (f"{value:.0f}" if value > 1 else f"{value:.3f}")


if __name__ == "__main__":
    sys.exit(main())

"""How results look as text: aligned columns that scripts can cut too, answers with their evidence below them."""

import dataclasses
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kingpost.types.documents import (
    Document,
    FileReport,
    FileState,
    Period,
    Revision,
    RevisionStatus,
)
from kingpost.types.feedback import Feedback, Review
from kingpost.types.models import Dataset, GateReport, ModelVersion, TrainingExample, TrainingProgress
from kingpost.types.questions import ImportReport
from kingpost.types.search import Passage

LONGEST_CELL = 70
QUOTED = 400
OBEYED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def columns(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Rows below their heads, each column as wide as its longest cell."""
    table = [head, *([shortened(str(cell)) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in table) for column in range(len(head))]
    for row in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def shortened(text: str, longest: int = LONGEST_CELL) -> str:
    """One line, cut where it is too long to read."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def visible(text: str) -> str:
    """With nothing in it that a terminal would obey: line ends, escape sequences, marks that turn the direction."""
    return "".join(
        letter.encode("unicode_escape").decode() if unicodedata.category(letter) in OBEYED else letter
        for letter in text
    )


def lines(texts: Iterable[str]) -> None:
    """Texts as they stand, a line each."""
    for text in texts:
        print(visible(text))


def fields(value: Any) -> None:
    """A record, one field a line; what is empty is left out."""
    for field in dataclasses.fields(value):
        content = getattr(value, field.name)
        if content not in ("", (), None) and content != {}:
            print(f"{field.name.replace('_', ' ') + ':':<16} {words(content)}")


def words(value: Any) -> str:
    """A value of a record as words."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {words(item)}" for name, item in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(words(item) for item in value)
    if dataclasses.is_dataclass(value):
        return ", ".join(words(getattr(value, field.name)) for field in dataclasses.fields(value))
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def file_line(report: FileReport) -> str:
    """One line of an ingest report."""
    line = f"{report.state.value:<10} {visible(report.name)}"
    if report.state is FileState.FAILED:
        return f"{line}: {report.reason} - {visible(report.hint)}"
    warnings = "".join(f"; warning: {warning}" for warning in report.warnings)
    return f"{line} ({report.chunks} chunks, {report.seconds:.1f} s){warnings}" if report.chunks else line + warnings


def documents(pairs: Sequence[tuple[Document, Revision]]) -> None:
    """A line a document, and one a conflict."""
    names = {document.id: document.name for document, _ in pairs}
    columns(
        ("ID", "NAME", "NUMBER", "REV", "STATUS", "EFFECTIVE", "SUCCESSOR", "CHUNKS"),
        (
            (
                document.id,
                document.name,
                document.number,
                document.mark,
                f"duplicate of {names.get(document.duplicate_of, document.duplicate_of)}"
                if document.duplicate_of
                else f"{document.status.value}{', conflict' if document.conflicts else ''}",
                document.effective_date,
                names.get(document.superseded_by, ""),
                revision.chunks,
            )
            for document, revision in pairs
        ),
    )
    for document, _ in pairs:
        for other in document.conflicts:
            if document.id < other:
                print(conflict((document.name, names.get(other, other))))


def conflict(names: Sequence[str]) -> str:
    """What to do about documents of which nothing tells which is in force."""
    return (
        f"conflict: {' and '.join(names)} have the same number and nothing tells which is later; "
        "say it: kingpost documents correct NAME --mark B (or --effective, --status, --number)"
    )


def document(document: Document, revisions: Sequence[Revision], others: Mapping[str, str]) -> None:
    """A document, its revisions, what is known of each, and by what it is superseded or contradicted."""
    fields(
        dataclasses.replace(
            document,
            periods=(),
            superseded_by=others.get(document.superseded_by, document.superseded_by),
            duplicate_of=others.get(document.duplicate_of, document.duplicate_of),
            conflicts=tuple(others.get(id, id) for id in document.conflicts),
        )
    )
    print("revisions:")
    shown = {revision.id: revision for revision in revisions}
    told = document.periods or (Period(revision=document.current_revision, mark=document.mark, status=document.status),)
    columns(
        ("REVISION", "REV", "STATUS", "IN FORCE FROM", "UNTIL", "READ", "PAGES", "CHUNKS"),
        (
            (
                period.revision,
                period.mark,
                period.status.value,
                period.starts,
                period.ends,
                shown[period.revision].indexed_at[:10],
                shown[period.revision].pages,
                shown[period.revision].chunks,
            )
            for period in told
            if period.revision in shown
        ),
    )
    for warning in shown[document.current_revision].warnings:
        print(f"warning: {warning}")


def passages(found: Sequence[Passage]) -> None:
    """Passages with where they stand."""
    from kingpost.answering.contract import place_in_words

    for number, passage in enumerate(found, start=1):
        status = passage.document.status
        out_of_force = "" if status is RevisionStatus.CURRENT else f" ({status.value})"
        place = place_in_words(passage.chunk.location)
        print(f"{number}. {passage.document.name}{out_of_force}, {place}  [{passage.score:.3f}]")
        print(f"   {shortened(passage.chunk.text, QUOTED)}")
    if not found:
        print("nothing found")


def feedback(everything: Sequence[Feedback]) -> None:
    """A line a piece of feedback."""
    columns(
        ("ID", "TURN", "RATING", "SEVERITY", "WRONG", "COMMENT"),
        ((f.id, f.turn, f.rating or "-", f.severity.value, ", ".join(f.wrong), f.comment) for f in everything),
    )


def reviews(queue: Sequence[Review]) -> None:
    """A line a review."""
    columns(
        ("ID", "KIND", "STATE", "SEVERITY", "QUESTION", "PROPOSED ANSWER"),
        ((r.id, r.kind.value, r.state.value, r.severity.value, r.question, r.proposed_answer) for r in queue),
    )


def import_report(report: ImportReport) -> None:
    """What an import did."""
    print(f"{report.added} added, {report.updated} updated, {report.without_evidence} without evidence found,", end=" ")
    print(f"{len(report.problems)} lines left out, {len(report.warnings)} warnings")


def datasets(everything: Sequence[Dataset]) -> None:
    """A line a dataset."""
    columns(
        ("ID", "CREATED", "EXAMPLES", "FROM"),
        ((d.id, d.created_at[:16], words(d.counts), words(d.provenance)) for d in everything),
    )


def dataset(selection: Dataset, examples: Sequence[TrainingExample]) -> None:
    """A dataset and its examples."""
    fields(selection)
    columns(("SPLIT", "QUESTION", "ANSWER"), ((e.split, e.question, e.answer) for e in examples))


def training_line(step: TrainingProgress) -> str:
    """Where a training job stands."""
    minutes, seconds = divmod(round(step.seconds_left), 60)
    return step.message or f"loss {step.loss:.3f}, epoch {step.epoch:.1f}, {minutes}:{seconds:02d} left"


def trained(version: ModelVersion) -> None:
    """A candidate, and what to do with it."""
    fields(version)
    print(f"next: kingpost models promote {version.id}")


def models(versions: Sequence[ModelVersion], mismatches: Mapping[str, int]) -> None:
    """A line a version."""
    columns(
        ("ID", "STAGE", "RECIPE", "DATASET", "CREATED", "MISMATCHES", "METRICS"),
        (
            (v.id, v.stage.value, v.recipe, v.dataset_id, v.created_at[:16], mismatches.get(v.id, 0), words(v.metrics))
            for v in versions
        ),
    )


def model(version: ModelVersion, *, mismatches: int) -> None:
    """A version, and how often it did not say a known answer."""
    fields(version)
    print(f"{'mismatches:':<16} {mismatches}")


def gate(report: GateReport) -> None:
    """What each contestant measured."""
    measures = sorted({measure for values in report.metrics.values() for measure in values})
    columns(
        ("", *measures),
        (
            (name, *(f"{values[measure]:.3f}" if measure in values else "-" for measure in measures))
            for name, values in report.metrics.items()
        ),
    )
    print(f"{report.candidate} {'passes' if report.passed else 'does not pass'} the gate")
    for reason in report.reasons:
        print(f"  - {reason}")


def settings(values: Mapping[str, Mapping[str, Any]]) -> None:
    """Settings in force."""
    for section, keys in values.items():
        for key, value in keys.items():
            print(f"{section}.{key} = {'unset' if value is None else value}")


def setting_descriptions(rows: Sequence[Mapping[str, Any]]) -> None:
    """Every setting with its default and what it does."""
    for row in rows:
        print(f"{row['setting']} = {'unset' if row['default'] is None else row['default']}")
        print(f"    {row['description']}")

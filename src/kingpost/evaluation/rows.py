"""Rows of a run as report pages show them: outcome, anchor, references with links into the viewer."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kingpost.types.answers import Route

Row = Mapping[str, Any]

ANSWERED = {
    "wrong": "Wrong",
    "invented": "Answered, though the documents do not tell",
    "refused": "Refused, though the documents tell",
    "right": "Right",
    "rightly_refused": "Rightly refused",
}
SEARCHED = {
    "missing": "Not among the first passages",
    "later": "Found, but not first",
    "first": "Found first",
    "unmeasured": "Not measured: no document is named, or none tells",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A citation as a line: where it stands, what it quotes, and the viewer's address (empty without one)."""

    name: str
    place: str
    quote: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRow:
    """A question with what came of it; ``facts`` are short, ``remarks`` say what is wrong with the answer."""

    id: str
    anchor: str
    question: str
    standalone: str
    facts: tuple[str, ...]
    answer: str
    remarks: tuple[str, ...]
    citations: tuple[Reference, ...]
    references: tuple[str, ...]


def outcome(row: Row) -> str:
    """Which group of ``ANSWERED``, or of ``SEARCHED`` for a row without an answer, the row belongs to."""
    if row["route"] is None:
        return _place_found(row.get("retrieval"))
    if row["route"] == Route.ABSTAIN:
        return "refused" if row["answerable"] else "rightly_refused"
    if not row["answerable"]:
        return "invented"
    return "right" if row["right"] else "wrong"


def _place_found(retrieval: Row | None) -> str:
    if retrieval is None:
        return "unmeasured"
    rank: float = retrieval["mrr"]
    return "missing" if rank == 0 else "first" if rank == 1 else "later"


def anchor(question_id: str) -> str:
    """The name of a question's row in a page: the same in every report."""
    return f"q-{hashlib.sha256(question_id.encode('utf-8', 'replace')).hexdigest()[:12]}"


def shown(row: Row, *, viewer: str) -> ShownRow:
    """The row as a page shows it; ``viewer`` is the address of the server that has the viewer, or empty."""
    standalone = row.get("standalone") or ""
    return ShownRow(
        id=row["id"],
        anchor=anchor(row["id"]),
        question=row["question"],
        standalone="" if standalone == row["question"] else standalone,
        facts=tuple(_facts(row)),
        answer=row.get("answer") or _found(row),
        remarks=tuple(_remarks(row)),
        citations=references(row, viewer=viewer),
        references=tuple(row["answers"]) or (("(the documents do not tell)",) if not row["answerable"] else ()),
    )


def references(row: Row, *, viewer: str) -> tuple[Reference, ...]:
    """The citations of a row; those of passages that stood in the question set lead nowhere."""
    return tuple(
        Reference(
            name=citation["title"] or citation["name"],
            place=place_in_words(citation["location"]),
            quote=citation["quote"],
            href=viewer_address(citation, viewer=viewer),
        )
        for citation in row.get("citations", ())
    )


def viewer_address(citation: Row, *, viewer: str) -> str:
    """Empty where there is no viewer, or nothing that it could open."""
    view = citation.get("view") or ""
    is_web = viewer.startswith(("http://", "https://"))
    return viewer.rstrip("/") + view if is_web and view.startswith("/view/") and citation["uri"] else ""


def place_in_words(location: Row) -> str:
    """The place of a citation as the contract writes it, as a person would say it."""
    if "page" in location:
        return f"page {location['page']}"
    if "sheet" in location:
        return f"{location['sheet']}!{location['range']}"
    section: Sequence[str] = location.get("section") or ()
    return " > ".join(section) or "text"


def _facts(row: Row) -> list[str]:
    facts = [row["type"]] if row["type"] else []
    if row["route"] is not None:
        facts += [f"confidence {row['confidence']:.2f}", row["route"].replace("_", " ")]
        f1 = row["measures"].get("token_f1")
        facts += [f"F1 {f1:.2f}"] if f1 is not None else []
    return [*facts, f"{row['latency_ms']:.0f} ms"]


def _remarks(row: Row) -> list[str]:
    remarks = []
    numbers = row.get("numbers")
    if numbers and numbers["uncited"] and not numbers["calculated"]:
        remarks.append(f"in no citation: {', '.join(numbers['uncited'])}")
    if row.get("cited_first") is False and row["route"] != Route.ABSTAIN:
        remarks.append("the first reference is of another document")
    stand, cited = row.get("citations_standing") or (0, 0)
    if stand < cited:
        remarks.append(f"{cited - stand} of {cited} quotes do not stand at the cited place")
    return remarks


def _found(row: Row) -> str:
    """The documents of the first passages, for a question that was only searched for."""
    return "\n".join(f"{rank}. {found['document']}" for rank, found in enumerate(row.get("passages", ()), start=1))

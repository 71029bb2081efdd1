"""How the question bank looks as text: pairs with their state, what is wrong among them, and how far they reach."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from kingpost.cli.printing import columns, shortened, visible
from kingpost.types.answers import Mismatch
from kingpost.types.documents import EVERYONE, Location
from kingpost.types.questions import BankProblem, Coverage, EvidenceChange, ImportProblem, ListedQuestion

QUOTED = 200


def known_questions(pairs: Sequence[ListedQuestion]) -> None:
    """A line a pair."""
    columns(
        ("ID", "STATE", "APPROVED BY", "EVIDENCE", "QUESTION", "ANSWER"),
        (
            (p.id, p.state.value, p.approved_by or "-", p.evidence[0].name if p.evidence else "-", p.question, p.answer)
            for p in pairs
        ),
    )


def known_question(pair: ListedQuestion) -> None:
    """A pair, and what is to be known about it."""
    print(f"{pair.id}: {pair.question}\n    {pair.answer}")
    approval = f"approved by {pair.approved_by}" if pair.approved_by else "not approved by anybody"
    print(f"    {approval}, {pair.state.value}")
    for phrasing in pair.phrasings:
        print(f"    also: {phrasing}")
    if pair.groups != EVERYONE:
        print(f"    for: {', '.join(pair.groups)}")
    if pair.valid_from or pair.valid_until:
        print(f"    valid: {pair.valid_from or 'always'} to {pair.valid_until or 'further notice'}")
    for evidence in pair.evidence:
        place = f"{evidence.name}, {_place(evidence.location)}"
        print(f"    evidence: {place}: {shortened(evidence.quote)}")
    if not pair.evidence:
        print("    no evidence found in the documents: nothing will tell when this answer is out of date")
    changes(pair.changes)


def changes(found: Iterable[EvidenceChange]) -> None:
    """What became of evidence: was, and is now."""
    for change in found:
        print(f"    {change.kind.value}: {change.name}, {_place(change.location)}")
        print(f"      was: {shortened(visible(change.was), QUOTED)}")
        if change.now_location is not None:
            where = f"{change.now_name}, {_place(change.now_location)}"
            print(f"      now: {shortened(visible(change.now), QUOTED)} ({where})")


def mismatch(found: Mismatch) -> None:
    """What the fine-tuned model said instead of a known answer."""
    print(f"    {found.model} said: {shortened(visible(found.said), QUOTED)}")
    print(f"      known answer: {shortened(visible(found.expected), QUOTED)}")
    print(f"      not served: {visible('; '.join(found.why))}")
    for citation in found.citations:
        print(f"      evidence: {shortened(visible(citation.quote), QUOTED)}", end=" ")
        print(f"({citation.name}, {_place(citation.location)})")


def problem_line(problem: BankProblem) -> str:
    """A duplicate or contradiction in one line."""
    first, second = (
        f"{id} ({shortened(visible(question))}: {shortened(visible(answer))})"
        for id, question, answer in zip(problem.pair_ids, problem.questions, problem.answers, strict=True)
    )
    return f"{problem.kind.value}: {first} and {second}: {visible(problem.why)}"


def left_out(path: Path, problem: ImportProblem) -> str:
    """A line of a file that was not imported, why, and what to do, in one line."""
    line = f"{path}:{problem.cell or problem.line}: {visible(problem.reason)}"
    return f"{line} - {problem.next}" if problem.next else line


def problems(found: Sequence[BankProblem]) -> None:
    """A paragraph each, and what to do."""
    for problem in found:
        print(f"{problem.kind.value} ({problem.why})")
        for id, question, answer in zip(problem.pair_ids, problem.questions, problem.answers, strict=True):
            print(f"    {id}: {shortened(visible(question), QUOTED)}\n        {shortened(visible(answer), QUOTED)}")
    if found:
        print("keep one of each two: kingpost questions retire PAIR")
    else:
        print("no question stands twice")


def coverage(found: Coverage, limit: int) -> None:
    """A line a part of a document, and the sum."""
    columns(
        ("DOCUMENT", "KIND", "PART", "PASSAGES", "COVERED", "QUESTIONS", "STALE"),
        (
            (part.name, part.kind, part.part, part.chunks, part.covered, part.questions, part.stale)
            for part in found.parts[:limit]
        ),
    )
    if len(found.parts) > limit:
        print(f"... {len(found.parts) - limit} more: --limit shows them")
    covered, chunks = (sum(getattr(part, name) for part in found.documents) for name in ("covered", "chunks"))
    print(f"{covered} of {chunks} passages in {len(found.documents)} documents have known questions")


def _place(location: Location) -> str:
    from kingpost.answering.contract import place_in_words

    return place_in_words(location)

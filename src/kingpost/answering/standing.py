"""Says of an answer whether what it cites is in force: as of when, superseded by what, or one of two that disagree."""

from collections.abc import Iterator
from dataclasses import replace

from kingpost.records import Records
from kingpost.types.answers import Answer, Citation, Question
from kingpost.types.documents import Document, Period, RevisionStatus

LONGEST_CHAIN = 20


def with_standing(answer: Answer, question: Question, records: Records) -> Answer:
    """The answer with a reason for each cited revision that is not simply the one in force."""
    reasons = []
    if question.as_of:
        reasons.append(f"as of {question.as_of}: only what was in force then was searched")
    elif question.include_superseded:
        reasons.append("superseded revisions were searched too")
    for citation in answer.citations:
        document = records.documents.find(citation.document)
        if document is not None:
            reasons += _of_status(citation, document, records)
            reasons += _of_start(citation, document, question)
            reasons += _of_conflict(document, records)
    known = answer.confidence.reasons
    more = tuple(reason for reason in dict.fromkeys(reasons) if reason not in known)
    return replace(answer, confidence=replace(answer.confidence, reasons=(*known, *more))) if more else answer


def called(document: Document, mark: str) -> str:
    """``WDS-100 Rev. B``, or what it goes by."""
    name = document.number or document.title or document.name
    return f"{name} Rev. {mark}" if mark and not name.endswith(mark) else name


def _of_status(citation: Citation, document: Document, records: Records) -> Iterator[str]:
    period = _period(citation, document)
    name = called(document, period.mark if period else document.mark)
    match citation.status:
        case RevisionStatus.SUPERSEDED:
            successor = _successor(citation, document, records)
            yield f"{name} is superseded by {successor}" if successor else f"{name} is superseded"
        case RevisionStatus.DRAFT:
            yield f"{name} is a draft"
        case RevisionStatus.UPCOMING:
            yield f"{name} is not in force before {period.starts if period else document.effective_date}"
        case RevisionStatus.WITHDRAWN:
            yield f"{name} is withdrawn"
        case RevisionStatus.CURRENT:
            return


def _of_start(citation: Citation, document: Document, question: Question) -> Iterator[str]:
    period = _period(citation, document)
    if question.as_of and period is not None and not period.starts:
        name = called(document, period.mark)
        yield f"{name} does not tell from when it is in force; taken as in force until it was superseded"


def _of_conflict(document: Document, records: Records) -> Iterator[str]:
    others = [records.documents.find(id) for id in document.conflicts]
    names = [other.name for other in others if other is not None]
    if names:
        yield f"conflict: {document.name} and {', '.join(names)} have the same number, and nothing tells which is later"


def _period(citation: Citation, document: Document) -> Period | None:
    return next((period for period in reversed(document.periods) if period.revision == citation.revision), None)


def _successor(citation: Citation, document: Document, records: Records) -> str:
    """What is in force in its place: the next revision of the same file, or the end of the chain of documents."""
    if citation.revision != document.current_revision and document.status is RevisionStatus.CURRENT:
        return called(document, document.mark) if document.mark else f"a later revision of {document.name}"
    follower = document
    for _ in range(LONGEST_CHAIN):
        following = records.documents.find(follower.superseded_by) if follower.superseded_by else None
        if following is None or following.status is RevisionStatus.UPCOMING:
            break
        follower = following
    return called(follower, follower.mark) if follower is not document else ""

"""Which documents a question is about: those it names by number, title or file name."""

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from kingpost.language.identifiers import key
from kingpost.language.normalise import normalise
from kingpost.types.documents import Document, RevisionStatus

_MARK = re.compile(r"\b(?:[Rr]evision|[Rr]ev\.?)\s*([A-Z]{1,2}|\d{1,3}(?:\.\d{1,2})?)(?![\w-])")


def named_documents(question: str, documents: Iterable[Document]) -> list[Document]:
    """Documents whose number, title or file name stands whole in the question; several may share a name.

    A name of one ordinary word ("handbook") does not count: it needs a digit or at least two words.
    """
    return [document for document in documents if names_in(question, document)]


def names_in(question: str, document: Document) -> tuple[str, ...]:
    """Those names of the document that stand whole in the question."""
    text = f" {normalise(question)} "
    return tuple(name for name in document_names(document) if _stands_in(name, text))


def document_names(document: Document) -> tuple[str, ...]:
    """What a document is called, normalised, longest first."""
    stem = PurePosixPath(document.name).stem
    names = {normalise(name) for name in (document.number, document.title, stem, stem.replace("_", " "))}
    names |= {key(name) for name in (document.number, stem) if name}
    return tuple(sorted((name for name in names if _is_distinct(name)), key=len, reverse=True))


def readable(documents: Iterable[Document], *, groups: Sequence[str], question: str) -> list[Document]:
    """Documents that these groups may read and that are in force, or whose superseded revision is asked for by mark."""
    allowed = [document for document in documents if set(document.groups) & set(groups)]
    marks = asked_marks(question)
    return [d for d in allowed if d.status is RevisionStatus.CURRENT or normalise(d.mark) in marks]


def of_asked_revision(documents: Sequence[Document], question: str) -> list[Document]:
    """Those of the documents whose revision mark the question asks for; all of them when it asks for none."""
    marks = asked_marks(question)
    return [document for document in documents if normalise(document.mark) in marks] if marks else list(documents)


def asked_marks(question: str) -> tuple[str, ...]:
    """Revision marks in a question, normalised: "in revision A", "Rev. C"."""
    return tuple(normalise(mark) for mark in _MARK.findall(question))


def _is_distinct(name: str) -> bool:
    return len(name) >= 4 and (any(c.isdigit() for c in name) or len(name.split()) >= 2)


def _stands_in(name: str, text: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) is not None

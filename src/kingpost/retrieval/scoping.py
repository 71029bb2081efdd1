"""Which documents a question is about: those it names by number, title or file name."""

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from kingpost.language.identifiers import key
from kingpost.language.normalise import normalise
from kingpost.types.documents import Document, RevisionStatus


def named_documents(question: str, documents: Iterable[Document]) -> list[Document]:
    """Documents whose number, title or file name stands whole in the question; several may share a name.

    A name of one ordinary word ("handbook") does not count: it needs a digit or at least two words.
    """
    text = f" {normalise(question)} "
    return [document for document in documents if any(_stands_in(name, text) for name in document_names(document))]


def document_names(document: Document) -> tuple[str, ...]:
    """What a document is called, normalised, longest first."""
    stem = PurePosixPath(document.name).stem
    names = {normalise(name) for name in (document.number, document.title, stem, stem.replace("_", " "))}
    names |= {key(name) for name in (document.number, stem) if name}
    return tuple(sorted((name for name in names if _is_distinct(name)), key=len, reverse=True))


def readable(documents: Iterable[Document], *, groups: Sequence[str], question: str) -> list[Document]:
    """Documents that these groups may read and that are in force, or whose superseded revision is asked for by name."""
    allowed = [document for document in documents if set(document.groups) & set(groups)]
    return [d for d in allowed if d.status is RevisionStatus.CURRENT or _asks_for_revision(d, question)]


def _asks_for_revision(document: Document, question: str) -> bool:
    return bool(
        document.mark and re.search(rf"\brev(?:ision|\.)?\s*{re.escape(document.mark)}\b", question, re.IGNORECASE)
    )


def _is_distinct(name: str) -> bool:
    return len(name) >= 4 and (any(c.isdigit() for c in name) or len(name.split()) >= 2)


def _stands_in(name: str, text: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) is not None

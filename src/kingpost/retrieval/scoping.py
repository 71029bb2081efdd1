"""Which documents a question is about, and which revisions of them it sees: those in force, unless asked otherwise."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import PurePosixPath

from kingpost.language.identifiers import key
from kingpost.language.normalise import STOP_WORDS, normalise
from kingpost.types.documents import Chunk, Document, RevisionStatus
from kingpost.types.search import Where

WRITTEN_ELSEWHERE = 2
REMEMBERED_NAMES = 20_000
REMEMBERED_TEXTS = 4_000
REMEMBERED_QUESTIONS = 16
_WORD = re.compile(r"[^\W_]+")
_MARK = re.compile(r"\b(?:[Rr]evision|[Rr]ev\.?)\s*([A-Z]{1,2}|\d{1,3}(?:\.\d{1,2})?)(?![\w-])")


def named_documents(question: str, documents: Iterable[Document]) -> list[Document]:
    """Documents whose number, title or file name stands whole in the question; several may share a name.

    A name of one ordinary word ("handbook") does not count: it needs a digit or at least two words.
    """
    return [document for document in documents if names_in(question, document)]


def names_in(question: str, document: Document) -> tuple[str, ...]:
    """Those names of the document that stand whole in the question."""
    text = f" {_normalised(question)} "
    return tuple(name for name in document_names(document) if name in text and _stands_in(name, text))


def shares_named(question: str, chunks: Sequence[Chunk], documents: Sequence[Document]) -> dict[str, float]:
    """By document id: of the question's words that tell these documents apart by name, the share in its own name.

    A word in all names tells no document from another. Neither does one that other documents write of in several
    of their ``chunks``, unless it holds a digit.
    """
    own = {document.id: _name_words(document) for document in documents}
    common = frozenset.intersection(*own.values()) if own else frozenset[str]()
    asked = (_words(question) & frozenset[str]().union(*own.values())) - common
    written: Counter[str] = Counter()
    # A word with a digit tells documents apart wherever else it stands.
    plain = frozenset(word for word in asked if not _has_digit(word))
    for chunk in chunks if plain else ():
        written.update((plain & _words(chunk.text)) - own.get(chunk.document_id, plain))
    telling = {word for word in asked if written[word] < WRITTEN_ELSEWHERE}
    return {id: len(telling & words) / len(telling) if telling else 0.0 for id, words in own.items()}


def closest_by_name(question: str, documents: Sequence[Document]) -> list[Document]:
    """The documents whose names share most words with the question; none where no word tells them apart.

    For questions that speak of a place in a document ("section 4 of the rack guide"), where a name is just that.
    """
    own = {document.id: _name_words(document) for document in documents}
    common = frozenset.intersection(*own.values()) if len(own) > 1 else frozenset[str]()
    asked = _words(question) - common
    shared = {document.id: len(asked & own[document.id]) for document in documents}
    most = max(shared.values(), default=0)
    return [document for document in documents if most and shared[document.id] == most]


def _name_words(document: Document) -> frozenset[str]:
    return _telling_words(f"{document.title} {PurePosixPath(document.name).stem} {document.number} {document.mark}")


@lru_cache(maxsize=REMEMBERED_NAMES)
def _telling_words(name: str) -> frozenset[str]:
    return frozenset(word for word in _WORD.findall(normalise(name)) if len(word) > 1 and word not in STOP_WORDS)


@lru_cache(maxsize=REMEMBERED_TEXTS)
def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(normalise(text)))


@lru_cache(maxsize=REMEMBERED_QUESTIONS)
def _normalised(question: str) -> str:
    return normalise(question)


def document_names(document: Document) -> tuple[str, ...]:
    """What a document is called, normalised, longest first."""
    return _names(document.number, document.title, document.name)


@lru_cache(maxsize=REMEMBERED_NAMES)
def _names(number: str, title: str, file_name: str) -> tuple[str, ...]:
    stem = PurePosixPath(file_name).stem
    names = {normalise(name) for name in (number, title, stem, stem.replace("_", " "))}
    names |= {key(name) for name in (number, stem) if name}
    return tuple(sorted((name for name in names if _is_distinct(name)), key=len, reverse=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The day a question is asked, and the day it is asked about, if that is another one (ISO dates)."""

    today: str
    as_of: str = ""
    include_superseded: bool = False

    @property
    def day(self) -> str:
        return self.as_of or self.today


def today() -> str:
    """In UTC, as all days are counted here."""
    return datetime.now(UTC).date().isoformat()


def readable(documents: Iterable[Document], *, groups: Sequence[str], question: str, moment: Moment) -> list[Document]:
    """What these groups may read and what is in force, each document as the revision that is seen (see ``seen``).

    A revision that the question asks for by its mark is seen too. Duplicates are not.
    """
    marks = asked_marks(question)
    return [
        view
        for document in allowed(documents, groups)
        for view in seen(document, moment, marks=marks)
        if not document.duplicate_of
    ]


def handed_in(documents: Iterable[Document], *, groups: Sequence[str], moment: Moment) -> list[Document]:
    """Documents that somebody chose: also those out of force, unless a day is asked about."""
    return [
        view
        for document in allowed(documents, groups)
        for view in seen(document, moment) or ([] if moment.as_of else [document])
    ]


def allowed(documents: Iterable[Document], groups: Sequence[str]) -> list[Document]:
    """Those that these groups may read."""
    return [document for document in documents if set(document.groups) & set(groups)]


def seen(document: Document, moment: Moment, *, marks: Sequence[str] = ()) -> list[Document]:
    """The document once for each revision that is seen, with that one as its current revision and its own status."""
    kept = {period.revision: period.mark for period in document.periods} if document.is_settled else {}
    kept = kept or {document.current_revision: document.mark}
    in_force = document.period_on(moment.day)
    chosen = [
        revision
        for revision, mark in kept.items()
        if moment.include_superseded
        or (in_force is not None and in_force.revision == revision)
        or (marks and normalise(mark) in marks)
    ]
    return [_as_of(document, revision, kept[revision], moment.today) for revision in chosen]


def _as_of(document: Document, revision: str, mark: str, day: str) -> Document:
    status = document.status_of(revision, day)
    if (revision, mark, status) == (document.current_revision, document.mark, document.status):
        return document
    return replace(document, current_revision=revision, mark=mark, status=status)


def places(documents: Sequence[Document]) -> Where:
    """Where the entries of these documents are, each at the revision that is seen."""
    where = {"document": [document.id for document in documents]}
    if any(len(document.periods) > 1 for document in documents):
        where["revision"] = sorted({document.current_revision for document in documents})
    return where


def in_force(views: Sequence[Document], stored: Iterable[Document], groups: Sequence[str]) -> Where:
    """Where the entries of all that is seen are: by status where the index has the same of it, else one by one."""
    wanted = {(view.id, view.current_revision) for view in views}
    indexed = {
        (document.id, revision)
        for document in allowed(stored, groups)
        for revision in (*(period.revision for period in document.periods), document.current_revision)
        if document.facet_of(revision) == RevisionStatus.CURRENT
    }
    if wanted == indexed:
        return {"status": [RevisionStatus.CURRENT], "groups": list(groups)}
    return {"revision": sorted({revision for _, revision in wanted}), "groups": list(groups)}


def of_asked_revision(documents: Sequence[Document], question: str) -> list[Document]:
    """Those of the documents whose revision mark the question asks for; all of them when it asks for none."""
    marks = asked_marks(question)
    return [document for document in documents if normalise(document.mark) in marks] if marks else list(documents)


def asked_marks(question: str) -> tuple[str, ...]:
    """Revision marks in a question, normalised: "in revision A", "Rev. C"."""
    return tuple(normalise(mark) for mark in _MARK.findall(question))


def _is_distinct(name: str) -> bool:
    return len(name) >= 4 and (any(c.isdigit() for c in name) or len(name.split()) >= 2)


def _has_digit(word: str) -> bool:
    return any(sign.isdigit() for sign in word)


def _stands_in(name: str, text: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) is not None

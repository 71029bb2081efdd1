"""The question bank: known questions with their answers and evidence, found exactly or by meaning and words."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Unpack

from langchain_core.embeddings import Embeddings

from kingpost.language.normalise import normalise
from kingpost.ports import SearchIndex
from kingpost.records import Records
from kingpost.retrieval.bank_changes import EvidenceChanges
from kingpost.retrieval.bank_search import BankSearch
from kingpost.retrieval.freshness import EvidenceFreshness
from kingpost.retrieval.locating import locate
from kingpost.retrieval.pairs import PairDetails, limited, pair_id, updated, wording_keys, wording_of
from kingpost.retrieval.scoping import today
from kingpost.types.answers import Citation
from kingpost.types.documents import EVERYONE
from kingpost.types.questions import (
    Evidence,
    EvidenceChange,
    KnownQuestion,
    ListedQuestion,
    PairState,
    QuestionCandidate,
)
from kingpost.types.search import QUESTIONS, Entry, Passage

_PASSAGES = 10
"""Passages in which the evidence of an answer is looked for."""


@dataclass(frozen=True, kw_only=True)
class QuestionBank:
    """Pairs live in the records; the index has one entry for each of their phrasings, ``PAIR#n``.

    ``retrieve(question, limit=..., documents=..., groups=...)`` gives passages, to find evidence in. ``today`` gives
    the day on which a pair must be valid, and a document in force, as an ISO date.
    Nothing is cached but what stood in a document's revision: what one process adds, others serve at once.
    """

    records: Records
    index: SearchIndex
    embeddings: Embeddings
    retrieve: Callable[..., list[Passage]]
    today: Callable[[], str] = today

    @cached_property
    def _search(self) -> BankSearch:
        return BankSearch(records=self.records, index=self.index, embeddings=self.embeddings, today=self.today)

    @cached_property
    def _freshness(self) -> EvidenceFreshness:
        return EvidenceFreshness(records=self.records, today=self.today)

    @cached_property
    def _changes(self) -> EvidenceChanges:
        return EvidenceChanges(records=self.records, today=self.today)

    def add(self, question: str, answer: str, **details: Unpack[PairDetails]) -> KnownQuestion:
        """Add a pair, or update the one with the same question.

        Its groups are at most those that may read its evidence. Raises ``Refused`` when that one's answer is approved,
        differs, and this one has no approver, or when the validity ends before it begins.
        """
        pair = self.merged(question, answer, **details)
        self.store([pair])
        return pair

    def merged(self, question: str, answer: str, **details: Unpack[PairDetails]) -> KnownQuestion:
        """The pair that ``add`` would store. Raises ``Refused`` as ``add`` does."""
        wanted = details.get("groups", EVERYONE)
        before = self.find(pair_id(question, wanted)) or self._limited(question, wanted)
        return self._over(before, question, answer, details)

    def revised(self, pair: KnownQuestion, answer: str, **details: Unpack[PairDetails]) -> KnownQuestion:
        """The pair with another answer or other details, not stored yet. Raises ``Refused`` as ``add`` does."""
        return self._over(pair, pair.question, answer, details)

    def pairs(self, *, include_retired: bool = False) -> list[KnownQuestion]:
        """All pairs, by id."""
        return [pair for pair in self.records.questions.all() if include_retired or not pair.retired]

    def get(self, id: str) -> KnownQuestion:
        """Raises ``NotFound``."""
        return self.records.questions.get(id)

    def find(self, id: str) -> KnownQuestion | None:
        """The pair, or None."""
        return self.records.questions.find(id)

    def retire(self, id: str) -> KnownQuestion:
        """Keep the pair and never serve it again."""
        pair = replace(self.get(id), retired=True)
        self.store([pair])
        return pair

    def is_current(self, pair: KnownQuestion) -> bool:
        """Whether all evidence of the pair still stands; a pair without evidence has nothing to go stale."""
        return all(self._freshness.is_current(item) for item in pair.evidence)

    def state(self, pair: KnownQuestion) -> PairState:
        """Where the pair stands today."""
        return self._freshness.state(pair)

    def changes(self, pair: KnownQuestion) -> tuple[EvidenceChange, ...]:
        """What became of that evidence of the pair which no longer stands."""
        gone = [item for item in pair.evidence if not self._freshness.is_current(item)]
        return tuple(self._changes.of(item) for item in gone)

    def listed(self, pair: KnownQuestion) -> ListedQuestion:
        """The pair with where it stands today."""
        state = self.state(pair)
        stored = {field.name: getattr(pair, field.name) for field in fields(KnownQuestion)}
        return ListedQuestion(**stored, state=state, changes=self.changes(pair) if state is PairState.STALE else ())

    def readers(self, groups: Sequence[str], evidence: Sequence[Evidence]) -> tuple[str, ...]:
        """The groups, but at most those that may read the documents of the evidence."""
        documents = [self._freshness.document(item.document_id) for item in evidence]
        return limited(groups, [document.groups for document in documents if document is not None])

    def worded(self, question: str) -> list[KnownQuestion]:
        """All pairs with this very wording (see ``same_wording``), whoever may read them and until when."""
        return self._search.worded(question)

    def exact(self, question: str, groups: Sequence[str] = EVERYONE) -> QuestionCandidate | None:
        """The pair with this very wording that may be served; a current one first, then an approved one."""
        return min(
            self._search.exact(question, groups),
            key=lambda found: (not self.is_current(found.pair), not found.pair.approved_by, found.pair.id),
            default=None,
        )

    def candidates(
        self, question: str, *, limit: int = 20, groups: Sequence[str] = EVERYONE
    ) -> list[QuestionCandidate]:
        """Pairs near the question in meaning or words, with their phrasings that are near, most similar first."""
        return self._search.candidates(question, groups, limit=limit)

    def _over(self, before: KnownQuestion | None, question: str, answer: str, details: PairDetails) -> KnownQuestion:
        """What is given over what is there, with no more readers than the evidence has."""
        groups = details.get("groups", before.groups if before and not before.retired else EVERYONE)
        evidence = details.get("evidence", before.evidence if before else ())
        return updated(before, question, answer, details | PairDetails(groups=self.readers(groups, evidence)))

    def locate_evidence(
        self, question: str, answer: str, document: str = "", *, place: str = "", groups: Sequence[str] = ()
    ) -> tuple[Evidence, ...]:
        """Where the answer stands: the sentence or cells of the best passage that holds it; empty when none does.

        ``document`` (id, or a name matched as a suffix of its path) and ``place`` say where to look. Of ``groups``
        only what they may read is looked at; of none, what everybody may read, and all else when it stands nowhere
        there (a pair has at most the readers of its evidence).
        """
        documents = self._documents(document)
        if document and not documents:
            return ()
        for readers in (tuple(groups),) if groups else (EVERYONE, self._all_groups()):
            for query in (question, f"{question} {answer}"):
                passages = self.retrieve(query, limit=_PASSAGES, documents=documents, groups=readers)
                evidence = locate(question, answer, passages, place=place)
                if evidence:
                    return evidence
        return ()

    def evidence_of(self, citations: Iterable[Citation]) -> tuple[Evidence, ...]:
        """The evidence behind an answer's citations."""
        return tuple(
            Evidence(
                document_id=citation.document,
                name=citation.name,
                content_hash=citation.content_hash,
                quote=citation.quote,
                location=citation.location,
                revision=citation.revision,
            )
            for citation in citations
            if citation.content_hash
        )

    def index_missing(self) -> int:
        """Index pairs that the index lacks, as it does under another embedding model; gives how many."""
        present = set(self.index.scan(QUESTIONS, where={}))
        missing = [pair for pair in self.pairs() if f"{pair.id}#0" not in present]
        self.store(missing)
        return len(missing)

    def store(self, pairs: Sequence[KnownQuestion]) -> None:
        """Store pairs as they are. Records first, then index: an entry whose pair is not there is never shown."""
        before = self.records.questions.find_all([pair.id for pair in pairs])
        self.records.questions.put_all({pair.id: pair for pair in pairs})
        wordings = [(pair, n, text) for pair in pairs for n, text in enumerate(wordings_of(pair))]
        vectors = self.embeddings.embed_documents([text for _, _, text in wordings]) if wordings else []
        entries = [
            Entry(
                id=f"{pair.id}#{number}",
                text=text,
                vector=vector,
                keys=wording_keys(text),
                facets={"groups": pair.groups},
            )
            for (pair, number, text), vector in zip(wordings, vectors, strict=True)
        ]
        self.index.upsert(QUESTIONS, entries)
        self.index.delete(QUESTIONS, [entry for pair in pairs for entry in _left_over(pair, before.get(pair.id, pair))])

    def _limited(self, question: str, groups: Sequence[str]) -> KnownQuestion | None:
        """The pair of this question that was given to these groups, and that fewer of them may read."""
        return next(
            (
                pair
                for pair in self.worded(question)
                if wording_of(pair.question) == wording_of(question)
                and self.readers(groups, pair.evidence) == pair.groups
            ),
            None,
        )

    def _all_groups(self) -> tuple[str, ...]:
        return tuple(sorted({group for document in self.records.documents.all() for group in document.groups}))

    def _documents(self, name: str) -> tuple[str, ...]:
        if not name:
            return ()
        wanted = normalise(name)
        return tuple(
            document.id
            for document in self.records.documents.all()
            if document.id == name or f"/{normalise(document.name)}".endswith(f"/{wanted}")
        )


def wordings_of(pair: KnownQuestion) -> tuple[str, ...]:
    """Question and phrasings, in the order of the pair's entries; none of a pair that is retired."""
    return () if pair.retired else (pair.question, *pair.phrasings)


def _left_over(pair: KnownQuestion, before: KnownQuestion) -> list[str]:
    """Entries of phrasings that the pair no longer has."""
    return [f"{pair.id}#{number}" for number in range(len(wordings_of(pair)), len(before.phrasings) + 1)]

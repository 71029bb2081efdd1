"""The question bank: known questions with their answers and evidence, found exactly or by meaning and words."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Unpack

import numpy as np
from langchain_core.embeddings import Embeddings

from kingpost.errors import Refused
from kingpost.language.normalise import normalise
from kingpost.ports import SearchIndex
from kingpost.records import Records
from kingpost.retrieval import pair_files
from kingpost.retrieval.freshness import EvidenceFreshness
from kingpost.retrieval.fusion import reciprocal_rank_fusion
from kingpost.retrieval.locating import locate
from kingpost.retrieval.pair_files import PairRow
from kingpost.retrieval.pairs import PairDetails, pair_id, updated, wording_key, wording_of
from kingpost.types.answers import Citation
from kingpost.types.documents import EVERYONE
from kingpost.types.questions import (
    Evidence,
    ImportProblem,
    ImportReport,
    KnownQuestion,
    Provenance,
    QuestionCandidate,
)
from kingpost.types.search import QUESTIONS, Entry, Passage, Vector

_PASSAGES = 10
"""Passages in which the evidence of an answer is looked for."""


@dataclass(frozen=True, kw_only=True)
class QuestionBank:
    """Pairs live in the records; the index has one entry for each of their phrasings, ``PAIR#n``.

    ``retrieve(question, limit=..., documents=..., groups=...)`` gives passages, to find evidence in.
    Nothing is cached but what stood in a document's revision: what one process adds, others serve at once.
    """

    records: Records
    index: SearchIndex
    embeddings: Embeddings
    retrieve: Callable[..., list[Passage]]

    @cached_property
    def _freshness(self) -> EvidenceFreshness:
        return EvidenceFreshness(records=self.records)

    def add(self, question: str, answer: str, **details: Unpack[PairDetails]) -> KnownQuestion:
        """Add a pair, or update the one with the same question.

        Raises ``Refused`` when that one's answer is approved, differs, and this one has no approver.
        """
        pair = self._merged(question, answer, details)
        self._store([pair])
        return pair

    def pairs(self, *, include_retired: bool = False) -> list[KnownQuestion]:
        """All pairs, by id."""
        return [pair for pair in self.records.questions.all() if include_retired or not pair.retired]

    def get(self, id: str) -> KnownQuestion:
        """Raises ``NotFound``."""
        return self.records.questions.get(id)

    def retire(self, id: str) -> KnownQuestion:
        """Keep the pair and never serve it again."""
        pair = replace(self.get(id), retired=True)
        self.records.questions.put(id, pair)
        self.index.delete(QUESTIONS, [f"{id}#{number}" for number in range(len(pair.phrasings) + 1)])
        return pair

    def is_current(self, pair: KnownQuestion) -> bool:
        """Whether all evidence of the pair still stands; a pair without evidence has nothing to go stale."""
        return all(self._freshness.is_current(item) for item in pair.evidence)

    def exact(self, question: str, groups: Sequence[str] = EVERYONE) -> QuestionCandidate | None:
        """The pair with this very wording (question or phrasing, normalised); an approved one first."""
        wording = wording_of(question)
        hits = self.index.lookup(QUESTIONS, [wording_key(wording)], limit=20, where={"groups": groups})
        found = [
            QuestionCandidate(pair=pair, phrasing=phrasing, similarity=1.0, exact=True)
            for hit in hits
            if (pair := self._visible(hit.id, groups))
            for phrasing in (pair.question, *pair.phrasings)
            if wording_of(phrasing) == wording
        ]
        return min(found, key=lambda found: (not found.pair.approved_by, found.pair.id), default=None)

    def candidates(
        self, question: str, *, limit: int = 20, groups: Sequence[str] = EVERYONE
    ) -> list[QuestionCandidate]:
        """Pairs near the question in meaning or words, with their nearest phrasing, most similar first."""
        where = {"groups": groups}
        vector = self.embeddings.embed_query(question)
        legs = {
            "dense": self.index.nearest(QUESTIONS, vector, limit=2 * limit, where=where),
            "lexical": self.index.match(QUESTIONS, question, limit=limit, where=where),
        }
        fused = [hit.id for hit in reciprocal_rank_fusion(legs)]
        similarities = {hit.id: hit.score for hit in legs["dense"]}
        best: dict[str, QuestionCandidate] = {}
        for candidate in self._joined(fused, similarities, vector, groups):
            known = best.get(candidate.pair.id)
            if known is None or candidate.similarity > known.similarity:
                best[candidate.pair.id] = candidate
        nearest = list(best.values())[:limit]
        return sorted(nearest, key=lambda candidate: (-candidate.similarity, candidate.pair.id))

    def locate_evidence(
        self, question: str, answer: str, document: str = "", *, place: str = "", groups: Sequence[str] = EVERYONE
    ) -> tuple[Evidence, ...]:
        """Where the answer stands: the sentence or cells of the best passage that holds it; empty when none does.

        ``document`` (id, or a name matched as a suffix of its path) and ``place`` say where to look.
        """
        documents = self._documents(document)
        if document and not documents:
            return ()
        for query in (question, f"{question} {answer}"):
            passages = self.retrieve(query, limit=_PASSAGES, documents=documents, groups=tuple(groups))
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
            )
            for citation in citations
            if citation.content_hash
        )

    def import_file(self, path: Path, *, approved_by: str = "") -> ImportReport:
        """Add the pairs of a file with the evidence found for them; bad lines are named and the rest goes on.

        Raises ``BadInput`` for a file that cannot be read.
        """
        pairs: dict[str, KnownQuestion] = {}
        problems: list[ImportProblem] = []
        for row in pair_files.read(path):
            try:
                if isinstance(row, ImportProblem):
                    problems.append(row)
                    continue
                pair = self._imported(row, approved_by, pairs)
                pairs[pair.id] = pair
            except Refused as refused:
                problems.append(ImportProblem(line=row.line, reason=refused.message))
        updated = sum(self.records.questions.find(id) is not None for id in pairs)
        self._store(list(pairs.values()))
        return ImportReport(
            added=len(pairs) - updated,
            updated=updated,
            without_evidence=sum(not pair.evidence for pair in pairs.values()),
            problems=tuple(problems),
        )

    def index_missing(self) -> int:
        """Index pairs that the index lacks, as it does under another embedding model; gives how many."""
        present = set(self.index.scan(QUESTIONS, where={}))
        missing = [pair for pair in self.pairs() if f"{pair.id}#0" not in present]
        self._store(missing)
        return len(missing)

    def _imported(self, row: PairRow, approved_by: str, earlier: dict[str, KnownQuestion]) -> KnownQuestion:
        known = self.exact(row.question)
        question = known.pair.question if known else row.question
        same = earlier.get(pair_id(question))
        if same is not None and normalise(same.answer) != normalise(row.answer):
            raise Refused("the same question stands above with another answer", next="keep one of the two lines")
        details = PairDetails(provenance=Provenance.IMPORTED)
        if approved_by:
            details["approved_by"] = approved_by
        if row.paraphrases:
            details["phrasings"] = row.paraphrases
        if row.split:
            details["split"] = row.split
        pair = self._merged(question, row.answer, details)
        if pair.evidence and self.is_current(pair):
            return pair
        return replace(pair, evidence=self.locate_evidence(question, row.answer, row.document, place=row.location))

    def _merged(self, question: str, answer: str, details: PairDetails) -> KnownQuestion:
        before = self.records.questions.find(pair_id(question, details.get("groups", EVERYONE)))
        return updated(before, question, answer, details)

    def _store(self, pairs: Sequence[KnownQuestion]) -> None:
        """Records first, then index: an entry whose pair is not there is never shown."""
        before = {pair.id: self.records.questions.find(pair.id) for pair in pairs}
        self.records.questions.put_all({pair.id: pair for pair in pairs})
        wordings = [(pair, n, text) for pair in pairs for n, text in enumerate((pair.question, *pair.phrasings))]
        vectors = self.embeddings.embed_documents([text for _, _, text in wordings]) if wordings else []
        entries = [
            Entry(
                id=f"{pair.id}#{number}",
                text=text,
                vector=vector,
                keys=(wording_key(wording_of(text)),),
                facets={"groups": pair.groups},
            )
            for (pair, number, text), vector in zip(wordings, vectors, strict=True)
        ]
        self.index.upsert(QUESTIONS, entries)
        self.index.delete(QUESTIONS, [entry for pair in pairs for entry in _left_over(pair, before[pair.id])])

    def _joined(
        self, entries: Sequence[str], similarities: dict[str, float], vector: Vector, groups: Sequence[str]
    ) -> list[QuestionCandidate]:
        """Entries joined to their pairs, with a cosine for those that only words found."""
        joined = [(entry, pair) for entry in entries if (pair := self._visible(entry, groups))]
        unseen = [(entry, _phrasing(entry, pair)) for entry, pair in joined if entry not in similarities]
        if unseen:
            vectors = np.asarray(self.embeddings.embed_documents([text for _, text in unseen]), dtype=np.float32)
            similarities = similarities | {
                entry: float(cosine) for (entry, _), cosine in zip(unseen, vectors @ np.asarray(vector), strict=True)
            }
        return [
            QuestionCandidate(pair=pair, phrasing=_phrasing(entry, pair), similarity=similarities[entry])
            for entry, pair in joined
        ]

    def _visible(self, entry: str, groups: Sequence[str]) -> KnownQuestion | None:
        """The entry's pair as the records have it now, if it may be served to these groups."""
        pair = self.records.questions.find(entry.rpartition("#")[0])
        if pair is None or pair.retired or not set(pair.groups) & set(groups):
            return None
        return pair if int(entry.rpartition("#")[2]) <= len(pair.phrasings) else None

    def _documents(self, name: str) -> tuple[str, ...]:
        if not name:
            return ()
        wanted = normalise(name)
        return tuple(
            document.id
            for document in self.records.documents.all()
            if document.id == name or f"/{normalise(document.name)}".endswith(f"/{wanted}")
        )


def _left_over(pair: KnownQuestion, before: KnownQuestion | None) -> list[str]:
    """Entries of phrasings that the pair no longer has."""
    if before is None:
        return []
    return [f"{pair.id}#{number}" for number in range(len(pair.phrasings) + 1, len(before.phrasings) + 1)]


def _phrasing(entry: str, pair: KnownQuestion) -> str:
    return (pair.question, *pair.phrasings)[int(entry.rpartition("#")[2])]

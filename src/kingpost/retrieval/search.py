"""A question in, ranked passages out: exact look-up, dense and lexical legs, fused and ordered by what is measured."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, SkipValidation

from kingpost.language.normalise import normalise
from kingpost.ports import SearchIndex
from kingpost.records import Records, chunk_partition
from kingpost.retrieval.analysis import Analysis, analyse
from kingpost.retrieval.clustering import spread
from kingpost.retrieval.fusion import reciprocal_rank_fusion
from kingpost.retrieval.lookup import Holders, stand_apart, unknown_keys
from kingpost.retrieval.ranking import features
from kingpost.retrieval.scoping import (
    Moment,
    asked_marks,
    document_names,
    handed_in,
    in_force,
    named_documents,
    names_in,
    of_asked_revision,
    places,
    readable,
    shares_named,
    today,
)
from kingpost.settings import RetrievalSettings
from kingpost.types.documents import EVERYONE, Chunk, ChunkKind, Document
from kingpost.types.search import CHUNKS, Hit, Passage, Vector, Where

LEG_WEIGHTS = {"lookup": 1.5, "dense": 1.0, "lexical": 1.0}
LOOKUP_LIMIT = 300
OTHERS_LOOKED_AT = 40
OTHERS_HOLDING = 3
"""Passages of other documents that hold a document's title, from which it does not say which document is meant."""
MORE = 4
"""Times as many candidates are looked at where most of the first ones are near-identical."""

ByRevision = Mapping[tuple[str, str], Document]
"""By document id and revision id: the document as that revision, which is its current one here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What retrieval found for a question, and what it can say about it.

    ``unknown`` are identifiers of the question that stand in none of the documents searched; ``apart`` that its
    identifiers are known but never meet; ``searched`` the documents that could be searched, ``named`` those of them
    that the question names.
    """

    analysis: Analysis
    passages: tuple[Passage, ...]
    unknown: tuple[str, ...] = ()
    apart: bool = False
    searched: tuple[Document, ...] = ()
    named: tuple[Document, ...] = ()


class Retriever(BaseRetriever):
    """Finds passages. As a LangChain retriever it yields documents whose metadata hold the location."""

    model_config = ConfigDict(arbitrary_types_allowed=True, frozen=True)

    records: SkipValidation[Records]
    index: SkipValidation[SearchIndex]
    embeddings: Embeddings
    settings: RetrievalSettings
    today: Callable[[], str] = today
    """The day of asking, an ISO date."""

    def retrieve(
        self,
        question: str,
        *,
        limit: int | None = None,
        documents: Sequence[str] = (),
        groups: Sequence[str] = EVERYONE,
        as_of: str = "",
        include_superseded: bool = False,
    ) -> list[Passage]:
        """The best passages, best first (see ``search``)."""
        found = self.search(
            question,
            limit=limit,
            documents=documents,
            groups=groups,
            as_of=as_of,
            include_superseded=include_superseded,
        )
        return list(found.passages)

    def search(
        self,
        question: str,
        *,
        limit: int | None = None,
        documents: Sequence[str] = (),
        groups: Sequence[str] = EVERYONE,
        as_of: str = "",
        include_superseded: bool = False,
    ) -> Findings:
        """The best passages, with what was searched and what is missing.

        ``documents`` limits the search to these document ids. Seen is what is in force today, or was on the day
        ``as_of`` (an ISO date); ``include_superseded`` sees every revision that is kept.
        """
        analysis = analyse(question)
        moment = Moment(today=self.today(), as_of=as_of, include_superseded=include_superseded)
        stored = list(self.records.documents.all())
        searched, named = self.scope(question, stored, documents=documents, groups=groups, moment=moment)
        if not searched:
            return Findings(analysis=analysis, passages=())
        limited = named or (searched if documents else ())
        where = places(limited) if limited else in_force(searched, stored, groups)
        by_id = _by_revision(searched)
        keys = _own_keys(analysis, named)
        holders = Holders.of(keys, self._chunks(self._looked_up(keys, where), by_id))
        ranked = self._ranked(analysis, holders, where=where, documents=by_id, named={d.id for d in named})
        return Findings(
            analysis=analysis,
            passages=tuple(ranked[: limit or self.settings.passages]),
            unknown=(*unknown_keys(holders), *_unknown_marks(question, named)),
            apart=stand_apart(holders, ranked),
            searched=tuple(searched),
            named=tuple(named),
        )

    def findings(self, question: str, passages: Sequence[Passage]) -> Findings:
        """Findings made of given passages alone, measured and ordered as if they had been found."""
        analysis = analyse(question)
        vectors = np.asarray(self.embeddings.embed_documents([question, *(p.chunk.text for p in passages)]))
        documents = _by_revision([passage.document for passage in passages])
        candidates = Candidates(
            chunks=[passage.chunk for passage in passages],
            documents=documents,
            fused={passage.chunk.id: 1 / rank for rank, passage in enumerate(passages, start=1)},
            similarities={
                p.chunk.id: float(cosine) for p, cosine in zip(passages, vectors[1:] @ vectors[0], strict=True)
            },
            legs={},
        )
        ranked = self._rank(analysis, candidates, Holders())
        return Findings(analysis=analysis, passages=tuple(ranked), searched=tuple(documents.values()))

    def scope(
        self,
        question: str,
        stored: Sequence[Document],
        *,
        documents: Sequence[str],
        groups: Sequence[str],
        moment: Moment,
    ) -> tuple[list[Document], list[Document]]:
        """Documents that may be searched, each as the revision that is seen, and those that the question names."""
        if documents:
            chosen = [document for document in stored if document.id in set(documents)]
            searched = handed_in(chosen, groups=groups, moment=moment)
        else:
            searched = readable(stored, groups=groups, question=question, moment=moment)
        marks = asked_marks(question)
        named = self._distinctly_named(question, searched)
        return searched, of_asked_revision(named or searched, question) if marks else named

    def _distinctly_named(self, question: str, searched: Sequence[Document]) -> list[Document]:
        """Documents that the question names by what is not also the name of a thing that other documents write of."""
        named = named_documents(question, searched)
        by_name: dict[str, list[Document]] = {}
        for document in named:
            for name in names_in(question, document):
                by_name.setdefault(name, []).append(document)
        distinct = {
            owner.id
            for name, owners in by_name.items()
            if self._is_distinct(name, owners, searched)
            for owner in owners
        }
        return [document for document in named if document.id in distinct]

    def _is_distinct(self, name: str, owners: Sequence[Document], searched: Sequence[Document]) -> bool:
        """A number always is; words are, unless several passages of the other documents that are seen hold them."""
        if any(character.isdigit() for character in name):
            return True
        own = {document.id for document in owners}
        others = [document for document in searched if document.id not in own]
        hits = self.index.match(CHUNKS, name, limit=OTHERS_LOOKED_AT, where=places(others)) if others else []
        found = self._chunks(hits, _by_revision(others))
        return sum(name in normalise(chunk.text) for chunk in found) < OTHERS_HOLDING

    def clause(self, number: str, document: Document) -> list[Chunk]:
        """All chunks of one clause, in order; of an item, ``3.2.1(b)``, those of its clause that hold it."""
        hits = self.index.lookup(CHUNKS, [number], limit=LOOKUP_LIMIT, where=places([document]))
        chunks = self._chunks(hits, _by_revision([document]))
        return sorted((chunk for chunk in chunks if _is_of(chunk, number)), key=lambda chunk: chunk.ordinal)

    def mentions(self, phrase: str, documents: Sequence[Document]) -> list[Chunk]:
        """All chunks of the documents that may hold the words of a phrase, in document order: a scan, not a top-k."""
        hits = self.index.match(CHUNKS, phrase, limit=5000, where=places(documents))
        chunks = self._chunks(hits, _by_revision(documents))
        return sorted(chunks, key=lambda chunk: (chunk.document_id, chunk.revision_id, chunk.ordinal))

    def table(self, chunk: Chunk) -> list[Chunk]:
        """All rows of the table that a row belongs to, in order."""
        chunks = self.records.chunks.all(partition=chunk.document_id)
        rows = [c for c in chunks if c.table == chunk.table and c.revision_id == chunk.revision_id]
        return sorted(rows, key=lambda row: row.ordinal)

    def rows(self, document: Document) -> list[Chunk]:
        """All rows of all tables of a document, as the revision that is seen, in order."""
        chunks = self.records.chunks.all(partition=document.id)
        rows = [c for c in chunks if c.kind is ChunkKind.ROW and c.revision_id == document.current_revision]
        return sorted(rows, key=lambda row: row.ordinal)

    def _ranked(
        self,
        analysis: Analysis,
        holders: Holders,
        *,
        where: Where,
        documents: ByRevision,
        named: Collection[str],
    ) -> list[Passage]:
        """All candidates in order; where most of them repeat each other, more are looked at."""
        limit = self.settings.candidates
        vector = self.embeddings.embed_query(analysis.question)
        while True:
            candidates = self._candidates(analysis, vector, where=where, documents=documents, limit=limit)
            passages = spread(self._rank(analysis, candidates, holders), named=named)
            repeats = sum(len(passage.alike) for passage in passages)
            if limit > self.settings.candidates or 2 * repeats <= len(passages):
                return passages
            limit *= MORE

    def _candidates(
        self, analysis: Analysis, vector: Vector, *, where: Where, documents: ByRevision, limit: int
    ) -> "Candidates":
        legs = {
            "lookup": self._looked_up((*analysis.clauses, *analysis.identifiers), where)[:limit],
            "dense": self.index.nearest(CHUNKS, vector, limit=limit, where=where),
            "lexical": self.index.match(CHUNKS, analysis.question, limit=limit, where=where),
        }
        fused = reciprocal_rank_fusion(legs, weights=LEG_WEIGHTS, constant=self.settings.rank_constant)
        return Candidates(
            chunks=self._chunks(fused, documents),
            documents=documents,
            fused={hit.id: hit.score for hit in fused},
            similarities={hit.id: hit.score for hit in legs["dense"]},
            legs={name: {hit.id: rank for rank, hit in enumerate(hits, start=1)} for name, hits in legs.items()},
        )

    def _looked_up(self, keys: Sequence[str], where: Where) -> list[Hit]:
        return self.index.lookup(CHUNKS, keys, limit=LOOKUP_LIMIT, where=where) if keys else []

    def _chunks(self, hits: Sequence[Hit], documents: ByRevision) -> list[Chunk]:
        """Join hits to the records: only chunks of the revisions that are seen can be found."""
        readable_ids = {id for id, _ in documents}
        found = []
        for hit in hits:
            partition = chunk_partition(hit.id)
            chunk = self.records.chunks.find(hit.id, partition=partition) if partition in readable_ids else None
            if chunk is not None and (chunk.document_id, chunk.revision_id) in documents:
                found.append(chunk)
        return found

    def _rank(self, analysis: Analysis, candidates: "Candidates", holders: Holders) -> list[Passage]:
        measured = features(
            analysis,
            candidates.chunks,
            held={chunk.id: holders.share_held(chunk) for chunk in candidates.chunks},
            similarities=candidates.similarities,
            ranks=candidates.fused,
            about=shares_named(analysis.question, candidates.chunks, candidates.owners),
        )
        passages = [
            Passage(
                chunk=chunk,
                document=candidates.documents[chunk.document_id, chunk.revision_id],
                score=round(measured[chunk.id].score(), 6),
                similarity=candidates.similarities.get(chunk.id, 0.0),
                legs={name: ranks[chunk.id] for name, ranks in candidates.legs.items() if chunk.id in ranks},
                features=asdict(measured[chunk.id]),
            )
            for chunk in candidates.chunks
        ]
        return _without_repeats(sorted(passages, key=lambda passage: (-passage.score, passage.chunk.id)))

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        return [
            LangChainDocument(
                page_content=passage.chunk.text,
                metadata={
                    "chunk": passage.chunk.id,
                    "document": passage.document.id,
                    "name": passage.document.name,
                    "title": passage.document.title,
                    "revision": passage.chunk.revision_id,
                    "status": passage.document.status.value,
                    "context": passage.chunk.context,
                    "location": passage.chunk.location,
                    "score": passage.score,
                },
            )
            for passage in self.retrieve(query)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """What the legs found, fused: chunks best first, and how each was found."""

    chunks: Sequence[Chunk]
    documents: ByRevision
    fused: Mapping[str, float]
    similarities: Mapping[str, float]
    legs: Mapping[str, Mapping[str, int]]

    @property
    def owners(self) -> list[Document]:
        """The documents that the chunks are of, each once."""
        found = {chunk.document_id: self.documents[chunk.document_id, chunk.revision_id] for chunk in self.chunks}
        return list(found.values())


def _by_revision(documents: Sequence[Document]) -> dict[tuple[str, str], Document]:
    return {(document.id, document.current_revision): document for document in documents}


def _unknown_marks(question: str, named: Sequence[Document]) -> tuple[str, ...]:
    """Revisions asked for that no document has."""
    return tuple(f"revision {mark.upper()}" for mark in asked_marks(question)) if not named else ()


def _is_of(chunk: Chunk, number: str) -> bool:
    return chunk.number == number or ("(" in number and number.startswith(f"{chunk.number}("))


def _own_keys(analysis: Analysis, named: Sequence[Document]) -> tuple[str, ...]:
    """The question's identifiers without those that name a document: that one has decided where to look."""
    names = {name for document in named for name in document_names(document)}
    return tuple(key for key in analysis.identifiers if not any(key == name or key in name.split() for name in names))


def _without_repeats(passages: Sequence[Passage]) -> list[Passage]:
    """Keep the best of passages that read the same in the same document."""
    seen: set[tuple[str, str, str, str]] = set()
    kept = []
    for passage in passages:
        chunk = passage.chunk
        identity = (chunk.document_id, chunk.revision_id, chunk.content_hash, chunk.context)
        if identity not in seen:
            seen.add(identity)
            kept.append(passage)
    return kept

"""A question in, ranked passages out: exact look-up, dense and lexical legs, fused and ordered by what is measured."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, SkipValidation

from kingpost.language.normalise import normalise
from kingpost.ports import SearchIndex
from kingpost.records import Records
from kingpost.retrieval.alternatives import alternatives, side_by_side
from kingpost.retrieval.analysis import Analysis, analyse
from kingpost.retrieval.candidates import LOOKUP_LIMIT, CandidateFinder, ordered
from kingpost.retrieval.clustering import spread
from kingpost.retrieval.lookup import Holders, stand_apart, unknown_keys
from kingpost.retrieval.naming import without_keys
from kingpost.retrieval.parts import parts_of, with_best_of_each
from kingpost.retrieval.profiles import Gazetteer
from kingpost.retrieval.ranking import Candidates
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
    today,
)
from kingpost.retrieval.shelf import ByRevision, Shelf, by_revision
from kingpost.retrieval.stopwatch import Stopwatch
from kingpost.settings import RetrievalSettings
from kingpost.types.documents import EVERYONE, Chunk, Document
from kingpost.types.search import CHUNKS, Passage, Where

OTHERS_LOOKED_AT = 40
OTHERS_HOLDING = 3
"""Passages of other documents that hold a document's title, from which it does not say which document is meant."""
MORE = 4
"""Times as many candidates are looked at where most of the first ones are near-identical."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What retrieval found for a question, and what it can say about it.

    ``unknown`` are identifiers of the question that stand in none of the documents searched; ``apart`` that its
    identifiers are known but never meet; ``searched`` the documents that could be searched, ``named`` those of them
    that the question names; ``alternatives`` documents that are alike and answer differently, between which the
    question does not decide (empty otherwise); ``parts`` the questions that it was split into, each searched for as
    well; ``timings_ms`` how long each part of the search took (``scope``, ``encode``, ``search``, ``rank``).
    """

    analysis: Analysis
    passages: tuple[Passage, ...]
    unknown: tuple[str, ...] = ()
    apart: bool = False
    searched: tuple[Document, ...] = ()
    named: tuple[Document, ...] = ()
    alternatives: tuple[Document, ...] = ()
    topic: str = ""
    """The question before this one in its conversation."""
    parts: tuple[str, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)


class Retriever(BaseRetriever):
    """Finds passages. As a LangChain retriever it yields documents whose metadata hold the location."""

    model_config = ConfigDict(arbitrary_types_allowed=True, frozen=True)

    records: SkipValidation[Records]
    index: SkipValidation[SearchIndex]
    embeddings: Embeddings
    settings: RetrievalSettings
    today: Callable[[], str] = today
    """The day of asking, an ISO date."""

    @cached_property
    def shelf(self) -> Shelf:
        """Where chunks and documents are fetched from."""
        return Shelf(records=self.records)

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """What decides which of several alike documents is meant."""
        return Gazetteer(records=self.records)

    @cached_property
    def finder(self) -> CandidateFinder:
        """What asks the legs."""
        return CandidateFinder(index=self.index, shelf=self.shelf, rank_constant=self.settings.rank_constant)

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
        watch = Stopwatch()
        moment = Moment(today=self.today(), as_of=as_of, include_superseded=include_superseded)
        with watch.timing("scope"):
            analysis = analyse(question)
            stored = list(self.records.documents.all())
            searched, named = self.scope(question, stored, documents=documents, groups=groups, moment=moment)
            if not searched:
                return Findings(analysis=analysis, passages=())
            meant = self.gazetteer.meant(question, named or searched)
            unknown_marks = _unknown_marks(question, named)
            analysis = without_keys(analysis, meant.kinds)
            named = list(meant.named or (meant.kept if named else ()))
            limited = named or (meant.kept if documents or len(meant.kept) < len(searched) else ())
            where = places(limited) if limited else in_force(searched, stored, groups)
        ground = _Ground(where=where, documents=by_revision(searched), named={d.id for d in named}, watch=watch)
        with watch.timing("search"):
            keys = _own_keys(analysis, named)
            holders = Holders.of(keys, self.shelf.of_hits(self.finder.looked_up(keys, where), ground.documents))
        ranked = self._ranked(analysis, holders, ground)
        parts = parts_of(question)
        analysed = [without_keys(analyse(part), meant.kinds) for part in parts]
        ranked = with_best_of_each(ranked, [self._ranked(part, Holders(), ground) for part in analysed])
        ranked = side_by_side(ranked, meant)
        unknown = (*unknown_keys(holders), *unknown_marks)
        return Findings(
            analysis=analysis,
            passages=tuple(ranked[: limit or self.settings.passages]),
            unknown=unknown,
            apart=stand_apart(holders, ranked),
            searched=tuple(searched),
            named=tuple(named),
            alternatives=() if unknown else alternatives(analysis, ranked, meant),
            parts=parts,
            timings_ms=dict(watch.spent_ms),
        )

    def findings(self, question: str, passages: Sequence[Passage]) -> Findings:
        """Findings made of given passages alone, measured and ordered as if they had been found."""
        analysis = analyse(question)
        vectors = np.asarray(self.embeddings.embed_documents([question, *(p.chunk.text for p in passages)]))
        documents = by_revision([passage.document for passage in passages])
        candidates = Candidates(
            chunks=[passage.chunk for passage in passages],
            documents=documents,
            fused={passage.chunk.id: 1 / rank for rank, passage in enumerate(passages, start=1)},
            similarities={
                p.chunk.id: float(cosine) for p, cosine in zip(passages, vectors[1:] @ vectors[0], strict=True)
            },
            legs={},
        )
        ranked = ordered(analysis, candidates, Holders())
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
        found = self.shelf.of_hits(hits, by_revision(others))
        return sum(name in normalise(chunk.text) for chunk in found) < OTHERS_HOLDING

    def clause(self, number: str, document: Document) -> list[Chunk]:
        """All chunks of one clause, in order; of an item, ``3.2.1(b)``, those of its clause that hold it."""
        hits = self.index.lookup(CHUNKS, [number], limit=LOOKUP_LIMIT, where=places([document]))
        chunks = self.shelf.of_hits(hits, by_revision([document]))
        own = sorted((chunk for chunk in chunks if _is_of(chunk, number)), key=lambda chunk: chunk.ordinal)
        starts = [chunk for chunk in own if chunk.number == number]
        runs = [self.shelf.clause(start) for start in starts]
        return max(runs, key=lambda run: sum(len(chunk.text) for chunk in run), default=own)

    def mentions(self, phrase: str, documents: Sequence[Document]) -> list[Chunk]:
        """All chunks of the documents that may hold the words of a phrase, in document order: a scan, not a top-k."""
        hits = self.index.match(CHUNKS, phrase, limit=5000, where=places(documents))
        chunks = self.shelf.of_hits(hits, by_revision(documents))
        return sorted(chunks, key=lambda chunk: (chunk.document_id, chunk.revision_id, chunk.ordinal))

    def table(self, chunk: Chunk) -> list[Chunk]:
        """All rows of the table that a row belongs to, in order, its overview first."""
        return self.shelf.table(chunk)

    def rows(self, document: Document) -> list[Chunk]:
        """All rows of all tables of a document, as the revision that is seen, in order."""
        return self.shelf.rows(document)

    def _ranked(self, analysis: Analysis, holders: Holders, ground: "_Ground") -> list[Passage]:
        """All candidates in order; where most of them repeat each other, more are looked at."""
        limit, watch = self.settings.candidates, ground.watch
        with watch.timing("encode"):
            vector = self.embeddings.embed_query(analysis.question)
        while True:
            with watch.timing("search"):
                legs = self.finder.legs(analysis, vector, where=ground.where, limit=limit)
                candidates = self.finder.fused(legs, ground.documents)
            with watch.timing("rank"):
                passages = spread(ordered(analysis, candidates, holders), named=ground.named)
            repeats = sum(len(passage.alike) for passage in passages)
            if limit > self.settings.candidates or 2 * repeats <= len(passages):
                return passages
            limit *= MORE

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
class _Ground:
    """Where one question is searched: filter, documents as they are seen, ids of those named; what keeps the time."""

    where: Where
    documents: ByRevision
    named: Collection[str]
    watch: Stopwatch


def _unknown_marks(question: str, named: Sequence[Document]) -> tuple[str, ...]:
    """Revisions asked for that no document has."""
    return tuple(f"revision {mark.upper()}" for mark in asked_marks(question)) if not named else ()


def _is_of(chunk: Chunk, number: str) -> bool:
    return chunk.number == number or ("(" in number and number.startswith(f"{chunk.number}("))


def _own_keys(analysis: Analysis, named: Sequence[Document]) -> tuple[str, ...]:
    """The question's identifiers without those that name a document: that one has decided where to look."""
    names = {name for document in named for name in document_names(document)}
    return tuple(key for key in analysis.identifiers if not any(key == name or key in name.split() for name in names))

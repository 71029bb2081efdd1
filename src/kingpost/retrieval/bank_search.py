"""Finds known questions: by their very wording, or those near in meaning and words, with the phrasings that are near.

The index has one entry for each phrasing, ``PAIR#n``. A pair is read once whatever number of its phrasings was found,
and only if it is among those wanted.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from langchain_core.embeddings import Embeddings

from kingpost.language.wordings import same_wording
from kingpost.ports import SearchIndex
from kingpost.records import Records
from kingpost.retrieval.fusion import reciprocal_rank_fusion
from kingpost.retrieval.pairs import wording_keys
from kingpost.types.documents import Document
from kingpost.types.questions import KnownQuestion, QuestionCandidate
from kingpost.types.search import QUESTIONS, Vector

_WORDED = 20
"""Most entries of one very wording that are looked at: it may be known to several groups."""
_BY_MEANING, _BY_WORDS = 3, 2
"""Phrasings that are asked of each leg for every known question wanted: several of them may be of one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BankSearch:
    """Reads index and records anew each time. ``today`` gives the day on which a pair must be valid, an ISO date."""

    records: Records
    index: SearchIndex
    embeddings: Embeddings
    today: Callable[[], str]

    def worded(self, question: str) -> list[KnownQuestion]:
        """All pairs with this very wording, whoever may read them and until when."""
        hits = self.index.lookup(QUESTIONS, wording_keys(question), limit=_WORDED, where={})
        pairs = self._read([_pair_of(hit.id) for hit in hits])
        return [pair for _, pair in sorted(pairs.items()) if not pair.retired and _worded(pair, question)]

    def exact(self, question: str, groups: Sequence[str]) -> list[QuestionCandidate]:
        """Pairs with this very wording that may be served to these groups today."""
        hits = self.index.lookup(QUESTIONS, wording_keys(question), limit=_WORDED, where={"groups": groups})
        return [
            QuestionCandidate(pair=pair, phrasing=phrasing, similarity=1.0, exact=True)
            for pair in self._servable([_pair_of(hit.id) for hit in hits], groups)
            if (phrasing := _worded(pair, question))
        ]

    def candidates(self, question: str, groups: Sequence[str], *, limit: int) -> list[QuestionCandidate]:
        """Pairs near in meaning or words that may be served to these groups today, most similar first."""
        vector = self.embeddings.embed_query(question)
        where = {"groups": groups}
        legs = {
            "dense": self.index.nearest(QUESTIONS, vector, limit=_BY_MEANING * limit, where=where),
            "lexical": self.index.match(QUESTIONS, question, limit=_BY_WORDS * limit, where=where),
        }
        entries: dict[str, list[str]] = {}
        for hit in reciprocal_rank_fusion(legs):
            entries.setdefault(_pair_of(hit.id), []).append(hit.id)
        wanted = self._first_servable(list(entries), groups, limit)
        cosines = {hit.id: hit.score for hit in legs["dense"]}
        cosines |= self._cosines([one for pair in wanted for one in entries[pair.id] if one not in cosines], vector)
        found = [candidate for pair in wanted if (candidate := _candidate(pair, entries[pair.id], cosines))]
        return sorted(found, key=lambda candidate: (-candidate.similarity, candidate.pair.id))

    def _cosines(self, entries: Sequence[str], vector: Vector) -> dict[str, float]:
        """Of those that only their words found."""
        held = self.index.vectors(QUESTIONS, entries)
        if not held:
            return {}
        cosines = np.asarray(list(held.values()), dtype=np.float32) @ np.asarray(vector, dtype=np.float32)
        return dict(zip(held, cosines.tolist(), strict=True))

    def _first_servable(self, ids: Sequence[str], groups: Sequence[str], limit: int) -> list[KnownQuestion]:
        """The first of these pairs that may be served, at most ``limit``: no more than these are read."""
        found: list[KnownQuestion] = []
        for start in range(0, len(ids), limit):
            found += self._servable(ids[start : start + limit], groups)
            if len(found) >= limit:
                break
        return found[:limit]

    def _servable(self, ids: Sequence[str], groups: Sequence[str]) -> list[KnownQuestion]:
        """Those of the pairs, in their order, that may be served to these groups today, as all stands in the records.

        Whoever is to be served must be able to read all that the answer stands on, by the permissions of now.
        """
        day, asking = self.today(), frozenset(groups)
        pairs = self._read(ids)
        valid = [pair for pair in pairs.values() if not pair.retired and pair.is_valid_on(day)]
        named = {evidence.document_id for pair in valid for evidence in pair.evidence}
        documents = self.records.documents.find_all(list(named)) if named else {}
        closed = {id for id, document in documents.items() if not _reads(asking, document)}
        return [
            pair
            for pair in valid
            if asking & set(pair.groups) and not any(evidence.document_id in closed for evidence in pair.evidence)
        ]

    def _read(self, ids: Sequence[str]) -> dict[str, KnownQuestion]:
        distinct = list(dict.fromkeys(ids))
        pairs = self.records.questions.find_all(distinct)
        return {id: pairs[id] for id in distinct if id in pairs}


def _candidate(pair: KnownQuestion, entries: Sequence[str], cosines: Mapping[str, float]) -> QuestionCandidate | None:
    """The pair with those of its phrasings that were found, nearest first; None when it no longer has any of them."""
    wordings = (pair.question, *pair.phrasings)
    near = sorted(_phrasings(wordings, entries, cosines), key=lambda found: -found[1])
    if not near:
        return None
    (phrasing, similarity), *further = near
    return QuestionCandidate(pair=pair, phrasing=phrasing, similarity=similarity, further=tuple(further))


def _phrasings(
    wordings: Sequence[str], entries: Sequence[str], cosines: Mapping[str, float]
) -> Iterator[tuple[str, float]]:
    for entry in entries:
        number = int(entry.rpartition("#")[2])
        if number < len(wordings) and entry in cosines:
            yield wordings[number], cosines[entry]


def _worded(pair: KnownQuestion, question: str) -> str:
    """The phrasing of the pair that is this very wording, or an empty text."""
    return next((text for text in (pair.question, *pair.phrasings) if same_wording(text, question)), "")


def _pair_of(entry: str) -> str:
    return entry.rpartition("#")[0]


def _reads(groups: frozenset[str], document: Document) -> bool:
    return bool(groups & set(document.groups))
